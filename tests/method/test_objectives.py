"""What the two networks minimise, against closed forms, finite differences and PyTorch's own binary cross entropy."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_core import OBJECTIVES, PENALTIES
from gan_core.config import FIELDS, games
from gan_core.config.glossary import TERMS
from gan_core.method.objectives import shown, value

logits = st.lists(st.floats(-39, 39), min_size=1, max_size=12).map(lambda v: torch.tensor(v, dtype=torch.float64))
GAMES = ["minimax", "non-saturating"]
LINEAR = 1e-15
"""What Python's own floats and torch's may differ by."""


@pytest.mark.parametrize("game", GAMES)
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
    for game in GAMES:
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
    for game in GAMES:
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
    assert set(TERMS["objective"]) == set(OBJECTIVES) == set(FIELDS["objective"].metadata["accepts"].options)
    assert set(TERMS["penalty"]) == set(PENALTIES) == set(FIELDS["penalty"].metadata["accepts"].options)
    for name in OBJECTIVES:
        term = TERMS["objective"][name]
        assert term.title and term.does and term.helps and "\\" in term.formula and "arXiv" in term.paper
    for name in set(PENALTIES) - {"none"}:
        assert "nabla" in TERMS["penalty"][name].formula and "arXiv" in TERMS["penalty"][name].paper


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_what_the_pages_say_of_a_game_is_what_the_game_is(name):
    game, objective = games.GAMES[name], OBJECTIVES[name]
    assert (game.probability, game.level) == (objective.probability, objective.level)
    undecided = (
        torch.zeros(4, dtype=torch.float64)
        if objective.probability
        else torch.full((4,), objective.level or 0.0, dtype=torch.float64)
    )
    assert game.draw == pytest.approx(-float(objective.d_loss(undecided, undecided))), "where D cannot tell"
