"""What the tests of the metrics measure."""

from __future__ import annotations

import torch

from gan_core.data import DataSet

POINTS = {"resolution": None, "architecture": "mlp", "width": 8, "latent_dim": 2}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise_images(n: int, seed: int = 0, shape: tuple[int, ...] = (1, 8, 8)) -> DataSet:
    return DataSet(torch.randint(0, 256, (n, *shape), generator=seeded(seed), dtype=torch.uint8))
