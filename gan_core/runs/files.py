"""The files that a run folder is made of: replaced whole or added to by the line, and read with forbearance.

A run folder may come from anybody. So only plain files are opened, never a link, a pipe or a device, and only in a
folder that is no link either; every use looks again, since a link may appear at any time.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any

from ..config import parse_json

MOST = 64 * 2**20
"""Bytes that a small file may have; one that is longer is none of ours and is not read."""

HALF_MADE = re.compile(r"\..+\.[0-9]{1,10}(\.[0-9a-f]{6})?")
"""Name of a file that `write_bytes` has not finished: what a kill leaves."""


class RunError(RuntimeError):
    """A run that cannot be read or cannot do what was asked; the message is a sentence for the person who asked."""


class Foreign(OSError):
    """Something that is no plain file, or no plain folder, where a run folder has one."""


def memory_of_machine() -> int:
    """Bytes of memory that this machine has, 8 GiB where the system cannot say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return 8 * 2**30


def open_plain(path: Path, flags: int = os.O_RDONLY, mode: str = "rb") -> IO[Any]:
    """A plain file in a plain folder, opened without following a link and without waiting for the other end of a pipe.

    Raises Foreign for anything else; OSError.
    """
    check_folder(path.parent)
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Foreign(errno.EINVAL, "is not a plain file", str(path))
    # the flags hold for what may have come since; Windows knows neither them nor pipes among its files
    safe = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags | safe, 0o666)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Foreign(errno.EINVAL, "is not a plain file", str(path))
    return os.fdopen(file, mode)


def open_to_append(path: Path) -> IO[bytes]:
    """A plain file, made where there is none, whose every write goes to its end. Raises as `open_plain`."""
    return open_plain(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, "ab+")


def check_folder(folder: Path) -> None:
    """Raises Foreign where a folder is a link or no folder at all; OSError where there is nothing."""
    if not stat.S_ISDIR(os.lstat(folder).st_mode):
        raise Foreign(errno.ENOTDIR, "is not a plain folder", str(folder))


def check_plain(folder: Path, places: Collection[str], files: Collection[str]) -> None:
    """Looks through a run folder and those of its `places` that exist; of its `files` too none may be a folder.

    Raises Foreign for a link, a pipe or anything else that a run folder does not have.
    """
    check_folder(folder)
    for name in files:
        if os.path.isdir(folder / name) and not os.path.islink(folder / name):
            raise Foreign(errno.EISDIR, "is a folder", str(folder / name))
    for place in (folder, *(folder / name for name in places)):
        with contextlib.suppress(FileNotFoundError):
            check_folder(place)
            for entry in os.scandir(place):
                if entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False):
                    continue
                kind = "a link" if entry.is_symlink() else "neither a file nor a folder"
                raise Foreign(errno.EINVAL, f"is {kind}", entry.path)


def copy(old: Path, new: Path) -> None:
    """Copies a plain file to where there is none. Raises OSError."""
    open_plain(old).close()
    check_folder(new.parent)
    shutil.copyfile(old, new, follow_symlinks=False)


def names_in(folder: Path) -> list[str]:
    """What a folder holds; nothing where it is missing, or a link."""
    try:
        check_folder(folder)
        return os.listdir(folder)
    except OSError:
        return []


def remove(path: Path) -> None:
    """Deletes a plain file of a plain folder; anything else of that name stays. Raises OSError."""
    check_folder(path.parent)
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISREG(os.lstat(path).st_mode):
            os.unlink(path)


def sweep(folder: Path) -> None:
    """Deletes what a kill left half made in a folder; only for whoever holds the run. Raises OSError."""
    for name in names_in(folder):
        if HALF_MADE.fullmatch(name):
            remove(folder / name)


def read_bytes(path: Path, most: int | None = None) -> bytes:
    """The content of a plain file. Raises OSError, also where it has more than `most` bytes."""
    with open_plain(path) as file:
        if most is not None and os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"has more than {most:,} bytes", str(path))
        return file.read()


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one step: a reader sees the old text or the new one, never half of either."""
    write_bytes(path, json.dumps(value).encode())


def write_bytes(path: Path, content: bytes, sync: bool = False) -> None:
    """The same for bytes; `sync`: they are on the disk before the old ones are given up. Raises OSError."""
    # a name may have 255 bytes, of which these need up to 19
    temporary = path.with_name(f".{path.name[:48]}.{os.getpid()}.{secrets.token_hex(3)}")
    try:
        with open_plain(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, "wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; None where there is no file or it does not hold one."""
    try:
        value = parse_json(read_bytes(path, MOST))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Adds an object to a file of one a line; a line that a kill cut short is ended first and spoils no other."""
    with open_to_append(path) as file:
        torn = file.tell() > 0 and file.seek(-1, os.SEEK_END) >= 0 and file.read(1) != b"\n"
        file.write(b"\n" * torn + json.dumps(value).encode() + b"\n")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of one a line; a line that a kill cut short is passed over."""
    found = []
    with contextlib.suppress(OSError):
        for line in read_bytes(path, MOST).decode(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(parse_json(line))
    return [row for row in found if isinstance(row, dict)]


def unused(path: Path) -> Path:
    """The first of path.1, path.2 and so on that there is not."""
    return next(free for n in itertools.count(1) if not os.path.lexists(free := path.with_name(f"{path.name}.{n}")))
