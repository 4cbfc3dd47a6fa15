"""How far apart two distributions are whose densities are known, by quadrature.

Densities are given as values at the points of a grid, beside the volume of its cells. All divergences are in nats.
"""

from __future__ import annotations

import torch
from torch import Tensor


def cells(low: float, high: float, count: int, dim: int) -> tuple[Tensor, float]:
    """Midpoints, float64 (count ** dim, dim), of equal cells that fill [low, high] ** dim, and the volume of one."""
    side = (high - low) / count
    axis = low + side * (torch.arange(count, dtype=torch.float64) + 0.5)
    return torch.cartesian_prod(*[axis] * dim).reshape(-1, dim), side**dim


def mass(density: Tensor, cell: float | Tensor) -> float:
    """How much of a density, given at the points of a grid with cells of volume `cell`, lies on the grid."""
    return float((density.double() * cell).sum())


def _normalised(density: Tensor, cell: float | Tensor, tolerance: float, name: str) -> Tensor:
    """The probability of each cell; ValueError unless they sum to 1 within the tolerance."""
    if not bool(torch.isfinite(density).all()) or bool((density < 0).any()):
        raise ValueError(f"{name} is no density: it is negative or not finite somewhere")
    total = mass(density, cell)
    if abs(total - 1) > tolerance:
        missing = (
            f"{1 - total:.2g} of it lies outside of the grid, or between its points"
            if total < 1
            else "the grid is too coarse for it"
        )
        raise ValueError(f"{name} sums to {total:.6g} on this grid, not to 1 within {tolerance:g}: {missing}")
    found = density.double() * cell / total
    # half of a number that small is 0, and a divergence compares with a half
    return torch.where(found < 1e-300, 0.0, found)


def probabilities(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> tuple[Tensor, Tensor]:
    """The probability of each cell under two densities, (M,) float64; ValueError unless they sum to about 1."""
    return _normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g")


def _sum_log(p: Tensor, q: Tensor) -> float:
    """Sum of p log(p / q), with 0 log 0 = 0; infinite where q is 0 and p is not."""
    return float((torch.special.xlogy(p, p) - torch.special.xlogy(p, q)).sum())


def _jsd(p: Tensor, g: Tensor) -> float:
    middle = (p + g) / 2
    return max(0.0, 0.5 * (_sum_log(p, middle) + _sum_log(g, middle)))


def divergences(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> dict[str, float]:
    """How far apart two densities are: p and g (M,) at the points of one grid with cells of volume `cell`.

    kl: KL(p || g). reverse_kl: KL(g || p). jsd: their Jensen-Shannon divergence, from 0 to ln 2. tv: total variation,
    from 0 to 1.
    le_cam: the integral of (p - g)^2 / (p + g), from 0 to 2. outside_p, outside_g: 1 less the mass found on the grid.
    Within the tolerance the densities are scaled to a mass of 1, so that no divergence is negative; a density whose
    mass is further from 1 raises ValueError, for a divergence of things that are no distributions means nothing.
    """
    outside = {"outside_p": 1 - mass(p, cell), "outside_g": 1 - mass(g, cell)}
    p, g = probabilities(p, g, cell, tolerance)
    both = p + g
    return {
        "kl": _sum_log(p, g),
        "reverse_kl": _sum_log(g, p),
        "jsd": _jsd(p, g),
        "tv": float((p - g).abs().sum()) / 2,
        "le_cam": float(torch.where(both > 0, (p - g) ** 2 / both, 0).sum()),
        **outside,
    }


def kl(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> float:
    """KL(p || g) of two densities on one grid; see `divergences`."""
    return _sum_log(*probabilities(p, g, cell, tolerance))


def jsd(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> float:
    """Jensen-Shannon divergence of two densities on one grid; see `divergences`."""
    return _jsd(*probabilities(p, g, cell, tolerance))


def wasserstein(p: Tensor, g: Tensor, cell: float, tolerance: float = 0.01) -> tuple[float, Tensor]:
    """(W1, best critic float64 (M,)) of two densities on an even grid on the line, points rising, `cell` apart.

    W1 is the integral of |F_p - F_g|, their distribution functions; the best critic of slope at most 1 falls where F_p
    > F_g and rises where F_p < F_g (arXiv:1701.07875, eq. 2, in one dimension). A constant may be added to it; here its
    mean is 0.
    """
    p, g = probabilities(p, g, cell, tolerance)
    # of the mass left of the border between a point and the next
    ahead = torch.cumsum(p - g, 0)[:-1]
    ahead = torch.where(ahead.abs() < 1e-12, 0.0, ahead)
    critic = torch.cat([ahead.new_zeros(1), torch.cumsum(-torch.sign(ahead) * cell, 0)])
    return float(ahead.abs().sum() * cell), critic - critic.mean()
