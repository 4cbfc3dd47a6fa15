"""The tiny pair with which Unrolled GAN tests for lost modes (Metz et al. 2016, arXiv:1611.02163).

The networks are those of Lin et al. 2018, arXiv:1712.04086. G is always the same, 4 -> 7 -> 14 -> 28 pixels; `width`
is that of D alone, which is kept weak on purpose: 2 ("a quarter of G") or 4 ("half"). 3x3 convolutions of stride 2
with the padding that TensorFlow calls "same", mirrored. Weights are normal with deviation 0.02, as published; there
are no biases before batch norm, which would remove them again.
"""

from __future__ import annotations

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .discriminator import discriminator_of
from .initial import normal_weights


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> images (N, C, 28, 28) in (-1, 1): 64 channels of 4x4, then 32, 16, 8."""
    layers: list[nn.Module] = [
        nn.Linear(latent_size(config), 1024, bias=False),
        nn.Unflatten(1, (64, 4, 4)),
        nn.BatchNorm2d(64),
        nn.ReLU(inplace=True),
    ]
    for inputs, outputs, pixels in ((64, 32, 7), (32, 16, 14), (16, 8, 28)):
        grow = nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1 - pixels % 2, bias=False)
        layers += [grow, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    network = nn.Sequential(*layers, nn.Conv2d(8, config.sample_shape[0], 3, 1, 1), nn.Tanh())
    normal_weights(network)
    return network


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,). With width w: channels w, 2w, 4w, down to 4x4 pixels."""
    w = config.base_width
    layers: list[nn.Module] = []
    for inputs, outputs in ((judged_shape(config)[0], w), (w, 2 * w), (2 * w, 4 * w)):
        layers += [
            nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.LeakyReLU(0.3, inplace=True),
        ]
    network = discriminator_of(
        config, layers, (4 * w, 4, 4), lambda n: [nn.Flatten(), nn.Linear(n * 16, 1), nn.Flatten(0)]
    )
    normal_weights(network)
    return network
