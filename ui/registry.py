"""Runs by id, opened once and shared by all pages and routes of the server."""

from __future__ import annotations

import threading
from collections import defaultdict

from gan_core.runs import Run, RunError, runs_dir

_open: dict[str, tuple[int, Run]] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_guard = threading.Lock()


class UnknownRun(LookupError):
    """There is no such run, or its folder cannot be read; the text is a sentence for people."""


def find(run_id: str) -> Run:
    """The run of that id. The id comes from an address: it is compared with the folders that exist, never joined to a path."""
    folder = next((f for f in _folders() if f.name == run_id), None)
    with _guard:
        if folder is None:
            _open.pop(run_id, None)
            raise UnknownRun(f"There is no run called “{run_id[:80]}” here.")
        try:
            # the head is written again when the worker knows the layout, or the schedule is made longer
            written = (folder / "config.json").stat().st_mtime_ns
            if run_id not in _open or _open[run_id][0] != written:
                _open[run_id] = (written, Run.open(folder))
            return _open[run_id][1]
        except (RunError, OSError, ValueError) as error:
            raise UnknownRun(f"The run “{run_id[:80]}” cannot be opened: {error}") from None


def lock(run_id: str) -> threading.Lock:
    """Held while a run's files are read, so that two readers do not parse the same metrics twice."""
    with _guard:
        return _locks[run_id]


def _folders() -> list:
    try:
        return [f for f in runs_dir().iterdir() if f.is_dir()]
    except OSError:
        return []
