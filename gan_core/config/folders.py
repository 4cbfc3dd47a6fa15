"""A person's own data as far as names tell: whether they are there, which files a folder has, and of which classes."""

from __future__ import annotations

import contextlib
import functools
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from .datanames import PLACES, data_dir
from .outside import unusable

ENDINGS = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .gif .bmp .tif .tiff .ppm .pgm .pbm .pnm .tga .ico .jp2 .j2k .avif".split()
)
"""Of names that promise an image; whether a file is one is known when it is read."""


def absent(name: str) -> str | None:
    """Why the data of a name cannot be where it says, as the end of a sentence; None where something is there."""
    place, colon, path = name.partition(":")
    if not colon or place not in PLACES or not path.strip():
        return None
    if wrong := unusable(path):
        return wrong
    try:
        found = Path(path.strip()).expanduser()
        exists, is_folder = found.exists(), found.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        return f"{path.strip()} cannot be read ({getattr(error, 'strerror', None) or error}); check the path"
    if not exists:
        return f"there is no {PLACES[place].holds} {found.absolute()}; check the path"
    if place == "folder" and not is_folder:
        return (
            f"{found.absolute()} is a file, not a folder; unpack it if it is an archive, and name the folder with the "
            "images"
        )
    return None


def listing(root: Path) -> list[tuple[str, int, int]]:
    """Name relative to root, bytes and time of change (ns) of each file at any depth, sorted, without hidden ones."""
    seen = set()
    with contextlib.suppress(OSError):
        # our own files, should they lie within: counted, they would change the folder with each reading
        prepared = os.stat(data_dir() / "prepared")
        seen.add((prepared.st_dev, prepared.st_ino))
    return sorted(_walk(root, root, seen))


def _walk(root: Path, folder: Path | str, seen: set[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """Links are followed, into no folder twice."""
    try:
        here = os.stat(folder)
        entries = sorted(os.scandir(folder), key=lambda entry: (entry.is_symlink(), entry.name))
    except OSError:
        return
    if (here.st_dev, here.st_ino) in seen:
        return
    seen.add((here.st_dev, here.st_ino))
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            continue
        try:
            about = entry.stat()
        except OSError:  # a link that leads nowhere, or round in a circle
            continue
        if stat.S_ISDIR(about.st_mode):
            yield from _walk(root, entry.path, seen)
        elif stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            yield os.path.relpath(entry.path, root), about.st_size, about.st_mtime_ns


def classes_of(files: Sequence[str]) -> list[str]:
    """The class of each file: the first folder in which their names differ; empty if one of them is in no folder."""
    folders = [Path(file).parent.parts for file in files]
    common = len(os.path.commonprefix(folders))
    if any(len(parts) == common for parts in folders):
        return []
    return [parts[common] for parts in folders]


def class_folders(name: str) -> tuple[str, ...]:
    """The classes of the images in `folder:PATH`, by the names of its files alone; empty where it has none."""
    place, _, path = name.partition(":")
    if place != "folder" or not path.strip():
        return ()
    try:
        root = Path(path.strip()).expanduser().resolve()
        return _class_folders(root, os.stat(root).st_mtime_ns) if root.is_dir() else ()
    except (OSError, RuntimeError, ValueError):  # no such folder, or no such user's
        return ()


@functools.lru_cache(32)
def _class_folders(root: Path, changed: int) -> tuple[str, ...]:
    """`changed`: when a folder was last put into it or taken out, as long as which nothing is counted anew."""
    files = [file for file, _, _ in listing(root)]
    images = [file for file in files if os.path.splitext(file)[1].lower() in ENDINGS]
    return tuple(sorted(set(classes_of(images or files))))
