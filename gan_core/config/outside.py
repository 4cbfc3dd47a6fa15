"""What comes from outside the program as text: names of files, JSON, and words that a sentence repeats."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

LONGEST_NAME, LONGEST_PATH = 255, 4095
"""Bytes that a name, and a whole path, may have on the systems that people use."""
SHOWN = 200
"""Characters that a sentence repeats of what somebody wrote."""
DEPTH = 32
"""How deep JSON from outside may be nested; what this program writes is far from it."""


def unusable(path: str) -> str | None:
    """Why a path can be nobody's, whatever there is on the disk, as the end of a sentence; None where it can be."""
    if not path.strip():
        return "the path is empty; name one"
    if odd := next((letter for letter in path if unicodedata.category(letter) == "Cc"), None):
        return f"the path holds the control character {odd!r}; leave it out"
    try:
        whole = path.strip().encode()
    except UnicodeEncodeError:
        return "the path is not valid Unicode text; rename the file or folder"
    if len(whole) > LONGEST_PATH or max(map(len, whole.replace(os.sep.encode(), b"/").split(b"/"))) > LONGEST_NAME:
        return f"the path is too long; a name may have {LONGEST_NAME} bytes, a path {LONGEST_PATH:,}"
    try:
        Path(path.strip()).expanduser()
    except (RuntimeError, ValueError):  # ~ of somebody who does not exist
        return f"there is no user called {shown(path.strip().partition('/')[0].lstrip('~'))} here"
    return None


def shown(text: str, most: int = SHOWN) -> str:
    """What somebody wrote, as a sentence can repeat it: on one line, without control characters, and not too long.

    What is cut keeps its end: that is where a file's name tells its kind.
    """
    plain = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
    return plain if len(plain) <= most else f"{plain[: most - 21]}…{plain[-20:]}"


def parse_json(text: str | bytes) -> Any:
    """What JSON says. Raises ValueError where it is none, or nested deeper than anything this program writes."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError(f"it is nested deeper than {DEPTH} levels") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not understood from character {error.pos + 1:,} on") from None
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    except ValueError:  # Python reads no number of more than some thousand digits
        raise ValueError("a number in it is too long") from None
    level = [value]
    for _ in range(DEPTH):
        level = [one for one in level if isinstance(one, (dict, list))]
        if not level:
            return value
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    raise ValueError(f"it is nested deeper than {DEPTH} levels")
