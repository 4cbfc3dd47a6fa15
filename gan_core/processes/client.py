"""Our end of the pipe to the process that answers pages' questions (renderer.py)."""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from . import wire
from .child import Child

ENDED = "The process that draws pictures has ended; try again."


class AskError(RuntimeError):
    """A question that got no answer; the message is a sentence."""


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

    def ask(self, question: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Its answer. Raises AskError with a sentence, also where none comes within `timeout` seconds."""
        future: Future = Future()
        with self._lock:
            if self._ended:
                raise AskError(ENDED)
            number = next(self._numbers)
            self._pending[number] = future
        try:
            self._questions.put(wire.pack({"number": number, "question": question}))
        except (TypeError, ValueError) as error:
            raise AskError(f"This cannot be asked: {error}.") from None
        try:
            found = future.result(timeout)
        except FutureTimeout:
            with self._lock:
                self._pending.pop(number, None)
            raise AskError(f"No answer within {timeout:g} seconds; this machine is busy.") from None
        if "error" in found:
            raise AskError(found["error"])
        return found

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
