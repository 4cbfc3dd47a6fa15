"""A line in which questions wait for one another, and out of which they can be taken again, even half answered."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Hashable

MOST = 32
"""Questions that may wait in one line."""
LATE = "No answer in time; this machine is busy, or the question is too large for it."
FULL = "Too many questions wait for an answer at present; try again in a moment."


class Dropped(BaseException):
    """Raised in the thread that answers a question when nobody waits for its answer any more."""


class Line:
    """Answers in a thread of its own, in order, each until its deadline (`time.monotonic()`) at the latest.

    What is answered is a function; `reply(number, its result or None for one that was dropped)` takes the result.
    """

    def __init__(self, name: str, reply: Callable[[Hashable, object | None], None]):
        self._reply = reply
        self._waiting: dict[Hashable, tuple[Callable[[], object], float]] = {}
        self._now: Hashable | None = None
        self._until = 0.0
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def submit(self, number: Hashable, work: Callable[[], object], until: float) -> bool:
        """Puts one at the end of the line; False where the line is full."""
        with self._change:
            if len(self._waiting) >= MOST:
                return False
            self._waiting[number] = work, until
            self._change.notify()
            return True

    def drop(self, number: Hashable) -> None:
        """Takes one out of the line, and ends the work on it where that has begun."""
        with self._change:
            if self._waiting.pop(number, None) is None and number == self._now:
                self._interrupt()

    def drop_late(self) -> float:
        """Drops those whose deadline has passed; returns for how many seconds the one in work has been overdue."""
        with self._change:
            now = time.monotonic()
            late = [number for number, (_, until) in self._waiting.items() if now > until]
            for number in late:
                del self._waiting[number]
            overdue = now - self._until if self._now is not None else 0.0
            if overdue > 0:
                self._interrupt()
        for number in late:
            self._reply(number, None)
        return overdue

    def _interrupt(self) -> None:
        """Raises `Dropped` in the thread at its next instruction: work of any kind ends there, without asking."""
        ident, error = ctypes.c_ulong(self._thread.ident or 0), ctypes.py_object(Dropped)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, error)

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._waiting:
                    self._change.wait()
                number = next(iter(self._waiting))
                work, self._until = self._waiting.pop(number)
                self._now = number
            found = None
            try:
                try:
                    found = work()
                finally:
                    self._over()
            except Dropped:
                found = None
                self._over()
            self._reply(number, found)

    def _over(self) -> None:
        """From now on an interruption would hit the next question."""
        with self._change:
            self._now = None
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), None)
