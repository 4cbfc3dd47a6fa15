"""Run folders that come into being, are given another total or are taken back: create, fork, lengthen, withdraw."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from .. import __version__
from ..config import FIELDS, LIVE, TrainConfig, shown, unusable
from ..config.measures import COLUMNS
from ..config.presets import NETWORKS
from . import layout
from .catalogue import label_of, runs_dir
from .disk import reason
from .files import RunError, append_line, copy, names_in, read_lines, remove, write_json
from .folder import Run
from .states import is_state
from .status import STARTING, holder, set_state
from .tables import Table, TableError

PICTURED = ("data", "seed", "prior", "samples")
"""Fields without which the pictures of a run's past show other dots than those to come."""

BEGUN = (*layout.PLACES, layout.METRICS, layout.STATUS, layout.LOCK)
"""What a folder may hold where a run is made: the making of one that was cut short leaves these, empty."""

KEPT = 3600.0
"""Seconds for which it is remembered why a run could not be prepared."""

SHAPES = (
    *(n for n in NETWORKS if n != "prior"),
    "conditioning",
    "classes",
    "packing",
    "minibatch_stddev",
    "spectral_norm",
)
"""Fields that a state's networks were built by."""


def create(
    config: TrainConfig,
    folder: str | os.PathLike | None = None,
    name: str | None = None,
    state: str = "queued",
    about: dict[str, Any] | None = None,
) -> Run:
    """A new run folder; `folder` None: a fresh one under `runs_dir()`.

    `state`: "queued", or "starting" where this process is about to train it itself. `about`: what else its config.json
    shall say of it (`Run.origin`). Raises RunError where there is a run already or the folder cannot be written.
    """
    label = name or label_of(config)
    folder = Path(folder) if folder is not None else _fresh(label)
    if wrong := unusable(str(folder)):
        raise RunError(f"No run can be made at “{shown(str(folder))}”: {wrong}.")
    if os.path.lexists(folder / layout.CONFIG):
        raise RunError(f"{folder} holds a run already; add --resume to continue it, or choose another folder.")
    if left := _left_in(folder):
        raise RunError(f"{folder} holds what a run has made ({left}) without its config.json; choose another folder.")
    if others := [name for name in names_in(folder) if not name.startswith(".") and name not in BEGUN]:
        raise RunError(f"{folder} holds other files ({shown(sorted(others)[0], 60)}); choose a new or an empty folder.")
    fresh = not os.path.lexists(folder)
    try:
        for place in layout.PLACES:
            (folder / place).mkdir(parents=True, exist_ok=True)
        Table(folder / layout.METRICS, COLUMNS)
        status = {"state": state, "total_steps": config.steps, "queued_at": time.time()}
        if state != "queued":
            status |= holder(grace=STARTING)
        write_json(folder / layout.STATUS, status)
        head = {
            "format": layout.FORMAT,
            "program": __version__,
            "python": platform.python_version(),
            "created": time.time(),
            "name": label,
            **(about or {}),
        }
        # it comes last: from now on this is a run
        write_json(folder / layout.CONFIG, {**head, "config": config.to_dict()})
    except BaseException as error:
        why = reason(error, folder) if isinstance(error, OSError) else ""  # before there is room again
        if fresh:  # nothing half made stays
            shutil.rmtree(folder, ignore_errors=True)
        if why:
            raise RunError(f"The run folder {folder} cannot be written: {why}.") from None
        if isinstance(error, TableError):
            raise RunError(f"The run folder {folder} cannot be written: {error}") from None
        raise
    return Run.open(folder)


def _left_in(folder: Path) -> str:
    """The name of something that a run has made in a folder without config.json; "" where there is nothing."""
    made = [name for name in (layout.STATE, layout.STATE_BEFORE) if os.path.lexists(folder / name)]
    made += [place for place in layout.PLACES if any(True for _ in layout.files_of_steps(folder / place))]
    with contextlib.suppress(OSError, TableError):
        made += [layout.METRICS] * (len(Table(folder / layout.METRICS)) > 0)
    return next(iter(made), "")


def fork(run: Run, step: int, config: TrainConfig) -> Run:
    """A new run that goes on with `config` from `run` at the step nearest to `step` of which the whole state was kept.

    What `run` was until then becomes its past, where the pictures still mean the same. Raises RunError where no such
    state was kept or the networks are others.
    """
    old, new = run.config.to_dict(), config.to_dict()
    if fixed := [FIELDS[name].label for name in SHAPES if old[name] != new[name]]:
        raise RunError(f"A fork keeps its networks; {', '.join(fixed)} cannot change. Start a new run for that.")
    states = _states_of(run)
    at = min(states, key=lambda s: (abs(s - step), -s))
    size = run.head.get("data_size")
    total = config.total_steps(size) if isinstance(size, int) else config.steps
    if total is not None and total <= at:
        config = config.replace(steps=at + total)
    name = f"{label_of(config)} from step {at:,}"
    # made where nobody looks for runs: a queue that saw it half made would begin it from nothing
    place = _fresh(name)
    draft = place.with_name(f".{place.name}")
    forked = create(config, draft, name, about={"origin": {"run": run.id, "step": at}})
    try:
        copy(states[at], draft / layout.STATE)
        if all(old[name] == new[name] for name in PICTURED):
            _copy_past(run.folder, draft, at)
        append_line(draft / layout.EVENTS, {"time": time.time(), "what": "forked", "step": at, "run": run.id})
        set_state(forked, "queued", step=at, saved_step=at)
        # the state brings the live values of its own time; those of the configuration are asked for
        forked.ask(speed=run.control()["speed"], **{name: new[name] for name in LIVE})
        os.rename(draft, place)
    except BaseException as error:
        why = reason(error, draft) if isinstance(error, OSError) else ""
        shutil.rmtree(draft, ignore_errors=True)
        if why:
            raise RunError(f"The fork could not be written: {why}.") from None
        raise
    return Run.open(place)


def _states_of(run: Run) -> dict[int, Path]:
    """Files from which a training can go on exactly, by step. Raises RunError where none was kept on the way."""
    files = {step: run.checkpoint_file(step) for step in run.checkpoints() if step}
    states = {step: file for step, file in files.items() if is_state(file)}
    if not states:
        raise RunError("Nothing to fork from was kept: that takes a run on points that has made its first step.")
    if saved := run.status["saved_step"]:
        states[saved] = run.folder / layout.STATE
    return states


def _copy_past(old: Path, new: Path, until: int) -> None:
    """Metrics, evaluations, events, frames and checkpoints up to a step.

    Rows after it are cut off when the fork trains; an event would stay.
    """
    for name in (layout.METRICS, layout.EVALUATIONS):
        if os.path.lexists(old / name):
            remove(new / name)
            copy(old / name, new / name)
    for event in read_lines(old / layout.EVENTS):
        if isinstance(step := event.get("step"), int) and step <= until:
            append_line(new / layout.EVENTS, event)
    for place, suffix in ((layout.FRAMES, layout.FRAME), (layout.CHECKPOINTS, layout.WEIGHTS)):
        for step in layout.steps_in(old / place, suffix):
            if step <= until:
                name = layout.of_step(step, suffix)
                copy(old / place / name, new / place / name)


def _fresh(label: str) -> Path:
    """A folder that no run has."""
    words = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40]
    return runs_dir() / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{words}-{secrets.token_hex(2)}"


def discard(run: Run) -> None:
    """Removes a run that nothing was made of: what is in its folder by our names, and the folder if that was all."""
    for name in (layout.FRAMES, layout.CHECKPOINTS, layout.GLANCES):
        shutil.rmtree(run.folder / name, ignore_errors=True)
    # without this one it is no run any more: what an interruption leaves is not taken for one
    for name in (layout.CONFIG, *layout.FILES):
        (run.folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        run.folder.rmdir()


def withdraw(run: Run) -> None:
    """Takes a run that could not be prepared out of the list; what stopped it is kept where `find` looks.

    Raises OSError.
    """
    hidden = layout.withdrawn(run.folder)
    for old in run.folder.parent.glob(".*/" + layout.STATUS):
        if time.time() - old.stat().st_mtime > KEPT:
            shutil.rmtree(old.parent, ignore_errors=True)
    message = run.status["message"]
    os.rename(run.folder, hidden)
    discard(Run(hidden, run.head, run.config))
    hidden.mkdir(exist_ok=True)
    write_json(hidden / layout.STATUS, {"message": message})


def lengthen(run: Run, epochs: int, steps: int | None) -> None:
    """Gives a run that nobody holds a new total. Rates that went down over the whole run stay where they have arrived.

    Raises RunError where the run has gone further than that.
    """
    config, status = run.config.replace(epochs=epochs, steps=steps), run.status
    if steps is not None and steps < status["step"]:
        raise RunError(f"{run.id} is at step {status['step']:,} already; ask for more than that.")
    if config.anneal != "none" and config.anneal_steps is None and status["total_steps"] and config != run.config:
        config = config.replace(anneal_steps=status["total_steps"])
    set_config(run, config)


def set_config(run: Run, config: TrainConfig) -> None:
    """Replaces the configuration of a run that nobody holds."""
    run.config = config
    set_head(run, config=config.to_dict())


def set_head(run: Run, **values: Any) -> None:
    """Adds to config.json what is only known once a run has started: versions, tile layout."""
    run.head |= values
    write_json(run.folder / layout.CONFIG, run.head)
