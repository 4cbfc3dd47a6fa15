"""Coming to a place of the app: each has a desk of its own, and a visit begins with what the address says."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gan_core.config import TrainConfig

from . import address, desk, run_list, sentences
from .settings import FIRST


def come_to(place: str = "train", first: str = FIRST, offers: Callable[[TrainConfig], bool] = desk.everything) -> None:
    """Come to a place of the app; its settings and run are taken from the address when a visit begins there.

    `first`: the preset that it opens with. Only the place that a visit begins at reads the address.
    """
    desks = st.session_state.setdefault("desks", {})
    if st.session_state.get("place") not in (None, place):
        sentences.forget()
        desk.show_settings()
    query = {} if desks else st.query_params.to_dict()
    st.session_state.place = place
    if place in desks:
        return
    desks[place] = address.read(query, first, offers)
    if not query and local():
        active = [one for one in run_list.active_runs() if offers(one.config)]
        if active:
            desk.choose(active[0].id)


def last() -> str:
    """The place that a page without one of its own looks from."""
    return st.session_state.get("place", "train")


def local() -> bool:
    """Whether the visitor sits at the machine that the app runs on."""
    return st.context.ip_address in (None, "127.0.0.1", "::1")
