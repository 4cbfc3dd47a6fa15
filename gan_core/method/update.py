"""What one update of a network is made of, for whoever watches it and for the one who must name what broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from torch import Tensor, nn

from .optimisers import Optimiser

ABSENT = cast(Tensor, None)
"""What stands for a tensor of an update before it is computed, and where the update needs none."""


@dataclass(slots=True, eq=False)
class Update:
    """One update of one network, filled in as it comes about; tensors carry their graph until it is over.

    player: "d" or "g". labels: int64 (B,) of the batch, None where nobody is told any. z: the noise (B, latent_dim) of
    fresh fakes, None where those of D's update are scored again. real: the batch (B, *shape) as the data have it, None
    where the update needs none. fake: (B, *shape) as G made it. shown_real, shown_fake: what D was shown of both,
    augmented and under instance noise. real_logits, fake_logits: D's answers, (B,), or (B / m,) for packs of m. loss: a
    scalar, penalty included. penalty: before its weight, None where it was not computed.
    """

    player: str
    network: nn.Module
    optimiser: Optimiser
    labels: Tensor | None = None
    z: Tensor = ABSENT
    real: Tensor = ABSENT
    fake: Tensor = ABSENT
    shown_real: Tensor = ABSENT
    shown_fake: Tensor = ABSENT
    real_logits: Tensor = ABSENT
    fake_logits: Tensor = ABSENT
    penalty: Tensor = ABSENT
    loss: Tensor = ABSENT

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """What can stop being finite, in the order of computation, each with what it is called in a sentence."""
        named = (
            ("fake samples", self.shown_fake if self.player == "d" else self.fake),
            ("D's logits on real samples", self.real_logits if self.player == "d" else None),
            ("D's logits on fakes", self.fake_logits),
            (f"loss of {self.player.upper()}", self.loss),
        )
        yield from ((name, tensor) for name, tensor in named if tensor is not None)
        for name, parameter in self.network.named_parameters():
            if parameter.grad is not None:
                yield f"gradient of {name}", parameter.grad


class Watcher:
    """Looks on while a turn is made (`Trainer.turn(watch=...)`); each method is called once for every update.

    A watcher must leave the training as it is: no draw from its random stream, no moved statistics.
    """

    def begin(self, update: Update) -> None:
        """The update begins: only its player, network and optimiser are known, and D's batch."""

    def scored(self, update: Update) -> None:
        """Everything is computed, nothing has flowed back yet: here a tensor may be asked to keep its gradient."""

    def graded(self, update: Update) -> None:
        """Gradients are as they came out, before any clipping."""

    def done(self, update: Update) -> None:
        """The weights have moved."""


NOBODY = Watcher()
"""Looks away."""
