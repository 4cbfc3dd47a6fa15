"""Data sets by name: what a configuration must know of data without opening them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import drawing
from .fields import ConfigError, nearest
from .outside import shown, unusable


@dataclass(frozen=True)
class DataKind:
    """What a configuration must know of a data set without opening it.

    `shape` is that of one sample in its own size: (C, H, W) for images, (D,) for points. `classes` is the number of
    labels that its samples carry, 0 where they carry none, None where only opening it tells. `known`: its density is
    known in closed form. `file` is the one in `gan_core/data` whose `load(config)` reads or makes the samples.
    """

    title: str
    shape: tuple[int, ...]
    note: str
    classes: int | None = 0
    known: bool = False
    file: str = "distributions"

    @property
    def is_image(self) -> bool:
        """Images, not points."""
        return len(self.shape) == 3

    @property
    def endless(self) -> bool:
        """Drawn from a distribution, of which there is no end: passes over them mean nothing."""
        return self.file in ("distributions", "drawn")


@dataclass(frozen=True)
class Place:
    """Data that a person brings: their kind, what is at the path, and an example of a name."""

    kind: DataKind
    holds: str
    example: str


DATA: dict[str, DataKind] = {
    "digits": DataKind(
        "Handwritten digits (built in)",
        (1, 28, 28),
        "17,970 images: the 1,797 real handwritten digits that come with scikit-learn, each as it is and in nine "
        "slightly altered versions; no download.",
        10,
        file="digits",
    ),
    "mnist": DataKind(
        "MNIST", (1, 28, 28), "70,000 handwritten digits; downloaded once (11 MB).", 10, file="torchvision_sets"
    ),
    "fashion-mnist": DataKind(
        "Fashion-MNIST",
        (1, 28, 28),
        "70,000 pictures of clothes; downloaded once (30 MB).",
        10,
        file="torchvision_sets",
    ),
    "kmnist": DataKind(
        "Kuzushiji-MNIST",
        (1, 28, 28),
        "70,000 cursive Japanese characters; downloaded once (21 MB).",
        10,
        file="torchvision_sets",
    ),
    "cifar10": DataKind(
        "CIFAR-10",
        (3, 32, 32),
        "60,000 small colour photos of ten classes; downloaded once (170 MB).",
        10,
        file="torchvision_sets",
    ),
    "stacked-mnist": DataKind(
        "Stacked MNIST",
        (3, 28, 28),
        "Three random MNIST digits in three colour channels: 1,000 modes to find.",
        1000,
        file="stacked",
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
    classes=None,
    file="folder",
)
POINTS = DataKind(
    "File of points (2-D)",
    (2,),
    "Your own points: a CSV or .npy file with two columns of numbers; rows that are not numbers are skipped and "
    "counted.",
    file="point_file",
)
DRAWING = DataKind(
    "A drawing (2-D)", (2,), "Points from where you put ink: the more ink, the more points.", 0, True, file="drawn"
)
PLACES = {
    "folder": Place(FOLDER, "folder", "folder:/home/me/photos"),
    "points": Place(POINTS, "file", "points:/home/me/points.csv"),
}
"""Data that a person brings, by the word before the colon of their name: `folder:PATH`, `points:PATH`."""
DRAWN = "drawn"
"""The word before the colon of a drawing, whose name holds all of it: `drawn:CODE` (see `drawing.encode`)."""


def data_kind(name: str) -> DataKind:
    """The `DataKind` of a data name, a person's own included. KeyError if unknown."""
    place, colon, _ = name.partition(":")
    if colon and place == DRAWN:
        return DRAWING
    return PLACES[place].kind if colon else DATA[name]


def called(name: str) -> str:
    """What data are called in a sentence or a label: by their name, but for a drawing, whose name nobody can read."""
    return "a drawing" if str(name).startswith(f"{DRAWN}:") else shown(str(name))


def titled(name: str) -> str:
    """What data are called in the list that they are chosen from, with the path of a person's own; else as `called`."""
    place, colon, path = name.partition(":")
    if colon and place == DRAWN:
        return called(name)
    return f"{data_kind(name).title} {path}".strip()


def data_dir() -> Path:
    """Where data sets live: $GAN_DATA_DIR, else `data` in the current directory."""
    return Path(os.environ.get("GAN_DATA_DIR") or "data").expanduser()


@dataclass(frozen=True)
class DataName:
    """A known data set, `folder:PATH`, `points:PATH` or `drawn:CODE`."""

    def check(self, field: str, value: Any) -> str:
        """The name; `ConfigError` where there are no such data, without opening any."""
        place, colon, path = value.partition(":") if isinstance(value, str) else ("", "", "")
        if colon and place in PLACES:
            if not path.strip():
                raise ConfigError(field, value, f"name the {PLACES[place].holds} too, as in {PLACES[place].example}")
            if wrong := unusable(path):
                raise ConfigError(field, value, wrong)
            return value
        if colon and place == DRAWN:
            try:
                drawing.decode(path)
            except ValueError as error:
                raise ConfigError(field, called(value), str(error)) from None
            return value
        if not isinstance(value, str) or value not in DATA:
            ours = f"{', '.join([*DATA, *(f'{place}:PATH' for place in PLACES)])} or {DRAWN}:CODE"
            raise ConfigError(field, value, f"use one of {ours}{nearest(value, DATA)}")
        return value

    def parse(self, text: str) -> str:
        """The text itself."""
        return text
