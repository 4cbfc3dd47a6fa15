"""The Lab's "try this" cards: what they say, and what follows when one is chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gan_core.advice.trials import TRIALS

from ..shared import desk, transport, views
from ..shared.desk import Desk
from . import race

__all__ = ["TRIALS", "cards", "draw", "set_up"]


def cards(section: str) -> list[dict[str, Any]]:
    """The cards of a section ("plane" or "line"), in order: {"name", "title", "words", "question", "race"}."""
    return [
        {"name": name, "title": t.title, "words": t.words, "question": t.question, "race": t.rival is not None}
        for name, t in TRIALS.items()
        if t.section == section
    ]


def draw(here: Desk, section: str) -> None:
    """The cards of a section."""
    with st.container(key="trials"):
        views.show(
            "lab/trials",
            key="trials_view",
            of=here,
            trials=cards(section),
            chosen=here.more.get("try"),
            rival=here.rival and here.rival.run_id,
            on_moved_change=_chosen,
        )


def _chosen() -> None:
    """A set-up was chosen: its settings on both sides, and it begins."""
    wish, here = st.session_state["trials_view"].get("moved"), desk.here()
    name = wish.get("trial") if isinstance(wish, dict) else None
    if name not in TRIALS:
        return
    transport.reset()
    set_up(here, name)
    desk.show_settings()
    transport.start()


def set_up(here: Desk, name: str) -> None:
    """The settings of something to try, on both sides where it is a race."""
    trial = TRIALS[name]
    race.end(here)
    here.settings.adopt(trial.config)
    here.more["try"] = name
    if trial.rival:
        race.begin(here, trial.rival)
