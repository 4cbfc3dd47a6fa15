"""A desk in the page's address: how it is read when a visit begins, and how it is written.

The views put it there (ui/shared/mount.js): Streamlit would add an entry to the browser's history for each change, and
the way back would lead through all of them, each writing the newest anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from gan_core import runs
from gan_core.config import TrainConfig, titled
from gan_core.runs import Run, RunError

from .desk import Desk
from .sentences import say
from .settings import Settings, written


def read(query: Mapping[str, str], first: str, offers: Callable[[TrainConfig], bool]) -> Desk:
    """The desk of an address: its run, and its settings where they are others than the run's.

    What cannot be is left out, and said. `first`: the preset of an address that names neither preset nor run.
    """
    run = run_of(query.get("run"), offers)
    found = Desk(Settings.from_query(query, first, run.present if run else None), offers, run.id if run else None)
    if not offers(found.settings.config):
        say(f"Left out of the address: {titled(found.settings.config.data)} is not shown on this page.")
        found.settings.choose_preset(first)
    for note in found.settings.notes:
        say(note)
    return found


def run_of(run_id: str | None, offers: Callable[[TrainConfig], bool]) -> Run | None:
    """The run that an address names, where there is one that belongs here; else why not is said."""
    if not run_id:
        return None
    try:
        found = runs.find(run_id)
    except RunError as error:
        say(str(error))
        return None
    if offers(found.config):
        return found
    say(f"{found.name} is not shown on this page.")
    return None


def write(of: Desk) -> str:
    """Settings and run as the address holds them, after the question mark."""
    query = of.settings.query()
    if of.run_id:
        query = {"preset": of.settings.preset, **query, "run": of.run_id}
    if of.rival:
        mine, other = of.settings.config.to_dict(), of.rival.settings.config.to_dict()
        query |= {f"b.{f}": written(v) for f, v in other.items() if v != mine[f]}
        query |= {"race": of.rival.run_id or "", "b.preset": of.rival.settings.preset}
    return urlencode({**of.more, **query})
