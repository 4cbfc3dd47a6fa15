"""Generators and discriminators: `build(config)` makes the pair.

A family (an architecture) is one file named after it, with two functions, `generator(config)` and
`discriminator(config)`. A generator maps z (N, latent_dim) to images (N, C, H, W) in (-1, 1) or points (N, D); a
discriminator maps samples to logits (N,). Where the networks are told labels, both take them, int64 (N,), as a second
argument. With packing m, a discriminator maps N samples to N / m logits.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from ..config import TrainConfig
from ..config.glossary import TERMS
from .batch_statistics import adopt_statistics, as_in_training, mixes_batch
from .conditioning import Conditional, Label, Pack
from .description import describe, parameter_count
from .discriminator import bound_spectra
from .initial import initialise

__all__ = [
    "FAMILIES",
    "Family",
    "adopt_statistics",
    "as_in_training",
    "build",
    "describe",
    "examples",
    "mixes_batch",
    "parameter_count",
]


class Family(Protocol):
    """What the file of an architecture holds: the bodies of both networks."""

    def generator(self, config: TrainConfig) -> nn.Module:
        """From (N, latent_size(config)) to samples (N, *config.sample_shape)."""
        ...

    def discriminator(self, config: TrainConfig) -> nn.Module:
        """From (N, *judged_shape(config)) to logits (N,)."""
        ...


FAMILIES: dict[str, Family] = {
    name: cast(Family, import_module(f".{name.replace('-', '_')}", __name__)) for name in TERMS["architecture"]
}
"""Architecture -> its file: `stacked-tiny` is `stacked_tiny.py`."""


def build(config: TrainConfig) -> tuple[nn.Module, nn.Module]:
    """The untrained generator and discriminator of a configuration, on the CPU.

    Weights are float64 where `precision` says so, else float32. They depend on `config.seed` alone; the global random
    state is left as it was.
    """
    family = FAMILIES[config.architecture]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        pair = family.generator(config), family.discriminator(config)
        for network in pair:
            initialise(network, config.init)
        pair = _surround(config, *pair)
    if config.precision == "float64":
        pair = pair[0].double(), pair[1].double()
    return pair


def _surround(config: TrainConfig, generator: nn.Module, discriminator: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Both bodies with what the configuration puts around them; the very same modules where that is nothing."""
    if config.spectral_norm:
        bound_spectra(discriminator)
    if config.packing > 1:
        discriminator = nn.Sequential(Pack(config.packing), discriminator)
    if config.n_classes:
        generator = Conditional(Label(config.n_classes, (config.latent_dim,)), generator)
    if config.conditioning == "concatenation":
        discriminator = Conditional(Label(config.n_classes, config.sample_shape), discriminator)
    return generator, discriminator


def examples(config: TrainConfig) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Zeros to call (G, D) with, in the dtype of the networks that `build` makes.

    `generator(*examples(config)[0])` makes one sample, `discriminator(*examples(config)[1])` one logit.
    """
    dtype = torch.float64 if config.precision == "float64" else torch.float32

    def example(n: int, *shape: int) -> tuple[Tensor, ...]:
        return torch.zeros(n, *shape, dtype=dtype), *([torch.zeros(n, dtype=torch.int64)] if config.n_classes else [])

    return example(1, config.latent_dim), example(config.packing, *config.sample_shape)
