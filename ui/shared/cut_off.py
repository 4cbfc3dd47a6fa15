"""Runs that were cut off, by the end of the app or of their process: each is offered until somebody deals with it."""

from __future__ import annotations

import streamlit as st

from gan_core import runs
from gan_core.processes import fleet
from gan_core.runs import RunError, Snapshot

from . import desk, run_list, sentences
from .sentences import attempt, plain

CUT_OFF = {"interrupted": "was interrupted", "crashed": "crashed"}
"""States of a run that ended against everybody's will, in words."""
SHOWN = 2


def draw() -> None:
    """A line for each, the newest first; none for a run that is looked at, which says so itself."""
    here = desk.here()
    looked = {side.run_id for side in here.sides}
    cut = [one for one in run_list.good_runs() if one.state in CUT_OFF and one.run.id not in looked]
    cut = [one for one in cut if here.offers(one.run.config)]
    for place, one in enumerate(cut[:SHOWN]):
        with st.container(key=f"cut_off_{place}", horizontal=True, gap="small", vertical_alignment="center"):
            words = f"**{plain(one.run.name)}** {CUT_OFF[one.state]} at step {one.step:,}."
            st.markdown(words, width="content")
            how = {"type": "tertiary", "args": (one.run.id,)}
            st.button("Continue", key=f"continue_{place}", on_click=_continue, **how)
            st.button("Dismiss", key=f"dismiss_{place}", on_click=_dismiss, **how)
            if more := (len(cut) - SHOWN) * (place == SHOWN - 1):
                st.markdown(f"and {more} more", width="content")


def _found(run_id: str) -> Snapshot | None:
    """The run, unless somebody else has dealt with it meanwhile."""
    sentences.forget()
    try:
        now = runs.find(run_id).snapshot()
    except RunError as error:
        return sentences.say(str(error))
    return now if now.state in CUT_OFF else None


def _continue(run_id: str) -> None:
    """It goes on, and is looked at; what is looked at now goes on too, and stays in the list."""
    now, here = _found(run_id), desk.here()
    here.rival, here.at_rival = None, False
    desk.choose(run_id)
    if now is not None:
        attempt(fleet.shared().resume, now.run)


def _dismiss(run_id: str) -> None:
    """From now on it is a run that was stopped: nothing of it is lost, and nobody is asked about it again."""
    now = _found(run_id)
    if now is not None:
        attempt(runs.set_state, now.run, "stopped", now.status["message"])
