"""Theory against brute force: the best D found by minimising the objectives' losses, closed forms, perfect samplers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from gan_core import OBJECTIVES, theory
from gan_core.data import DISTRIBUTIONS

# of 24 draws each: weights with which a mean over samples is an exact expectation
REAL = torch.tensor([9, 6, 4, 3, 1, 1])
FAKE = torch.tensor([1, 2, 4, 4, 5, 8])
P, G = REAL / 24.0, FAKE / 24.0
LOG_P, LOG_G = P.double().log(), G.double().log()
CLOSED = [name for name, objective in OBJECTIVES.items() if objective.best is not None]
SMOOTH = [name for name in CLOSED if OBJECTIVES[name].game.slopes.margin is None]


def loss(objective: str, scores: torch.Tensor, smoothing: float = 0.0) -> torch.Tensor:
    """The objective's own d_loss for a D with a free score in each of six places, of which p and g have shares."""
    real, fake = scores[torch.arange(6).repeat_interleave(REAL)], scores[torch.arange(6).repeat_interleave(FAKE)]
    if OBJECTIVES[objective].pairs:
        # every real against every fake, so that the mean is over independent pairs
        real, fake = real.repeat_interleave(24), fake.repeat(24)
    found = OBJECTIVES[objective].d_loss(real, fake)
    return found + OBJECTIVES[objective].smoothing(real, smoothing) if smoothing else found


def best(objective: str, smoothing: float = 0.0) -> torch.Tensor:
    scores = torch.zeros(6, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [scores], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16, line_search_fn="strong_wolfe"
    )

    def closure():
        optimiser.zero_grad()
        value = loss(objective, scores, smoothing)
        value.backward()
        return value

    optimiser.step(closure)
    return scores.detach()


# --------------------------------------------------------------------------- the best discriminator


@pytest.mark.slow
@pytest.mark.parametrize("objective", SMOOTH)
def test_a_free_discriminator_learns_what_theory_says(objective):
    found, expected = best(objective), theory.optimal_discriminator(LOG_P, LOG_G, objective)
    if objective == "relativistic":  # differences of scores are all that counts
        found, expected = found - found.mean(), expected - expected.mean()
    torch.testing.assert_close(found, expected, rtol=0, atol=2e-5)
    if objective in ("minimax", "non-saturating"):
        torch.testing.assert_close(torch.sigmoid(expected), P.double() / (P + G).double())


@pytest.mark.parametrize("objective", CLOSED)
def test_nothing_near_the_best_discriminator_is_better(objective):
    """The losses are convex in the scores: a minimum in all directions is the minimum, also in the hinge's corner."""
    scores = theory.optimal_discriminator(LOG_P, LOG_G, objective)
    least = float(loss(objective, scores))
    directions = torch.cat(
        [torch.eye(6), -torch.eye(6), torch.randn(200, 6, generator=torch.Generator().manual_seed(0))]
    ).double()
    for size in (1e-3, 0.1, 1.0):
        assert min(float(loss(objective, scores + size * d)) for d in directions) >= least - 1e-12
    assert float(loss(objective, scores + 0.5 * directions[0])) > least + 1e-4


@pytest.mark.parametrize("objective", CLOSED)
def test_the_value_at_the_optimum_is_what_the_loss_says(objective):
    value = theory.value_at_optimum(P, G, 1.0, objective)
    assert value == pytest.approx(
        -float(loss(objective, theory.optimal_discriminator(LOG_P, LOG_G, objective))), abs=1e-6
    )
    if objective in SMOOTH:
        assert value == pytest.approx(-float(loss(objective, best(objective))), abs=1e-6)


def test_values_in_their_published_forms():
    p, g = P.double().numpy(), G.double().numpy()
    middle = (p + g) / 2
    jsd = 0.5 * (p * np.log(p / middle)).sum() + 0.5 * (g * np.log(g / middle)).sum()
    assert theory.value_at_optimum(P, G, 1.0, "minimax") == pytest.approx(2 * jsd - 2 * math.log(2), abs=1e-6)
    assert theory.value_at_optimum(P, G, 1.0, "least-squares") == pytest.approx(
        -0.5 * (p * g / (p + g)).sum(), abs=1e-6
    )
    assert theory.value_at_optimum(P, G, 1.0, "hinge") == pytest.approx(-2 * np.minimum(p, g).sum(), abs=1e-6)


@pytest.mark.parametrize(
    "objective, value",
    [("minimax", -2 * math.log(2)), ("least-squares", -0.25), ("hinge", -2), ("relativistic", -math.log(2))],
)
def test_a_perfect_generator_leaves_the_best_discriminator_guessing(objective, value):
    assert theory.value_at_optimum(P, P, 1.0, objective) == pytest.approx(value, abs=1e-6)
    scores = theory.optimal_discriminator(LOG_P, LOG_P, objective)
    assert scores.tolist() == [0.5 if objective == "least-squares" else 0.0] * 6


@pytest.mark.parametrize("objective", ["minimax", "least-squares"])
def test_one_sided_label_smoothing_moves_the_best_discriminator(objective):
    expected = theory.optimal_discriminator(LOG_P, LOG_G, objective, smoothing=0.1)
    torch.testing.assert_close(best(objective, 0.1), expected, rtol=0, atol=2e-5)
    share = torch.sigmoid(expected) if objective == "minimax" else expected
    torch.testing.assert_close(share, 0.9 * P.double() / (P + G).double(), rtol=1e-6, atol=0)


def test_where_one_or_both_have_no_mass():
    log_p, log_g = torch.tensor([0.0, -math.inf, -math.inf]), torch.tensor([-math.inf, 0.0, -math.inf])
    for smoothing in (0.0, 0.1):
        shares = torch.sigmoid(theory.optimal_discriminator(log_p, log_g, smoothing=smoothing))
        assert shares.tolist() == pytest.approx([1 - smoothing, 0, 0.5])
    assert theory.optimal_discriminator(log_p, log_g, "least-squares").tolist() == [1, 0, 0.5]
    assert theory.optimal_discriminator(log_p, log_g, "hinge").tolist() == [1, -1, 0]
    assert theory.optimal_discriminator(log_p, log_g, "relativistic").tolist() == [math.inf, -math.inf, 0]


def test_what_theory_does_not_say_is_refused():
    for objective in ("wasserstein", "relativistic-average", "nonsense"):
        with pytest.raises(ValueError, match=objective):
            theory.optimal_discriminator(LOG_P, LOG_G, objective)
    for objective in ("relativistic-average", "nonsense"):
        with pytest.raises(ValueError, match=objective):
            theory.value_at_optimum(P, G, 1.0, objective)


def test_the_wasserstein_critic_is_the_best_of_slope_one():
    cell = 0.5
    distance, critic = theory.wasserstein(P / cell, G / cell, cell)
    places = cell * torch.arange(6.0, dtype=torch.float64)
    real, fake = places.repeat_interleave(REAL), places.repeat_interleave(FAKE)
    assert distance == pytest.approx(float((real.sort().values - fake.sort().values).abs().mean()), abs=1e-6)
    assert distance == pytest.approx(theory.value_at_optimum(P / cell, G / cell, cell, "wasserstein"))
    assert critic.diff().abs().max() <= cell + 1e-12
    assert -float(loss("wasserstein", critic)) == pytest.approx(distance, abs=1e-6)
    random = torch.Generator().manual_seed(0)
    for _ in range(200):
        slopes = 2 * torch.rand(5, generator=random, dtype=torch.float64) - 1
        other = torch.cat([torch.zeros(1, dtype=torch.float64), torch.cumsum(slopes * cell, 0)])
        assert -float(loss("wasserstein", other)) <= distance + 1e-6


# --------------------------------------------------------------------------- quadrature


def normal(x, mean, deviation):
    return torch.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * math.sqrt(2 * math.pi))


def test_divergence_of_two_normals_in_closed_form():
    points, cell = theory.cells(-18, 18, 6000, 1)
    x = points[:, 0]
    found = theory.divergences(normal(x, 0, 1), normal(x, 1, 2), cell)
    # KL(N(m, s²) || N(n, t²)) = ln t/s + (s² + (m - n)²) / 2t² - 1/2
    assert found["kl"] == pytest.approx(math.log(2) + 2 / 8 - 0.5, abs=1e-6)
    assert found["reverse_kl"] == pytest.approx(-math.log(2) + 5 / 2 - 0.5, abs=1e-6)
    assert found["outside_p"] == pytest.approx(0, abs=1e-9)
    # TV of equal deviations: 2 Phi(d / 2s) - 1
    found = theory.divergences(normal(x, 0, 1), normal(x, 1, 1), cell)
    assert found["tv"] == pytest.approx(math.erf(0.5 / math.sqrt(2)), abs=1e-5)
    assert theory.kl(normal(x, 0, 1), normal(x, 1, 1), cell) == pytest.approx(0.5, abs=1e-6)
    assert theory.wasserstein(normal(x, 0, 1), normal(x, 1, 1), cell)[0] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("dim", [1, 2])
def test_same_and_disjoint(dim):
    # to the right: the flat piece by its own width, the board by one square, black on white
    name, shift = ("uniform-1d", [2.0]) if dim == 1 else ("checkerboard", [1.0, 0.0])
    points, cell = theory.cells(-4, 4, 160, dim)
    p, elsewhere = (DISTRIBUTIONS[name].log_prob(at).exp() for at in (points, points - torch.tensor(shift)))
    assert float((p * elsewhere).sum()) == 0
    same, apart = theory.divergences(p, p, cell), theory.divergences(p, elsewhere, cell)
    assert (same["jsd"], same["kl"], same["tv"], same["le_cam"]) == (0, 0, 0, 0)
    assert apart["jsd"] == pytest.approx(math.log(2)) and apart["kl"] == math.inf
    assert apart["tv"] == pytest.approx(1) and apart["le_cam"] == pytest.approx(2)
    assert theory.jsd(p, elsewhere, cell) == apart["jsd"]
    # V(G, D*) is 0 where D can always tell
    assert theory.value_at_optimum(p, elsewhere, cell) == pytest.approx(0, abs=1e-9)


def test_what_does_not_sum_to_one_is_no_density():
    points, cell = theory.cells(-6, 6, 600, 1)
    p = normal(points[:, 0], 0, 1)
    with pytest.raises(ValueError, match=r"g sums to 0\.5 on this grid.*outside"):
        theory.jsd(p, p / 2, cell)
    with pytest.raises(ValueError, match=r"p sums to 2"):
        theory.kl(2 * p, p, cell)
    with pytest.raises(ValueError, match="negative"):
        theory.kl(p, -p, cell)
    with pytest.raises(ValueError, match="not finite"):
        theory.kl(p * math.nan, p, cell)
    narrow, cell = theory.cells(-2.2, 2.2, 300, 1)
    p = normal(narrow[:, 0], 0, 1)
    with pytest.raises(ValueError, match="outside"):
        theory.jsd(p, p, cell)
    found = theory.divergences(p, p, cell, tolerance=0.05)
    assert found["outside_p"] == found["outside_g"] == pytest.approx(math.erfc(2.2 / math.sqrt(2)), abs=1e-4)
    # eight spikes between the points of a coarse grid are not taken for a density either
    points, cell = theory.cells(-1.2, 1.2, 60, 2)
    ring = DISTRIBUTIONS["ring"].log_prob(points).exp()
    with pytest.raises(ValueError, match="sums to"):
        theory.jsd(ring, ring, cell)


def test_cells_fill_the_square():
    points, cell = theory.cells(-1, 3, 8, 2)
    assert points.shape == (64, 2) and points.dtype == torch.float64
    assert cell * len(points) == pytest.approx(16) and points.mean(0).tolist() == [1, 1]
    assert points.min() == -0.75 and points.max() == 2.75
    assert theory.mass(torch.full((64,), 1 / 16), cell) == pytest.approx(1)


# --------------------------------------------------------------------------- from samples


def draw(name, n, seed):
    return DISTRIBUTIONS[name].sample(n, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", ["ring", "grid", "line", "moons", "gaussian", "laplace"])
def test_a_perfect_sampler_scores_like_the_oracle(name):
    found = [theory.divergence_from_samples(draw(name, 2500, seed)[0], DISTRIBUTIONS[name]) for seed in range(100, 108)]
    for f in found:
        for key in ("jsd", "kl_data_g", "kl_g_data"):
            assert abs(f[key] - f[f"{key}_oracle"]) < 5 * f[f"{key}_oracle_sd"]
    first = found[0]
    assert np.mean([f["jsd"] for f in found]) == pytest.approx(
        first["jsd_oracle"], abs=5 * first["jsd_oracle_sd"] / math.sqrt(8) * math.sqrt(1 + 8 / 20)
    )
    # chi-square theory: a histogram of K boxes from n draws
    assert first["n"] == 2500 and first["cells"] == (64 if DISTRIBUTIONS[name].dim == 1 else 256)
    assert first["kl_g_data_oracle"] == pytest.approx((first["cells"] - 1) / (2 * 2500), rel=0.12)
    assert first["kl_data_g_oracle"] == pytest.approx((first["cells"] - 1) / (2 * 2500), rel=0.2)
    assert first["jsd_oracle"] == pytest.approx((first["cells"] - 1) / (8 * 2500), rel=0.12)


@pytest.mark.parametrize("name", ["ring", "grid", "two-gaussians-1d", "line"])
def test_boxes_have_the_masses_that_they_say(name):
    boxes = theory.partition(DISTRIBUTIONS[name], 6)
    assert (
        len(boxes) == 64 and boxes.masses.sum() == pytest.approx(1) and boxes.masses == pytest.approx(1 / 64, rel=0.01)
    )
    counts = boxes.counts(draw(name, 200_000, 5)[0])
    assert counts.sum() == 200_000
    chi2 = ((counts - 200_000 * boxes.masses) ** 2 / (200_000 * boxes.masses)).sum()
    # 63 degrees of freedom, and the reference's own noise on top
    assert chi2 < (63 + 5 * math.sqrt(126)) * (1 + 200_000 / theory.REFERENCE)
    far = boxes.counts(np.array([[1e30] * boxes.dim, [-1e30] * boxes.dim]))
    assert far.sum() == 2 and far.max() == 1


def test_lost_modes_and_wrong_widths_show():
    ring = DISTRIBUTIONS["ring"]
    x, labels = draw("ring", 2500, 3)
    perfect = theory.divergence_from_samples(x, ring)
    lost = theory.divergence_from_samples(x[labels != 3], ring)
    # an eighth of the mass is gone: JSD of the two distributions over modes
    p, g = np.full(8, 1 / 8), np.array([1 / 7] * 7 + [0])
    middle = (p + g) / 2
    true = 0.5 * (p * np.log(p / middle)).sum() + 0.5 * (g[:7] * np.log(g[:7] / middle[:7])).sum()
    assert true < lost["jsd"] < true + 3 * perfect["jsd_oracle"]
    centred = x - ring.modes[labels]
    cloud = torch.randn(2500, 2, generator=torch.Generator().manual_seed(0))
    for wrong in (ring.modes[labels] + 2 * centred, ring.modes[labels] + centred / 2, 0.97 * x, cloud):
        found = theory.divergence_from_samples(wrong, ring)
        assert found["jsd"] > found["jsd_oracle"] + 10 * max(found["jsd_error"], found["jsd_oracle_sd"]) and found[
            "jsd"
        ] <= math.log(2)
        for key in ("kl_data_g", "kl_g_data"):
            assert found[key] > found[f"{key}_oracle"] + 10 * found[f"{key}_oracle_sd"]


def test_the_two_directions_of_kl_are_what_they_say():
    """G that lost half of the data shows in KL(data || G); one that has as much elsewhere in KL(G || data)."""
    data, (x, labels) = DISTRIBUTIONS["two-gaussians"], draw("two-gaussians", 20_000, 3)
    lost = theory.divergence_from_samples(x[labels == 0], data)
    n, boxes, masses = int((labels == 0).sum()), lost["cells"], theory.partition(data, 8).masses
    # all of its samples lie where half of the mass does, and the rest of the boxes have half a sample each
    assert lost["kl_g_data"] == pytest.approx(math.log(2), abs=0.03)
    share = (n / (boxes / 2) + 0.5) / (n + boxes / 2)
    assert lost["kl_data_g"] == pytest.approx(
        0.5 * math.log(1 / boxes / share) + 0.5 * math.log(1 / boxes * (n + boxes / 2) / 0.5), abs=0.1
    )
    far = theory.divergence_from_samples(torch.full((1000, 2), 1e6), data)
    assert math.isfinite(far["kl_data_g"]) and far["kl_g_data"] == pytest.approx(-math.log(masses[0]), rel=0.01)
    more = theory.divergence_from_samples(torch.cat([x, torch.full((20_000, 2), 1e6)]), data)
    assert more["kl_data_g"] == pytest.approx(math.log(2), abs=0.03) and more["kl_g_data"] > 2 * more["kl_data_g"]


def test_the_estimate_is_near_the_divergence_of_the_densities():
    """N(1.5, 0.5²) against N(1.2, 0.6²): coarsening to 64 boxes loses little, and n = 100,000 leaves little noise."""
    points, cell = theory.cells(-4, 6, 4000, 1)
    true = theory.divergences(normal(points[:, 0], 1.5, 0.5), normal(points[:, 0], 1.2, 0.6), cell)
    samples = 1.2 + 0.6 * torch.randn(100_000, generator=torch.Generator().manual_seed(0))
    found = theory.divergence_from_samples(samples, DISTRIBUTIONS["gaussian"])
    assert found["jsd"] == pytest.approx(true["jsd"], abs=5 * found["jsd_error"] + 0.03 * true["jsd"])
    # a lower bound, by data processing: the tails beyond the outermost box are one box
    assert 0.75 * true["reverse_kl"] < found["kl_g_data"] < true["reverse_kl"] + 5 * found["kl_g_data_error"]
    assert 0.75 * true["kl"] < found["kl_data_g"] < true["kl"] + 5 * found["kl_data_g_error"]


def test_the_stated_error_is_the_spread_of_the_estimate():
    samples = [1.2 + 0.6 * torch.randn(2500, 1, generator=torch.Generator().manual_seed(s)) for s in range(60)]
    found = [theory.divergence_from_samples(x, DISTRIBUTIONS["gaussian"]) for x in samples]
    for key in ("jsd", "kl_data_g", "kl_g_data"):
        assert np.mean([f[key + "_error"] for f in found]) == pytest.approx(np.std([f[key] for f in found]), rel=0.4)


def test_the_same_question_has_the_same_answer():
    x = draw("grid", 1000, 9)[0]
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = theory.divergence_from_samples(x, DISTRIBUTIONS["grid"])
    assert torch.equal(torch.get_rng_state(), before), "looking moved the training's random generator"
    assert theory.divergence_from_samples(x.double(), DISTRIBUTIONS["grid"]) == first
    assert theory.divergence_from_samples(draw("laplace", 50, 1)[0].flatten(), DISTRIBUTIONS["laplace"])["n"] == 50


@pytest.mark.parametrize("bad", [torch.empty(0, 2), torch.tensor([[0.0, math.nan]]), torch.tensor([[math.inf, 0.0]])])
def test_no_samples_or_broken_ones_are_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        theory.divergence_from_samples(bad, DISTRIBUTIONS["ring"])
