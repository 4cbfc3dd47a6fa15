"""Spectral norm: what it bounds, what it keeps."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
import torch
from samples_of_families import PROJECTS, inputs, small
from torch import Tensor, nn

from gan_core.networks import FAMILIES, as_in_training, build
from gan_core.networks.conditioning import Projection
from gan_core.networks.layers import Dropout


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
