"""What the two networks minimise, against closed forms, finite differences and PyTorch's own binary cross entropy."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_core import OBJECTIVES, PENALTIES
from gan_core.objectives import value

logits = st.lists(st.floats(-30, 30), min_size=1, max_size=12).map(lambda v: torch.tensor(v, dtype=torch.float64))
GAMES = ["minimax", "non-saturating"]
LINEAR = 2.1e-9
"""torch's softplus is a straight line above 20, which leaves out log(1 + exp(-20))."""


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
    bce = binary_cross_entropy_with_logits(real, torch.ones_like(real)) + binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    for game in GAMES:
        torch.testing.assert_close(OBJECTIVES[game].d_loss(real, fake), bce)
    torch.testing.assert_close(OBJECTIVES["non-saturating"].g_loss(None, fake), binary_cross_entropy_with_logits(fake, torch.ones_like(fake)))
    torch.testing.assert_close(OBJECTIVES["minimax"].g_loss(None, fake), -binary_cross_entropy_with_logits(fake, torch.zeros_like(fake)))


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
    assert torch.autograd.gradcheck(lambda f: objective.g_loss(real.detach(), f), (fake,))


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
            assert objective.d_loss(torch.zeros(3), torch.zeros(5)).shape == () and objective.g_loss(None, torch.zeros(5)).shape == ()


def test_every_objective_is_described():
    assert {"minimax", "non-saturating"} <= set(OBJECTIVES)
    for objective in OBJECTIVES.values():
        assert objective.title and "\\" in objective.formula and "arXiv" in objective.paper


def test_no_penalty_is_nothing():
    x = torch.randn(3, 2, dtype=torch.float64)
    found = PENALTIES["none"](torch.nn.Identity(), x, x)
    assert found.shape == () and float(found) == 0 and found.dtype == torch.float64
