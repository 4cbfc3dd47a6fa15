"""The networks of the published tables."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from samples_of_families import count, kinds, sizes
from torch import Tensor, nn
from torch.nn import functional as F

from gan_core.config import TrainConfig
from gan_core.networks import build, examples


def test_maxout_is_pacgans():
    """G 2-400-400-400-400-2 with batch norm, no biases but the last; D three maxout layers of 200 units, 5 pieces."""
    config = TrainConfig(data="grid", resolution=None, architecture="maxout", width=None, latent_dim=2, batch_size=100)
    g, d = build(config)
    hidden = [[f"Linear {a}-400", "BN 400", "ReLU"] for a in (2, 400, 400, 400)]
    assert kinds(g, eps=1e-4, momentum=0.05) == [*sum(hidden, []), "Linear 400-2"]
    assert kinds(d) == ["Maxout 2-200 of 5", "Maxout 200-200 of 5", "Maxout 200-200 of 5", "Linear 200-1"]
    assert count(g) == 2 * 400 + 3 * 400**2 + 4 * 2 * 400 + 401 * 2 == 484_802
    assert count(d) == 3 * 1000 + 2 * 201 * 1000 + 201 == 405_201
    assert [m.bias is None for m in g.modules() if isinstance(m, nn.Linear)] == [True] * 4 + [False]
    assert count(build(config.replace(batch_size=400, packing=4))[1]) == 405_201 + 3 * 2 * 1000, (
        "a pack of four is eight numbers"
    )
    for module in (*g.modules(), *d.modules()):
        if isinstance(module, nn.Linear):
            assert float(module.weight.detach().std()) == pytest.approx(0.02, rel=0.1) and (
                module.bias is None or not module.bias.any()
            )
    assert [count(n) for n in build(config.replace(width=400, depth=4))] == [484_802, 405_201], (
        "the own layers, spelled out"
    )
    g, d = build(config.replace(width=30, depth=2))
    assert (count(g), count(d)) == (2 * 30 + 30 * 30 + 2 * 2 * 30 + 31 * 2, 3 * 75 + 16)


def test_stacked_dcgan_is_that_of_setting_a():
    config = TrainConfig(data="stacked-mnist", architecture="stacked-dcgan", width=None, latent_dim=100)
    g, d = build(config)
    grow = [[f"ConvT {a}-{b} k5 s2 p2", f"BN {b}", "ReLU"] for a, b in ((512, 256), (256, 128), (128, 64))]
    assert kinds(g) == ["Linear 100-2048", "BN 512", "ReLU", *sum(grow, []), "ConvT 64-3 k5 s2 p2 bias", "Tanh"]
    shrink = [[f"Conv {a}-{b} k5 s2 p2", f"BN {b}", "LReLU 0.2"] for a, b in ((64, 128), (128, 256), (256, 512))]
    assert kinds(d) == ["Conv 3-64 k5 s2 p2 bias", "LReLU 0.2", *sum(shrink, []), "Linear 2048-1"]
    inner = 25 * (512 * 256 + 256 * 128 + 128 * 64)
    assert count(g) == 100 * 2048 + inner + (25 * 64 * 3 + 3) + 2 * (512 + 256 + 128 + 64)
    assert count(d) == (25 * 3 * 64 + 64) + inner + 2 * (128 + 256 + 512) + 2049
    assert sizes(g, *examples(config)[0]) == [2, 4, 7, 14, 28] and sizes(d, *examples(config)[1]) == [14, 7, 4, 2]


@pytest.mark.parametrize("width, own", [(None, 2), (2, 2), (4, 4)])
def test_stacked_tiny_is_that_of_setting_b(width, own):
    config = TrainConfig(data="stacked-mnist", architecture="stacked-tiny", width=width, latent_dim=256, batch_size=128)
    g, d = build(config)
    grow = [[f"ConvT {a}-{b} k3 s2 p1", f"BN {b}", "ReLU"] for a, b in ((64, 32), (32, 16), (16, 8))]
    assert kinds(g) == ["Linear 256-1024", "BN 64", "ReLU", *sum(grow, []), "Conv 8-3 k3 s1 p1 bias", "Tanh"]
    channels = [3, own, 2 * own, 4 * own]
    shrink = [[f"Conv {a}-{b} k3 s2 p1", f"BN {b}", "LReLU 0.3"] for a, b in itertools.pairwise(channels)]
    assert kinds(d) == [*sum(shrink, []), f"Linear {64 * own}-1"]
    assert count(g) == 256 * 1024 + 9 * (64 * 32 + 32 * 16 + 16 * 8) + 2 * (64 + 32 + 16 + 8) + (9 * 8 * 3 + 3)
    assert count(d) == sum(9 * a * b + 2 * b for a, b in itertools.pairwise(channels)) + 64 * own + 1
    assert sizes(g, *examples(config)[0]) == [4, 7, 14, 28] and sizes(d, *examples(config)[1]) == [14, 7, 4]


@pytest.mark.parametrize("kernel, size", [(5, 28), (5, 14), (5, 7), (5, 4), (3, 28), (3, 14), (3, 7)])
def test_the_padding_of_the_tables_is_tensorflows_mirrored(kernel, size):
    """TensorFlow's "same": ceil(n / 2) outputs, missing pixels shared, one more behind; transposed for G."""
    small_size = math.ceil(size / 2)
    missing = max((small_size - 1) * 2 + kernel - size, 0)
    before, after = missing // 2, missing - missing // 2
    weight, x = (
        torch.randn(3, 2, kernel, kernel, dtype=torch.float64),
        torch.randn(1, 2, size, size, dtype=torch.float64, requires_grad=True),
    )
    theirs = F.conv2d(F.pad(x, (before, after, before, after)), weight, stride=2)

    def mirrored(t: Tensor) -> Tensor:
        return t.flip(-1, -2)

    torch.testing.assert_close(mirrored(F.conv2d(mirrored(x), mirrored(weight), stride=2, padding=kernel // 2)), theirs)
    y = torch.randn_like(theirs)
    (transposed,) = torch.autograd.grad(theirs, x, y)
    ours = F.conv_transpose2d(mirrored(y), mirrored(weight), stride=2, padding=kernel // 2, output_padding=1 - size % 2)
    torch.testing.assert_close(mirrored(ours), transposed)


@pytest.mark.parametrize(
    "shape, latent", [({"data": "ring", "resolution": None}, 2), ({"data": "cifar10", "resolution": 32}, 7)]
)
@pytest.mark.parametrize("width, depth", [(1, 1), (9, 3), (None, 2)])
def test_maxout_of_every_size_runs(shape, latent, width, depth):
    config = TrainConfig(architecture="maxout", width=width, depth=depth, latent_dim=latent, **shape)
    g, d = build(config)
    x = g(torch.randn(4, latent))
    assert x.shape == (4, *config.sample_shape) and d(x).shape == (4,)
    assert not config.is_image or bool((g(torch.randn(4, latent) * 1e4).abs() <= 1).all())
