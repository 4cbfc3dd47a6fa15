"""DCGAN (Radford et al. 2015, arXiv:1511.06434): strided convolutions, batch norm, no fully connected layers.

G doubles the image `depth` times from base = resolution / 2^depth pixels, D halves it as often. With width f, channels go
2^(depth-1) f, ..., 2f, f, C. At 64 pixels this is the paper's network; at 28 it starts from 7x7.
"""

from __future__ import annotations

from torch import nn

from ..config import DCGAN_DEPTH, TrainConfig
from .layers import FromLatent, ToLogit

DEFAULT_WIDTH = 64


def _plan(config: TrainConfig) -> tuple[int, list[int]]:
    """(pixels of the smallest feature map, channels from there to the largest)."""
    depth = config.depth or DCGAN_DEPTH[config.resolution]
    width = config.width or DEFAULT_WIDTH
    return config.resolution >> depth, [width << level for level in reversed(range(depth))]


def generator(config: TrainConfig) -> nn.Sequential:
    """z (N, latent_dim) -> images (N, C, R, R) in (-1, 1)."""
    base, channels = _plan(config)
    layers: list[nn.Module] = [
        nn.Unflatten(1, (config.latent_dim, 1, 1)),
        FromLatent(config.latent_dim, channels[0], base, 1, 0, bias=False),
        nn.BatchNorm2d(channels[0]),
        nn.ReLU(inplace=True),
    ]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels[-1], config.sample_shape[0], 4, 2, 1, bias=False), nn.Tanh())


def discriminator(config: TrainConfig) -> nn.Sequential:
    """Images (N, C, R, R) -> logits (N,)."""
    base, channels = _plan(config)
    channels = channels[::-1]
    layers: list[nn.Module] = [nn.Conv2d(config.sample_shape[0], channels[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, ToLogit(channels[-1], 1, base, 1, 0, bias=False))
