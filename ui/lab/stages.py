"""The four stages of Figure 1 of the paper, a button each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from ..shared import transport


@dataclass(frozen=True)
class Stage:
    """A button: its title, its help, and what it does."""

    title: str
    words: str
    do: Callable[[], None]


STAGES = {
    "a": Stage("(a) Untrained", "Back to the start: neither network has learnt anything.", transport.reset),
    "b": Stage(
        "(b) Train D alone",
        "D moves while G waits, until D is as good as it can be: p_data / (p_data + p_g).",
        partial(transport.turn, "d", 400),
    ),
    "c": Stage(
        "(c) Train G alone",
        "G moves while D waits: the fakes climb D’s slope.",
        partial(transport.turn, "g", 60),
    ),
    "d": Stage("(d) Train both", "To the end, where p_g = p_data and D = ½ everywhere.", transport.start),
}


def draw() -> None:
    """All buttons."""
    with st.container(horizontal=True, gap="xsmall", key="stages"):
        for name, stage in STAGES.items():
            st.button(stage.title, key=f"stage_{name}", on_click=stage.do, help=stage.words, width="content")
