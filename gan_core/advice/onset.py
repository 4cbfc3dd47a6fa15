"""Since when something goes wrong, and which change of the run came just before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..config import FIELDS, Float
from ..config.glossary import title
from .finding import Seen
from .view import PIECES, WARM_UP

if TYPE_CHECKING:
    from ..runs import Change

CLOSE, SHARE = 25, 16
"""Steps between two looks into the past: at least so many, and about this part of the steps made by then."""

LATELY = 6
"""Looks that count as a moment ago, a fifth to a third of a run: around its limit a finding can be absent at some."""


@dataclass(frozen=True)
class Onset:
    """Since when something goes wrong.

    step: since this one. words: a sentence. undo: the fields that were changed just before, with the values they had.
    last_good: the last step before that change, None where nothing was changed.
    """

    step: int
    words: str
    undo: dict[str, Any]
    last_good: int | None = None


def look_before(step: int) -> int:
    """The last step before this one at which a run is asked what goes wrong; below 1 there is none.

    These steps do not depend on when somebody asks: everybody gets one answer.
    """
    spacing = CLOSE
    while 2 * spacing * SHARE <= step - 1:
        spacing *= 2
    return (step - 1) // spacing * spacing


def newest_looks(step: int) -> list[int]:
    """The steps of the newest `LATELY` looks before this step, the newest first; fewer where there are not so many."""
    looks = [look_before(step)]
    while looks[-1] > 0 and len(looks) < LATELY:
        looks.append(look_before(looks[-1]))
    return [at for at in looks if at > 0]


def first_seen(now: Seen, at: Callable[[int], Seen | None]) -> Seen:
    """What was seen when it was first seen; `at` a step: what was seen there.

    It is one and the same as long as it was seen before within the steps that it was seen by, so that a moment's
    doubt does not make it new.
    """
    first, found = now, now.steps[1]
    clear = step = look_before(found)
    while step >= max(first.since, 1):
        seen = at(step)
        if seen is not None:
            first, found, clear = seen, step, look_before(step)
        step = look_before(step)
    # between the last look without it and the first look with it
    while found - clear > 1:
        middle = (found + clear) // 2
        seen = at(middle)
        if seen is None:
            clear = middle
        else:
            first, found = seen, middle
    return first


def onset(first: Seen, changes: Sequence[Change]) -> Onset:
    """Since when it goes wrong, by what was first seen and by the changes of the run."""
    since, length = first.since, first.steps[1] - first.steps[0]
    slack = CLOSE if first.begin is not None else length // PIECES
    near = [one for one in changes if since - 2 * length <= one.step <= since + slack]
    if not near:
        words = f"Since the first {WARM_UP} steps." if since <= WARM_UP else f"Since about step {since:,}."
        return Onset(since, words, {})
    last = near[-1]
    # one who drags a slider makes many changes: what counts is where it went from, and where it ended
    before = {name: next(one.was[name] for one in near if name in one.values) for name in last.values}
    told = [name for name in last.values if last.values[name] != before[name]] or list(last.values)
    sets = (f"{called(n)} was set to {value(n, last.values[n])} ({value(n, before[n])} before)" for n in told[:2])
    what = " and ".join(sets)
    when = {"forked": "when the run was forked: ", "continued": "when the run was continued: "}.get(last.what, "when ")
    if last.step >= since - max(slack, CLOSE):
        return Onset(last.step, f"Since step {last.step:,}, {when}{what}.", before, last.step)
    words = f"Since about step {since:,}, after {what} at step {last.step:,}."
    return Onset(since, words, before, last.step)


def called(name: str) -> str:
    """A field within a sentence."""
    label = FIELDS[name].label.partition(":")[0]
    return label if len(label) == 1 else f"the {label[0].lower()}{label[1:]}"


def value(name: str, what: Any) -> str:
    """A value within a sentence."""
    if what is None:
        return FIELDS[name].words.none
    if isinstance(what, bool):
        return "on" if what else "off"
    if isinstance(FIELDS[name].accepts, Float):
        return f"{what:g}"
    return str(what) if isinstance(what, int) else title(name, what) or str(what)
