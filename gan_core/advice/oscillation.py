"""The two networks chase each other in circles."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..config import TrainConfig
from ..config.games import GAMES
from .finding import Kind, Remedy, Seen
from .remedies import gradient_penalty, needs_bound, slower, weight
from .view import View
from .wording import number

SWINGS = 4
"""Times that a mean must go from its upper to its lower level or back."""
AMPLITUDE = 0.45
"""Deviation of the swinging mean, in units of the spread of D's output over single samples: what is small against it
does not matter to D."""
STANDS_OUT = 10.0
"""Its variance, in units of what independent noise of the single steps would give."""
VISIBLE = 0.02
"""Height of swings of a probability that is worth a word."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """D's scores swing up and down, slowly, again and again: the two networks chase each other."""
    if v.early or {"divergence", "d-dead"} & set(found):
        return None
    first, game = v.long, v.game
    # without a target D's level is free, the hinge's as long as it stays between its two kinks
    names = ("d_fake", "d_real") if game.target else ("value",)
    seen = [s for s in (_swing(v, name, first) for name in names) if s is not None]
    if len(seen) < len(names):
        return None
    best = max(seen, key=lambda s: s.effect)
    if not all(s.turns >= SWINGS and s.noise > STANDS_OUT / v.ease for s in seen) or best.effect < AMPLITUDE / v.ease:
        return None
    if game.probability and best.high - best.low < VISIBLE:
        return None
    name = (
        {"d_fake": "D(G(z))", "d_real": "D(x)"}[best.name]
        if game.probability
        else {"d_fake": "D’s mean score of fakes", "d_real": "D’s mean score of real samples", "value": game.value}[
            best.name
        ]
    )
    says = (
        f"{name} swung between {number(best.low)} and {number(best.high)}, {best.turns} times up or down, in "
        f"steps {first:,} to {v.last:,}"
    )
    return Seen(f"{says}: each way takes about {(v.last - first) / best.turns:,.0f} steps.", (first, v.last))


@dataclass(frozen=True)
class _Swing:
    """How a mean moves: from `low` to `high`, `turns` times there or back.

    low, high: 10th and 90th percentile of its means over short pieces. effect: deviation of these means in units of the
    spread of D's output over single samples. noise: their variance in units of what independent steps would give.
    """

    name: str
    low: float
    high: float
    turns: int
    effect: float
    noise: float


def _swing(v: View, name: str, first: int) -> _Swing | None:
    count = min(96, (v.last - first + 1) // 8)
    if count < 32:
        return None
    a = int(np.searchsorted(v.steps, first))
    good = np.isfinite(v.columns[name][a:])
    values, piece = v.columns[name][a:][good], ((v.steps[a:][good] - first) * count // (v.last + 1 - first)).astype(int)
    many = np.bincount(piece, minlength=count)
    full = many >= 4
    if full.sum() < 0.9 * count:
        return None
    means = np.bincount(piece, values, count)[full] / many[full]
    # the noise of single steps, from neighbours, so that the swing itself is not in it
    apart = np.diff(values)[np.diff(piece) == 0]
    step = float((apart**2).mean()) / 2
    noise, single = step / float(many[full].mean()), step * v.config.batch_size / v.config.packing
    x = np.arange(len(means))
    rest = means - np.polyval(np.polyfit(x, means, 1), x)
    low, high = np.percentile(rest, [10, 90])
    if rest[-len(rest) // 3 :].std() < 0.3 * rest.std():
        return None  # it has died down
    state, turns = 0, 0
    for r in (rest - (low + high) / 2) / max(high - low, 1e-12):
        now = int(r > 0.25) - int(r < -0.25)
        if now and now != state:
            turns += state != 0
            state = now
    bottom, top = np.percentile(means, [10, 90])
    return _Swing(
        name,
        float(bottom),
        float(top),
        turns,
        math.sqrt(rest.var() / max(single, 1e-24)),
        rest.var() / max(noise, 1e-24),
    )


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """A penalty that damps, less momentum, smaller steps, rates that fall."""
    memory = {"beta1": 0.5} if c.beta1 > 0.5 else {}
    and_memory = ", with less momentum in Adam (β₁ = 0.5)" if memory else ""
    if c.penalty == "none":
        changes: dict[str, Any] = {"penalty": "r1", "penalty_weight": weight(c), "weight_clip": None, **memory}
        words = f"Add R1{and_memory}: R1 damps the circling, and the plain game then converges."
        if needs_bound(c):
            changes |= gradient_penalty(c) | {"k": max(c.k, 3)}
            words = (
                f"Replace clipping by the gradient penalty and let D learn more often{and_memory}: a critic that "
                "stays close to the best one does not circle."
            )
        elif GAMES[c.objective].pairs:
            changes["penalty"] = "r1+r2"
            words = (
                f"Add R1 + R2{and_memory}: the penalties damp the circling, and the relativistic game then converges."
            )
        yield changes, words
    if memory:
        yield memory, "Lower Adam’s momentum (β₁ = 0.5): with much momentum the networks overshoot each other."
    yield slower(c, 0.3)
    if c.anneal == "none":
        yield (
            {"anneal": "cosine", "ema_half_life": c.ema_half_life or 10_000},
            "Let the learning rates fall to 0, and show the average of G: the circles then become smaller and smaller.",
        )


KIND = Kind(
    "The networks go in circles",
    "G moves to where D is wrong, D follows, and G moves on: neither settles, and the samples depend on when you stop.",
    detect,
    remedies,
)
