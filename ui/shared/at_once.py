"""Changes that a run at work takes on at its next step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_core.processes import fleet
from gan_core.runs import Run

from .sentences import attempt, say
from .settings import label, show


def change(run: Run, values: Mapping[str, Any]) -> None:
    """Ask the run for these values of live fields, and say so; or say why they are refused."""

    def asked() -> bool:
        fleet.shared().change(run, **values)
        return True

    if attempt(asked):
        changed = ", ".join(f"{label(name)} is {show(name, value)}" for name, value in values.items())
        say(f"{changed} from the next step on.", "done")
