"""One field of the form: its widget, what is said of its value, and whether the run follows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from gan_core.config import FIELDS, LIVE, Bool, ConfigError, Float, Int, TrainConfig
from gan_core.config.asking import choices
from gan_core.config.glossary import FEATURES, TERMS
from gan_core.config.presets import preset

from . import at_once, desk, pending, sentences
from .pending import Pending
from .sentences import plain
from .settings import number, problem, show
from .terms import explain

RATES = ("lr_d", "lr_g")
FACTORS = {"÷2": 0.5, "×2": 2.0}
"""Learning rates are chosen by their size: steps that double and halve them."""
AT_ONCE, RESTARTS = ":material/bolt:", ":material/restart_alt:"


def draw(name: str, draft: TrainConfig, waits: Pending | None, told: set[str]) -> None:
    """The widget of one field; what it holds goes into the settings, and to the run where it may change at once.

    `waits`: how it differs from the run, where it does. `told`: explanations that stand above already.
    """
    with st.container(key=f"field_{name}"):
        _widget(name, draft, told)
        mark(name, waits)


def mark(name: str, waits: Pending | None) -> None:
    """What the run has, and what the preset has, where a field differs from it, as buttons that go back to it."""
    settings = desk.settings()
    own = getattr(preset(settings.preset), name)
    from_preset = name in settings.changed and not (waits and waits.has == own)
    if not waits and not from_preset:
        return
    with st.container(key=f"marks_{name}", horizontal=True, gap="small"):
        how = {"type": "tertiary", "args": ([name],)}
        if waits:
            st.button(f"runs with {plain(waits.had)} · undo", key=f"undo_{name}", on_click=undo, **how)
            if name in LIVE and waits.button == "Reset":
                st.button("apply now", key=f"apply_{name}", on_click=_tell, **how)
        if from_preset:
            st.button(f"preset: {plain(show(name, own))} · back", key=f"back_{name}", on_click=to_preset, **how)


def to_preset(names: Sequence[str] | None = None) -> None:
    """These fields as in the preset, or all; a run at work takes live ones on, as when they are typed.

    Of all fields only those that it has, or is to have, as the form showed them: what waited was not the run's.
    """
    settings, now = desk.settings(), desk.now()
    sentences.forget()
    waits = pending.of(settings, now)
    back = names or {name for name in settings.changed if name not in waits} | settings.untold
    settings.put_back(preset(settings.preset), names)
    desk.show_settings()
    _reach(back)


def undo(names: Sequence[str] | None = None) -> None:
    """These fields as the run has them, or all of them."""
    now = desk.now()
    sentences.forget()
    if now is not None:
        desk.settings().put_back(pending.asked(now), names)
        desk.show_settings()
        _reach([])


def _tell(names: Sequence[str]) -> None:
    """A run at work takes the values of these live fields on."""
    settings, now = desk.settings(), desk.now()
    sentences.forget()
    if now is not None and now.is_active:
        at_once.change(now.run, {name: settings.values[name] for name in names})


def _widget(name: str, draft: TrainConfig, told: set[str]) -> None:
    settings = desk.settings()
    field, key, value = FIELDS[name], f"set_{name}", settings.values[name]
    accepts, options = field.accepts, choices(name, draft)
    term = TERMS.get(name, {}).get(value) if options is not None else FEATURES.get(name)
    about = explain(term) if term is not None else ""
    explained = bool(about) and (options is not None or draft.is_on(name))
    more = f"\n\n{about}" if about and not explained else ""
    words = {"key": key, "help": field.help + more, "on_change": _changed, "args": (name,)}
    heading = f"{AT_ONCE if field.live else RESTARTS} {field.label}"
    if isinstance(accepts, Bool):
        st.session_state.setdefault(key, value)
        st.toggle(heading, **words)
    elif options is not None:
        st.session_state.setdefault(key, value)
        st.selectbox(heading, options, format_func=lambda o: show(name, o), **words)
    elif isinstance(accepts, Int):
        st.session_state.setdefault(key, value)
        empty = {"value": None, "placeholder": show(name, None)} if accepts.optional else {}
        st.number_input(heading, accepts.low, accepts.high, step=1, **empty, **words)
    elif isinstance(accepts, Float):
        st.session_state.setdefault(key, "" if value is None else number(value))
        words["placeholder"] = nothing(name, draft) if accepts.optional else number(field.default)
        if name not in RATES:
            st.text_input(heading, **words)
        else:
            with st.container(key=f"rate_{name}"):
                st.text_input(heading, **words)
                for label, factor in FACTORS.items():
                    st.button(
                        label, key=f"times_{factor:g}_{name}", type="tertiary", on_click=_times, args=(name, factor)
                    )
    if explained and about not in told:
        told.add(about)
        with st.container(key=f"about_{name}"):
            st.caption(about)


def _times(name: str, factor: float) -> None:
    """A rate by one step up or down, where the field accepts it."""
    value = desk.settings().values[name]
    if not isinstance(value, float):
        return
    try:
        value = FIELDS[name].accepts.check(name, value * factor)
    except ConfigError as error:
        sentences.forget()
        return sentences.say(problem(error))
    st.session_state[f"set_{name}"] = number(value)
    _changed(name)


def nothing(name: str, draft: TrainConfig) -> str:
    """What an empty field of a number means here."""
    if name != "weight_clip":
        return show(name, None)
    clip = TrainConfig.draft({**vars(draft), name: None}).clip
    return f"{show(name, None)}: {number(clip) if clip else 'off'}"


def _changed(name: str) -> None:
    settings = desk.settings()
    sentences.forget()
    value = st.session_state[f"set_{name}"]
    accepts = FIELDS[name].accepts
    if isinstance(accepts, Float):
        value = accepts.parse(value)
    elif value is None and isinstance(accepts, Int) and not accepts.optional:
        value = FIELDS[name].default
        st.session_state[f"set_{name}"] = value
    settings.set(name, value)
    _reach([name])


def _reach(names: Collection[str]) -> None:
    """A run at work takes on what of these fields is live, as soon as nothing is wrong with the settings."""
    settings, now = desk.settings(), desk.now()
    if now is None or not now.is_active:
        return
    settings.untold.update(name for name in names if name in LIVE)
    if settings.error is None and settings.untold:
        # also what could not be sent while something else was wrong
        at_once.change(now.run, {f: settings.values[f] for f in LIVE if f in settings.untold})
        settings.untold.clear()
