"""Distances between two sets of samples in a network's features, and how often each class comes up.

Fréchet and kernel distances are torch-fidelity's. In a classifier of ours they are named after that classifier and
are no FID; FID and KID are the same distances in the features of the Inception network (`inception.py`).
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .manifold import features as checked
from .manifold import prdc
from .mixtures import Spread

SUBSETS, SUBSET = 20, 1000
"""The kernel distance is the mean over this many random subsets of at most this many samples of each set."""


# --------------------------------------------------------------------------- classes


def class_counts(logits: Tensor) -> Tensor:
    """How many of the samples each class gets: int64 (K,) from logits (N, K)."""
    return torch.bincount(logits.argmax(1), minlength=logits.shape[1])


def class_kl(counts: Tensor, reference: Tensor | None = None) -> float:
    """KL(counts || reference) in nats, both (K,) and scaled to sum 1; None is the uniform distribution.

    inf where a class of the counts has none in the reference; nan where there are no counts. With n samples of the
    reference itself it is about (K - 1) / 2n, not 0. Raises ValueError for different lengths.
    """
    reference = torch.ones(len(counts)) if reference is None else reference
    if counts.shape != reference.shape:
        raise ValueError(f"{len(counts)} classes cannot be compared with {len(reference)}")
    p, q = counts.double() / counts.sum(), reference.double() / reference.sum()
    return float(torch.where(p > 0, p * (p / q).log(), 0 * p).sum())


# --------------------------------------------------------------------------- distances, by torch-fidelity


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Fréchet distance of the Gaussians with the means and covariances of features a (N, F) and b (M, F).

    |mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^1/2) (Heusel et al. 2017, arXiv:1706.08500), in float64. It is biased
    upwards, the more the fewer samples: compare it only with distances of as many. Raises ValueError for shapes that
    do not fit.
    """
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

    a, b = _pair(a, b)
    found = fid_statistics_to_metric(fid_features_to_statistics(a), fid_features_to_statistics(b), verbose=False)
    return float(found[KEY_METRIC_FID])


def kernel_distance(a: Tensor, b: Tensor, seed: int = 0) -> Spread:
    """Squared maximum mean discrepancy of features a (N, F) and b (M, F).

    Mean and deviation over 20 random subsets of at most 1,000 of each.
    Unbiased, with the kernel (x.y / F + 1)^3 (Bińkowski et al. 2018, arXiv:1801.01401): about 0 for the same
    distribution, and then below it half of the time. Raises ValueError for shapes that do not fit.
    """
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric

    a, b = _pair(a, b)
    size = min(SUBSET, len(a), len(b))
    found = kid_features_to_metric(a, b, kid_subsets=SUBSETS, kid_subset_size=size, rng_seed=seed, verbose=False)
    return Spread(float(found[KEY_METRIC_KID_MEAN]), float(found[KEY_METRIC_KID_STD]))


def _pair(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    a, b = checked(a, "the first"), checked(b, "the second")
    if a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(
            f"two sets of at least two points with as many features each are needed, not {tuple(a.shape)} and "
            f"{tuple(b.shape)}"
        )
    return a, b


def compare_features(real: Tensor, fake: Tensor, other: Tensor, network: str, k: int = 5) -> dict[str, Any]:
    """Every comparison of two sets of features, real (N, F) and fake (M, F), and of other reals in place of the fakes.

    {"network", "n_real", "n_fake", "value": {...}, "floor": {...}}, the last two with `frechet`, `kernel`,
    `kernel_sd`, `precision`, `recall`, `density`, `coverage`. The floor is what reals score against reals: no honest
    generator is below (or above) it but by noise, provided that there are as many `other` as fake ones; ValueError if
    not.
    """
    if len(other) != len(fake):
        raise ValueError(f"the floor needs as many real samples as there are fakes ({len(fake)}), not {len(other)}")

    def scores(points: Tensor) -> dict[str, float]:
        kernel = kernel_distance(real, points)
        return {
            "frechet": frechet_distance(real, points),
            "kernel": kernel.mean,
            "kernel_sd": kernel.sd,
            **prdc(real, points, k),
        }

    return {"network": network, "n_real": len(real), "n_fake": len(fake), "value": scores(fake), "floor": scores(other)}


def real_halves(size: int, n: int, groups: Tensor | None = None, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Indices of two sets of n reals each, int64, out of `size`, without a common sample or group.

    `groups`, int64 (size,), are the originals that samples are versions of (`DataSet.originals`); None: each is its
    own. Of as many as there are where they do not suffice for n; the two are of the same length, and at least one.
    Raises ValueError for fewer than two samples or groups.
    """
    groups = torch.arange(size) if groups is None else groups
    random = torch.Generator().manual_seed(seed)
    order = torch.randperm(int(groups.max()) + 1 if size else 0, generator=random)
    if len(order) < 2:
        raise ValueError("two sets of real samples need at least two different originals")
    first = torch.zeros(len(order), dtype=torch.bool)
    first[order[: len(order) // 2]] = True
    shuffled = torch.randperm(size, generator=random)
    mine = first[groups[shuffled]]
    a, b = shuffled[mine], shuffled[~mine]
    n = min(n, len(a), len(b))
    return a[:n], b[:n]
