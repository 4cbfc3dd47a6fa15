"""What the diagnosis finds wrong with a run, for the route that shows it and the page that applies a remedy."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from gan_core.advice import diagnosis
from gan_core.runs import Snapshot

from .recent import Recent

PAUSE = 2.0
"""Seconds between two looks at a run that trains."""


def findings(now: Snapshot) -> list[dict[str, Any]]:
    """What `diagnosis.of_run` finds wrong with a run, looked for every two seconds at most while it trains.

    `at_once`: a running worker can take the remedy on.
    """
    clock, kept = time.monotonic(), _kept.get(now.run.id)
    if kept is None or (kept[0] != now.sequence and (clock - kept[1] > PAUSE or not now.is_active)):
        past = _past.get(now.run.id) or _past.keep(now.run.id, diagnosis.Past())
        found = [dataclasses.asdict(one) | {"at_once": one.live} for one in diagnosis.of_run(now, past)]
        kept = _kept.keep(now.run.id, (now.sequence, clock, found))
    return kept[2]


_past: Recent[diagnosis.Past] = Recent(64)
_kept: Recent[tuple[str, float, list[dict[str, Any]]]] = Recent(64)
