"""Files of points that a person uploads.

They are kept under the data folder, named by what is in them, and looked into before anything follows from them. Knows
nothing of Streamlit.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Any

from gan_core.config import data_dir, shown
from gan_core.processes import fleet
from gan_core.runs.disk import reason

SUFFIXES = ("csv", "txt", "tsv", "npy")
LARGEST = 50
"""MB of a file."""


class Refused(ValueError):
    """A file that cannot be used; the text is a sentence that says why."""


def take(name: str, content: bytes) -> tuple[str, str]:
    """Keeps a file and reads it: its data name `points:PATH`, and how many points it has, in words.

    Raises Refused for one that is too large, of another kind or without points, and keeps nothing of it.
    """
    suffix, name = name.rpartition(".")[2].lower(), shown(Path(name).name, 80)
    if suffix not in SUFFIXES:
        raise Refused(
            f"“{name}” is not a file type that can be read; use a .csv, .txt, .tsv or .npy file with two "
            f"columns of numbers."
        )
    if len(content) > LARGEST * 1_000_000:
        raise Refused(
            f"“{name}” is too large ({len(content) / 1e6:,.0f} MB); at most {LARGEST} MB can be uploaded. "
            "Put it on this machine and use points:PATH."
        )
    path = data_dir().resolve() / "uploads" / f"{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    is_new = not path.exists()
    try:
        if is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
            try:
                draft.write_bytes(content)
                draft.replace(path)  # whole or not at all: by its name it is taken for the same file from now on
            finally:
                draft.unlink(missing_ok=True)
        found = fleet.shared().ask({"do": "points", "path": str(path)}, timeout=120.0)
    except (fleet.AskError, OSError) as error:
        if is_new:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Refused(f"“{name}” could not be kept: {reason(error, path.parent)}.") from None
        raise Refused(str(error).replace(str(path), f"“{name}”")) from None
    return f"points:{path}", in_words(found)


def in_words(found: dict[str, Any]) -> str:
    """What a file holds: "1,204 points; 3 rows that are not two numbers are left out."."""
    rows, skipped = found["rows"], found["skipped"]
    rest = (
        "1 row that is not two numbers is left out"
        if skipped == 1
        else f"{skipped:,} rows that are not two numbers are left out"
    )
    return f"{rows:,} points; {rest}." if skipped else f"{rows:,} points."
