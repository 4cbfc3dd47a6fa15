"""How a run is, as its status.json says, and whether the process that holds it lives."""

from __future__ import annotations

import math
import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import layout
from .disk import told
from .files import read_json, write_json
from .lock import is_locked

if TYPE_CHECKING:
    from .folder import Run

TRAINS = ("starting", "training")
"""States in which a run takes a place on this machine."""
ACTIVE = (*TRAINS, "paused")
"""States in which a worker process holds the run."""
STATES = ("queued", *ACTIVE, "finished", "stopped", "failed", "interrupted", "crashed")
SILENCE = 10.0
"""Seconds without a heartbeat after which a worker is taken for dead. It beats every second, also in a long step."""
STARTING = 30.0
"""Seconds a process that starts to train is given until its first heartbeat: it imports torch first."""
PATIENCE = 600.0
"""The same on a machine so busy that importing takes minutes, as long as that process exists."""

_NUMBERS = {"step": 0, "epoch": 0, "images_per_second": 0.0, "seconds": 0.0, "queued_at": 0.0}
_PERHAPS = {"total_steps": None, "eta": None, "saved_step": None, "frame": None}


def read_status(folder: Path) -> dict[str, Any]:
    """State, step, rates and so on, with `message` saying in a sentence what happened where something did.

    A run whose worker has vanished is reported as "crashed" whatever its file says.
    """
    raw = read_json(folder / layout.STATUS)
    if raw is None or not _plausible(raw):
        lost = "The file with this run's status is missing or damaged."
        raw = {"state": "interrupted", "message": f"{lost} It can be continued from its last saved state."}
    status = {**_NUMBERS, **_PERHAPS, "message": "", **raw}
    life = _life(folder, status) if status["state"] in ACTIVE else "alive"
    status["silent"] = life == "silent"
    if life == "silent":
        why = "It may be stopped (Ctrl-Z), or this machine was asleep."
        status["message"] = f"The training process exists but does not answer at present. {why} It goes on when it can."
    if life == "gone":
        causes = "(ended from outside, out of memory, or power lost)"
        gone = f"The training process vanished at step {status['step']:,} without a message {causes}."
        status |= {"state": "crashed", "message": f"{gone} {how_to_continue(status)}"}
    if status["state"] != "training":
        status["eta"] = None
    return status


def set_state(run: Run, state: str, message: str = "", **more: Any) -> None:
    """Changes the state of a run that no worker holds. Raises RunError where the folder cannot be written."""
    status = read_json(run.folder / layout.STATUS) or {}
    with told(run.folder):
        write_json(run.folder / layout.STATUS, {**status, "state": state, "message": message, **more})


def holder(pid: int | None = None, grace: float = 0.0) -> dict[str, Any]:
    """What a status says of the process that holds the run (None: this one).

    `grace`: seconds that it may stay silent more than usual.
    """
    return {
        "pid": os.getpid() if pid is None else pid,
        "host": socket.gethostname(),
        "heartbeat": time.time() + grace,
    }


def how_to_continue(status: dict[str, Any]) -> str:
    """Where a run goes on whose process has died, in a sentence."""
    if saved := status.get("saved_step"):
        return f"Continue resumes from step {saved:,}."
    return "Nothing had been saved yet: Continue starts it again from step 0."


def _plausible(status: dict[str, Any]) -> bool:
    """Whether a status has a state we know and numbers where there must be some."""
    numbers = all(isinstance(status.get(name, 0), (int, float)) for name in _NUMBERS)
    perhaps = all(isinstance(status.get(name), (int, float, type(None))) for name in _PERHAPS)
    return status.get("state") in STATES and numbers and perhaps


def _life(folder: Path, status: dict[str, Any]) -> str:
    """Of the process that a status names: "alive"; "silent" where it exists and does not answer; "gone"."""
    here = status.get("host") == socket.gethostname() and os.name == "posix"
    if here and not _exists(status.get("pid")):
        return "gone"
    beat = status.get("heartbeat")
    age = time.time() - beat if isinstance(beat, (int, float)) else math.inf
    if -2 * STARTING < age < SILENCE:  # clocks of two machines differ; a beat from the future is none
        return "alive"
    starts = status["state"] == "starting" and 0 < age < PATIENCE
    return "silent" if here and (starts or is_locked(folder)) else "gone"


def _exists(pid: Any) -> bool:
    """Whether this machine has a process of that number."""
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, ValueError, TypeError, OverflowError):
        return False
    return True
