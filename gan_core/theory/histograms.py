"""How far samples are from a distribution that can be drawn from, by histograms over boxes of equal mass. In nats."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..data import Distribution

REFERENCE = 1 << 18
"""Draws that a partition is made from. That they are finitely many adds about K / (8 REFERENCE) to a JSD over K boxes:
0.0001 for 256."""


class Partition:
    """The line or the plane cut into 2^levels boxes that a distribution gives the same mass: the leaves of a k-d tree.

    Each box is halved at the median of the reference points in it, across the axis along which they spread most, so the
    boxes are small where the distribution is narrow, at whatever scale; the outermost reach to infinity, so every point
    has a box.

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
    """How far a generator's samples are from the distribution they should follow, which need have no density.

    samples: (N, D), or (N,) where D = 1. levels: how often boxes are halved.

    The line or plane is cut into K = 2^levels boxes of the same mass (`Partition`; by default K = 64 on the line, 256
    in the plane), and the histogram of the samples is compared with the boxes' masses. What is estimated is thus the
    divergence of the two distributions
    coarsened to K boxes: by the data processing inequality a lower bound of the true one.

    jsd: Jensen-Shannon divergence, at most ln 2. kl_g_data: KL(samples || distribution), large where the generator puts
    mass that the data do not have. kl_data_g: KL(distribution || samples), large where it leaves out what the data
    have. That one would be infinite as soon as one box stays empty, so half a sample is added to each box (Krichevsky
    and Trofimov 1981): it is at most about ln(2N + K), and a sampler that is perfect is not far from what it would
    score without. Each with ..._error: its standard error by the bootstrap, 100 times; ..._oracle: what N draws from
    the distribution itself score, counted the same way, because a histogram of finitely many never fits (about (K - 1)
    / 8N for the JSD and (K - 1) / 2N for the KLs), the mean of 20; ..._oracle_sd: the spread of one such score. No
    honest method is below the oracle but by noise. n: N. cells: K.

    The first call for a (distribution, N) makes the boxes and the oracle, up to about a second; later ones take
    milliseconds. Raises ValueError for no samples, or samples that are not finite.
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
