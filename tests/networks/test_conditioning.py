"""What is put around the networks: labels and packs, against formulas written out by hand."""

from __future__ import annotations

import itertools

import pytest
import torch
from samples_of_families import PROJECTS, count, inputs, small, told
from torch import nn

from gan_core.networks import FAMILIES, build, describe, examples
from gan_core.networks.conditioning import Conditional, Pack, Projection
from gan_core.networks.layers import Dropout, MinibatchDeviation


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
