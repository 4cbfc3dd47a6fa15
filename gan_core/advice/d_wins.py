"""D is all but perfect, and G gets nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from ..config import TrainConfig
from ..config.games import GAMES
from .finding import Kind, Remedy, Seen
from .progress import progress
from .remedies import balance, gradient_penalty, needs_bound, weight
from .view import LEAD, PIECES, View
from .wording import number, probability

FAINT = 0.1
"""G's gradient is faint below this part of the strongest it has had."""
HOPELESS = 0.02
"""Mean D(G(z)) below which the saturating loss passes G's gradient on less than this part of what D's slope would
give."""
CERTAIN = 0.97
"""The same as `LEAD` where no evaluation tells how G does and the curves alone must."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """D is nearly perfect, or G's gradient is gone, and G gets nowhere."""
    if v.early or "divergence" in found:
        return None
    far, stuck, where = progress(v)
    if far is False or stuck is False:
        return None  # a D that wins against a G that is good, or gets better, does its work
    faint, faint_words = _faint(v)
    if v.game.most is None:
        value = v.past("value")
        holds = faint and far is not None and v.level("value") > 0.5 * np.nanmax(value)
        says = f"The estimated distance stays at {number(v.level('value'))} in steps {v.since:,} to {v.last:,}"
    else:
        pieces = v.pieces("lead")
        pieces = pieces[np.isfinite(pieces)]
        sure = 1 - (1 - (LEAD if far else CERTAIN)) * v.ease
        # one piece may be an exception: a D that wins can stumble
        holds = len(pieces) >= PIECES // 2 and np.sort(pieces)[1] > sure and (bool(far) or faint)
        if v.game.probability:
            says = (
                f"D(x) is {probability(v.level('d_real'))} and D(G(z)) {probability(v.level('d_fake'))} on "
                f"average in steps {v.since:,} to {v.last:,}"
            )
        else:
            says = (
                f"D has won {v.level('lead'):.0%} of its possible lead in steps {v.since:,} to "
                f"{v.last:,} (0 %: D cannot tell)"
            )
    if not holds:
        return None
    more = "".join(f"; {words}" for words in (faint_words if faint else "", where) if words)
    return Seen(f"{says}{more}.", (v.since, v.last))


def _faint(v: View) -> tuple[bool, str]:
    """Whether G's gradient has collapsed against the strongest it was."""
    past = v.past("grad_norm_g")
    now = v.span("grad_norm_g", v.since, v.last)
    if not np.isfinite(past).any() or not len(now):
        return False, ""
    strongest, level = float(np.nanmax(past)), float(np.median(now))
    if v.game.saturates and v.level("d_fake") < HOPELESS * v.ease:
        return True, f"the saturating loss lets only {number(100 * v.level('d_fake'))} % of D’s slope through to G"
    return level < FAINT * v.ease * strongest, f"G’s gradient has fallen to {number(level)} from {number(strongest)}"


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """A loss that does not saturate, even rates, a smoother D, noise, a slower D."""
    even = balance(c) if c.lr_d > c.lr_g else {}
    once = {"k": 1} if c.k > 1 and not needs_bound(c) else {}
    rates = " and equal learning rates" if even else ""
    if GAMES[c.objective].saturates:
        yield (
            {"objective": "non-saturating", **even, **once},
            f"Use the non-saturating loss{rates}: once D is sure, the saturating loss passes no gradient to G, the "
            "non-saturating loss its largest.",
        )
    if even or once:
        what = " and ".join(
            w
            for w in ("equal learning rates" if even else "", "one update of D for each update of G" if once else "")
            if w
        )
        yield {**even, **once}, f"Use {what}: D learns much faster than G. Applies at once."
    if c.penalty == "none":
        penalty = gradient_penalty(c) if needs_bound(c) else {"penalty": "r1", "penalty_weight": weight(c)}
        yield (
            penalty | {"weight_clip": None},
            "Add a gradient penalty: a smooth D has a slope where G’s samples are, even far from the data.",
        )
    elif c.penalty_weight < 10 * weight(c):
        stronger = float(f"{max(3 * c.penalty_weight, weight(c)):.2g}")
        yield (
            {"penalty_weight": stronger},
            f"Raise the weight of the penalty to {stronger:g}: D becomes smoother and weaker. Applies at once.",
        )
    if not c.instance_noise:
        yield (
            {"instance_noise": 0.3 if not c.is_image else 0.1},
            "Add noise to all that D sees: real and fake then overlap, and D can no longer be perfect.",
        )
    lower = float(f"{c.lr_d / 4:.2g}")
    yield {"lr_d": lower}, f"Lower D’s learning rate to {lower:g}: G then has time to follow. Applies at once."


KIND = Kind(
    "D wins, G learns nothing",
    "D easily tells real from fake wherever G’s samples are, so D’s slope no longer shows G the way to the data.",
    detect,
    remedies,
)
