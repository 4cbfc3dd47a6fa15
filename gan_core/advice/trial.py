"""What a trial is: a game that reliably shows something, a question, and how to tell that it was answered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import TrainConfig

if TYPE_CHECKING:
    from ..runs import Run

STRETCH = 100
"""Steps that count as a run's present, and the fewest that anything is said about."""
START = 20
"""Steps that count as its beginning."""
SETTLED = 500
"""Steps after which a question about the end of a run is answered."""
NEWEST, BEFORE = 1200, 100
"""Records of a run that are read one by one, and some of those before: a long run costs no more than a short one."""


@dataclass(frozen=True)
class Result:
    """Whether the question is answered, a sentence that says by which numbers, and once it is, why that worked."""

    done: bool
    words: str
    why: str = ""


class Look:
    """The numbers of a run as the rules want them.

    config: as it is now, live changes included. step: the last one made.
    """

    def __init__(self, run: Run):
        self.config, self._rows, self._seen = run.present, run.window(NEWEST, BEFORE), run.evaluations()
        self._steps = self._rows["step"]
        self.step = int(self._steps[-1]) if len(self._steps) else 0

    def _span(self, name: str, which: np.ndarray) -> np.ndarray:
        values = self._rows[name][which].astype(np.float64)
        return values[np.isfinite(values)]

    def now(self, name: str) -> float:
        """Mean of a measure over the last `STRETCH` steps; nan where nothing was measured."""
        return _mean(self._span(name, self._steps > self.step - STRETCH))

    def early(self, name: str) -> float:
        """The same over the first `START` steps."""
        return _mean(self._span(name, self._steps <= START))

    def swing(self) -> float:
        """Standard deviation of D's mean score of reals less that of fakes, over the second half of the run."""
        late = self._steps > self.step / 2
        lead = (self._rows["d_real"] - self._rows["d_fake"])[late].astype(np.float64)
        lead = lead[np.isfinite(lead)]
        return float(lead.std()) if len(lead) else math.nan

    @property
    def over(self) -> bool:
        """Whether its last numbers are where it ends: all steps of a short run are made, `SETTLED` of a long one."""
        return self.step >= min(self.config.steps or SETTLED, SETTLED)

    def latest(self, name: str) -> float:
        """What the newest evaluation of G's samples found; nan where there is none."""
        found = [v for v in self._seen.get(name, ()) if isinstance(v, (int, float))]
        return float(found[-1]) if found else math.nan

    @property
    def samples(self) -> str:
        """Whose samples the evaluations look at, and how many."""
        return "2,500 samples of G’s average" if self.config.ema_half_life > 0 else "2,500 samples of G"

    def usual(self, name: str) -> float:
        """The mean over the evaluations of the last four fifths of the run."""
        steps = self._seen.get("step", [])
        found = [
            v
            for at, v in zip(steps, self._seen.get(name, ()), strict=False)
            if isinstance(v, (int, float)) and at >= 0.2 * self.step
        ]
        return _mean(np.array(found, np.float64))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


Shows = Callable[..., bool]
"""(look) -> whether it shows, in a race (look of side A, look of side B)."""
Done = Callable[[Look], Result]


@dataclass(frozen=True)
class Trial:
    """Something worth seeing.

    title: a few words. words: two sentences on what is seen, and why. question: one sentence, answered by changing
    settings. section: "plane" or "line". config: side A, or all there is. rival: the fields that side B of a race has
    otherwise, None where there is no race. shows(look, look of side B or None): whether the run or the race shows what
    `words` claim. done(look): whether this run answers the question. why: one sentence, said once it is answered.
    """

    title: str
    words: str
    question: str
    section: str
    config: TrainConfig
    shows: Shows
    done: Done
    why: str
    rival: dict[str, Any] | None = None

    @property
    def rival_config(self) -> TrainConfig | None:
        """Side B, None where there is no race."""
        return self.config.replace(**self.rival) if self.rival else None


def number(value: float) -> str:
    """A number for people: a real minus, as many digits as there is something to see."""
    if not math.isfinite(value):
        return "unknown"
    return (f"{value:.2f}" if abs(value) >= 0.095 or not value else f"{value:.1g}").replace("-", "−")


def percent(share: float) -> str:
    """A share for people."""
    return f"{100 * share:.0f} %" if math.isfinite(share) else "unknown"


def says(done: bool, yes: str, no: str) -> Result:
    """Whether it is done, in the words for that case; those of an open question say so first."""
    return Result(done, yes if done else f"Not yet: {no}")
