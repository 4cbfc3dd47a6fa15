"""status.json while a process holds the run."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from .. import layout
from ..files import open_plain, read_json, write_json
from ..folder import Run
from ..status import holder

BEAT = 1.0
"""Seconds between two heartbeats."""


class StatusFile:
    """`values` are written when `write` is called, and every second for the heartbeat while the `with` block lasts.

    `tell` is called with them whenever they are written.
    """

    def __init__(self, run: Run, tell: Callable[[dict[str, Any]], None] | None = None):
        self.path, self.tell = run.folder / layout.STATUS, tell
        self.values: dict[str, Any] = {
            **(read_json(self.path) or {}),
            **holder(),
            "state": "starting",
            "message": "",
            "queue_position": None,
        }
        self._writing, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> StatusFile:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def write(self, **values: Any) -> None:
        """Writes the values, with these changed. Raises OSError."""
        self.values |= values
        with self._writing:
            self.values["heartbeat"] = time.time()
            write_json(self.path, self.values)
        if self.tell:
            self.tell(self.values)

    def last_word(self) -> None:
        """Writes the values as far as the disk lets it: over the old ones, where there is no room beside them."""
        try:
            self.write()
        except OSError:
            with contextlib.suppress(OSError), open_plain(self.path, os.O_RDWR, "r+b") as file:
                file.write(json.dumps(self.values).encode())
                file.truncate()

    def _beat(self) -> None:
        """Keeps the heartbeat going through a long step."""
        while not self._over.wait(BEAT):
            if time.time() - self.values.get("heartbeat", 0) > 0.9 * BEAT:
                with contextlib.suppress(OSError, RuntimeError), self._writing:
                    if not self._over.is_set():
                        self.values["heartbeat"] = time.time()
                        write_json(self.path, dict(self.values))
