"""Fréchet and kernel distances, and how often each class comes up."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from measured import seeded

from gan_core.metrics import (
    class_counts,
    class_kl,
    compare_features,
    frechet_distance,
    kernel_distance,
    real_halves,
)


def test_frechet_distance_of_gaussians():
    """Of sets with exactly known means and covariances: |m|^2 + sum (sqrt a - sqrt b)^2 where covariances commute."""
    base = torch.randn(400, 3, generator=seeded()).double()
    base = base - base.mean(0)
    white = base @ torch.linalg.inv(torch.linalg.cholesky(base.T.cov())).T
    a, b = torch.tensor([1.0, 4.0, 9.0]).double(), torch.tensor([4.0, 1.0, 16.0]).double()
    shift = torch.tensor([1.0, -2.0, 0.5]).double()
    expected = float(shift.square().sum() + (a.sqrt() - b.sqrt()).square().sum())
    turn = torch.linalg.qr(torch.randn(3, 3, generator=seeded(1)).double())[0]
    x, y = white * a.sqrt() @ turn, white * b.sqrt() @ turn + shift
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-9)


def test_frechet_distance_of_covariances_that_do_not_commute():
    random = np.random.default_rng(0)
    x, y = (
        random.normal(size=(300, 4)) @ random.normal(size=(4, 4)),
        random.normal(size=(200, 4)) @ random.normal(size=(4, 4)),
    )
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)

    def root(m):
        w, v = np.linalg.eigh(m)
        return (v * np.sqrt(np.clip(w, 0, None))) @ v.T

    expected = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(s + t - 2 * root(root(s) @ t @ root(s)))
    assert frechet_distance(torch.from_numpy(x), torch.from_numpy(y)) == pytest.approx(expected, rel=1e-8)


def test_kernel_distance_is_unbiased():
    """For one distribution the mean over independent pairs is 0 within its error; a biased one would be far above."""
    scores = [
        kernel_distance(torch.randn(60, 4, generator=seeded(i)), torch.randn(60, 4, generator=seeded(1000 + i))).mean
        for i in range(60)
    ]
    assert abs(np.mean(scores)) < 4 * np.std(scores) / math.sqrt(60)
    assert min(scores) < 0 < max(scores)
    apart = kernel_distance(torch.randn(60, 4, generator=seeded()), torch.randn(60, 4, generator=seeded(1)) + 1)
    assert apart.mean > 10 * np.std(scores)


def test_kernel_distance_by_hand():
    """Sets no larger than a subset are used whole: the unbiased estimate with kernel (x.y / F + 1)^3, pair by pair."""
    x, y = torch.randn(12, 3, generator=seeded()).double(), torch.randn(12, 3, generator=seeded(1)).double() * 1.5

    def k(a, b):
        return (float(a @ b) / 3 + 1) ** 3

    n = range(12)
    within = sum(k(s[i], s[j]) for s in (x, y) for i in n for j in n if i != j) / (12 * 11)
    across = sum(k(x[i], y[j]) for i in n for j in n) / 144
    found = kernel_distance(x, y)
    assert found.mean == pytest.approx(within - 2 * across, rel=1e-9) and found.sd == pytest.approx(0, abs=1e-9)


def test_distances_refuse_what_does_not_fit():
    x = torch.zeros(10, 3)
    for function in (frechet_distance, kernel_distance):
        for a, b in ((x, x[:, :2]), (x, x[:1]), (x * math.nan, x)):
            with pytest.raises(ValueError):
                function(a, b)


def test_compared_features_carry_their_network_and_numbers():
    real, other = torch.randn(60, 4, generator=seeded()), torch.randn(50, 4, generator=seeded(1))
    found = compare_features(real, other + 3, other, "toy network (4 features)")
    assert (found["network"], found["n_real"], found["n_fake"]) == ("toy network (4 features)", 60, 50)
    assert (
        found["value"]["frechet"] > 10 * found["floor"]["frechet"]
        and found["value"]["precision"] < found["floor"]["precision"]
    )
    assert (
        found["floor"]["frechet"] == frechet_distance(real, other)
        and found["value"]["kernel"] == kernel_distance(real, other + 3).mean
    )
    with pytest.raises(ValueError, match="as many real samples"):
        compare_features(real, other, real, "toy")


def test_halves_of_the_reals_share_nothing():
    a, b = real_halves(100, 30)
    assert len(a) == len(b) == 30 and not set(a.tolist()) & set(b.tolist())
    a, b = real_halves(100, 500)
    assert len(a) == len(b) == 50
    groups = torch.arange(100) % 10
    a, b = real_halves(100, 500, groups)
    assert len(a) == 50 and not set((a % 10).tolist()) & set((b % 10).tolist())
    assert torch.equal(real_halves(100, 30)[0], real_halves(100, 30)[0])
    with pytest.raises(ValueError, match="two different"):
        real_halves(10, 5, torch.zeros(10, dtype=torch.int64))


def test_class_kl():
    assert class_kl(torch.tensor([5, 5, 5, 5])) == pytest.approx(0, abs=1e-12)
    assert class_kl(torch.tensor([9, 0, 0, 0])) == pytest.approx(math.log(4))
    assert class_kl(torch.tensor([1, 1]), torch.tensor([1, 3])) == pytest.approx(
        0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    )
    assert class_kl(torch.tensor([30, 10]), torch.tensor([3, 1])) == pytest.approx(0, abs=1e-12)
    assert class_kl(torch.tensor([1, 1]), torch.tensor([1, 0])) == math.inf
    assert math.isnan(class_kl(torch.tensor([0, 0])))
    with pytest.raises(ValueError):
        class_kl(torch.tensor([1, 1]), torch.tensor([1, 1, 1]))
    assert class_counts(torch.eye(4)[[0, 2, 2]]).tolist() == [1, 0, 2, 0]
