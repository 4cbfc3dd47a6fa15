"""D answers everything alike and has lost its gradient: neither network can learn from it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import numpy as np

from ..config import TrainConfig
from ..config.games import HOLDS
from .finding import Kind, Remedy, Seen
from .progress import arrived
from .remedies import weight
from .view import PIECES, WARM_UP, View, edges
from .wording import number

SILENT_D, SILENT_G = 0.08, 0.12
"""A gradient is as good as gone below this part of what it was in the first steps. A D that lives keeps a fifth or
more, also where it cannot tell because G is perfect."""
GAP = 0.01
"""Difference of D's mean scores of reals and fakes in a batch, as a share of what a large one is, below which D answers
both alike."""
FLAT = 30.0
"""Times its fitting weight from which on R1 or R2 holds any D flat: that is no death."""
EARLY = 0.05
"""Share of a run, at least `WARM_UP` steps, that counts as its first steps."""
BLOCK = 25
"""Steps that are looked at together to find when it began."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """Reals and fakes get the same score, and both gradients are gone."""
    c = v.config
    flat = c.penalty != "none" and not HOLDS[c.penalty].at and c.penalty_weight > FLAT * weight(c)
    if v.early or flat or arrived(v):
        return None
    early = [_early(v, name) for name in ("grad_norm_d", "grad_norm_g")]
    limits: dict[str, float] = {"grad_norm_d": SILENT_D * early[0], "grad_norm_g": SILENT_G * early[1]}
    limits["gap"] = GAP * (v.game.far or 1.0) if v.game.most is not None else GAP * _early(v, "gap")
    if not all(math.isfinite(limit) for limit in limits.values()) or not min(early) > 0:
        return None
    limits = {name: limit * v.ease for name, limit in limits.items()}
    dead = [_dead(v, limits, a, b) for a, b in edges(v.since, v.last, PIECES)]
    known = [is_dead for is_dead in dead if is_dead is not None]
    if len(known) < PIECES // 2 or sum(known) < len(known) - 1 or not known[-1]:
        return None
    level = {name: float(np.median(v.span(name, v.since, v.last))) for name in limits}
    says = (
        f"D scores real samples and fakes the same, within {number(level['gap'])}, in steps {v.since:,} to {v.last:,}. "
        f"D’s gradient is {number(level['grad_norm_d'])} ({number(early[0])} in the first steps); "
        f"G’s is {number(level['grad_norm_g'])} ({number(early[1])} in the first steps)."
    )
    return Seen(says, (v.since, v.last), _begin(v, limits))


def _early(v: View, name: str) -> float:
    """The strongest but one of the medians over eight pieces of the first steps: one outburst does not count."""
    last = v.begin + max(WARM_UP, EARLY * (v.last - v.begin))
    spans = [v.span(name, a, b) for a, b in edges(v.begin, int(last), PIECES)]
    levels = sorted(float(np.median(span)) for span in spans if len(span))
    return levels[-2] if len(levels) > 1 else math.nan


def _dead(v: View, limits: dict[str, float], first: int, last: int) -> bool | None:
    """Whether D is dead in these steps; None where nothing was measured."""
    spans = {name: v.span(name, first, last) for name in limits}
    if not all(map(len, spans.values())):
        return None
    return all(float(np.median(spans[name])) <= limit for name, limit in limits.items())


def _begin(v: View, limits: dict[str, float]) -> int:
    """Step from which on it is so, but for single blocks."""
    first, alive = v.since, 0
    for a in range(v.last - BLOCK + 1, max(v.begin, 2 * v.since - v.last) - 1, -BLOCK):
        dead = _dead(v, limits, a, a + BLOCK - 1)
        if dead:
            first, alive = a, 0
        elif dead is False:
            alive += 1
            if alive == 2:
                break
    return first


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """Smaller rates, for a new run."""
    sound = 1e-3 if not c.is_image else 2e-4
    why = "Large steps have pushed D’s units to where they no longer respond, and smaller steps seldom bring them back."
    if c.lr_d > sound:
        yield {"lr_d": sound}, f"Start again with D’s learning rate at {sound:g}. {why}"
    if c.penalty == "none" and not c.clip:
        yield {"penalty": "r1", "penalty_weight": weight(c)}, f"Start again with R1. {why}"
    lower = float(f"{c.lr_d / 4:.2g}")
    yield {"lr_d": lower}, f"Start again with D’s learning rate at {lower:g}. {why}"


KIND = Kind(
    "D is dead",
    "D gives every sample the same score and no longer responds to training, so G has no slope to follow. That D "
    "cannot tell real from fake is no success here.",
    detect,
    remedies,
    lost="Undoing the change now seldom revives D, because D’s units no longer respond.",
)
