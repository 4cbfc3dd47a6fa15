"""Runs by id, for pages and routes."""

from __future__ import annotations

import threading
from collections import defaultdict

from gan_core import runs
from gan_core.runs import Run, RunError

_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_guard = threading.Lock()


class UnknownRun(LookupError):
    """There is no such run, or its folder cannot be read; the text is a sentence for people."""


def find(run_id: str) -> Run:
    """The run of that id, which may come from an address. Raises UnknownRun."""
    try:
        return runs.find(run_id)
    except RunError as error:
        raise UnknownRun(str(error)) from None


def lock(run_id: str) -> threading.Lock:
    """Held while a run's files are read, so that two readers do not parse the same metrics twice."""
    with _guard:
        return _locks[run_id]
