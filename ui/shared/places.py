"""Coming to a place of the app: each has a desk of its own, and a visit begins with what the address says."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from gan_core.config import TrainConfig

from . import address, desk, run_list, sentences
from .settings import FIRST


def come_to(place: str = "train", first: str = FIRST, offers: Callable[[TrainConfig], bool] = desk.everything) -> None:
    """Come to a place of the app; its settings and run are taken from the address when a visit begins there.

    `first`: the preset that it opens with. Only the place that a visit begins at reads the address, and whichever the
    browser goes back or forward to.
    """
    desks, again = st.session_state.setdefault("desks", {}), travelled()
    if again or st.session_state.get("place") not in (None, place):
        sentences.forget()
        desk.show_settings()
    query = st.query_params.to_dict() if again or not desks else {}
    st.session_state.place = place
    if place in desks and not again:
        return
    desks[place] = address.read(query, first, offers)
    if not query and not again and local():
        active = [one for one in run_list.active_runs() if offers(one.run.config)]
        if active:
            desk.choose(active[0].run.id)


def travelled() -> bool:
    """Whether the visitor came by the browser's buttons for back and forward: the address says then where to."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def last() -> str:
    """The place that a page without one of its own looks from."""
    return st.session_state.get("place", "train")


def local() -> bool:
    """Whether the visitor sits at the machine that the app runs on."""
    return st.context.ip_address in (None, "127.0.0.1", "::1")
