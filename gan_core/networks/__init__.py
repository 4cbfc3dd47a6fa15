"""Generators and discriminators. `build(config)` makes the pair; each family is one file with two functions.

A generator maps z (N, latent_dim) to samples (N, C, H, W) in (-1, 1) or points (N, D); a discriminator maps samples to logits (N,). Where
the networks are told labels, both take them, int64 (N,), as a second argument. With packing m a discriminator maps N samples to N / m logits.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import TrainConfig
from . import conv_minimax, dcgan, maxout, mlp, residual, stacked_dcgan, stacked_tiny
from .conditioning import Conditional, Label, Pack
from .layers import bound_spectra, describe, initialise, mixes_batch

FAMILIES = {
    "mlp": mlp,
    "mlp-dropout": mlp.dropout,
    "conv-minimax": conv_minimax,
    "dcgan": dcgan,
    "residual": residual,
    "maxout": maxout,
    "stacked-dcgan": stacked_dcgan,
    "stacked-tiny": stacked_tiny,
}
"""Architecture name -> something with `generator(config)` and `discriminator(config)`."""

__all__ = ["FAMILIES", "build", "describe", "examples", "mixes_batch"]


def build(config: TrainConfig) -> tuple[nn.Module, nn.Module]:
    """The untrained generator and discriminator of a configuration, on the CPU, in float64 where `precision` says so, else float32.

    The weights depend on `config.seed` alone; the global random state is left as it was.
    """
    family = FAMILIES[config.architecture]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        pair = family.generator(config), family.discriminator(config)
        for network in pair:
            initialise(network, config.init)
        pair = _told(config, *pair)
    if config.precision == "float64":
        pair = pair[0].double(), pair[1].double()
    return pair


def _told(config: TrainConfig, generator: nn.Module, discriminator: nn.Module) -> tuple[nn.Module, nn.Module]:
    """The bodies of both with what the configuration puts around them; the very same modules where that is nothing."""
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
    """Zeros to call (G, D) with: `generator(*examples(config)[0])` makes one sample, `discriminator(*examples(config)[1])` one logit."""
    dtype = torch.float64 if config.precision == "float64" else torch.float32

    def example(n: int, *shape: int) -> tuple[Tensor, ...]:
        return torch.zeros(n, *shape, dtype=dtype), *([torch.zeros(n, dtype=torch.int64)] if config.n_classes else [])

    return example(1, config.latent_dim), example(config.packing, *config.sample_shape)
