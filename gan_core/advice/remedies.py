"""What the remedies of several kinds have in common."""

from __future__ import annotations

import math
from typing import Any

from ..config import TrainConfig
from ..config.games import GAMES
from .finding import Remedy


def needs_bound(config: TrainConfig) -> bool:
    """Whether the objective needs a critic whose slope something bounds."""
    return GAMES[config.objective].clip > 0


def gradient_penalty(config: TrainConfig) -> dict[str, Any]:
    """WGAN-GP with a fitting weight: points 1, images 10."""
    return {"penalty": "wgan-gp", "penalty_weight": 1.0 if not config.is_image else 10.0}


def weight(config: TrainConfig) -> float:
    """A fitting weight of R1 or R2: points 0.1, images 1, large ones 10."""
    return 0.1 if not config.is_image else 1.0 if (config.resolution or 0) <= 32 else 10.0


def balance(config: TrainConfig) -> dict[str, Any]:
    """Equal rates where one is more than three times the other: their geometric mean."""
    slow, fast = sorted((config.lr_d, config.lr_g))
    if not slow or fast <= 3 * slow:
        return {}
    middle = float(f"{math.sqrt(slow * fast):.1g}")
    return {"lr_d": middle, "lr_g": middle}


def slower(config: TrainConfig, share: float) -> Remedy:
    """Both learning rates times that."""
    rates = {"lr_d": float(f"{config.lr_d * share:.2g}"), "lr_g": float(f"{config.lr_g * share:.2g}")}
    return rates, (
        f"Lower both learning rates, to {rates['lr_d']:g} and {rates['lr_g']:g}: smaller steps overshoot less. "
        "Applies at once."
    )
