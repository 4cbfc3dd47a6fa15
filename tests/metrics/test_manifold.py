"""Precision, recall, density and coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from measured import seeded

from gan_core.metrics import (
    prdc,
)


def slow_prdc(real: np.ndarray, fake: np.ndarray, k: int) -> dict[str, float]:
    """The definitions, one pair of points at a time."""

    def distance(a, b):
        return math.sqrt(sum((float(u) - float(v)) ** 2 for u, v in zip(a, b, strict=True)))

    def reach(points):
        return [sorted(distance(p, q) for j, q in enumerate(points) if j != i)[k - 1] for i, p in enumerate(points)]

    radius_real, radius_fake = reach(real), reach(fake)
    d = [[distance(r, f) for f in fake] for r in real]
    n, m = range(len(real)), range(len(fake))
    return {
        "precision": sum(any(d[i][j] <= radius_real[i] for i in n) for j in m) / len(fake),
        "recall": sum(any(d[i][j] <= radius_fake[j] for j in m) for i in n) / len(real),
        "density": sum(d[i][j] < radius_real[i] for i in n for j in m) / (k * len(fake)),
        "coverage": sum(any(d[i][j] < radius_real[i] for j in m) for i in n) / len(real),
    }


@pytest.mark.parametrize(("n", "m", "f", "k"), [(30, 20, 3, 5), (12, 40, 1, 1), (25, 25, 8, 3), (7, 7, 2, 6)])
def test_prdc_against_the_definitions(n, m, f, k):
    random = np.random.default_rng(n + m)
    real, fake = random.normal(size=(n, f)), random.normal(0.5, 0.7, size=(m, f))
    assert prdc(real, torch.from_numpy(fake), k) == pytest.approx(slow_prdc(real, fake, k), abs=1e-12)


def test_prdc_is_the_same_in_pieces(monkeypatch):
    real, fake = torch.randn(60, 4, generator=seeded()), torch.randn(45, 4, generator=seeded(1)) + 0.5
    whole = prdc(real, fake)
    from gan_core.metrics import manifold

    monkeypatch.setattr(manifold, "CHUNK", 7 * 45)
    assert prdc(real, fake) == whole


def test_prdc_of_equal_and_of_distant_sets():
    x = torch.randn(200, 6, generator=seeded())
    assert prdc(x, x.clone()) == {"precision": 1.0, "recall": 1.0, "density": 1.0, "coverage": 1.0}
    assert prdc(x, x + 100) == {"precision": 0.0, "recall": 0.0, "density": 0.0, "coverage": 0.0}


def test_prdc_does_not_change_when_space_is_moved_turned_or_scaled():
    real, fake = torch.randn(80, 5, generator=seeded()).double(), torch.randn(90, 5, generator=seeded(1)).double() * 0.8
    turn = torch.linalg.qr(torch.randn(5, 5, generator=seeded(2)).double())[0]
    assert prdc(3 * real @ turn + 1000, 3 * fake @ turn + 1000) == prdc(real, fake)
    order = torch.randperm(90, generator=seeded(3))
    assert prdc(real, fake[order]) == pytest.approx(prdc(real, fake))


def test_prdc_tells_lost_variety_from_lost_quality():
    real = torch.randn(400, 2, generator=seeded())
    narrow, wide = (scale * torch.randn(400, 2, generator=seeded(1)) for scale in (0.1, 6.0))
    few, far = prdc(real, narrow), prdc(real, wide)
    assert few["precision"] > 0.95 and few["recall"] < 0.2 and few["coverage"] < 0.3 and few["density"] > 0.8
    assert far["precision"] < 0.5 and far["recall"] > 0.8


def test_prdc_of_copies_and_collapse():
    """Rounding must not put a copy outside a ball of radius 0, nor a collapsed generator inside anything."""
    points = torch.randn(200, 50, generator=seeded()) * 3
    for copies in (points, points[:7], points[:61]):
        found = prdc(points.repeat(2, 1), copies.repeat(2, 1), k=1)
        assert (
            found["precision"] == 1.0
            and found["recall"] == len(copies) / 200
            and found["density"] == found["coverage"] == 0.0
        )
    real, same = torch.randn(40, 50, generator=seeded(1)), points[:1].expand(20, -1)
    assert prdc(real, same)["recall"] == 0.0


def test_prdc_refuses_what_does_not_fit():
    x = torch.zeros(10, 3)
    for real, fake, k, word in (
        (x, torch.zeros(10, 4), 5, "3 features"),
        (x, x[:5], 5, "k = 5"),
        (x, x, 0, "k = 0"),
        (x.flatten(), x, 5, r"\(30,\)"),
        (x, x * math.nan, 5, "finite"),
    ):
        with pytest.raises(ValueError, match=word):
            prdc(real, fake, k)
