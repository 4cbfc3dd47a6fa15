"""Names that no file can have, for tests of everything that takes a name."""

from __future__ import annotations

LETTER = chr(0xDCFF)
NOBODY = {
    "empty": "",
    "blank": "  ",
    "NUL": "a\0b",
    "line break": "a\nb",
    "escape": "a\x1b[31mb",
    "delete": "a\x7fb",
    "byte that is no text": f"a{LETTER}b",
    "long name": "n" * 300,
    "long name of few letters": "名" * 100,
    "long path": "a/" * 3000,
    "no user": "~nobody-of-this-name/x",
}
"""What no file can be called, on any disk."""
