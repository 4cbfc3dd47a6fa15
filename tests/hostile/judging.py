"""Which outcomes are accepted: success, or a sentence for a person. Never Python's words."""

from __future__ import annotations

import re
import traceback
from collections import Counter
from collections.abc import Callable
from typing import Any

from gan_core.commands.request import BadRequest
from gan_core.config import ConfigError
from gan_core.data import DataError
from gan_core.processes.client import AskError
from gan_core.runs import RunError

SENTENCES = (BadRequest, ConfigError, DataError, AskError, RunError)
PYTHON = re.compile(
    r"Traceback|\b[A-Z]\w*(Error|Exception|Warning)\b|Errno|NoneType|<class|0x[0-9a-f]{7,}|object has no|unhashable"
    r"|not subscriptable|not iterable|unexpected keyword|positional argument|codec can't|list index|invalid literal"
    r"|could not convert|Expecting (value|property|',')|math domain|broadcast|dtype|size mismatch|state_dict"
    r"|must be str|unsupported operand|has no attribute|not supported between|cannot reshape|\.py\b|line \d+, in "
    r"|must be real number|out of bounds|recursion depth|embedded null|surrogates not allowed|cannot unpack"
    r"|too many values"
)
"""What only Python, NumPy, PyTorch and the operating system say."""


class Judge:
    """Collects what happened in a case. `failures`: what is not accepted, in words."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.outcomes: Counter[str] = Counter()

    def of(self, name: str, do: Callable[[], Any], also: tuple[type[Exception], ...] = ()) -> Any:
        """Does something, and judges its outcome; its result, None where it gave a sentence."""
        try:
            found = do()
        except (*SENTENCES, *also) as error:
            self.sentence(name, str(error))
        except MemoryError:
            self.fail(name, "MemoryError")
        except Exception:
            self.fail(name, traceback.format_exc(limit=-6))
        else:
            self.outcomes["success"] += 1
            return found
        return None

    def sentence(self, name: str, said: str) -> None:
        """Judges what a person is told."""
        self.outcomes["sentence"] += 1
        if found := PYTHON.search(said):
            self.fail(name, f"Python's words ({found[0]!r}) in {said[:500]!r}")
        elif not said.strip():
            self.fail(name, "it says nothing")
        elif len(said) > 5000:
            self.fail(name, f"it says {len(said)} letters: {said[:200]!r}")
        elif any(ord(c) < 32 and c not in "\n\t" or 0xD800 <= ord(c) < 0xE000 for c in said):
            self.fail(name, f"letters that nobody can read, in {said[:300]!r}")

    def fail(self, name: str, what: str) -> None:
        """Something that is not accepted."""
        self.failures.append(f"{name}: {what}")
