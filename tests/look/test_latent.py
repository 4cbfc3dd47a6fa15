"""Ways through latent space."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import gan_core
from gan_core.look import latent

T = torch.linspace(0, 1, 11)
seeds = st.integers(0, 2**31 - 1)


def vectors(seed: int, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(dim, generator=random), torch.randn(dim, generator=random) * 1.7


@given(seed=seeds, dim=st.integers(1, 64))
def test_the_straight_line(seed, dim):
    a, b = vectors(seed, dim)
    path = latent.linear(a, b, T)
    assert path.shape == (11, dim)
    assert torch.equal(path[0], a) and torch.equal(path[-1], b), "the ends are exact"
    torch.testing.assert_close(path[5], (a + b) / 2)
    torch.testing.assert_close(path.diff(dim=0), ((b - a) / 10).expand(10, dim), rtol=1e-3, atol=1e-5)


@given(seed=seeds, dim=st.integers(2, 64))
def test_the_great_arc(seed, dim):
    a, b = vectors(seed, dim)
    path = latent.spherical(a, b, T)
    assert path.shape == (11, dim)
    torch.testing.assert_close(path[0], a, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(path[-1], b, rtol=1e-5, atol=1e-5)
    norms = path.double().norm(dim=1)
    torch.testing.assert_close(
        norms, torch.lerp(a.double().norm(), b.double().norm(), T.double()), rtol=2e-3, atol=1e-4
    )
    units = path.double() / norms[:, None]
    angles = torch.arccos((units[1:] * units[:-1]).sum(1).clamp(-1, 1))
    whole = math.acos(
        max(-1.0, min(1.0, float(torch.dot(a.double(), b.double()) / (a.double().norm() * b.double().norm()))))
    )
    if 0.01 < whole < math.pi - 0.05:
        torch.testing.assert_close(angles, torch.full((10,), whole / 10, dtype=torch.float64), rtol=2e-2, atol=2e-3)
        # the arc stays in the plane of its two ends
        basis = torch.linalg.qr(torch.stack([a, b]).double().T)[0]
        assert (path.double() - path.double() @ basis @ basis.T).norm(dim=1).max() < 1e-3


def test_the_arc_keeps_the_length_where_the_line_leaves_the_sphere():
    a, b = vectors(0, 100)
    a, b = (v * 10 / v.norm() for v in (a, b))
    assert latent.spherical(a, b, T).norm(dim=1).sub(10).abs().max() < 1e-3
    assert latent.linear(a, b, T).norm(dim=1).min() < 9


@pytest.mark.parametrize(
    "a, b",
    [
        ([1.0], [-2.0]),
        ([0.0, 0.0], [1.0, 2.0]),
        ([1.0, 2.0], [0.0, 0.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([1.0, 2.0], [2.0, 4.0]),
        ([1.0, 2.0], [-1.0, -2.0]),
        ([1.0, 0.0], [-1.0, 1e-7]),
        ([1e-20, 0.0], [0.0, 1e-20]),
        ([1e18, 0.0], [0.0, 1e18]),
    ],
)
def test_where_there_is_no_arc_there_is_still_a_way(a, b):
    a, b = torch.tensor(a), torch.tensor(b)
    path = latent.spherical(a, b, T)
    assert torch.isfinite(path).all()
    torch.testing.assert_close(path[0], a, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(path[-1], b, rtol=1e-4, atol=1e-6)


def test_a_seed_names_one_vector_of_the_prior():
    for prior, high in (("normal", 10), ("uniform", 1), ("uniform-half", 0.5), ("truncated-normal", 2)):
        config = gan_core.preset("starter").replace(prior=prior, latent_dim=24)
        z = latent.from_seed(config, 7)
        assert z.shape == (24,) and z.abs().max() <= high
        assert torch.equal(z, latent.from_seed(config, 7)) and not torch.equal(z, latent.from_seed(config, 8))
    sphere = gan_core.preset("starter").replace(prior="sphere", latent_dim=24)
    assert float(latent.from_seed(sphere, 1).norm()) == pytest.approx(math.sqrt(24), rel=1e-5)
