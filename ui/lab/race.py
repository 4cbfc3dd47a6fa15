"""Two runs from one seed, side by side: the second side of a desk, and what it has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import streamlit as st

from gan_core.config import titled
from gan_core.processes import fleet

from ..shared import desk, pending, transport
from ..shared.desk import Desk
from ..shared.sentences import attempt, plain, say
from ..shared.settings import label, show


def begin(here: Desk, changes: Mapping[str, Any]) -> Desk:
    """A second side, like the first but for `changes`, and returned; what cannot be is left out, with a word."""
    here.rival = rival = Desk(deepcopy(here.settings), here.offers)
    here.at_rival, settings = False, rival.settings
    for name, value in changes.items():
        settings.set(name, value)
        if settings.error is not None or not here.offers(settings.config):
            say(f"Left out of side B: {settings.error or f'{titled(settings.config.data)} is not shown on this page'}.")
            settings.set(name, getattr(here.settings.config, name))
    fleet.shared().expect(2)
    return rival


def end(here: Desk) -> None:
    """Back to one side; the other one's run is stopped and stays in the list."""
    if here.rival is None:
        return
    run = desk.run(here.rival)
    if run is not None and run.is_active:
        attempt(fleet.shared().stop, run)
    here.rival, here.at_rival = None, False
    fleet.shared().expect(1)


def draw_switch(here: Desk) -> None:
    """The switch in the page's head."""
    st.session_state.racing = here.rival is not None
    st.toggle(
        "Race",
        key="racing",
        on_change=_switched,
        help="Two runs from one seed, side by side. They differ only in what you change on side B.",
    )


def _switched() -> None:
    """The form goes over to side B, for that is where something is to be changed."""
    here = desk.here()
    if st.session_state.racing:
        # both begin together: a run that is on its way stays in the list
        transport.reset()
        begin(here, {})
        here.at_rival = True
    else:
        end(here)
    desk.show_settings()


def choose_side(here: Desk) -> None:
    """Which side's settings the form shows, where there are two."""
    if not here.rival:
        return
    st.session_state.side = "B" if here.at_rival else "A"
    help = "Both sides have the same seed. They differ only in what you change on one of them."
    st.segmented_control("Settings of side", ["A", "B"], key="side", required=True, on_change=_chosen, help=help)


def _chosen() -> None:
    desk.here().at_rival = st.session_state.side == "B"
    desk.show_settings()


def draw_name(side: str, words: str = "") -> None:
    """The heading of what belongs to a side, "a" or "b", which is as small as text; `words` stand beside it."""
    st.header(f"**Side {side.upper()}** &nbsp; {words}", anchor=False)


def differences(one: Desk, other: Desk) -> str:
    """What one side has otherwise than the other, in Markdown; empty where nothing. A run has what it runs with."""
    mine, its = (pending.asked(now) if (now := desk.now(side)) else side.settings.config for side in (one, other))
    mine, its = mine.to_dict(), its.to_dict()
    changed = [f"{label(f)} {show(f, v)}" for f, v in mine.items() if v != its[f]]
    return plain(", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else ""))
