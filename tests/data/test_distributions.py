"""Distributions against their densities."""

from __future__ import annotations

import math

import pytest
import torch
from data_sets import config

from gan_core.config import DATA
from gan_core.data import DISTRIBUTIONS, DataSet, check_labels, load

KNOWN = [name for name, kind in DATA.items() if kind.known]

MIXTURES = ["ring", "grid", "two-gaussians", "two-gaussians-1d"]


def test_the_configuration_and_the_distributions_agree():
    assert set(DISTRIBUTIONS) == {name for name, kind in DATA.items() if not kind.is_image}
    for name, distribution in DISTRIBUTIONS.items():
        assert DATA[name].shape == (distribution.dim,)
        assert DATA[name].known == (distribution.log_prob is not None)
        assert name not in MIXTURES or (len(distribution.modes) == DATA[name].classes and distribution.sigma > 0)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_data_set(name):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    data, distribution, kind = load(config(name)), DISTRIBUTIONS[name], DATA[name]
    assert torch.equal(torch.get_rng_state(), before), "drawing the data moved the training's random generator"
    assert data.samples.shape == (100_000, *kind.shape) and data.samples.dtype == torch.float32 and not data.is_image
    assert data.distribution is distribution and (data.density is not None) == kind.known
    assert torch.equal(load(config(name)).samples, data.samples), "the data are the same each time"
    other, _ = distribution.sample(100, torch.Generator().manual_seed(1))
    assert other.dtype == torch.float32 and not torch.equal(other, data.samples[:100])
    if kind.classes:
        assert data.labels.dtype == torch.int64 and torch.bincount(data.labels).shape == (kind.classes,)
        expected, freedom = 100_000 / kind.classes, kind.classes - 1
        assert ((torch.bincount(data.labels) - expected) ** 2 / expected).sum() < freedom + 6 * math.sqrt(2 * freedom)
        check_labels(config(name, conditioning="concatenation"), data)
    else:
        assert data.labels is None
    assert (data.samples.abs() > distribution.extent).any(1).float().mean() < 0.005
    if name not in ("ring", "grid"):
        assert (data.samples.abs() > 3.2).any(1).float().mean() < 0.005 and data.samples.std() > 0.4


@pytest.mark.parametrize("name", KNOWN)
def test_densities_take_points_as_they_come(name):
    distribution = DISTRIBUTIONS[name]
    x = load(config(name)).samples[:1000]
    for dtype in (torch.float32, torch.float64):
        assert distribution.log_prob(x.to(dtype)).shape == (1000,) and distribution.log_prob(x.to(dtype)).dtype == dtype
    torch.testing.assert_close(distribution.log_prob(x).double(), distribution.log_prob(x.double()), rtol=0, atol=1e-3)
    assert torch.isfinite(distribution.log_prob(x)).all(), "a sample has no density"
    assert distribution.log_prob(x[:0]).shape == (0,)
    torch.testing.assert_close(DataSet(x, distribution=distribution).density(x), distribution.log_prob(x).exp())
    if distribution.dim == 1:
        assert torch.equal(distribution.log_prob(x[:, 0]), distribution.log_prob(x))
    # more than one chunk, and far away: no nan, and nothing there
    far = torch.full((70_000, distribution.dim), 1e3, dtype=torch.float64)
    assert (distribution.log_prob(far).exp() == 0).all() and not distribution.log_prob(far).isnan().any()


@pytest.mark.parametrize("name", ["uniform-1d", "checkerboard"])
def test_outside_of_the_support_the_logarithm_is_minus_infinity(name):
    end = DISTRIBUTIONS[name].extent
    outside = torch.full((1, DATA[name].shape[0]), end + 1e-4)
    assert DISTRIBUTIONS[name].log_prob(outside).item() == -math.inf
    inside = DISTRIBUTIONS[name].log_prob(load(config(name)).samples[:1].double()).item()
    assert inside == pytest.approx(-math.log(2 if name == "uniform-1d" else 8), rel=1e-14), "a float64 of a float32"
    if name == "checkerboard":
        assert DISTRIBUTIONS[name].log_prob(torch.tensor([[0.5, 0.5], [0.5, -0.5]])).tolist() == [
            pytest.approx(-math.log(8)),
            -math.inf,
        ]


@pytest.mark.parametrize("name", [name for name in KNOWN if DATA[name].shape == (1,)])
def test_on_the_line_draws_follow_their_density(name):
    data = load(config(name))
    grid = torch.linspace(-12, 12, 480_001, dtype=torch.float64)
    density = data.density(grid)
    assert torch.trapezoid(density, grid) == pytest.approx(1, abs=1e-4)
    cumulative = torch.cumulative_trapezoid(density, grid)
    observed = torch.searchsorted(data.samples.flatten().sort().values.double(), grid[1:], right=True) / len(data)
    assert (cumulative - observed).abs().max() < 1.95 / math.sqrt(len(data))  # Kolmogorov, 0.1 %


@pytest.mark.parametrize("name", ["two-gaussians", "line", "checkerboard"])
def test_in_the_plane_draws_follow_their_density(name):
    data = load(config(name))
    blocks, fine, low, high = 24, 30, -4.0, 4.0
    side = (high - low) / (blocks * fine)
    axis = low + side * (torch.arange(blocks * fine, dtype=torch.float64) + 0.5)
    density = data.density(torch.cartesian_prod(axis, axis)).view(blocks, fine, blocks, fine)
    masses = density.sum((1, 3)).flatten() * side**2
    assert masses.sum() == pytest.approx(1, abs=1e-4)
    place = ((data.samples.double() - low) / (side * fine)).floor().long().clamp(0, blocks - 1)
    counts = torch.bincount(place[:, 0] * blocks + place[:, 1], minlength=blocks**2)
    enough = masses * len(data) > 10
    expected = torch.cat([masses[enough], 1 - masses[enough].sum(0, keepdim=True)]) * len(data)
    observed = torch.cat([counts[enough], counts[~enough].sum(0, keepdim=True)])
    freedom = int(enough.sum())
    assert freedom > 20
    assert ((observed - expected) ** 2 / expected.clamp(min=1)).sum() < freedom + 5 * math.sqrt(2 * freedom)


def test_the_gaussian_of_earlier_runs_is_unchanged():
    draws = torch.randn(100_000, 1, generator=torch.Generator().manual_seed(0)) * 0.5 + 1.5
    assert torch.equal(load(config("gaussian")).samples, draws)


def test_ring_and_grid_are_the_papers():
    ring, grid = DISTRIBUTIONS["ring"], DISTRIBUTIONS["grid"]
    assert (ring.sigma, grid.sigma) == (0.01, 0.05)
    angles = torch.atan2(ring.modes[:, 1].double(), ring.modes[:, 0].double()) % (2 * math.pi)
    torch.testing.assert_close(angles, torch.arange(8).double() * 2 * math.pi / 8, rtol=0, atol=1e-6)
    torch.testing.assert_close(ring.modes.norm(dim=1), torch.ones(8))
    assert torch.pdist(ring.modes).min() > 0.76, "eight different modes: 2 sin(pi / 8) apart"
    assert sorted(map(tuple, grid.modes.tolist())) == [
        (float(i), float(j)) for i in (-4, -2, 0, 2, 4) for j in (-4, -2, 0, 2, 4)
    ]


@pytest.mark.parametrize("name", ["ring", "grid", "two-gaussians"])
def test_draws_of_a_mixture_follow_it(name):
    data, distribution = load(config(name)), DISTRIBUTIONS[name]
    nearest = torch.cdist(data.samples, distribution.modes).argmin(1)
    assert (nearest == data.labels).float().mean() > (0.999 if name == "two-gaussians" else 0.999999)
    off = (data.samples - distribution.modes[data.labels]) / distribution.sigma
    assert abs(off.mean()) < 5 / math.sqrt(off.numel()) and off.std() == pytest.approx(
        1, abs=5 / math.sqrt(2 * off.numel())
    )
    assert abs(float((off[:, 0] * off[:, 1]).mean())) < 5 / math.sqrt(len(off))
    # radii of a normal in the plane: 1 - exp(-r²/2), so 98.89 % are high quality
    radii = off.norm(dim=1).sort().values.double()
    expected = 1 - torch.exp(-0.5 * radii**2)
    assert (expected - torch.arange(1, len(off) + 1) / len(off)).abs().max() < 1.95 / math.sqrt(len(off))
    assert (radii < 3).double().mean() == pytest.approx(1 - math.exp(-4.5), abs=5 * math.sqrt(0.011 / len(off)))


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_narrow_modes_integrate_to_one(name):
    """On a fine grid around each mode: a grid over the whole plane would step over them."""
    distribution = DISTRIBUTIONS[name]
    step = distribution.sigma / 4
    axis = step * (torch.arange(-32, 32, dtype=torch.float64) + 0.5)
    around = torch.cartesian_prod(axis, axis)
    masses = torch.stack(
        [distribution.log_prob(mode.double() + around).exp().sum() * step**2 for mode in distribution.modes]
    )
    torch.testing.assert_close(masses, torch.full_like(masses, 1 / len(masses)), rtol=1e-6, atol=0)


def test_line_is_thin_and_straight():
    data = load(config("line")).samples.double()
    values, vectors = torch.linalg.eigh(torch.cov(data.T))
    assert values.sqrt().tolist() == pytest.approx([0.05, math.sqrt(4.8**2 / 12 + 0.05**2)], rel=0.02)
    assert (vectors[:, 1] @ torch.tensor([math.cos(math.pi / 6), 0.5], dtype=torch.float64)).abs() > 0.9999
    # far along the line and far from it the logarithm stays exact: no 0 - 0
    along = torch.tensor([[math.cos(math.pi / 6), 0.5]], dtype=torch.float64)
    assert DISTRIBUTIONS["line"].log_prob(along * 5).item() == pytest.approx(-0.5 * (2.6 / 0.05) ** 2, rel=0.01)


def test_shapes_without_a_density_have_their_form():
    data = load(config("moons"))
    x = data.samples.double() / 1.5
    sign = 1.0 - 2 * data.labels
    centre = torch.stack([data.labels - 0.5, -0.25 * sign], 1)
    off = x - centre
    assert (off.norm(dim=1) - 1).std() == pytest.approx(0.08, rel=0.05) and (sign * off[:, 1] > -0.4).all()

    x = load(config("swiss-roll")).samples.double()
    angle, radius = torch.atan2(x[:, 1], x[:, 0]), x.norm(dim=1)
    turns = (radius / 0.2 - angle) / (2 * math.pi)
    assert (turns - turns.round()).std() * 2 * math.pi * 0.2 == pytest.approx(0.06, rel=0.1)

    data = load(config("pinwheel"))
    means = torch.stack([data.samples[data.labels == k].double().mean(0) for k in range(5)])
    turn = torch.tensor(
        [[math.cos(0.4 * math.pi), -math.sin(0.4 * math.pi)], [math.sin(0.4 * math.pi), math.cos(0.4 * math.pi)]],
        dtype=torch.float64,
    )
    torch.testing.assert_close(means @ turn.T, means.roll(-1, 0), rtol=0, atol=0.03)
    assert (means.norm(dim=1) > 1).all()

    data = load(config("spirals"))
    x = data.samples.double() * (1 - 2.0 * data.labels[:, None])  # the second arm laid upon the first
    outer = x[x.norm(dim=1) > 1]
    turns = torch.atan2(outer[:, 1], outer[:, 0]) / (2 * math.pi) - outer.norm(dim=1) / 2.8 * 1.5
    assert ((turns - turns.round()).abs() < 0.15).double().mean() > 0.99, "the two arms are mixed up"
