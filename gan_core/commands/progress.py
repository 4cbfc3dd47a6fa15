"""How a training is told of on a terminal and in a log."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import Any, TextIO

EVERY = 5.0
"""Seconds between two lines."""
WIDTH = 24
"""Characters of the bar."""


class Lines:
    """Progress as plain lines, every few seconds, for logs."""

    def __init__(self) -> None:
        self.told = time.monotonic()

    def __call__(self, status: dict[str, Any]) -> None:
        """Takes note of a status."""
        if status["state"] == "training" and time.monotonic() - self.told > EVERY:
            self.told = time.monotonic()
            say(line(status), sys.stdout)

    def close(self) -> None:
        """Leaves everything as it is."""


class Bar:
    """Progress as one line that is redrawn on a terminal."""

    def __call__(self, status: dict[str, Any]) -> None:
        """Takes note of a status."""
        if status["state"] in ("training", "paused") and status.get("total_steps"):
            done = int(WIDTH * status["step"] / status["total_steps"])
            bar = "█" * done + "·" * (WIDTH - done)
            say(f"\r\x1b[K[{bar}] {line(status)}", sys.stderr, end="")

    def close(self) -> None:
        """Takes the line away."""
        say("\r\x1b[K", sys.stderr, end="")


def say(words: str, stream: TextIO, end: str = "\n") -> None:
    """Prints it. No training ends because nobody is there any more, or because a terminal does not know a letter."""
    try:
        print(words, end=end, file=stream, flush=True)
    except UnicodeEncodeError:
        plain = words.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii")
        print(plain, end=end, file=stream, flush=True)
    except OSError:
        with contextlib.suppress(OSError, ValueError):  # what is left in the buffer goes the same way at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def line(status: dict[str, Any]) -> str:
    """A status in words."""
    left = f" · {duration(status['eta'])} left" if status.get("eta") is not None else ""
    progress = f"step {status['step']:,} of {status['total_steps']:,} · epoch {status['epoch']}"
    return f"{status['state']} · {progress} · {status['images_per_second']:,.0f} images/s{left}"


def duration(seconds: float) -> str:
    """h:mm:ss or m:ss."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
