"""The Train page: the form at the side, the transport bar on top, samples and curves, and what they mean below."""

from __future__ import annotations

import streamlit as st

from ..shared import form, frame, places, remedy, transport, views


def draw() -> None:
    """The whole page."""
    places.come_to("train")
    frame.style()
    with st.sidebar:
        form.draw()
    transport.draw()
    with st.container(key="stage"):
        pictures, charts = st.columns([2, 3], gap="medium")
        with pictures:
            with st.container(key="samples"):
                views.show("train/samples", key="samples_view")
            with st.container(key="timeline"):
                views.show("shared/timeline", key="timeline_view")
        with charts, st.container(key="curves"):
            views.show("shared/curves", key="curves_view")
    with st.container(key="below"):
        batch, words = st.columns([2, 3], gap="medium")
        with batch, st.container(key="batch"):
            views.show("train/batch", key="batch_view")
        with words, st.container(key="words"):
            views.show("shared/words", key="words_view")
    with st.container(key="findings"):
        views.show("shared/findings", key="findings_view", on_remedy_change=remedy.choose)
    for view in ("shared/closeness", "train/measure", "train/networks"):
        name = view.partition("/")[2]
        with st.container(key=name):
            views.show(view, key=f"{name}_view")
