"""Layers that the families share, their initialisation, and a description of a network in words and numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout (Srivastava et al. 2014) whose noise comes from a random generator of its own.

    torch.nn.Dropout draws from the global random state, so that anything else drawing from it between two steps, a picture
    say, would change the training. The trainer sets `random`; None is the global state.
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = p
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        # one 64-bit draw serves four elements: a uniform integer of 16 bits is kept where it is below a threshold
        levels = 2**16
        kept = round((1 - self.p) * levels)
        draws = torch.empty((x.numel() + 3) // 4, dtype=torch.int64, device=x.device).random_(-(2**63), None, generator=self.random)
        mask = draws.view(torch.int16)[: x.numel()].view(x.shape) < kept - levels // 2
        return x * mask * (levels / kept)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class FromLatent(nn.ConvTranspose2d):
    """The first layer of a convolutional generator: z (N, dim, 1, 1) -> (N, channels, size, size).

    A transposed convolution of a single pixel is a matrix product; written as one it is several times faster on a CPU.
    Parameters, their names and their initialisation are those of nn.ConvTranspose2d.
    """

    def forward(self, x: Tensor) -> Tensor:
        dim, channels, height, width = self.weight.shape
        # the product comes out as (height, width, channels), the order of channels_last memory
        weight = self.weight.permute(0, 2, 3, 1).reshape(dim, -1)
        return (x.reshape(len(x), dim) @ weight).view(len(x), height, width, channels).permute(0, 3, 1, 2)


class ToLogit(nn.Conv2d):
    """The last layer of a convolutional discriminator: (N, channels, size, size) -> logits (N,), a convolution as large as its input."""

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.permute(0, 2, 3, 1).reshape(-1)
        return x.permute(0, 2, 3, 1).reshape(len(x), -1) @ weight


@contextlib.contextmanager
def as_in_training(network: nn.Module) -> Iterator[nn.Module]:
    """Evaluation mode, except that batch norm uses the statistics of the batch it is given, as it does in training, and moves none.

    Running statistics lag behind by tens of steps, and D's mix reals with fakes, so that with them an untrained G draws plain grey
    and D scores reals and fakes alike. Whoever wants to see the game as it is played looks through this.
    """
    training = network.training
    norms = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    network.eval()
    for norm in norms:
        norm.training, norm.track_running_stats = True, False
    try:
        yield network
    finally:
        for norm in norms:
            norm.track_running_stats = True
        network.train(training)


@torch.no_grad()
def adopt_statistics(network: nn.Module, batch: Tensor) -> nn.Module:
    """Sets the running statistics of a network's batch norms to those of `batch` (n, ...), so that single samples can be judged as in such a batch."""
    norms = [m for m in network.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if norms:
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = 1.0
            norm.train()
        network(batch)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
            norm.eval()
    return network


def initialise(network: nn.Module, how: str) -> None:
    """"pytorch" leaves a network as it was made; "dcgan" draws weights as Radford et al. 2015 (arXiv:1511.06434) do."""
    if how == "pytorch":
        return
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)


def parameter_count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


@torch.no_grad()
def describe(network: nn.Module, example: Tensor) -> dict[str, Any]:
    """What a network is made of: {"parameters": int, "layers": [{"name", "kind", "detail", "shape" (without the batch), "parameters"}]}.

    `example` is one input (1, ...); the network is run on it in evaluation mode.
    """
    layers: list[dict[str, Any]] = []

    def note(name: str):
        def hook(module: nn.Module, _: Any, output: Tensor) -> None:
            kind = next(c.__name__ for c in type(module).__mro__ if c.__module__.startswith("torch.nn") or c is Dropout)
            layers.append({"name": name, "kind": kind, "detail": module.extra_repr(), "shape": list(output.shape[1:]), "parameters": parameter_count(module)})

        return hook

    hooks = [m.register_forward_hook(note(name)) for name, m in network.named_modules() if not list(m.children())]
    training = network.training
    try:
        network.eval()(example)
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return {"parameters": parameter_count(network), "layers": layers}


__all__ = ["Dropout", "FromLatent", "ToLogit", "describe", "initialise", "parameter_count"]
