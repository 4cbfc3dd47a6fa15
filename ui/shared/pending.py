"""Settings that wait: what the form shows and the run that is looked at does not have."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gan_core.config import LIVE, ConfigError, TrainConfig
from gan_core.config.asking import asks
from gan_core.runs import Snapshot

from .settings import Settings, label, show


@dataclass(frozen=True)
class Pending:
    """A field whose value the run does not follow: what the run has, what the form shows, and what takes it up.

    `button` is the label of the button that does.
    """

    field: str
    has: Any
    wants: Any
    button: str

    @property
    def had(self) -> str:
        """What the run has, in words: two drawings have one name."""
        before = show(self.field, self.has)
        return before if before != show(self.field, self.wants) else f"another {before.removeprefix('a ')}"

    def __str__(self) -> str:
        """As "Batch size 64 → 128"."""
        after = show(self.field, self.wants)
        return f"{label(self.field)} {self.had}" + (f" → {after}" if after != show(self.field, self.has) else "")


def asked(now: Snapshot) -> TrainConfig:
    """What a run has, with the live values that it was asked for and will have at its next step."""
    with contextlib.suppress(ConfigError):
        return now.present.replace(**now.control["live"])
    return now.present


def of(settings: Settings, now: Snapshot | None) -> dict[str, Pending]:
    """The settings that wait, by field; none where no run is looked at.

    A field that the form does not ask for has no use with the others as they are.
    """
    if now is None:
        return {}
    has = asked(now).to_dict()
    longer = settings.error is None and settings.extends(now.run.config)

    def button(field: str) -> str:
        if now.state == "finished":
            return "Train on" if longer else "Start again"
        if longer and field not in LIVE:
            return "Train on"
        return "Reset" if now.is_active or field not in LIVE else "Continue"

    draft = settings.draft
    apart = {f: v for f, v in settings.values.items() if v != has[f] and (f == "data" or asks(f, draft))}
    return {f: Pending(f, has[f], v, button(f)) for f, v in apart.items()}


def head(waiting: Iterable[Pending]) -> str:
    """How many wait for what: "2 settings wait for Reset, 1 for Continue"; empty where none does."""
    buttons = [one.button for one in waiting]
    counts = {button: buttons.count(button) for button in dict.fromkeys(buttons)}
    if not counts:
        return ""
    (first, n), *others = counts.items()
    words = f"{n} setting{'s wait' if n > 1 else ' waits'} for {first}"
    return ", ".join([words, *(f"{n} for {button}" for button, n in others)])


def sentence(waiting: Iterable[Pending]) -> str:
    """All that wait, named: "2 settings wait for Reset: Batch size 64 → 128, Seed 1 → 2."."""
    waiting = list(waiting)
    return f"{head(waiting)}: {', '.join(map(str, waiting))}." if waiting else ""
