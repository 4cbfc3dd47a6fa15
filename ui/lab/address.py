"""What only the Lab's addresses hold: layers, speed, slow motion, the set-up that was tried, a race's other side."""

from __future__ import annotations

from collections.abc import Mapping

from gan_core.config import FIELDS, parse_value, shown
from gan_core.config.presets import PRESETS

from ..shared.address import run_of
from ..shared.desk import Desk
from ..shared.sentences import say
from ..shared.speed import SPEEDS
from . import race, trials
from .field import KNOWN, LAYERS


def read(here: Desk, query: Mapping[str, str]) -> bool:
    """Put it onto the desk; what cannot be is left out, and said. Returns whether it asks for a trial to begin."""
    here.more |= {name: query[name] for name in ("layers", "speed", "slow", "try") if name in query}
    if here.more.get("speed") not in (None, *SPEEDS):
        say(f"Left out of the address: speed = “{shown(here.more.pop('speed'), 30)}”; use one of {', '.join(SPEEDS)}.")
    if here.more.get("try") not in (None, *trials.TRIALS):
        say(f"Left out of the address: there is nothing to try called “{shown(here.more.pop('try'), 40)}”.")
    here.more["layers"] = ",".join(name for name in here.more.get("layers", LAYERS).split(",") if name in KNOWN)
    if here.more["layers"] == LAYERS:
        del here.more["layers"]
    begins = "try" in here.more and not {"preset", "run", "race", *FIELDS} & set(query)
    if begins:
        trials.set_up(here, here.more["try"])
    if "race" in query:
        _read_race(here, query)
    return begins


def _read_race(here: Desk, query: Mapping[str, str]) -> None:
    written = {name[2:]: text for name, text in query.items() if name.startswith("b.") and name[2:] in FIELDS}
    changes = {name: parse_value(name, "None" if text.lower() == "none" else text) for name, text in written.items()}
    rival = race.begin(here, changes)
    if (name := query.get("b.preset", "")) in PRESETS:
        rival.settings.preset = name
    if run := run_of(query["race"], here.offers):
        rival.run_id = run.id
        if not any(name.startswith("b.") for name in query):
            rival.settings.adopt(run.present)
