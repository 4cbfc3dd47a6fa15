"""The sidebar of the Train page: run, preset, data, and every field of the configuration, in its group."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from gan_core import fleet
from gan_core.config import DATA, FIELDS, FOLDER, GROUPS, LIVE, Float, Int
from gan_core.presets import PRESETS

from . import session, views
from .settings import choices, hidden, is_switch, label, number, problem, show

AT_ONCE, RESTARTS = ":material/bolt:", ":material/restart_alt:"
OPTION_WORDS = {
    "dcgan": "DCGAN (convolutional)",
    "mlp": "Fully connected",
    "mlp-dropout": "Fully connected, dropout in D",
    "conv-minimax": "Convolutional, 1x1 bridge",
    "normal": "Normal N(0, 1)",
    "uniform": "Uniform on [-1, 1]",
    "uniform-half": "Uniform on [-0.5, 0.5]",
    "truncated-normal": "Normal, cut at ±2",
    "sphere": "Sphere of radius √dim",
    "non-saturating": "Non-saturating",
    "minimax": "Minimax (saturating)",
    "pytorch": "PyTorch's own",
    "train": "Training part",
    "all": "Training and test part",
    "auto": "Automatic",
}
SCALES = {1.0: "Sum of its two terms", 0.5: "Mean of its two terms"}
FORMULA = {
    "objective": {
        "non-saturating": r"D: $\max\ \log D(x) + \log(1 - D(G(z)))$  \nG: $\max\ \log D(G(z))$",
        "minimax": r"$\min_G \max_D\ \log D(x) + \log(1 - D(G(z)))$",
    }
}


def draw() -> None:
    settings = session.settings()
    session.pick_run()
    _preset()
    _data()
    st.caption(f"{AT_ONCE} applies at once, while it trains  \n{RESTARTS} needs a new start: press Reset, then Start")
    for group in GROUPS:
        names = [n for n, f in FIELDS.items() if f.metadata["group"] == group and n != "data" and not hidden(n, settings.values)]
        wrong = settings.error is not None and settings.error.field in names
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
    views.show("counts", key="counts")
    session.broken_runs()


def _preset() -> None:
    settings = session.settings()
    st.session_state.setdefault("preset", settings.preset)
    st.selectbox(
        "Preset",
        list(PRESETS),
        key="preset",
        format_func=lambda name: PRESETS[name].title,
        on_change=lambda: (settings.choose_preset(st.session_state.preset), session.show_settings()),
        help="A whole configuration with a name. It fills every field below; change what you like afterwards.",
    )
    chosen = PRESETS[settings.preset]
    source = f"<p class='source'>{html.escape(chosen.source)}</p>" if chosen.source else ""
    st.html(f"<details class='note'><summary><span>{html.escape(chosen.note)}</span></summary>{source}</details>")


def _data() -> None:
    settings = session.settings()
    value = str(settings.values["data"])
    is_folder = value.startswith("folder:")
    st.session_state.setdefault("data", "folder" if is_folder else value)

    def changed() -> None:
        name = st.session_state.data
        settings.choose_data("folder:" + st.session_state.get("data_path", "") if name == "folder" else name)
        session.show_settings()

    st.selectbox(
        f"{RESTARTS} Data set",
        [*DATA, "folder"],
        key="data",
        format_func=lambda name: FOLDER.title + " …" if name == "folder" else DATA[name].title,
        on_change=changed,
        help=FIELDS["data"].metadata["help"] + " " + (FOLDER.note if is_folder else DATA[value].note if value in DATA else ""),
    )
    if is_folder:
        st.session_state.setdefault("data_path", value.removeprefix("folder:"))
        st.text_input(
            "Path of the folder",
            key="data_path",
            placeholder="/home/me/photos",
            on_change=lambda: settings.set("data", "folder:" + st.session_state.data_path),
            help="On the machine that the app runs on. " + FOLDER.note,
        )
    if settings.error is not None and settings.error.field == "data":
        _wrong()
    for note in settings.notes:
        st.caption(note)


def _wrong() -> None:
    st.caption(f":red[{session.plain(problem(session.settings().error))}]")


def _field(name: str) -> None:
    """The widget of one field; what it holds goes into the settings, and to the run where it may change at once."""
    settings = session.settings()
    meta, key, value = FIELDS[name].metadata, f"set_{name}", settings.values[name]
    accepts, options = meta["accepts"], choices(name)
    words = {"key": key, "help": meta["help"], "on_change": _changed, "args": (name,)}
    title = f"{AT_ONCE if name in LIVE else RESTARTS} {meta['label']}"
    if is_switch(name):
        st.session_state.setdefault(key, value)
        st.toggle(title, **words)
    elif options is not None:
        options = [o for o in options if o is not None or value is None]
        st.session_state.setdefault(key, value)
        st.selectbox(title, options, format_func=lambda o: _option(name, o), **words)
        if name in FORMULA:
            st.caption(FORMULA[name].get(value, "").replace("\\n", "\n"))
    elif isinstance(accepts, Int):
        st.session_state.setdefault(key, value)
        empty = {"value": None, "placeholder": show(name, None)} if accepts.optional else {}
        st.number_input(title, accepts.low, accepts.high, step=1, **empty, **words)
    elif isinstance(accepts, Float):
        st.session_state.setdefault(key, number(value))
        st.text_input(title, placeholder=number(FIELDS[name].default), **words)


def _option(name: str, value: Any) -> str:
    if name == "d_loss_scale":
        return SCALES.get(value, show(name, value))
    return OPTION_WORDS.get(value, show(name, value))


def _changed(name: str) -> None:
    settings, run = session.settings(), session.run()
    st.session_state.said = []
    value = st.session_state[f"set_{name}"]
    accepts = FIELDS[name].metadata["accepts"]
    if isinstance(accepts, Float):
        value = accepts.parse(value)
    elif value is None and isinstance(accepts, Int) and not accepts.optional:
        value = FIELDS[name].default
        st.session_state[f"set_{name}"] = value
    settings.set(name, value)
    if settings.error is None and name in LIVE and run is not None and run.is_active:
        done = session.attempt(lambda: (fleet.shared().change(run, **{name: value}), True))
        if done:
            session.say(f"{label(name)} is {show(name, settings.values[name])} from the next step on.", "done")


def _summary(group: str, values: dict[str, Any]) -> str:
    """A group in a few words, to be read while it is folded."""
    v = {n: show(n, x) for n, x in values.items()}
    option = {n: OPTION_WORDS.get(values[n], v[n]) for n in ("architecture", "prior", "objective")}
    text = {
        "Data": f"batches of {v['batch_size']}" + (f", {v['resolution']}x{v['resolution']} pixels" if values["resolution"] else ""),
        "Networks": option["architecture"] + (f", width {v['width']}" if values["width"] else "") + f"; z: {v['latent_dim']} × {option['prior']}",
        "Objective": f"{option['objective']}, k = {v['k']}",
        "Optimisers": f"Adam, D {v['lr_d']}, G {v['lr_g']}, β₁ {v['beta1']}",
        "Schedule": (f"{v['steps']} steps" if values["steps"] else f"{v['epochs']} epochs") + f", seed {v['seed']}",
    }
    return text[group]
