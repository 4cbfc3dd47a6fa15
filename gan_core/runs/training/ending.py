"""What has ended a training, and what can be done, in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from ...config import ConfigError
from ...data import DataError
from ...method.guard import NonFiniteError
from ..disk import of_disk, what_and_remedy
from ..files import Foreign, RunError

SMALLER = "Choose a smaller batch, width or resolution."


def sentence(error: BaseException, saved_step: int | None, folder: Path) -> str | None:
    """None for an error that nobody has foreseen. `saved_step`: that of the newest whole state, None for none."""
    if isinstance(error, Foreign):
        return f"{error.filename} {error.strerror}, so nothing is read or written there. Remove it, then continue."
    if isinstance(error, OSError) and not folder.exists():
        return f"The run's folder {folder} was renamed or deleted while it was trained. Continue it where it is now."
    if isinstance(error, OSError) and of_disk(error):
        what, remedy = what_and_remedy(error, folder)
        kept = f"The state of step {saved_step:,} is safe:" if saved_step else "Nothing had been saved yet:"
        return f"{what} {kept} {remedy[0].lower()}{remedy[1:]}, then continue."
    if isinstance(error, OSError) and error.strerror and (place := error.filename2 or error.filename):
        name = os.path.relpath(str(place), folder) if str(place).startswith(str(folder)) else place
        return f"{name} cannot be read or written: {error.strerror}. Remove what is in its place, then continue."
    if isinstance(error, NonFiniteError):
        if saved_step:
            return f"{error} The last good state, of step {saved_step:,}, is kept: lower them and continue."
        return f"{error} Lower them and start again."
    if isinstance(error, (DataError, ConfigError, RunError)):
        return str(error)
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "allocate memory" in str(error):
        return f"Out of memory. {SMALLER}"
    if isinstance(error, KeyboardInterrupt):
        kept = f"It continues from step {saved_step:,}." if saved_step else "Nothing had been saved yet."
        return f"Interrupted from the keyboard. {kept}"
    return None
