"""The settings a person is choosing: what the form shows, what of it can be trained, how it is written in an address.

Knows nothing of Streamlit. A `Settings` survives everything: an impossible combination keeps what was typed, says what
is wrong, and leaves the last possible configuration in force.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from gan_core.config import (
    ARCHITECTURES,
    FIELDS,
    LIVE,
    PLACES,
    ConfigError,
    Float,
    TrainConfig,
    absent,
    data_kind,
    parse_value,
    shown,
    titled,
)
from gan_core.config.asking import asks
from gan_core.config.glossary import title
from gan_core.config.presets import NETWORKS, PRESETS, networks_for, preset
from gan_core.config.rules import NEEDS

FIRST = "starter"
FOLLOW_DATA = {"resolution", "classes", *NETWORKS, *(need.field for need in NEEDS if need.note)}
"""Fields that another choice of data may change."""


@dataclass
class Settings:
    """What somebody has chosen so far.

    `values` is what the form shows, `config` the last of it that could be trained, `error` why `values` cannot; an
    address need not name `first`. `untold`: live fields that a run at work has not been told, because something else
    was wrong.
    """

    preset: str = FIRST
    values: dict[str, Any] = field(default_factory=lambda: preset(FIRST).to_dict())
    config: TrainConfig = field(default_factory=lambda: preset(FIRST))
    error: ConfigError | None = None
    notes: list[str] = field(default_factory=list)
    first: str = FIRST
    untold: set[str] = field(default_factory=set)

    @property
    def draft(self) -> TrainConfig:
        """What the form shows as a configuration, possible or not: what may be asked depends on it."""
        return TrainConfig.draft(self.values)

    # ---- changing

    def choose_preset(self, name: str) -> None:
        """Every field as in a preset."""
        self.preset, self.notes = name, []
        self.untold.clear()
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
        own, architecture = after.shape[-1], self.values["architecture"]
        if after.is_image and not before.is_image:
            self._follow("resolution", own, f"{after.title} is made of images")
        elif after.is_image and self.values["resolution"] == before.shape[-1] != own:
            brought = name.partition(":")[0] in PLACES  # of any size, which nobody has looked at
            if only := ARCHITECTURES[architecture].resolution:
                which = "the images" if brought else f"the {own}-pixel images"
                self.notes.append(f"Resolution stays {only}: {architecture} knows no other, so {which} are scaled.")
            else:
                why = "images of any size are scaled to it" if brought else f"the own size of {after.title}"
                self._follow("resolution", own, why)
        if after.is_image != before.is_image or (not after.is_image and after.shape != before.shape):
            self._borrow(networks_for(name))
        self._give_way()
        self.values["classes"] = None  # the data's own number, or what is counted
        self._check()

    def set(self, name: str, value: Any) -> None:
        """One field of the form."""
        self.values[name], self.notes = value, []
        if name == "data":
            self.values["classes"] = None
        if name == "architecture":
            self._give_way()
        self._check()

    def adopt(self, config: TrainConfig) -> None:
        """The settings of a run that has been opened, and the preset nearest to them."""
        self.values = config.to_dict()
        kind = data_kind(config.data)

        def apart(name: str) -> tuple[bool, int]:
            """Whether it is for another kind of data, and how many fields are different."""
            other = PRESETS[name].config
            alike = kind.is_image and other.is_image or data_kind(other.data).shape == kind.shape
            return not alike, sum(other.to_dict()[f] != v for f, v in self.values.items())

        self.preset = min(PRESETS, key=apart)
        self.notes = []
        self.untold.clear()
        self._check()

    def put_back(self, config: TrainConfig, names: Collection[str] | None = None) -> None:
        """These fields, or all, as in `config`: one of a run, or of a preset. With the data goes what followed them."""
        old, self.notes = config.to_dict(), []
        names = set(FIELDS if names is None else names)
        if "data" in names:
            names |= FOLLOW_DATA
        self.values |= {name: old[name] for name in names}
        self.untold -= names
        self._check()
        if self.values == old:
            self.adopt(config)

    def _follow(self, name: str, value: Any, why: str) -> None:
        if self.values[name] != value:
            self.values[name] = value
            self.notes.append(f"{label(name)} is now {show(name, value)}: {why}.")

    def _give_way(self) -> None:
        """Values with a need that the new data or networks do not meet are replaced, where that may be done unasked."""
        for need in NEEDS:
            draft = self.draft
            if need.note and need.fails(draft):
                self._follow(need.field, need.instead, need.note(draft))

    def _borrow(self, name: str) -> None:
        """Networks fit for the other kind of data."""
        source = preset(name).to_dict()
        for f in NETWORKS:
            self.values[f] = source[f]
        self.notes.append(f"Networks are now those of “{PRESETS[name].title}”.")

    def _check(self) -> None:
        name = str(self.values["data"])
        try:
            if wrong := absent(name):
                raise ConfigError("data", name, wrong)
            self.config = TrainConfig.from_dict(self.values)
            self.values = self.config.to_dict()
            self.error = None
        except ConfigError as error:
            self.error = error

    # ---- comparing

    @property
    def changed(self) -> list[str]:
        """Fields that differ from the preset, of those that are of use."""
        base, draft = preset(self.preset).to_dict(), self.draft
        return [f for f, v in self.values.items() if v != base[f] and (f == "data" or asks(f, draft))]

    def live_changes(self, live: Mapping[str, Any]) -> dict[str, Any]:
        """The live fields that differ from what a run has now."""
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
        return {"preset": self.preset, **changed} if changed or self.preset != self.first else {}

    @classmethod
    def from_query(cls, query: Mapping[str, str], first: str = FIRST, run: TrainConfig | None = None) -> Settings:
        """From an address, believed as little as any other input: what cannot be is left out, with a note.

        `first`: the preset where it names none; `run`: what its run has, which holds for all that it does not name.
        """
        new, bad = cls(first=first), []
        new.choose_preset(first)
        if run is not None and "preset" not in query:
            new.adopt(run)
        elif (name := query.get("preset", first)) in PRESETS:
            new.choose_preset(name)
        else:
            bad.append(
                f"The address asks for the preset “{shown(name, 60)}”, which does not exist; use one of "
                f"{', '.join(PRESETS)}."
            )
        wanted = {}
        for f in FIELDS:
            if f in query:
                try:
                    text = "None" if query[f].lower() == "none" else query[f]
                    wanted[f] = FIELDS[f].accepts.check(f, parse_value(f, text))
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
        new._check()
        new.notes = bad
        return new


# --------------------------------------------------------------------------- fields in words


def label(name: str) -> str:
    """What a field is called."""
    return FIELDS[name].label


def show(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return FIELDS[name].words.none
    if name == "data":
        return titled(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(FIELDS[name].accepts, Float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) and name != "seed" else title(name, value) or str(value)


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
        # the form has a field for the path alone
        return re.sub(rf"as in ({'|'.join(PLACES)}):", "as in ", f"Data set: {error.allowed}.")
    value = f"“{shown(error.value)}”" if isinstance(error.value, str) else show(error.field, error.value)
    return f"{label(error.field)} {value}: {error.allowed}."
