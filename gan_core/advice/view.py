"""The numbers of a run as the rules want them: its present, its past, what was evaluated, and D's lead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..config import TrainConfig
from ..config.games import GAMES

WINDOW = 4000
"""Newest records that `of_run` reads one by one."""
WARM_UP = 400
"""Updates of G before anything but a number that is not finite is told: what starts as noise looks collapsed, and
beaten."""
RECENT = 0.3
"""Share of a run, at least `STRETCH` steps and at most `WINDOW`, that counts as its present."""
STRETCH = 250
LOOKS = 12
"""Of evaluations there are fewer: the newest dozen, none older than the present would be without its upper limit."""
PIECES = 8
"""The present is cut into this many pieces, in each of which, but one, what is said must hold."""
EASE = 1.25
"""What was found a moment ago is still found where a limit is missed by less than this factor: near its limit a number
goes up and down, and a finding shall not come and go with it."""
LONG = 0.7
"""Share of a run, at most `WINDOW` steps, in which swings are counted, and an outburst is remembered that left G
unharmed."""
LEAD = 0.85
"""D has all but won: its part of what there is to win. In the original game 0.85 is V = -0.21, D(x) about 0.9 and
D(G(z)) about 0.1."""


class View:
    """The numbers of a run as the rules want them."""

    def __init__(
        self,
        config: TrainConfig,
        metrics: Mapping[str, Any],
        evaluations: Mapping[str, Sequence],
        status: Mapping[str, Any],
    ):
        self.config, self.game, self.status = config, GAMES[config.objective], status
        self.ease = 1.0  # see `EASE`
        self.steps = _column(metrics.get("step", ()), 0)
        n = len(self.steps)
        self.columns = {
            name: _column(metrics.get(name, ()), n)
            for name in ("loss_d", "loss_g", "value", "d_real", "d_fake", "grad_norm_d", "grad_norm_g")
        }
        self.columns["lead"] = _lead(config, self.columns["value"])
        with np.errstate(invalid="ignore"):  # scores of a run that broke
            self.columns["gap"] = np.abs(self.columns["d_real"] - self.columns["d_fake"])
        self.last = int(self.steps[-1]) if n else 0
        self.begin = int(self.steps[0]) if n else 0
        # steps of G alone count: those of D alone have no loss of G
        self.learned = int(np.diff(self.steps, prepend=self.begin - 1)[np.isfinite(self.columns["loss_g"])].sum())
        length = min(max(STRETCH, RECENT * (self.last - self.begin)), WINDOW)
        self.since = int(max(self.begin, self.last - length + 1))
        self.long = int(max(self.begin + WARM_UP // 2, self.last - min(LONG * (self.last - self.begin), WINDOW) + 1))
        self.looks = _looks(evaluations)
        seen = self.looks.get("step", np.empty(0))
        since = self.last - max(STRETCH, RECENT * (self.last - self.begin)) + 1
        self.looking = float(max(since, seen[-LOOKS] if len(seen) >= LOOKS else since))

    @property
    def early(self) -> bool:
        """Whether G has learned too little for anything to be said."""
        return self.learned < WARM_UP

    def span(self, name: str, first: int, last: int) -> np.ndarray:
        """Finite values of a column in the steps first ... last."""
        a, b = np.searchsorted(self.steps, (first, last + 1))
        values = self.columns[name][a:b]
        return values[np.isfinite(values)]

    def level(self, name: str, first: int | None = None, last: int | None = None) -> float:
        """Mean over the steps first ... last (the present), nan where nothing was measured."""
        values = self.span(name, self.since if first is None else first, self.last if last is None else last)
        return float(values.mean()) if len(values) else math.nan

    def pieces(self, name: str, first: int | None = None, last: int | None = None, count: int = PIECES) -> np.ndarray:
        """Means over `count` equal pieces of a stretch (count,), nan where nothing was measured."""
        first, last = self.since if first is None else first, self.last if last is None else last
        return np.array([self.level(name, a, b) for a, b in edges(first, last, count)])

    def past(self, name: str, count: int = 40) -> np.ndarray:
        """Medians of |value| over `count` equal pieces of the whole run."""
        spans = [np.abs(self.span(name, a, b)) for a, b in edges(self.begin, self.last, count)]
        return np.array([float(np.median(s)) if len(s) else math.nan for s in spans])

    def look(self, name: str, first: float | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(steps, values) of what was evaluated from step `first` (the present) on, where it was."""
        steps, values = self.looks.get("step", np.empty(0)), self.looks.get(name)
        if values is None:
            return np.empty(0), np.empty(0)
        good = np.isfinite(values) & (steps >= (self.looking if first is None else first))
        return steps[good], values[good]


def edges(first: int, last: int, count: int) -> list[tuple[int, int]]:
    """`count` equal stretches of the steps first ... last, each as (its first, its last)."""
    edges = [first + (last + 1 - first) * i // count for i in range(count + 1)]
    return [(a, b - 1) for a, b in zip(edges, edges[1:], strict=False)]


def _column(values: Any, n: int) -> np.ndarray:
    """A column as float64 (n,), all nan where it is missing; of any length where n is 0."""
    found = np.asarray(values, np.float64).reshape(-1)
    return found if len(found) == n or not n else np.full(n, np.nan)


def _looks(evaluations: Mapping[str, Sequence]) -> dict[str, np.ndarray]:
    return {
        name: np.array([v if isinstance(v, (int, float)) else math.nan for v in values], np.float64)
        for name, values in evaluations.items()
    }


def _lead(config: TrainConfig, value: np.ndarray) -> np.ndarray:
    """D's lead: 0 where it does as well as by always answering "cannot tell", 1 where it has won all there is to win.

    nan for an objective without a bound.
    """
    game, s = GAMES[config.objective], config.label_smoothing
    if game.most is None:
        return np.full(len(value), np.nan)
    most = game.most
    if s:  # D's aim of 1 - s on reals caps what it can win
        most = math.log1p(-s) if game.probability else -s * s / 2
    return (value - game.draw) / (most - game.draw)
