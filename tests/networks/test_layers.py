"""Layers of our own against PyTorch's and against formulas written out by hand."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import nn

from gan_core.networks.layers import Dropout, FromLatent, Maxout, MinibatchDeviation, ToLogit


@pytest.mark.parametrize("size", [1, 4, 7])
@pytest.mark.parametrize("channels_last", [False, True])
@pytest.mark.parametrize(
    "ours, theirs, shape", [(FromLatent, nn.ConvTranspose2d, (3, 5, 1, 1)), (ToLogit, nn.Conv2d, None)]
)
def test_shortcuts_equal_the_layers_they_stand_for(ours, theirs, shape, size, channels_last):
    """Value and all three gradients, in float64."""
    channels = (5, 6) if ours is FromLatent else (6, 1)
    fast = ours(*channels, size, 1, 0, bias=False).double()
    slow = theirs(*channels, size, 1, 0, bias=False).double()
    assert fast.state_dict().keys() == slow.state_dict().keys()
    slow.load_state_dict(fast.state_dict())
    x = torch.randn(shape or (3, 6, size, size), dtype=torch.float64)
    if channels_last:
        x, fast = x.contiguous(memory_format=torch.channels_last), fast.to(memory_format=torch.channels_last)
    inputs = [x.clone().requires_grad_() for _ in range(2)]
    a, b = fast(inputs[0]), slow(inputs[1])
    if ours is ToLogit:
        assert a.shape == (3,)
        b = b.flatten()
    torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)
    weight = torch.randn_like(b)
    ((a * weight).sum().square() + (a**2 * weight).sum()).backward()
    ((b * weight).sum().square() + (b**2 * weight).sum()).backward()
    torch.testing.assert_close(inputs[0].grad, inputs[1].grad, rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(fast.weight.grad, slow.weight.grad, rtol=1e-11, atol=1e-11)


def test_shortcuts_can_be_differentiated_twice():
    """A penalty on D's gradient needs it."""
    layer = ToLogit(2, 1, 3, 1, 0, bias=False).double()
    x = torch.randn(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda v: torch.tanh(layer(v)), (x,))


def test_dropout_keeps_seven_tenths_and_the_mean():
    layer = Dropout(0.3).train()
    layer.random = torch.Generator().manual_seed(0)
    x = torch.ones(1000, 512)
    y = layer(x)
    share = float((y != 0).float().mean())
    assert share == pytest.approx(0.7, abs=0.003) and float(y.mean()) == pytest.approx(1, abs=0.005)
    torch.testing.assert_close(y[y != 0], torch.full_like(y[y != 0], 1 / 0.7), rtol=1e-4, atol=0)
    kept = (y != 0).float()
    for shift in (1, 2, 3, 4, 8, 512):
        a, b = kept.flatten()[:-shift], kept.flatten()[shift:]
        assert abs(float(((a - share) * (b - share)).mean())) < 0.002, f"masks {shift} apart go together"
    assert (
        abs(float(kept.mean(0).std()) - math.sqrt(0.21 / 1000)) < 0.003
        and abs(float(kept.mean(1).std()) - math.sqrt(0.21 / 512)) < 0.003
    )
    assert not torch.equal(layer(x), y), "each pass has a mask of its own"


def test_dropout_draws_from_its_own_generator_alone():
    layer = Dropout(0.5).train()
    layer.random = torch.Generator().manual_seed(3)
    torch.manual_seed(0)
    before = torch.get_rng_state()
    for shape in ((3,), (7, 5), (2, 3, 4), (1, 1), (0, 4)):
        x = torch.ones(shape, dtype=torch.float64)
        first = layer(x)
        assert first.shape == x.shape and first.dtype == x.dtype
    assert torch.equal(torch.get_rng_state(), before)
    layer.random.manual_seed(9)
    x = torch.randn(40, 3, requires_grad=True)
    y = layer(x)
    layer.random.manual_seed(9)
    assert torch.equal(layer(x), y)
    y.sum().backward()
    assert torch.equal(x.grad != 0, y != 0), "what was dropped learns nothing"
    layer.eval()
    assert torch.equal(layer(x), x)
    still = Dropout(0.0).train()
    assert torch.equal(still(x), x)


def test_maxout_is_the_largest_of_its_pieces():
    layer = Maxout(3, 4, 5).double()
    x = torch.randn(6, 3, dtype=torch.float64)
    y = layer(x)
    weight, bias = layer.weight.detach(), layer.bias.detach()
    for n, unit in itertools.product(range(6), range(4)):
        assert y[n, unit].item() == pytest.approx(
            max(float(weight[piece * 4 + unit] @ x[n] + bias[piece * 4 + unit]) for piece in range(5)), abs=1e-12
        )
    assert torch.autograd.gradcheck(layer, (x.requires_grad_(),)) and torch.autograd.gradgradcheck(
        lambda v: layer(v).tanh(), (x,)
    )


@pytest.mark.parametrize("n, group", [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 3), (7, 7), (8, 4), (10, 2), (12, 4)])
@pytest.mark.parametrize("shape", [(3,), (2, 3, 5)])
def test_minibatch_deviation_is_its_formula(n, group, shape):
    x = torch.randn(n, *shape, dtype=torch.float64)
    y = MinibatchDeviation()(x)
    assert y.shape == (n, shape[0] + 1, *shape[1:]) and torch.equal(y[:, :-1], x)
    for i in range(n):
        members = [j for j in range(n) if j % (n // group) == i % (n // group)]
        assert len(members) == group
        expected = x[members].std(0, correction=0).mean()
        torch.testing.assert_close(y[i, -1], expected.expand(shape[1:]), rtol=1e-6, atol=2e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_identical_samples_have_no_deviation_and_finite_gradients(dtype):
    layer = MinibatchDeviation()
    x = torch.ones(8, 3, 4, 4, dtype=dtype, requires_grad=True)
    deviation = layer(x)[:, -1]
    assert float(deviation.abs().max()) <= 1e-4 * 1.01
    (first,) = torch.autograd.grad(deviation.square().sum() + deviation.sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum() + first.sum(), x)
    assert torch.isfinite(first).all() and torch.isfinite(second).all()
    x = torch.randn(6, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (x,)) and torch.autograd.gradgradcheck(lambda v: layer(v).sin(), (x,))


def test_minibatch_deviation_is_computed_in_float32_where_the_rest_is_bfloat16():
    x = (torch.randn(8, 4) * 0.05 + 8).bfloat16()
    y = MinibatchDeviation()(x)
    assert y.dtype == torch.bfloat16
    assert float(y[0, -1]) == pytest.approx(float(x.float()[::2].std(0, correction=0).mean()), rel=0.01)
