"""Both networks of every family: shapes, parameters against closed forms, initial weights, and the shortcuts against PyTorch's own layers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

import gan_core
from gan_core.config import ConfigError, TrainConfig
from gan_core.networks import build, describe
from gan_core.networks.layers import Dropout, FromLatent, ToLogit


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


CONV_MINIMAX_G = 10 * 4096 + 2 * 4096 + 257 * 256 + 512 + (256 * 128 * 16 + 128) + 256 + (128 * 64 * 9 + 64) + 128 + (64 * 4 + 1)
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
        x = g(torch.randn(n, config.latent_dim, dtype=dtype))
        assert x.shape == (n, *config.sample_shape)
        logits = d(x)
        assert logits.shape == (n,) and logits.dtype == dtype
    g.eval(), d.eval()
    assert d(g(torch.randn(1, config.latent_dim, dtype=dtype))).shape == (1,), "a single sample keeps its batch"
    if config.is_image:
        wild = g(torch.randn(4, config.latent_dim, dtype=dtype) * 1e3)
        assert wild.abs().max() <= 1


def kinds(network: nn.Module) -> list[str]:
    def word(m: nn.Module) -> str:
        match m:
            case nn.Linear():
                return f"Linear {m.in_features}-{m.out_features}"
            case nn.ConvTranspose2d() | nn.Conv2d():
                kind = "ConvT" if isinstance(m, nn.ConvTranspose2d) else "Conv"
                return f"{kind} {m.in_channels}-{m.out_channels} k{m.kernel_size[0]} s{m.stride[0]} p{m.padding[0]}{'' if m.bias is None else ' bias'}"
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                assert m.eps == 1e-5 and m.momentum == 0.1 and m.affine, "0.8 in the place of eps is a well-known slip"
                return f"BN {m.num_features}"
            case nn.LeakyReLU():
                return f"LReLU {m.negative_slope:g}"
            case Dropout() | nn.Dropout():
                return f"Dropout {m.p:g}"
            case nn.MaxPool2d():
                return f"MaxPool {m.kernel_size}"
        return type(m).__name__

    return [word(m) for m in network.modules() if not list(m.children()) and not isinstance(m, (nn.Flatten, nn.Unflatten))]


def test_layers_in_order():
    g, d = build(gan_core.preset("mlp-tiny"))
    assert kinds(g) == ["Linear 32-128", "LReLU 0.01", "Linear 128-784", "Tanh"]
    assert kinds(d) == ["Linear 784-64", "LReLU 0.01", "Linear 64-1"]

    g, d = build(gan_core.preset("mlp-dropout"))
    assert kinds(g) == ["Linear 100-256", "ReLU", "Linear 256-512", "ReLU", "Linear 512-1024", "ReLU", "Linear 1024-784", "Tanh"]
    expected = ["Linear 784-1024", "ReLU", "Dropout 0.3", "Linear 1024-512", "ReLU", "Dropout 0.3", "Linear 512-256", "ReLU", "Dropout 0.3", "Linear 256-1"]
    assert kinds(d) == expected

    g, d = build(gan_core.preset("conv-minimax"))
    expected = ["Linear 9-4096", "BN 4096", "ReLU", "Conv 256-256 k1 s1 p0 bias", "BN 256", "ReLU", "ConvT 256-128 k4 s2 p1 bias", "BN 128", "ReLU"]
    assert kinds(g) == [*expected, "ConvT 128-64 k3 s2 p1 bias", "BN 64", "ReLU", "ConvT 64-1 k2 s2 p1 bias", "Tanh"]
    blocks = [[f"Conv {a}-{b} k3 s1 p1 bias", f"BN {b}", "MaxPool 2"] for a, b in ((1, 4), (4, 16), (16, 64), (64, 128))]
    assert kinds(d) == [*sum(blocks, []), "Linear 128-1"]

    g, d = build(gan_core.preset("dcgan-64"))
    levels = [[f"ConvT {a}-{b} k4 s2 p1", f"BN {b}", "ReLU"] for a, b in ((512, 256), (256, 128), (128, 64))]
    assert kinds(g) == ["ConvT 100-512 k4 s1 p0", "BN 512", "ReLU", *sum(levels, []), "ConvT 64-1 k4 s2 p1", "Tanh"]
    levels = [[f"Conv {a}-{b} k4 s2 p1", f"BN {b}", "LReLU 0.2"] for a, b in ((64, 128), (128, 256), (256, 512))]
    assert kinds(d) == ["Conv 1-64 k4 s2 p1", "LReLU 0.2", *sum(levels, []), "Conv 512-1 k4 s1 p0"]


def test_sizes_grow_as_the_system_says():
    g, _ = build(gan_core.preset("conv-minimax"))
    shapes = [layer["shape"] for layer in describe(g, torch.zeros(1, 9, dtype=torch.float64))["layers"]]
    assert [s for i, s in enumerate(shapes) if i and len(s) == 3 and s[1:] != shapes[i - 1][1:]] == [[256, 4, 4], [128, 8, 8], [64, 15, 15], [1, 28, 28]]


# --------------------------------------------------------------------------- every combination that is allowed


@pytest.mark.parametrize("resolution", [28, 32, 64, 128])
@pytest.mark.parametrize("depth", [None, 1, 2, 3, 4, 5, 6])
def test_dcgan_of_every_size_runs_with_the_parameters_of_the_closed_form(resolution, depth):
    for width, data in ((1, "cifar10"), (3, "digits"), (None, "digits")):
        try:
            config = TrainConfig(data=data, resolution=resolution, depth=depth, width=width if width or resolution < 64 else 2, latent_dim=5)
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
        config = TrainConfig(data=data, resolution=resolution, architecture=architecture, width=width, depth=depth, latent_dim=3)
        g, d = build(config)
        x = g(torch.randn(2, 3))
        assert x.shape == (2, *config.sample_shape) and d(x).shape == (2,)
        size = math.prod(config.sample_shape)
        hidden = [layers if (width, depth) == (None, None) else [width or max(layers)] * (depth or len(layers)) for layers in own]
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
@pytest.mark.parametrize("ours, theirs, shape", [(FromLatent, nn.ConvTranspose2d, (3, 5, 1, 1)), (ToLogit, nn.Conv2d, None)])
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
    assert abs(float(kept.mean(0).std()) - math.sqrt(0.21 / 1000)) < 0.003 and abs(float(kept.mean(1).std()) - math.sqrt(0.21 / 512)) < 0.003
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


def test_a_description_adds_up_and_leaves_the_network_alone():
    for name in gan_core.PRESETS:
        config = gan_core.preset(name).replace(precision="float32")
        g, d = build(config)
        before = [v.clone() for network in (g, d) for v in network.state_dict().values()]
        for network, example, last in ((g, torch.zeros(1, config.latent_dim), list(config.sample_shape)), (d, torch.zeros(1, *config.sample_shape), [])):
            found = describe(network, example)
            assert found["parameters"] == count(network) == sum(layer["parameters"] for layer in found["layers"])
            assert found["layers"][-1]["shape"] == last
            assert all({"name", "kind", "detail", "shape", "parameters"} <= layer.keys() for layer in found["layers"])
            assert network.training and not any(m._forward_hooks for m in network.modules())
        after = [v for network in (g, d) for v in network.state_dict().values()]
        assert all(torch.equal(a, b) for a, b in zip(after, before, strict=True))
