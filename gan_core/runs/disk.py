"""What a disk, or the system's limits, can refuse, in words."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from .files import RunError

DISK = {
    errno.ENOSPC: ("The disk is full.", "Free some space"),
    errno.EDQUOT: ("The disk quota of this user is used up.", "Free some space"),
    errno.EFBIG: ("A file has reached the largest size that this process may write (ulimit -f).", "Raise that limit"),
    errno.EROFS: ("The disk can no longer be written: it is read-only.", "Make it writable"),
    errno.EACCES: ("The run's folder may no longer be written.", "Give back the permission"),
    errno.EMFILE: ("Too many files are open (ulimit -n).", "Raise that limit"),
    errno.EIO: ("The disk has failed to read or write.", "Check the disk"),
}
"""By the number of a system's error: what is wrong, and what to do before the run is continued."""


def of_disk(error: BaseException) -> bool:
    """Whether it is the disk, or what the system lets us do with it, that refuses."""
    return isinstance(error, OSError) and error.errno in DISK


def what_and_remedy(error: OSError, place: Path) -> tuple[str, str]:
    """For an error `of_disk`, when something was written to `place`: two entries as in `DISK`."""
    if error.errno == errno.ENOSPC and _no_more_files(place):
        return "The disk is full: it has no room for another file.", "Delete some files"
    return DISK[error.errno or 0]


def reason(error: OSError, place: Path) -> str:
    """The end of a sentence after a colon: why something could not be written to `place`."""
    if not of_disk(error) or error.errno == errno.EACCES:
        return error.strerror or str(error)
    what = what_and_remedy(error, place)[0]
    return f"{what[0].lower()}{what[1:]}".rstrip(".")


@contextlib.contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns a file of a run folder that cannot be written into a sentence. Raises RunError."""
    try:
        yield
    except OSError as error:
        advice = f" {what_and_remedy(error, folder)[1]} and try again." if of_disk(error) else ""
        raise RunError(f"This could not be written to the run's folder: {reason(error, folder)}.{advice}") from None


def _no_more_files(place: Path) -> bool:
    """Whether the disk of a place has bytes left and no inodes."""
    for folder in (place, *place.absolute().parents):  # it may not be there yet
        with contextlib.suppress(OSError, AttributeError):  # Windows cannot say
            disk = os.statvfs(folder)
            return disk.f_files > 0 and disk.f_favail == 0
    return False
