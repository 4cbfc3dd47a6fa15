"""Fully connected networks with an activation of choice."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import nn

from ..config import ARCHITECTURES, TrainConfig
from .conditioning import judged_shape, latent_size
from .dense import hidden, shape_samples, stack, to_logit

OWN = ARCHITECTURES["mlp"].width

ACTIVATIONS: dict[str | None, Callable[[], nn.Module]] = {
    None: lambda: nn.LeakyReLU(0.01),
    "leaky-relu": lambda: nn.LeakyReLU(0.2),
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "elu": nn.ELU,
}
"""None is the system's own."""


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> (N, *sample_shape); own layers: 128 units."""
    sizes = [latent_size(config), *hidden(config.width, config.depth, [OWN])]
    return nn.Sequential(*stack(sizes, ACTIVATIONS[config.activation]), *shape_samples(config, sizes[-1]))


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,); own layers: 64 units."""
    width, depth = config.width_d or config.width, config.depth_d or config.depth
    sizes = [math.prod(judged_shape(config)), *hidden(width, depth, [OWN // 2])]
    return to_logit(config, stack(sizes, ACTIVATIONS[config.activation]), sizes[-1])
