"""How often something may be done for what it costs."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator


class Rhythm:
    """Something that is done again and again, `share` of the time at most.

    It is due `least` seconds after the last time, later where it takes long, but `most` seconds after it at the latest.
    `at_once`: the first time is due now, not `least` seconds from now.
    """

    def __init__(self, least: float, share: float = math.inf, most: float = math.inf, at_once: bool = False):
        self.least, self.share, self.most = least, share, most
        self._last, self._cost = -math.inf if at_once else time.monotonic(), 0.0

    def due(self) -> bool:
        """Whether it is time again."""
        return time.monotonic() - self._last > min(self.most, max(self.least, self._cost / self.share))

    @contextlib.contextmanager
    def measured(self) -> Iterator[None]:
        """Around the doing: notes when it was and what it cost."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self._last = time.monotonic()
            self._cost = self._last - begin
