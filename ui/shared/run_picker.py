"""The picker of the run that is looked at, and the list of folders that are none."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import streamlit as st

from gan_core.runs import Run

from . import desk, sentences
from .run_list import broken_runs, good_runs
from .sentences import plain

STATES = {
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
"""The state of a run, in a word."""
NEW = ""
"""The choice that stands for no run."""


def draw(only: Callable[[Run], bool] = lambda run: True, first: str | None = "New run") -> None:
    """The picker. `only(run)` says which runs are offered; `first` names the choice of none, where that is offered."""
    good = {one.run.id: one for one in good_runs() if only(one.run) and desk.here().offers(one.run.config)}
    options = ([NEW] if first is not None else []) + list(good)
    if not options:
        return
    chosen = desk.side().run_id or NEW
    if chosen not in options:
        chosen = options[0]
    labels = {i: title(good[i].run) if i in good else (first or "") for i in options}
    taken = Counter(labels.values())
    labels = {i: text if taken[text] == 1 else f"{text} {i[-4:]}" for i, text in labels.items()}
    st.session_state.run_labels = {text: i for i, text in labels.items()}
    states = {i: one.state for i, one in good.items()}
    shown = {i: f"{text} · {STATES.get(states[i], states[i])}" if i in states else text for i, text in labels.items()}
    st.session_state.run_choice = chosen
    st.selectbox(
        "Run",
        options,
        key="run_choice",
        format_func=lambda i: shown.get(i, str(i)),
        on_change=_picked,
        help="Each run is a folder of its own. A run goes on when this tab is closed, and is found here again.",
    )


def title(run: Run) -> str:
    """A run in the picker, but for its state: never changes."""
    today = time.time() - run.created < 64_800
    when = time.strftime("%H:%M:%S" if today else "%d %b %H:%M:%S", time.localtime(run.created))
    return f"{run.name} · {when}"


def _picked() -> None:
    """The browser names a choice by its label, and may still show an older state: only the part before that counts."""
    choice = st.session_state.run_choice
    labels = st.session_state.run_labels
    if choice not in labels.values():
        choice = labels.get(choice.rpartition(" · ")[0], desk.side().run_id)
    if (choice or None) != desk.side().run_id:
        sentences.forget()
        desk.choose(choice)


def draw_broken() -> None:
    """Folders among the runs that cannot be opened, each with its reason."""
    broken = broken_runs()
    if broken:
        with st.expander(f"{len(broken)} folder{'s' * (len(broken) > 1)} cannot be opened"):
            for one in broken:
                st.markdown(f"**{plain(one.id)}**  \n{plain(one.reason)}")
