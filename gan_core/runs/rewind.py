"""A run folder taken back to the step that a training goes on from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from ..config.measures import COLUMNS
from . import layout
from .files import write_bytes
from .folder import Run
from .tables import Table, TableError


def rewind(run: Run, step: int) -> None:
    """Forgets what was written after `step`: those steps are made again, and on the CPU come out the same.

    What is missing of the folder, or cannot be read as what it should be, is made anew; nothing unknown is deleted.
    Raises OSError.
    """
    _rewind_metrics(run, step)
    _rewind_evaluations(run, step)
    for place, last in ((layout.FRAMES, step), (layout.CHECKPOINTS, step), (layout.GLANCES, -1)):
        (run.folder / place).mkdir(exist_ok=True)
        for file in (run.folder / place).iterdir():
            stem = file.name.partition(".")[0]
            if not stem or (stem.isdecimal() and int(stem) > last):
                file.unlink(missing_ok=True)


def _rewind_metrics(run: Run, step: int) -> None:
    path = run.folder / layout.METRICS
    try:
        if path.exists() and Table(path).dtype != np.dtype(list(COLUMNS.items())):
            _renew(path, run.metrics())
        Table(path, COLUMNS).keep_through(step)
    except TableError as error:
        print(f"{error} It is kept as metrics.damaged, and a new one begun.", flush=True)
        os.replace(path, path.with_name("metrics.damaged"))
        Table(path, COLUMNS)


def _renew(path: Path, rows: dict[str, np.ndarray]) -> None:
    """Puts the rows of a table of an older version into one of today's columns; a table without any stays as it is."""
    if len(rows["step"]):
        fresh = path.with_name(f".{path.name}.new")
        fresh.unlink(missing_ok=True)
        Table(fresh, COLUMNS).append(rows)
        os.replace(fresh, path)


def _rewind_evaluations(run: Run, step: int) -> None:
    columns = run.evaluations()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    kept = "".join(json.dumps(row) + "\n" for row in rows if row["step"] <= step)
    write_bytes(run.folder / layout.EVALUATIONS, kept.encode())
