"""Walking through latent space."""

from __future__ import annotations

import torch
from torch import Tensor

from ..config import TrainConfig
from ..method.priors import PRIORS


def from_seed(config: TrainConfig, seed: int) -> Tensor:
    """The latent vector that `seed` names, drawn from the configuration's prior: float32 (latent_dim,)."""
    return PRIORS[config.prior].draw(1, config.latent_dim, torch.Generator().manual_seed(seed), None)[0]


def linear(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The straight line from a to b (dim,) at t (n,): (n, dim). Exactly a at 0 and b at 1."""
    return torch.lerp(a[None], b[None], t[:, None])


def spherical(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The great arc from a to b (dim,) at t (n,): (n, dim), turning evenly; its length goes linearly from |a| to |b|.

    In many dimensions normal samples lie near a sphere, which the straight line leaves (White 2016, arXiv:1609.04468).
    Falls back to the straight line where there is no arc: one dimension, a zero vector, or vectors in exactly
    (opposite) directions.
    """
    start, end = a.double(), b.double()  # float32 has no digits left for almost opposite directions
    length_a, length_b = start.norm(), end.norm()
    if a.numel() < 2 or min(length_a, length_b) < 1e-8:
        return linear(a, b, t)
    start, end = start / length_a, end / length_b
    angle = torch.arccos(torch.dot(start, end).clamp(-1, 1))
    if torch.sin(angle) < 1e-4:
        return linear(a, b, t)
    t = t.double()[:, None]
    direction = (torch.sin((1 - t) * angle) * start + torch.sin(t * angle) * end) / torch.sin(angle)
    return (direction * torch.lerp(length_a, length_b, t)).to(a.dtype)


PATHS = {"linear": linear, "spherical": spherical}
