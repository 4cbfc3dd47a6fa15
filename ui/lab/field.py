"""The picture of the plane: which of its layers are shown, chosen in the browser and kept in the address."""

from __future__ import annotations

import streamlit as st

from ..shared import desk, views
from ..shared.desk import Desk

LAYERS = "real,fakes,d,manifold"
KNOWN = ("real", "fakes", "average", "d", "best", "difference", "manifold", "pull")
"""Layers that it opens with, and all."""
OFTEN = 120
"""Milliseconds between two looks at a run: dots shall be seen to move."""


def draw(one: Desk, key: str, **more: object) -> None:
    """The picture of one side."""
    views.show(
        "lab/field",
        key=key,
        of=one,
        often=OFTEN,
        seen=st.session_state.get("layers_seen", 0),
        layers=desk.here().more.get("layers", LAYERS),
        on_moved_change=lambda: _chosen(key),
        **more,
    )


def _chosen(key: str) -> None:
    """The browser sends all layers, and a number by which it knows that this was understood."""
    wish = st.session_state[key].get("moved")
    if isinstance(wish, dict) and isinstance(wish.get("layers"), str):
        desk.here().more["layers"] = wish["layers"][:80]
        st.session_state.layers_seen = wish.get("n", 0)
