"""What every step of a training measures: one tuple that the trainer fills, the run stores and the charts draw."""

from __future__ import annotations

import math
from typing import NamedTuple


class Measures(NamedTuple):
    """The measures of one step; nan for what the step did not measure (an update of D alone has no loss of G).

    loss_d, loss_g: what each network minimised. value: what D maximises, V(G, D) in the original game. d_real: mean
    D(x), or the mean score of a critic. d_fake, d_fake_after: mean D(G(z)) before and after D's update. grad_norm_d,
    grad_norm_g: length of each network's gradient. penalty: the gradient penalty before its weight.
    """

    loss_d: float = math.nan
    loss_g: float = math.nan
    value: float = math.nan
    d_real: float = math.nan
    d_fake: float = math.nan
    d_fake_after: float = math.nan
    grad_norm_d: float = math.nan
    grad_norm_g: float = math.nan
    penalty: float = math.nan


MEASURES = Measures._fields
"""Their names, in the order of the tuple."""

COLUMNS: dict[str, str] = {
    "step": "<i8",
    "epoch": "<i4",
    **dict.fromkeys(MEASURES, "<f4"),
    "images_per_second": "<f4",
    "seconds": "<f8",
}
"""What a run keeps of each step, by name, with NumPy's type string."""
