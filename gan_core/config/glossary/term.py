"""A word of the field, as the form explains it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """What an option or a feature is.

    `title` a few words; `does` and `helps` one sentence each; `formula` LaTeX, several lines separated by newlines, in
    which s, r and f are D's logits in general, on a real sample and on a fake; `paper` author, year, arXiv number,
    several separated by "; ".
    """

    title: str
    does: str = ""
    helps: str = ""
    formula: str = ""
    paper: str = ""
