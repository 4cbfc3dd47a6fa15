"""Fully connected networks: `mlp` with an activation of choice, and `dropout`, deeper, with ReLU and dropout in D."""

from __future__ import annotations

import math

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .layers import Dropout, discriminator_of


def _stack(sizes: list[int], activation: type[nn.Module], *args: float, drop: float = 0.0) -> list[nn.Module]:
    """Linear, activation (and dropout) for each pair of neighbouring sizes."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(inputs, outputs), activation(*args)]
        if drop:
            layers.append(Dropout(drop))
    return layers


ACTIVATIONS: dict[str | None, tuple] = {
    None: (nn.LeakyReLU, 0.01),
    "leaky-relu": (nn.LeakyReLU, 0.2),
    "relu": (nn.ReLU,),
    "tanh": (nn.Tanh,),
    "elu": (nn.ELU,),
}
"""Class and arguments; None is the system's own."""


def _hidden(width: int | None, depth: int | None, own: list[int]) -> list[int]:
    """Sizes of the hidden layers: the system's own, or `depth` layers of `width`; where only one is given the other is the system's."""
    if width is None and depth is None:
        return own
    return [width or max(own)] * (depth or len(own))


def shape_samples(config: TrainConfig, inputs: int) -> list[nn.Module]:
    """The last layers of G: points as they come, images through Tanh."""
    size = math.prod(config.sample_shape)
    if config.is_image:
        return [nn.Linear(inputs, size), nn.Tanh(), nn.Unflatten(1, config.sample_shape)]
    return [nn.Linear(inputs, size)]


def to_logit(config: TrainConfig, body: list[nn.Module], units: int) -> nn.Module:
    """D from its hidden layers, the last of `units`."""
    return discriminator_of(config, body, (units,), lambda n: [nn.Linear(n, 1), nn.Flatten(0)])


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> (N, *sample_shape); own layers: 128 units."""
    sizes = [latent_size(config), *_hidden(config.width, config.depth, [128])]
    return nn.Sequential(*_stack(sizes, *ACTIVATIONS[config.activation]), *shape_samples(config, sizes[-1]))


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,); own layers: 64 units."""
    sizes = [
        math.prod(judged_shape(config)),
        *_hidden(config.width_d or config.width, config.depth_d or config.depth, [64]),
    ]
    return to_logit(config, [nn.Flatten(), *_stack(sizes, *ACTIVATIONS[config.activation])], sizes[-1])


class dropout:
    """The deeper pair: G 256-512-1024 with ReLU, D 1024-512-256 with ReLU and dropout 0.3."""

    @staticmethod
    def generator(config: TrainConfig) -> nn.Sequential:
        sizes = [latent_size(config), *_hidden(config.width, config.depth, [256, 512, 1024])]
        return nn.Sequential(*_stack(sizes, nn.ReLU), *shape_samples(config, sizes[-1]))

    @staticmethod
    def discriminator(config: TrainConfig) -> nn.Module:
        sizes = [math.prod(judged_shape(config)), *_hidden(config.width, config.depth, [1024, 512, 256])]
        return to_logit(config, [nn.Flatten(), *_stack(sizes, nn.ReLU, drop=0.3)], sizes[-1])
