"""A process of ours, at the other end of two pipes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, cast


class Child:
    """A process that imports torch and then waits for its task (worker.py).

    It leaves when the pipe to it ends, however this process ends. to, back: the pipes. process: for its id and end.
    """

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gan_core.processes.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is for the server, which then closes the pipes
            env={**os.environ, "PYTHONPATH": path},
        )
        self.to, self.back = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)

    @property
    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self.process.poll() is None

    def give(self, task: dict[str, Any]) -> None:
        """Says what it is to be. Raises OSError where it has died."""
        self.to.write(json.dumps(task).encode() + b"\n")
        self.to.flush()

    def let_go(self) -> None:
        """Ends the pipe to it, upon which it saves and leaves."""
        with contextlib.suppress(OSError):
            self.to.close()
