"""The Lab page's Streamlit side: its sections, the controls that only they have, and where the live views stand."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gan_core.config import FIELDS, TrainConfig, data_kind, parse_value
from gan_core.config.presets import PRESETS
from gan_core.processes import fleet

from ..shared import form, session, transport, views
from ..shared.session import Desk
from . import data_picker, dirac, dirac_section, race, trials

SECTIONS = {"plane": "Two dimensions", "line": "One dimension", "dirac": "Two parameters"}
FIRST = {"plane": "plane", "line": "gaussian-1d", "dirac": "plane"}
"""The preset that each section opens with."""
LAYERS = "real,fakes,d,manifold"
KNOWN = ("real", "fakes", "average", "d", "best", "difference", "manifold", "pull")
"""Layers of the plane: those that it opens with, and all."""
OFTEN = 120
"""Milliseconds between two looks at a run: dots shall be seen to move."""


def points_of(dim: int) -> Callable[[TrainConfig], bool]:
    """Whether a run's data are points of that many numbers."""
    return lambda config: data_kind(config.data).shape == (dim,)


OFFERS = {"plane": points_of(2), "line": points_of(1), "dirac": lambda config: True}


def draw() -> None:
    section = _open()
    views.style()
    with st.container(horizontal=True, gap="small", key="lab_head"):
        st.segmented_control(
            "Section",
            list(SECTIONS),
            key="section_choice",
            format_func=SECTIONS.get,
            required=True,
            on_change=_go,
            label_visibility="collapsed",
        )
        if section != "dirac":
            _extras(session.desk())
    if section == "dirac":
        dirac_section.draw()
    else:
        _game(section)


def _open() -> str:
    """Take what the address says when a visit begins; returns the section."""
    query = st.query_params.to_dict() if "desks" not in st.session_state else {}
    if "section" not in st.session_state:
        wanted = query.get("section", "dirac" if any(name.startswith(dirac.PREFIX) for name in query) else "plane")
        st.session_state.section = wanted if wanted in SECTIONS else "plane"
        if wanted not in SECTIONS:
            session.say(
                f"Left out of the address: there is no section “{wanted[:20]}”; use one of {', '.join(SECTIONS)}."
            )
        st.session_state.dirac, st.session_state.dirac_notes = dirac.from_query(query)
        st.session_state.dirac_seen = 0
    section = st.session_state.section
    new = section not in st.session_state.get("desks", {})
    session.open_page(section, FIRST[section], OFFERS[section])
    if new:
        _take(session.desk(), section, query)
    st.session_state.section_choice = section
    return section


def _go() -> None:
    st.session_state.section = st.session_state.section_choice


def _take(here: Desk, section: str, query: dict[str, str]) -> None:
    """What only the Lab's addresses hold: layers, speed, the set-up that was tried, the other side of a race."""
    here.more = {"section": section} if section != "plane" else {}
    here.more |= {name: query[name] for name in ("layers", "speed", "slow", "try") if name in query}
    if here.more.get("speed") not in (None, *transport.SPEEDS):
        session.say(
            f"Left out of the address: speed = “{here.more.pop('speed')[:20]}”; use one of {', '.join(transport.SPEEDS)}."
        )
    if here.more.get("try") not in (None, *trials.TRIALS):
        session.say(f"Left out of the address: there is nothing to try called “{here.more.pop('try')[:40]}”.")
    here.more["layers"] = ",".join(name for name in here.more.get("layers", LAYERS).split(",") if name in KNOWN)
    if here.more["layers"] == LAYERS:
        del here.more["layers"]
    if "try" in here.more and not {"preset", "run", *FIELDS} & set(query):
        _set_up(here, here.more["try"])
    if "race" in query:
        changes = {name[2:]: text for name, text in query.items() if name.startswith("b.") and name[2:] in FIELDS}
        race.begin(
            here,
            {name: parse_value(name, "None" if text.lower() == "none" else text) for name, text in changes.items()},
        )
        if query["race"]:
            session.take_run(here.rival, query["race"], adopt=not changes)


# --------------------------------------------------------------------------- the game on points


def _game(section: str) -> None:
    here = session.desk()
    plane = section == "plane"
    with st.sidebar:
        race.choose_side(here)
        form.draw(
            presets=[name for name, one in PRESETS.items() if here.offers(one.config)],
            data=lambda: data_picker.draw(2 if plane else 1),
        )
    transport.draw()
    if not plane:
        _stages()
    if here.more.get("slow"):
        with st.container(key="slow"):
            views.show("slow", key="slow_view", of=here, on_turn_change=lambda: _slow_turn(here))
    with st.container(key="arena" if here.rival is None else "race"):
        (_alone if here.rival is None else _race)(here, plane)
    with st.container(key="closeness"):
        views.show("closeness", key="closeness_view", of=here)
    with st.container(key="trials"):
        views.show(
            "trials",
            key="trials_view",
            of=here,
            trials=trials.cards(section),
            chosen=here.more.get("try"),
            rival=here.rival and here.rival.run_id,
            on_moved_change=_try,
        )


def _alone(here: Desk, plane: bool) -> None:
    picture, charts = st.columns([6, 5], gap="medium")
    with picture:
        with st.container(key="field"):
            _picture(here, plane, "field_view")
        _timeline(here)
    with charts:
        with st.container(key="curves"):
            views.show("curves", key="curves_view", of=here)
        with st.container(key="words"):
            views.show("words", key="words_view", of=here, on_remedy_change=transport.remedy)


def _race(here: Desk, plane: bool) -> None:
    columns = st.columns(2, gap="medium")
    for name, one, column in zip("ab", here.sides, columns, strict=True):
        with column, st.container(key=f"field_{name}"):
            other = here.sides[name == "a"]
            alike = "" if name == "a" else "the same as A so far: change something on the left"
            st.markdown(f"**{name.upper()}** &nbsp; {race.differences(one, other) or alike}")
            _picture(one, plane, f"field_{name}_view", pair=other.run_id, maps=False)
    _timeline(here, pair=here.rival.run_id)
    columns = st.columns(2, gap="medium")
    for name, one, column in zip("ab", here.sides, columns, strict=True):
        with column, st.container(key=f"curves_{name}"):
            views.show("curves", key=f"curves_{name}_view", of=one)


def _picture(one: Desk, plane: bool, key: str, **more: object) -> None:
    here = session.desk()
    more |= {"often": OFTEN, "seen": st.session_state.get("layers_seen", 0)}
    if plane:
        views.show(
            "field",
            key=key,
            of=one,
            layers=here.more.get("layers", LAYERS),
            on_moved_change=lambda: _layers(here, key),
            **more,
        )
    else:
        views.show("figure", key=key, of=one, **more)


def _timeline(here: Desk, **more: object) -> None:
    with st.container(key="timeline"):
        # one side of a race does not go its own way
        views.show("timeline", key="timeline_view", of=here, fork=here.rival is None, on_fork_change=_fork, **more)


def _layers(here: Desk, key: str) -> None:
    wish = st.session_state[key].get("moved")
    if isinstance(wish, dict) and isinstance(wish.get("layers"), str):
        here.more["layers"] = wish["layers"][:80]
        st.session_state.layers_seen = wish.get("n", 0)


# ---- controls


def _extras(here: Desk) -> None:
    """Controls that only the Lab has: speed, slow motion, race."""
    st.session_state.speed = here.more.get("speed", transport.FULL)
    st.selectbox(
        "Speed",
        list(transport.SPEEDS),
        key="speed",
        on_change=_speed,
        label_visibility="collapsed",
        width=116,
        format_func=transport.SPEEDS.get,
    )
    st.session_state.slow_motion = bool(here.more.get("slow"))
    st.toggle(
        "Slow motion",
        key="slow_motion",
        on_change=_slow,
        help="One step in ten parts, with its real numbers. It holds the run.",
    )
    st.session_state.racing = here.rival is not None
    st.toggle(
        "Race",
        key="racing",
        on_change=race.toggle,
        help="Two runs from one seed, side by side. What you change on side B is what they differ in.",
    )


def _speed() -> None:
    here = session.desk()
    here.more["speed"] = st.session_state.speed
    if here.more["speed"] == transport.FULL:
        del here.more["speed"]
    for one in here.sides:
        if run := session.run(one):
            session.attempt(lambda run=run: fleet.shared().change(run, speed=transport.steps_a_second(here)))


def _slow() -> None:
    here = session.desk()
    if st.session_state.slow_motion:
        here.more["slow"] = "1"
        transport.pause()
    else:
        here.more.pop("slow", None)


def _slow_turn(here: Desk) -> None:
    """The panel has played an iteration: the run makes it."""
    run = session.run(here)
    # it names the step that it has played: one that the run has made already is not made again
    if st.session_state["slow_view"].get("turn") == (run.status["step"] + 1 if run else 1):
        transport.turn("both")


def _fork() -> None:
    """The run that is looked at goes on from a step of its past with the settings on the left."""
    wish, here = st.session_state["timeline_view"].get("fork"), session.desk()
    run = session.run(here)
    step = wish.get("step") if isinstance(wish, dict) else None
    if run is None or type(step) is not int:
        return
    if here.settings.error is not None:
        return session.say("First mend the settings: they cannot be trained.")
    forked = session.attempt(fleet.shared().fork, run, step, here.settings.config)
    if forked is not None:
        here.run_id = forked.id
        here.settings.adopt(forked.config)  # it may have been given more steps
        session.show_settings()
        session.say(
            f"A new run, from step {forked.origin['step']:,} of {run.name}, with the settings on the left.", "done"
        )


# ---- the stages of Figure 1

STAGES = {
    "a": ("(a) Untrained", "Back to the start: neither network has learnt anything."),
    "b": ("(b) Train D alone", "D moves while G waits, until it is as good as this D can be: p_data / (p_data + p_g)."),
    "c": ("(c) Train G alone", "G moves while D waits: the fakes climb D’s slope."),
    "d": ("(d) Train both", "To the end, where p_g = p_data and D = ½ everywhere."),
}
STAGE_TURNS = {"b": ("d", 400), "c": ("g", 60)}


def _stages() -> None:
    with st.container(horizontal=True, gap="xsmall", key="stages"):
        for name, (title, words) in STAGES.items():
            st.button(title, key=f"stage_{name}", on_click=_stage, args=(name,), help=words, width="content")


def _stage(name: str) -> None:
    if name == "a":
        transport.reset()
    elif name == "d":
        transport.start()
    else:
        transport.turn(*STAGE_TURNS[name])


# ---- try this


def _try() -> None:
    """A set-up was chosen: its settings on both sides, and it begins."""
    wish, here = st.session_state["trials_view"].get("moved"), session.desk()
    name = wish.get("trial") if isinstance(wish, dict) else None
    if name not in trials.TRIALS:
        return
    transport.reset()
    _set_up(here, name)
    session.show_settings()
    transport.start()


def _set_up(here: Desk, name: str) -> None:
    """The settings of something to try, on both sides where it is a race."""
    trial = trials.TRIALS[name]
    race.end(here)
    here.settings.adopt(trial.config)
    here.more["try"] = name
    if trial.rival:
        race.begin(here, trial.rival)
