"""An append-only, typed table in one file that can be read while it is being written.

One line of JSON names the columns and their types, padded to HEADER bytes; then come records of equal length. A record that
a kill cut short is ignored by the reader and overwritten by the next writer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

HEADER = 1024


class TableError(ValueError):
    """The file is not such a table."""


class Table:
    """`columns`: name -> numpy type string, such as {"step": "<i8", "loss_d": "<f4"}. The first column must not decrease."""

    def __init__(self, path: Path, columns: Mapping[str, str] | None = None, expect: Mapping[str, str] | None = None):
        """Opens the table at `path`, or begins it where `columns` are given and there is none.

        Raises TableError where there is something else, also a table whose columns are not `columns` or `expect`; OSError.
        """
        self.path = Path(path)
        if columns is not None and not self.path.exists():
            head = json.dumps({"columns": list(columns.items())}).encode().ljust(HEADER - 1) + b"\n"
            if len(head) != HEADER:
                raise TableError("too many columns for the header of a table")
            self.path.write_bytes(head)
        with open(self.path, "rb") as file:
            head = file.read(HEADER)
        try:
            self.dtype = np.dtype([(str(name), str(kind)) for name, kind in json.loads(head)["columns"]])
            if len(head) != HEADER or self.dtype.hasobject or not self.dtype.itemsize:
                raise ValueError("header")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise TableError(f"{self.path.name} is not a table of this program: {error}") from None
        wanted = columns or expect
        if wanted is not None and self.dtype != np.dtype(list(wanted.items())):
            raise TableError(f"{self.path.name} holds other columns than this program writes.")

    def __len__(self) -> int:
        return max(0, self.path.stat().st_size - HEADER) // self.dtype.itemsize

    def append(self, rows: Sequence[tuple]) -> None:
        """Writes whole records at the end, over a torn one if there is one."""
        with open(self.path, "r+b") as file:
            file.seek(HEADER + len(self) * self.dtype.itemsize)
            file.write(np.array(rows, self.dtype).tobytes())
            file.truncate()

    def read(self, start: int = 0) -> np.ndarray:
        """Records from `start` on: a structured array."""
        with open(self.path, "rb") as file:
            file.seek(HEADER + start * self.dtype.itemsize)
            raw = file.read()
        return np.frombuffer(raw[: len(raw) // self.dtype.itemsize * self.dtype.itemsize], self.dtype)

    def sparse(self, newest: int, before: int) -> np.ndarray:
        """The `newest` records, and at most `before` of those before them at even distances, without reading the others."""
        n = len(self)
        rows = np.memmap(self.path, self.dtype, "r", HEADER, (n,)) if n else np.empty(0, self.dtype)
        recent = max(0, n - newest)
        return np.concatenate([rows[: recent : max(1, -(-recent // before))], rows[recent:]])

    def keep_through(self, last: int) -> None:
        """Drops the records whose first column is greater than `last`."""
        keep = int(np.searchsorted(self.read()[self.dtype.names[0]], last, side="right"))
        with open(self.path, "r+b") as file:
            file.truncate(HEADER + keep * self.dtype.itemsize)
