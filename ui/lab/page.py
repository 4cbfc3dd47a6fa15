"""The Lab page: its sections, and the head with the controls that only the Lab has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from gan_core.config import TrainConfig, data_kind, shown

from ..shared import desk, frame, places, speed
from ..shared.sentences import say
from . import address, dirac, dirac_section, field, figure, game, race, slow, stages, trials


def points_of(dim: int) -> Callable[[TrainConfig], bool]:
    """Whether a run's data are points of that many numbers."""
    return lambda config: data_kind(config.data).shape == (dim,)


@dataclass(frozen=True)
class Section:
    """One of the Lab's sections: what it is called, the preset that it opens with, and the runs that belong to it.

    `is_run`: whether it shows a run, so that speed, slow motion and races make sense.
    """

    title: str
    preset: str
    offers: Callable[[TrainConfig], bool]
    draw: Callable[[], None]
    is_run: bool = True


SECTIONS = {
    "plane": Section("Two dimensions", "plane", points_of(2), lambda: game.draw("plane", 2, field.draw)),
    "line": Section(
        "One dimension", "gaussian-1d", points_of(1), lambda: game.draw("line", 1, figure.draw, above=stages.draw)
    ),
    "dirac": Section("Two parameters", "plane", desk.everything, dirac_section.draw, is_run=False),
}
"""By the name that an address holds; the first is the one that the page opens with."""


def draw() -> None:
    """The whole page."""
    section = SECTIONS[_open()]
    frame.style()
    with st.container(horizontal=True, gap="small", key="lab_head"):
        st.segmented_control(
            "Section",
            list(SECTIONS),
            key="section_choice",
            format_func=lambda name: SECTIONS[name].title,
            required=True,
            on_change=_go,
            label_visibility="collapsed",
        )
        if section.is_run:
            here = desk.here()
            speed.draw(here)
            slow.draw_switch(here)
            race.draw_switch(here)
    section.draw()


def _open() -> str:
    """Take what the address says when a visit begins; returns the section."""
    first, again = "desks" not in st.session_state, places.travelled()
    query = st.query_params.to_dict() if first or again else {}
    if again or "section" not in st.session_state:
        st.session_state.section = _wanted(query)
        st.session_state.dirac, st.session_state.dirac_notes = dirac.from_query(query)
        st.session_state.dirac_seen = 0
    name = st.session_state.section
    new = again or name not in st.session_state.get("desks", {})
    places.come_to(name, SECTIONS[name].preset, SECTIONS[name].offers)
    if new:
        here = desk.here()
        here.more = {"section": name} if name != next(iter(SECTIONS)) else {}
        if address.read(here, query) and not again:
            trials.begin()
    st.session_state.section_choice = name
    return name


def _wanted(query: dict[str, str]) -> str:
    """The section that an address asks for."""
    first = next(iter(SECTIONS))
    asked = query.get("section", "dirac" if any(name.startswith(dirac.PREFIX) for name in query) else first)
    if asked in SECTIONS:
        return asked
    say(f"Left out of the address: there is no section “{shown(asked, 30)}”; use one of {', '.join(SECTIONS)}.")
    return first


def _go() -> None:
    st.session_state.section = st.session_state.section_choice
