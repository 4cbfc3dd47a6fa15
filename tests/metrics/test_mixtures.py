"""Modes of mixtures, by hand and against theory."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from measured import seeded

from gan_core.data import DISTRIBUTIONS
from gan_core.metrics import (
    MIXTURES,
    evaluate_mixture,
    mixture_oracle,
)


@pytest.mark.parametrize("name", MIXTURES)
def test_everything_in_one_mode(name):
    modes, sigma = DISTRIBUTIONS[name].modes, DISTRIBUTIONS[name].sigma
    x = modes[1] + 0.5 * sigma * torch.randn(400, modes.shape[1], generator=seeded()).clamp(-2, 2)
    found = evaluate_mixture(x, name)
    assert found["modes"] == 1 and found["high_quality"] == 1.0
    assert found["reverse_kl"] == pytest.approx(math.log(len(modes)), abs=1e-12)


@pytest.mark.parametrize(("name", "count"), [("ring", 8), ("grid", 25), ("two-gaussians", 2), ("two-gaussians-1d", 2)])
def test_one_sample_in_each_mode(name, count):
    found = evaluate_mixture(DISTRIBUTIONS[name].modes, name)
    assert found == {"modes": count, "high_quality": 1.0, "reverse_kl": pytest.approx(0, abs=1e-12)}
    assert type(found["modes"]) is int
    assert evaluate_mixture(DISTRIBUTIONS[name].modes.numpy(), name) == found


def test_three_sigma_is_the_edge_and_does_not_belong():
    """In the plane it is the distance that counts, not each coordinate."""
    sigma, (mode, *_) = 0.05, [m for m in DISTRIBUTIONS["grid"].modes.double() if m.tolist() == [0, 0]]
    diagonal = torch.tensor([1.0, 1.0], dtype=torch.float64) / math.sqrt(2)
    for distance, quality in ((2.999, 1.0), (3.001, 0.0)):
        for direction in (torch.tensor([1.0, 0.0]), torch.tensor([0.0, -1.0]), diagonal):
            assert evaluate_mixture((mode + distance * sigma * direction)[None], "grid")["high_quality"] == quality
    # a distance that floats hold exactly: 3 sigma itself is outside
    exactly = torch.tensor([[0.0, 3 * DISTRIBUTIONS["grid"].sigma]], dtype=torch.float64)
    assert evaluate_mixture(exactly, "grid")["high_quality"] == 0.0


def test_the_histogram_is_that_of_high_quality_samples():
    """PacGAN's code: a sample far from all modes is in no bin, however near to one of them it is."""
    modes = DISTRIBUTIONS["ring"].modes
    x = torch.cat([modes[[0, 1, 2, 3]], modes[[5]] * 1.5, modes[[5]] * 1.5])
    found = evaluate_mixture(x, "ring")
    assert found == {"modes": 4, "high_quality": 4 / 6, "reverse_kl": pytest.approx(math.log(2))}


def test_no_sample_in_any_mode_has_no_histogram():
    found = evaluate_mixture(torch.zeros(5, 2), "ring")
    assert found["modes"] == 0 and found["high_quality"] == 0.0 and math.isnan(found["reverse_kl"])


def test_a_mixture_by_hand():
    """Shares 1/2, 1/4, 1/4 of eight: ln 8 - 1.5 ln 2."""
    modes = DISTRIBUTIONS["ring"].modes
    assert evaluate_mixture(modes[[0, 0, 3, 6]], "ring")["reverse_kl"] == pytest.approx(math.log(8) - 1.5 * math.log(2))


def test_mixtures_refuse_what_they_cannot_judge():
    good = torch.zeros(4, 2)
    for samples, name, word in (
        (good, "moons", "ring, grid"),
        (good, "circle", "circle"),
        (torch.zeros(4, 3), "ring", r"\(N, 2\)"),
        (torch.zeros(4), "ring", r"\(4,\)"),
        (torch.zeros(0, 2), "ring", "at least 1"),
        (good.index_fill(0, torch.tensor([1]), math.nan), "ring", "1 of 4"),
        (good + math.inf, "grid", "4 of 4"),
        (np.array([["a", "b"]]), "ring", "numbers"),
        (good, "two-gaussians-1d", r"\(N, 1\)"),
    ):
        with pytest.raises(ValueError, match=word):
            evaluate_mixture(samples, name)


@pytest.mark.parametrize(
    ("name", "quality"),
    [("ring", 1 - math.exp(-4.5)), ("grid", 1 - math.exp(-4.5)), ("two-gaussians-1d", math.erf(3 / math.sqrt(2)))],
)
def test_the_oracle_is_what_theory_says(name, quality):
    """HQ: the mass within 3 sigma; reverse KL: (K - 1) / 2n for n high-quality samples, to first order."""
    oracle = mixture_oracle(name, 2500)
    modes = len(DISTRIBUTIONS[name].modes)
    assert oracle["modes"] == (modes, 0)
    error = math.sqrt(quality * (1 - quality) / 2500)
    assert oracle["high_quality"].mean == pytest.approx(quality, abs=4 * error / math.sqrt(200))
    assert oracle["high_quality"].sd == pytest.approx(error, rel=0.2)
    first = (modes - 1) / (2 * 2500 * quality)
    assert oracle["reverse_kl"].mean == pytest.approx(first, abs=4 * first * math.sqrt(2 / (modes - 1) / 200))
    drawn = evaluate_mixture(DISTRIBUTIONS[name].sample(2500, seeded(99))[0], name)
    for key, value in drawn.items():
        assert abs(value - oracle[key].mean) <= 5 * oracle[key].sd


def test_the_oracle_is_kept_and_depends_on_n():
    assert mixture_oracle("ring", 100) is mixture_oracle("ring", 100)
    first = mixture_oracle("ring", 100)
    mixture_oracle.cache_clear()
    assert mixture_oracle("ring", 100) == first
    assert first["reverse_kl"].mean > 5 * mixture_oracle("ring", 2500)["reverse_kl"].mean
    with pytest.raises(ValueError, match="repetitions"):
        mixture_oracle("ring", 100, 1)
