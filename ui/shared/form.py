"""The sidebar of the Train page: run, preset, data, and every field of the configuration, in its group."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from gan_core.config import (
    DATA,
    DRAWING,
    DRAWN,
    FIELDS,
    GROUPS,
    LIVE,
    PLACES,
    Bool,
    ConfigError,
    Float,
    Int,
    TrainConfig,
    data_kind,
)
from gan_core.config.asking import asks, choices
from gan_core.config.glossary import FEATURES, TERMS, Term
from gan_core.config.presets import PRESETS

from . import at_once, desk, run_picker, sentences, views
from .sentences import plain
from .settings import number, problem, show

AT_ONCE, RESTARTS = ":material/bolt:", ":material/restart_alt:"


def draw(presets: Sequence[str] | None = None, data: Callable[[], None] | None = None) -> None:
    """The whole form. `presets`: those on offer, if not all; `data`: draws another choice of data than the list."""
    settings = desk.settings()
    run_picker.draw()
    _preset(tuple(PRESETS) if presets is None else presets)
    (data or _data)()
    draft, error = settings.draft, settings.error
    blamed = error.field if error is not None else None
    st.caption(f"{AT_ONCE} applies at once, while it trains  \n{RESTARTS} needs a new start: press Reset, then Start")
    for group in GROUPS:
        names = [n for n, f in FIELDS.items() if f.group == group and n != "data" and (n == blamed or asks(n, draft))]
        with st.container(key=f"fold_{group.lower()}"):
            with st.expander(f"**{group}**"):
                for name in names:
                    _field(name, draft)
            if error is not None and blamed in names:
                _wrong(error)
            else:
                st.caption(_summary(group, settings.values, draft))
    if error is not None and blamed not in FIELDS:
        _wrong(error)
    views.show("shared/counts", key="counts")
    run_picker.draw_broken()


def _preset(presets: Sequence[str]) -> None:
    settings = desk.settings()
    st.session_state.setdefault("preset", settings.preset)

    def changed() -> None:
        settings.choose_preset(st.session_state.preset)
        desk.show_settings()

    st.selectbox(
        "Preset",
        [*presets, *({settings.preset} - set(presets))],
        key="preset",
        format_func=lambda name: PRESETS[name].title,
        on_change=changed,
        help="A whole configuration with a name. It fills every field below; change what you like afterwards.",
    )
    chosen = PRESETS[settings.preset]
    source = f"<p class='source'>{html.escape(chosen.source)}</p>" if chosen.source else ""
    st.html(f"<details class='note'><summary><span>{html.escape(chosen.note)}</span></summary>{source}</details>")


def _sources() -> dict[str, str]:
    """Titles of all data: images first, then the plane, then the line; a person's own last of its kind."""
    found = [(kind, name, kind.title) for name, kind in DATA.items()]
    found += [(own.kind, place, f"{own.kind.title} …") for place, own in PLACES.items()]
    found.sort(key=lambda one: -math.inf if one[0].is_image else -one[0].shape[0])
    return {name: title for _, name, title in found}


def _data() -> None:
    settings = desk.settings()
    value = str(settings.values["data"])
    place, colon, path = value.partition(":")
    drawn = [value] if colon and place == DRAWN else []
    place = place if colon and place in PLACES else ""
    st.session_state.setdefault("data", place or value)
    titles = _sources() | dict.fromkeys(drawn, DRAWING.title)

    def changed() -> None:
        name = st.session_state.data
        settings.choose_data(f"{name}:" if name in PLACES else name)
        desk.show_settings()

    st.selectbox(
        f"{RESTARTS} Data set",
        list(titles),
        key="data",
        format_func=titles.__getitem__,
        on_change=changed,
        help=FIELDS["data"].help + " " + (data_kind(value).note if place or drawn or value in DATA else ""),
    )
    if place:
        st.session_state.setdefault("data_path", path)
        st.text_input(
            f"Path of the {PLACES[place].holds}",
            key="data_path",
            placeholder=PLACES[place].example.partition(":")[2],
            on_change=lambda: settings.set("data", f"{place}:{st.session_state.data_path}"),
            help="On the machine that the app runs on. " + PLACES[place].kind.note,
        )
    if settings.error is not None and settings.error.field == "data":
        _wrong(settings.error)
    for note in settings.notes:
        st.caption(plain(note))


def _wrong(error: ConfigError) -> None:
    st.caption(f":red[{plain(problem(error))}]")


def _field(name: str, draft: TrainConfig) -> None:
    """The widget of one field; what it holds goes into the settings, and to the run where it may change at once."""
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
        st.text_input(
            heading, placeholder=_nothing(name, draft) if accepts.optional else number(field.default), **words
        )
    if explained:
        with st.container(key=f"about_{name}"):
            st.caption(about)


def explain(term: Term) -> str:
    """A term in Markdown: what it does and when it helps, its formula a line each, its papers as links."""
    formula = [f"${unbroken(part)}$" for line in term.formula.splitlines() for part in line.split(r", \quad ")]
    lines = [plain(f"{term.does} {term.helps}".strip()), *formula, papers(term.paper)]
    return "  \n".join(line for line in lines if line)


def unbroken(formula: str) -> str:
    """LaTeX in which what stands in parentheses is one piece.

    A formula wider than the sidebar is broken between pieces only.
    """
    depth, found = 0, ""
    for c in formula:
        if c == "(" and depth == 0:
            # an operator keeps its distance from a piece, but not from a parenthesis
            found += r"\!{(" if re.search(r"\\(log|max|min)$", found) else "{("
        elif c == ")" and depth == 1:
            found += ")}"
        else:
            found += c
        depth += (c == "(") - (c == ")")
    return found


def papers(text: str) -> str:
    """All papers named, as "Mao et al. 2017, arXiv:1611.04076; ...", as links in Markdown."""
    found = []
    for part in filter(None, text.split("; ")):
        name, _, number = part.partition(", arXiv:")
        number, comma, where = number.partition(", ")
        found.append(f"[{plain(name)}](https://arxiv.org/abs/{number}){comma}{plain(where)}" if number else plain(name))
    return "; ".join(found)


def _nothing(name: str, draft: TrainConfig) -> str:
    """What an empty field of a number means here."""
    if name != "weight_clip":
        return show(name, None)
    clip = TrainConfig.draft({**vars(draft), name: None}).clip
    return f"{show(name, None)}: {number(clip) if clip else 'off'}"


def _changed(name: str) -> None:
    settings, now = desk.settings(), desk.now()
    sentences.forget()
    value = st.session_state[f"set_{name}"]
    accepts = FIELDS[name].accepts
    if isinstance(accepts, Float):
        value = accepts.parse(value)
    elif value is None and isinstance(accepts, Int) and not accepts.optional:
        value = FIELDS[name].default
        st.session_state[f"set_{name}"] = value
    settings.set(name, value)
    if settings.error is None and now is not None and now.is_active:
        # also what could not be sent while something else was wrong
        wanted = settings.live_changes(now.status.get("live") or {}) | (
            {name: settings.values[name]} if name in LIVE else {}
        )
        if wanted:
            at_once.change(now.run, wanted)


def _summary(group: str, values: dict[str, Any], draft: TrainConfig) -> str:
    """A group in a few words, to be read while it is folded."""
    v = {n: show(n, x) for n, x in values.items()}
    if group == "Data":
        return f"batches of {v['batch_size']}" + (
            f", {v['resolution']}x{v['resolution']} pixels" if values["resolution"] else ""
        )
    if group == "Networks":
        words = (
            v["architecture"]
            + (f", width {v['width']}" if values["width"] else "")
            + f"; z: {v['latent_dim']} × {v['prior']}"
        )
        return words + ("; told the class" if draft.is_on("conditioning") else "")
    if group == "Objective":
        penalty = f"{v['penalty']} × {v['penalty_weight']}" + (
            f" every {v['penalty_every']}" if draft.is_on("penalty_every") else ""
        )
        clip = f"D's weights within ±{number(draft.clip)}" if draft.clip else ""
        return ", ".join(
            filter(None, (v["objective"], penalty if draft.is_on("penalty") else "", clip, f"k = {v['k']}"))
        )
    if group == "Stabilisers":
        on = [(f.words.brief, v[n]) for n, f in FIELDS.items() if f.group == group and draft.is_on(n)]
        return ", ".join(brief.format(value) for brief, value in on if brief) or "none on"
    if group == "Optimisers":
        both = values["optimiser_d"] == values["optimiser_g"]
        kinds = v["optimiser_d"] if both else f"D {v['optimiser_d']}, G {v['optimiser_g']}"
        words = f"{kinds}; D {v['lr_d']}, G {v['lr_g']}" + (
            f", β₁ {v['beta1']}" if "adam" in (values["optimiser_d"], values["optimiser_g"]) else ""
        )
        return words + (f"; {v['anneal'].lower()} to × {v['lr_end']}" if draft.is_on("anneal") else "")
    return (f"{v['steps']} steps" if values["steps"] else f"{v['epochs']} epochs") + f", seed {v['seed']}"
