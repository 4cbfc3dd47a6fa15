"""The settings a person is choosing: what the form shows, what of it can be trained, and how it is written in an address.

Knows nothing of Streamlit. A `Settings` survives everything: an impossible combination keeps what was typed, says what
is wrong, and leaves the last possible configuration in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gan_core.config import (
    CONVOLUTIONAL,
    DATA,
    FIELDS,
    LIVE,
    PROJECTS,
    SMOOTHS,
    Bool,
    Choice,
    ConfigError,
    DataKind,
    Float,
    TrainConfig,
    called,
    data_kind,
    parse_value,
)
from gan_core.config.glossary import title
from gan_core.config.presets import NETWORKS, PRESETS, networks_for, preset

FIRST = "starter"


@dataclass
class Settings:
    """`values` is what the form shows, `config` the last of it that could be trained, `error` why `values` cannot; an address need not name `first`."""

    preset: str = FIRST
    values: dict[str, Any] = field(default_factory=lambda: preset(FIRST).to_dict())
    config: TrainConfig = field(default_factory=lambda: preset(FIRST))
    error: ConfigError | None = None
    notes: list[str] = field(default_factory=list)
    first: str = FIRST

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
        if not after.is_image:
            self._follow("resolution", None, f"{after.title} has no pixels")
            self._follow("augment", "none", f"{after.title} has no pixels")
            if after.shape != before.shape:
                self._borrow(networks_for(name))
        elif not before.is_image:
            self._follow("resolution", after.shape[-1], f"{after.title} is made of images")
            self._borrow(networks_for(name))
        elif after.is_image and self.values["resolution"] == before.shape[-1] != after.shape[-1]:
            if self.values["architecture"] == "conv-minimax":
                self.notes.append(
                    f"Resolution stays 28: conv-minimax knows no other, so the {after.shape[-1]}-pixel images are scaled."
                )
            else:
                self._follow("resolution", after.shape[-1], f"the own size of {after.title}")
        self._follow_labels(name, after)
        self._check()

    def set(self, name: str, value: Any) -> None:
        """One field of the form."""
        self.values[name], self.notes = value, []
        if name == "architecture" and value != "mlp":
            for f in ("width_d", "depth_d", "activation"):
                self._follow(f, None, "these networks have their own")
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
        self._check()

    def _follow(self, name: str, value: Any, why: str) -> None:
        if self.values[name] != value:
            self.values[name] = value
            self.notes.append(f"{label(name)} is now {show(name, value)}: {why}.")

    def _follow_labels(self, name: str, kind: DataKind) -> None:
        """Conditioning that the labels of these data, or the networks they brought, cannot serve."""
        if self.values["conditioning"] != "none" and not kind.classes and not name.startswith("folder:"):
            self._follow("conditioning", "none", f"{kind.title} has no labels")
        if self.values["conditioning"] == "projection" and self.values["architecture"] not in PROJECTS:
            self._follow("conditioning", "concatenation", "these networks have no feature maps")
        if not name.startswith("folder:"):
            self.values["classes"] = None  # the data's own number, and nothing to ask for

    def _borrow(self, name: str) -> None:
        """Networks fit for the other kind of data."""
        source = preset(name).to_dict()
        for f in NETWORKS:
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

    def restarts(self, config: TrainConfig, over: bool = False) -> list[str]:
        """What of these settings a run with `config` does not follow, as "Batch size 64 → 128"; live fields too where it is `over`."""
        old, fixed = config.to_dict(), () if over else LIVE
        changed = {
            f: (show(f, old[f]), show(f, v)) for f, v in self.config.to_dict().items() if f not in fixed and old[f] != v
        }
        # two drawings have one name in words
        return [
            f"{label(f)} {before} → {after if after != before else 'the new one'}"
            for f, (before, after) in changed.items()
        ]

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
    def from_query(cls, query: Mapping[str, str], first: str = FIRST) -> Settings:
        """From an address, believed as little as any other input: what cannot be is left out, with a note. `first`: the preset where it names none."""
        new, bad = cls(first=first), []
        new.choose_preset(first)
        name = query.get("preset", first)
        if name in PRESETS:
            new.choose_preset(name)
        else:
            bad.append(
                f"The address asks for the preset “{name[:60]}”, which does not exist; use one of {', '.join(PRESETS)}."
            )
        wanted = {}
        for f in FIELDS:
            if f in query:
                try:
                    wanted[f] = (
                        FIELDS[f]
                        .metadata["accepts"]
                        .check(f, parse_value(f, "None" if query[f].lower() == "none" else query[f]))
                    )
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


def choices(name: str, values: Mapping[str, Any] | None = None) -> tuple | None:
    """The options of a field that is a choice, else None. With `values`: those that can go with the data and networks, and the present one."""
    accepts = FIELDS[name].metadata["accepts"]
    if not isinstance(accepts, Choice):
        return None
    if values is None:
        return accepts.options
    image, options = _is_image(values), accepts.options
    if name == "architecture" and not image:
        options = tuple(o for o in options if o not in CONVOLUTIONAL)
    if name == "resolution" and image:
        options = tuple(o for o in options if o is not None)
    if name == "conditioning" and (values["architecture"] not in PROJECTS or values["packing"] != 1):
        options = tuple(o for o in options if o != "projection")
    return options if values[name] in options else (*options, values[name])


def _is_image(values: Mapping[str, Any]) -> bool:
    try:
        return data_kind(str(values["data"])).is_image
    except KeyError:
        return True


OFF: dict[str, tuple] = {
    "weight_clip": (None, 0.0),
    "penalty_every": (1,),
    "k": (1,),
    "spectral_norm": (False,),
    "minibatch_stddev": (False,),
    "packing": (1,),
    "label_smoothing": (0.0,),
    "instance_noise": (0.0,),
    "augment": ("none",),
    "unrolled": (0,),
    "clip_grad": (0.0,),
    "ema_half_life": (0,),
    "anneal": ("none",),
    "beta2_end": (None,),
}
"""Values with which a field does nothing."""

DETAILS = {
    "pretrain_lr": "pretrain_d",
    "penalty_weight": "penalty",
    "penalty_every": "penalty",
    "instance_noise_steps": "instance_noise",
    "anneal_steps": "anneal",
    "lr_end": "anneal",
    "beta2_end": "anneal",
}
"""Fields that say how another one works, which may be off."""


def is_on(name: str, values: Mapping[str, Any]) -> bool:
    """Whether what a field is for happens."""
    if name == "weight_clip" and values["weight_clip"] is None:
        return values["objective"] == "wasserstein" and values["penalty"] == "none" and not values["spectral_norm"]
    return values[name] not in OFF.get(name, ())


def hidden(name: str, values: Mapping[str, Any]) -> bool:
    """Whether a field has nothing to say here: a single option, a detail of something that is off, or what these data or this objective have no use for."""
    options = choices(name, values)
    if options is not None and len(options) < 2:
        return True
    if name in DETAILS:
        return values[DETAILS[name]] in ("none", 0)
    data = str(values["data"])
    if name in ("resolution", "augment"):
        return not _is_image(values) and values[name] in (None, "none")
    if name == "conditioning":
        labelled = data.startswith("folder:") or (data in DATA and DATA[data].classes > 0)
        return not labelled and values[name] == "none"
    if name == "classes":
        return values["conditioning"] == "none" or (not data.startswith("folder:") and values[name] is None)
    if name in ("width_d", "depth_d", "activation"):
        return values["architecture"] != "mlp" and values[name] is None
    if name == "label_smoothing":
        return values["objective"] not in SMOOTHS and not values[name]
    if name == "weight_clip":
        return values["objective"] != "wasserstein" and values[name] is None
    return False


NONE = {
    "steps": "by epochs",
    "resolution": "none",
    "weight_clip": "automatic",
    "classes": "the data's own",
    "width_d": "as G's",
    "depth_d": "as G's",
    "anneal_steps": "the whole run",
    "beta2_end": "stays as it is",
}
"""What no value means, where it is not the system's own."""


def show(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return NONE.get(name, "the system's own")
    if name == "data":
        return called(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(FIELDS[name].metadata["accepts"], Float):
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
        return f"Data set: {error.allowed}."
    value = f"“{error.value}”" if isinstance(error.value, str) else show(error.field, error.value)
    return f"{label(error.field)} {value}: {error.allowed}."


def is_switch(name: str) -> bool:
    return isinstance(FIELDS[name].metadata["accepts"], Bool)
