"""What happened to a run besides training, as marks on its curves are told of it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from typing import Any

from gan_core.config import FIELDS, LIVE, ConfigError
from gan_core.runs import Snapshot

from .settings import label, show

TOLD = {"started", "forked", "continued", "changed", "finished", "stopped", "interrupted", "failed"}
"""Kinds of events that are told as they are."""
STOOD = 10.0
"""Seconds between a pause and going on from which a pause is told; a shorter one was for a step or two."""


def history(now: Snapshot) -> list[dict[str, Any]]:
    """{"what", "step"} of each event, oldest first, of a change also what changed; it only ever grows at its end.

    A pause that lasted is one event, told when it is over: {"what": "paused", "step", "seconds"}.
    """
    found, paused = list[dict[str, Any]](), None
    for event in now.events:
        if event.get("what") == "resumed" and paused:
            if (seconds := _between(paused, event)) >= STOOD:
                found.append({"what": "paused", "step": paused["step"], "seconds": round(seconds)})
            paused = None
        elif event.get("what") == "paused":
            paused = event if _is_step(event.get("step")) else None
        elif told := _told(event):
            found.append(told)
            # a change is made at once, also while a run stands still
            paused = paused if told["what"] == "changed" else None
    return found


def _is_step(step: object) -> bool:
    return type(step) is int and step >= 0


def _between(first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
    """Seconds between two events; 0 where they do not say when they were."""
    begin, end = first.get("time"), second.get("time")
    if not (isinstance(begin, (int, float)) and isinstance(end, (int, float))):
        return 0.0
    return end - begin if math.isfinite(end - begin) else 0.0


def _told(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """An event as it is told; None for one that is nonsense, or of another version."""
    what, step = event.get("what"), event.get("step")
    if not isinstance(what, str) or what not in TOLD or not _is_step(step):
        return None
    told = {"what": what, "step": step}
    if what != "changed":
        return told
    was = event.get("was")
    before = was if isinstance(was, dict) else {}
    changes = [
        {"field": label(name), "was": _shown(name, before.get(name)), "now": now}
        for name in LIVE
        if (now := _shown(name, event.get(name)))
    ]
    return told | {"changes": changes} if changes else None


def _shown(name: str, value: Any) -> str:
    """A value of a field in words; "" for one that it cannot have, or that is not told."""
    with contextlib.suppress(ConfigError):
        return show(name, FIELDS[name].accepts.check(name, value))
    return ""
