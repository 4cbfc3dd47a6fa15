"""One process at a time writes a run."""

from __future__ import annotations

import time
from pathlib import Path

from . import layout
from .disk import reason
from .files import RunError, open_plain, open_to_append

TRIES = 5


def is_locked(folder: Path) -> bool:
    """Whether some process has the hold of a run; False where the system cannot say."""
    try:
        import fcntl

        with open_plain(folder / layout.LOCK) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False


class Lock:
    """The hold of this process on a run folder; the system lets go of it when the process ends in any way.

    Raises RunError where another process has it or the folder cannot be written.
    """

    def __init__(self, folder: Path):
        try:
            self.file = open_to_append(folder / layout.LOCK)
        except OSError as error:
            raise RunError(f"The run folder {folder} cannot be written: {reason(error, folder)}.") from None
        try:
            import fcntl
        except ImportError:  # Windows: the heartbeat has to do
            return
        for left in reversed(range(TRIES)):
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                if left:  # it may be `is_locked`, which is over at once
                    time.sleep(0.05)
        self.file.close()
        raise RunError(f"{folder.name} is being trained by another process already.")

    def release(self) -> None:
        """Lets go."""
        self.file.close()
