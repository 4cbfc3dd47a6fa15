"""The pair of the `conv-minimax` system: 4 -> 8 -> 15 -> 28 pixels; D has no activations between its blocks."""

from __future__ import annotations

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .discriminator import discriminator_of


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> images (N, C, 28, 28) in (-1, 1). With width w: channels 4w, 2w, w."""
    w = config.base_width
    return nn.Sequential(
        nn.Linear(latent_size(config), 4 * w * 16),
        nn.BatchNorm1d(4 * w * 16),
        nn.ReLU(inplace=True),
        nn.Unflatten(1, (4 * w, 4, 4)),
        # the 1x1 convolution is the bridge from the linear layer to the convolutions
        nn.Conv2d(4 * w, 4 * w, 1),
        nn.BatchNorm2d(4 * w),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(4 * w, 2 * w, 4, 2, 1),
        nn.BatchNorm2d(2 * w),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(2 * w, w, 3, 2, 1),
        nn.BatchNorm2d(w),
        nn.ReLU(inplace=True),
        nn.ConvTranspose2d(w, config.sample_shape[0], 2, 2, 1),
        nn.Tanh(),
    )


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,).

    Four blocks of convolution, batch norm and max-pooling, with w/16, w/4, w, 2w channels.
    """
    w = config.base_width
    channels = [judged_shape(config)[0], w // 16, w // 4, w, 2 * w]
    layers: list[nn.Module] = []
    for inputs, outputs in zip(channels, channels[1:], strict=False):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.MaxPool2d(2)]
    return discriminator_of(config, layers, (2 * w, 1, 1), lambda n: [nn.Flatten(), nn.Linear(n, 1), nn.Flatten(0)])
