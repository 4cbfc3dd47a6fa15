"""Whether the next step is due: at the speed asked for, and beside the other side of a race; and the speed of late."""

from __future__ import annotations

import contextlib
import time
from collections import deque

from ..catalogue import find
from ..control import Control
from ..files import RunError
from ..folder import Run
from ..status import TRAINS

FLUSH = 0.25
"""Seconds between two writes of metrics and status: what a kill can lose, and how old the status of a run may be."""
LOOK = 0.05
"""Seconds between two looks at the other side of a race."""
NAP = 0.02
"""Seconds between two looks at what is asked, while nothing is to be done."""

LATELY = 10.0
"""Seconds over which the speed of a training is taken."""
WARM = 2.0
"""Seconds from the first step on that say nothing about the time that is left: caches fill, pictures come thick."""
KNOWN, ENOUGH = 4.0, 5
"""Seconds, and steps, that have to be seen after these before the time that is left is told."""
LONG = 60.0
"""Seconds over which the speed is taken that the time left follows from."""


class Speed:
    """Steps a second of late, by the clock on the wall.

    Pictures, evaluations, saving and waiting count: all of them take the time of whoever waits for the end.
    """

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._steady: deque[tuple[float, int]] = deque()
        self._moved: float | None = None

    def note(self, step: int) -> None:
        """The training is at this step now."""
        now = time.monotonic()
        first = self._marks[0][1] if self._marks else step
        for marks, span in ((self._marks, LATELY), (self._steady, LONG)):
            marks.append((now, step))
            while len(marks) > 2 and marks[1][0] < now - span:
                marks.popleft()
        if self._moved is None and step > first:
            self._moved = now
        if self._moved is None or now < self._moved + WARM:
            self._steady.clear()

    def forget(self) -> None:
        """What comes now may go at another speed."""
        self._marks.clear()
        self._steady.clear()
        self._moved = None

    @property
    def steps_a_second(self) -> float:
        """0 where no step has been seen to be made."""
        if not self._marks:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - begin) if end > begin else 0.0

    def left(self, steps: int) -> float | None:
        """Seconds that so many steps will take: as these took in the last minute; None before that is known."""
        if not self._steady:
            return None
        (begin, first), (end, last) = self._steady[0], self._steady[-1]
        if end - begin < KNOWN or last - first < ENOUGH:
            return None
        return steps * (end - begin) / (last - first)


class Pace:
    """Holds a run back."""

    def __init__(self, run: Run):
        self.run = run
        self._due = self._looked = time.monotonic()
        self._other: float | None = None

    def delay(self, step: int, asked: Control) -> float:
        """Seconds to wait before asking again whether the step after `step` is due; 0 where it is, and counts as made.

        A step that came late does not hurry the next ones.
        """
        now, speed = time.monotonic(), asked["speed"]
        if (speed and now < self._due) or self._leads(step, asked["beside"], now):
            return min(NAP, max(0.001, self._due - now)) if speed else NAP
        if speed:
            self._due = max(self._due + 1 / speed, now)
        return 0.0

    def _leads(self, step: int, beside: str | None, now: float) -> bool:
        """Whether this run is further than the one beside it, by more than that one's status may be old."""
        if beside is None:
            return False
        if now - self._looked > LOOK:
            self._looked, self._other = now, None
            with contextlib.suppress(RunError, OSError):
                status = find(beside, self.run.folder.parent).status
                if status["state"] in ("queued", *TRAINS):
                    # it may have come so much further since it wrote this
                    self._other = status["step"] + max(1.0, FLUSH * float(status.get("steps_per_second") or 0.0))
        return self._other is not None and step > self._other
