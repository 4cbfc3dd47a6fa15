"""What one visitor has before him at each place of the app: his settings and the run he looks at."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from gan_core import runs
from gan_core.config import TrainConfig
from gan_core.runs import Run, RunError, Snapshot

from . import sentences
from .settings import Settings


def everything(config: TrainConfig) -> bool:
    """Offers every run."""
    return True


@dataclass
class Desk:
    """What lies before a visitor at one place: the settings, the run he looks at, and in a race the other side's.

    `offers(config)` says which runs belong here. `more`: what the address says besides, by name.
    """

    settings: Settings
    offers: Callable[[TrainConfig], bool] = everything
    run_id: str | None = None
    rival: Desk | None = None
    at_rival: bool = False
    more: dict[str, str] = field(default_factory=dict)

    @property
    def sides(self) -> list[Desk]:
        """This one, and the other side of a race where there is one."""
        return [self, self.rival] if self.rival else [self]


def here() -> Desk:
    """The desk of the place where the visitor is."""
    return st.session_state.desks[st.session_state.place]


def side() -> Desk:
    """The desk that the form changes: this one, or the other side of a race."""
    this = here()
    return this.rival if this.rival and this.at_rival else this


def settings() -> Settings:
    """The settings that the form changes."""
    return side().settings


def run(of: Desk | None = None) -> Run | None:
    """The run that is looked at, None where a new one is being set up. One that has vanished is said and left."""
    of = of or side()
    if not of.run_id:
        return None
    try:
        return runs.find(of.run_id)
    except RunError as error:
        of.run_id = None
        sentences.say(str(error))
        return None


def now(of: Desk | None = None) -> Snapshot | None:
    """The run that is looked at as it is now, read once for everything that is drawn of it."""
    found = run(of)
    return found.snapshot() if found else None


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
    for one in here().sides:
        one.settings.set("seed", seed)
    show_settings()
