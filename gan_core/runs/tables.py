"""An append-only, typed table in one file that can be read while it is being written.

One line of JSON names the columns and their types, padded to HEADER bytes; then come records of equal length. A record
that a kill cut short is ignored by the reader and overwritten by the next writer. Nothing is joined by position: rows
are added and read by the names of their columns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..config import parse_json
from .files import open_plain, write_bytes

HEADER = 1024


class TableError(ValueError):
    """The file is not such a table."""


class Table:
    """`columns`: name -> NumPy type string, such as {"step": "<i8", "loss_d": "<f4"}. The first must not decrease."""

    def __init__(self, path: Path, columns: Mapping[str, str] | None = None):
        """Opens the table at `path`, or begins it where `columns` are given and there is none.

        Raises TableError where there is something else, also a table of other columns; OSError, also where it is no
        plain file (`open_plain`).
        """
        self.path = Path(path)
        if columns is not None and not self.path.exists():
            head = json.dumps({"columns": list(columns.items())}).encode().ljust(HEADER - 1) + b"\n"
            if len(head) != HEADER:
                raise TableError("too many columns for the header of a table")
            write_bytes(self.path, head)
        with open_plain(self.path) as file:
            head = file.read(HEADER)
        try:
            self.dtype = np.dtype([(str(name), str(kind)) for name, kind in parse_json(head)["columns"]])
            if len(head) != HEADER or self.dtype.hasobject or not self.dtype.itemsize:
                raise ValueError("header")
        except (ValueError, TypeError, KeyError) as error:
            raise TableError(f"{self.path.name} is not a table of this program: {error}") from None
        if columns is not None and self.dtype != np.dtype(list(columns.items())):
            raise TableError(f"{self.path.name} holds other columns than this program writes.")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the file's own order."""
        return self.dtype.names or ()

    def __len__(self) -> int:
        return max(0, self.path.lstat().st_size - HEADER) // self.dtype.itemsize

    def append(self, columns: Mapping[str, Sequence | np.ndarray]) -> None:
        """Writes records at the end, over a torn one if there is one: the values of each column, equally many.

        Raises TableError where the columns are not those of the table, ValueError where their lengths differ.
        """
        if set(columns) != set(self.names):
            raise TableError(f"{self.path.name} has the columns {', '.join(self.names)}, not {', '.join(columns)}.")
        records = np.empty(len(columns[self.names[0]]), self.dtype)
        for name in self.names:
            if len(columns[name]) != len(records):
                raise ValueError(f"the column {name} has {len(columns[name])} values, not {len(records)}")
            records[name] = columns[name]
        with open_plain(self.path, os.O_RDWR, "r+b") as file:
            file.seek(HEADER + len(self) * self.dtype.itemsize)
            file.write(records.tobytes())
            file.truncate()

    def read(self, start: int = 0) -> np.ndarray:
        """Records from `start` on: a structured array."""
        with open_plain(self.path) as file:
            file.seek(HEADER + start * self.dtype.itemsize)
            raw = file.read()
        return np.frombuffer(raw[: len(raw) // self.dtype.itemsize * self.dtype.itemsize], self.dtype)

    def sparse(self, newest: int, before: int, last: int | None = None) -> np.ndarray:
        """The `newest` records, and at most `before` older ones at even distances, without reading the others.

        last: of the records alone whose first column is no greater.
        """
        n = len(self)
        if not n:
            return np.empty(0, self.dtype)
        with open_plain(self.path) as file:
            rows = np.memmap(file, self.dtype, "r", HEADER, (n,))
        if last is not None:
            n = int(np.searchsorted(rows[self.names[0]], last, side="right"))
            rows = rows[:n]
        recent = max(0, n - newest)
        return np.concatenate([rows[: recent : max(1, -(-recent // before))], rows[recent:]])

    def keep_through(self, last: int) -> None:
        """Drops the records whose first column is greater than `last`."""
        keep = int(np.searchsorted(self.read()[self.names[0]], last, side="right"))
        with open_plain(self.path, os.O_RDWR, "r+b") as file:
            file.truncate(HEADER + keep * self.dtype.itemsize)
