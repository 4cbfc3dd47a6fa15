"""Whether G is far from the data, and whether it comes closer."""

from __future__ import annotations

import numpy as np

from .view import View
from .wording import number

POOR_JSD, POOR_NEAREST = 0.35, 1.6
"""G is far from the data: half of the greatest JSD, ln 2; or fakes this many times further from the nearest real than
another real is."""
CLOSER = 0.85
"""G comes closer to the data where its distance over the second half of the present is below this part of that over the
first."""
NARROW = 0.4
"""Diversity, as a share of the data's, below which G repeats itself."""

ARRIVED_JSD, ARRIVED_NEAREST, ARRIVED_VARIETY = 0.1, 1.2, 0.8
"""Within this distance of the data, and at least as varied as this, G has little left to learn."""


def arrived(v: View) -> bool:
    """Whether G has come so close to the data that there is little left to learn, as far as anything tells."""
    variety = v.look("diversity")[1]
    if len(variety) and float(np.median(variety)) < ARRIVED_VARIETY:
        return False
    for name, close in (("jsd", ARRIVED_JSD), ("nearest", ARRIVED_NEAREST)):
        values = v.look(name)[1]
        if len(values):
            return float(np.median(values)) < close
    return False


def progress(v: View) -> tuple[bool | None, bool | None, str]:
    """Whether G is far from the data, whether it has come no closer lately, and both in words; None: nothing tells."""
    for name, poor, words in (
        ("jsd", POOR_JSD, "the JSD to the data"),
        ("nearest", POOR_NEAREST, "the distance to the nearest real image (1 between real images)"),
    ):
        steps, values = v.look(name)
        if len(values) < 2:
            continue
        half = len(values) // 2
        before, after = float(np.median(values[:half])), float(np.median(values[half:]))
        narrow = v.look("diversity")[1]
        far = after > poor or (len(narrow) > 0 and float(np.median(narrow)) < NARROW)
        said = f"went from {number(before)} to {number(after)} between steps {int(steps[0]):,} and {int(steps[-1]):,}"
        return far, after > CLOSER * before, f"{words} {said}"
    steps, values = v.look("diversity")
    if len(values) >= 2:
        level = float(np.median(values))
        if level < NARROW:
            return (
                True,
                float(values[-1]) < 1.25 * float(values[0]),
                f"the variety of G’s samples is {number(level)} times the data’s",
            )
    return None, None, ""
