"""A drawing of a distribution as text: the ink of a square of cells, 0 to 15 each, short enough for an address.

    text = encode(ink)     # ink: bytes, CELLS * CELLS levels, row by row from below, each row from the left
    decode(text) == ink

Two levels make a byte, the first of them its upper half; the bytes are compressed (zlib) and written in the letters of
an address (base64url without its =). The browser writes the same (ui/lab/drawing.js). Needs nothing but the standard
library.
"""

from __future__ import annotations

import base64
import re
import zlib

CELLS = 40
"""Cells a side."""
LEVELS = 15
"""The most ink a cell can hold."""
REACH = 2.0
"""The cells fill the square [-REACH, REACH]²."""
LONGEST = 1500
"""Letters of a code. Even ink without any order needs fewer than 1,100."""

_BYTES = CELLS * CELLS // 2


def encode(ink: bytes) -> str:
    """The code of `ink`: CELLS * CELLS levels from 0 to LEVELS. ValueError for anything else."""
    if len(ink) != CELLS * CELLS or max(ink) > LEVELS:
        raise ValueError(f"a drawing has {CELLS} x {CELLS} cells with 0 to {LEVELS} of ink")
    packed = bytes(16 * first + second for first, second in zip(ink[::2], ink[1::2], strict=True))
    return base64.urlsafe_b64encode(zlib.compress(packed, 9)).rstrip(b"=").decode()


def decode(code: str) -> bytes:
    """The levels that `code` stands for.

    ValueError, with the end of a sentence that says why, where it stands for none or there is no ink.
    """
    if len(code) > LONGEST:
        raise ValueError(f"the code of a drawing has at most {LONGEST:,} letters, and this has {len(code):,}")
    damaged = ValueError("the code of the drawing is damaged; copy the whole address, or draw it again")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", code):
        raise damaged
    try:
        reader = zlib.decompressobj()
        # one byte more than there may be: whatever it would unfold to, no more of it is unfolded
        packed = reader.decompress(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)), _BYTES + 1)
    except (ValueError, zlib.error):
        raise damaged from None
    if len(packed) != _BYTES or not reader.eof or reader.unused_data:
        raise damaged
    if not any(packed):
        raise ValueError("the drawing is empty; draw something")
    return bytes(level for byte in packed for level in divmod(byte, 16))
