"""The Latent page: which run, the walk through its latent space, and the live views of it."""

from __future__ import annotations

import streamlit as st

from gan_core.runs import Run

from ..shared import desk, frame, places, run_list, run_picker, views
from ..shared.sentences import plain
from . import walk


def draw() -> None:
    """The whole page."""
    if places.travelled() and "place" in st.session_state:
        desk.choose(st.query_params.get("run"))
    else:
        places.come_to(places.last())
    frame.style()
    with st.sidebar:
        run_picker.draw(only=_has_generator, first=None)
    run = desk.run()
    if run is None or not _has_generator(run):
        run = next((one.run for one in run_list.good_runs() if _has_generator(one.run)), None)
        if run is not None:
            desk.side().run_id = run.id
    if run is None:
        st.markdown("#### No generator has learnt anything yet")
        st.markdown(
            "This page moves through the noise that a generator starts from. Train one first; a minute is enough."
        )
        if st.button("Go to Train", type="primary", key="go_train"):
            st.switch_page("pages/train.py")
        return
    with st.container(key="whose"):
        st.markdown(f"Run **{plain(run_picker.title(run))}**")
    latent = walk.choose(run)
    with st.container(key="interpolation"):
        views.show("latent/interpolation", key="interpolation_view", of=desk.side(), latent=latent)
    with st.container(key="walk"):
        left, right = st.columns([5, 6], gap="medium")
        with left, st.container(key="latent_picture"):
            views.show("latent/picture", key="latent_picture_view", of=desk.side(), latent=latent)
        with right, st.container(key="dimensions"):
            views.show("latent/dimensions", key="dimensions_view", of=desk.side(), latent=latent)


def _has_generator(run: Run) -> bool:
    return bool(run.checkpoints())
