"""What goes wrong in a run, from its own numbers: five failures of GAN training, each with its evidence and a remedy.

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

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import ConfigError, TrainConfig
from . import collapse, d_wins, divergence, memorising, oscillation
from .finding import Finding, Kind
from .remedies import slower
from .view import WINDOW, View

if TYPE_CHECKING:
    from ..runs import Snapshot

KINDS: dict[str, Kind] = {
    "divergence": divergence.KIND,
    "d-wins": d_wins.KIND,
    "collapse": collapse.KIND,
    "memorising": memorising.KIND,
    "oscillation": oscillation.KIND,
}
"""Worst first: nothing else can be trusted once numbers run away, and a G that gets no signal has not collapsed."""

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
    view = View(config, metrics, evaluations or {}, status or {})
    found: dict[str, Finding] = {}
    for name, kind in KINDS.items():
        seen = kind.detect(view, found)
        if seen is not None:
            remedy, words = remedy_for(config, name)
            found[name] = Finding(name, kind.title, seen.evidence, kind.meaning, remedy, words, seen.steps)
    return list(found.values())


def of_run(now: Snapshot) -> list[Finding]:
    """`diagnose` for a run as it is now: its newest `WINDOW` records and `HISTORY` of those before.

    So a long run costs no more than a short one.
    """
    return diagnose(now.present, now.run.window(WINDOW, HISTORY), now.evaluations, now.status)


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
    return {"seed": (config.seed + 1) % 2**31}, "Start again with another seed: there is nothing left to lower."
