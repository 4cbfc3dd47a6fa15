"""What training asks of networks: derivatives of derivatives, and other memory formats."""

from __future__ import annotations

import pytest
import torch
from samples_of_families import PROJECTS, inputs, small
from torch import Tensor

from gan_core.networks import FAMILIES, build
from gan_core.networks.layers import Dropout


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_every_discriminator_can_be_differentiated_twice(architecture, dtype):
    """A penalty on D's slope is differentiated by its weights; checked against finite differences in float64.

    The slope of a network of leaky ReLUs and maxima has jumps: steps are so small that these random numbers meet none.
    """
    everything = {"packing": 3, "conditioning": "concatenation", "minibatch_stddev": True, "spectral_norm": True}
    projected = {"conditioning": "projection", "minibatch_stddev": True, "spectral_norm": True}
    for given in ({}, everything, *([projected] if architecture in PROJECTS else [])):
        config = small(architecture, precision="float64" if dtype is torch.float64 else "float32", **given)
        _, d = build(config)
        for module in d.modules():
            if isinstance(module, Dropout):
                module.p = 0.0
        if config.spectral_norm:
            for module in d.modules():
                if type(module).__name__ == "_SpectralNorm":
                    module.eval()
        _, (x, *y) = inputs(config, 6, dtype)

        def penalty(d=d, x=x, y=y) -> Tensor:
            v = x.clone().requires_grad_()
            (slope,) = torch.autograd.grad(d(v, *y).sum() + d(v, *y).square().sum(), v, create_graph=True)
            return slope.square().sum() / 6

        weights = [p for p in d.parameters()]
        value = penalty()
        grads = torch.autograd.grad(value, weights, allow_unused=True)
        assert torch.isfinite(value) and value > 0
        assert all(g is None or torch.isfinite(g).all() for g in grads) and any(
            g is not None and g.any() for g in grads
        )
        if dtype is torch.float64:
            direction = [
                torch.zeros_like(w) if g is None else torch.randn_like(w) * w.std(correction=0)
                for w, g in zip(weights, grads, strict=True)
            ]
            slope, step, ends = (
                sum((g * v).sum() for g, v in zip(grads, direction, strict=True) if g is not None),
                1e-8,
                [],
            )
            for sign in (1, -1, -1, 1):
                with torch.no_grad():
                    for w, v in zip(weights, direction, strict=True):
                        w += sign * step * v
                ends.append(float(penalty()))
            assert (ends[0] - ends[2]) / (2 * step) == pytest.approx(float(slope), rel=0.02, abs=1e-4), config


@pytest.mark.parametrize("architecture", [a for a in FAMILIES if small(a).is_convolutional])
def test_channels_last_computes_the_same(architecture):
    config = small(
        architecture,
        precision="float64",
        conditioning="concatenation",
        packing=2,
        minibatch_stddev=True,
        spectral_norm=True,
    )
    for network, last, (x, y) in zip(build(config), build(config), inputs(config, 8, torch.float64), strict=True):
        last = last.to(memory_format=torch.channels_last)
        y_last = x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x
        torch.testing.assert_close(network(x, y), last(y_last, y))
