"""What tests of real processes share."""

from __future__ import annotations

from pathlib import Path

import gan_core
from gan_core.runs import Run

REPOSITORY = Path(__file__).resolve().parents[2]


TINY = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, epochs=100_000)


def reach(until, run: Run, state: str = "training", step: int = 0) -> dict:
    def there() -> bool:
        status = run.status
        assert status["state"] not in ("failed", "crashed") or state in ("failed", "crashed"), status
        return status["state"] == state and status["step"] >= step

    until(there, f"{state} at step {step}; it is {run.status}")
    return run.status
