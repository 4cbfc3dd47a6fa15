"""A person's own points: a CSV or .npy file with two columns of numbers.

Reading one takes about 300 MB at the most, whatever is in the file: `MAX_ROWS` rows are 80 MB, and text is read in
parts of `_CHUNK` lines and `_LETTERS` characters.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..config import TrainConfig, shown, unusable
from .cache import Arrays, prepared
from .dataset import DataError, DataSet
from .plain import open_plain

MAX_ROWS = 5_000_000
MAX_BYTES = 1 << 30
MIN_ROWS = 8


def load(config: TrainConfig) -> DataSet:
    """The file of `points:PATH`: float32 (N, 2). Raises `DataError` where it cannot be used."""
    found = find(config.data.partition(":")[2])
    return prepared(found.key, lambda allocate: found.build(), obsolete=f"{found.place}-*-v*")


@dataclass(frozen=True)
class PointFile:
    """A file of points. `key` changes whenever it does; `place` does not."""

    path: Path
    place: str
    key: str

    def build(self) -> Arrays:
        """Points float32 (N, 2), as `fit` leaves them, and how many rows were skipped. Raises `DataError`."""
        try:
            with open_plain(self.path) as file:
                start = file.read(1 << 16)
            if not start.strip(b"\xef\xbb\xbf \t\r\n"):
                raise DataError(f"The file {self.path} is empty; use a CSV or .npy file with two columns of numbers.")
            if start.startswith(b"\x93NUMPY"):
                rows, bad = _read_npy(self.path)
            elif zipfile.is_zipfile(self.path):
                raise DataError(
                    f"{self.path} is an archive or a spreadsheet; save its table as CSV, or its array as .npy."
                )
            else:
                rows, bad = _read_text(self.path, start)
        except OSError as error:
            raise DataError(
                f"The file {self.path} cannot be read ({error.strerror or error}); allow this program to read it, or "
                "use another."
            ) from None
        if len(rows) < MIN_ROWS:
            few = f"only {len(rows)} rows" if len(rows) else "no rows"
            raise DataError(f"The file {self.path} has {few} with two finite numbers; at least {MIN_ROWS} are needed.")
        return Arrays(fit(rows), skipped=bad)


def find(path: str) -> PointFile:
    """The file `path` (~ is expanded). Raises `DataError` where there is none or it is too large."""
    if wrong := unusable(path):
        raise DataError(f"{wrong[0].upper()}{wrong[1:]}.")
    file = Path(path.strip()).expanduser()
    try:
        file = file.absolute()
        if file.is_dir():
            raise DataError(
                f"{file} is a folder, not a file of points; name a CSV or .npy file in it, or use folder:PATH for "
                "images."
            )
        if not file.is_file():
            raise DataError(f"There is no file {file}; check the path.")
        about = file.stat()
        file = file.resolve()
    except (OSError, ValueError) as error:
        raise DataError(
            f"The file {file} cannot be opened ({getattr(error, 'strerror', None) or error}); check the path."
        ) from None
    if about.st_size > MAX_BYTES:
        raise DataError(
            f"The file {file} is too large ({about.st_size / 2**30:.1f} GiB); at most {MAX_ROWS:,} rows and 1 GiB can "
            "be used."
        )
    place = "points-" + hashlib.sha256(os.fsencode(file)).hexdigest()[:12]
    return PointFile(file, place, f"{place}-{about.st_size}-{about.st_mtime_ns}")


def fit(rows: np.ndarray) -> np.ndarray:
    """Points float64 (N, 2) -> float32, at a scale that networks learn at.

    They stay as they are where all coordinates lie in [-4, 4] and spread by 0.1 or more. Else they are centred and
    divided by their standard deviation over both axes together: one number for both, so that a shape keeps its form.
    """
    largest = float(max(rows.max(), -rows.min()))
    # first, or the squares of very large or very small numbers would leave the range of a float
    centred = rows / (largest or 1.0)
    centred -= centred.mean(0)
    spread = math.sqrt(float(np.vdot(centred, centred)) / centred.size)
    if largest <= 4 and spread * largest >= 0.1:
        return rows.astype(np.float32)
    centred /= spread or 1.0
    return centred.astype(np.float32)


def _too_many(path: Path) -> DataError:
    return DataError(f"The file {path} is too large; at most {MAX_ROWS:,} rows can be used.")


def _read_npy(path: Path) -> tuple[np.ndarray, int]:
    try:
        with open_plain(path) as file:
            shape, columns, dtype = _npy_header(file)
            left = os.fstat(file.fileno()).st_size - file.tell()
            fits = len(shape) == 2 and shape[1] == 2 and 0 <= 2 * shape[0] * dtype.itemsize <= left
            wanted = fits and shape[0] <= MAX_ROWS and dtype.kind in "fiu"
            numbers = np.fromfile(file, dtype, 2 * shape[0]).astype(np.float64, copy=False) if wanted else None
    except OSError:
        raise
    except Exception:  # NumPy's reader of headers raises almost anything on damaged ones
        raise DataError(
            f"The file {path} cannot be read as a .npy array of numbers; save it again with numpy.save."
        ) from None
    if dtype.hasobject:
        raise DataError(
            f"The file {path} cannot be read as a .npy array of numbers: it holds other things; save numbers alone."
        )
    if len(shape) != 2 or shape[1] != 2 or dtype.kind not in "fiu":
        held = shown(f"an array {shape} of {dtype}")
        raise DataError(f"The file {path} holds {held}; save one of shape (N, 2) of numbers.")
    if shape[0] > MAX_ROWS:
        raise _too_many(path)
    if numbers is None:
        raise DataError(
            f"The file {path} cannot be read as a .npy array of numbers: it ends before its {shape[0]:,} rows do; copy "
            "it again."
        )
    rows = numbers.reshape(shape, order="F" if columns else "C")
    good = np.isfinite(rows).all(1)
    return (rows if good.all() else rows[good]), int(len(rows) - good.sum())


def _npy_header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape of the array in a file, whether it goes by columns, and its type; what follows are its numbers.

    Raises whatever it likes.
    """
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError("unknown version")
    # of 2.0 and 3.0 only the length of the header is another, and the letters of names that we do not use
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, columns, dtype = read(file, max_header_size=10_000)
    return tuple(int(n) for n in shape), columns, dtype


# --------------------------------------------------------------------------- text

_CHUNK, _LETTERS = 20_000, 8_000_000
"""Lines, and characters, that are read at a time."""
_DELIMITERS = (";", "\t", ",", None)  # None: blanks
_BETWEEN, _WHOLE = re.compile(r"[;\s]+"), re.compile(r"[-+]?\d+")
_LONGEST = 4000
"""Characters of a line that can be a row of numbers."""


def _read_text(path: Path, start: bytes) -> tuple[np.ndarray, int]:
    """The first two columns of numbers, float64 (N, 2), and the number of rows in which they were none.

    Blank lines, lines that start with # and a heading do not count as rows. A column of numbers without a heading,
    where the others have one, is a table's index and left out, if two others remain.
    """
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if b"\0" in start and encoding != "utf-16":
        raise DataError(
            f"The file {path} is neither text nor a .npy array; use a CSV or .npy file with two columns of numbers."
        )
    preview: list[str] = []
    for line in _lines(path, encoding):
        preview.append(line)
        if len(preview) == 1000:
            break
    delimiter = max(_DELIMITERS, key=lambda d: sum(_numeric(_fields(line, d)) >= 2 for line in preview))
    first, second, heading = _columns(path, [_fields(line, delimiter) for line in preview])
    lines = _lines(path, encoding)
    if heading:
        next(lines, None)
    parts, count = [np.empty((0, 2))], 0
    for some in _in_parts(lines):
        count += len(some)
        if count > MAX_ROWS:
            raise _too_many(path)
        try:
            # many times faster, and stopped by the first row that is not as it should be
            table = np.loadtxt(
                some, delimiter=delimiter, usecols=(first, second), comments=None, quotechar='"', ndmin=2
            )
        except ValueError:
            table = np.array([_pair(_fields(line, delimiter), first, second) for line in some])
        parts.append(table[np.isfinite(table).all(1)])
    rows = np.concatenate(parts)
    return rows, count - len(rows)


def _pair(fields: list[str], first: int, second: int) -> tuple[float, float]:
    x, y = (_number(fields[i]) if i < len(fields) else float("nan") for i in (first, second))
    return x, y


def _in_parts(lines: Iterator[str]) -> Iterator[list[str]]:
    """Lists of lines, none of which takes much memory."""
    some, letters = [], 0
    for line in lines:
        some.append(line)
        letters += len(line)
        if len(some) == _CHUNK or letters > _LETTERS:
            yield some
            some, letters = [], 0
    if some:
        yield some


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines that may be rows; of one that is too long to be any an empty one comes, and it is never held whole."""
    with io.TextIOWrapper(open_plain(path), encoding=encoding, errors="replace") as file:
        while line := file.readline(_LONGEST + 1):
            if len(line) > _LONGEST and not line.endswith("\n"):
                while (rest := file.readline(1 << 16)) and not rest.endswith("\n"):
                    pass
                if not line.lstrip().startswith("#"):
                    yield ""
                continue
            line = line.strip("\r\n")
            if line.strip() and not line.lstrip().startswith("#"):
                yield line


def _fields(line: str, delimiter: str | None) -> list[str]:
    if delimiter is None:
        return [field.strip("\"'") for field in line.split()]
    if '"' not in line:
        fields = line.split(delimiter)
    else:
        try:
            # one line at a time: a quotation mark that is never closed shall not swallow the rest of the file
            fields = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            return []
    if delimiter == "," and any(map(_two_whole, fields)):
        return []  # 1,5;2,5 is two numbers with decimal commas, not the numbers 1 and 5
    return fields


def _two_whole(field: str) -> bool:
    """Whether a field holds two whole numbers, separated by blanks or a semicolon."""
    parts = _BETWEEN.split(field.strip())
    return len(parts) == 2 and all(map(_WHOLE.fullmatch, parts))


def _number(field: str) -> float:
    try:
        return float(field)
    except ValueError:
        return float("nan")


def _numeric(fields: list[str]) -> int:
    return sum(np.isfinite(_number(field)) for field in fields)


def _columns(path: Path, table: list[list[str]]) -> tuple[int, int, bool]:
    """Which two columns of the first rows hold numbers, and whether the first row is a heading."""
    width = max(map(len, table), default=0)
    counts = np.zeros(width, int)
    for fields in table:
        counts[: len(fields)] += np.isfinite([_number(field) for field in fields])
    # half of the best column's, so that damaged rows do not hide a column and a stray number makes none
    found = [i for i in range(width) if counts[i] and 2 * counts[i] >= counts.max()]
    head = table[0] if table else []
    if len(found) > 2 and head and not head[found[0]].strip() and all(field.strip() for field in head[1:]):
        del found[0]
    if len(found) < 2:
        what = "no column" if not found else "only one column"
        raise DataError(
            f"The file {path} has {what} of numbers; use two, separated by commas, semicolons, tabs or spaces, with "
            "decimal points."
        )
    first, second = found[:2]
    heading = second < len(head) and not any(_is_number(head[i]) for i in (first, second))
    return first, second, heading


def _is_number(field: str) -> bool:
    """Whether it is one at all, `nan` and `inf` too; a missing value in the first row is no heading either."""
    try:
        float(field)
        return True
    except ValueError:
        return not field.strip()
