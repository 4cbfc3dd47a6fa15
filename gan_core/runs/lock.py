"""One process at a time writes a run."""

from __future__ import annotations

from pathlib import Path

from . import layout
from .files import RunError


class Lock:
    """The hold of this process on a run folder; the system lets go of it when the process ends in any way.

    Raises RunError where another process has it or the folder cannot be written.
    """

    def __init__(self, folder: Path):
        try:
            self.file = open(folder / layout.LOCK, "a")
        except OSError as error:
            raise RunError(f"The run folder {folder} cannot be written: {error.strerror}.") from None
        try:
            import fcntl
        except ImportError:  # Windows: the heartbeat has to do
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.close()
            raise RunError(f"{folder.name} is being trained by another process already.") from None

    def release(self) -> None:
        """Lets go."""
        self.file.close()
