"""The settings a person is choosing: what the form shows, what of it can be trained, and how it is written in an address.

Knows nothing of Streamlit. A `Settings` survives everything: an impossible combination keeps what was typed, says what
is wrong, and leaves the last possible configuration in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gan_core.config import FIELDS, LIVE, Bool, Choice, ConfigError, Float, TrainConfig, data_kind, parse_value
from gan_core.presets import PRESETS, preset

FIRST = "starter"


@dataclass
class Settings:
    """`values` is what the form shows, `config` the last of it that could be trained, `error` why `values` cannot."""

    preset: str = FIRST
    values: dict[str, Any] = field(default_factory=lambda: preset(FIRST).to_dict())
    config: TrainConfig = field(default_factory=lambda: preset(FIRST))
    error: ConfigError | None = None
    notes: list[str] = field(default_factory=list)

    # ---- changing

    def choose_preset(self, name: str) -> None:
        self.preset, self.notes = name, []
        self.values = preset(name).to_dict()
        self._check()

    def choose_data(self, name: str) -> None:
        """Another data set; fields that cannot stay as they are follow, and `notes` says which."""
        old, self.notes = self.values["data"], []
        self.values["data"] = name
        try:
            before, after = data_kind(str(old)), data_kind(name)
        except KeyError:
            return self._check()
        if not after.is_image and before.is_image:
            self._follow("resolution", None, f"{after.title} has no pixels")
            self._borrow("gaussian-1d")
        elif after.is_image and not before.is_image:
            self._follow("resolution", after.shape[-1], f"{after.title} is made of images")
            self._borrow(FIRST)
        elif after.is_image and self.values["resolution"] == before.shape[-1] != after.shape[-1]:
            if self.values["architecture"] == "conv-minimax":
                self.notes.append(f"Resolution stays 28: conv-minimax knows no other, so the {after.shape[-1]}-pixel images are scaled.")
            else:
                self._follow("resolution", after.shape[-1], f"the own size of {after.title}")
        self._check()

    def set(self, name: str, value: Any) -> None:
        """One field of the form."""
        self.values[name], self.notes = value, []
        self._check()

    def adopt(self, config: TrainConfig) -> None:
        """The settings of a run that has been opened, and the preset nearest to them."""
        self.values = config.to_dict()
        self.preset = min(PRESETS, key=lambda name: sum(PRESETS[name].config.to_dict()[f] != v for f, v in self.values.items()))
        self.notes = []
        self._check()

    def _follow(self, name: str, value: Any, why: str) -> None:
        if self.values[name] != value:
            self.values[name] = value
            self.notes.append(f"{label(name)} is now {show(name, value)}: {why}.")

    def _borrow(self, name: str) -> None:
        """Networks fit for the other kind of data."""
        source = preset(name).to_dict()
        for f in ("architecture", "width", "depth", "latent_dim", "prior"):
            self.values[f] = source[f]
        self.notes.append(f"Networks are now those of “{PRESETS[name].title}”.")

    def _check(self) -> None:
        try:
            self.config = TrainConfig.from_dict(self.values)
            self.values = self.config.to_dict()
            self.error = None
        except ConfigError as error:
            self.error = error

    # ---- comparing

    def restarts(self, config: TrainConfig) -> list[str]:
        """What of these settings a run with `config` does not follow, as "Batch size 64 → 128"."""
        old = config.to_dict()
        return [f"{label(f)} {show(f, old[f])} → {show(f, v)}" for f, v in self.config.to_dict().items() if f not in LIVE and old[f] != v]

    def live_changes(self, live: Mapping[str, Any]) -> dict[str, Any]:
        """Learning rates and k where they differ from those a run has now."""
        return {f: getattr(self.config, f) for f in LIVE if f in live and live[f] != getattr(self.config, f)}

    def extends(self, config: TrainConfig) -> bool:
        """Whether these settings are those of `config`, only trained for longer."""
        old, new = config.to_dict(), self.config.to_dict()
        changed = {f for f in new if f not in LIVE and new[f] != old[f]}
        if changed == {"epochs"}:
            return new["steps"] is None and new["epochs"] > old["epochs"]
        return changed == {"steps"} and bool(old["steps"]) and bool(new["steps"]) and new["steps"] > old["steps"]

    # ---- addresses

    def query(self) -> dict[str, str]:
        """What an address must say: the preset, and each field that differs from it."""
        base = preset(self.preset).to_dict()
        changed = {f: written(v) for f, v in self.config.to_dict().items() if v != base[f]}
        return {"preset": self.preset, **changed} if changed or self.preset != FIRST else {}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Settings:
        """From an address, believed as little as any other input: what cannot be is left out, with a note."""
        new, bad = cls(), []
        name = query.get("preset", FIRST)
        if name in PRESETS:
            new.choose_preset(name)
        else:
            bad.append(f"The address asks for the preset “{name[:60]}”, which does not exist; use one of {', '.join(PRESETS)}.")
        wanted = {}
        for f in FIELDS:
            if f in query:
                try:
                    wanted[f] = FIELDS[f].metadata["accepts"].check(f, parse_value(f, "None" if query[f].lower() == "none" else query[f]))
                except ConfigError as error:
                    bad.append(f"Left out of the address: {error}.")
        while True:
            try:
                new.config = TrainConfig.from_dict({**new.values, **wanted})
                break
            except ConfigError as error:
                bad.append(f"Left out of the address: {error}.")
                if wanted.pop(error.field, None) is None:
                    wanted.clear()
        new.values = new.config.to_dict()
        new.notes = bad
        return new


# --------------------------------------------------------------------------- fields in words


def label(name: str) -> str:
    return FIELDS[name].metadata["label"]


def choices(name: str) -> tuple | None:
    """The options of a field that has more than one to choose from, else None."""
    accepts = FIELDS[name].metadata["accepts"]
    return accepts.options if isinstance(accepts, Choice) else None


def hidden(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a field has nothing to say here: a single option, or a detail of something that is off."""
    options = choices(name)
    if options is not None and len(options) < 2:
        return True
    return (name == "pretrain_lr" and not values.get("pretrain_d")) or (name == "resolution" and values.get("resolution") is None)


def show(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return {"steps": "by epochs", "resolution": "none"}.get(name, "the system's own")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(FIELDS[name].metadata["accepts"], Float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) and name != "seed" else str(value)


def number(value: Any) -> str:
    """A float the way people write it in papers: 2e-4, 0.5."""
    if not isinstance(value, float):
        return str(value)
    if value == 0 or abs(value) >= 0.01:
        return f"{value:g}"
    mantissa, exponent = f"{value:.6e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def written(value: Any) -> str:
    """A value as an address holds it, the way the command line takes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, float) and float(number(value)) == value else str(value)


def problem(error: ConfigError) -> str:
    """What is wrong with a configuration, in the words of the form."""
    if error.field not in FIELDS:
        return str(error)
    if error.field == "data":
        return f"Data set: {error.allowed}."
    value = f"“{error.value}”" if isinstance(error.value, str) else show(error.field, error.value)
    return f"{label(error.field)} {value}: {error.allowed}."


def is_switch(name: str) -> bool:
    return isinstance(FIELDS[name].metadata["accepts"], Bool)
