"""Files of a person's own, opened so that nothing else that may be in their place makes anybody wait."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


def open_plain(path: str | os.PathLike) -> BinaryIO:
    """A plain file, read as bytes; links are followed. Raises OSError, also for pipes, devices and folders."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "is not a plain file", str(path))
    return os.fdopen(file, "rb")
