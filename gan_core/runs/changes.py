"""What was changed of a run, and when: read from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..config import LIVE, ConfigError, TrainConfig


class Change(NamedTuple):
    """Live fields that were given other values.

    step: the last one made before. what: "changed" while it trained, "continued" when it went on after an end, "forked"
    when it went on from the state of another run. values, was: by field.
    """

    step: int
    what: str
    values: dict[str, Any]
    was: dict[str, Any]


def changes(events: Iterable[Mapping[str, Any]], config: TrainConfig) -> list[Change]:
    """The changes that a run's steps were made with, oldest first.

    A run that goes on from a saved state forgets the steps after it, and with them the changes that these had. config:
    what the run began with, for events that do not say what was before.
    """
    found: list[Change] = []
    known, begun = config.to_dict(), ("", -1)
    for event in events:
        what, step = event.get("what"), event.get("step")
        if not isinstance(what, str) or type(step) is not int:
            continue
        if what in ("started", "continued", "forked"):
            found = [one for one in found if one.step <= step]
            begun = (begun[0] if begun == ("forked", step) else what, step)
        values = {name: event[name] for name in LIVE if name in event}
        if what != "changed" or not values:
            continue
        told = event.get("was")
        was = {name: told[name] if isinstance(told, dict) and name in told else known[name] for name in values}
        known |= values
        how = begun[0] if begun[1] == step and begun[0] in ("continued", "forked") else "changed"
        if not any(one.step == step and one.values == values for one in found):  # saved just before, and made again
            found.append(Change(step, how, values, was))
    return found


def config_at(present: TrainConfig, made: Sequence[Change], step: int) -> TrainConfig:
    """The configuration that a step was made with; `present` is that of now."""
    values: dict[str, Any] = {}
    for one in reversed(made):
        if one.step >= step:
            values |= one.was
    try:
        return present.replace(**values)
    except (ConfigError, TypeError):
        return present
