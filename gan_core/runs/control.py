"""What is asked of the worker that holds a run: control.json, whose every part may be missing or nonsense."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from ..config import LIVE
from . import layout
from .disk import told
from .files import read_json, write_json

TURNS = ("both", "d", "g")
"""What a single step may be: a whole one, or one update of one network."""

_ASKING = threading.Lock()
"""Two tabs that ask at once must not lose each other's wish."""


class Control(TypedDict):
    """All that can be asked.

    pause, stop: hold, or save and end. turns: single steps asked for since the run began, by kind. live: fields of
    `config.LIVE` with their new values. beside: id of the run to keep step with, None for none. speed: most steps a
    second, 0 for as many as there can be.
    """

    pause: bool
    stop: bool
    turns: dict[str, int]
    live: dict[str, Any]
    beside: str | None
    speed: float


def read_control(folder: Path) -> Control:
    """What is asked at present."""
    return control_from(read_json(folder / layout.CONTROL) or {})


def control_from(raw: dict[str, Any]) -> Control:
    """A control file's content, whatever of it can be used."""
    live, beside, speed = raw.get("live"), raw.get("beside"), raw.get("speed")
    return {
        "pause": raw.get("pause") is True,
        "stop": raw.get("stop") is True,
        "turns": turns_from(raw.get("turns")),
        "live": {name: live[name] for name in LIVE if name in live} if isinstance(live, dict) else {},
        "beside": beside if isinstance(beside, str) else None,
        "speed": float(speed) if isinstance(speed, (int, float)) and 0 < speed < 1e6 else 0.0,
    }


def turns_from(raw: Any) -> dict[str, int]:
    """Counts of single steps by kind, whatever of them can be used."""
    counts = raw if isinstance(raw, dict) else {}
    return {turn: n if isinstance(n := counts.get(turn), int) else 0 for turn in TURNS}


@contextlib.contextmanager
def changed_control(folder: Path) -> Iterator[Control]:
    """What is asked at present, written back when the block has changed it. Raises RunError where it cannot be."""
    with _ASKING:
        asked = read_control(folder)
        yield asked
        with told(folder):
            write_json(folder / layout.CONTROL, asked)
