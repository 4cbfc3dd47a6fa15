"""A small residual pair without normalisation, in the spirit of R3GAN (Huang et al. 2024, arXiv:2501.05441).

Channels and pixels are DCGAN's, so that the two can be compared: G grows from base x base pixels to half the
resolution, D shrinks from there. At each size stands one residual block, between two sizes a 1x1 convolution and
bilinear resampling. The image itself is drawn by one 3x3 convolution and read by one of 4x4 and stride 2: a block at
full size would cost more than all the others together. What keeps it stable without batch norm are the first weights:
every block begins as the identity (Fixup; Zhang et al. 2019, arXiv:1901.09321).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .dcgan import plan
from .discriminator import discriminator_of
from .layers import FromLatent, ToLogit

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))
"""What keeps the variance through a leaky ReLU (He et al. 2015, arXiv:1502.01852)."""


@torch.no_grad()
def _scaled(layer: nn.Conv2d | nn.ConvTranspose2d, gain: float = 1.0) -> nn.Module:
    """`layer` with normal weights of deviation gain / sqrt(fan in) and bias 0."""
    weight = layer.weight
    # of a transposed convolution from a single pixel the first dimension is that of the inputs
    fan_in = len(weight) if isinstance(layer, FromLatent) else weight[0].numel()
    nn.init.normal_(weight, 0.0, gain / math.sqrt(fan_in))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Block(nn.Module):
    """x + f(x), where f is three convolutions, 1x1, 3x3 and 1x1, with leaky ReLUs between them.

    The weights of the first two are scaled by blocks^(-1/4), `blocks` being how many blocks the network has; those of
    the third by `last`, where 0 makes the block the identity.
    """

    def __init__(self, channels: int, blocks: int, last: float = 0.0):
        super().__init__()
        gain = GAIN * blocks**-0.25
        self.body = nn.Sequential(
            _scaled(nn.Conv2d(channels, channels, 1), gain),
            nn.LeakyReLU(SLOPE, inplace=True),
            _scaled(nn.Conv2d(channels, channels, 3, 1, 1), gain),
            nn.LeakyReLU(SLOPE, inplace=True),
            _scaled(nn.Conv2d(channels, channels, 1), last),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, h, w) -> (N, channels, h, w)."""
        return x + self.body(x)


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> images (N, C, R, R) in (-1, 1)."""
    base, channels = plan(config)
    latent = latent_size(config)
    layers: list[nn.Module] = [
        nn.Unflatten(1, (latent, 1, 1)),
        _scaled(FromLatent(latent, channels[0], base, 1, 0, bias=False)),
        Block(channels[0], len(channels)),
    ]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        # a 1x1 convolution and a resampling can change places: this way round is four times less work
        layers += [
            _scaled(nn.Conv2d(inputs, outputs, 1)),
            nn.Upsample(scale_factor=2, mode="bilinear"),
            Block(outputs, len(channels)),
        ]
    # a transposed convolution would draw stripes for hundreds of steps: nothing before it knows even columns from odd
    # ones
    half = max(channels[-1] // 2, 1)
    layers += [
        _scaled(nn.Conv2d(channels[-1], half, 1)),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.LeakyReLU(SLOPE, inplace=True),
    ]
    return nn.Sequential(*layers, _scaled(nn.Conv2d(half, config.sample_shape[0], 3, 1, 1), GAIN), nn.Tanh())


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,)."""
    base, channels = plan(config)
    channels = channels[::-1]
    # a matrix of zeros cannot be divided by its largest singular value
    last = 1.0 if config.spectral_norm else 0.0
    layers: list[nn.Module] = [
        _scaled(nn.Conv2d(judged_shape(config)[0], channels[0], 4, 2, 1)),
        Block(channels[0], len(channels), last),
    ]
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        # the mean of 2x2 pixels is what bilinear resampling to half the size is
        layers += [nn.AvgPool2d(2), _scaled(nn.Conv2d(inputs, outputs, 1)), Block(outputs, len(channels), last)]
    return discriminator_of(
        config, layers, (channels[-1], base, base), lambda n: [_scaled(ToLogit(n, 1, base, 1, 0, bias=False))]
    )
