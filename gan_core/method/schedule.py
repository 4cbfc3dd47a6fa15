"""Learning rates and Adam's momenta as they are at a step."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ..config import TrainConfig


class Rates(NamedTuple):
    """Learning rates of both networks, and Adam's two betas."""

    lr_d: float
    lr_g: float
    betas: tuple[float, float]


SHAPES: dict[str, Callable[[float], float]] = {
    "none": lambda past: 0.0,
    "linear": lambda past: past,
    "cosine": lambda past: (1 - math.cos(math.pi * past)) / 2,
}
"""From the share of the change that is past to the share of the way that the rates have gone (arXiv:1608.03983)."""


def rates(config: TrainConfig, step: int, total_steps: int) -> Rates:
    """The rates after `step` steps of a run that has `total_steps`."""
    c = config
    gone = SHAPES[c.anneal](min(1.0, step / (c.anneal_steps or max(1, total_steps))))
    share = 1 + gone * (c.lr_end - 1)
    beta2 = c.beta2 if c.beta2_end is None else c.beta2 + gone * (c.beta2_end - c.beta2)
    return Rates(c.lr_d * share, c.lr_g * share, (c.beta1, beta2))
