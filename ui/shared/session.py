"""What one visitor has before him: his settings and the run he looks at. Kept over pages, and in the address."""

from __future__ import annotations

import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from gan_core import runs
from gan_core.config import ConfigError, TrainConfig, called
from gan_core.processes import fleet
from gan_core.runs import Run, RunError, list_runs

from .settings import FIRST, Settings, written

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


@dataclass
class Desk:
    """What lies before a visitor at one place of the app: the settings, the run he looks at, and in a race the other side's.

    `offers(config)` says which runs belong here. `more`: what the address says besides, by name.
    """

    settings: Settings
    offers: Callable[[TrainConfig], bool] = lambda config: True
    run_id: str | None = None
    rival: Desk | None = None
    at_rival: bool = False
    more: dict[str, str] = field(default_factory=dict)

    @property
    def sides(self) -> list[Desk]:
        """This one, and the other side of a race where there is one."""
        return [self, self.rival] if self.rival else [self]


def desk() -> Desk:
    """The desk of the place where the visitor is."""
    return st.session_state.desks[st.session_state.place]


def side() -> Desk:
    """The desk that the form changes: this one, or the other side of a race."""
    here = desk()
    return here.rival if here.rival and here.at_rival else here


def settings() -> Settings:
    return side().settings


def run(of: Desk | None = None) -> Run | None:
    """The run that is looked at, None where a new one is being set up."""
    of = of or side()
    if not of.run_id:
        return None
    try:
        return runs.find(of.run_id)
    except RunError as error:
        say(str(error))
        of.run_id = None
        return None


def open_page(
    place: str = "train", first: str = FIRST, offers: Callable[[TrainConfig], bool] = lambda config: True
) -> None:
    """Come to a place of the app; its settings and run are taken from the address when a visit begins there.

    `first`: the preset that it opens with. Only the place that a visit begins at reads the address.
    """
    desks = st.session_state.setdefault("desks", {})
    if st.session_state.get("place") not in (None, place):
        st.session_state.said = []
        show_settings()
    query = {} if desks else st.query_params.to_dict()
    st.session_state.place = place
    if place in desks:
        return
    desks[place] = here = Desk(Settings.from_query(query, first), offers)
    if not offers(here.settings.config):
        say(f"Left out of the address: {called(here.settings.config.data)} is not shown on this page.")
        here.settings.choose_preset(first)
    for note in here.settings.notes:
        say(note)
    if "run" in query:
        take_run(here, query["run"], adopt="preset" not in query)
    elif local() and not query:
        active = [one for one in active_runs() if offers(one.config)]
        if active:
            choose(active[0].id)


def last_place() -> str:
    """The place that a page without one of its own looks from."""
    return st.session_state.get("place", "train")


def take_run(of: Desk, run_id: str, adopt: bool) -> None:
    """The run of an address, if there is one of that name; its settings too where the address has none."""
    try:
        found = runs.find(run_id)
    except RunError as error:
        say(str(error))
        return
    if not of.offers(found.config):
        say(f"{found.name} is not shown on this page.")
        return
    of.run_id = found.id
    if adopt:
        of.settings.adopt(found.present)


def local() -> bool:
    """Whether the visitor sits at the machine that the app runs on."""
    return st.context.ip_address in (None, "127.0.0.1", "::1")


def choose(run_id: str | None) -> None:
    """Look at a run, with its settings in the form; None for a new one, which leaves the form as it is."""
    side().run_id = run_id or None
    if run_id:
        with contextlib.suppress(RunError):
            settings().adopt(runs.find(run_id).present)
            show_settings()


def show_settings() -> None:
    """Let the form's widgets show the settings anew; only before they are drawn."""
    for key in [k for k in st.session_state if k.startswith("set_") or k in ("preset", "data", "data_path")]:
        del st.session_state[key]


def new_seed() -> None:
    """Other random numbers, the same ones on both sides of a race."""
    seed = random.randrange(1_000_000)
    for one in desk().sides:
        one.settings.set("seed", seed)
    show_settings()


def address() -> str:
    """Settings and run as the address holds them, after the question mark.

    The views write it there (ui/shared/main.js): Streamlit would add an entry to the browser's history for each change, and the
    way back would lead through all of them, each writing the newest anew.
    """
    here = desk()
    query = here.settings.query()
    if here.run_id:
        query = {"preset": here.settings.preset, **query, "run": here.run_id}
    if here.rival:
        mine, other = here.settings.config.to_dict(), here.rival.settings.config.to_dict()
        query |= {"race": here.rival.run_id or "", **{f"b.{f}": written(v) for f, v in other.items() if v != mine[f]}}
    return urlencode({**here.more, **query})


# --------------------------------------------------------------------------- sentences to the reader


def say(sentence: str, kind: str = "error") -> None:
    """Show a sentence below the transport bar, until the next press of a button."""
    _forget_shown()
    said = st.session_state.setdefault("said", [])
    if (kind, sentence) not in said:
        said.append((kind, sentence))


def said(shown: bool = False) -> list[tuple[str, str]]:
    """What was said since the last press; `shown`: it has been read now, and the next press takes its place."""
    if shown:
        st.session_state.said_shown = True
    return st.session_state.get("said", [])


def _forget_shown() -> None:
    if st.session_state.pop("said_shown", False):
        st.session_state.said = []


def attempt(action: Any, *args: Any, **kwargs: Any) -> Any:
    """Do something that may be refused; the refusal is shown and None returned."""
    _forget_shown()
    try:
        return action(*args, **kwargs)
    except (ConfigError, RunError, fleet.AskError) as error:
        say(str(error))
    except OSError as error:
        say(f"That did not work: {error.strerror or error}.")
    return None


# --------------------------------------------------------------------------- runs


def all_runs() -> list:
    """Runs that open, those at work first, then the newest first; and the broken folders last."""
    found = list_runs()
    good = [r for r in found if hasattr(r, "config")]
    return sorted(good, key=lambda r: not r.is_active) + [r for r in found if not hasattr(r, "config")]


def active_runs() -> list[Run]:
    return [r for r in all_runs() if hasattr(r, "config") and r.is_active]


def title(one: Run) -> str:
    """A run in the picker, but for its state: never changes."""
    when = time.strftime(
        "%H:%M:%S" if time.time() - one.created < 64_800 else "%d %b %H:%M:%S", time.localtime(one.created)
    )
    return f"{one.name} · {when}"


def pick_run(only: Any = None, first: str | None = "New run") -> None:
    """The run picker. `only(run)` says which runs are offered; `first` names the choice of none."""
    good = {
        r.id: r for r in all_runs() if hasattr(r, "config") and (only is None or only(r)) and desk().offers(r.config)
    }
    options = ([NEW] if first is not None else []) + list(good)
    if not options:
        return
    chosen = side().run_id or NEW
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
        format_func=lambda i: (
            f"{labels[i]} · {IN_WORDS.get(states[i], states[i])}" if i in states else labels.get(i, str(i))
        ),
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
        choice = labels.get(choice.rpartition(" · ")[0], side().run_id)
    if (choice or None) != side().run_id:
        st.session_state.said = []
        choose(choice)


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + c if c in "\\`*_{}[]()<>#+-.!|$~:" else c for c in str(text))
