"""A network in words and numbers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from .layers import FromLatent, ToLogit


def parameter_count(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(p.numel() for p in network.parameters())


SHORTCUTS = (FromLatent, ToLogit)
"""Layers that are a faster way to compute what a layer of PyTorch's does, and are called by its name."""


def _kind(module: nn.Module) -> str:
    """The name of a layer's class; spectral norm makes a class of its own for each, which nobody has heard of."""
    classes = (c for c in type(module).__mro__ if c.__module__ != "torch.nn.utils.parametrize")
    return next(c.__name__ for c in classes if c not in SHORTCUTS)


@torch.no_grad()
def describe(network: nn.Module, *example: Tensor) -> dict[str, Any]:
    """What a network is made of.

    `example` is what the network is called with, such as `networks.examples` gives; the call is in evaluation mode.
    Returns {"parameters": int, "layers": [{"name", "kind", "detail", "shape" of the output without the batch,
    "parameters"}, ...]}.
    """
    layers: list[dict[str, Any]] = []

    def note(name: str):
        def hook(module: nn.Module, _: Any, output: Tensor) -> None:
            layers.append(
                {
                    "name": name,
                    "kind": _kind(module),
                    "detail": module.extra_repr(),
                    "shape": list(output.shape[1:]),
                    "parameters": parameter_count(module),
                }
            )

        return hook

    # what spectral norm hangs under a layer is part of that layer
    names = [(name, m) for name, m in network.named_modules() if "parametrizations" not in name.split(".")]
    hooks = [
        m.register_forward_hook(note(name))
        for name, m in names
        if not [n for n, _ in m.named_children() if n != "parametrizations"]
    ]
    training = network.training
    try:
        network.eval()(*example)
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return {"parameters": parameter_count(network), "layers": layers}
