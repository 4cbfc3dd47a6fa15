"""Small files that a run folder is made of: replaced whole or added to by the line, and read with forbearance."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class RunError(RuntimeError):
    """A run that cannot be read or cannot do what was asked; the message is a sentence for the person who asked."""


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one step: a reader sees the old text or the new one, never half of either."""
    write_bytes(path, json.dumps(value).encode())


def write_bytes(path: Path, content: bytes, sync: bool = False) -> None:
    """The same for bytes; `sync`: they are on the disk before the old ones are given up. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; None where there is no file or it does not hold one."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Adds an object to a file of one a line."""
    with open(path, "a") as file:
        file.write(json.dumps(value) + "\n")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of one a line; a line that a kill cut short is passed over."""
    found = []
    with contextlib.suppress(OSError):
        for line in path.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return [row for row in found if isinstance(row, dict)]


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk has no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turns a file that cannot be written into a sentence. Raises RunError."""
    try:
        yield
    except OSError as error:
        advice = " Free some space and try again." if is_full(error) else ""
        raise RunError(f"This could not be written to the run's folder: {error.strerror or error}.{advice}") from None
