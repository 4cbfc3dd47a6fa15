"""Samples of a trained generator, to be measured."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ..config import TrainConfig
from ..method.priors import PRIORS
from ..networks.conditioning import told

BATCH = 250


@torch.no_grad()
def draw(
    config: TrainConfig, generator: nn.Module, n: int, seed: int = 0, labels: Tensor | None = None
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """n samples of a generator in evaluation mode, 250 at a time: float32 (B, *shape) and labels int64 (B,) or None.

    z comes from the configuration's prior and depends on the seed alone. A conditional generator is asked for
    `labels` (n,); for each class as often where None. The generator may be on any device, of any float dtype; it is
    left in the mode it was in.
    """
    random = torch.Generator().manual_seed(seed)
    parameter = next(generator.parameters())
    z = PRIORS[config.prior].draw(n, config.latent_dim, random, None)
    if not config.n_classes:
        labels = None
    elif labels is None:
        labels = torch.arange(n) % config.n_classes
    training = generator.training
    generator.eval()
    try:
        for part in torch.arange(n).split(BATCH):
            asked = None if labels is None else labels[part]
            there = None if asked is None else asked.to(parameter.device)
            x = told(generator, z[part].to(parameter.device, parameter.dtype), there)
            yield x.float().cpu(), asked
    finally:
        generator.train(training)
