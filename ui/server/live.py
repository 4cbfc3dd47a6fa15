"""Everything that changes of a run while it trains, in one answer: status, curves, findings, history, place in line."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gan_core.config import data_kind
from gan_core.processes import fleet
from gan_core.runs import Snapshot, find

from ..shared import curves
from ..shared.findings import findings
from ..shared.history import history
from ..shared.recent import Recent
from .answers import NOT_KEPT, compact
from .moved import moved


def live(request: Request) -> Response:
    """Everything the Train page shows of a run, or 204 if nothing has changed since the sequence given.

    `events`: how many of its history the page knows; only later ones are sent.
    """
    run = find(request.path_params["id"])
    with_curves = request.query_params.get("curves") == "1"
    with _lock(run.id):
        now = run.snapshot()
        sequence, line = now.sequence, waiting(now) or asked(now)
        if line:
            sequence += "-" + "".join(str(len(v) if isinstance(v, list) else v) for v in line.values())
        if request.query_params.get("since") == sequence:
            return Response(status_code=204, headers=NOT_KEPT)
        kept = _bodies.get(run.id)
        if kept is None or kept[0] != sequence or (with_curves and not kept[1]):
            body = {
                "sequence": sequence,
                "status": status(now) | line,
                "frames": list(run.frames()),
                "layout": run.layout,
                "evaluations": evaluations(now),
                "findings": findings(now),
                "moved": moved(now),
            }
            if with_curves:
                summary = _summaries.keep(run.id, _summaries.get(run.id) or curves.Summary())
                summary.update(run.metrics)
                body["curves"] = summary.drawable()
            kept = _bodies.keep(run.id, (sequence, with_curves, compact(body), history(now)))
    known = request.query_params.get("events", "")
    return Response(_with_news(*kept[2:], known), media_type="application/json", headers=NOT_KEPT)


def _with_news(body: bytes, events: list[dict[str, Any]], known: str) -> bytes:
    """An object as JSON, with what is new of the history: from its place "from" on; all where too many are known."""
    start = int(known) if known.isdecimal() and len(known) < 10 else 0
    start = start if start <= len(events) else 0
    if start == len(events):
        return body
    return body[:-1] + b',"events":' + compact({"from": start, "rows": events[start:]}) + b"}"


_bodies: Recent[tuple[str, bool, bytes, list[dict[str, Any]]]] = Recent(16)
_summaries: Recent[curves.Summary] = Recent(16)
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_guard = threading.Lock()


def _lock(run_id: str) -> threading.Lock:
    """Held while a run's files are read, so that two readers do not parse the same metrics twice."""
    with _guard:
        return _locks[run_id]


def status(now: Snapshot) -> dict[str, Any]:
    """The run's status with what the views need beside it."""
    config = now.run.config
    return {
        **now.status,
        "active": now.is_active,
        "name": now.run.name,
        "is_image": config.is_image,
        "endless": data_kind(config.data).endless,
        "objective": config.objective,
        "latent_dim": config.latent_dim,
        "head_start": config.pretrain_d,
        "checkpoints": list(now.run.checkpoints()),
    }


def evaluations(now: Snapshot) -> dict[str, list]:
    """What was measured of G while the run trained, by column: few enough rows to be drawn."""
    found = now.evaluations
    every = 1 + len(found.get("step", [])) // curves.POINTS
    return {name: column[::-1][::every][::-1] for name, column in found.items()}


def asked(now: Snapshot) -> dict[str, Any]:
    """What a worker has been asked for and has not done yet: "pause" or "stop". A step can take many seconds."""
    return {"asked": now.asked} if now.asked else {}


def waiting(now: Snapshot) -> dict[str, Any]:
    """Where a queued run stands in line, the names of the runs before it, and how many seconds it waits at the most.

    Empty for one that is not queued.
    """
    if now.state != "queued":
        return {}
    queue = fleet.shared().queue(now)
    before = [one.run.name for one in queue.before(now.run.id)]
    return {"queue_position": queue.place(now.run.id), "waits_for": before, "waits": _rounded(queue.wait(now.run.id))}


def _rounded(wait: float | None) -> int | None:
    """A tenth more than estimated, in whole tens of seconds, later minutes: it is a limit, and no countdown."""
    unit = 10 if wait is None or wait < 120 else 60
    return None if wait is None else unit * math.ceil(1.1 * wait / unit)
