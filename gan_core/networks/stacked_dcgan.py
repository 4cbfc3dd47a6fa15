"""The DCGAN of the Stacked MNIST tables (Srivastava et al. 2017, arXiv:1705.07761).

The networks are those of Lin et al. 2018, arXiv:1712.04086: 5x5 convolutions of stride 2, 28 <-> 14 <-> 7 <-> 4 <-> 2
pixels, with the padding that TensorFlow calls "same", mirrored: where the number of missing pixels is odd, the extra
one is on the left and not on the right. Weights are normal with deviation 0.02, as published; there are no biases
before batch norm, which would remove them again.
"""

from __future__ import annotations

from torch import nn

from ..config import TrainConfig
from .conditioning import judged_shape, latent_size
from .discriminator import discriminator_of
from .initial import normal_weights


def generator(config: TrainConfig) -> nn.Sequential:
    """(N, latent_size) -> images (N, C, 28, 28) in (-1, 1). With width w: 8w channels of 2x2, then 4w, 2w, w."""
    w = config.base_width
    layers: list[nn.Module] = [
        nn.Linear(latent_size(config), 8 * w * 4, bias=False),
        nn.Unflatten(1, (8 * w, 2, 2)),
        nn.BatchNorm2d(8 * w),
        nn.ReLU(inplace=True),
    ]
    for inputs, outputs, pixels in ((8 * w, 4 * w, 4), (4 * w, 2 * w, 7), (2 * w, w, 14)):
        grow = nn.ConvTranspose2d(inputs, outputs, 5, 2, 2, output_padding=1 - pixels % 2, bias=False)
        layers += [grow, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    network = nn.Sequential(
        *layers, nn.ConvTranspose2d(w, config.sample_shape[0], 5, 2, 2, output_padding=1), nn.Tanh()
    )
    normal_weights(network)
    return network


def discriminator(config: TrainConfig) -> nn.Module:
    """(N, *judged_shape) -> logits (N,). With width w: channels w, 2w, 4w, 8w."""
    w = config.base_width
    layers: list[nn.Module] = [nn.Conv2d(judged_shape(config)[0], w, 5, 2, 2), nn.LeakyReLU(0.2, inplace=True)]
    for inputs in (w, 2 * w, 4 * w):
        layers += [
            nn.Conv2d(inputs, 2 * inputs, 5, 2, 2, bias=False),
            nn.BatchNorm2d(2 * inputs),
            nn.LeakyReLU(0.2, inplace=True),
        ]
    network = discriminator_of(
        config, layers, (8 * w, 2, 2), lambda n: [nn.Flatten(), nn.Linear(n * 4, 1), nn.Flatten(0)]
    )
    normal_weights(network)
    return network
