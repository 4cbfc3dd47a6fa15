"""The Lab's section on two parameters: the Dirac-GAN's controls, and where its view stands."""

from __future__ import annotations

from dataclasses import asdict, replace
from urllib.parse import urlencode

import streamlit as st

from gan_core.config.glossary import FEATURES, TERMS

from ..shared import desk, views
from ..shared.desk import Desk
from ..shared.sentences import plain
from ..shared.terms import explain
from . import dirac
from .dirac import TRIALS, Setup

HOW_HELP = (
    "Alternating: D moves k times, then G answers the new D, as in training. "
    "Simultaneous: each player answers where the other was before the step. "
    "One step shows almost no difference between the two; many steps do."
)


def setup() -> Setup:
    """What is set now."""
    return st.session_state.dirac


def draw() -> None:
    """The whole section."""
    with st.sidebar:
        _choices()
    for note in st.session_state.dirac_notes:
        st.caption(f":red[{plain(note)}]")
    with st.container(key="dirac"):
        _show(
            "lab/dirac",
            key="dirac_view",
            trials=[
                {"name": name, "title": t.title, "words": t.words, "setup": asdict(t.setup)}
                for name, t in TRIALS.items()
            ],
        )


def _show(view: str, key: str, **more: object) -> None:
    views.show(
        view,
        key=key,
        of=Desk(desk.here().settings),
        address=urlencode({"section": "dirac", **setup().query()}),
        dirac={"setup": asdict(setup()), "seen": st.session_state.dirac_seen},
        on_moved_change=lambda: _moved(key),
        **more,
    )


def _moved(view: str) -> None:
    """Something was moved in the browser.

    It sends what it changed, and a number by which it knows that this was understood.
    """
    wish = st.session_state[view].get("moved")
    if not isinstance(wish, dict):
        return
    st.session_state.dirac = dirac.merged(setup(), wish.get("setup"))
    st.session_state.dirac_notes = []
    if type(wish.get("n")) is int:
        st.session_state.dirac_seen = wish["n"]


def _choices() -> None:
    for name in ("objective", "penalty", "how"):
        st.session_state[f"lab_{name}"] = getattr(setup(), name)
    with st.container(key="lab_choices"):
        for name, heading, help in (
            ("objective", "Objective", "What D and G minimise. D here is a line through the data’s point: D(x) = ψx."),
            (
                "penalty",
                "Gradient penalty",
                "Added to D’s loss. The slope of D is ψ everywhere, so each penalty is a function of ψ alone.",
            ),
        ):
            options = dirac.ACCEPTS[name].options
            st.selectbox(
                heading,
                options,
                key=f"lab_{name}",
                format_func=lambda o, n=name: TERMS[n][o].title,
                on_change=_chosen,
                args=(name,),
                help=help,
            )
            with st.container(key=f"about_lab_{name}"):
                # the sidebar has room for what it does; when it helps is a matter of the other pages
                st.caption(explain(replace(TERMS[name][getattr(setup(), name)], helps="")))
        _show(
            "lab/dirac_dials",
            key="dirac_dials_view",
            helps={name: f"{FEATURES[term].does}\n{FEATURES[term].helps}" for name, term in DIAL_TERMS.items()},
        )
        st.segmented_control(
            "Who moves when",
            list(dirac.NAME),
            key="lab_how",
            format_func=lambda how: dirac.NAME[how],
            required=True,
            on_change=_chosen,
            args=("how",),
            help=HOW_HELP,
        )


DIAL_TERMS = {"clip": "weight_clip", "noise": "instance_noise", "k": "k"}
"""Dials that the glossary has a word on."""


def _chosen(name: str) -> None:
    st.session_state.dirac = setup().replace(**{name: st.session_state[f"lab_{name}"]})
    st.session_state.dirac_notes = []
