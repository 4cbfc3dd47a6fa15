"""Numbers of a picture as JSON has them: rounded to what can be seen, finite, maps as 16-bit integers."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor


def levels(values: Tensor, probability: bool) -> tuple[str, list[float]]:
    """A map as 16-bit numbers, base64, little endian, and what 0 and 65535 stand for.

    0 and 1 for a probability, else the smallest and the largest value.
    """
    values, low, high = values.cpu().double(), 0.0, 1.0
    if not probability:
        good = values[torch.isfinite(values)]
        low, high = (float(good.min()), float(good.max())) if len(good) else (0.0, 0.0)
        low, high = (low, high) if high > low else (low - 0.5, low + 0.5)
    numbers = ((values - low) / (high - low) * 65535).nan_to_num(0).clamp(0, 65535).round().numpy().astype("<u2")
    return base64.b64encode(numbers.tobytes()).decode(), [low, high]


def digits(square: tuple[float, float, float, float]) -> int:
    """Digits after the point that tell two thousand places apart on a side."""
    return after(square[1] - square[0], 2000)


def after(size: float, parts: int) -> int:
    """Digits after the point that tell `parts` parts of `size` apart."""
    return max(0, math.ceil(math.log10(parts / size))) if size > 0 else 0


def held(values: Tensor) -> Tensor:
    """Values that a picture can do with, on the CPU: no nan, none beyond a million.

    One that JSON does not know would end the run.
    """
    return values.detach().cpu().nan_to_num(0.0).clamp(-1e6, 1e6)


def number(value: float) -> float | None:
    """A number for JSON, None for one that is not finite."""
    return round(value, 6) if math.isfinite(value) else None


def rounded(values: Tensor, digits: int) -> list[float]:
    """The values of a tensor (n,) with so many digits after the point."""
    return np.round(values.cpu().double().numpy(), digits).tolist()


def as_json(words: dict[str, Any]) -> bytes:
    """Words of a picture as compact JSON."""
    return json.dumps(words, separators=(",", ":")).encode()
