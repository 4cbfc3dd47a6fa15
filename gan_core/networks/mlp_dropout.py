"""Deeper fully connected networks, with ReLU in both and dropout (Srivastava et al. 2014) in D."""

from __future__ import annotations

import math

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .dense import hidden, shape_samples, stack, to_logit

SIZES = [256, 512, 1024]
"""Units of G's hidden layers, and of D's in reverse."""
DROP = 0.3


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> (N, *sample_shape)."""
    sizes = [latent_size(config), *hidden(config.width, config.depth, SIZES)]
    return nn.Sequential(*stack(sizes, nn.ReLU), *shape_samples(config, sizes[-1]))


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,)."""
    sizes = [math.prod(judged_shape(config)), *hidden(config.width, config.depth, SIZES[::-1])]
    return to_logit(config, stack(sizes, nn.ReLU, drop=DROP), sizes[-1])
