"""The latent vectors that are looked at again and again, so that only G moves the picture."""

from __future__ import annotations

import torch
from torch import Tensor

from ..config import TrainConfig
from ..method.order import stream
from ..method.priors import PRIORS

WATCHED = 64
"""Samples in the batch that is looked at, at the least: fewer make poor batch statistics."""
MANY = 4000
"""Fakes drawn at every frame, for G's density; the first of them are dots and arrows in a plane."""
LATTICE = {1: (1, 201), 2: (21, 21)}
"""Rows and columns of the lattice of z whose image is drawn in a plane, by latent dimension."""
TAIL = 0.005
"""Share of an unbounded prior that a lattice leaves out on each side."""


def watched(config: TrainConfig) -> int:
    """How many fixed samples there are: those on show, and what it takes for steady batch statistics and full packs."""
    return -(-max(config.shown, WATCHED) // config.packing) * config.packing


def fixed_noise(config: TrainConfig) -> Tensor:
    """The noise that is drawn again and again to watch a run learn: float32 (n, latent_dim), n >= WATCHED, on the CPU.

    The first `config.shown` are on show; the others only steady the batch statistics. With class labels each class has
    the same noise vectors.
    """
    random = torch.Generator().manual_seed(stream(config.seed, "fixed noise"))
    z = PRIORS[config.prior].draw(watched(config), config.latent_dim, random, None)
    if config.grid:
        rows, columns = config.grid
        z[: config.shown] = z[:columns].repeat(rows, 1)
    return z


def fixed_labels(config: TrainConfig) -> Tensor | None:
    """The labels that go with the fixed noise, class by class: int64 (n,), on the CPU; None without classes."""
    if not config.grid:
        return None
    rows, columns = config.grid
    rest = torch.arange(watched(config) - config.shown) % config.n_classes
    return torch.cat([torch.arange(rows).repeat_interleave(columns), rest])


def many_noise(config: TrainConfig, count: int = MANY) -> Tensor:
    """`count` latent vectors, float32 (count, latent_dim), the same ones at every frame."""
    return PRIORS[config.prior].draw(
        count, config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "density noise")), None
    )


def lattice(config: TrainConfig) -> Tensor | None:
    """Vertices of a lattice of the prior whose cells all have the same mass.

    float32 (rows * columns, latent_dim) of `LATTICE`, row by row.

    In each coordinate they are quantiles, from 0 to 1 where the prior is bounded, else from TAIL to 1 - TAIL. None for
    more than two dimensions and for the sphere, whose coordinates are not independent.
    """
    quantile = PRIORS[config.prior].quantile
    if quantile is None or config.latent_dim not in LATTICE:
        return None
    ends = torch.tensor([0.0, 1.0], dtype=torch.float64)
    if not torch.isfinite(quantile(ends)).all():
        ends = torch.tensor([TAIL, 1 - TAIL], dtype=torch.float64)
    rows, columns = LATTICE[config.latent_dim]
    ticks = quantile(torch.linspace(float(ends[0]), float(ends[1]), columns, dtype=torch.float64)).float()
    return ticks[:, None] if rows == 1 else torch.stack([ticks.repeat(rows), ticks.repeat_interleave(columns)], 1)
