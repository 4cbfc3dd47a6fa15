"""What both networks are told besides z and the samples: class labels, and how many samples D judges together.

A family only asks `latent_size` and `judged_shape` how much its networks take in; `build` puts the modules here
around them so that this is what they get.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ..config import TrainConfig

LABEL_SIZE = 32
"""The most numbers that stand for a label beside z or a point; never more than there are classes."""


def label_shape(classes: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """What a label adds to a sample of `shape`: one channel to images (C, H, W), a few numbers to vectors (D,)."""
    return (1, *shape[1:]) if len(shape) == 3 else (min(classes, LABEL_SIZE),)


def _with_label(shape: tuple[int, ...], classes: int) -> tuple[int, ...]:
    return (shape[0] + label_shape(classes, shape)[0], *shape[1:])


def latent_size(config: TrainConfig) -> int:
    """How many numbers the body of G takes in: z, and the label where there is one."""
    return _with_label((config.latent_dim,), config.n_classes)[0] if config.n_classes else config.latent_dim


def judged_shape(config: TrainConfig) -> tuple[int, ...]:
    """The shape the body of D takes in, (C, H, W) or (D,).

    It includes the label of each sample where labels are attached to samples, and once for each sample of a pack.
    """
    shape = config.sample_shape
    if config.conditioning == "concatenation":
        shape = _with_label(shape, config.n_classes)
    return (shape[0] * config.packing, *shape[1:])


def told(network: Callable[..., Tensor], inputs: Tensor, labels: Tensor | None) -> Tensor:
    """The network's output for inputs (N, ...) and their labels int64 (N,), None where it is told none."""
    return network(inputs) if labels is None else network(inputs, labels)


class Label(nn.Module):
    """Attaches a learned embedding of its class to each sample (conditional GAN; Mirza et al. 2014, arXiv:1411.1784).

    `shape` is that of one sample, without the label.
    """

    def __init__(self, classes: int, shape: tuple[int, ...]):
        super().__init__()
        self.embedding = nn.Embedding(classes, math.prod(label_shape(classes, shape)))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Vectors (N, D) -> (N, D + numbers); images (N, C, H, W) -> (N, C + 1, H, W); y is int64 (N,)."""
        return torch.cat([x, self.embedding(y).view(len(x), -1, *x.shape[2:])], 1)


class Conditional(nn.Module):
    """A network that is told the class of each sample. The samples of G are z."""

    def __init__(self, label: Label, body: nn.Module):
        super().__init__()
        self.label, self.body = label, body

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The body's output for samples x (N, ...), each with its label y, int64 (N,)."""
        return self.body(self.label(x, y))


class Pack(nn.Module):
    """Joins every m samples into one, side by side (PacGAN; Lin et al. 2018, arXiv:1712.04086)."""

    def __init__(self, m: int):
        super().__init__()
        self.m = m

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, ...) -> (N / m, m C, ...), samples i m to i m + m - 1 in pack i. ValueError unless m divides N."""
        if len(x) % self.m:
            raise ValueError(f"{len(x)} samples do not divide into packs of {self.m}")
        return x.unflatten(0, (-1, self.m)).flatten(1, 2)

    def extra_repr(self) -> str:
        """The size of a pack."""
        return f"m={self.m}"


class Projection(nn.Module):
    """A projection discriminator (Miyato and Koyama 2018, arXiv:1802.05637, eq. 4).

    logit = psi(phi(x)) + <embedding(y), sum of phi(x) over all pixels>. `body` is phi: x -> feature maps (N, C, h, w);
    `end` is psi: feature maps -> logits (N,); `features` is (C, h, w).
    """

    def __init__(self, body: nn.Module, end: nn.Module, classes: int, features: tuple[int, ...]):
        super().__init__()
        self.body, self.end = body, end
        self.embedding = nn.Embedding(classes, features[0])
        # as small as the weights of a last layer over all pixels would be: at first the label hardly counts
        nn.init.normal_(self.embedding.weight, 0.0, 1 / (math.sqrt(features[0]) * math.prod(features[1:])))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Images (N, C, H, W) and labels int64 (N,) -> logits (N,)."""
        direction, phi = self.embedding(y), self.body(x)
        return self.end(phi) + (direction * phi.sum((2, 3))).sum(1)
