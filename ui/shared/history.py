"""What happened to a run besides training, as marks on its curves are told of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from gan_core.config import FIELDS, LIVE, ConfigError
from gan_core.runs import Snapshot

from .settings import label, show

TOLD = {
    *("started", "forked", "continued", "changed", "paused", "resumed"),
    *("finished", "stopped", "interrupted", "failed"),
}
"""Kinds of events that have a mark."""


def history(now: Snapshot) -> list[dict[str, Any]]:
    """{"what", "step"} of each event, oldest first, of a change also what changed; it only ever grows at its end."""
    return [told for event in now.events if (told := _told(event))]


def _told(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """An event as it is told; None for one that is nonsense, or of another version."""
    what, step = event.get("what"), event.get("step")
    if not isinstance(what, str) or what not in TOLD or type(step) is not int or step < 0:
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
