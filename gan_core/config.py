"""The whole description of a training run: `TrainConfig`, frozen, validated, JSON both ways.

Every other part of the product reads this table: the trainer to train, the command line to parse
`--set FIELD=VALUE`, the app to draw its form. Nothing here imports torch, so a page can validate a
configuration at once.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
from dataclasses import dataclass
from typing import Any


class ConfigError(ValueError):
    """A configuration that cannot be trained.

    The message names the field, the value and what is allowed. `field` is the name of the field to
    blame, or None where the configuration as a whole could not be read.
    """

    def __init__(self, field: str | None, value: Any, allowed: str, unknown: bool = False):
        self.field, self.value, self.allowed = field, value, allowed
        if field is None:
            super().__init__(allowed)
        elif unknown:
            super().__init__(f"{field!r} is no field of a configuration{allowed}")
        else:
            super().__init__(f"{field} = {value!r} is not possible: {allowed}")


# --------------------------------------------------------------------------- data sets, by name


@dataclass(frozen=True)
class DataKind:
    """What a configuration must know of a data set without opening it.

    `shape` is that of one sample in its own size: (C, H, W) for images, (D,) for points.
    """

    title: str
    shape: tuple[int, ...]
    note: str

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 3


DATA: dict[str, DataKind] = {
    "digits": DataKind("Handwritten digits (built in)", (1, 28, 28), "1,797 real handwritten digits that come with scikit-learn; no download."),
    "mnist": DataKind("MNIST", (1, 28, 28), "70,000 handwritten digits; downloaded once (11 MB)."),
    "fashion-mnist": DataKind("Fashion-MNIST", (1, 28, 28), "70,000 pictures of clothes; downloaded once (30 MB)."),
    "kmnist": DataKind("Kuzushiji-MNIST", (1, 28, 28), "70,000 cursive Japanese characters; downloaded once (21 MB)."),
    "cifar10": DataKind("CIFAR-10", (3, 32, 32), "60,000 small colour photos of ten classes; downloaded once (170 MB)."),
    "gaussian": DataKind("Gaussian (1-D)", (1,), "100,000 draws from a normal distribution with mean 1.5 and deviation 0.5."),
}
FOLDER = DataKind("Folder of images", (3, 64, 64), "Your own images: any sizes, nested or flat; unreadable files are skipped and counted.")


def data_kind(name: str) -> DataKind:
    """The `DataKind` of a data name; `folder:PATH` for a person's own images. KeyError if unknown."""
    return FOLDER if name.startswith("folder:") else DATA[name]


# --------------------------------------------------------------------------- what a field accepts


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    options: tuple

    def check(self, field: str, value: Any) -> Any:
        # bool is an int to Python, and 1 == True; only an int may stand for a float
        for option in self.options:
            if value == option and (type(value) is type(option) or (type(value) is int and type(option) is float)):
                return option
        hint = ""
        if isinstance(value, str):
            near = difflib.get_close_matches(value, [str(o) for o in self.options], 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ConfigError(field, value, f"use one of {', '.join(map(str, self.options))}{hint}")

    def parse(self, text: str) -> Any:
        return next((o for o in self.options if str(o).lower() == text.lower() or (isinstance(o, float) and f"{o:g}" == text)), text)


@dataclass(frozen=True)
class Int:
    """A whole number from `low` to `high`; None too where `optional`."""

    low: int
    high: int
    optional: bool = False

    def check(self, field: str, value: Any) -> int | None:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            none = ", or none" if self.optional else ""
            raise ConfigError(field, value, f"use a whole number from {self.low:,} to {self.high:,}{none}")
        return value

    def parse(self, text: str) -> Any:
        if self.optional and text.lower() in ("none", ""):
            return None
        try:
            return int(text)
        except ValueError:
            return text


@dataclass(frozen=True)
class Float:
    """A finite number from `low` to `high`, `high` excluded where `below`."""

    low: float
    high: float
    below: bool = False

    def check(self, field: str, value: Any) -> float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # nan fails every comparison, infinity and huge integers the upper one
        if not number or not self.low <= value <= self.high or (self.below and value == self.high):
            raise ConfigError(field, value, f"use a number from {self.low:g} to {'below ' if self.below else ''}{self.high:g}")
        return float(value)

    def parse(self, text: str) -> Any:
        try:
            return float(text)
        except ValueError:
            return text


@dataclass(frozen=True)
class Bool:
    def check(self, field: str, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ConfigError(field, value, "use true or false")
        return value

    def parse(self, text: str) -> Any:
        return {"true": True, "false": False}.get(text.lower(), text)


@dataclass(frozen=True)
class DataName:
    """A known data set or `folder:PATH`."""

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(DATA)

    def check(self, field: str, value: Any) -> str:
        if isinstance(value, str) and value.startswith("folder:"):
            if not value.removeprefix("folder:").strip():
                raise ConfigError(field, value, "name the folder too, as in folder:/home/me/photos")
            return value
        if not isinstance(value, str) or value not in DATA:
            near = difflib.get_close_matches(str(value), DATA, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise ConfigError(field, value, f"use one of {', '.join(DATA)} or folder:PATH{hint}")
        return value

    def parse(self, text: str) -> Any:
        return text


GROUPS = ("Data", "Networks", "Objective", "Optimisers", "Schedule")


def _field(default: Any, accepts: Any, group: str, label: str, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"accepts": accepts, "group": group, "label": label, "help": help})


LIVE = ("lr_d", "lr_g", "k")
"""Fields that a running trainer takes on at its next step; all others need a new run."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides how a GAN is trained. The defaults are the `starter` preset.

    Raises `ConfigError` where a field is out of its range or two fields cannot go together.
    """

    data: str = _field("digits", DataName(), "Data", "Data set", "What the generator learns to imitate.")
    split: str = _field(
        "train", Choice(("train", "all")), "Data", "Part", "The training part, or training and test part together. Sets without parts are used whole."
    )
    resolution: int | None = _field(
        28,
        Choice((None, 28, 32, 64, 128)),
        "Data",
        "Resolution",
        "Images are brought to this many pixels a side. Twice as many cost about four times the work. None for data that are no images.",
    )
    batch_size: int = _field(
        64,
        Int(1, 4096),
        "Data",
        "Batch size",
        "Real images, and as many fakes, per update. Larger: smoother gradients, fewer updates a second. Too small: noisy, and batch normalisation suffers.",
    )

    architecture: str = _field(
        "dcgan",
        Choice(("mlp", "mlp-dropout", "conv-minimax", "dcgan")),
        "Networks",
        "Architecture",
        "The family both networks come from. Fully connected ones are quick and blurry; convolutional ones know that neighbouring pixels belong together.",
    )
    width: int | None = _field(
        16,
        Int(1, 1024, optional=True),
        "Networks",
        "Width",
        "Base number of channels (convolutional) or units in each hidden layer (fully connected). "
        "None: the system's own layers. Wider learns more and runs slower.",
    )
    depth: int | None = _field(
        None,
        Int(1, 8, optional=True),
        "Networks",
        "Depth",
        "How often the image is doubled (convolutional) or how many hidden layers there are (fully connected). None: the system's own.",
    )
    latent_dim: int = _field(
        32,
        Int(1, 1024),
        "Networks",
        "Latent size",
        "Length of the noise vector z. Too small and there is no room for variety; a few dozen do for digits.",
    )
    prior: str = _field(
        "normal",
        Choice(("normal", "uniform", "uniform-half", "truncated-normal", "sphere")),
        "Networks",
        "Prior",
        "Where z is drawn: N(0, 1), uniform on [-1, 1], uniform on [-0.5, 0.5], N(0, 1) cut at ±2, or the sphere of radius √dim.",
    )
    init: str = _field(
        "pytorch",
        Choice(("pytorch", "dcgan")),
        "Networks",
        "Initial weights",
        "PyTorch's own, or the DCGAN paper's: N(0, 0.02) for convolutions, N(1, 0.02) for batch norm.",
    )

    objective: str = _field(
        "non-saturating",
        Choice(("minimax", "non-saturating")),
        "Objective",
        "Objective",
        "Non-saturating: G maximises log D(G(z)), strong gradients while it is losing. Minimax: G minimises log(1 - D(G(z))), which flattens when D is sure.",
    )
    penalty: str = _field("none", Choice(("none",)), "Objective", "Penalty", "A term on D's gradient, added to its loss.")
    k: int = _field(
        1,
        Int(1, 100),
        "Objective",
        "k: D updates per G update",
        "How often D learns before G does. More: D closer to its best answer, slower, and G's gradient may vanish.",
    )
    d_loss_scale: float = _field(
        1.0, Choice((1.0, 0.5)), "Objective", "D's loss", "D's real and fake terms summed (1) or averaged (0.5). With Adam it hardly matters; the curve halves."
    )
    reuse_fakes: bool = _field(
        True, Bool(), "Objective", "G re-scores D's fakes", "G's step scores the fakes D has just learnt from (saves a pass through G), or fresh ones."
    )
    pretrain_d: int = _field(0, Int(0, 10_000), "Objective", "D's head start", "Updates of D alone before the first step.")
    pretrain_lr: float = _field(1e-3, Float(0.0, 1.0), "Objective", "Rate of the head start", "Learning rate of D during its head start.")

    lr_d: float = _field(
        2e-4,
        Float(0.0, 1.0),
        "Optimisers",
        "Learning rate of D",
        "Size of D's steps. Too large: D's loss jumps or hits 0 and G learns nothing. Too small: G runs ahead and fools it with anything.",
    )
    lr_g: float = _field(
        2e-4,
        Float(0.0, 1.0),
        "Optimisers",
        "Learning rate of G",
        "Size of G's steps. Too large: samples flicker or all look alike. Too small: nothing changes.",
    )
    beta1: float = _field(
        0.5, Float(0.0, 1.0, below=True), "Optimisers", "Adam β₁", "Memory of the gradient's direction. 0.9 is usual; GANs are often steadier with 0.5 or 0."
    )
    beta2: float = _field(0.999, Float(0.0, 1.0, below=True), "Optimisers", "Adam β₂", "Memory of the gradient's size.")

    epochs: int = _field(15, Int(1, 100_000), "Schedule", "Epochs", "Passes of D over the data before the run is finished.")
    steps: int | None = _field(
        None, Int(1, 1_000_000_000, optional=True), "Schedule", "Steps", "Total number of steps; overrides epochs. One step: k updates of D, then one of G."
    )
    seed: int = _field(0, Int(0, 2**31 - 1), "Schedule", "Seed", "Same seed, same settings, same machine: the same run.")
    samples: int = _field(
        64, Int(1, 256), "Schedule", "Fixed samples", "How many noise vectors are fixed at the start and drawn again and again, to watch them learn."
    )
    precision: str = _field(
        "auto",
        Choice(("auto", "float32", "bfloat16", "float64")),
        "Schedule",
        "Precision",
        "Auto: bfloat16 multiplication where this processor is fast at it, else float32. float64 overflows less readily and is slow.",
    )
    device: str = _field("auto", Choice(("auto", "cpu", "cuda")), "Schedule", "Device", "Auto: a GPU where there is one, else the processor.")

    def __post_init__(self) -> None:
        for f in dataclasses.fields(self):
            object.__setattr__(self, f.name, f.metadata["accepts"].check(f.name, getattr(self, f.name)))
        _check_combination(self)

    # ---- derived

    @property
    def is_image(self) -> bool:
        return data_kind(self.data).is_image

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W) for images, (D,) for points."""
        shape = data_kind(self.data).shape
        return (shape[0], self.resolution, self.resolution) if self.is_image and self.resolution else shape

    def total_steps(self, data_size: int) -> int:
        """How many steps the run has, given the number of samples in the data set."""
        return self.steps or math.ceil(self.epochs * data_size / (self.batch_size * self.k))

    # ---- changing, writing, reading

    def replace(self, **changes: Any) -> TrainConfig:
        """A copy with some fields changed; raises `ConfigError` like the constructor."""
        return TrainConfig.from_dict({**self.to_dict(), **changes})

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainConfig:
        """From a mapping; fields left out keep their defaults, unknown ones raise `ConfigError`."""
        for name in values:
            field_of(name)
        return cls(**values)

    @classmethod
    def from_json(cls, text: str | bytes) -> TrainConfig:
        try:
            values = json.loads(text)
        except ValueError as error:
            raise ConfigError(None, text, f"the configuration is not valid JSON: {error}") from None
        if not isinstance(values, dict):
            raise ConfigError(None, text, f"a configuration is a JSON object of fields, not a {type(values).__name__}")
        return cls.from_dict(values)


FIELDS: dict[str, dataclasses.Field] = {f.name: f for f in dataclasses.fields(TrainConfig)}


def field_of(name: str) -> dataclasses.Field:
    """The dataclass field of that name (metadata: accepts, group, label, help); `ConfigError` if there is none."""
    if name not in FIELDS:
        near = difflib.get_close_matches(str(name), FIELDS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; the fields are {', '.join(FIELDS)}"
        raise ConfigError(name, None, hint, unknown=True)
    return FIELDS[name]


def parse_value(name: str, text: str) -> Any:
    """The value that `text`, from a command line or a URL, stands for in field `name`; checked when used."""
    return field_of(name).metadata["accepts"].parse(text)


# --------------------------------------------------------------------------- fields that must agree

DCGAN_DEPTH = {28: 2, 32: 3, 64: 4, 128: 5}
"""How often DCGAN doubles the image when depth is None: from 4x4 (7x7 for 28 pixels) to the resolution."""


def _check_combination(c: TrainConfig) -> None:
    if c.is_image and c.resolution is None:
        object.__setattr__(c, "resolution", data_kind(c.data).shape[-1])
    if not c.is_image and c.resolution is not None:
        raise ConfigError("resolution", c.resolution, f"{c.data} is made of points, not images; use none")
    if c.prior == "sphere" and c.latent_dim < 2:
        raise ConfigError("latent_dim", c.latent_dim, "the sphere prior needs at least 2 dimensions")
    check = {"dcgan": _check_dcgan, "conv-minimax": _check_conv_minimax}.get(c.architecture)
    if check:
        if not c.is_image:
            raise ConfigError("architecture", c.architecture, f"a convolutional network needs images and {c.data} is made of points; use mlp")
        if c.batch_size < 2:
            raise ConfigError("batch_size", c.batch_size, f"batch normalisation in {c.architecture} needs at least 2")
        check(c)


def _check_dcgan(c: TrainConfig) -> None:
    depth = c.depth or DCGAN_DEPTH[c.resolution]
    allowed = [d for d in range(1, 9) if c.resolution % 2**d == 0 and 2 <= c.resolution >> d <= 16]
    if depth not in allowed:
        raise ConfigError(
            "depth",
            c.depth,
            f"DCGAN at {c.resolution} pixels can halve the image {allowed[0]} to {allowed[-1]} times, down to between 16 and 2 pixels; "
            f"use one of {', '.join(map(str, allowed))}, or none",
        )


def _check_conv_minimax(c: TrainConfig) -> None:
    if c.resolution != 28:
        raise ConfigError("resolution", c.resolution, "conv-minimax grows 4 → 8 → 15 → 28 pixels and nothing else; use 28, or the architecture dcgan")
    if c.depth is not None:
        raise ConfigError("depth", c.depth, "conv-minimax has one depth only; use none")
    if c.width is not None and c.width % 16:
        raise ConfigError("width", c.width, "conv-minimax needs a multiple of 16 (D starts with width / 16 channels)")
