"""What the Lab's "try this" cards say. Knows nothing of Streamlit."""

from __future__ import annotations

from typing import Any

from gan_core.advice.trials import TRIALS

__all__ = ["TRIALS", "cards"]


def cards(section: str) -> list[dict[str, Any]]:
    """The cards of a section ("plane" or "line"), in order: {"name", "title", "words", "question", "race"}."""
    return [
        {"name": name, "title": t.title, "words": t.words, "question": t.question, "race": t.rival is not None}
        for name, t in TRIALS.items()
        if t.section == section
    ]
