"""What lies in a run folder and what it is called; nothing else knows these names.

    config.json        the configuration as validated, with versions
    status.json        state, step, rates, process, heartbeat; replaced atomically
    control.json       what is asked of the worker: pause, stop, single steps, live values; replaced atomically
    metrics.table      one record per step, append-only
    evaluations.jsonl  how close G was to the data at some of these steps, one JSON object a line
    frames/STEP.*      the fixed noise drawn at that step: a .png of tiles (images only; .average.png by the average
                       of G) and a .json of scores or points
    glances/STEP.*     the same between two frames: only the newest two stay
    real.png           a fixed batch of real images, tiled like a frame; for points real.json, what all frames share
    checkpoints/       weights of both networks at a step, safetensors; of a run on points the whole state, to fork from
    state.safetensors  everything a training needs to go on exactly; state.previous.safetensors is the one before
    log.txt, events.jsonl, lock
    before.N/          what was there when a run began again, because none of its states could be read
    .reserve           bytes put by, so that a full disk can still be told of

No pickle is read from a folder, ever, and reading needs no torch until networks are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .files import names_in

FORMAT = 1
"""Version of this layout; a folder of a newer one is not opened."""

CONFIG = "config.json"
STATUS = "status.json"
CONTROL = "control.json"
METRICS = "metrics.table"
EVALUATIONS = "evaluations.jsonl"
FRAMES = "frames"
GLANCES = "glances"
CHECKPOINTS = "checkpoints"
STATE = "state.safetensors"
STATE_BEFORE = "state.previous.safetensors"
STATE_FRESH = "state.new"
ASIDE = "before"
EVENTS = "events.jsonl"
LOG = "log.txt"
LOCK = "lock"
RESERVE = ".reserve"

FRAME = ".json"
"""End of the name of the file with which a frame is complete; it is written after the pictures."""
WEIGHTS = ".safetensors"
PLACES = (FRAMES, CHECKPOINTS, GLANCES)
"""The folders in a run folder."""
FILES = (CONFIG, STATUS, CONTROL, METRICS, EVALUATIONS, STATE, STATE_BEFORE, EVENTS, LOG, LOCK, RESERVE)
"""The files in a run folder that have no step in their names, but for the picture of real samples."""
SHOWN = (STATUS, METRICS, EVALUATIONS, EVENTS, FRAMES, CHECKPOINTS)
"""What changes when something that a page shows has changed."""
_OF_STEP = re.compile(r"([0-9]{1,12})(\.average)?(\.png|\.json|\.safetensors)")


def of_step(step: int, suffix: str) -> str:
    """Name of a file that belongs to a step."""
    return f"{int(step):08d}{suffix}"


def steps_in(folder: Path, suffix: str) -> list[int]:
    """Steps of which a folder has a file with this suffix, in order; none where there is no folder."""
    return sorted(
        int(n.removesuffix(suffix)) for n in names_in(folder) if re.fullmatch(rf"[0-9]{{1,12}}{re.escape(suffix)}", n)
    )


def files_of_steps(folder: Path) -> Iterator[tuple[int, Path]]:
    """(step, file) of all that a folder holds of steps, by their names."""
    for name in names_in(folder):
        if found := _OF_STEP.fullmatch(name):
            yield int(found[1]), folder / name


def withdrawn(folder: Path) -> Path:
    """Where the status of a run is kept that could not be prepared: hidden folders are no runs."""
    return folder.with_name(f".{folder.name}")


def real_name(is_image: bool) -> str:
    """Name of the file of real samples."""
    return "real.png" if is_image else "real.json"


REAL = (real_name(True), real_name(False))
FILES = (STATUS, CONTROL, METRICS, EVALUATIONS, *REAL, STATE, STATE_BEFORE, EVENTS, LOG, LOCK, RESERVE)
"""All that lies in the folder itself, but for config.json."""
