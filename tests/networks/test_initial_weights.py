"""Initial weights: by the seed alone, as published, and as runs on disk had them."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import nn

import gan_core
from gan_core.config import TrainConfig
from gan_core.networks import build


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


def test_networks_of_before_keep_their_names_and_weights():
    """Without labels and packs, the networks are those that runs on disk were saved from, written here as they were."""

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
