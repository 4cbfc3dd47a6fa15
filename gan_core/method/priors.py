"""Where the latent vector z is drawn from. Each prior is a function of a shape and a random generator."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Draw = Callable[[int, int, torch.Generator | None, torch.device | str | None], Tensor]


@dataclass(frozen=True)
class Prior:
    """`draw(n, dim, generator, device)` -> float32 (n, dim).

    `low` and `high` bound what one coordinate is worth exploring by hand.

    Where coordinates are independent, for one of them: `log_density(z)`, -inf outside the support, and `quantile(u)`,
    the z below which a share u in [0, 1] of it lies; both element by element. None for the sphere.
    """

    draw: Draw
    low: float
    high: float
    log_density: Callable[[Tensor], Tensor] | None = None
    quantile: Callable[[Tensor], Tensor] | None = None


def normal(
    n: int, dim: int, generator: torch.Generator | None = None, device: torch.device | str | None = None
) -> Tensor:
    """N(0, I)."""
    return torch.randn(n, dim, generator=generator, device=device)


def uniform(
    n: int, dim: int, generator: torch.Generator | None = None, device: torch.device | str | None = None
) -> Tensor:
    """Uniform on [-1, 1]^dim."""
    return torch.rand(n, dim, generator=generator, device=device).mul_(2).sub_(1)


def uniform_half(
    n: int, dim: int, generator: torch.Generator | None = None, device: torch.device | str | None = None
) -> Tensor:
    """Uniform on [-0.5, 0.5]^dim."""
    return torch.rand(n, dim, generator=generator, device=device).sub_(0.5)


def truncated_normal(
    n: int, dim: int, generator: torch.Generator | None = None, device: torch.device | str | None = None
) -> Tensor:
    """N(0, I) with every coordinate conditioned on |z| <= 2 (Brock et al.

    2018, arXiv:1809.11096), by the inverse distribution function.
    """
    # float64: the inverse error function is steep near its ends, and 2 must not be passed
    u = torch.rand(n, dim, generator=generator, device=device, dtype=torch.float64)
    edge = torch.erf(torch.tensor(2 / 2**0.5, dtype=torch.float64))
    return ((u * 2 - 1) * edge).erfinv_().mul_(2**0.5).clamp_(-2, 2).float()


def sphere(
    n: int, dim: int, generator: torch.Generator | None = None, device: torch.device | str | None = None
) -> Tensor:
    """Uniform on the sphere of radius sqrt(dim) (White 2016, arXiv:1609.04468).

    Each coordinate then has variance 1, as under the normal.
    """
    z = torch.randn(n, dim, generator=generator, device=device)
    return z * (dim**0.5 / z.norm(dim=1, keepdim=True).clamp_min(1e-12))


def _normal_log(z: Tensor) -> Tensor:
    return -0.5 * z.square() - 0.5 * math.log(2 * math.pi)


def _flat(half: float) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """Log density and quantile of the uniform distribution on [-half, half]."""

    def log_density(z: Tensor) -> Tensor:
        return torch.where(z.abs() <= half, -math.log(2 * half), -math.inf).to(z.dtype)

    return log_density, lambda u: (2 * u - 1) * half


_WITHIN = math.erf(2 / 2**0.5)
"""How much of a normal distribution lies in [-2, 2]."""


def _truncated_log(z: Tensor) -> Tensor:
    return torch.where(z.abs() <= 2, _normal_log(z) - math.log(_WITHIN), -math.inf)


def _truncated_quantile(u: Tensor) -> Tensor:
    return torch.special.ndtri((1 - _WITHIN) / 2 + u * _WITHIN).clamp(-2, 2)


PRIORS: dict[str, Prior] = {
    "normal": Prior(normal, -3, 3, _normal_log, torch.special.ndtri),
    "uniform": Prior(uniform, -1, 1, *_flat(1.0)),
    "uniform-half": Prior(uniform_half, -0.5, 0.5, *_flat(0.5)),
    "truncated-normal": Prior(truncated_normal, -2, 2, _truncated_log, _truncated_quantile),
    "sphere": Prior(sphere, -3, 3),
}
