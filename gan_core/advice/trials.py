"""Try this: a dozen games on points that reliably show something, each with a question.

    found = check("packing", run)        # of the run that is looked at now, also while it trains
    print(found.done, found.words)

A trial is a configuration, and for a race what side B has otherwise. `shows` says of trained runs whether what the
trial claims has happened (tests hold it to nine seeds of ten), `done` whether the question has been answered. Both read
what every run writes: its metrics, and how close its samples were. Needs numpy alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..config import called
from .dozen import TRIALS
from .trial import STRETCH, Look, Result, Trial

if TYPE_CHECKING:
    from ..runs import Run

__all__ = ["TRIALS", "Look", "Result", "Trial", "check"]


def check(name: str, run: Run, rival: Run | None = None) -> Result:
    """Whether the question of a trial is answered by the run that is looked at, or by the other side of its race.

    KeyError for an unknown name.
    """
    trial, results = TRIALS[name], []
    for one in (run, rival):
        if one is not None:
            results.append(_check(trial, Look(one)))
    return next((r for r in results if r.done), results[0])


def _check(trial: Trial, look: Look) -> Result:
    if look.config.data != trial.config.data:
        return Result(
            False, f"Not yet: this is about {called(trial.config.data)}, and the run has {called(look.config.data)}."
        )
    if look.step < STRETCH:
        return Result(False, f"Not yet: it takes {STRETCH} steps to say anything.")
    found = trial.done(look)
    return replace(found, why=trial.why) if found.done else found
