"""Both networks of every family: shapes, parameters against closed forms, initial weights, and the shortcuts against PyTorch's own layers;
what is put around them (labels, packs, minibatch deviation, spectral norm) against formulas written out by hand."""

from __future__ import annotations

import copy
import itertools
import math
import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import gan_core
from gan_core.config import DATA, PROJECTS, ConfigError, TrainConfig
from gan_core.method import hardware
from gan_core.networks import FAMILIES, adopt_statistics, as_in_training, build, describe, examples, mixes_batch
from gan_core.networks.conditioning import Conditional, Pack, Projection
from gan_core.networks.layers import (
    Dropout,
    FromLatent,
    Maxout,
    MinibatchDeviation,
    ToLogit,
)
from gan_core.networks.residual import Block


@pytest.fixture(autouse=True)
def _same_numbers():
    torch.manual_seed(0)


def count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def linear(*sizes: int) -> int:
    """Parameters of fully connected layers with biases."""
    return sum((a + 1) * b for a, b in zip(sizes, sizes[1:], strict=False))


def dcgan(f: int, levels: int, base: int, nz: int, nc: int) -> tuple[int, int]:
    """Closed forms for (G, D): no biases, batch norm (2 per channel) everywhere but at the image and, in D, behind the first convolution."""
    channels = [f << i for i in range(levels)]  # f, 2f, 4f, ...
    inner = sum(16 * a * b for a, b in zip(channels, channels[1:], strict=False))
    g = nz * channels[-1] * base**2 + inner + 16 * f * nc + 2 * sum(channels)
    d = 16 * nc * f + inner + channels[-1] * base**2 + 2 * sum(channels[1:])
    return g, d


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


def small(architecture: str, **changes) -> TrainConfig:
    """Small networks of a family, on grey images of 28 pixels."""
    width = {"conv-minimax": 16, "stacked-tiny": 2, "mlp": 12, "mlp-dropout": 12, "maxout": 12}.get(architecture, 4)
    return TrainConfig(**{"architecture": architecture, "width": width, "latent_dim": 5, "batch_size": 12, **changes})


def inputs(
    config: TrainConfig, n: int, dtype: torch.dtype = torch.float32
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """n random z (with labels) and n random samples (with the same labels)."""
    y = (torch.randint(0, config.n_classes, (n,)),) if config.n_classes else ()
    return (torch.randn(n, config.latent_dim, dtype=dtype), *y), (torch.randn(n, *config.sample_shape, dtype=dtype), *y)


def told(architecture: str) -> list[TrainConfig]:
    """Every way of telling the networks of a family more: label x packing x minibatch deviation x spectral norm."""
    found = []
    for conditioning, packing, deviation, spectral in itertools.product(
        ("none", "concatenation", "projection"), (1, 3), (False, True), (False, True)
    ):
        if conditioning == "projection" and (packing > 1 or architecture not in PROJECTS):
            continue
        found.append(
            small(
                architecture,
                conditioning=conditioning,
                packing=packing,
                minibatch_stddev=deviation,
                spectral_norm=spectral,
            )
        )
    return found


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


def kinds(network: nn.Module, eps: float = 1e-5, momentum: float = 0.1) -> list[str]:
    def word(m: nn.Module) -> str:
        match m:
            case Maxout():
                return f"Maxout {m.in_features}-{m.units} of {m.pieces}"
            case nn.Linear():
                return f"Linear {m.in_features}-{m.out_features}"
            case nn.ConvTranspose2d() | nn.Conv2d():
                kind = "ConvT" if isinstance(m, nn.ConvTranspose2d) else "Conv"
                return f"{kind} {m.in_channels}-{m.out_channels} k{m.kernel_size[0]} s{m.stride[0]} p{m.padding[0]}{'' if m.bias is None else ' bias'}"
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                assert m.eps == eps and m.momentum == momentum and m.affine, (
                    "0.8 in the place of eps is a well-known slip"
                )
                return f"BN {m.num_features}"
            case nn.LeakyReLU():
                return f"LReLU {m.negative_slope:g}"
            case Dropout() | nn.Dropout():
                return f"Dropout {m.p:g}"
            case nn.MaxPool2d():
                return f"MaxPool {m.kernel_size}"
        return type(m).__name__

    return [
        word(m) for m in network.modules() if not list(m.children()) and not isinstance(m, (nn.Flatten, nn.Unflatten))
    ]


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


# --------------------------------------------------------------------------- every combination that is allowed


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


# --------------------------------------------------------------------------- initial weights


def test_building_depends_on_the_seed_alone_and_leaves_the_random_state():
    config = gan_core.preset("starter").replace(width=4)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = build(config)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    second, other = build(config), build(config.replace(seed=1))
    for a, b, c in zip(first, second, other, strict=True):
        for x, y, z in zip(a.state_dict().values(), b.state_dict().values(), c.state_dict().values(), strict=True):
            assert torch.equal(x, y)
            assert x.ndim < 2 or not torch.equal(x, z)


def test_dcgan_initial_weights():
    """N(0, 0.02) for convolutions, N(1, 0.02) for batch norm, biases 0 (Radford et al. 2015)."""
    for name in ("dcgan-64", "conv-minimax"):
        for network in build(gan_core.preset(name).replace(init="dcgan", precision="float32")):
            for module in network.modules():
                if not list(module.parameters(recurse=False)):
                    continue
                mean = 1.0 if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)) else 0.0
                w = module.weight.detach()
                assert float(w.mean()) == pytest.approx(mean, abs=5 * 0.02 / math.sqrt(w.numel()))
                if w.numel() > 200:
                    assert float(w.std()) == pytest.approx(0.02, rel=0.2 if w.numel() < 2000 else 0.05)
                if module.bias is not None:
                    assert (module.bias == 0).all()


def test_pytorch_initial_weights_are_pytorchs():
    g, d = build(gan_core.preset("dcgan-64"))
    for network in (g, d):
        for module in network.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                assert (module.weight == 1).all() and (module.bias == 0).all()
            elif isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                # kaiming_uniform(a=sqrt(5)): uniform up to 1 / sqrt(fan in), by PyTorch's count of it
                bound = 1 / math.sqrt(module.weight.shape[1] * module.weight[0, 0].numel())
                assert bound * 0.98 < float(module.weight.detach().abs().max()) <= bound
                assert float(module.weight.detach().std()) == pytest.approx(bound / math.sqrt(3), rel=0.05)


# --------------------------------------------------------------------------- shortcuts


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


# --------------------------------------------------------------------------- the networks of the published tables


def test_maxout_is_pacgans():
    """2-400-400-400-400-2 with batch norm, no biases but the last; three maxout layers of 200 units with 5 pieces (Lin et al. 2018)."""
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


def sizes(network: nn.Module, *example: Tensor) -> list[int]:
    """The sides of the feature maps, in order, each once."""
    sides = [layer["shape"][1] for layer in describe(network, *example)["layers"] if len(layer["shape"]) == 3]
    return [side for side, _ in itertools.groupby(sides)]


@pytest.mark.parametrize("kernel, size", [(5, 28), (5, 14), (5, 7), (5, 4), (3, 28), (3, 14), (3, 7)])
def test_the_padding_of_the_tables_is_tensorflows_mirrored(kernel, size):
    """TensorFlow's "same": ceil(n / 2) outputs, the missing pixels shared, one more behind; a transposed convolution is its transpose."""
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


# --------------------------------------------------------------------------- residual networks


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
    """Features that are the same everywhere give pixels that are: a transposed convolution of stride 2 would draw even columns and odd ones unlike."""
    layers = list(build(TrainConfig(architecture="residual", width=16))[0].children())
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, Block))
    x = nn.Sequential(*layers[last + 1 :])(torch.randn(4, 16, 1, 1).expand(-1, -1, 14, 14)).detach()
    assert x.shape == (4, 1, 28, 28)
    inside = x[..., 3:-3, 3:-3]
    torch.testing.assert_close(inside, inside[..., :1, :1].expand_as(inside))


def test_a_residual_block_learns():
    """Zero weights at the end of a block, but not a dead one: their gradient is not zero, and after a step neither is that of the others."""
    block = Block(3, 1)
    x = torch.randn(4, 3, 5, 5)
    block(x).square().sum().backward()
    assert block.body[4].weight.grad.any() and not block.body[0].weight.grad.any()
    with torch.no_grad():
        for p in block.parameters():
            p -= 0.01 * p.grad
    block(x).square().sum().backward()
    assert block.body[0].weight.grad.any()


# --------------------------------------------------------------------------- labels, packs, deviation, spectral norm


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_every_combination_has_its_shapes_and_describes_itself(architecture):
    for config in told(architecture):
        g, d = build(config)
        assert isinstance(g, Conditional) == bool(config.n_classes)
        for n in (6, 12):
            zs, xs = inputs(config, n)
            x = g(*zs)
            assert x.shape == (n, *config.sample_shape)
            logits = d(x, *zs[1:])
            assert logits.shape == (n // config.packing,) and torch.isfinite(logits).all(), config
        for network, example, last in (
            (g, examples(config)[0], list(config.sample_shape)),
            (d, examples(config)[1], []),
        ):
            before = {k: v.clone() for k, v in network.state_dict().items()}
            found = describe(network, *example)
            assert found["parameters"] == count(network) == sum(layer["parameters"] for layer in found["layers"])
            assert found["layers"][-1]["shape"] == last
            assert not any("Parametriz" in layer["kind"] or layer["kind"] == "Module" for layer in found["layers"]), (
                "spectral norm is part of a layer"
            )
            assert network.training and not any(m._forward_hooks for m in network.modules())
            assert all(torch.equal(v, before[k]) for k, v in network.state_dict().items())
        words = [layer["kind"] for layer in describe(d, *examples(config)[1])["layers"]]
        assert ("Pack" in words) == (config.packing > 1) and ("MinibatchDeviation" in words) == config.minibatch_stddev
        assert ("Embedding" in words) == bool(config.n_classes)


def test_points_are_told_too():
    for architecture, conditioning, packing in itertools.product(
        ("mlp", "mlp-dropout", "maxout"), ("none", "concatenation"), (1, 4)
    ):
        config = small(
            architecture,
            data="ring",
            resolution=None,
            conditioning=conditioning,
            packing=packing,
            minibatch_stddev=True,
            spectral_norm=True,
        )
        g, d = build(config)
        zs, _ = inputs(config, 12)
        assert g(*zs).shape == (12, 2) and d(g(*zs), *zs[1:]).shape == (12 // packing,)
        first = next(m for m in d.modules() if isinstance(m, nn.Linear))
        assert first.in_features == packing * (2 + 8 * (conditioning != "none")), (
            "eight modes, eight numbers for a label"
        )
    many = small("stacked-tiny", data="stacked-mnist", conditioning="concatenation")
    assert (
        many.n_classes == 1000
        and next(m for m in build(many)[0].modules() if isinstance(m, nn.Linear)).in_features == 5 + 32
    )


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_the_label_matters_to_both(architecture):
    for conditioning in ("concatenation", "projection"):
        if conditioning == "projection" and architecture not in PROJECTS:
            continue
        config = small(architecture, conditioning=conditioning)
        for network, example in zip(build(config), inputs(config, 12), strict=True):
            x, y = example
            network.train()
            for module in network.modules():
                if isinstance(module, Dropout):
                    module.p = 0.0
            one, other = network(x, y), network(x, (y + 1) % 10)
            assert ((one - other).abs().reshape(12, -1).amax(1) > 1e-6).all(), "every sample"
            one.square().sum().backward()
            embedding = next(m for m in network.modules() if isinstance(m, nn.Embedding))
            told_of = embedding.weight.grad.abs().sum(1) > 0
            assert torch.equal(told_of, torch.isin(torch.arange(10), y)), "each label learns from its own samples alone"


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_packing_is_samples_side_by_side_each_with_its_label(architecture):
    for conditioning, data in (("none", "digits"), ("concatenation", "cifar10")):
        config = small(architecture, data=data, resolution=28, conditioning=conditioning, packing=3)
        _, d = build(config)
        d.eval()
        _, (x, *y) = inputs(config, 12)
        if y:
            pictures = d.label.embedding(y[0]).view(12, 1, 28, 28)
            attached, (packed, body) = torch.cat([x, pictures], 1), d.body
        else:
            attached, (packed, body) = x, d
        assert isinstance(packed, Pack)
        by_hand = body(
            torch.stack([torch.cat([attached[3 * i], attached[3 * i + 1], attached[3 * i + 2]]) for i in range(4)])
        )
        torch.testing.assert_close(d(x, *y), by_hand)
        assert float((d(x.flip(0), *y) - by_hand).abs().max()) > 1e-7
        with pytest.raises(ValueError, match="packs of 3"):
            d(x[:10], *(v[:10] for v in y))


@pytest.mark.parametrize("deviation", [False, True])
@pytest.mark.parametrize("architecture", PROJECTS)
def test_projection_is_its_formula(architecture, deviation):
    """psi(phi(x)) + <embed(y), sum over pixels of phi(x)> (Miyato and Koyama 2018, eq. 4)."""
    config = small(architecture, conditioning="projection", minibatch_stddev=deviation)
    _, d = build(config)
    assert isinstance(d, Projection)
    d.eval().requires_grad_(False)
    d.embedding.weight.normal_()
    _, (x, y) = inputs(config, 8)
    phi = d.body(x)
    assert phi.ndim == 4 and isinstance(d.end[0], MinibatchDeviation) == deviation
    psi = d.end(phi)
    for n in range(8):
        inner = sum(float(d.embedding.weight[y[n], c] * phi[n, c].sum()) for c in range(phi.shape[1]))
        assert float(d(x, y)[n]) == pytest.approx(float(psi[n]) + inner, rel=1e-4, abs=1e-4)
    without = [p.shape for p in build(small(architecture, minibatch_stddev=deviation))[1].parameters()]
    assert [p.shape for p in d.parameters()] == [*without, d.embedding.weight.shape], (
        "psi(phi) is the unconditional network"
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


def test_who_mixes_the_batch():
    normalised = {"conv-minimax", "dcgan", "stacked-dcgan", "stacked-tiny"}
    for architecture in FAMILIES:
        for config in (
            small(architecture),
            small(architecture, minibatch_stddev=True),
            small(architecture, conditioning="concatenation", packing=2),
        ):
            g, d = build(config)
            assert mixes_batch(d) == (architecture in normalised or config.minibatch_stddev)
            assert mixes_batch(g) == (architecture in normalised | {"maxout"})


# --------------------------------------------------------------------------- spectral norm


def matrices(network: nn.Module) -> dict[str, Tensor]:
    """The weight matrices as they are used: convolutions as (outputs, inputs x pixels)."""
    found = {
        n: m.weight.detach().flatten(1) for n, m in network.named_modules() if isinstance(m, (nn.Conv2d, nn.Linear))
    }
    return found | ({"embedding": network.embedding.weight.detach()} if isinstance(network, Projection) else {})


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_spectral_norm_makes_the_largest_singular_value_one(architecture):
    config = small(architecture, spectral_norm=True, conditioning="projection" if architecture in PROJECTS else "none")
    _, d = build(config)
    _, example = inputs(config, 4)
    for _ in range(150):
        d(*example)
    d.eval()
    found = matrices(d)
    assert len(found) == len(matrices(build(config.replace(spectral_norm=False))[1])) >= 2
    for name, matrix in found.items():
        assert float(torch.linalg.matrix_norm(matrix.double(), 2)) == pytest.approx(1, rel=0.02), name
    if architecture in ("mlp", "maxout"):
        x = torch.randn(64, 1, 28, 28, requires_grad=True)
        (slopes,) = torch.autograd.grad(d(x).sum(), x)
        assert float(slopes.reshape(64, -1).norm(dim=1).max()) <= 1.03, "as steep as its matrices are long"


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_spectral_norm_starts_from_the_weights_without_it_and_is_kept_whole(architecture):
    if architecture != "residual":
        plain, bound = (build(small(architecture, spectral_norm=on, init="dcgan"))[1] for on in (False, True))
        ours = {
            k.replace("parametrizations.weight.original", "weight"): v
            for k, v in bound.state_dict().items()
            if not k.endswith(("_u", "_v"))
        }
        assert ours.keys() == plain.state_dict().keys() and all(
            torch.equal(v, ours[k]) for k, v in plain.state_dict().items()
        )
    config = small(architecture, spectral_norm=True, minibatch_stddev=True)
    _, d = build(config)
    _, (x,) = inputs(config, 8)
    d(x)
    twin, other = build(config)[1], copy.deepcopy(d).eval()
    twin.load_state_dict(d.state_dict())
    assert torch.equal(d.eval()(x), twin.eval()(x)) and torch.equal(d(x), other(x))
    state = {k: v.clone() for k, v in d.state_dict().items()}
    d(x)
    d.train()
    with torch.no_grad(), as_in_training(d):
        d(x)
    assert all(torch.equal(v, state[k]) for k, v in d.state_dict().items()), "looking moves nothing"
    for module in d.modules():
        if isinstance(module, Dropout):
            module.p = 0.0
    d(x)
    moved = [k for k, v in d.state_dict().items() if not torch.equal(v, state[k])]
    assert any(k.endswith("_u") for k in moved) and not any(k.endswith("original") for k in moved)


def test_spectral_norm_does_not_bring_the_compiler():
    """It would cost every process two seconds and 90 MB."""
    code = """if True:
        import sys, torch, gan_core
        config = gan_core.preset("starter").replace(spectral_norm=True, minibatch_stddev=True)
        g, d = gan_core.build(config)
        d(g(torch.randn(8, config.latent_dim))).sum().backward()
        assert "torch._dynamo" not in sys.modules"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


# --------------------------------------------------------------------------- looking at wrapped networks


def test_adopted_statistics_judge_single_samples_as_in_the_batch():
    for config in (
        small("dcgan", minibatch_stddev=True),
        small("mlp", minibatch_stddev=True, conditioning="concatenation"),
        small("residual"),
    ):
        _, d = build(config)
        _, example = inputs(config, 4)
        with torch.no_grad():
            far = [v * 3 if v.is_floating_point() else v for v in example]
            with as_in_training(d):
                together, afar = d(*example), d(*far)
            adopt_statistics(d, *example)
            assert not d.training and not any(m.training for m in d.modules())
            alone = torch.cat([d(*(v[i : i + 1] for v in example)) for i in range(4)])
            # the variance that a batch norm keeps is the unbiased one
            torch.testing.assert_close(alone, together, rtol=0.1, atol=0.02)
            torch.testing.assert_close(alone, d(*example), rtol=1e-4, atol=1e-5)
            with as_in_training(d):
                torch.testing.assert_close(d(*example), together)
            if config.minibatch_stddev:
                layer = next(m for m in d.modules() if isinstance(m, MinibatchDeviation))
                assert float(layer.adopted) > 1e-3 and "adopted" not in " ".join(d.state_dict())
                d.train()
                with as_in_training(d):
                    torch.testing.assert_close(d(*far), afar)
                assert not torch.allclose(d.eval()(*far), afar)


def test_examples_have_the_dtype_and_the_number_of_samples_of_one_logit():
    config = gan_core.preset("conv-minimax").replace(conditioning="concatenation", packing=2, minibatch_stddev=True)
    g_in, d_in = examples(config)
    assert [t.dtype for t in g_in] == [torch.float64, torch.int64] and [len(t) for t in d_in] == [2, 2]
    assert len(examples(gan_core.preset("starter"))[0]) == 1


# --------------------------------------------------------------------------- penalties, memory formats


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_every_discriminator_can_be_differentiated_twice(architecture, dtype):
    """A penalty on D's slope is differentiated with respect to its weights; checked against finite differences in float64.

    The slope of a network of leaky ReLUs and maxima has jumps: steps are so small that, for these random numbers, none is met.
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


# --------------------------------------------------------------------------- runs of before


def test_networks_of_before_keep_their_names_and_weights():
    """Without labels and packs, the networks are those that runs on disk were saved from: written here as they were then."""

    def mlp(c: TrainConfig) -> tuple[nn.Module, nn.Module]:
        g = nn.Sequential(
            nn.Linear(c.latent_dim, 128),
            nn.LeakyReLU(0.01),
            nn.Linear(128, 784),
            nn.Tanh(),
            nn.Unflatten(1, (1, 28, 28)),
        )
        return g, nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.LeakyReLU(0.01), nn.Linear(64, 1), nn.Flatten(0))

    def dropout(c: TrainConfig) -> tuple[nn.Module, nn.Module]:
        def hidden(*sizes: int, drop: bool = False) -> list[nn.Module]:
            return [
                m
                for a, b in itertools.pairwise(sizes)
                for m in (nn.Linear(a, b), nn.ReLU(), *([nn.Dropout(0.3)] if drop else []))
            ]

        g = nn.Sequential(
            *hidden(c.latent_dim, 256, 512, 1024), nn.Linear(1024, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28))
        )
        return g, nn.Sequential(nn.Flatten(), *hidden(784, 1024, 512, 256, drop=True), nn.Linear(256, 1), nn.Flatten(0))

    def conv_minimax(c: TrainConfig) -> tuple[nn.Module, nn.Module]:
        g = [
            nn.Linear(c.latent_dim, 4096),
            nn.BatchNorm1d(4096),
            nn.ReLU(),
            nn.Unflatten(1, (256, 4, 4)),
            nn.Conv2d(256, 256, 1),
            nn.BatchNorm2d(256),
            nn.ReLU(),
        ]
        g += [
            nn.ConvTranspose2d(256, 128, 4, 2, 1),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 3, 2, 1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
        ]
        g += [nn.ConvTranspose2d(64, 1, 2, 2, 1), nn.Tanh()]
        d = [
            m
            for a, b in itertools.pairwise((1, 4, 16, 64, 128))
            for m in (nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.MaxPool2d(2))
        ]
        return nn.Sequential(*g), nn.Sequential(*d, nn.Flatten(), nn.Linear(128, 1), nn.Flatten(0))

    def dcgan(c: TrainConfig) -> tuple[nn.Module, nn.Module]:
        g = [
            nn.Unflatten(1, (c.latent_dim, 1, 1)),
            nn.ConvTranspose2d(c.latent_dim, 32, 7, 1, 0, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
        ]
        g += [
            nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        ]
        d = [
            nn.Conv2d(1, 16, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(16, 32, 4, 2, 1, bias=False),
            nn.BatchNorm2d(32),
            nn.LeakyReLU(0.2),
        ]
        return nn.Sequential(*g), nn.Sequential(*d, nn.Conv2d(32, 1, 7, 1, 0, bias=False))

    for name, plainly in {
        "mlp-tiny": mlp,
        "mlp-dropout": dropout,
        "conv-minimax": conv_minimax,
        "starter": dcgan,
    }.items():
        for seed, init in ((0, "pytorch"), (7, "dcgan")):
            config = gan_core.preset(name).replace(seed=seed, init=init)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                then = plainly(config)
                if init == "dcgan":
                    for module in (*then[0].modules(), *then[1].modules()):
                        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                            module.weight.data.normal_(0.0, 0.02)
                        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                            module.weight.data.normal_(1.0, 0.02)
                        if getattr(module, "bias", None) is not None:
                            module.bias.data.zero_()
            for now, before in zip(build(config), then, strict=True):
                kept = before.state_dict()
                assert list(now.state_dict()) == list(kept), name
                assert all(torch.equal(v.to(kept[k].dtype), kept[k]) for k, v in now.state_dict().items()), name


# --------------------------------------------------------------------------- the machine


def test_points_are_never_rounded_and_images_are_where_it_pays(monkeypatch):
    """bfloat16 tells 1.00 from 1.01 at best: as coarse as the modes of the ring are narrow."""
    monkeypatch.setattr(hardware, "multiplies_bf16", lambda device: True)
    for data, architecture in itertools.product(
        [n for n, kind in DATA.items() if not kind.is_image], ("mlp", "mlp-dropout", "maxout")
    ):
        config = TrainConfig(data=data, resolution=None, architecture=architecture, device="cpu")
        assert hardware.plan(config).autocast is None
        assert hardware.plan(config.replace(precision="bfloat16")).autocast is torch.bfloat16, "unless asked for"
    for architecture in FAMILIES:
        plan = hardware.plan(small(architecture, device="cpu"))
        assert plan.autocast is (None if architecture in ("mlp", "stacked-tiny") else torch.bfloat16)
        assert plan.memory_format is (
            torch.channels_last if small(architecture).is_convolutional else torch.contiguous_format
        )
        assert hardware.plan(small(architecture, device="cpu", precision="float64")).autocast is None


def test_small_networks_keep_to_one_thread(monkeypatch):
    monkeypatch.setenv("GAN_THREADS", "6")
    threads = {a: hardware.plan(TrainConfig(architecture=a, width=None, device="cpu")).threads for a in FAMILIES}
    assert {a for a, n in threads.items() if n == 1} == {"mlp", "residual", "stacked-tiny"} and set(
        threads.values()
    ) == {1, 6}
    assert all(hardware.plan(small(a, device="cpu")).threads == 1 for a in FAMILIES)
    assert hardware.plan(TrainConfig(architecture="residual", width=32, resolution=64)).threads == 6
