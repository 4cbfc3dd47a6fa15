"""Residual networks without normalisation."""

from __future__ import annotations

import itertools

import pytest
import torch
from samples_of_families import count
from torch import nn

from gan_core.config import ConfigError, TrainConfig
from gan_core.networks import build, mixes_batch
from gan_core.networks.residual import Block


@pytest.mark.parametrize("resolution", [28, 32, 64, 128])
@pytest.mark.parametrize("depth", [None, 1, 2, 3, 4])
def test_residual_networks_of_every_size_run(resolution, depth):
    for width, data in ((1, "cifar10"), (3, "digits")):
        try:
            config = TrainConfig(
                data=data, resolution=resolution, architecture="residual", depth=depth, width=width, latent_dim=5
            )
        except ConfigError as error:
            assert error.field == "depth"
            continue
        g, d = build(config)
        x = g(torch.randn(2, 5))
        assert x.shape == (2, *config.sample_shape) and d(x).shape == (2,)
        levels, nc = depth or {28: 2, 32: 3, 64: 4, 128: 5}[resolution], config.sample_shape[0]
        base, channels = resolution >> levels, [width << i for i in range(levels)]
        shared = sum(11 * c * c + 3 * c for c in channels)
        half = max(width // 2, 1)
        to_image = (width + 1) * half + (9 * half + 1) * nc
        assert (
            count(g)
            == 5 * channels[-1] * base**2
            + shared
            + sum((a + 1) * b for b, a in itertools.pairwise(channels))
            + to_image
        )
        assert (
            count(d)
            == 16 * nc * width
            + width
            + shared
            + sum((a + 1) * b for a, b in itertools.pairwise(channels))
            + channels[-1] * base**2
        )


def test_residual_networks_begin_as_identities_of_even_variance_without_any_normalisation():
    config = TrainConfig(architecture="residual", resolution=64, width=None, latent_dim=64, batch_size=8)
    g, d = build(config)
    assert not mixes_batch(g) and not mixes_batch(d)
    for network, example in ((g, torch.randn(32, 64)), (d, torch.randn(32, 1, 64, 64))):
        blocks = [m for m in network.modules() if isinstance(m, Block)]
        assert len(blocks) == 4
        seen = {}
        for block in blocks:
            block.register_forward_hook(lambda m, i, o, seen=seen: seen.update({m: (i[0], o)}))
        network(example)
        for block in blocks:
            x, y = seen[block]
            assert torch.equal(x, y), "the last convolution of a block begins at zero"
            inner = block.body[:4](torch.randn(8, x.shape[1], 16, 16)).detach()
            assert float(inner.square().mean()) == pytest.approx(1 / len(blocks), rel=0.5), (
                "two convolutions, each scaled by blocks^(-1/4)"
            )
    assert 0.3 < float(seen[blocks[0]][0].std()) < 3 and float(d(torch.randn(64, 1, 64, 64)).std()) < 3
    (x,) = torch.autograd.grad(d(example.requires_grad_()).sum(), example)
    assert torch.isfinite(x).all() and x.any()


def test_a_residual_generator_draws_no_stripes_of_its_own():
    """Equal features everywhere give equal pixels, which a transposed convolution of stride 2 would not."""
    layers = list(build(TrainConfig(architecture="residual", width=16))[0].children())
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, Block))
    x = nn.Sequential(*layers[last + 1 :])(torch.randn(4, 16, 1, 1).expand(-1, -1, 14, 14)).detach()
    assert x.shape == (4, 1, 28, 28)
    inside = x[..., 3:-3, 3:-3]
    torch.testing.assert_close(inside, inside[..., :1, :1].expand_as(inside))


def test_a_residual_block_learns():
    """The zero weights at the end of a block have a gradient; after one step, so have the others."""
    block = Block(3, 1)
    x = torch.randn(4, 3, 5, 5)
    block(x).square().sum().backward()
    assert block.body[4].weight.grad.any() and not block.body[0].weight.grad.any()
    with torch.no_grad():
        for p in block.parameters():
            p -= 0.01 * p.grad
    block(x).square().sum().backward()
    assert block.body[0].weight.grad.any()
