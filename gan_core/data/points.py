"""Points drawn from distributions that are known, and the densities of these."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..config import TrainConfig
from .dataset import DataSet

COUNT = 100_000


def gaussian(config: TrainConfig) -> DataSet:
    """100,000 draws from N(1.5, 0.5²), the same each time."""
    mean, deviation = 1.5, 0.5

    def density(x: Tensor) -> Tensor:
        x = x.reshape(-1)
        return torch.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * math.sqrt(2 * math.pi))

    draws = torch.randn(COUNT, 1, generator=torch.Generator().manual_seed(0))
    return DataSet(draws * deviation + mean, density=density)
