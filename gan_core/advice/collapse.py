"""G repeats itself."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import numpy as np

from ..config import TrainConfig
from .finding import Kind, Remedy, Seen
from .progress import NARROW
from .remedies import balance, weight
from .view import WARM_UP, View
from .wording import number

LOST = 0.3
"""Evenness over the modes, as a share of the most it can be (ln K, all samples in one mode), above which modes are
lost."""
CLEAN = 0.3
"""Share of samples that must lie on modes before their number says anything."""
FELL, NOISE = 0.5, 2.0
"""Fakes this far from the nearest real (1: as another real) are no samples yet, unless G was twice as diverse
before."""
WIDENS = 1.25
"""Modes are still being found where the evenness over the first half of the present is this many times that over the
second."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """G repeats itself: far less diverse than the data, or in few of its modes, and not on its way out."""
    if v.learned < 1.5 * WARM_UP or {"divergence", "d-dead"} & set(found):
        return None
    steps, diversity = v.look("diversity")
    if len(diversity) < 2:
        return None
    level, best = float(np.median(diversity)), float(np.max(v.look("diversity", 0)[1]))
    nearest = v.look("nearest")[1]
    resembles = len(nearest) > 0 and float(np.median(nearest)) < NOISE
    if "d-wins" in found and best < NARROW and not resembles:
        return None  # it has not fallen in, it never came out
    before, earlier = v.look("diversity", 0)
    earlier = earlier[(before >= (v.begin + v.looking) / 2) & (before < v.looking)]
    # going on as it went, would it be out of it after as many steps again?
    widens = len(earlier) == 0 or 2 * level - float(np.median(earlier)) > NARROW * v.ease
    fell = len(earlier) > 0 and level < FELL * best
    # noise is of one kind too: an untrained G has learnt nothing that it could repeat
    empty = len(nearest) > 0 and not resembles and not fell
    if level < NARROW * v.ease and not widens and not empty:
        says = (
            f"G’s samples are {level:.0%} as spread out as the data (median of steps {int(steps[0]):,} "
            f"to {int(steps[-1]):,})"
        )
        says += f", {_modes(v)}" if _modes(v) else ""
        return Seen(f"{says}.", (int(steps[0]), int(steps[-1])))
    steps, kl = v.look("reverse_kl")
    total, clean = v.look("modes_total")[1], v.look("high_quality")[1]
    if len(kl) >= 2 and len(total) and len(clean):
        half = len(kl) // 2
        most, level = math.log(total[-1]), float(np.median(kl))
        improves = np.median(kl[half:]) < np.median(kl[:half]) / (WIDENS * v.ease)
        if level > LOST * most / v.ease and np.median(clean) > CLEAN / v.ease and not improves:
            says = (
                f"{_modes(v)} (median of steps {int(steps[0]):,} to {int(steps[-1]):,}; evenness over modes "
                f"{number(level)}, 0 where all get the same, at most {number(most)})."
            )
            return Seen(says[0].upper() + says[1:], (int(steps[0]), int(steps[-1])))
    return None


def _modes(v: View) -> str:
    modes, total = v.look("modes")[1], v.look("modes_total")[1]
    return f"in {np.median(modes):.0f} of {total[-1]:.0f} modes" if len(modes) and len(total) else ""


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """Relativistic pairs with R1 + R2, even rates, a D that sees variety, a slower G."""
    even = balance(c)
    rates = ", with equal learning rates" if even else ""
    if c.objective != "relativistic" or c.penalty != "r1+r2":
        changes = {
            "objective": "relativistic",
            "penalty": "r1+r2",
            "penalty_weight": weight(c),
            "penalty_every": 1,
            "label_smoothing": 0.0,
            "weight_clip": None,
            **even,
        }
        yield (
            changes,
            f"Score each real sample against a fake and keep D’s slope small at both (relativistic, R1 + R2){rates}: "
            "G’s gradient then also points to missing modes.",
        )
    if even:
        yield (
            even,
            "Give both networks equal learning rates, because G learns faster than D can follow. Applies at once.",
        )
    if c.packing == 1:
        yield {"packing": 2}, "Let D rate two samples together: a pair that looks alike shows that G repeats itself."
    if not c.minibatch_stddev:
        yield (
            {"minibatch_stddev": True},
            "Tell D how much the samples of a batch differ, so that D can tell when G repeats itself.",
        )
    lower = float(f"{c.lr_g / 4:.2g}")
    yield {"lr_g": lower}, f"Lower G’s learning rate to {lower:g}, so that D can follow. Applies at once."


KIND = Kind(
    "G has collapsed",
    "G has found a few samples that D accepts and makes only those; the rest of the data is not learnt.",
    detect,
    remedies,
)
