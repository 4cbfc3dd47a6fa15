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
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import drawing
from .games import GAMES


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

    `shape` is that of one sample in its own size: (C, H, W) for images, (D,) for points. `classes` is the number of labels that its
    samples carry, 0 where they carry none or only opening it tells. `known`: its density is known in closed form.
    """

    title: str
    shape: tuple[int, ...]
    note: str
    classes: int = 0
    known: bool = False

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 3


DATA: dict[str, DataKind] = {
    "digits": DataKind(
        "Handwritten digits (built in)",
        (1, 28, 28),
        "1,797 real handwritten digits that come with scikit-learn; no download.",
        10,
    ),
    "mnist": DataKind("MNIST", (1, 28, 28), "70,000 handwritten digits; downloaded once (11 MB).", 10),
    "fashion-mnist": DataKind("Fashion-MNIST", (1, 28, 28), "70,000 pictures of clothes; downloaded once (30 MB).", 10),
    "kmnist": DataKind(
        "Kuzushiji-MNIST", (1, 28, 28), "70,000 cursive Japanese characters; downloaded once (21 MB).", 10
    ),
    "cifar10": DataKind(
        "CIFAR-10", (3, 32, 32), "60,000 small colour photos of ten classes; downloaded once (170 MB).", 10
    ),
    "stacked-mnist": DataKind(
        "Stacked MNIST", (3, 28, 28), "Three random MNIST digits in three colour channels: 1,000 modes to find.", 1000
    ),
    "ring": DataKind(
        "Ring of 8 (2-D)", (2,), "Eight narrow Gaussians on a circle: the classic test for lost modes.", 8, True
    ),
    "grid": DataKind("Grid of 25 (2-D)", (2,), "25 narrow Gaussians on a square lattice.", 25, True),
    "two-gaussians": DataKind("Two Gaussians (2-D)", (2,), "Two separate clouds: will G find both?", 2, True),
    "line": DataKind(
        "Line (2-D)", (2,), "A straight, thin line: a one-dimensional distribution in the plane.", 0, True
    ),
    "moons": DataKind("Two moons (2-D)", (2,), "Two interleaved half circles.", 2),
    "swiss-roll": DataKind("Swiss roll (2-D)", (2,), "A spiral band, rolled up.", 0),
    "pinwheel": DataKind("Pinwheel (2-D)", (2,), "Five arms, bent around the centre.", 5),
    "spirals": DataKind("Two spirals (2-D)", (2,), "Two arms wound around each other.", 2),
    "checkerboard": DataKind(
        "Checkerboard (2-D)", (2,), "Eight squares with sharp edges, nothing in between.", 8, True
    ),
    "gaussian": DataKind(
        "Gaussian (1-D)", (1,), "100,000 draws from a normal distribution with mean 1.5 and deviation 0.5.", 0, True
    ),
    "two-gaussians-1d": DataKind("Two Gaussians (1-D)", (1,), "Two bumps with a gap between them.", 2, True),
    "uniform-1d": DataKind("Uniform (1-D)", (1,), "Flat between two ends, nothing outside.", 0, True),
    "laplace": DataKind("Laplace (1-D)", (1,), "A sharp peak with long tails.", 0, True),
}
FOLDER = DataKind(
    "Folder of images",
    (3, 64, 64),
    "Your own images: any sizes, nested or flat; unreadable files are skipped and counted.",
)
POINTS = DataKind(
    "File of points (2-D)",
    (2,),
    "Your own points: a CSV or .npy file with two columns of numbers; rows that are no numbers are skipped and counted.",
)
DRAWING = DataKind("A drawing (2-D)", (2,), "Points from where you put ink: the more ink, the more points.", 0, True)
PLACES = {"folder": (FOLDER, "folder:/home/me/photos"), "points": (POINTS, "points:/home/me/points.csv")}
"""Data that a person brings, by the word before the colon: kind, and an example of a name."""
DRAWN = "drawn"
"""The word before the colon of a drawing, whose name holds all of it: `drawn:CODE` (see `drawing.encode`)."""


def data_kind(name: str) -> DataKind:
    """The `DataKind` of a data name; `folder:PATH`, `points:PATH` and `drawn:CODE` for a person's own. KeyError if unknown."""
    place, colon, _ = name.partition(":")
    if colon and place == DRAWN:
        return DRAWING
    return PLACES[place][0] if colon else DATA[name]


def called(name: str) -> str:
    """What data are called in a sentence or a label: by their name, but for a drawing, whose name nobody can read."""
    return "a drawing" if str(name).startswith(f"{DRAWN}:") else str(name)


def data_dir() -> Path:
    """Where data sets live: $GAN_DATA_DIR, else `data` in the current directory."""
    return Path(os.environ.get("GAN_DATA_DIR") or "data").expanduser()


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
        return next(
            (o for o in self.options if str(o).lower() == text.lower() or (isinstance(o, float) and f"{o:g}" == text)),
            text,
        )


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
    """A finite number from `low` to `high`, `high` excluded where `below`; None too where `optional`."""

    low: float
    high: float
    below: bool = False
    optional: bool = False

    def check(self, field: str, value: Any) -> float | None:
        if value is None and self.optional:
            return None
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # nan fails every comparison, infinity and huge integers the upper one
        if not number or not self.low <= value <= self.high or (self.below and value == self.high):
            none = ", or none" if self.optional else ""
            raise ConfigError(
                field, value, f"use a number from {self.low:g} to {'below ' if self.below else ''}{self.high:g}{none}"
            )
        return float(value)

    def parse(self, text: str) -> Any:
        if self.optional and text.lower() in ("none", ""):
            return None
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
    """A known data set, `folder:PATH`, `points:PATH` or `drawn:CODE`."""

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(DATA)

    def check(self, field: str, value: Any) -> str:
        place, colon, path = value.partition(":") if isinstance(value, str) else ("", "", "")
        if colon and place in PLACES:
            if not path.strip():
                raise ConfigError(
                    field, value, f"name the {'folder' if place == 'folder' else 'file'} too, as in {PLACES[place][1]}"
                )
            return value
        if colon and place == DRAWN:
            try:
                drawing.decode(path)
            except ValueError as error:
                raise ConfigError(field, called(value), str(error)) from None
            return value
        if not isinstance(value, str) or value not in DATA:
            near = difflib.get_close_matches(str(value), DATA, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise ConfigError(
                field, value, f"use one of {', '.join(DATA)}, folder:PATH, points:PATH or drawn:CODE{hint}"
            )
        return value

    def parse(self, text: str) -> Any:
        return text


GROUPS = ("Data", "Networks", "Objective", "Stabilisers", "Optimisers", "Schedule")


def _field(default: Any, accepts: Any, group: str, label: str, help: str) -> Any:
    return dataclasses.field(
        default=default, metadata={"accepts": accepts, "group": group, "label": label, "help": help}
    )


LIVE = ("lr_d", "lr_g", "k", "objective", "penalty", "penalty_weight")
"""Fields that a running trainer takes on at its next step; all others need a new run."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides how a GAN is trained. The defaults are the `starter` preset.

    Raises `ConfigError` where a field is out of its range or two fields cannot go together.
    """

    data: str = _field("digits", DataName(), "Data", "Data set", "What the generator learns to imitate.")
    split: str = _field(
        "train",
        Choice(("train", "all")),
        "Data",
        "Part",
        "The training part, or training and test part together. Sets without parts are used whole.",
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
        Choice(("mlp", "mlp-dropout", "conv-minimax", "dcgan", "residual", "maxout", "stacked-dcgan", "stacked-tiny")),
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
        "None: the system's own layers. Wider learns more and runs slower. (Maxout: G's, D has half. Tiny Stacked-MNIST networks: D's alone.)",
    )
    depth: int | None = _field(
        None,
        Int(1, 8, optional=True),
        "Networks",
        "Depth",
        "How often the image is doubled (convolutional) or how many hidden layers there are (fully connected). None: the system's own.",
    )
    width_d: int | None = _field(
        None,
        Int(1, 1024, optional=True),
        "Networks",
        "Width of D",
        "Units in each hidden layer of D, where they are not as many as G's. Fully connected networks only.",
    )
    depth_d: int | None = _field(
        None,
        Int(1, 8, optional=True),
        "Networks",
        "Depth of D",
        "Hidden layers of D, where they are not as many as G's. Fully connected networks only.",
    )
    activation: str | None = _field(
        None,
        Choice((None, "leaky-relu", "relu", "tanh", "elu")),
        "Networks",
        "Activation",
        "What bends the hidden layers of both networks; without it G could only stretch and shift. Fully connected networks only.",
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
        "The family's own (PyTorch's, or the one it was published with), or the DCGAN paper's: N(0, 0.02) for weights, N(1, 0.02) for batch norm.",
    )

    conditioning: str = _field(
        "none",
        Choice(("none", "concatenation", "projection")),
        "Networks",
        "Class label",
        "Tell both networks the class of each sample, so that you can ask G for one: the label joins their inputs, or D weighs it against its features.",
    )
    classes: int | None = _field(
        None,
        Int(2, 1000, optional=True),
        "Networks",
        "Classes",
        "How many classes the labels have. None: the data set's own number; for a folder of images it must be said (its sub-folders).",
    )

    objective: str = _field(
        "non-saturating",
        Choice(
            (
                "minimax",
                "non-saturating",
                "least-squares",
                "wasserstein",
                "hinge",
                "relativistic",
                "relativistic-average",
            )
        ),
        "Objective",
        "Objective",
        "What D and G each minimise: how the score of a real sample and that of a fake become a loss.",
    )
    weight_clip: float | None = _field(
        None,
        Float(0.0, 100.0, optional=True),
        "Objective",
        "Clip D's weights at",
        "After each update every weight of D is cut to at most this. None: 0.01 for Wasserstein without a penalty or spectral norm, else off. 0: off.",
    )
    penalty: str = _field(
        "none",
        Choice(("none", "wgan-gp", "r1", "r2", "r1+r2", "dragan")),
        "Objective",
        "Gradient penalty",
        "A term on the gradient of D's logit with respect to its input, added to D's loss. It keeps D smooth, so that G always has a slope to follow.",
    )
    penalty_weight: float = _field(
        10.0,
        Float(0.0, 1e6),
        "Objective",
        "Weight of the penalty",
        "λ or γ in the papers. Larger: D smoother and weaker, training calmer and slower. "
        "WGAN-GP and DRAGAN: 10. R1 and R2: 1 to 10 for images, a few hundredths to 1 for points.",
    )
    penalty_every: int = _field(
        1,
        Int(1, 1000),
        "Objective",
        "Penalty every n updates",
        "Computed at every n-th update of D with n times the weight: nearly the same effect for less work.",
    )
    k: int = _field(
        1,
        Int(1, 100),
        "Objective",
        "k: D updates per G update",
        "How often D learns before G does. More: D closer to its best answer, slower, and G's gradient may vanish.",
    )
    k_g: int = _field(
        1,
        Int(1, 100),
        "Objective",
        "G updates per step",
        "How often G learns after D has. 1 nearly always; some published code uses 2.",
    )
    d_loss_scale: float = _field(
        1.0,
        Choice((1.0, 0.5)),
        "Objective",
        "D's loss",
        "D's real and fake terms summed (1) or averaged (0.5). With Adam it hardly matters; the curve halves. The penalty is not scaled.",
    )
    reuse_fakes: bool = _field(
        True,
        Bool(),
        "Objective",
        "G re-scores D's fakes",
        "G's step scores the fakes D has just learnt from (saves a pass through G), or fresh ones.",
    )
    pretrain_d: int = _field(
        0, Int(0, 10_000), "Objective", "D's head start", "Updates of D alone before the first step."
    )
    pretrain_lr: float = _field(
        1e-3, Float(0.0, 1.0), "Objective", "Rate of the head start", "Learning rate of D during its head start."
    )

    spectral_norm: bool = _field(
        False,
        Bool(),
        "Stabilisers",
        "Spectral norm in D",
        "Divides each weight matrix of D by its largest singular value, which bounds D's slope, except where batch norm stretches it again.",
    )
    minibatch_stddev: bool = _field(
        False,
        Bool(),
        "Stabilisers",
        "Minibatch deviation in D",
        "D also sees how much the samples of a batch differ, so that a G that always says the same is found out.",
    )
    packing: int = _field(
        1,
        Int(1, 8),
        "Stabilisers",
        "Packing",
        "D judges this many samples side by side as one. Lost modes show in a pack where they hide in a single sample.",
    )
    label_smoothing: float = _field(
        0.0,
        Float(0.0, 0.5),
        "Stabilisers",
        "Label smoothing",
        "D aims at 1 minus this on real samples (one-sided), so that it never grows overconfident.",
    )
    instance_noise: float = _field(
        0.0,
        Float(0.0, 10.0),
        "Stabilisers",
        "Instance noise",
        "Standard deviation of noise added to all that D sees; it fades to 0. Real and fake then overlap from the start.",
    )
    instance_noise_steps: int = _field(
        2000,
        Int(1, 100_000_000),
        "Stabilisers",
        "Noise gone after",
        "Steps over which the instance noise fades, evenly.",
    )
    augment: str = _field(
        "none",
        Choice(("none", "translation", "translation+cutout", "colour+translation+cutout")),
        "Stabilisers",
        "Augmentation",
        "Random changes of every image that D sees, real or fake, passed through by G's gradient. For few images: D cannot learn them by heart.",
    )
    unrolled: int = _field(
        0,
        Int(0, 20),
        "Stabilisers",
        "Unrolled steps of D",
        "G looks this many updates of D ahead and learns against the D that will be. Costs about as many passes again.",
    )
    clip_grad: float = _field(
        0.0,
        Float(0.0, 1e6),
        "Stabilisers",
        "Clip gradients at",
        "Where a network's gradient is longer than this it is scaled down to it. 0: off.",
    )
    ema_half_life: int = _field(
        0,
        Int(0, 1_000_000_000),
        "Stabilisers",
        "Average of G: half-life",
        "Keep a moving average of G's weights, in which a weight counts half after this many images. Its samples are calmer, often better. 0: off.",
    )

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
    optimiser_d: str = _field(
        "adam",
        Choice(("adam", "rmsprop", "sgd")),
        "Optimisers",
        "Optimiser of D",
        "How a gradient becomes a step of D. Each has learning rates of its own.",
    )
    optimiser_g: str = _field(
        "adam",
        Choice(("adam", "rmsprop", "sgd")),
        "Optimisers",
        "Optimiser of G",
        "How a gradient becomes a step of G. Each has learning rates of its own.",
    )
    beta1: float = _field(
        0.5,
        Float(0.0, 1.0, below=True),
        "Optimisers",
        "Adam β₁",
        "Memory of the gradient's direction. 0.9 is usual; GANs are often steadier with 0.5 or 0.",
    )
    beta2: float = _field(
        0.999,
        Float(0.0, 1.0, below=True),
        "Optimisers",
        "Adam β₂",
        "Memory of the gradient's size; RMSProp has it too.",
    )
    anneal: str = _field(
        "none",
        Choice(("none", "linear", "cosine")),
        "Optimisers",
        "Change of rates",
        "How the learning rates (and β₂) go to their last values: not at all, evenly, or along a half cosine.",
    )
    anneal_steps: int | None = _field(
        None,
        Int(1, 1_000_000_000, optional=True),
        "Optimisers",
        "Change over",
        "Steps until the last values are reached. None: the whole run.",
    )
    lr_end: float = _field(
        0.0,
        Float(0.0, 100.0),
        "Optimisers",
        "Rates end at",
        "Share of both learning rates that is left at the end. 0.1: a tenth.",
    )
    beta2_end: float | None = _field(
        None, Float(0.0, 1.0, below=True, optional=True), "Optimisers", "Adam β₂ ends at", "None: β₂ stays as it is."
    )

    epochs: int = _field(
        15, Int(1, 100_000), "Schedule", "Epochs", "Passes of D over the data before the run is finished."
    )
    steps: int | None = _field(
        None,
        Int(1, 1_000_000_000, optional=True),
        "Schedule",
        "Steps",
        "Total number of steps; overrides epochs. One step: k updates of D, then one of G.",
    )
    seed: int = _field(
        0, Int(0, 2**31 - 1), "Schedule", "Seed", "Same seed, same settings, same machine: the same run."
    )
    samples: int = _field(
        64,
        Int(1, 256),
        "Schedule",
        "Fixed samples",
        "How many noise vectors are fixed at the start and drawn again and again, to watch them learn.",
    )
    precision: str = _field(
        "auto",
        Choice(("auto", "float32", "bfloat16", "float64")),
        "Schedule",
        "Precision",
        "Auto: bfloat16 multiplication where this processor is fast at it, else float32. float64 overflows less readily and is slow.",
    )
    device: str = _field(
        "auto",
        Choice(("auto", "cpu", "cuda")),
        "Schedule",
        "Device",
        "Auto: a GPU where there is one, else the processor.",
    )

    def __post_init__(self) -> None:
        for f in dataclasses.fields(self):
            object.__setattr__(self, f.name, f.metadata["accepts"].check(f.name, getattr(self, f.name)))
        _check_combination(self)

    # ---- derived

    @property
    def is_image(self) -> bool:
        return data_kind(self.data).is_image

    @property
    def is_convolutional(self) -> bool:
        return self.architecture in CONVOLUTIONAL

    @property
    def n_classes(self) -> int:
        """Number of classes that the networks are told; 0 where there is no conditioning."""
        if self.conditioning == "none":
            return 0
        return self.classes or data_kind(self.data).classes

    @property
    def grid(self) -> tuple[int, int] | None:
        """(classes, noise vectors of each) that are shown of a conditional G, a row for each class; None where there are no classes."""
        if not self.n_classes:
            return None
        rows = min(self.n_classes, self.samples)
        return rows, self.samples // rows

    @property
    def shown(self) -> int:
        """Number of fixed samples on show: `samples`, or the largest full grid of class x noise within it."""
        return math.prod(self.grid) if self.grid else self.samples

    @property
    def clip(self) -> float:
        """The bound on D's weights, 0 for none: the objective's own constraint where `weight_clip` is None (Arjovsky et al. 2017, arXiv:1701.07875)."""
        if self.weight_clip is not None:
            return self.weight_clip
        bounded = self.penalty != "none" or (self.spectral_norm and self.architecture not in NORMALISED)
        return 0.0 if bounded else GAMES[self.objective].clip

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

CONVOLUTIONAL = ("conv-minimax", "dcgan", "residual", "stacked-dcgan", "stacked-tiny")
"""Architectures that need images."""
NORMALISED = ("conv-minimax", "dcgan", "stacked-dcgan", "stacked-tiny")
"""Architectures with batch norm in D: its slope has no bound that its weights would give."""
PROJECTS = ("dcgan", "residual", "stacked-dcgan", "stacked-tiny")
"""Architectures whose D can weigh a label against its features."""
SMOOTHS = tuple(name for name, game in GAMES.items() if game.target)
"""Objectives whose D aims at a target for real samples."""

DCGAN_DEPTH = {28: 2, 32: 3, 64: 4, 128: 5}
"""How often DCGAN doubles the image when depth is None: from 4x4 (7x7 for 28 pixels) to the resolution."""


def _check_combination(c: TrainConfig) -> None:
    if c.is_image and c.resolution is None:
        object.__setattr__(c, "resolution", data_kind(c.data).shape[-1])
    if not c.is_image and c.resolution is not None:
        raise ConfigError("resolution", c.resolution, f"{called(c.data)} is made of points, not images; use none")
    if c.prior == "sphere" and c.latent_dim < 2:
        raise ConfigError("latent_dim", c.latent_dim, "the sphere prior needs at least 2 dimensions")
    if c.is_convolutional and not c.is_image:
        raise ConfigError(
            "architecture",
            c.architecture,
            f"a convolutional network needs images and {called(c.data)} is made of points; use mlp",
        )
    least = {
        "maxout": 2,
        **dict.fromkeys(("conv-minimax", "dcgan", "stacked-dcgan", "stacked-tiny"), 2 * c.packing),
    }.get(c.architecture, 1)
    if c.batch_size < least:
        raise ConfigError("batch_size", c.batch_size, f"batch normalisation in {c.architecture} needs at least {least}")
    check = {
        "dcgan": _check_halving,
        "residual": _check_halving,
        "conv-minimax": _check_conv_minimax,
        "stacked-dcgan": _check_stacked,
        "stacked-tiny": _check_stacked,
    }
    check.get(c.architecture, lambda c: None)(c)
    for name in ("width_d", "depth_d", "activation"):
        if getattr(c, name) is not None and c.architecture != "mlp":
            raise ConfigError(
                name, getattr(c, name), f"{c.architecture} has its own; use none, or the architecture mlp"
            )
    _check_conditioning(c)
    _check_stabilisers(c)


def _check_conditioning(c: TrainConfig) -> None:
    if c.conditioning == "none":
        return
    own = data_kind(c.data).classes
    if not c.n_classes:
        if c.data.startswith("folder:"):
            raise ConfigError(
                "classes", c.classes, "say how many classes the folder has (its sub-folders), or use no conditioning"
            )
        raise ConfigError("conditioning", c.conditioning, f"{called(c.data)} has no labels; use none")
    if own and c.classes not in (None, own):
        raise ConfigError("classes", c.classes, f"{c.data} has {own}; use {own}, or none")
    if c.conditioning == "projection" and c.architecture not in PROJECTS:
        raise ConfigError(
            "conditioning",
            c.conditioning,
            f"a D of {c.architecture} has no feature maps to weigh a label against; use concatenation",
        )
    if c.conditioning == "projection" and c.packing > 1:
        raise ConfigError(
            "conditioning",
            c.conditioning,
            "a pack of samples has several labels and one set of features; use concatenation with packing",
        )


def _check_stabilisers(c: TrainConfig) -> None:
    if c.batch_size % c.packing:
        raise ConfigError(
            "packing",
            c.packing,
            f"a batch of {c.batch_size} does not divide into packs of {c.packing}; use a batch of {c.batch_size // c.packing * c.packing or c.packing}",
        )
    if c.minibatch_stddev and c.batch_size < 2 * c.packing:
        raise ConfigError(
            "minibatch_stddev", c.minibatch_stddev, f"the deviation of a batch needs at least {2 * c.packing} samples"
        )
    if c.label_smoothing and c.objective not in SMOOTHS:
        raise ConfigError(
            "label_smoothing",
            c.label_smoothing,
            f"{c.objective} has no target to smooth; use 0, or one of {', '.join(SMOOTHS)}",
        )
    if c.augment != "none" and not c.is_image:
        raise ConfigError("augment", c.augment, f"{called(c.data)} is made of points; use none")


def _check_halving(c: TrainConfig) -> None:
    depth = c.depth or DCGAN_DEPTH[c.resolution]
    allowed = [d for d in range(1, 9) if c.resolution % 2**d == 0 and 2 <= c.resolution >> d <= 16]
    if depth not in allowed:
        raise ConfigError(
            "depth",
            c.depth,
            f"{c.architecture} at {c.resolution} pixels can halve the image {allowed[0]} to {allowed[-1]} times, down to between 16 and 2 pixels; "
            f"use one of {', '.join(map(str, allowed))}, or none",
        )


def _check_conv_minimax(c: TrainConfig) -> None:
    if c.resolution != 28:
        raise ConfigError(
            "resolution",
            c.resolution,
            "conv-minimax grows 4 → 8 → 15 → 28 pixels and nothing else; use 28, or the architecture dcgan",
        )
    if c.depth is not None:
        raise ConfigError("depth", c.depth, "conv-minimax has one depth only; use none")
    if c.width is not None and c.width % 16:
        raise ConfigError("width", c.width, "conv-minimax needs a multiple of 16 (D starts with width / 16 channels)")


def _check_stacked(c: TrainConfig) -> None:
    if c.resolution != 28:
        raise ConfigError(
            "resolution",
            c.resolution,
            f"{c.architecture} is the network of a published table and draws 28 pixels and nothing else",
        )
    if c.depth is not None:
        raise ConfigError("depth", c.depth, f"{c.architecture} has one depth only; use none")
