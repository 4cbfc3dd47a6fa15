"""The sidebar of the Train page: run, preset, data, and every field of the configuration, in its group."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from gan_core.config import (
    DATA,
    DRAWING,
    DRAWN,
    FIELDS,
    GROUPS,
    PLACES,
    ConfigError,
    TrainConfig,
    class_folders,
    data_kind,
)
from gan_core.config.asking import asks
from gan_core.config.presets import PRESETS

from . import desk, entry, pending, run_picker, search, sentences, views
from .entry import AT_ONCE, RESTARTS
from .pending import Pending
from .sentences import plain
from .settings import number, problem, show

LONG = 80
"""Letters that two lines of the sidebar hold."""


def draw(presets: Sequence[str] | None = None, data: Callable[[], None] | None = None) -> None:
    """The whole form. `presets`: those on offer, if not all; `data`: draws another choice of data than the list."""
    settings = desk.settings()
    run_picker.draw()
    waiting = _waiting()
    _preset(tuple(PRESETS) if presets is None else presets)
    with st.container(key="field_data"):
        (data or _data)()
        entry.mark("data", waiting.get("data"))
    error = settings.error
    shown, told = _chosen_fields(bool(waiting)), set[str]()
    if shown is None:
        _groups(waiting)
    else:
        for name in shown:
            if why := search.why_not(name, settings.draft):
                st.caption(plain(why))
            else:
                entry.draw(name, settings.draft, waiting.get(name), told)
                if error is not None and error.field == name:
                    _wrong(error)
    if error is not None and error.field not in FIELDS:
        _wrong(error)
    _counts(bool(waiting))
    run_picker.draw_broken()


def _groups(waiting: Mapping[str, Pending]) -> None:
    """Every field that is of use, in its group; a group that is folded is summed up."""
    settings, told = desk.settings(), set[str]()
    draft, error, changed = settings.draft, settings.error, settings.changed
    blamed = error.field if error is not None else None
    for group in GROUPS:
        names = [n for n, f in FIELDS.items() if f.group == group and n != "data" and (n == blamed or asks(n, draft))]
        with st.container(key=f"fold_{group.lower()}"):
            with st.expander(f"**{group}**"):
                for name in names:
                    entry.draw(name, draft, waiting.get(name), told)
            if error is not None and blamed in names:
                _wrong(error)
                continue
            waits, others = sum(name in waiting for name in names), sum(name in changed for name in names)
            counts = [f"{waits} wait{'s' * (waits == 1)}"] * bool(waits) + [f"{others} changed"] * bool(others)
            st.caption("".join(f"**{count}** · " for count in counts) + _summary(group, settings.values, draft))


def _chosen_fields(waits: bool) -> list[str] | None:
    """Search, and what differs from the preset: the fields to be shown alone, None for all in their groups.

    `waits`: whether the run has other settings than the form.
    """
    settings = desk.settings()
    text = st.text_input(
        "Search a setting",
        key="search",
        type="search",
        live=True,
        placeholder="Search a setting, as “rate” or “seed”",
        label_visibility="collapsed",
    )
    changed = settings.changed
    with st.container(key="changed", horizontal=True, gap="small", vertical_alignment="center"):
        if changed:
            what = "show all" if st.session_state.setdefault("only_changed", False) else "show"
            words = f"{len(changed)} changed · {what}"
            st.button(words, key="show_changed", type="tertiary", on_click=_show_changed)
            st.button("back to preset", key="back_all", type="tertiary", on_click=entry.to_preset)
        else:
            st.session_state.only_changed = False
            st.caption("The form is as in the preset; the run is not" if waits else "All settings are as in the preset")
    if text and text.strip():
        found = [name for name in search.found(text) if name != "data"]
        with st.container(key="found"):
            many = f"{len(found)} settings" if len(found) != 1 else "1 setting"
            st.caption(many if found else "No setting matches in its name or explanation.")
        return found
    return [name for name in changed if name != "data"] if changed and st.session_state.only_changed else None


def _counts(waits: bool) -> None:
    """The sizes of the networks: those of the settings, of the run where that has others, and of nothing impossible."""
    side = desk.side()
    whose = "run" if waits else "nobody" if side.settings.error else "settings"
    views.show("shared/counts", key="counts", of=side, whose=whose)


def _show_changed() -> None:
    """What differs from the preset alone, or all again."""
    st.session_state.only_changed = not st.session_state.get("only_changed")
    st.session_state.search = ""


def _waiting() -> dict[str, Pending]:
    """The line that says whose settings these are, and which of them the run does not have; returns those."""
    here, side, now = desk.here(), desk.side(), desk.now()
    waiting = pending.of(side.settings, now)
    with st.container(key="waiting"):
        if not waiting:
            whose = f"The settings of {plain(now.run.name)}" if now else "The settings of a new run"
            legend = f"{AT_ONCE} applies at once, while it trains  \n{RESTARTS} needs a new start: Reset, then Start"
            st.caption(f"**{whose}**  \n{legend}")
        else:
            head, named = pending.head(waiting.values()), html.escape(", ".join(map(str, waiting.values())))
            named = (
                f"<details class='note'><summary><span>{named}</span></summary></details>"
                if len(named) > LONG
                else f"<p class='note'>{named}</p>"
            )
            st.html(f"<p class='head' role='status'>{head}</p>{named}")
            st.button("Undo", key="undo_all", type="tertiary", on_click=entry.undo)
        for other in here.sides:
            if other is not side and (head := pending.head(pending.of(other.settings, desk.now(other)).values())):
                st.caption(f"Side {'A' if other is here else 'B'}: {head}")
    return waiting


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

    def pathed() -> None:
        sentences.forget()  # the folder may be filled by now, though its path is the same
        # it may be pasted with the word that addresses and the command line have before it
        settings.set("data", f"{place}:{st.session_state.data_path.strip().removeprefix(f'{place}:').strip()}")

    if place:
        st.session_state.setdefault("data_path", path)
        st.text_input(
            f"Path of the {PLACES[place].holds}",
            key="data_path",
            placeholder=PLACES[place].example.partition(":")[2],
            on_change=pathed,
            help="On the machine that the app runs on. " + PLACES[place].kind.note,
        )
    if settings.error is not None and settings.error.field == "data":
        _wrong(settings.error)
    elif names := class_folders(value):
        some = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        st.caption(plain(f"{len(names):,} classes, one for each sub-folder: {some}"))
    for note in settings.notes:
        st.caption(plain(note))


def _wrong(error: ConfigError) -> None:
    st.caption(f":red[{plain(problem(error))}]")


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
