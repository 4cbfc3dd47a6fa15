"""A desk in the page's address: how it is read when a visit begins, and how it is written.

The views put it there (ui/shared/mount.js): Streamlit would add an entry to the browser's history for each change, and
the way back would lead through all of them, each writing the newest anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from gan_core import runs
from gan_core.config import TrainConfig, called
from gan_core.runs import RunError

from .desk import Desk
from .sentences import say
from .settings import Settings, written


def read(query: Mapping[str, str], first: str, offers: Callable[[TrainConfig], bool]) -> Desk:
    """The desk of an address; what cannot be is left out, and said. `first`: the preset of one that names none."""
    found = Desk(Settings.from_query(query, first), offers)
    if not offers(found.settings.config):
        say(f"Left out of the address: {called(found.settings.config.data)} is not shown on this page.")
        found.settings.choose_preset(first)
    for note in found.settings.notes:
        say(note)
    if "run" in query:
        take_run(found, query["run"], adopt="preset" not in query)
    return found


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


def write(of: Desk) -> str:
    """Settings and run as the address holds them, after the question mark."""
    query = of.settings.query()
    if of.run_id:
        query = {"preset": of.settings.preset, **query, "run": of.run_id}
    if of.rival:
        mine, other = of.settings.config.to_dict(), of.rival.settings.config.to_dict()
        query |= {"race": of.rival.run_id or "", **{f"b.{f}": written(v) for f, v in other.items() if v != mine[f]}}
    return urlencode({**of.more, **query})
