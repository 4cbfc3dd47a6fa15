"""What the two networks minimise, against closed forms, finite differences and PyTorch's own binary cross entropy."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_core import OBJECTIVES, PENALTIES, theory
from gan_core.config import FIELDS
from gan_core.config.games import GAMES
from gan_core.config.glossary import TERMS
from gan_core.method.objectives import Objective, shown, value
from gan_core.theory import dirac

logits = st.lists(st.floats(-39, 39), min_size=1, max_size=12).map(lambda v: torch.tensor(v, dtype=torch.float64))
CROSS_ENTROPY = ["minimax", "non-saturating"]
LINEAR = 1e-15
"""What Python's own floats and torch's may differ by."""


@pytest.mark.parametrize("game", CROSS_ENTROPY)
@given(real=logits, fake=logits)
def test_losses_are_the_papers(game, real, fake):
    objective = OBJECTIVES[game]
    # written with log1p and exp in Python's own floats: log sigmoid(s) = -log(1 + exp(-s))
    log_d_real = [-math.log1p(math.exp(-s)) for s in real.tolist()]
    log_not_d_fake = [-math.log1p(math.exp(s)) for s in fake.tolist()]
    log_d_fake = [-math.log1p(math.exp(-s)) for s in fake.tolist()]
    v = sum(log_d_real) / len(real) + sum(log_not_d_fake) / len(fake)
    assert float(objective.d_loss(real, fake)) == pytest.approx(-v, rel=1e-12, abs=2 * LINEAR)
    expected = sum(log_not_d_fake) / len(fake) if game == "minimax" else -sum(log_d_fake) / len(fake)
    assert float(objective.g_loss(None, fake)) == pytest.approx(expected, rel=1e-12, abs=LINEAR)
    assert float(value(real, fake)) == pytest.approx(-float(objective.d_loss(real, fake)), rel=1e-12)


@given(real=logits, fake=logits)
def test_binary_cross_entropy_is_minus_v(real, fake):
    bce = binary_cross_entropy_with_logits(real, torch.ones_like(real)) + binary_cross_entropy_with_logits(
        fake, torch.zeros_like(fake)
    )
    for game in CROSS_ENTROPY:
        torch.testing.assert_close(OBJECTIVES[game].d_loss(real, fake), bce)
    torch.testing.assert_close(
        OBJECTIVES["non-saturating"].g_loss(None, fake), binary_cross_entropy_with_logits(fake, torch.ones_like(fake))
    )
    torch.testing.assert_close(
        OBJECTIVES["minimax"].g_loss(None, fake), -binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    )


@given(real=logits, fake=logits)
def test_gradients_are_the_closed_forms(real, fake):
    n, m = len(real), len(fake)
    real, fake = real.requires_grad_(), fake.requires_grad_()
    d_real, d_fake = torch.sigmoid(real).detach(), torch.sigmoid(fake).detach()
    for game in CROSS_ENTROPY:
        on_real, on_fake = torch.autograd.grad(OBJECTIVES[game].d_loss(real, fake), (real, fake))
        torch.testing.assert_close(on_real, -(1 - d_real) / n, rtol=LINEAR, atol=1e-14)
        torch.testing.assert_close(on_fake, d_fake / m, rtol=LINEAR, atol=1e-14)
    (saturating,) = torch.autograd.grad(OBJECTIVES["minimax"].g_loss(None, fake), fake)
    torch.testing.assert_close(saturating, -d_fake / m, rtol=LINEAR, atol=1e-14)
    (other,) = torch.autograd.grad(OBJECTIVES["non-saturating"].g_loss(None, fake), fake)
    torch.testing.assert_close(other, -(1 - d_fake) / m, rtol=LINEAR, atol=1e-14)


@pytest.mark.parametrize("game", list(OBJECTIVES))
def test_gradients_agree_with_finite_differences(game):
    objective = OBJECTIVES[game]
    random = torch.Generator().manual_seed(3)
    real, fake = (torch.randn(5, dtype=torch.float64, generator=random) * 3 for _ in range(2))
    assert torch.autograd.gradcheck(objective.d_loss, (real.requires_grad_(), fake.requires_grad_()))
    assert torch.autograd.gradcheck(
        objective.g_loss if objective.pairs else lambda _, f: objective.g_loss(None, f), (real, fake)
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("game", list(OBJECTIVES))
@pytest.mark.parametrize("size", [1e2, 1e4, -1e4])
def test_extreme_logits_stay_finite(game, dtype, size):
    objective = OBJECTIVES[game]
    real, fake = (torch.tensor([s, -s, 0.0], dtype=dtype, requires_grad=True) for s in (size, -size))
    for loss in (objective.d_loss(real, fake), objective.g_loss(real, fake), value(real, fake)):
        assert torch.isfinite(loss)
        grads = torch.autograd.grad(loss, (real, fake), allow_unused=True)
        assert all(torch.isfinite(g).all() for g in grads if g is not None)
    # not only finite: softplus(1e4) is 1e4
    assert float(OBJECTIVES["minimax"].d_loss(torch.tensor([-1e4]), torch.tensor([1e4]))) == pytest.approx(2e4)
    assert float(OBJECTIVES["minimax"].d_loss(torch.tensor([1e4]), torch.tensor([-1e4]))) == 0.0


def test_the_value_where_d_cannot_tell_is_minus_ln_4():
    zero = torch.zeros(7, dtype=torch.float64)
    assert float(value(zero, zero)) == pytest.approx(-math.log(4), abs=1e-15)
    assert float(OBJECTIVES["minimax"].d_loss(zero, zero)) == pytest.approx(math.log(4))
    assert float(OBJECTIVES["minimax"].g_loss(None, zero)) == pytest.approx(-math.log(2))
    assert float(OBJECTIVES["non-saturating"].g_loss(None, zero)) == pytest.approx(math.log(2))


@given(real=logits, fake=logits)
def test_the_value_is_never_positive(real, fake):
    assert float(value(real, fake)) <= 0


def test_where_d_is_sure_only_one_of_the_two_teaches_g():
    sure = torch.full((4,), -12.0, dtype=torch.float64, requires_grad=True)
    (flat,) = torch.autograd.grad(OBJECTIVES["minimax"].g_loss(None, sure), sure)
    (steep,) = torch.autograd.grad(OBJECTIVES["non-saturating"].g_loss(None, sure), sure)
    assert flat.abs().max() < 1e-5 and steep.abs().min() > 0.24
    assert (flat < 0).all() and (steep < 0).all(), "both push D(G(z)) up"


def test_sizes_of_the_two_batches_may_differ():
    for objective in OBJECTIVES.values():
        if not objective.pairs:
            assert (
                objective.d_loss(torch.zeros(3), torch.zeros(5)).shape == ()
                and objective.g_loss(None, torch.zeros(5)).shape == ()
            )


# --------------------------------------------------------------------------- the others, against Python's own floats


def _soft(s: float) -> float:
    return math.log1p(math.exp(-abs(s))) + max(s, 0.0)


def _mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


SLOW = {
    "least-squares": (
        lambda r, f: _mean((s - 1) ** 2 / 2 for s in r) + _mean(s**2 / 2 for s in f),
        lambda r, f: _mean((s - 1) ** 2 / 2 for s in f),
    ),
    "wasserstein": (lambda r, f: _mean(f) - _mean(r), lambda r, f: -_mean(f)),
    "hinge": (lambda r, f: _mean(max(0, 1 - s) for s in r) + _mean(max(0, 1 + s) for s in f), lambda r, f: -_mean(f)),
    "relativistic": (
        lambda r, f: _mean(_soft(-(a - b)) for a, b in zip(r, f, strict=True)),
        lambda r, f: _mean(_soft(-(b - a)) for a, b in zip(r, f, strict=True)),
    ),
    "relativistic-average": (
        lambda r, f: _mean(_soft(-(a - _mean(f))) for a in r) + _mean(_soft(b - _mean(r)) for b in f),
        lambda r, f: _mean(_soft(-(b - _mean(r))) for b in f) + _mean(_soft(a - _mean(f)) for a in r),
    ),
}
pairs = st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=12)


@pytest.mark.parametrize("game", list(SLOW))
@given(both=pairs)
def test_losses_agree_with_a_slow_reference(game, both):
    real, fake = (torch.tensor(side, dtype=torch.float64) for side in zip(*both, strict=True))
    d, g = SLOW[game]
    assert float(OBJECTIVES[game].d_loss(real, fake)) == pytest.approx(
        d(real.tolist(), fake.tolist()), rel=1e-12, abs=1e-12
    )
    assert float(OBJECTIVES[game].g_loss(real, fake)) == pytest.approx(
        g(real.tolist(), fake.tolist()), rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize("game", list(OBJECTIVES))
def test_on_a_linear_critic_the_gradient_is_the_closed_form(game):
    """D(x) = w . x: d loss / dw = sum of (d loss / ds) x over the samples."""
    random = torch.Generator().manual_seed(1)
    x, y = (torch.randn(7, 3, dtype=torch.float64, generator=random) for _ in range(2))
    w = torch.tensor([0.3, -1.1, 0.7], dtype=torch.float64, requires_grad=True)
    (found,) = torch.autograd.grad(OBJECTIVES[game].d_loss(x @ w, y @ w), w)
    r, f = (x @ w).detach(), (y @ w).detach()
    sigma, n = torch.sigmoid, len(r)
    on_real, on_fake = {
        "minimax": (-sigma(-r), sigma(f)),
        "non-saturating": (-sigma(-r), sigma(f)),
        "least-squares": (r - 1, f),
        "wasserstein": (-torch.ones_like(r), torch.ones_like(f)),
        "hinge": (-(r < 1).double(), (f > -1).double()),
        "relativistic": (-sigma(f - r), sigma(f - r)),
        # the means are functions of the scores as well
        "relativistic-average": (
            -sigma(f.mean() - r) - sigma(f - r.mean()).mean(),
            sigma(f - r.mean()) + sigma(f.mean() - r).mean(),
        ),
    }[game]
    torch.testing.assert_close(found, (on_real @ x + on_fake @ y) / n, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("game", [name for name, o in OBJECTIVES.items() if o.pairs])
def test_the_relativistic_generator_loss_is_its_own(game):
    """A published defect: it was computed, then overwritten by the plain one."""
    real, fake = torch.randn(6, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    g = OBJECTIVES[game].g_loss
    assert abs(float(g(real, fake)) - float(g(real + 1, fake))) > 1e-3, "reals count"
    assert abs(float(g(real, fake)) - float(OBJECTIVES["non-saturating"].g_loss(None, fake))) > 1e-6
    torch.testing.assert_close(g(real, fake), OBJECTIVES[game].d_loss(fake, real), msg="the roles exchanged")


@pytest.mark.parametrize("game", ["wasserstein", "relativistic", "relativistic-average"])
@given(both=pairs, shift=st.floats(-5, 5))
def test_where_only_differences_count_a_shift_of_all_scores_changes_nothing(game, both, shift):
    real, fake = (torch.tensor(side, dtype=torch.float64) for side in zip(*both, strict=True))
    before, after = OBJECTIVES[game].d_loss(real, fake), OBJECTIVES[game].d_loss(real + shift, fake + shift)
    torch.testing.assert_close(before, after, rtol=1e-9, atol=1e-9)
    assert OBJECTIVES[game].level is None


@pytest.mark.parametrize("game", [name for name, o in OBJECTIVES.items() if o.level is not None])
def test_the_level_is_the_best_single_answer_where_reals_and_fakes_are_alike(game):
    objective, scores = OBJECTIVES[game], torch.linspace(-3, 3, 6001, dtype=torch.float64)
    losses = torch.stack([objective.d_loss(s[None], s[None]) for s in scores])
    best = scores[losses <= losses.min() + 1e-12]
    assert float(shown(objective, best).min()) - 1e-3 <= objective.level <= float(shown(objective, best).max()) + 1e-3


@pytest.mark.parametrize("game", [name for name, o in OBJECTIVES.items() if o.smoothing])
@given(real=logits, fake=logits, s=st.floats(0, 0.5))
def test_label_smoothing_is_the_loss_with_the_smaller_target(game, real, fake, s):
    objective = OBJECTIVES[game]
    found = objective.d_loss(real, fake) + objective.smoothing(real, s)
    if game == "least-squares":
        expected = 0.5 * (real - (1 - s)).square().mean() + 0.5 * fake.square().mean()
    else:
        expected = binary_cross_entropy_with_logits(
            real, torch.full_like(real, 1 - s)
        ) + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-8)


def test_the_smoothed_optimum_is_the_smaller_target():
    r = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    nothing = torch.full((1,), -40.0, dtype=torch.float64)
    for _ in range(200):
        (slope,) = torch.autograd.grad(
            OBJECTIVES["minimax"].d_loss(r, nothing) + OBJECTIVES["minimax"].smoothing(r, 0.1), r
        )
        r = (r - 4 * slope).detach().requires_grad_()
    assert float(torch.sigmoid(r.detach())) == pytest.approx(0.9, abs=1e-6)


def test_every_objective_and_penalty_is_described():
    assert set(TERMS["objective"]) == set(OBJECTIVES) == set(FIELDS["objective"].accepts.options)
    assert set(TERMS["penalty"]) == set(PENALTIES) == set(FIELDS["penalty"].accepts.options)
    for name in OBJECTIVES:
        term = TERMS["objective"][name]
        assert term.title and term.does and term.helps and "\\" in term.formula and "arXiv" in term.paper
    for name in set(PENALTIES) - {"none"}:
        assert "nabla" in TERMS["penalty"][name].formula and "arXiv" in TERMS["penalty"][name].paper


# ------------------------------------------------------------------- every record's facts, against its functions


def test_every_record_is_under_its_name_and_refers_to_its_facts():
    assert list(OBJECTIVES) == list(GAMES)
    for name, objective in OBJECTIVES.items():
        assert objective.game is GAMES[name] and GAMES[name].name == name


@pytest.fixture(params=list(OBJECTIVES))
def objective(request):
    return OBJECTIVES[request.param]


def one(score: float) -> torch.Tensor:
    return torch.tensor([score], dtype=torch.float64)


def test_the_draw_is_what_d_reaches_where_it_cannot_tell(objective):
    undecided = torch.full((4,), objective.game.undecided, dtype=torch.float64)
    assert objective.game.draw == pytest.approx(-float(objective.d_loss(undecided, undecided)))
    if objective.level is not None:
        assert float(shown(objective, undecided).mean()) == objective.level


def test_the_most_is_what_a_perfect_d_reaches(objective):
    perfect = objective.game.costless or (1e4, -1e4)
    reached = -float(objective.d_loss(one(perfect[0]), one(perfect[1])))
    if objective.game.most is not None:
        assert reached == pytest.approx(objective.game.most, abs=1e-12)
    else:
        assert float(objective.d_loss(one(1e4), one(-1e4))) == -2e4, "no bound"


def test_costless_logits_cost_nothing_and_are_there_where_the_loss_is_a_sum(objective):
    (real, fake), (a, b) = (one(0.3), one(-0.7)), (one(1.1), one(0.2))
    d = objective.d_loss
    cross = float(d(real, fake) + d(a, b) - d(real, b) - d(a, fake))
    assert (objective.game.costless is not None) == (abs(cross) < 1e-12), "a sum over reals and over fakes"
    if objective.game.costless is not None:
        no_real, no_fake = map(one, objective.game.costless)
        assert float(d(no_real, no_fake)) == 0
        assert float(d(real, no_fake) + d(no_real, fake)) == pytest.approx(float(d(real, fake)))


def test_a_target_is_what_smoothing_moves_and_what_holds_the_scores(objective):
    game = objective.game
    assert game.target == (objective.smoothing is not None)
    # held: moving all scores together costs; the hinge has room between its kinks
    level = one(game.undecided)
    moved = float(objective.d_loss(level + 0.1, level + 0.1) - objective.d_loss(level, level))
    assert game.target == (moved > 1e-6)


def test_slopes_are_those_of_the_losses(objective):
    """On one real and one fake; where only the difference counts, the real is at 0."""
    slopes = objective.game.slopes
    for r, f in ((-3.0, 2.5), (0.4, -0.6), (1.7, 0.2), (0.0, -1.5), (5.0, -7.0)):
        real, fake = one(0.0 if objective.pairs else r).requires_grad_(), one(f).requires_grad_()
        by_real, by_fake = torch.autograd.grad(objective.d_loss(real, fake), (real, fake))
        (by_g,) = torch.autograd.grad(objective.g_loss(real, fake), fake)
        assert slopes.fake(f, sigmoid(f)) == pytest.approx(float(by_fake), abs=1e-12)
        assert slopes.generator(f, sigmoid(f)) == pytest.approx(float(by_g), abs=1e-12)
        assert slopes.real(r, sigmoid(r)) == pytest.approx(0.0 if objective.pairs else float(by_real), abs=1e-12)
        scores = np.array([r, f])
        for slope in (slopes.real, slopes.fake, slopes.generator):
            together = slope(scores, 1 / (1 + np.exp(-scores)))
            assert together == pytest.approx([slope(r, sigmoid(r)), slope(f, sigmoid(f))])


def sigmoid(s: float) -> float:
    return 1 / (1 + math.exp(-s))


def test_the_shape_of_the_slopes_is_what_the_record_says(objective):
    slopes, level, h = objective.game.slopes, objective.game.undecided, 1e-5

    def at(slope, s: float) -> float:
        return slope(s, sigmoid(s))

    bend = sum(at(side, level + h) - at(side, level - h) for side in (slopes.real, slopes.fake)) / (2 * h)
    assert slopes.curvature == pytest.approx(bend, abs=1e-8)
    scores = [-6.0, -1.5, -0.5, 0.0, 0.5, 1.5, 6.0]
    assert slopes.zero_sum == all(at(slopes.generator, s) == -at(slopes.fake, s) for s in scores)
    assert slopes.straight == all(
        len({at(side, s) for s in scores}) == 1 for side in (slopes.real, slopes.fake, slopes.generator)
    )
    jumps = [abs(at(slopes.fake, s + h) - at(slopes.fake, s - h)) > 0.5 for s in (-1.0, 0.0, 1.0)]
    assert any(jumps) == (slopes.margin is not None)
    if slopes.margin is not None:
        kink = slopes.margin
        assert [at(slopes.real, s) for s in (kink - h, kink + h)] == [-1, 0]
        assert [at(slopes.fake, s) for s in (-kink - h, -kink + h)] == [0, 1]


def test_what_g_gets_from_a_sure_d(objective):
    game = objective.game
    assert game.saturates == (abs(game.slopes.generator(-12.0, sigmoid(-12.0))) < 1e-4)
    real, fake = torch.randn(6, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    assert game.plain_score == (float(objective.g_loss(real, fake)) == -float(fake.mean()))
    other = float(objective.g_loss(real + 1, fake))
    assert game.pairs == (abs(other - float(objective.g_loss(real, fake))) > 1e-9)


def test_a_browser_is_told_facts_that_json_holds(objective):
    told = objective.game.told()
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again == told | {"losses": list(told["losses"])} and set(told) >= {"name", "draw", "most", "level", "losses"}
    assert (told["far"] is None) == (told["probability"] or told["most"] is None) == (told["clear"] == 0)


def test_an_objective_that_is_added_is_one_record_everywhere(monkeypatch):
    """Least squares about 2 instead of 1: theory, Dirac-GAN and a configuration's word on it ask its record alone."""
    slopes = dataclasses.replace(GAMES["least-squares"].slopes, real=lambda s, p: s - 2, generator=lambda s, p: s - 2)
    game = dataclasses.replace(GAMES["least-squares"], name="twice", draw=-1.0, level=1.0, slopes=slopes)
    added = Objective(
        game,
        lambda r, f: 0.5 * (r - 2).square().mean() + 0.5 * f.square().mean(),
        lambda r, f: 0.5 * (f - 2).square().mean(),
        best=lambda log_p, log_g, s: 2 * OBJECTIVES["least-squares"].best(log_p, log_g, s),
        best_value=lambda apart: 4 * OBJECTIVES["least-squares"].best_value(apart),
    )
    monkeypatch.setitem(GAMES, "twice", game)
    monkeypatch.setitem(OBJECTIVES, "twice", added)
    p, g = torch.tensor([0.7, 0.3]).double(), torch.tensor([0.4, 0.6]).double()
    best = theory.optimal_discriminator(p.log(), g.log(), "twice")
    reached = -float(0.5 * (p * (best - 2) ** 2).sum() + 0.5 * (g * best**2).sum())
    assert theory.value_at_optimum(p, g, 1.0, "twice") == pytest.approx(reached)
    flow = dirac.jacobian(dirac.Game("twice"))
    assert flow.tolist() == [[0, 1], [-1, 0]], "reals and fakes pull with 1 where D answers its level, 1"
