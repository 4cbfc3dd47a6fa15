"""The game on points: the data at the side, one picture or the two of a race, the way back in time, and what to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import streamlit as st

from gan_core.config.presets import PRESETS

from ..shared import desk, form, remedy, transport, views
from ..shared.desk import Desk
from . import data_picker, fork, race, slow, trials


class Picture(Protocol):
    """Draws the large picture of one side; `more` is for its view."""

    def __call__(self, one: Desk, key: str, **more: object) -> None:
        """Draw it."""


def draw(section: str, dim: int, picture: Picture, above: Callable[[], None] = lambda: None) -> None:
    """A section of the Lab on data of `dim` numbers; `above` draws what stands right below the transport bar."""
    here = desk.here()
    with st.sidebar:
        race.choose_side(here)
        form.draw(
            presets=[name for name, one in PRESETS.items() if here.offers(one.config)],
            data=lambda: data_picker.draw(dim),
        )
    transport.draw()
    above()
    slow.draw(here)
    trials.draw_question(here, section)
    if here.rival is None:
        with st.container(key="arena"):
            _alone(here, picture)
    else:
        with st.container(key="race"):
            _race(here, here.rival, picture)
    if here.rival is None:
        with st.container(key="findings"):
            views.show("shared/findings", key="findings_view", of=here, on_remedy_change=remedy.choose)
        with st.container(key="closeness"):
            views.show("shared/closeness", key="closeness_view", of=here)
    trials.draw(here, section)


def _alone(here: Desk, picture: Picture) -> None:
    left, right = st.columns([6, 5], gap="medium")
    with left:
        with st.container(key="field"):
            picture(here, "field_view")
        _timeline(here)
    with right:
        with st.container(key="curves"):
            views.show("shared/curves", key="curves_view", of=here)
        with st.container(key="words"):
            views.show("shared/words", key="words_view", of=here)


def _race(here: Desk, rival: Desk, picture: Picture) -> None:
    sides = (("a", here, rival), ("b", rival, here))
    for (name, one, other), column in zip(sides, st.columns(2, gap="medium"), strict=True):
        with column, st.container(key=f"field_{name}"):
            alike = "" if name == "a" else "the same as A so far: change something on the left"
            race.draw_name(name, race.differences(one, other) or alike)
            picture(one, f"field_{name}_view", pair=other.run_id, maps=False)
    _timeline(here, pair=rival.run_id)
    for (name, one, other), column in zip(sides, st.columns(2, gap="medium"), strict=True):
        with column, st.container(key=f"curves_{name}"):
            race.draw_name(name)
            views.show("shared/curves", key=f"curves_{name}_view", of=one, pair=other.run_id)
            views.show("shared/closeness", key=f"closeness_{name}_view", of=one, pair=other.run_id)
    # the side that was changed last has the first word
    for name, one, _ in sorted(sides, key=lambda side: (side[0] == "b") != here.at_rival):
        with st.container(key=f"words_{name}"):
            race.draw_name(name)
            views.show("shared/words", key=f"words_{name}_view", of=one)
            views.show("shared/findings", key=f"findings_{name}_view", of=one)


def _timeline(here: Desk, **more: object) -> None:
    with st.container(key="timeline"):
        # one side of a race does not go its own way
        may_fork = here.rival is None
        views.show("shared/timeline", key="timeline_view", of=here, fork=may_fork, on_fork_change=fork.choose, **more)
