"""What one visitor has before him: his settings and the run he looks at. Kept over pages, and in the address."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from gan_core import fleet
from gan_core.config import ConfigError
from gan_core.runs import Run, RunError, list_runs

from . import registry
from .settings import Settings

IN_WORDS = {
    "queued": "waiting",
    "starting": "starting",
    "training": "training",
    "paused": "paused",
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
    "interrupted": "interrupted",
    "crashed": "crashed",
}
NEW = ""
"""The choice of the run picker that stands for no run."""


def settings() -> Settings:
    return st.session_state.settings


def run() -> Run | None:
    """The run that is looked at, None where a new one is being set up."""
    run_id = st.session_state.get("run_id")
    if not run_id:
        return None
    try:
        return registry.find(run_id)
    except registry.UnknownRun as error:
        say(str(error))
        st.session_state.run_id = None
        return None


def open_page() -> None:
    """Take settings and run from the address when a visit begins."""
    if "settings" in st.session_state:
        return
    query = st.query_params.to_dict()
    st.session_state.run_id = None
    st.session_state.settings = Settings.from_query(query)
    for note in st.session_state.settings.notes:
        say(note)
    wanted = query.get("run")
    if wanted:
        try:
            found = registry.find(wanted)
            st.session_state.run_id = found.id
            if "preset" not in query:
                settings().adopt(found.config)
        except registry.UnknownRun as error:
            say(str(error))
    elif local() and not query:
        active = active_runs()
        if active:
            choose(active[0].id)


def local() -> bool:
    """Whether the visitor sits at the machine that the app runs on."""
    return st.context.ip_address in (None, "127.0.0.1", "::1")


def choose(run_id: str | None) -> None:
    """Look at a run, with its settings in the form; None for a new one, which leaves the form as it is."""
    st.session_state.run_id = run_id or None
    if run_id:
        with contextlib.suppress(registry.UnknownRun):
            settings().adopt(registry.find(run_id).config)
            show_settings()


def show_settings() -> None:
    """Let the form's widgets show the settings anew; only before they are drawn."""
    for key in [k for k in st.session_state if k.startswith("set_") or k in ("preset", "data", "data_path")]:
        del st.session_state[key]


def new_seed() -> None:
    settings().set("seed", random.randrange(1_000_000))
    show_settings()


def address() -> str:
    """Settings and run as the address holds them, after the question mark.

    The views write it there (ui/static/main.js): Streamlit would add an entry to the browser's history for each change, and the
    way back would lead through all of them, each writing the newest anew.
    """
    query = settings().query()
    if st.session_state.run_id:
        query = {"preset": settings().preset, **query, "run": st.session_state.run_id}
    return urlencode(query)


# --------------------------------------------------------------------------- sentences to the reader


def say(sentence: str, kind: str = "error") -> None:
    """Show a sentence below the transport bar, until the next press of a button."""
    said = st.session_state.setdefault("said", [])
    if (kind, sentence) not in said:
        said.append((kind, sentence))


def said() -> list[tuple[str, str]]:
    return st.session_state.get("said", [])


def attempt(action: Any, *args: Any, **kwargs: Any) -> Any:
    """Do something that may be refused; the refusal is shown and None returned."""
    st.session_state.said = []
    try:
        return action(*args, **kwargs)
    except (ConfigError, RunError, fleet.AskError, registry.UnknownRun) as error:
        say(str(error))
    except OSError as error:
        say(f"That did not work: {error.strerror or error}.")
    return None


# --------------------------------------------------------------------------- runs


def all_runs() -> list:
    """Runs that open, those at work first, then the newest first; and the broken folders last."""
    runs = list_runs()
    good = [r for r in runs if hasattr(r, "config")]
    return sorted(good, key=lambda r: not r.is_active) + [r for r in runs if not hasattr(r, "config")]


def active_runs() -> list[Run]:
    return [r for r in all_runs() if hasattr(r, "config") and r.is_active]


def title(one: Run) -> str:
    """A run in the picker, but for its state: never changes."""
    when = time.strftime("%H:%M:%S" if time.time() - one.created < 64_800 else "%d %b %H:%M:%S", time.localtime(one.created))
    return f"{one.name} · {when}"


def pick_run(only: Any = None, first: str | None = "New run") -> None:
    """The run picker. `only(run)` says which runs are offered; `first` names the choice of none."""
    runs = all_runs()
    good = {r.id: r for r in runs if hasattr(r, "config") and (only is None or only(r))}
    options = ([NEW] if first is not None else []) + list(good)
    if not options:
        return
    chosen = st.session_state.run_id or NEW
    if chosen not in options:
        chosen = options[0]
    labels = {i: title(good[i]) if i in good else (first or "") for i in options}
    taken = Counter(labels.values())
    labels = {i: text if taken[text] == 1 else f"{text} {i[-4:]}" for i, text in labels.items()}
    st.session_state.run_labels = {text: i for i, text in labels.items()}
    states = {i: good[i].status["state"] for i in good}
    st.session_state.run_choice = chosen
    st.selectbox(
        "Run",
        options,
        key="run_choice",
        format_func=lambda i: f"{labels[i]} · {IN_WORDS.get(states[i], states[i])}" if i in states else labels.get(i, str(i)),
        on_change=_picked,
        help="Each run is a folder of its own. A run goes on when this tab is closed, and is found here again.",
    )


def broken_runs() -> None:
    """Folders among the runs that cannot be opened, each with its reason."""
    broken = [r for r in list_runs() if not hasattr(r, "config")]
    if broken:
        with st.expander(f"{len(broken)} folder{'s' * (len(broken) > 1)} cannot be opened"):
            for one in broken:
                st.markdown(f"**{plain(one.id)}**  \n{plain(one.reason)}")


def _picked() -> None:
    """The browser names a choice by its label, and may still show an older state in it: then only the part before that counts."""
    choice = st.session_state.run_choice
    labels = st.session_state.run_labels
    if choice not in labels.values():
        choice = labels.get(choice.rpartition(" · ")[0], st.session_state.run_id)
    if (choice or None) != st.session_state.run_id:
        st.session_state.said = []
        choose(choice)


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + c if c in "\\`*_{}[]()<>#+-.!|$~:" else c for c in str(text))
