"""Parts of fully connected networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from torch import nn

from ..config import TrainConfig
from .discriminator import discriminator_of
from .layers import Dropout


def hidden(width: int | None, depth: int | None, own: list[int]) -> list[int]:
    """Sizes of the hidden layers: `depth` layers of `width`; what is None is as in the family's own sizes."""
    if width is None and depth is None:
        return own
    return [width or max(own)] * (depth or len(own))


def stack(sizes: list[int], activation: Callable[[], nn.Module], drop: float = 0.0) -> list[nn.Module]:
    """Linear, activation and, unless `drop` is 0, dropout for each pair of sizes: (N, first) -> (N, last)."""
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(inputs, outputs), activation()]
        if drop:
            layers.append(Dropout(drop))
    return layers


def shape_samples(config: TrainConfig, inputs: int) -> list[nn.Module]:
    """The last layers of G, (N, inputs) -> (N, *sample_shape): points as they come, images through Tanh."""
    size = math.prod(config.sample_shape)
    if config.is_image:
        return [nn.Linear(inputs, size), nn.Tanh(), nn.Unflatten(1, config.sample_shape)]
    return [nn.Linear(inputs, size)]


def to_logit(config: TrainConfig, body: Sequence[nn.Module], units: int) -> nn.Module:
    """D from its hidden layers, the last of `units`: (N, *judged_shape) -> logits (N,)."""
    return discriminator_of(config, [nn.Flatten(), *body], (units,), lambda n: [nn.Linear(n, 1), nn.Flatten(0)])
