"""Where z is drawn from: supports, moments and whole distributions, by a generator of one's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gan_core import PRIORS

N = 40_000


def draw(name: str, n: int, dim: int, seed: int = 0) -> torch.Tensor:
    return PRIORS[name].draw(n, dim, torch.Generator().manual_seed(seed), None)


def normal_cdf(x: np.ndarray) -> np.ndarray:
    return np.array([0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x])


CUT = 2 * (0.5 * (1 + math.erf(2 / math.sqrt(2)))) - 1  # P(|z| <= 2)
CDF = {
    "normal": normal_cdf,
    "uniform": lambda x: (x + 1) / 2,
    "uniform-half": lambda x: x + 0.5,
    "truncated-normal": lambda x: (normal_cdf(x) - (1 - CUT) / 2) / CUT,
}
VARIANCE = {
    "normal": 1,
    "uniform": 1 / 3,
    "uniform-half": 1 / 12,
    "truncated-normal": 1 - 2 * 2 * math.exp(-2) / math.sqrt(2 * math.pi) / CUT,
    "sphere": 1,
}


def test_the_five_priors_are_there():
    assert set(PRIORS) >= {"normal", "uniform", "uniform-half", "truncated-normal", "sphere"}


@pytest.mark.parametrize("name", CDF)
def test_one_coordinate_follows_its_distribution(name):
    """Kolmogorov-Smirnov against the exact distribution function.

    1.95 / sqrt(N) is passed by chance once in a thousand, and the seed is fixed.
    """
    x = np.sort(draw(name, N, 1)[:, 0].double().numpy())
    exact = CDF[name](x)
    distance = max(np.abs(np.arange(1, N + 1) / N - exact).max(), np.abs(np.arange(N) / N - exact).max())
    assert distance < 1.95 / math.sqrt(N), distance


@pytest.mark.parametrize("name", list(PRIORS))
def test_moments_and_independence(name):
    z = draw(name, N, 6).double()
    assert z.mean(0).abs().max() < 5 * math.sqrt(VARIANCE[name] / N)
    np.testing.assert_allclose(z.var(0).numpy(), VARIANCE[name], rtol=0.05)
    correlation = torch.corrcoef(z.T) - torch.eye(6)
    assert correlation.abs().max() < 0.03, "coordinates"
    assert abs(float(torch.corrcoef(torch.stack([z[:-1, 0], z[1:, 0]]))[0, 1])) < 0.03, "draws"


@given(n=st.integers(1, 50), dim=st.integers(2, 40), seed=st.integers(0, 2**31 - 1))
def test_supports(n, dim, seed):
    assert draw("uniform", n, dim, seed).abs().max() <= 1
    assert draw("uniform-half", n, dim, seed).abs().max() <= 0.5
    assert draw("truncated-normal", n, dim, seed).abs().max() <= 2
    torch.testing.assert_close(
        draw("sphere", n, dim, seed).norm(dim=1), torch.full((n,), math.sqrt(dim)), rtol=1e-5, atol=0
    )
    for name in PRIORS:
        z = draw(name, n, dim, seed)
        assert z.shape == (n, dim) and z.dtype == torch.float32 and torch.isfinite(z).all()
        assert torch.equal(z, draw(name, n, dim, seed))


def test_the_whole_support_is_used():
    assert draw("uniform", N, 1).min() < -0.999 and draw("uniform", N, 1).max() > 0.999
    assert draw("uniform-half", N, 1).abs().max() > 0.499
    assert 1.99 < draw("truncated-normal", N, 1).abs().max() <= 2
    assert draw("normal", N, 1).abs().max() > 3


def test_the_truncated_normal_is_conditioned_not_clipped():
    z = draw("truncated-normal", N, 1).abs()
    assert int((z > 1.9999).sum()) < 40, "values heaped at the cut"
    share = (2 * (0.5 * (1 + math.erf(1 / math.sqrt(2)))) - 1) / CUT
    assert float((z < 1).float().mean()) == pytest.approx(share, abs=0.01)


def test_extreme_uniform_numbers_stay_within_the_cut(monkeypatch):
    """0 and the largest number below 1 are what a random generator may give."""
    ends = torch.tensor([[0.0, 1 - 2**-53, 0.5]], dtype=torch.float64)
    monkeypatch.setattr(torch, "rand", lambda *a, **k: ends.clone())
    z = PRIORS["truncated-normal"].draw(1, 3, None, None)
    assert torch.isfinite(z).all() and z[0].tolist() == pytest.approx([-2, 2, 0], abs=1e-6)


def test_the_sphere_has_no_preferred_direction():
    z = draw("sphere", N, 3) / math.sqrt(3)
    # Archimedes: every coordinate of a uniform point on the sphere in three dimensions is uniform on [-1, 1]
    x = np.sort(z[:, 1].double().numpy())
    assert np.abs((x + 1) / 2 - np.arange(N) / N).max() < 1.95 / math.sqrt(N)


@pytest.mark.parametrize("name", list(PRIORS))
def test_draws_come_from_the_generator_alone(name):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    random = torch.Generator().manual_seed(5)
    first, second = (PRIORS[name].draw(8, 4, random, None) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.equal(first, second) and not torch.equal(first, draw(name, 8, 4, 6))
    assert torch.equal(first, draw(name, 8, 4, 5))


@pytest.mark.parametrize("name", list(PRIORS))
def test_the_range_for_sliders_covers_the_prior(name):
    prior = PRIORS[name]
    z = draw(name, 2000, 8)
    assert prior.low == -prior.high < 0 and float(((z >= prior.low) & (z <= prior.high)).float().mean()) > 0.99
