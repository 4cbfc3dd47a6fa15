"""The Lab's "try this" cards: what they say, and what follows when one is chosen."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

from gan_core.advice.trials import TRIALS

from ..shared import desk, transport, views
from ..shared.desk import Desk
from ..shared.speed import FULL, SPEEDS
from . import race

__all__ = ["TRIALS", "begin", "cards", "draw", "draw_question", "set_up", "speed_of"]

SECONDS = 20
"""How long a trial shall take: there is time to look, and it is over before one has seen enough."""


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
            on_moved_change=_chosen,
        )


def draw_question(here: Desk, section: str) -> None:
    """The question of the trial that was chosen, right above the picture; nothing where none was."""
    trial = TRIALS.get(here.more.get("try", ""))
    if trial is None or trial.section != section:
        return
    with st.container(key="question"):
        views.show(
            "lab/question",
            key="question_view",
            of=here,
            chosen=here.more["try"],
            title=trial.title,
            question=trial.question,
            about=trial.words,
            rival=here.rival and here.rival.run_id,
            last="B" if here.at_rival else "A",
            begun=st.session_state.get("trial_begun", 0),
            on_closed_change=_closed,
        )


def _closed() -> None:
    """The question goes; settings and run stay."""
    desk.here().more.pop("try", None)


def speed_of(name: str) -> str:
    """The speed at which a trial takes `SECONDS`, as nearly as may be chosen."""
    steps = TRIALS[name].config.steps or 0
    return min((s for s in SPEEDS if s != FULL), key=lambda s: abs(steps / float(s) - SECONDS))


def _chosen() -> None:
    """A set-up was chosen: its settings on both sides, and it begins."""
    wish, here = st.session_state["trials_view"].get("moved"), desk.here()
    name = wish.get("trial") if isinstance(wish, dict) else None
    if name not in TRIALS:
        return
    transport.reset()
    here.more.pop("speed", None)
    set_up(here, name)
    desk.show_settings()
    begin()


def begin() -> None:
    """What was set up begins, and the page shows it: picture and question together."""
    transport.start()
    st.session_state.trial_begun = time.time()


def set_up(here: Desk, name: str) -> None:
    """The settings of something to try, on both sides where it is a race, at a speed that one can watch."""
    trial = TRIALS[name]
    race.end(here)
    here.settings.adopt(trial.config)
    here.more["try"] = name
    here.more.setdefault("speed", speed_of(name))
    if trial.rival:
        race.begin(here, trial.rival)
