"""The sidebar of the Train page: run, preset, data, and every field of the configuration, in its group."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from gan_core.config import DATA, DRAWING, DRAWN, FIELDS, GROUPS, LIVE, PLACES, Float, Int, data_kind
from gan_core.config.glossary import FEATURES, TERMS, Term
from gan_core.config.presets import PRESETS

from . import at_once, desk, run_picker, sentences, views
from .sentences import plain
from .settings import OFF, choices, hidden, is_on, is_switch, number, problem, show

AT_ONCE, RESTARTS = ":material/bolt:", ":material/restart_alt:"
SCALES = {1.0: "Sum of its two terms", 0.5: "Mean of its two terms"}


def draw(presets: Sequence[str] = tuple(PRESETS), data: Callable[[], None] | None = None) -> None:
    """The whole form. `presets`: those on offer; `data`: draws another choice of data than the list."""
    settings = desk.settings()
    run_picker.draw()
    _preset(presets)
    (data or _data)()
    st.caption(f"{AT_ONCE} applies at once, while it trains  \n{RESTARTS} needs a new start: press Reset, then Start")
    for group in GROUPS:
        blamed = settings.error.field if settings.error is not None else None
        names = [
            n
            for n, f in FIELDS.items()
            if f.metadata["group"] == group and n != "data" and (n == blamed or not hidden(n, settings.values))
        ]
        wrong = blamed in names
        with st.container(key=f"fold_{group.lower()}"):
            with st.expander(f"**{group}**"):
                for name in names:
                    _field(name)
            if wrong:
                _wrong()
            else:
                st.caption(_summary(group, settings.values))
    if settings.error is not None and settings.error.field not in FIELDS:
        _wrong()
    views.show("shared/counts", key="counts")
    run_picker.draw_broken()


def _preset(presets: Sequence[str]) -> None:
    settings = desk.settings()
    st.session_state.setdefault("preset", settings.preset)
    st.selectbox(
        "Preset",
        [*presets, *({settings.preset} - set(presets))],
        key="preset",
        format_func=lambda name: PRESETS[name].title,
        on_change=lambda: (settings.choose_preset(st.session_state.preset), desk.show_settings()),
        help="A whole configuration with a name. It fills every field below; change what you like afterwards.",
    )
    chosen = PRESETS[settings.preset]
    source = f"<p class='source'>{html.escape(chosen.source)}</p>" if chosen.source else ""
    st.html(f"<details class='note'><summary><span>{html.escape(chosen.note)}</span></summary>{source}</details>")


SOURCES = [
    *(n for n, kind in DATA.items() if kind.is_image),
    "folder",
    *(n for n, kind in DATA.items() if kind.shape == (2,)),
    "points",
    *(n for n, kind in DATA.items() if kind.shape == (1,)),
]
"""What a data set may be called, images first, then the plane, then the line; a person's own last of its kind."""


def _data() -> None:
    settings = desk.settings()
    value = str(settings.values["data"])
    place, colon, path = value.partition(":")
    drawn = [value] if colon and place == DRAWN else []
    place = place if colon and place in PLACES else ""
    st.session_state.setdefault("data", place or value)
    titles = {
        name: PLACES[name][0].title + " …" if name in PLACES else DATA[name].title for name in SOURCES
    } | dict.fromkeys(drawn, DRAWING.title)

    def changed() -> None:
        name = st.session_state.data
        settings.choose_data(f"{name}:" if name in PLACES else name)
        desk.show_settings()

    st.selectbox(
        f"{RESTARTS} Data set",
        list(titles),
        key="data",
        format_func=titles.get,
        on_change=changed,
        help=FIELDS["data"].metadata["help"] + " " + (data_kind(value).note if place or drawn or value in DATA else ""),
    )
    if place:
        st.session_state.setdefault("data_path", path)
        st.text_input(
            "Path of the folder" if place == "folder" else "Path of the file",
            key="data_path",
            placeholder=PLACES[place][1].partition(":")[2],
            on_change=lambda: settings.set("data", f"{place}:{st.session_state.data_path}"),
            help="On the machine that the app runs on. " + PLACES[place][0].note,
        )
    if settings.error is not None and settings.error.field == "data":
        _wrong()
    for note in settings.notes:
        st.caption(plain(note))


def _wrong() -> None:
    st.caption(f":red[{plain(problem(desk.settings().error))}]")


def _field(name: str) -> None:
    """The widget of one field; what it holds goes into the settings, and to the run where it may change at once."""
    settings = desk.settings()
    meta, key, value = FIELDS[name].metadata, f"set_{name}", settings.values[name]
    accepts, options = meta["accepts"], choices(name, settings.values)
    term = TERMS.get(name, {}).get(value) if options is not None else FEATURES.get(name)
    explained = term is not None and (options is not None or is_on(name, settings.values))
    more = "" if explained or term is None else "\n\n" + explain(term)
    words = {"key": key, "help": meta["help"] + more, "on_change": _changed, "args": (name,)}
    heading = f"{AT_ONCE if name in LIVE else RESTARTS} {meta['label']}"
    if is_switch(name):
        st.session_state.setdefault(key, value)
        st.toggle(heading, **words)
    elif options is not None:
        st.session_state.setdefault(key, value)
        st.selectbox(heading, options, format_func=lambda o: _option(name, o), **words)
    elif isinstance(accepts, Int):
        st.session_state.setdefault(key, value)
        empty = {"value": None, "placeholder": show(name, None)} if accepts.optional else {}
        st.number_input(heading, accepts.low, accepts.high, step=1, **empty, **words)
    elif isinstance(accepts, Float):
        st.session_state.setdefault(key, "" if value is None else number(value))
        st.text_input(
            heading, placeholder=_nothing(name) if accepts.optional else number(FIELDS[name].default), **words
        )
    if explained:
        with st.container(key=f"about_{name}"):
            st.caption(explain(term))


def explain(term: Term) -> str:
    """A term in Markdown: what it does and when it helps, its formula a line each, its papers as links."""
    formula = [f"${unbroken(part)}$" for line in term.formula.splitlines() for part in line.split(r", \quad ")]
    lines = [plain(f"{term.does} {term.helps}".strip()), *formula, papers(term.paper)]
    return "  \n".join(line for line in lines if line)


def unbroken(formula: str) -> str:
    """LaTeX in which what stands in parentheses is one piece: a formula wider than the sidebar is broken between pieces only."""
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
    """ "Mao et al. 2017, arXiv:1611.04076" as a link, and so on for all that are named."""
    found = []
    for part in filter(None, text.split("; ")):
        name, _, number = part.partition(", arXiv:")
        number, comma, where = number.partition(", ")
        found.append(f"[{plain(name)}](https://arxiv.org/abs/{number}){comma}{plain(where)}" if number else plain(name))
    return "; ".join(found)


def _option(name: str, value: Any) -> str:
    if name == "d_loss_scale":
        return SCALES.get(value, show(name, value))
    return show(name, value)


def _nothing(name: str) -> str:
    """What an empty field of a number means here."""
    if name != "weight_clip":
        return show(name, None)
    return "automatic: " + ("0.01" if is_on(name, {**desk.settings().values, name: None}) else "off")


def _changed(name: str) -> None:
    settings, now = desk.settings(), desk.now()
    sentences.forget()
    value = st.session_state[f"set_{name}"]
    accepts = FIELDS[name].metadata["accepts"]
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


def _summary(group: str, values: dict[str, Any]) -> str:
    """A group in a few words, to be read while it is folded."""
    v = {n: show(n, x) for n, x in values.items()}
    on = {n for n in OFF if is_on(n, values) and not hidden(n, values)}
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
        return words + ("; told the class" if values["conditioning"] != "none" else "")
    if group == "Objective":
        penalty = f"{v['penalty']} × {v['penalty_weight']}" + (
            f" every {v['penalty_every']}" if "penalty_every" in on else ""
        )
        clip = f"D's weights within ±{number(values['weight_clip'] or 0.01)}" if "weight_clip" in on else ""
        return ", ".join(
            filter(None, (v["objective"], penalty if values["penalty"] != "none" else "", clip, f"k = {v['k']}"))
        )
    if group == "Stabilisers":
        return ", ".join(STABILISER[n].format(v[n]) for n in STABILISER if n in on) or "none on"
    if group == "Optimisers":
        both = values["optimiser_d"] == values["optimiser_g"]
        kinds = v["optimiser_d"] if both else f"D {v['optimiser_d']}, G {v['optimiser_g']}"
        words = f"{kinds}; D {v['lr_d']}, G {v['lr_g']}" + (
            f", β₁ {v['beta1']}" if "adam" in (values["optimiser_d"], values["optimiser_g"]) else ""
        )
        return words + (f"; {v['anneal'].lower()} to × {v['lr_end']}" if "anneal" in on else "")
    return (f"{v['steps']} steps" if values["steps"] else f"{v['epochs']} epochs") + f", seed {v['seed']}"


STABILISER = {
    "spectral_norm": "spectral norm",
    "minibatch_stddev": "minibatch deviation",
    "packing": "packing {}",
    "label_smoothing": "label smoothing {}",
    "instance_noise": "instance noise {}",
    "augment": "{}",
    "unrolled": "unrolled {}",
    "clip_grad": "gradients to {}",
    "ema_half_life": "average of G",
}
"""Stabilisers that are on, in the line that sums them up."""
