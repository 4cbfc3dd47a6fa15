"""Our end of the pipe to the process that answers pages' questions (renderer.py)."""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from typing import Any

from . import wire
from .child import Child

ENDED = "The process that draws pictures has ended; try again."


class AskError(RuntimeError):
    """A question that got no answer; the message is a sentence."""


@dataclass(frozen=True)
class Asked:
    """A question on its way. `future`: gets the answer; `seconds`: how long it may take."""

    renderer: Renderer
    number: int
    seconds: float
    future: Future = field(default_factory=Future)

    def answer(self) -> dict[str, Any]:
        """Waits for the answer. Raises AskError with a sentence, also where none comes in time."""
        try:
            found = self.future.result(self.seconds)
        except FutureTimeout:
            self.drop()
            raise AskError(f"No answer within {self.seconds:g} seconds; this machine is busy.") from None
        return self.checked(found)

    @staticmethod
    def checked(found: dict[str, Any]) -> dict[str, Any]:
        """An answer that says what went wrong as an AskError, any other as it is."""
        if "error" in found:
            raise AskError(found["error"])
        return found

    def drop(self) -> None:
        """Nobody waits for the answer any more."""
        self.renderer.drop(self.number)


class Renderer:
    """The renderer as its questioners see it: answers find their questions by number. Any thread may ask."""

    def __init__(self, child: Child):
        self.child = child
        self._numbers = itertools.count()
        self._pending: dict[int, Future] = {}
        self._questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ended = False
        child.give({"do": "serve"})
        for target in (self._read, self._write):
            threading.Thread(target=target, name="renderer", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._ended and self.child.alive

    def submit(self, question: dict[str, Any], seconds: float) -> Asked:
        """Asks, and does not wait for the answer. Raises AskError."""
        with self._lock:
            if self._ended:
                raise AskError(ENDED)
            asked = Asked(self, next(self._numbers), seconds)
            self._pending[asked.number] = asked.future
        try:
            message = wire.pack({"number": asked.number, "question": question, "seconds": seconds})
        except (TypeError, ValueError) as error:
            self.forget(asked.number)
            raise AskError(f"This request is not possible: {error}.") from None
        self._questions.put(message)
        return asked

    def drop(self, number: int) -> None:
        """Nobody waits for this answer any more: the work on it ends."""
        if self.forget(number):
            self._questions.put(wire.pack({"drop": number}))

    def forget(self, number: int) -> bool:
        """Whether an answer was still waited for; from now on it is not."""
        with self._lock:
            return self._pending.pop(number, None) is not None

    def _write(self) -> None:
        while not self._ended:
            message = self._questions.get()
            try:
                self.child.to.write(message)
                self.child.to.flush()
            except (OSError, ValueError):
                return  # the reader notices as well, and answers what is pending

    def _read(self) -> None:
        try:
            self.child.back.readline()  # "ready"
            while (message := wire.receive(self.child.back)) is not None:
                with self._lock:
                    future = self._pending.pop(message["number"], None)
                if future is not None:
                    future.set_result(message["answer"])
        except (OSError, ValueError):
            pass
        with self._lock:
            self._ended = True
            left, self._pending = list(self._pending.values()), {}
        for future in left:
            future.set_result({"error": ENDED})
