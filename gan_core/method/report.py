"""What one step of a training did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor

from ..config.measures import Measures
from .memory import state_of

if TYPE_CHECKING:
    from .trainer import Trainer


class Report:
    """What one step did. Valid until the generator is resumed, except for `step`, `epoch` and `metrics()`.

    `step`: 1-based number of the step. `epoch`: 1-based number of the pass over the data. `seconds`: time spent
    training so far. `measures`: float tensor (len(MEASURES),), in the order of `Measures`, still on the device.
    """

    __slots__ = ("step", "epoch", "seconds", "images_per_second", "measures", "trainer")

    def __init__(self, trainer: Trainer, measures: Tensor):
        self.trainer, self.measures = trainer, measures
        self.step, self.epoch = trainer.step, trainer.order.epoch
        self.seconds, self.images_per_second = trainer.clock.seconds, trainer.clock.images_per_second

    def metrics(self) -> dict[str, float]:
        """All quantities of the step by name. The only thing here that waits for the device."""
        return self.row(self.trainer.wait(self.measures))

    def row(self, measures: list[float]) -> dict[str, float]:
        """The same with the measures that `Trainer.wait` has brought, for a caller who waits once for many steps."""
        return {
            "step": self.step,
            "epoch": self.epoch,
            **Measures(*measures)._asdict(),
            "images_per_second": self.images_per_second,
            "seconds": self.seconds,
        }

    def state(self) -> dict[str, Any]:
        """The whole state of the training, copied: pass it to `train` to go on, bit for bit on the CPU."""
        if self.step != self.trainer.step:
            raise RuntimeError("the training has moved on since this report; take its state before asking for the next")
        return state_of(self.trainer)
