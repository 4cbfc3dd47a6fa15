"""Train: choose a system, press Start, watch it learn."""

import streamlit as st

from ui.shared import form, session, transport, views

session.open_page()
views.style()
with st.sidebar:
    form.draw()
transport.draw()
with st.container(key="stage"):
    pictures, charts = st.columns([2, 3], gap="medium")
    with pictures:
        with st.container(key="samples"):
            views.show("samples", key="samples_view")
        with st.container(key="timeline"):
            views.show("timeline", key="timeline_view")
    with charts, st.container(key="curves"):
        views.show("curves", key="curves_view")
with st.container(key="below"):
    batch, words = st.columns([2, 3], gap="medium")
    with batch, st.container(key="batch"):
        views.show("batch", key="batch_view")
    with words, st.container(key="words"):
        views.show("words", key="words_view", on_remedy_change=transport.remedy)
with st.container(key="closeness"):
    views.show("closeness", key="closeness_view")
with st.container(key="measure"):
    views.show("measure", key="measure_view")
with st.container(key="networks"):
    views.show("networks", key="networks_view")
