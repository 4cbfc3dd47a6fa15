"""DCGAN (Radford et al. 2015, arXiv:1511.06434): strided convolutions, batch norm, no fully connected layers.

G doubles the image `depth` times from base = resolution / 2^depth pixels, D halves it as often. With width f,
channels go 2^(depth-1) f, ..., 2f, f, C. At 64 pixels this is the paper's network; at 28 it starts from 7x7.
"""

from __future__ import annotations

from torch import nn

from ..config import DCGAN_DEPTH, TrainConfig
from .conditioning import judged_shape, latent_size
from .discriminator import discriminator_of
from .layers import FromLatent, ToLogit


def plan(config: TrainConfig) -> tuple[int, list[int]]:
    """Pixels a side of the smallest feature map, and the channels from there to the largest."""
    resolution = config.sample_shape[-1]
    depth = config.depth or DCGAN_DEPTH[resolution]
    return resolution >> depth, [config.base_width << level for level in reversed(range(depth))]


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> images (N, C, R, R) in (-1, 1)."""
    base, channels = plan(config)
    latent = latent_size(config)
    layers: list[nn.Module] = [
        nn.Unflatten(1, (latent, 1, 1)),
        FromLatent(latent, channels[0], base, 1, 0, bias=False),
        nn.BatchNorm2d(channels[0]),
        nn.ReLU(inplace=True),
    ]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(
        *layers, nn.ConvTranspose2d(channels[-1], config.sample_shape[0], 4, 2, 1, bias=False), nn.Tanh()
    )


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,)."""
    base, channels = plan(config)
    channels = channels[::-1]
    layers: list[nn.Module] = [
        nn.Conv2d(judged_shape(config)[0], channels[0], 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2, inplace=True),
    ]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [
            nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.2, inplace=True),
        ]
    return discriminator_of(
        config, layers, (channels[-1], base, base), lambda n: [ToLogit(n, 1, base, 1, 0, bias=False)]
    )
