"""A watcher that writes down everything about the newest update of each network: what slow motion plays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from ..method.objectives import shown
from ..method.trainer import Trainer
from ..method.update import Update, Watcher
from ..networks import describe, examples
from ..networks.batch_statistics import as_in_training
from ..networks.conditioning import told
from .probe import Probe

ACTIVATIONS = ("LeakyReLU", "ReLU", "Tanh", "ELU", "Sigmoid", "Maxout")


@dataclass
class Record:
    """What is known of an update when it is over.

    update: its tensors. layers: length of the gradient of each layer, before clipping. moved: how far the weights of
    each layer came; size: their length before. pull_real, pull_fake: minus the gradient of the loss with respect to
    each of D's logits, times their number; pull: of G's update, with respect to each fake (B, *shape). before, after: D
    at the points that the recorder looks at; verdicts_before, verdicts_after: D's means on this update's reals and
    fakes.
    """

    update: Update
    weights: dict[str, Tensor]
    layers: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    size: list[float] = field(default_factory=list)
    pull_real: list[float] = field(default_factory=list)
    pull_fake: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    verdicts_before: list[float] = field(default_factory=list)
    verdicts_after: list[float] = field(default_factory=list)


class Recorder(Watcher):
    """`d` and `g` are the records of the newest update of each network. `at`: where D is looked at, (M, *shape)."""

    d: Record
    g: Record

    def __init__(self, probe: Probe, at: Tensor):
        self.trainer: Trainer = probe.trainer
        self.probe, self.at = probe, at
        device = self.trainer.plan.device
        inputs = ([tensor.to(device) for tensor in example] for example in examples(self.trainer.config))
        self.layers = {
            network: _layers(network, *example)
            for (_, network, _), example in zip(self.trainer.players(), inputs, strict=True)
        }

    # ---- what the trainer tells

    def begin(self, update: Update) -> None:
        """Keeps the weights, and what D says before it learns."""
        weights = {name: p.detach().clone() for name, p in update.network.named_parameters()}
        record = Record(update, weights)
        setattr(self, update.player, record)
        if update.player == "d":
            record.before = self._map()

    def scored(self, update: Update) -> None:
        """Asks for the gradients of samples and logits, and for D's verdicts."""
        for tensor in (update.fake, update.real_logits, update.fake_logits):
            if tensor is not None and tensor.requires_grad:
                tensor.retain_grad()
        if update.player == "d":
            self.d.verdicts_before = self._verdicts()

    def graded(self, update: Update) -> None:
        """Writes down gradients and pulls."""
        record: Record = getattr(self, update.player)
        gradients = {name: p.grad for name, p in update.network.named_parameters() if p.grad is not None}
        record.layers = self._by_layer(update.network, gradients)
        if update.player == "d":
            record.pull_real, record.pull_fake = pull(update.real_logits), pull(update.fake_logits)
        else:
            record.pull = pull(update.fake)

    def done(self, update: Update) -> None:
        """Writes down how far the weights came, and what D says now."""
        record: Record = getattr(self, update.player)
        change = {name: p.detach() - record.weights[name] for name, p in update.network.named_parameters()}
        record.moved = self._by_layer(update.network, change)
        record.size = self._by_layer(update.network, record.weights)
        if update.player == "d":
            record.after, record.verdicts_after = self._map(), self._verdicts()

    # ---- what it looks at besides

    @torch.no_grad()
    def verdict(self, x: Tensor, labels: Tensor | None) -> float:
        """D's mean verdict on a batch (B, *shape), as in training but without dropout."""
        t = self.trainer
        with t.autocast(), as_in_training(t.discriminator):
            return shown(t.objective, t.full(told(t.discriminator, x.to(t.plan.dtype), labels))).mean().item()

    def _verdicts(self) -> list[float]:
        update = self.d.update
        return [self.verdict(x.detach(), update.labels) for x in (update.shown_real, update.shown_fake)]

    def _map(self) -> list[float]:
        """D over the plane or the line, in evaluation mode."""
        return [round(v, 5) for v in shown(self.trainer.objective, self.probe.score(self.at)).tolist()]

    def _by_layer(self, network: nn.Module, tensors: Mapping[str, Tensor]) -> list[float]:
        """Length of what belongs to each layer, from one tensor for each parameter."""

        def squares(parts: list[str]) -> float:
            begin = tuple(f"{part}." for part in parts)
            return sum(t.double().square().sum().item() for name, t in tensors.items() if name.startswith(begin))

        return [math.sqrt(squares(layer["parts"])) for layer in self.layers[network]]


def pull(tensor: Tensor) -> list[float]:
    """Where a descent would take each of the N rows by itself, the loss being a mean over them; flat."""
    gradient = tensor.grad
    assert gradient is not None, "it was asked to keep its gradient"
    return (-len(tensor) * gradient).flatten().tolist()


def _layers(network: nn.Module, *example: Tensor) -> list[dict[str, Any]]:
    """Layers that learn, in the order of use, a batch norm as a part of the layer before it.

    {"kind", "units", "parameters", "activation": its kind or None, "parts": names of its modules}.
    """
    found: list[dict[str, Any]] = []
    for layer in describe(network, *example)["layers"]:
        units = math.prod(layer["shape"])
        if layer["kind"] in ACTIVATIONS[:-1] and found:
            found[-1]["activation"] = layer["kind"]
        elif layer["kind"].startswith("BatchNorm") and found:
            found[-1]["parts"].append(layer["name"])
            found[-1]["parameters"] += layer["parameters"]
        elif layer["parameters"]:
            found.append(
                {
                    "kind": layer["kind"],
                    "units": units,
                    "parameters": layer["parameters"],
                    "activation": layer["kind"] if layer["kind"] in ACTIVATIONS else None,
                    "parts": [layer["name"]],
                }
            )
    return found
