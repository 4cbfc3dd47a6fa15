"""What theory says of distributions that are known: the best discriminator, the value it reaches, and how far apart two distributions are.

Densities are given as logarithms where they are compared point by point, and as values at the points of a grid, beside the volume of its
cells, where they are integrated. All divergences are in nats.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..data import Distribution

# --------------------------------------------------------------------------- the best discriminator


def optimal_discriminator(
    log_p: Tensor, log_g: Tensor, objective: str = "non-saturating", smoothing: float = 0.0
) -> Tensor:
    """The score of the best unrestricted D where the data have log density log_p and the generator log_g, both (...), element by element.

    minimax, non-saturating: the logit of D* = p / (p + g), log p - log g (arXiv:1406.2661, proposition 1); with one-sided label smoothing
        s that of (1 - s) p / (p + g) (arXiv:1606.03498, section 3.4).
    least-squares: (1 - s) p / (p + g) itself (arXiv:1611.04076, section 3.2, with targets 0 and 1 - s).
    hinge: the sign of p - g (arXiv:1705.02894).
    relativistic: log p - log g; any constant may be added, as only differences of scores count. (At this score the loss' derivative at x,
        p(x) E_g sigmoid(D(y) - D(x)) - g(x) E_p sigmoid(D(x) - D(y)), is 0, and the loss is convex in D.)

    Where neither has any mass D never is asked, and cannot tell: D = 1/2, or a score of 0. Raises ValueError for wasserstein, whose best
    critic depends on the whole of both densities (see `wasserstein`), and for relativistic-average, which has no closed form.
    """
    empty = torch.isneginf(log_p) & torch.isneginf(log_g)
    if objective in ("minimax", "non-saturating", "relativistic"):
        if objective != "relativistic" and smoothing:
            # (1 - s) p / (s p + g)
            logit = math.log1p(-smoothing) + log_p - torch.logaddexp(math.log(smoothing) + log_p, log_g)
        else:
            logit = log_p - log_g
        return logit.masked_fill(empty, 0.0)
    if objective == "least-squares":
        return (1 - smoothing) * torch.sigmoid((log_p - log_g).masked_fill(empty, 0.0))
    if objective == "hinge":
        return torch.sign((log_p - log_g).masked_fill(empty, 0.0))
    if objective in ("wasserstein", "relativistic-average"):
        raise ValueError(f"there is no best D for {objective} point by point")
    raise ValueError(f"{objective!r} is no objective")


# --------------------------------------------------------------------------- quadrature


def cells(low: float, high: float, count: int, dim: int) -> tuple[Tensor, float]:
    """Midpoints, float64 (count ** dim, dim), of equal cells that fill [low, high] ** dim, and the volume of one."""
    side = (high - low) / count
    axis = low + side * (torch.arange(count, dtype=torch.float64) + 0.5)
    return torch.cartesian_prod(*[axis] * dim).reshape(-1, dim), side**dim


def mass(density: Tensor, cell: float | Tensor) -> float:
    """How much of a density, given at the points of a grid with cells of volume `cell`, lies on the grid: 1 less what lies outside."""
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


def _sum_log(p: Tensor, q: Tensor) -> float:
    """Sum of p log(p / q), with 0 log 0 = 0; infinite where q is 0 and p is not."""
    return float((torch.special.xlogy(p, p) - torch.special.xlogy(p, q)).sum())


def _jsd(p: Tensor, g: Tensor) -> float:
    middle = (p + g) / 2
    return max(0.0, 0.5 * (_sum_log(p, middle) + _sum_log(g, middle)))


def divergences(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> dict[str, float]:
    """How far apart two densities are, by quadrature: p and g (M,) at the points of one grid with cells of volume `cell`.

    kl: KL(p || g). reverse_kl: KL(g || p). jsd: their Jensen-Shannon divergence, from 0 to ln 2. tv: total variation, from 0 to 1.
    le_cam: the integral of (p - g)^2 / (p + g), from 0 to 2. outside_p, outside_g: 1 less the mass found on the grid.
    Within the tolerance the densities are scaled to a mass of 1, so that no divergence is negative; a density whose mass is further from
    1 raises ValueError, for a divergence of things that are no distributions means nothing.
    """
    outside = {"outside_p": 1 - mass(p, cell), "outside_g": 1 - mass(g, cell)}
    p, g = _normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g")
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
    return _sum_log(_normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g"))


def jsd(p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01) -> float:
    """Jensen-Shannon divergence of two densities on one grid; see `divergences`."""
    return _jsd(_normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g"))


def wasserstein(p: Tensor, g: Tensor, cell: float, tolerance: float = 0.01) -> tuple[float, Tensor]:
    """(W1, best critic float64 (M,)) of two densities on an even grid on the line, its points in rising order, `cell` apart.

    W1 is the integral of |F_p - F_g|, their distribution functions; the best critic of slope at most 1 falls where F_p > F_g and rises
    where F_p < F_g (arXiv:1701.07875, eq. 2, in one dimension). A constant may be added to it; here its mean is 0.
    """
    p, g = _normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g")
    # of the mass left of the border between a point and the next
    ahead = torch.cumsum(p - g, 0)[:-1]
    ahead = torch.where(ahead.abs() < 1e-12, 0.0, ahead)
    critic = torch.cat([ahead.new_zeros(1), torch.cumsum(-torch.sign(ahead) * cell, 0)])
    return float(ahead.abs().sum() * cell), critic - critic.mean()


def value_at_optimum(
    p: Tensor, g: Tensor, cell: float, objective: str = "non-saturating", tolerance: float = 0.01
) -> float:
    """What D reaches at best, minus the smallest value of the objective's d_loss, for densities on one grid as in `divergences`.

    minimax, non-saturating: V(G, D*) = 2 JSD(p, g) - 2 ln 2 (arXiv:1406.2661, theorem 1).
    least-squares: -1/2 of the integral of p g / (p + g), which is le_cam / 8 - 1/4. (The Pearson divergence of arXiv:1611.04076 is that
        of G's loss, and for other targets.)
    hinge: -2 (1 - TV(p, g)), for the hinge is the surrogate loss of total variation (arXiv:math/0510521).
    relativistic: JSD(p x g, g x p) - ln 2: D tells the two orders of a pair apart. For M points it takes M^2 numbers; use some hundreds.
    wasserstein: W1(p, g) for critics of slope at most 1, on the line only.
    Raises ValueError for relativistic-average, of which theory gives no closed form.
    """
    if objective in ("minimax", "non-saturating"):
        return 2 * jsd(p, g, cell, tolerance) - 2 * math.log(2)
    if objective == "least-squares":
        return divergences(p, g, cell, tolerance)["le_cam"] / 8 - 0.25
    if objective == "hinge":
        return -2 * (1 - divergences(p, g, cell, tolerance)["tv"])
    if objective == "relativistic":
        p, g = _normalised(p, cell, tolerance, "p"), _normalised(g, cell, tolerance, "g")
        return jsd(torch.outer(p, g).flatten(), torch.outer(g, p).flatten(), 1.0, tolerance) - math.log(2)
    if objective == "wasserstein":
        return wasserstein(p, g, cell, tolerance)[0]
    raise ValueError(f"theory has no value in closed form for {objective!r}")


# --------------------------------------------------------------------------- from samples

REFERENCE = 1 << 18
"""Draws that a partition is made from. That they are finitely many adds about K / (8 REFERENCE) to a JSD over K boxes: 0.0001 for 256."""


class Partition:
    """The line or the plane cut into 2^levels boxes that a distribution gives the same mass: the leaves of a k-d tree.

    Each box is halved at the median of the reference points in it, across the axis along which they spread most, so the boxes are small
    where the distribution is narrow, at whatever scale; the outermost reach to infinity, so every point has a box.

    reference: (M, D). masses: float64 (2^levels,), of each box, from the reference points themselves.
    """

    def __init__(self, reference: Tensor, levels: int):
        self.levels = levels
        points = reference.detach().cpu().double().numpy()
        self.dim = points.shape[1]
        # heap order: the children of node i are 2 i + 1 and 2 i + 2
        self._axis, self._cut = np.zeros(2**levels - 1, np.int64), np.zeros(2**levels - 1)
        parts = [points]
        for level in range(levels):
            halves = []
            for i, part in enumerate(parts):
                axis = int(np.argmax(part.std(0))) if self.dim > 1 and len(part) else 0
                middle = len(part) // 2
                order = np.argpartition(part[:, axis], [middle - 1, middle]) if middle else np.arange(len(part))
                part = part[order]
                node = 2**level - 1 + i
                self._axis[node] = axis
                self._cut[node] = (part[middle - 1, axis] + part[middle, axis]) / 2 if middle else 0.0
                halves += [part[:middle], part[middle:]]
            parts = halves
        counts = np.maximum(self.counts(points), 0.5)
        self.masses = counts / counts.sum()

    def __len__(self) -> int:
        return 2**self.levels

    def counts(self, points: Tensor | np.ndarray) -> np.ndarray:
        """How many of the points (N, D) lie in each box: int64 (2^levels,)."""
        points = np.asarray(points, np.float64).reshape(-1, self.dim)
        node, row = np.zeros(len(points), np.int64), np.arange(len(points))
        for _ in range(self.levels):
            node = 2 * node + 1 + (points[row, self._axis[node]] > self._cut[node])
        return np.bincount(node - (len(self) - 1), minlength=len(self))


@functools.lru_cache(32)
def partition(distribution: Distribution, levels: int) -> Partition:
    """The partition of 2^18 fixed draws of a distribution, which is kept."""
    return Partition(distribution.sample(REFERENCE, torch.Generator().manual_seed(1))[0], levels)


def _apart(counts: np.ndarray, masses: np.ndarray) -> dict[str, np.ndarray]:
    """jsd, kl_data_g and kl_g_data of counts (..., K), each row a histogram, from the masses (K,)."""
    g, total = counts / counts.sum(-1, keepdims=True), counts.sum(-1, keepdims=True)
    middle = (g + masses) / 2

    def sum_log(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (a * np.log(np.where(a > 0, a, 1) / b)).sum(-1)

    return {
        "jsd": 0.5 * (sum_log(g, middle) + sum_log(masses, middle)),
        "kl_data_g": sum_log(masses, (counts + 0.5) / (total + 0.5 * len(masses))),
        "kl_g_data": sum_log(g, masses),
    }


ORACLES = 20
"""Perfect samplers whose mean is the oracle."""


@functools.lru_cache(256)
def _oracle(distribution: Distribution, n: int, levels: int) -> dict[str, float]:
    boxes, random = partition(distribution, levels), torch.Generator().manual_seed(2)
    counts = np.stack([boxes.counts(distribution.sample(n, random)[0].numpy()) for _ in range(ORACLES)])
    found = _apart(counts, boxes.masses)
    means = {f"{name}_oracle": float(values.mean()) for name, values in found.items()}
    return means | {f"{name}_oracle_sd": float(values.std(ddof=1)) for name, values in found.items()}


def divergence_from_samples(samples: Tensor, distribution: Distribution, levels: int | None = None) -> dict[str, Any]:
    """How far a generator's samples (N, D), or (N,) where D = 1, are from the distribution they should follow, which need have no density.

    The line or plane is cut into K = 2^levels boxes of the same mass (`Partition`; by default K = 64 on the line, 256 in the plane), and
    the histogram of the samples is compared with the boxes' masses. What is estimated is thus the divergence of the two distributions
    coarsened to K boxes: by the data processing inequality a lower bound of the true one.

    jsd: Jensen-Shannon divergence, at most ln 2. kl_g_data: KL(samples || distribution), large where the generator puts mass that the data
    do not have. kl_data_g: KL(distribution || samples), large where it leaves out what the data have. That one would be infinite as soon as one
    box stays empty, so half a sample is added to each box (Krichevsky and Trofimov 1981): it is at most about ln(2N + K), and a
    sampler that is perfect is not far from what it would score without. Each with ..._error: its standard error by the bootstrap, 100 times;
    ..._oracle: what N draws from the distribution itself score, counted the same way, because a histogram of finitely many never fits (about
    (K - 1) / 8N for the JSD and (K - 1) / 2N for the KLs), the mean of 20; ..._oracle_sd: the spread of one such score. No honest
    method is below the oracle but by noise. n: N. cells: K.

    The first call for a (distribution, N) makes the boxes and the oracle, up to about a second; later ones take milliseconds. Raises ValueError for no samples,
    or samples that are not finite.
    """
    points = samples.detach().to("cpu", torch.float64).reshape(-1, distribution.dim).numpy()
    if not len(points) or not np.isfinite(points).all():
        raise ValueError("a divergence needs at least one sample, and all of them finite")
    if levels is None:
        levels = 6 if distribution.dim == 1 else 8
    boxes = partition(distribution, levels)
    counts = boxes.counts(points)
    again = np.random.default_rng(0).multinomial(len(points), counts / len(points), size=100)
    return {
        **{name: float(value) for name, value in _apart(counts, boxes.masses).items()},
        **{f"{name}_error": float(values.std(ddof=1)) for name, values in _apart(again, boxes.masses).items()},
        **_oracle(distribution, len(points), levels),
        "n": len(points),
        "cells": len(boxes),
    }
