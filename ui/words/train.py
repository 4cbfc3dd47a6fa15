"""What the views of the Train page say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {}
