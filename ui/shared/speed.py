"""How fast a run may go: chosen per desk, kept in the address, followed by a running worker at once."""

from __future__ import annotations

import streamlit as st

from gan_core.processes import fleet

from . import desk
from .desk import Desk
from .sentences import attempt

FULL = "full"
SPEEDS = {
    "1": "1 step / s",
    "3": "3 steps / s",
    "10": "10 steps / s",
    "30": "30 steps / s",
    "100": "100 steps / s",
    "300": "300 steps / s",
    FULL: "Full speed",
}
"""What may be chosen, as an address has it, and in words."""


def steps_a_second(here: Desk) -> float:
    """The speed that was chosen, 0 for as fast as it goes."""
    chosen = here.more.get("speed", FULL)
    return 0.0 if chosen == FULL else float(chosen)


def draw(here: Desk) -> None:
    """The picker."""
    st.session_state.speed = here.more.get("speed", FULL)
    st.selectbox(
        "Speed",
        list(SPEEDS),
        key="speed",
        on_change=_chosen,
        label_visibility="collapsed",
        width=116,
        format_func=lambda name: SPEEDS[name],
    )


def _chosen() -> None:
    here = desk.here()
    here.more["speed"] = st.session_state.speed
    if here.more["speed"] == FULL:
        del here.more["speed"]
    for one in here.sides:
        if run := desk.run(one):
            attempt(fleet.shared().change, run, speed=steps_a_second(here))
