"""The whole description of a training run: `TrainConfig`, frozen, validated, JSON both ways.

Every other part of the product reads this table: the trainer to train, the command line to parse `--set FIELD=VALUE`,
the app to draw its form. Nothing here imports torch, so a page can validate a configuration at once.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .architectures import ARCHITECTURES
from .datanames import DataName, data_kind
from .fields import Accepts, Bool, Choice, ConfigError, Field, Float, Int
from .folders import class_folders
from .games import GAMES
from .glossary import TERMS, WORDS
from .outside import parse_json
from .rules import conflicts

GROUPS = ("Data", "Networks", "Objective", "Stabilisers", "Optimisers", "Schedule")


def _field(
    default: Any, accepts: Accepts, group: str, off: tuple = (), of: str | None = None, live: bool = False
) -> Any:
    """A row of the table; see `Field`."""
    about = {"accepts": accepts, "group": group, "off": off, "of": of, "live": live}
    return dataclasses.field(default=default, metadata=about)


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides how a GAN is trained. The defaults are the `starter` preset.

    What each field is stands in `glossary.WORDS`; where a field is a choice, its options are those that have words.
    Raises `ConfigError` where a field is out of its range or two fields cannot go together (`rules`).
    """

    data: str = _field("digits", DataName(), "Data")
    split: str = _field("train", Choice(TERMS["split"]), "Data")
    resolution: int | None = _field(28, Choice((None, 28, 32, 64, 128)), "Data", off=(None,))
    batch_size: int = _field(64, Int(1, 4096), "Data")

    architecture: str = _field("dcgan", Choice(TERMS["architecture"]), "Networks")
    width: int | None = _field(16, Int(1, 1024, optional=True), "Networks")
    depth: int | None = _field(None, Int(1, 8, optional=True), "Networks", off=(None,))
    width_d: int | None = _field(None, Int(1, 1024, optional=True), "Networks", off=(None,))
    depth_d: int | None = _field(None, Int(1, 8, optional=True), "Networks", off=(None,))
    activation: str | None = _field(None, Choice(TERMS["activation"]), "Networks", off=(None,))
    latent_dim: int = _field(32, Int(1, 1024), "Networks")
    prior: str = _field("normal", Choice(TERMS["prior"]), "Networks")
    init: str = _field("pytorch", Choice(TERMS["init"]), "Networks")
    conditioning: str = _field("none", Choice(TERMS["conditioning"]), "Networks", off=("none",))
    classes: int | None = _field(None, Int(2, 1000, optional=True), "Networks", off=(None,), of="conditioning")

    objective: str = _field("non-saturating", Choice(TERMS["objective"]), "Objective", live=True)
    weight_clip: float | None = _field(None, Float(0.0, 100.0, optional=True), "Objective", off=(0.0,))
    penalty: str = _field("none", Choice(TERMS["penalty"]), "Objective", off=("none",), live=True)
    penalty_weight: float = _field(10.0, Float(0.0, 1e6), "Objective", of="penalty", live=True)
    penalty_every: int = _field(1, Int(1, 1000), "Objective", off=(1,), of="penalty")
    k: int = _field(1, Int(1, 100), "Objective", off=(1,), live=True)
    k_g: int = _field(1, Int(1, 100), "Objective")
    d_loss_scale: float = _field(1.0, Choice(TERMS["d_loss_scale"]), "Objective")
    reuse_fakes: bool = _field(True, Bool(), "Objective")
    pretrain_d: int = _field(0, Int(0, 10_000), "Objective", off=(0,))
    pretrain_lr: float = _field(1e-3, Float(0.0, 1.0), "Objective", of="pretrain_d")

    spectral_norm: bool = _field(False, Bool(), "Stabilisers", off=(False,))
    minibatch_stddev: bool = _field(False, Bool(), "Stabilisers", off=(False,))
    packing: int = _field(1, Int(1, 8), "Stabilisers", off=(1,))
    label_smoothing: float = _field(0.0, Float(0.0, 0.5), "Stabilisers", off=(0.0,))
    instance_noise: float = _field(0.0, Float(0.0, 10.0), "Stabilisers", off=(0.0,))
    instance_noise_steps: int = _field(2000, Int(1, 100_000_000), "Stabilisers", of="instance_noise")
    augment: str = _field("none", Choice(TERMS["augment"]), "Stabilisers", off=("none",))
    unrolled: int = _field(0, Int(0, 20), "Stabilisers", off=(0,))
    clip_grad: float = _field(0.0, Float(0.0, 1e6), "Stabilisers", off=(0.0,))
    ema_half_life: int = _field(0, Int(0, 1_000_000_000), "Stabilisers", off=(0,))

    lr_d: float = _field(2e-4, Float(0.0, 1.0), "Optimisers", live=True)
    lr_g: float = _field(2e-4, Float(0.0, 1.0), "Optimisers", live=True)
    optimiser_d: str = _field("adam", Choice(TERMS["optimiser_d"]), "Optimisers")
    optimiser_g: str = _field("adam", Choice(TERMS["optimiser_g"]), "Optimisers")
    beta1: float = _field(0.5, Float(0.0, 1.0, below=True), "Optimisers")
    beta2: float = _field(0.999, Float(0.0, 1.0, below=True), "Optimisers")
    anneal: str = _field("none", Choice(TERMS["anneal"]), "Optimisers", off=("none",))
    anneal_steps: int | None = _field(None, Int(1, 1_000_000_000, optional=True), "Optimisers", of="anneal")
    lr_end: float = _field(0.0, Float(0.0, 100.0), "Optimisers", of="anneal")
    beta2_end: float | None = _field(
        None, Float(0.0, 1.0, below=True, optional=True), "Optimisers", off=(None,), of="anneal"
    )

    epochs: int = _field(15, Int(1, 100_000), "Schedule")
    steps: int | None = _field(None, Int(1, 1_000_000_000, optional=True), "Schedule")
    seed: int = _field(0, Int(0, 2**31 - 1), "Schedule")
    samples: int = _field(64, Int(1, 256), "Schedule")
    precision: str = _field("auto", Choice(TERMS["precision"]), "Schedule")
    device: str = _field("auto", Choice(TERMS["device"]), "Schedule")

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            object.__setattr__(self, name, field.accepts.check(name, getattr(self, name)))
        self._complete()
        if error := next(conflicts(self), None):
            raise error

    def _complete(self) -> None:
        """Images without a resolution are taken in their own size, and the classes of a folder are counted."""
        kind = data_kind(self.data)
        if kind.is_image and self.resolution is None:
            object.__setattr__(self, "resolution", kind.shape[-1])
        if kind.classes is None and self.classes is None and self.is_on("conditioning"):
            object.__setattr__(self, "classes", len(class_folders(self.data)) or None)

    @classmethod
    def draft(cls, values: Mapping[str, Any]) -> TrainConfig:
        """What somebody is still choosing, which need not agree and is never refused.

        A value that its field does not accept is the default instead; data that cannot be opened keep their kind.
        """
        draft = object.__new__(cls)
        for name, field in FIELDS.items():
            value = values.get(name, field.default)
            try:
                value = field.accepts.check(name, value)
            except ConfigError:
                value = field.default
            object.__setattr__(draft, name, value)
        with contextlib.suppress(KeyError):
            data_kind(str(values.get("data")))
            object.__setattr__(draft, "data", str(values["data"]))
        draft._complete()
        return draft

    # ---- derived

    @property
    def is_image(self) -> bool:
        """The data are images, not points."""
        return data_kind(self.data).is_image

    @property
    def is_convolutional(self) -> bool:
        """The networks are convolutional."""
        return ARCHITECTURES[self.architecture].convolutional

    @property
    def base_width(self) -> int:
        """`width`, or the architecture's own where it is None."""
        return self.width or ARCHITECTURES[self.architecture].width

    @property
    def n_classes(self) -> int:
        """Number of classes that the networks are told; 0 where there is no conditioning."""
        if self.conditioning == "none":
            return 0
        return self.classes or data_kind(self.data).classes or 0

    @property
    def grid(self) -> tuple[int, int] | None:
        """What is shown of a conditional G, a row for each class: (classes, noise vectors of each); else None."""
        if not self.n_classes:
            return None
        rows = min(self.n_classes, self.samples)
        return rows, self.samples // rows

    @property
    def shown(self) -> int:
        """Number of fixed samples on show: `samples`, or the largest full grid of class x noise within it."""
        return math.prod(self.grid) if self.grid else self.samples

    @property
    def bounded(self) -> bool:
        """A penalty bounds D's slope, or spectral norm that no batch norm stretches again; clipping aside."""
        return self.penalty != "none" or (self.spectral_norm and not ARCHITECTURES[self.architecture].batch_norm_d)

    @property
    def clip(self) -> float:
        """The bound on D's weights, 0 for none.

        Where `weight_clip` is None it is the objective's own, if it needs one (Arjovsky et al. 2017, arXiv:1701.07875).
        """
        if self.weight_clip is not None:
            return self.weight_clip
        return 0.0 if self.bounded else GAMES[self.objective].clip

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W) for images, (D,) for points."""
        shape = data_kind(self.data).shape
        return (shape[0], self.resolution, self.resolution) if self.is_image and self.resolution else shape

    def is_on(self, name: str) -> bool:
        """Whether what a field is for happens: not where it, or what it is a detail of, does nothing."""
        field = FIELDS[name]
        if field.of and not self.is_on(field.of):
            return False
        return self.clip > 0 if name == "weight_clip" else getattr(self, name) not in field.off

    def total_steps(self, data_size: int) -> int:
        """How many steps a run has that begins with these settings, given the number of samples in the data set."""
        return self.steps or math.ceil(self.epochs * data_size / (self.batch_size * self.k))

    # ---- changing, writing, reading

    def replace(self, **changes: Any) -> TrainConfig:
        """A copy with some fields changed; raises `ConfigError` like the constructor."""
        return TrainConfig.from_dict({**self.to_dict(), **changes})

    def to_dict(self) -> dict[str, Any]:
        """All fields by name."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """A JSON object of all fields."""
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainConfig:
        """From a mapping; fields left out keep their defaults, unknown ones raise `ConfigError`."""
        for name in values:
            field_of(name)
        return cls(**values)

    @classmethod
    def from_json(cls, text: str | bytes) -> TrainConfig:
        """From a JSON object, as `from_dict`; `ConfigError` where it is none."""
        try:
            values = parse_json(text)
        except ValueError as error:
            raise ConfigError(None, text, f"the configuration is not valid JSON: {error}") from None
        if not isinstance(values, dict):
            raise ConfigError(None, text, 'a configuration is a JSON object of fields, such as {"width": 32}')
        return cls.from_dict(values)


FIELDS: dict[str, Field] = {
    f.name: Field(f.name, f.default, WORDS[f.name], **f.metadata) for f in dataclasses.fields(TrainConfig)
}
"""All fields, in the order in which a form asks for them."""

LIVE = tuple(name for name, field in FIELDS.items() if field.live)
"""Fields that a running trainer takes on at its next step; all others need a new run."""


def field_of(name: str) -> Field:
    """The field of that name; `ConfigError`, with the nearest one where there is one, if there is none."""
    if name not in FIELDS:
        near = difflib.get_close_matches(str(name), FIELDS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; the fields are {', '.join(FIELDS)}"
        raise ConfigError(name, None, hint, unknown=True)
    return FIELDS[name]


def parse_value(name: str, text: str) -> Any:
    """The value that `text`, from a command line or a URL, stands for in field `name`; checked when used."""
    return field_of(name).accepts.parse(text)
