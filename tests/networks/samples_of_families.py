"""Small networks of each family, and what to expect of them."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from gan_core.config import ARCHITECTURES, TrainConfig
from gan_core.networks import describe
from gan_core.networks.layers import Dropout, Maxout

PROJECTS = [name for name, family in ARCHITECTURES.items() if family.can_project]
"""Families whose D can weigh a label against its features."""


def count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def linear(*sizes: int) -> int:
    """Parameters of fully connected layers with biases."""
    return sum((a + 1) * b for a, b in zip(sizes, sizes[1:], strict=False))


def dcgan(f: int, levels: int, base: int, nz: int, nc: int) -> tuple[int, int]:
    """Closed forms for (G, D).

    No biases; batch norm (2 per channel) everywhere but at the image and, in D, behind the first convolution.
    """
    channels = [f << i for i in range(levels)]  # f, 2f, 4f, ...
    inner = sum(16 * a * b for a, b in zip(channels, channels[1:], strict=False))
    g = nz * channels[-1] * base**2 + inner + 16 * f * nc + 2 * sum(channels)
    d = 16 * nc * f + inner + channels[-1] * base**2 + 2 * sum(channels[1:])
    return g, d


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


def kinds(network: nn.Module, eps: float = 1e-5, momentum: float = 0.1) -> list[str]:
    def word(m: nn.Module) -> str:
        match m:
            case Maxout():
                return f"Maxout {m.in_features}-{m.units} of {m.pieces}"
            case nn.Linear():
                return f"Linear {m.in_features}-{m.out_features}"
            case nn.ConvTranspose2d() | nn.Conv2d():
                kind = "ConvT" if isinstance(m, nn.ConvTranspose2d) else "Conv"
                bias = "" if m.bias is None else " bias"
                shape = f"k{m.kernel_size[0]} s{m.stride[0]} p{m.padding[0]}"
                return f"{kind} {m.in_channels}-{m.out_channels} {shape}{bias}"
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


def sizes(network: nn.Module, *example: Tensor) -> list[int]:
    """The sides of the feature maps, in order, each once."""
    sides = [layer["shape"][1] for layer in describe(network, *example)["layers"] if len(layer["shape"]) == 3]
    return [side for side, _ in itertools.groupby(sides)]
