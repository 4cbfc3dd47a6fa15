"""A person's own data as far as names tell: whether they are there, which files a folder has, and of which classes."""

from __future__ import annotations

import contextlib
import functools
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .datanames import PLACES, data_dir
from .outside import unusable

ENDINGS = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .gif .bmp .tif .tiff .ppm .pgm .pbm .pnm .tga .ico .jp2 .j2k .avif".split()
)
"""Of names that promise an image; whether a file is one is known when it is read."""

MOST_FILES = 1_000_000
"""Files that a folder of images may have, and no more are counted."""
DEEPEST = 100
"""How deep folders may lie in each other."""


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


class Listing(NamedTuple):
    """`files`: name relative to the folder, bytes and time of change (ns) of each, sorted.

    `outside`: how many links there are to files that lie elsewhere.
    """

    files: list[tuple[str, int, int]]
    outside: int


def listing(root: Path) -> Listing:
    """The files of a folder at any depth, without hidden ones. No link is followed to a folder, or to a file elsewhere.

    Raises ValueError with a sentence where there are more, or deeper, than anybody's images, or no folder of files.
    """
    inside, files, outside = os.path.realpath(root), [], 0
    left = [(inside, 0)]
    avoided = _system_devices()
    with contextlib.suppress(OSError):
        # our own files, should they lie within: counted, they would change the folder with each reading
        prepared = os.stat(data_dir() / "prepared")
        avoided.add((prepared.st_dev, prepared.st_ino))
    while left:
        folder, depth = left.pop()
        try:
            here = os.stat(folder)
            entries = list(os.scandir(folder))
        except OSError:
            continue
        if here.st_dev in avoided:
            if folder == inside:
                raise ValueError(f"{root} holds no files: what is there is the system itself; name another folder")
            continue
        if (here.st_dev, here.st_ino) in avoided:
            continue
        if depth > DEEPEST:
            raise ValueError(f"the folders in {root} are nested more than {DEEPEST} deep; name a folder further down")
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__MACOSX":
                continue
            try:
                if entry.is_symlink():
                    to = os.path.realpath(entry.path)
                    if not os.path.isfile(to):
                        continue
                    if not is_inside(to, inside):
                        outside += 1
                        continue
                about = entry.stat()
            except OSError:  # a link round in a circle, or a file that has just gone
                continue
            if stat.S_ISDIR(about.st_mode):
                left.append((entry.path, depth + 1))
            elif stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
                files.append((os.path.relpath(entry.path, inside), about.st_size, about.st_mtime_ns))
        if len(files) + outside > MOST_FILES:
            raise ValueError(f"{root} holds more than {MOST_FILES:,} files; name a folder with fewer")
    return Listing(sorted(files), outside)


def is_inside(path: str, root: str) -> bool:
    """Whether a resolved path lies in a resolved folder."""
    return path.startswith(root.rstrip(os.sep) + os.sep)


def _system_devices() -> set[Any]:
    """Of the places that look like folders of files and are windows into the system: endless, and never images."""
    return {os.stat(place).st_dev for place in ("/proc", "/sys", "/dev") if os.path.ismount(place)}


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
    files = [file for file, _, _ in listing(root).files]
    images = [file for file in files if os.path.splitext(file)[1].lower() in ENDINGS]
    return tuple(sorted(set(classes_of(images or files))))
