"""Counts how often the small files of runs are opened, for tests of what a look at them costs."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator

_counts: list[Counter] = []


def _opened(event: str, arguments: tuple) -> None:
    if event == "open" and str(arguments[0]).endswith((".json", ".jsonl")):
        for count in _counts:
            count[str(arguments[0])] += 1


sys.addaudithook(_opened)


@contextlib.contextmanager
def counted() -> Iterator[Counter]:
    """How often each of them is opened in this block, by any thread, whether it is there or not."""
    _counts.append(count := Counter())
    try:
        yield count
    finally:
        _counts.remove(count)
