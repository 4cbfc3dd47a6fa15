"""What watches that numbers stay finite: no update is made with one that is not."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .update import Update


class NonFiniteError(ArithmeticError):
    """A tensor stopped being finite: the update that needed it was not made, the step is half done.

    The weights still are finite. `step`: 1-based number of that step. `tensor`: what the tensor is called.
    """

    def __init__(self, step: int, tensor: str):
        self.step, self.tensor = step, tensor
        super().__init__(
            f"At step {step:,} the {tensor} stopped being finite. "
            "The learning rates are probably too large for this objective."
        )


class Guard:
    """Checks the norm of every gradient. On a CPU at once; on a GPU, where looking would wait for it, afterwards.

    There a flag on the device keeps all later updates from being made, and `check` finds it.
    """

    def __init__(self, device: torch.device):
        self.on_cpu = device.type == "cpu"
        self._broken = torch.zeros((), device=device)
        self._broken_at = torch.zeros((), device=device, dtype=torch.int64)  # 2 * step, and 1 more for G

    def admit(self, update: Update, norm: Tensor, step: int) -> None:
        """Lets an update of step `step` pass where its gradient has a finite norm (a scalar); else it is not made.

        Raises `NonFiniteError` on a CPU.
        """
        if self.on_cpu:
            if not math.isfinite(norm.item()):
                raise NonFiniteError(step, _first_non_finite(update))
            return
        bad = (~torch.isfinite(norm)).float()
        self._broken_at = torch.where(bad > self._broken, 2 * step + (update.player == "g"), self._broken_at)
        self._broken = torch.maximum(self._broken, bad)
        update.optimiser.found_inf = self._broken

    def check(self) -> None:
        """Raises `NonFiniteError` where a GPU has met something that was not finite. Waits for the device."""
        if not self.on_cpu and (at := int(self._broken_at)):
            raise NonFiniteError(at // 2, f"gradient of {'G' if at % 2 else 'D'}")


def _first_non_finite(update: Update) -> str:
    return next(
        (name for name, tensor in update.tensors() if not bool(torch.isfinite(tensor).all())), "norm of the gradient"
    )
