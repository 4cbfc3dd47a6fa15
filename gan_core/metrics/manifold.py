"""Precision, recall, density and coverage: how two sets of points lie in each other's neighbourhoods."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

CHUNK = 4_000_000
"""Entries of a distance matrix held at a time: 32 MB."""


def prdc(real: Tensor | np.ndarray, fake: Tensor | np.ndarray, k: int = 5) -> dict[str, float]:
    """Precision, recall, density and coverage of fake (M, F) against real (N, F) points of any feature space.

    A point's ball reaches to its k-th nearest neighbour in its own set. `precision`: share of fakes inside some
    real's ball; `recall`: share of reals inside some fake's (Kynkäänniemi et al. 2019, arXiv:1904.06991, eqs. 1 and
    2: the edge belongs to the ball). `density`: in how many reals' balls a fake lies on average, over k, 1 for the
    same distribution and possibly above; `coverage`: share of reals with a fake in their ball (Naeem et al. 2020,
    arXiv:2002.09797, eqs. 3 and 4; the edge does not belong, as in the authors' code, so that density and coverage of
    a set against itself are exactly 1).

    Needs memory for 4 million distances, whatever N and M. Raises ValueError where shapes do not fit, a set has no
    more than k points, or one is not finite.
    """
    real, fake = features(real, "real"), features(fake, "fake")
    if real.shape[1] != fake.shape[1]:
        raise ValueError(f"real points have {real.shape[1]} features and fake ones {fake.shape[1]}")
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k < min(len(real), len(fake)):
        raise ValueError(
            f"k = {k} is not possible: use a whole number from 1 to below the size of the smaller set "
            f"({min(len(real), len(fake))})"
        )
    # distances do not change, and numbers around 0 lose fewer digits in the expanded square
    centre = real.mean(0)
    real, fake = real - centre, fake - centre
    reach_real, reach_fake = _reach(real, k), _reach(fake, k)
    inside, balls = torch.zeros(len(fake), dtype=torch.bool), torch.zeros(len(fake), dtype=torch.int64)
    covered = recalled = 0
    for rows, squared in _blocks(real, fake):
        edge = reach_real[rows, None]
        inside |= (squared <= edge).any(0)
        within = squared < edge
        balls += within.sum(0)
        covered += int(within.any(1).sum())
        recalled += int((squared <= reach_fake).any(1).sum())
    return {
        "precision": float(inside.double().mean()),
        "recall": recalled / len(real),
        "density": float(balls.double().mean() / k),
        "coverage": covered / len(real),
    }


def features(points: Tensor | np.ndarray, name: str) -> Tensor:
    """float64 (N, F) on the CPU. ValueError where that cannot be."""
    found = torch.as_tensor(points).detach().to("cpu", torch.float64)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"{name} points must have the shape (N, F), not {tuple(found.shape)}")
    if not torch.isfinite(found).all():
        raise ValueError(f"{name} points are not all finite")
    return found


def _reach(points: Tensor, k: int) -> Tensor:
    """Squared distance of each point (N, F) to its k-th nearest other point: (N,)."""
    found = []
    for rows, squared in _blocks(points, points):
        squared[torch.arange(len(squared)), torch.arange(rows.start, rows.stop)] = torch.inf
        found.append(squared.topk(k, largest=False).values[:, -1])
    return torch.cat(found)


def _blocks(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Squared distances between a (N, F) and b (M, F), in blocks of rows: (rows, (n, M))."""
    size_a, size_b = a.square().sum(1), b.square().sum(1)
    step = max(1, CHUNK // len(b))
    for start in range(0, len(a), step):
        rows = slice(start, min(start + step, len(a)))
        sizes = size_a[rows, None] + size_b
        squared = sizes.addmm(a[rows], b.T, alpha=-2)
        # what rounding leaves of equal points is 0: a copy must lie inside a ball of radius 0
        squared[squared < 1e-13 * sizes] = 0
        yield rows, squared
