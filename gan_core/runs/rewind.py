"""A run folder taken back to the step that a training goes on from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from ..config.measures import COLUMNS
from . import layout
from .files import remove, sweep, unused, write_bytes
from .folder import Run
from .tables import Table, TableError


def rewind(run: Run, step: int) -> None:
    """Forgets what was written after `step`: those steps are made again, and on the CPU come out the same.

    What is missing of the folder, or cannot be read as what it should be, is made anew; what a kill left half made is
    swept; nothing unknown is deleted. Raises OSError.
    """
    _rewind_metrics(run, step)
    _rewind_evaluations(run, step)
    sweep(run.folder)
    for place, last in ((layout.FRAMES, step), (layout.CHECKPOINTS, step), (layout.GLANCES, -1)):
        (run.folder / place).mkdir(exist_ok=True)
        sweep(run.folder / place)
        for made, file in layout.files_of_steps(run.folder / place):
            if made > last:
                remove(file)


def put_aside(run: Run) -> Path:
    """Moves what a run has made into a folder of its own, for a run that must begin again; returns that folder.

    Raises OSError.
    """
    aside = unused(run.folder / layout.ASIDE)
    aside.mkdir()
    for name in (layout.METRICS, layout.EVALUATIONS, layout.STATE, layout.STATE_BEFORE, *layout.PLACES):
        if os.path.lexists(run.folder / name):
            os.rename(run.folder / name, aside / name)
    return aside


def _rewind_metrics(run: Run, step: int) -> None:
    path = run.folder / layout.METRICS
    try:
        if os.path.lexists(path) and Table(path).dtype != np.dtype(list(COLUMNS.items())):
            _renew(path, run.metrics())
        Table(path, COLUMNS).keep_through(step)
    except TableError as error:
        damaged = unused(path.with_name("metrics.damaged"))
        print(f"{error} It is kept as {damaged.name}, and a new one begun.", flush=True)
        os.rename(path, damaged)
        Table(path, COLUMNS)


def _renew(path: Path, rows: dict[str, np.ndarray]) -> None:
    """Puts the rows of a table of an older version into one of today's columns; a table without any stays as it is."""
    if len(rows["step"]):
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        remove(fresh)
        Table(fresh, COLUMNS).append(rows)
        os.replace(fresh, path)


def _rewind_evaluations(run: Run, step: int) -> None:
    columns = run.evaluations()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    kept = "".join(json.dumps(row) + "\n" for row in rows if row["step"] <= step)
    write_bytes(run.folder / layout.EVALUATIONS, kept.encode())
