"""Losses, scores, gradients or samples run away."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

import numpy as np

from ..config import TrainConfig
from .finding import Kind, Remedy, Seen
from .progress import progress
from .remedies import gradient_penalty, needs_bound, slower, weight
from .view import LEAD, PIECES, View, edges
from .wording import number

FACTOR = 30.0
"""Times a run's own early level that make a quantity one that runs away."""
START = 20
"""First steps of a run, against which an unbounded critic has run away where it passed the square of that."""
WORSE = 10.0
"""Times worse than a D that always answers "cannot tell"."""
APART = 5.0
"""Times the data's own spread beyond which G's points have flown apart."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """Losses, scores, gradients or samples that run away."""
    broken = (
        re.search(r"[Aa]t step ([\d,]+) the (.+?) stopped being finite", str(v.status.get("message", "")))
        if v.status.get("state") == "failed"
        else None
    )
    if broken:
        step = int(broken[1].replace(",", ""))
        return Seen(f"At step {step:,} the {broken[2]} stopped being finite.", (step, step))
    if v.early or "d-dead" in found:
        return None
    bounded = v.game.most is not None
    if bounded:
        # an outburst stays a finding until G is well again
        since = v.begin if progress(v)[0] else v.long
        loss, coin = -v.pieces("value", since, v.last, 2 * PIECES), -v.game.draw
        if np.isfinite(loss).any() and np.nanmax(loss) > WORSE * coin:
            worst = int(np.nanargmax(loss))
            first, last = edges(since, v.last, 2 * PIECES)[worst]
            says = (
                f"D’s loss was {number(loss[worst])} on average in steps {first:,} to {last:,}; a D that "
                f"cannot tell has a loss of {number(coin)}."
            )
            return Seen(says, (first, last))
    # where D is winning, its scores and the loss of G grow as they should
    if not v.level("lead") > LEAD:
        open_game = ~(v.past("lead") > LEAD)
        watched = {"grad_norm_d": "D’s gradient"}
        if not v.game.plain_score:
            watched = {"loss_g": "the loss of G"} | watched
        if not bounded:
            watched |= {"value": "the estimated distance", "grad_norm_g": "G’s gradient"}
        for name, words in watched.items():
            past = v.past(name)
            early = past[: len(past) // 4][open_game[: len(past) // 4]]
            now = np.array(
                [
                    np.median(np.abs(part)) if len(part := v.span(name, a, b)) else math.nan
                    for a, b in edges(v.since, v.last, 4)
                ]
            )
            if not np.isfinite(early).any() or not np.isfinite(now).all():
                continue
            level, until = float(np.sort(now)[1]), v.begin + (v.last - v.begin) // 4
            usual, times = float(np.nanmedian(early)), FACTOR
            if not bounded and name != "value" and not level > times * usual:
                # a critic can have run away within its first hundred steps
                start = np.abs(v.span(name, v.begin, v.begin + START))
                usual, times, until = float(np.median(start)) if len(start) else math.nan, FACTOR**2, v.begin + START
            if level > times * usual > 0:
                says = (
                    f"In absolute terms {words} was {number(usual)} up to step {until:,} and is "
                    f"{number(float(np.median(now)))} in steps {v.since:,} to {v.last:,}."
                )
                return Seen(says, (v.since, v.last))
    steps, spread = v.look("diversity")
    if len(spread) and spread.min() > APART and not v.config.is_image:
        says = (
            f"G’s samples are {number(float(np.median(spread)))} times as spread out as the data in steps "
            f"{int(steps[0]):,} to {int(steps[-1]):,}."
        )
        return Seen(says, (int(steps[0]), int(steps[-1])))
    return None


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """Bound the critic's slope where nothing does, smaller steps, R1."""
    sound = 1e-3 if not c.is_image else 2e-4
    calm = {"lr_d": min(c.lr_d, sound), "lr_g": min(c.lr_g, sound)}
    if needs_bound(c) and not c.clip and not c.bounded:
        yield (
            gradient_penalty(c) | calm,
            "Add the gradient penalty: without a bound on its slope, a Wasserstein critic’s scores grow without limit.",
        )
    if max(c.lr_d, c.lr_g) > sound:
        yield (
            calm,
            f"Lower the learning rates to at most {sound:g}: each step overshoots by more than the last. Applies at "
            "once, and before you continue.",
        )
    if c.penalty == "none":
        yield (
            {"penalty": "r1", "penalty_weight": weight(c)},
            "Add R1, which keeps D’s slope at the data small, so that D’s scores cannot run away.",
        )
    yield slower(c, 0.1)


KIND = Kind(
    "The numbers run away",
    "Each update makes the next one larger. What the networks had learnt is being lost.",
    detect,
    remedies,
)
