"""Slow motion: its switch, its panel, and the step that the run makes after the panel has played it."""

from __future__ import annotations

import streamlit as st

from ..shared import desk, transport, views
from ..shared.desk import Desk


def draw_switch(here: Desk) -> None:
    """The switch in the page's head."""
    st.session_state.slow_motion = bool(here.more.get("slow"))
    st.toggle(
        "Slow motion",
        key="slow_motion",
        on_change=_switched,
        help="One step in ten parts, with its real numbers. The run pauses meanwhile.",
    )


def _switched() -> None:
    here = desk.here()
    if st.session_state.slow_motion:
        here.more["slow"] = "1"
        transport.pause()
    else:
        here.more.pop("slow", None)


def draw(here: Desk) -> None:
    """The panel, where it is switched on."""
    if here.more.get("slow"):
        with st.container(key="slow"):
            views.show("lab/slow", key="slow_view", of=here, on_turn_change=lambda: _played(here))


def _played(here: Desk) -> None:
    """The panel has played an iteration: the run makes it."""
    run = desk.run(here)
    # it names the step that it has played: one that the run has made already is not made again
    if st.session_state["slow_view"].get("turn") == (run.status["step"] + 1 if run else 1):
        transport.turn("both")
