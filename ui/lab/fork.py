"""A new run out of the past of another: it goes on from a step of the timeline with the settings on the left."""

from __future__ import annotations

import streamlit as st

from gan_core.processes import fleet

from ..shared import desk
from ..shared.sentences import attempt, say


def choose() -> None:
    """A step of the timeline was chosen to go on from."""
    wish, here = st.session_state["timeline_view"].get("fork"), desk.here()
    run = desk.run(here)
    step = wish.get("step") if isinstance(wish, dict) else None
    if run is None or type(step) is not int:
        return
    if here.settings.error is not None:
        return say("First correct the settings: they cannot be trained.")
    forked = attempt(fleet.shared().fork, run, step, here.settings.config)
    if forked is not None:
        here.run_id = forked.id
        here.settings.adopt(forked.config)  # it may have been given more steps
        desk.show_settings()
        begun = forked.origin["step"] if forked.origin else step
        say(f"A new run, from step {begun:,} of {run.name}, with the settings on the left.", "done")
