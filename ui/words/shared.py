"""What the views that pages share say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {}
