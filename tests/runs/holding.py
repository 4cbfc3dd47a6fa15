"""A run that a thread of this process trains, and runs compared with one another."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import torch

import gan_core
from gan_core import runs
from gan_core.runs import Run, training

REPOSITORY = Path(__file__).resolve().parents[2]

TINY = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, epochs=100_000)


SHORT = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, steps=30)


PLANE = gan_core.preset("plane").replace(width=8, depth=1, batch_size=16, samples=16, steps=400)


CLOCK = ("seconds", "images_per_second")


class Held:
    """A run that a thread of this process trains."""

    def __init__(self, run: Run, until):
        self.run, self.until, self.leave, self.last, self.error = run, until, threading.Event(), None, None
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        try:
            self.last = training.hold(self.run, self.leave)
        except BaseException as error:
            self.error = error

    def state(self, wanted: str) -> dict:
        """Waits for a state and returns the status."""
        self.until(
            lambda: self.run.status["state"] == wanted or not self.thread.is_alive(),
            f"state {wanted}, in {self.run.status}",
        )
        status = self.run.status
        assert status["state"] == wanted, (status, self.error)
        return status

    def reach(self, step: int) -> dict:
        """Waits for a step of this hold (the status may still tell of the one before) and returns the status."""

        def there() -> bool:
            status = self.run.status
            return status["step"] >= step and status["state"] in ("training", "paused")

        self.until(lambda: not self.thread.is_alive() or there(), f"step {step}, in {self.run.status}")
        return self.run.status

    def over(self) -> dict:
        self.thread.join(60)
        assert not self.thread.is_alive()
        if self.error:
            raise self.error
        return self.last


def go_on(folder: Path, steps: int = 40) -> dict:
    """Continues a run to a new total."""
    run = Run.open(folder)
    runs.set_config(run, run.config.replace(steps=steps))
    return training.hold(run, threading.Event())


def same_state(a: Path, b: Path) -> None:
    a, b = runs.load_state(a), runs.load_state(b)
    different = [k for k in a["tensors"] if not torch.equal(a["tensors"][k], b["tensors"][k])]
    assert not different and a["tensors"].keys() == b["tensors"].keys(), different
    for key in ("step", "position"):
        assert a["counters"][key] == b["counters"][key]


def same_metrics(a: Run, b: Run) -> None:
    a, b = a.metrics(), b.metrics()
    for column in a:
        if column not in CLOCK:
            np.testing.assert_array_equal(a[column], b[column], err_msg=column)


def tensors(run: Run, player: str) -> dict[str, torch.Tensor]:
    return {k: v for k, v in runs.load_state(run.folder)["tensors"].items() if k.startswith(f"{player}.")}


def equal(a: dict, b: dict) -> bool:
    return all(torch.equal(a[k], b[k]) for k in a)
