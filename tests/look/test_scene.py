"""Pictures of points against what they show: maps, lattices, arrows, densities, computed slowly or in closed form."""

from __future__ import annotations

import base64
import json
import math

import numpy as np
import pytest
import torch
from torch import nn

from gan_core import theory
from gan_core.config import TrainConfig
from gan_core.data import DISTRIBUTIONS, DataSet, Distribution, load
from gan_core.look import noise, plane, scene
from gan_core.look.probe import Probe
from gan_core.method.memory import state_of
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.priors import PRIORS
from gan_core.method.trainer import Trainer

SMALL = {"architecture": "mlp", "resolution": None, "width": 8, "depth": 1, "batch_size": 16, "steps": 5, "samples": 64}
BOUNDED = ("uniform", "uniform-half", "truncated-normal")


def settings(data="ring", **fields):
    return TrainConfig(**{"data": data, "latent_dim": 2, **SMALL, **fields})


def frame_of(trainer):
    words = scene.points_frame(Probe(trainer), scene.points_view(trainer.data))
    return json.loads(words, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def values(frame, name):
    low, high = frame[name if name == "range" else f"{name}_range" if name != "d" else "range"]
    return low + (high - low) * np.frombuffer(base64.b64decode(frame[name]), "<u2") / 65535


class Affine(nn.Module):
    """G(z) = scale z + shift, at once a perfect generator of a Gaussian."""

    def __init__(self, dim, scale, shift=0.0):
        super().__init__()
        self.scale, self.shift = (
            nn.Parameter(torch.tensor(float(scale))),
            nn.Parameter(torch.tensor(float(shift)).expand(dim).clone()),
        )

    def forward(self, z):
        return z * self.scale + self.shift


def gaussian_plane(sigma=0.5, count=20_000):
    known = DISTRIBUTIONS["two-gaussians"]
    density = lambda x: -0.5 * (x / sigma).square().sum(1) - math.log(2 * math.pi * sigma**2)  # noqa: E731
    distribution = Distribution(
        2, 4 * sigma, lambda n, random: (sigma * torch.randn(n, 2, generator=random), None), density
    )
    assert known.dim == distribution.dim
    return DataSet(distribution.sample(count, torch.Generator().manual_seed(0))[0], distribution=distribution)


# --------------------------------------------------------------------------- the plane


@pytest.mark.parametrize("prior", [name for name in PRIORS if name != "sphere"])
@pytest.mark.parametrize("dim", [1, 2])
def test_the_cells_of_the_lattice_have_the_same_mass(prior, dim):
    config = settings(prior=prior, latent_dim=dim)
    z = noise.lattice(config)
    rows, columns = noise.LATTICE[dim]
    assert z.shape == (rows * columns, dim)
    draws = PRIORS[prior].draw(200_000, dim, torch.Generator().manual_seed(0), None).numpy()
    ticks = z[:columns, 0].double().numpy()
    counts, *_ = np.histogramdd(draws, [ticks] * dim)
    share = 1.0 if prior in BOUNDED else 1 - 2 * noise.TAIL
    assert counts.sum() == pytest.approx(share**dim * 200_000, rel=0.002)
    expected = counts.mean()
    chi2, freedom = ((counts - expected) ** 2 / expected).sum(), counts.size - 1
    assert abs(chi2 - freedom) < 5 * math.sqrt(2 * freedom)
    if dim == 2:
        assert torch.equal(z.view(rows, columns, 2)[3, :, 0], z[:columns, 0]) and torch.equal(
            z.view(rows, columns, 2)[:, 5, 1], z[:columns, 0]
        )


@pytest.mark.parametrize(
    ("fields", "shape"),
    [({}, (21, 21)), ({"latent_dim": 1}, (1, 201)), ({"latent_dim": 3}, None), ({"prior": "sphere"}, None)],
)
def test_the_manifold_is_g_of_the_lattice(fields, shape):
    trainer = Trainer(settings("two-gaussians", **fields))
    manifold = frame_of(trainer)["manifold"]
    if shape is None:
        assert manifold is None
        return
    assert (manifold["rows"], manifold["columns"]) == shape
    one_by_one = torch.cat([Probe(trainer).sample(z[None]) for z in noise.lattice(trainer.config)])
    np.testing.assert_allclose(np.reshape(manifold["x"], (-1, 2)), one_by_one.numpy(), atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("fields", [{}, {"packing": 2}, {"conditioning": "concatenation"}], ids=str)
def test_arrows_are_minus_the_gradient_of_g_s_loss(objective, fields):
    """Fake by fake, by autograd through D alone, the reals' logits held."""
    trainer = Trainer(settings(objective=objective, precision="float64", **fields))
    for _ in range(3):
        trainer.turn()
    found = np.reshape(frame_of(trainer)["gradient"], (-1, 2))
    assert len(found) == plane.ARROWS == 200
    z, c, d = noise.many_noise(trainer.config), trainer.config, trainer.discriminator
    labels = Probe(trainer).labels_of_samples(len(z))
    fakes = Probe(trainer).sample(z, labels)[:200].double()
    d.eval()

    def logit(x, label):
        pack = torch.stack([x, *Probe(trainer).fixed_reals[: c.packing - 1].double()])
        return d(pack)[0] if label is None else d(pack, label[None])[0]

    real_labels = Probe(trainer).fixed_real_labels
    reals = torch.stack(
        [
            logit(x.double(), None if real_labels is None else real_labels[i])
            for i, x in enumerate(Probe(trainer).fixed_reals)
        ]
    ).detach()
    others = torch.stack([logit(x, None if labels is None else labels[i]) for i, x in enumerate(fakes)]).detach()
    for i in (0, 1, 57, 199):
        x = fakes[i].clone().requires_grad_()
        mine = logit(x, None if labels is None else labels[i])
        logits = others.clone()
        logits[i] = mine
        # relativistic pairing: this fake against each real, as likely; the average needs all fakes, the others none
        real, fake = (reals, mine.expand(len(reals))) if objective == "relativistic" else (reals, logits)
        (gradient,) = torch.autograd.grad(trainer.objective.g_loss(real, fake), x)
        expected = -gradient.numpy() * (1 if objective == "relativistic" else 200)
        np.testing.assert_allclose(found[i], expected, atol=2e-3 * np.abs(found).max() + 1e-7)


def test_the_map_is_d_cell_by_cell():
    trainer = Trainer(settings("two-gaussians"))
    view, frame = scene.points_view(trainer.data), frame_of(trainer)
    low_x, high_x, low_y, high_y = json.loads(scene.points_scene(trainer.data))["extent"]
    d = values(frame, "d").reshape(plane.MAP, plane.MAP)
    side = (high_x - low_x) / plane.MAP
    for row, column in ((0, 0), (5, 40), (47, 3)):
        at = torch.tensor([[low_x + (column + 0.5) * side, low_y + (row + 0.5) * side]], dtype=torch.float32)
        assert d[row, column] == pytest.approx(torch.sigmoid(Probe(trainer).score(at)).item(), abs=1e-4)
    assert view.at.shape == (plane.MAP**2, 2)


def test_the_kernel_estimate_is_the_sum_over_samples():
    view = scene.points_view(load(settings("moons")))
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    h = view.bandwidth
    slow = torch.exp(-0.5 * torch.cdist(view.at.double(), x.double()).square() / h**2).mean(1) / (2 * math.pi * h**2)
    torch.testing.assert_close(view.smoothed(x), slow, rtol=1e-4, atol=1e-7 / h**2)
    # sums over cells are integrals, and nothing that is not finite counts
    assert float(view.smoothed(view.at[1224:1225]).sum()) * view.side**2 == pytest.approx(1, abs=1e-6)
    broken = torch.cat([x, torch.tensor([[math.nan, 0.0], [math.inf, math.inf]])])
    torch.testing.assert_close(view.smoothed(broken), view.smoothed(x) * 50 / 52)


@pytest.mark.parametrize(
    "name", ["ring", "grid", "two-gaussians", "line", "checkerboard", "moons", "swiss-roll", "pinwheel", "spirals"]
)
def test_the_data_s_density_integrates_to_one_and_is_that_of_its_samples(name):
    data = load(settings(name))
    view = scene.points_view(data)
    assert float(view.density.sum()) * view.side**2 == pytest.approx(1, abs=0.002)
    fresh = data.distribution.sample(200_000, torch.Generator().manual_seed(3))[0]
    # what chance leaves between samples and distribution: as for 4,000 samples, but 50 times less (moons' own 100,000
    # samples count too)
    assert view.closeness(view.smoothed(fresh), 200_000)["jsd"] < 0.1 * view.scene["perfect"]["jsd"]


def test_a_mixture_through_the_kernel_is_a_wider_mixture():
    view = scene.points_view(load(settings("ring")))
    spread = math.sqrt(0.01**2 + view.bandwidth**2)
    squares = torch.cdist(view.at.double(), DISTRIBUTIONS["ring"].modes.double()).square()
    torch.testing.assert_close(
        view.density, torch.exp(-0.5 * squares / spread**2).mean(1) / (2 * math.pi * spread**2), rtol=1e-4, atol=1e-6
    )


def test_a_perfect_g_is_told_so():
    """G draws from the data's own Gaussian: the best D cannot tell, and nothing is further away than for the data."""
    data = gaussian_plane()
    trainer = Trainer(settings("two-gaussians", prior="normal"), data)
    trainer.generator = Affine(2, 0.5)
    frame, view = frame_of(trainer), scene.points_view(data)
    best = values(frame, "best")
    assert frame["best_range"] == [0, 1] and np.abs(best - 0.5).max() < 0.25
    weight = view.density.numpy() / view.density.sum().item()
    assert (weight * np.abs(best - 0.5)).sum() < 0.03
    for name, level in view.scene["perfect"].items():
        assert level < 0.03 and level / 2 < frame["closeness"][name] < 2 * level, name
    assert frame["closeness"]["jsd"] == pytest.approx(view.scene["perfect"]["jsd"], rel=0.35)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_best_d_of_a_shifted_gaussian_is_in_closed_form(objective):
    """Data N(0, s²), G N((a, 0), s²): through the kernel both have variance s² + h², and their log ratio is linear."""
    data, a = gaussian_plane(), 0.5
    trainer = Trainer(settings("two-gaussians", prior="normal", objective=objective), data)
    trainer.generator = Affine(2, 0.5)
    trainer.generator.shift.data[0] = a
    frame, view = frame_of(trainer), scene.points_view(data)
    if objective in ("wasserstein", "relativistic-average"):
        assert frame["best"] is None and frame["best_range"] is None
        return
    variance = 0.25 + view.bandwidth**2
    log_ratio = (-a * (view.at[:, 0].double() - a / 2) / variance).numpy()
    expected = {"relativistic": log_ratio, "hinge": np.sign(log_ratio)}.get(objective, 1 / (1 + np.exp(-log_ratio)))
    weight = view.density.numpy() / view.density.sum().item()
    assert (weight * np.abs(values(frame, "best") - expected)).sum() < (
        0.25 if objective in ("relativistic", "hinge") else 0.03
    )
    # the divergences have closed forms as well, the KLs alike
    kl = a * a / (2 * variance)
    for name in ("kl_data_g", "kl_g_data"):
        assert frame["closeness"][name] == pytest.approx(kl, rel=0.2), "4,000 samples say little of the tails"
    points, cell = theory.cells(-5, 5, 400, 1)
    normal = lambda mean: torch.exp(-0.5 * (points[:, 0] - mean) ** 2 / variance) / math.sqrt(2 * math.pi * variance)  # noqa: E731
    assert frame["closeness"]["jsd"] == pytest.approx(theory.jsd(normal(0), normal(a), cell), rel=0.1)


def test_the_two_directions_of_kl_are_told_apart():
    """G a wider Gaussian than the data: through the kernel KL(p || g) = log(v_g / v_p) + v_p / v_g - 1 in the plane."""
    data = gaussian_plane()
    trainer = Trainer(settings("two-gaussians", prior="normal"), data)
    trainer.generator = Affine(2, 0.7)
    found, h = frame_of(trainer)["closeness"], scene.points_view(data).bandwidth
    p, g = 0.25 + h**2, 0.49 + h**2
    assert found["kl_data_g"] == pytest.approx(math.log(g / p) + p / g - 1, rel=0.12)
    assert found["kl_g_data"] == pytest.approx(math.log(p / g) + g / p - 1, rel=0.12)


def test_what_shares_nothing_is_ln_2_apart():
    """G draws one point: on the map where there are no data, and far off the map."""
    for shift in (0.0, 1e4):
        trainer = Trainer(settings("ring", prior="normal"))
        trainer.generator = Affine(2, 0.0, shift)
        frame = frame_of(trainer)
        assert frame["closeness"]["jsd"] == pytest.approx(math.log(2), abs=1e-3)
        assert all(
            6 < frame["closeness"][name] < math.log(2 * noise.MANY * plane.MAP**2) + 1
            for name in ("kl_data_g", "kl_g_data")
        )
        best = values(frame, "best").reshape(plane.MAP, plane.MAP)
        assert best[24, 24] == pytest.approx(0.0 if shift == 0 else 0.5, abs=0.01), "there G is, or nothing"
        assert best[24, 42] > 0.98, "a mode of the data alone"


def test_people_s_own_points_have_all_of_it(tmp_path):
    path = tmp_path / "points.csv"
    np.savetxt(path, np.random.default_rng(0).normal(size=(300, 2)), delimiter=",")
    trainer = Trainer(settings(f"points:{path}"))
    frame, about = frame_of(trainer), json.loads(scene.points_scene(trainer.data))
    assert frame["best"] and frame["manifold"] and 0 < frame["closeness"]["jsd"] <= math.log(2)
    assert set(about["perfect"]) == {"jsd", "kl_data_g", "kl_g_data"} and about["perfect"]["jsd"] < 0.02
    assert about["bandwidth"] == pytest.approx((about["extent"][1] - about["extent"][0]) / about["map"], rel=1e-3)


def test_classes_and_packs_have_no_best_d_of_one_point():
    for fields in ({"conditioning": "concatenation"}, {"packing": 2}):
        frame = frame_of(Trainer(settings(**fields)))
        assert frame["best"] is None and frame["best_range"] is None and frame["closeness"]["jsd"] > 0
        assert (frame["manifold"] is None) == ("conditioning" in fields)


# --------------------------------------------------------------------------- the line


def line_trainer(scale, shift, data="gaussian", prior="normal", **fields):
    trainer = Trainer(settings(data, latent_dim=1, prior=prior, **fields))
    trainer.generator = Affine(1, scale, shift)
    return trainer


def normal(x, mean, deviation):
    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * math.sqrt(2 * math.pi))


@pytest.mark.parametrize(("scale", "shift"), [(0.5, 1.5), (-0.8, 0.5), (0.3, 2.0)])
def test_an_affine_g_of_a_normal_prior_is_a_gaussian(scale, shift):
    trainer = line_trainer(scale, shift)
    frame = frame_of(trainer)
    assert frame["method"] == "change of variables" and frame["bandwidth"] is None
    grid, p, g = np.array(frame["grid"]), *(np.array(frame[name]) for name in ("data_density", "g_density"))
    np.testing.assert_allclose(p, normal(grid, 1.5, 0.5), atol=2e-5)
    exact = normal(grid, shift, abs(scale))
    # it is the mean over a stretch around each point
    np.testing.assert_allclose(g, exact, atol=0.006 * exact.max())
    assert g.sum() * (grid[1] - grid[0]) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(
        frame["best"], 1 / (1 + np.exp(np.clip(_log_ratio(grid, shift, abs(scale)), -500, 500))), atol=0.01
    )
    true = {
        "kl_data_g": math.log(abs(scale) / 0.5) + (0.25 + (1.5 - shift) ** 2) / (2 * scale**2) - 0.5,
        "kl_g_data": math.log(0.5 / abs(scale)) + (scale**2 + (1.5 - shift) ** 2) / (2 * 0.25) - 0.5,
    }
    for name, value in true.items():
        assert frame[name] == pytest.approx(value, abs=1e-4)
    x = np.linspace(-8, 10, 40_001)
    p, g = normal(x, 1.5, 0.5), normal(x, shift, abs(scale))
    jsd = 0.5 * (_plogp(p, (p + g) / 2) + _plogp(g, (p + g) / 2)).sum() * (x[1] - x[0])
    assert frame["jsd"] == pytest.approx(jsd, abs=1e-5) and frame["value_best"] == pytest.approx(
        2 * jsd - 2 * math.log(2), abs=1e-5
    )
    with torch.no_grad():
        s = Probe(trainer).score(torch.from_numpy(x).float()[:, None]).double().numpy()
    v = -(p * np.logaddexp(0, -s) + g * np.logaddexp(0, s)).sum() * (x[1] - x[0])
    assert frame["value"] == pytest.approx(v, abs=1e-3)


def _log_ratio(x, mean, deviation):
    """log g - log p."""
    return -0.5 * ((x - mean) / deviation) ** 2 - math.log(deviation) + 0.5 * ((x - 1.5) / 0.5) ** 2 + math.log(0.5)


def _plogp(a, b):
    return np.where(a > 0, a * np.log(np.maximum(a, 1e-300) / np.maximum(b, 1e-300)), 0)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_value_is_what_d_ascends_in_expectation(objective):
    trainer = line_trainer(0.8, 1.0, objective=objective)
    frame = frame_of(trainer)
    random = torch.Generator().manual_seed(0)
    real, fake = (
        1.5 + 0.5 * torch.randn(400_000, 1, generator=random),
        1.0 + 0.8 * torch.randn(400_000, 1, generator=random),
    )
    expected = -float(
        trainer.objective.d_loss(Probe(trainer).score(real).double(), Probe(trainer).score(fake).double())
    )
    assert frame["value"] == pytest.approx(expected, abs=4e-3)
    if objective in ("wasserstein", "relativistic-average"):
        assert frame["best"] is None and frame["value_best"] is None
    else:
        assert frame["value"] < frame["value_best"], "no D is above the best"

        class Best(nn.Module):
            def forward(self, x):
                log_p, log_g = (-0.5 * ((x[:, 0] - m) / s) ** 2 - math.log(s) for m, s in ((1.5, 0.5), (1.0, 0.8)))
                return theory.optimal_discriminator(log_p, log_g, objective)

        trainer.discriminator = Best()
        again = frame_of(trainer)
        assert again["value"] == pytest.approx(again["value_best"], abs=4e-3), "and the best D reaches it"
        np.testing.assert_allclose(again["d"], again["best"], atol=0.02 if objective != "relativistic" else 2)


@pytest.mark.parametrize("objective", [o for o in OBJECTIVES if o not in ("wasserstein", "relativistic-average")])
@pytest.mark.parametrize("scale", [0.0, 0.003, 0.5])
def test_no_d_is_above_the_best_one(objective, scale):
    """A kernel blurs a G that has collapsed: a D that is sharper than the kernel must not beat the best of the blur."""

    class Sharp(nn.Module):
        def __init__(self, level):
            super().__init__()
            self.level = level

        def forward(self, x):
            return torch.where((x[:, 0] - 1.5).abs() < 0.004, -self.level, self.level)

    trainer = line_trainer(scale, 1.5, objective=objective)
    for level in (0.5, 1.0, 20.0):
        trainer.discriminator = Sharp(level)
        frame = frame_of(trainer)
        assert frame["value"] <= frame["value_best"], (level, frame["method"])


@pytest.mark.parametrize("prior", [name for name in PRIORS if name != "sphere"])
def test_the_change_of_variables_equals_a_histogram(prior):
    """A network that bends, rising: its density against a million samples, wherever the prior is known."""

    class Bend(nn.Module):
        def forward(self, z):
            return 1.5 + 0.4 * z + 0.3 * torch.tanh(3 * z)

    trainer = line_trainer(1, 0, prior=prior)
    trainer.generator = Bend()
    frame = frame_of(trainer)
    assert frame["method"] == "change of variables"
    grid = np.array(frame["grid"])
    step = grid[1] - grid[0]
    z = PRIORS[prior].draw(1_000_000, 1, torch.Generator().manual_seed(0), None)
    counts, _ = np.histogram(Probe(trainer).sample(z).numpy(), np.append(grid - step / 2, grid[-1] + step / 2))
    masses = np.array(frame["g_density"]) * step
    assert masses.sum() == pytest.approx(counts.sum() / 1e6, abs=1e-3)
    assert (np.abs(counts / 1e6 - masses) < 5 * np.sqrt(masses / 1e6) + 0.004 * masses + 2e-5).all()
    # and falling, the same mirrored
    trainer.generator = nn.Sequential(_Negate(), trainer.generator)
    np.testing.assert_allclose(frame_of(trainer)["g_density"], frame["g_density"], atol=1e-3)


class _Negate(nn.Module):
    def forward(self, z):
        return -z


def test_a_g_that_folds_or_collapses_falls_back_on_the_kernel():
    class Fold(nn.Module):
        def forward(self, z):
            return 1.5 + z.abs()

    trainer = line_trainer(0.0, 1.5)
    frame = frame_of(trainer)
    grid = np.array(frame["grid"])
    assert frame["method"] == "kernel" and frame["bandwidth"] >= grid[1] - grid[0] - 2e-5, (
        "one point: narrower than can be drawn"
    )
    assert np.sum(frame["g_density"]) * (grid[1] - grid[0]) == pytest.approx(1, abs=1e-3)
    assert grid[np.argmax(frame["g_density"])] == pytest.approx(1.5, abs=0.05)
    assert 0.3 < frame["jsd"] <= math.log(2)
    trainer.generator = Fold()
    frame = frame_of(trainer)
    assert frame["method"] == "kernel" and np.sum(frame["g_density"]) * (grid[1] - grid[0]) > 0.95
    for far in (math.nan, math.inf, -1e30, 1e5):
        trainer.generator = Affine(1, 1.0, far)
        frame = frame_of(trainer)
        assert far != 1e5 or frame["jsd"] == pytest.approx(math.log(2), abs=1e-4)


def test_a_narrow_g_is_neither_lost_between_points_nor_too_high():
    """Narrower by far than the points that are drawn: the curve still holds all its mass, and so do the integrals."""
    for scale in (1e-2, -1e-3):
        for prior in ("normal", "uniform"):
            frame = frame_of(line_trainer(scale, 1.237, prior=prior))
            grid = np.array(frame["grid"])
            assert frame["method"] == "change of variables"
            assert np.sum(frame["g_density"]) * (grid[1] - grid[0]) == pytest.approx(1, abs=2e-3)
            # G's mass lies where the data have density p: KL(G || data) = -entropy - E log p
            entropy = math.log(abs(scale)) + (
                0.5 * math.log(2 * math.pi * math.e) if prior == "normal" else math.log(2)
            )
            assert frame["kl_g_data"] == pytest.approx(-entropy - math.log(normal(1.237, 1.5, 0.5)), abs=0.01)
            assert min(frame["best"]) < 0.3 and frame["best"][0] > 0.99


def test_a_kl_that_is_infinite_is_null():
    """A bounded G cannot reach the tails of a Gaussian; a normal one reaches all."""
    assert frame_of(line_trainer(0.5, 1.5, prior="uniform"))["kl_data_g"] is None
    assert frame_of(line_trainer(0.5, 1.5))["kl_data_g"] == pytest.approx(0, abs=1e-6)
    # the other way round: data that end, and a G that goes on
    found = frame_of(line_trainer(0.5, 0.0, data="uniform-1d"))
    assert found["kl_g_data"] is None and found["kl_data_g"] > 0
    perfect = frame_of(line_trainer(1.0, 0.0, data="uniform-1d", prior="uniform"))
    assert perfect["jsd"] == pytest.approx(0, abs=2e-3) and perfect["value_best"] == pytest.approx(
        -2 * math.log(2), abs=4e-3
    )


def test_the_kernel_estimate_of_several_noises_is_near_the_truth():
    class Sum(nn.Module):
        def forward(self, z):
            return 1.5 + 0.5 * z.sum(1, keepdim=True) / math.sqrt(z.shape[1])

    trainer = Trainer(settings("gaussian", latent_dim=3, prior="normal"))
    trainer.generator = Sum()
    frame = frame_of(trainer)
    assert frame["method"] == "kernel" and 0.05 < frame["bandwidth"] < 0.2
    np.testing.assert_allclose(frame["g_density"], normal(np.array(frame["grid"]), 1.5, 0.5), atol=0.06)
    assert frame["jsd"] < 0.01 and frame["value_best"] == pytest.approx(-2 * math.log(2), abs=0.02)


# --------------------------------------------------------------------------- both


@pytest.mark.parametrize(
    "fields",
    [{}, {"data": "gaussian", "latent_dim": 1}, {"ema_half_life": 500, "conditioning": "concatenation"}],
    ids=str,
)
@pytest.mark.parametrize("objective", ["non-saturating", "relativistic-average"])
def test_training_does_not_notice_a_frame(fields, objective):
    config = settings(**{"objective": objective, **fields})
    alone, watched = Trainer(config), Trainer(config)
    view = scene.points_view(watched.data)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for _ in range(4):
        first = scene.points_frame(Probe(watched), view)
        assert scene.points_frame(Probe(watched), view) == first, "the same picture twice"
        alone.turn(), watched.turn()
    assert torch.equal(torch.get_rng_state(), before)
    mine, its = state_of(alone)["tensors"], state_of(watched)["tensors"]
    assert mine.keys() == its.keys() and all(torch.equal(mine[k], its[k]) for k in mine)
    assert watched.generator.training and watched.discriminator.training
    assert all(p.requires_grad for p in watched.discriminator.parameters())


@pytest.mark.parametrize("name", ["two-gaussians", "two-gaussians-1d"])
def test_a_view_is_made_once_for_the_same_points(name):
    config = settings(name)
    assert scene.points_view(load(config)) is scene.points_view(load(config))
    other = load(config)
    assert scene.points_view(DataSet(other.samples * 0.5)) is not scene.points_view(other)


@pytest.mark.parametrize("prior", [name for name in PRIORS if name != "sphere"])
def test_priors_densities_and_quantiles_belong_together(prior):
    prior = PRIORS[prior]
    u = torch.linspace(0.001, 0.999, 400, dtype=torch.float64)
    z = prior.quantile(u)
    middle = prior.quantile((u[1:] + u[:-1]) / 2)
    np.testing.assert_allclose(prior.log_density(middle)[20:-20].exp(), (u.diff() / z.diff())[20:-20], rtol=2e-3)
    assert prior.log_density(torch.tensor([7.0])).exp() < 1e-10


def test_a_file_that_is_sorted_is_drawn_whole():
    """The picture of a person's points is made of all of them, not of the first thousands."""
    points = torch.from_numpy(np.sort(np.random.default_rng(0).uniform(-2, 2, (50_000, 2)), 0).astype(np.float32))
    picture = json.loads(scene.points_scene(DataSet(points)))
    low, high = picture["extent"][:2]
    assert low < -2 < 2 < high
    real = np.array(picture["real"][::2])
    assert real.min() < -1.9 and real.max() > 1.9


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_a_slope_that_jumps_ends_no_run_and_gives_no_false_density(prior):
    """A kink of G may lie between two lattice points, where the slope changes a hundredfold: the kernel must do."""

    class Kinked(nn.Module):
        def forward(self, z):
            return torch.nn.functional.leaky_relu(z - 0.0007, 0.01) * 3

    trainer = line_trainer(1.0, 0.0)
    trainer.config = trainer.config.replace(prior=prior)
    trainer.generator = Kinked()
    frame = frame_of(trainer)
    grid = np.array(frame["grid"])
    assert np.sum(frame["g_density"]) * (grid[1] - grid[0]) < 1.02
    assert frame["jsd"] is not None and 0 <= frame["jsd"] <= math.log(2)
