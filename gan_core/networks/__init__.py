"""Generators and discriminators. `build(config)` makes the pair; each family is one file with two functions.

A generator maps z (N, latent_dim) to samples (N, C, H, W) in (-1, 1) or points (N, D); a discriminator maps samples to logits (N,).
"""

from __future__ import annotations

import torch
from torch import nn

from ..config import TrainConfig
from . import conv_minimax, dcgan, mlp
from .layers import describe, initialise

FAMILIES = {"mlp": mlp, "mlp-dropout": mlp.dropout, "conv-minimax": conv_minimax, "dcgan": dcgan}
"""Architecture name -> something with `generator(config)` and `discriminator(config)`."""

__all__ = ["FAMILIES", "build", "describe"]


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
    if config.precision == "float64":
        pair = pair[0].double(), pair[1].double()
    return pair
