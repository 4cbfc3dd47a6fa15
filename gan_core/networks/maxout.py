"""The fully connected pair of PacGAN's two-dimensional experiments (Lin et al. 2018, arXiv:1712.04086).

G has batch norm, D maxout units. Own layers: G four of 400 units, D three of 200 units with 5 pieces each; all
weights are normal with deviation 0.02. `width` is that of G, D has half of it; `depth` counts G's hidden layers, D
has one fewer.
"""

from __future__ import annotations

import math

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .dense import shape_samples, to_logit
from .initial import normal_weights
from .layers import Maxout

DEFAULT_DEPTH, PIECES = 4, 5


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> (N, *sample_shape)."""
    width, depth = config.base_width, config.depth or DEFAULT_DEPTH
    sizes = [latent_size(config), *[width] * depth]
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        # eps and the pace of the running statistics are those of the library the authors used
        layers += [
            nn.Linear(inputs, outputs, bias=False),
            nn.BatchNorm1d(outputs, eps=1e-4, momentum=0.05),
            nn.ReLU(inplace=True),
        ]
    network = nn.Sequential(*layers, *shape_samples(config, width))
    normal_weights(network)
    return network


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,)."""
    width, depth = max(config.base_width // 2, 1), max((config.depth or DEFAULT_DEPTH) - 1, 1)
    sizes = [math.prod(judged_shape(config)), *[width] * depth]
    layers = [Maxout(inputs, outputs, PIECES) for inputs, outputs in zip(sizes, sizes[1:], strict=False)]
    network = to_logit(config, layers, width)
    normal_weights(network)
    return network
