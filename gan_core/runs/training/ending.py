"""What has ended a training, and what can be done, in a sentence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import torch

from ...config import ConfigError
from ...data import DataError
from ...method.guard import NonFiniteError
from ..files import Foreign, RunError

SMALLER = "Choose a smaller batch, width or resolution."

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


def sentence(error: BaseException, saved_step: int | None, folder: Path) -> str | None:
    """None for an error that nobody has foreseen. `saved_step`: that of the newest whole state, None for none."""
    if isinstance(error, Foreign):
        return f"{error.filename} {error.strerror}, so nothing is read or written there. Remove it, then continue."
    if isinstance(error, OSError) and not folder.exists():
        return f"The run's folder {folder} was renamed or deleted while it was trained. Continue it where it is now."
    if isinstance(error, OSError) and error.errno in DISK:
        what, remedy = DISK[error.errno]
        if error.errno == errno.ENOSPC and _no_more_files(folder):
            what, remedy = "The disk is full: it has no room for another file.", "Delete some files"
        kept = f"The state of step {saved_step:,} is safe:" if saved_step else "Nothing had been saved yet:"
        return f"{what} {kept} {remedy[0].lower()}{remedy[1:]}, then continue."
    if isinstance(error, NonFiniteError):
        if saved_step:
            return f"{error} The last good state, of step {saved_step:,}, is kept: lower them and continue."
        return f"{error} Lower them and start again."
    if isinstance(error, (DataError, ConfigError, RunError)):
        return str(error)
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "allocate memory" in str(error):
        return f"Out of memory. {SMALLER}"
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted from the keyboard. It can be continued from its last saved state."
    return None


def of_disk(error: BaseException) -> bool:
    """Whether it is the disk that ended a training, or what the system lets us do with it."""
    return isinstance(error, OSError) and error.errno in DISK


def _no_more_files(folder: Path) -> bool:
    """Whether a disk has bytes left and no inodes."""
    try:
        disk = os.statvfs(folder)
    except (AttributeError, OSError):  # Windows has neither
        return False
    return disk.f_files > 0 and disk.f_favail == 0
