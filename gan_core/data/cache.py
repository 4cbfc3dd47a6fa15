"""Prepared data, kept on disk: memory-mapped `.npy` files that are written whole or not at all.

An entry `key` is `key.npy` (samples), `key.labels.npy` (where there are labels) and `key.json`, written
last, which says what the other two must be like.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..config import data_dir, parse_json
from .dataset import DataError, DataSet

VERSION = 1
UNKEPT = 2**30
"""Bytes of data that are held in memory where they cannot be written to the disk."""


@dataclass
class Arrays:
    """Prepared data before they become tensors; the fields are those of `DataSet`."""

    samples: np.ndarray
    labels: np.ndarray | None = None
    skipped: int = 0
    classes: tuple[str, ...] = ()


Allocate = Callable[[tuple[int, ...]], np.ndarray]
"""Gives a uint8 array of a shape: on disk where possible, so that large sets need not fit in memory."""


def prepared(key: str, build: Callable[[Allocate], Arrays], obsolete: str = "") -> DataSet:
    """The entry `key` as a data set; see `cached`."""
    arrays = cached(key, build, obsolete)
    labels = None if arrays.labels is None else torch.from_numpy(arrays.labels)
    return DataSet(torch.from_numpy(arrays.samples), labels, arrays.skipped, arrays.classes)


def cached(key: str, build: Callable[[Allocate], Arrays], obsolete: str = "") -> Arrays:
    """The entry `key`, built first where there is none or it is damaged; what `build` raises passes through.

    Where the folder cannot be written, or the disk is full, the result is simply not kept. Other entries whose
    key matches the pattern `obsolete` are removed when a new one is written.
    """
    folder = data_dir() / "prepared"
    entry = folder / f"{key}-v{VERSION}"
    found = _read(entry)
    if found is not None:
        return found
    with _Scratch(folder) as scratch:
        made = build(scratch.allocate)
        try:
            _write(entry, made, scratch)
            if obsolete:
                _forget(entry, obsolete)
        except OSError:
            return made  # what was allocated in a file stays valid: the map outlives the file's name
    return _read(entry) or made


# --------------------------------------------------------------------------- reading


def _path(entry: Path, ending: str) -> Path:
    return entry.with_name(entry.name + ending)


def _read(entry: Path) -> Arrays | None:
    try:
        about = parse_json(_path(entry, ".json").read_bytes())
        samples = _open(_path(entry, ".npy"), about["samples"])
        labels = None
        if about["labels"] is not None:
            labels = np.array(_open(_path(entry, ".labels.npy"), about["labels"]))
        return Arrays(samples, labels, int(about["skipped"]), tuple(about["classes"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, SyntaxError):
        return None


def _open(path: Path, about: dict) -> np.ndarray:
    # mode "c": private to this process, so that torch gets writable memory and the file never changes
    array = np.load(path, mmap_mode="c", allow_pickle=False)
    if _describe(array) != about:
        raise ValueError("not what was written")
    return array


def _describe(array: np.ndarray) -> dict:
    """Shape, type and a checksum over 64 places: cheap for any size, and different for other data."""
    flat = array.reshape(-1)
    crc, size = 0, len(flat)
    for start in np.linspace(0, max(size - 1024, 0), 64).astype(int):
        crc = zlib.crc32(flat[start : start + 1024].tobytes(), crc)
    return {"shape": list(array.shape), "dtype": str(array.dtype), "crc": crc}


# --------------------------------------------------------------------------- writing


class _Scratch:
    """Temporary files in `folder`, gone at the end unless they were renamed to what they should become."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.files: list[Path] = []
        self.arrays: dict[int, tuple[np.memmap, Path]] = {}

    def __enter__(self) -> _Scratch:
        with contextlib.suppress(OSError):
            _sweep(self.folder)
        return self

    def __exit__(self, *error: object) -> None:
        for path in self.files:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def file(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        # not tempfile's: its files are for their owner's eyes only, and a data folder may be shared
        path = self.folder / f".tmp-{uuid.uuid4().hex}"
        path.touch(exist_ok=False)
        self.files.append(path)
        return path

    def allocate(self, shape: tuple[int, ...]) -> np.ndarray:
        try:
            path = self.file()
            with open(path, "r+b") as file:
                np.lib.format.write_array_header_1_0(
                    file, {"descr": "|u1", "fortran_order": False, "shape": tuple(shape)}
                )
                _reserve(file, file.tell() + int(np.prod(shape)))
            array: np.memmap = np.load(path, mmap_mode="r+", allow_pickle=False)
        except OSError as error:
            if (size := int(np.prod(shape))) > UNKEPT:
                raise DataError(
                    f"The prepared data take {size / 2**30:.1f} GiB, which cannot be written to {self.folder} "
                    f"({error.strerror}); free some space, or set GAN_DATA_DIR to another disk."
                ) from None
            return np.empty(shape, np.uint8)
        self.arrays[id(array)] = (array, path)
        return array

    def saved(self, array: np.ndarray) -> Path:
        """A file with `array` in it: the one it was allocated in, or a new one."""
        if id(array) in self.arrays:
            mapped, path = self.arrays[id(array)]
            mapped.flush()
            return path
        path = self.file()
        with open(path, "wb") as file:
            np.save(file, array, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        return path


def _reserve(file, size: int) -> None:
    """Gives the file its blocks now: a full disk is an OSError here, and would end the process that writes to it."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    file.flush()
    for start in range(file.tell(), size, 1 << 20):
        file.write(bytes(min(1 << 20, size - start)))


def _write(entry: Path, made: Arrays, scratch: _Scratch) -> None:
    about = {"samples": _describe(made.samples), "labels": None, "skipped": made.skipped, "classes": list(made.classes)}
    samples = scratch.saved(made.samples)
    if made.labels is not None:
        about["labels"] = _describe(made.labels)
        os.replace(scratch.saved(made.labels), _path(entry, ".labels.npy"))
    os.replace(samples, _path(entry, ".npy"))
    note = scratch.file()
    note.write_text(json.dumps(about))
    os.replace(note, _path(entry, ".json"))


def _forget(entry: Path, pattern: str) -> None:
    for path in entry.parent.glob(pattern):
        if not path.name.startswith(entry.name):
            path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes what processes that were killed have left behind."""
    for path in folder.glob(".tmp-*"):
        if time.time() - path.stat().st_mtime > 3600:
            path.unlink(missing_ok=True)
