"""Both networks of every family: shapes, layers, and parameters against closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from samples_of_families import count, dcgan, inputs, kinds, linear

import gan_core
from gan_core.config import ConfigError, TrainConfig
from gan_core.networks import build, describe, examples

CONV_MINIMAX_G = (
    10 * 4096 + 2 * 4096 + 257 * 256 + 512 + (256 * 128 * 16 + 128) + 256 + (128 * 64 * 9 + 64) + 128 + (64 * 4 + 1)
)

CONV_MINIMAX_D = (9 + 1) * 4 + 8 + (36 + 1) * 16 + 32 + (144 + 1) * 64 + 128 + (576 + 1) * 128 + 256 + 129

COUNTS = {
    "mlp-tiny": (linear(32, 128, 784), linear(784, 64, 1)),
    "mlp-dropout": (linear(100, 256, 512, 1024, 784), linear(784, 1024, 512, 256, 1)),
    "conv-minimax": (CONV_MINIMAX_G, CONV_MINIMAX_D),
    "dcgan-64": (3_574_656, 2_763_520),
}


@pytest.mark.parametrize("name", list(COUNTS))
def test_presets_have_the_parameters_of_their_systems(name):
    assert tuple(map(count, gan_core.build(gan_core.preset(name)))) == COUNTS[name]


def test_dcgan_counts_are_the_published_ones_in_colour_too():
    colour = gan_core.preset("dcgan-64").replace(data="cifar10")
    assert tuple(map(count, build(colour))) == (3_576_704, 2_765_568)
    assert dcgan(64, 4, 4, 100, 1) == (3_574_656, 2_763_520) and dcgan(64, 4, 4, 100, 3) == (3_576_704, 2_765_568)
    starter = gan_core.preset("starter")
    assert tuple(map(count, build(starter))) == dcgan(16, 2, 7, starter.latent_dim, 1)


@pytest.mark.parametrize("name", list(gan_core.PRESETS))
def test_presets_run_at_their_shapes(name):
    config = gan_core.preset(name)
    g, d = build(config)
    dtype = torch.float64 if name == "conv-minimax" else torch.float32
    assert {p.dtype for n in (g, d) for p in n.parameters()} == {dtype}
    for n in (2, 3):
        (z, *y), _ = inputs(config, n * config.packing, dtype)
        x = g(z, *y)
        assert x.shape == (n * config.packing, *config.sample_shape)
        logits = d(x, *y)
        assert logits.shape == (n,) and logits.dtype == dtype
    g.eval(), d.eval()
    (z, *y), _ = inputs(config, config.packing, dtype)
    assert d(g(z, *y), *y).shape == (1,), "a single sample keeps its batch"
    if config.is_image:
        assert g(z * 1e3, *y).abs().max() <= 1


def test_layers_in_order():
    g, d = build(gan_core.preset("mlp-tiny"))
    assert kinds(g) == ["Linear 32-128", "LReLU 0.01", "Linear 128-784", "Tanh"]
    assert kinds(d) == ["Linear 784-64", "LReLU 0.01", "Linear 64-1"]

    g, d = build(gan_core.preset("mlp-dropout"))
    assert kinds(g) == [
        "Linear 100-256",
        "ReLU",
        "Linear 256-512",
        "ReLU",
        "Linear 512-1024",
        "ReLU",
        "Linear 1024-784",
        "Tanh",
    ]
    expected = [
        "Linear 784-1024",
        "ReLU",
        "Dropout 0.3",
        "Linear 1024-512",
        "ReLU",
        "Dropout 0.3",
        "Linear 512-256",
        "ReLU",
        "Dropout 0.3",
        "Linear 256-1",
    ]
    assert kinds(d) == expected

    g, d = build(gan_core.preset("conv-minimax"))
    expected = [
        "Linear 9-4096",
        "BN 4096",
        "ReLU",
        "Conv 256-256 k1 s1 p0 bias",
        "BN 256",
        "ReLU",
        "ConvT 256-128 k4 s2 p1 bias",
        "BN 128",
        "ReLU",
    ]
    assert kinds(g) == [*expected, "ConvT 128-64 k3 s2 p1 bias", "BN 64", "ReLU", "ConvT 64-1 k2 s2 p1 bias", "Tanh"]
    blocks = [
        [f"Conv {a}-{b} k3 s1 p1 bias", f"BN {b}", "MaxPool 2"] for a, b in ((1, 4), (4, 16), (16, 64), (64, 128))
    ]
    assert kinds(d) == [*sum(blocks, []), "Linear 128-1"]

    g, d = build(gan_core.preset("dcgan-64"))
    levels = [[f"ConvT {a}-{b} k4 s2 p1", f"BN {b}", "ReLU"] for a, b in ((512, 256), (256, 128), (128, 64))]
    assert kinds(g) == ["ConvT 100-512 k4 s1 p0", "BN 512", "ReLU", *sum(levels, []), "ConvT 64-1 k4 s2 p1", "Tanh"]
    levels = [[f"Conv {a}-{b} k4 s2 p1", f"BN {b}", "LReLU 0.2"] for a, b in ((64, 128), (128, 256), (256, 512))]
    assert kinds(d) == ["Conv 1-64 k4 s2 p1", "LReLU 0.2", *sum(levels, []), "Conv 512-1 k4 s1 p0"]


def test_sizes_grow_as_the_system_says():
    g, _ = build(gan_core.preset("conv-minimax"))
    shapes = [layer["shape"] for layer in describe(g, torch.zeros(1, 9, dtype=torch.float64))["layers"]]
    assert [s for i, s in enumerate(shapes) if i and len(s) == 3 and s[1:] != shapes[i - 1][1:]] == [
        [256, 4, 4],
        [128, 8, 8],
        [64, 15, 15],
        [1, 28, 28],
    ]


@pytest.mark.parametrize("resolution", [28, 32, 64, 128])
@pytest.mark.parametrize("depth", [None, 1, 2, 3, 4, 5, 6])
def test_dcgan_of_every_size_runs_with_the_parameters_of_the_closed_form(resolution, depth):
    for width, data in ((1, "cifar10"), (3, "digits"), (None, "digits")):
        try:
            config = TrainConfig(
                data=data,
                resolution=resolution,
                depth=depth,
                width=width if width or resolution < 64 else 2,
                latent_dim=5,
            )
        except ConfigError as error:
            assert error.field == "depth"
            continue
        g, d = build(config)
        x = g(torch.randn(2, 5))
        assert x.shape == (2, *config.sample_shape) and d(x).shape == (2,)
        levels = depth or {28: 2, 32: 3, 64: 4, 128: 5}[resolution]
        nc = config.sample_shape[0]
        assert (count(g), count(d)) == dcgan(config.width or 64, levels, resolution >> levels, 5, nc)


@pytest.mark.parametrize("architecture", ["mlp", "mlp-dropout"])
@pytest.mark.parametrize("data, resolution", [("digits", 28), ("digits", 64), ("cifar10", 32), ("gaussian", None)])
def test_fully_connected_networks_of_every_size_run(architecture, data, resolution):
    own = {"mlp": ([128], [64]), "mlp-dropout": ([256, 512, 1024], [1024, 512, 256])}[architecture]
    for width, depth in ((None, None), (1, 1), (24, 8), (None, 2), (24, None)):
        config = TrainConfig(
            data=data, resolution=resolution, architecture=architecture, width=width, depth=depth, latent_dim=3
        )
        g, d = build(config)
        x = g(torch.randn(2, 3))
        assert x.shape == (2, *config.sample_shape) and d(x).shape == (2,)
        size = math.prod(config.sample_shape)
        hidden = [
            layers if (width, depth) == (None, None) else [width or max(layers)] * (depth or len(layers))
            for layers in own
        ]
        assert (count(g), count(d)) == (linear(3, *hidden[0], size), linear(size, *hidden[1], 1))


@pytest.mark.parametrize("width", [16, 48, None])
def test_conv_minimax_of_other_widths_and_colours(width):
    for data in ("digits", "cifar10"):
        config = TrainConfig(data=data, resolution=28, architecture="conv-minimax", width=width, latent_dim=9)
        g, d = build(config)
        x = g(torch.randn(3, 9))
        assert x.shape == (3, *config.sample_shape) and d(x).shape == (3,)


def test_points_are_not_squeezed_through_tanh():
    config = gan_core.preset("gaussian-1d")
    assert "Tanh" not in kinds(build(config)[0])


def test_examples_have_the_dtype_and_the_number_of_samples_of_one_logit():
    config = gan_core.preset("conv-minimax").replace(conditioning="concatenation", packing=2, minibatch_stddev=True)
    g_in, d_in = examples(config)
    assert [t.dtype for t in g_in] == [torch.float64, torch.int64] and [len(t) for t in d_in] == [2, 2]
    assert len(examples(gan_core.preset("starter"))[0]) == 1
