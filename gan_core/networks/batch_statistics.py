"""Statistics of a batch, in networks where a sample's output depends on the others: batch norm, minibatch deviation."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from .layers import MinibatchDeviation


def _batch_layers(network: nn.Module) -> list[_BatchNorm | MinibatchDeviation]:
    return [m for m in network.modules() if isinstance(m, (_BatchNorm, MinibatchDeviation))]


def mixes_batch(network: nn.Module) -> bool:
    """Whether a network's output for a sample depends on the others in the batch."""
    return bool(_batch_layers(network))


@contextlib.contextmanager
def as_in_training(network: nn.Module) -> Iterator[nn.Module]:
    """Evaluation mode, except that batch norm uses its batch's statistics, as in training; no running statistic moves.

    Running statistics lag behind by tens of steps, and D's mix reals with fakes: with them an untrained G draws plain
    grey and D scores reals and fakes alike. Whatever shows the game as it is played calls the networks within this.
    """
    training = network.training
    layers = _batch_layers(network)
    network.eval()
    for layer in layers:
        layer.training = True
        if isinstance(layer, _BatchNorm):
            layer.track_running_stats = False
    try:
        yield network
    finally:
        for layer in layers:
            if isinstance(layer, _BatchNorm):
                layer.track_running_stats = True
        network.train(training)


@torch.no_grad()
def adopt_statistics(network: nn.Module, *batch: Tensor) -> nn.Module:
    """Gives a network a batch's statistics, so that in evaluation mode it judges single samples as in such a batch.

    `batch` is what the network is called with, each (n, ...). The running statistics of batch norms become the
    batch's, and minibatch deviations give its mean deviation. The network is changed in place, left in evaluation
    mode and returned.
    """
    layers = _batch_layers(network)
    network.eval()
    if not layers:
        return network
    norms = [layer for layer in layers if isinstance(layer, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]

    def adopt(deviation: MinibatchDeviation, _: Any, output: Tensor) -> None:
        deviation.adopted = output[:, -1].mean()

    hooks = [layer.register_forward_hook(adopt) for layer in layers if isinstance(layer, MinibatchDeviation)]
    try:
        for norm in norms:
            norm.momentum = 1.0
        for layer in layers:
            layer.train()
        network(*batch)
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
        network.eval()
        for hook in hooks:
            hook.remove()
    return network
