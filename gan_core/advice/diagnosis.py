"""What goes wrong in a run, from its own numbers: six failures of GAN training, each with its evidence and a remedy.

    for finding in of_run(run.snapshot()):
        print(finding.title, finding.evidence, finding.remedy_words)

Every rule is a few comparisons of means over stretches of steps, in units that do not depend on the data's scale: D's
lead (how much of what D can win it has won), shares of the data's own diversity and distances, and ratios of a run to
its own past. Needs numpy alone.

A kind is a file: its constants, its rule, its remedies, and the record that `KINDS` lists. These constants and those of
`view` and `progress` are all there is to tune; how often the rules are right is measured by `python -m
benchmarks.diagnosis`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import ConfigError, TrainConfig
from ..runs.changes import config_at
from . import collapse, d_dead, d_wins, divergence, memorising, oscillation
from .finding import Finding, Kind, Remedy, Seen
from .onset import Onset, called, first_seen, newest_looks, onset, value
from .remedies import slower
from .view import EASE, WINDOW, View

if TYPE_CHECKING:
    from ..runs import Snapshot

KINDS: dict[str, Kind] = {
    "d-dead": d_dead.KIND,
    "divergence": divergence.KIND,
    "d-wins": d_wins.KIND,
    "collapse": collapse.KIND,
    "memorising": memorising.KIND,
    "oscillation": oscillation.KIND,
}
"""Worst first: of a D that is dead nothing else is left to say, no other number can be trusted once numbers run away,
and a G that gets no signal has not collapsed."""

HISTORY = 1000
"""Records of all before the newest `WINDOW` that `of_run` reads, evenly spread."""


def diagnose(
    config: TrainConfig,
    metrics: Mapping[str, np.ndarray],
    evaluations: Mapping[str, Sequence] | None = None,
    status: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """What is wrong with a run, worst first, at most one finding of a kind.

    [] where nothing is, or too little is known. metrics: columns by name as `Run.metrics()` gives them, all of the same
    length, steps rising; records may be left out (only steps count), a column or single values may be missing (nan).
    evaluations: as `Run.evaluations()` gives them. status: as `Run.status`, for a run that failed.
    """
    seen = look(View(config, metrics, evaluations or {}, status or {}))
    return [_finding(config, kind, one, onset(one, ())) for kind, one in seen.items()]


def look(view: View, before: Collection[str] = ()) -> dict[str, Seen]:
    """What is seen to go wrong, by kind, worst first. `before`: kinds that were seen a moment ago (`EASE`)."""
    found: dict[str, Seen] = {}
    for name, kind in KINDS.items():
        view.ease = EASE if name in before else 1.0
        seen = kind.detect(view, found)
        if seen is not None:
            found[name] = seen
    return found


class Past:
    """What was seen at earlier steps of one run, each looked at once: nothing in it depends on when that was."""

    def __init__(self):
        self._seen: dict[int, dict[str, Seen]] = {}
        self._starts = 0

    def at(self, now: Snapshot, step: int) -> dict[str, Seen]:
        """What was seen when this step was the last one made."""
        starts = sum(event.get("what") in ("started", "continued") for event in now.events)
        if starts != self._starts:  # steps after a saved state have been made anew
            self._seen, self._starts = {}, starts
        if step not in self._seen:
            known = [i for i, at in enumerate(now.evaluations["step"]) if at <= step]
            looks = {name: [column[i] for i in known] for name, column in now.evaluations.items()}
            config = config_at(now.present, now.changes, step)
            self._seen[step] = look(View(config, now.run.window(WINDOW, HISTORY, step), looks, {}))
        return self._seen[step]

    def lately(self, now: Snapshot, step: int) -> set[str]:
        """The kinds that were seen at one of the newest looks before a step."""
        return {kind for at in newest_looks(step) for kind in self.at(now, at)}


def of_run(now: Snapshot, past: Past | None = None) -> list[Finding]:
    """`diagnose` for a run as it is now: its newest `WINDOW` records and `HISTORY` of those before.

    So a long run costs no more than a short one. Each finding says since when, by what the run would have been told at
    steps before; `past` remembers that from one call to the next.
    """
    past, found = past or Past(), []
    view = View(now.present, now.run.window(WINDOW, HISTORY), now.evaluations, now.status)
    for kind, seen in look(view, past.lately(now, view.last)).items():
        first = first_seen(seen, lambda step, kind=kind: past.at(now, step).get(kind))
        found.append(_finding(now.present, kind, seen, onset(first, now.changes), now))
    return found


def _finding(config: TrainConfig, name: str, seen: Seen, begun: Onset, now: Snapshot | None = None) -> Finding:
    """A finding in full. One that only a state from before can mend goes back to before the change that led to it."""
    kind, back = KINDS[name], None
    remedy, words = remedy_for(config, name)
    if kind.lost and now is not None and begun.last_good is not None:
        back = now.run.state_until(begun.last_good)
        remedy, words = _undone(config, kind, begun, back) or (remedy, words)
    return Finding(
        kind=name,
        title=kind.title,
        evidence=seen.evidence,
        meaning=kind.meaning,
        remedy=remedy,
        remedy_words=words,
        steps=seen.steps,
        since=begun.step,
        since_words=begun.words,
        lost=bool(kind.lost),
        back=back,
    )


def _undone(config: TrainConfig, kind: Kind, begun: Onset, back: int | None) -> Remedy | None:
    """What takes a change back, and a sentence; None where that cannot be."""
    try:
        config.replace(**begun.undo)
    except ConfigError:
        return None
    remedy = {name: old for name, old in begun.undo.items() if getattr(config, name) != old}
    values = " and ".join(f"{called(name)} at {value(name, old)}" for name, old in begun.undo.items())
    where = f"Go back to step {back:,}, before the change," if back else "Start again"
    return remedy, f"{where} with {values}. {kind.lost}"


def remedy_for(config: TrainConfig, kind: str) -> tuple[dict[str, Any], str]:
    """(fields to change, a sentence) for a kind of finding: its first remedy that changes anything and is valid."""
    for changes, words in (*KINDS[kind].remedies(config), slower(config, 0.3)):
        try:
            changed = config.replace(**changes)
        except ConfigError:
            continue
        fresh = {name: value for name, value in changes.items() if getattr(config, name) != value}
        if fresh and changed != config:
            return fresh, words
    return {"seed": (config.seed + 1) % 2**31}, "Start again with another seed: there is nothing left to change."
