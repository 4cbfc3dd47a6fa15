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

from ..config import titled
from .dozen import TRIALS
from .trial import STRETCH, Look, Result, Trial

if TYPE_CHECKING:
    from ..runs import Run

__all__ = ["TRIALS", "Look", "Result", "Trial", "check"]


def check(name: str, run: Run, rival: Run | None = None, last: str = "A") -> Result:
    """Whether the question of a trial is answered by the run that is looked at, or by the other side of its race.

    In a race both sides are spoken of, first the one that was changed `last` ("A" or "B"). KeyError for an unknown
    name.
    """
    trial = TRIALS[name]
    if rival is None:
        return _check(trial, Look(run))
    found = {side: _check(trial, Look(one)) for side, one in (("A", run), ("B", rival))}
    sides = sorted(found, key=lambda side: side != last)
    words = (f"side {side}: {found[side].words.replace('Not yet: ', 'not yet, ')}" for side in sides)
    solved = next((found[side] for side in sides if found[side].done), None)
    said = " ".join(words).replace(". side ", ". Side ")
    return Result(solved is not None, said if solved else f"Not yet: {said}", solved.why if solved else "")


def _check(trial: Trial, look: Look) -> Result:
    if look.config.data != trial.config.data:
        return Result(
            False,
            f"Not yet: this question is about {titled(trial.config.data)}; this run uses {titled(look.config.data)}.",
        )
    if look.step < STRETCH:
        return Result(False, f"Not yet: this needs at least {STRETCH} steps.")
    found = trial.done(look)
    return replace(found, why=trial.why) if found.done else found
