"""What a configuration adds inside the discriminator of any family: minibatch deviation, projection, spectral norm."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from ..config import TrainConfig
from .conditioning import Projection
from .layers import MinibatchDeviation


def discriminator_of(
    config: TrainConfig,
    body: Sequence[nn.Module],
    features: tuple[int, ...],
    last: Callable[[int], list[nn.Module]],
) -> nn.Module:
    """A family's discriminator: its `body`, what the configuration adds, and its `last` layers.

    The body ends in `features`, (C,) or (C, h, w); `last(channels)` gives the layers that turn them into logits (N,).
    """
    deviation = [MinibatchDeviation()] if config.minibatch_stddev else []
    end = [*deviation, *last(features[0] + len(deviation))]
    if config.conditioning == "projection":
        return Projection(nn.Sequential(*body), nn.Sequential(*end), config.n_classes, features)
    return nn.Sequential(*body, *end)


def bound_spectra(network: nn.Module) -> None:
    """Applies spectral norm in place (Miyato et al. 2018, arXiv:1802.05957).

    Each weight matrix is divided by its largest singular value wherever it is used; a convolution counts as a matrix
    (outputs, inputs x pixels). The value comes from power iteration: one step at each pass in training mode, none in
    evaluation. A projection on the label is bounded too, since x passes through it; an embedding beside x is not.
    """
    for module in list(network.modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            spectral_norm(module)
        elif isinstance(module, Projection):
            spectral_norm(module.embedding)
