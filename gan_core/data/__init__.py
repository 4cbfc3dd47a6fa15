"""Data sets: `load(config)` gives a `DataSet`, prepared once and kept under $GAN_DATA_DIR.

    data = load(config)
    x = data.batch(torch.randint(len(data), (64,)))   # (64, C, H, W) in [-1, 1], or (64, D)

A data set is a function from a `TrainConfig` to a `DataSet`, entered in `LOADERS` by its name, or in
`PREFIXES` for names such as `folder:PATH`, `points:PATH` and `drawn:CODE`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from ..config import DRAWN, TrainConfig, called
from . import digits, folder, points, stacked, torchvision_sets
from .cache import Allocate, Arrays, cached
from .dataset import DataError, DataSet
from .distributions import DISTRIBUTIONS, Distribution, drawn

__all__ = [
    "DISTRIBUTIONS",
    "LOADERS",
    "PREFIXES",
    "DataError",
    "DataSet",
    "Distribution",
    "check_labels",
    "load",
    "prepare",
]


def _image_set(
    name: str, build: Callable[[TrainConfig, Allocate], Arrays], has_parts: bool
) -> Callable[[TrainConfig], DataSet]:
    def loader(config: TrainConfig) -> DataSet:
        split = config.split if has_parts else "all"
        return _tensors(cached(f"{name}-{split}-{config.resolution}", lambda allocate: build(config, allocate)))

    return loader


def _torchvision(name: str) -> Callable[[TrainConfig], DataSet]:
    return _image_set(
        name,
        lambda config, allocate: torchvision_sets.build(name, config.split, config.resolution, allocate),
        has_parts=True,
    )


def _folder(config: TrainConfig) -> DataSet:
    found = folder.find(config.data.partition(":")[2])
    size = config.resolution
    return _tensors(
        cached(
            f"{found.key}-{size}", lambda allocate: found.build(size, allocate), obsolete=f"{found.place}-*-{size}-v*"
        )
    )


def _stacked(config: TrainConfig) -> DataSet:
    return stacked.stacked(_torchvision("mnist")(config))


def _points(name: str) -> Callable[[TrainConfig], DataSet]:
    return lambda config: points.dataset(name)


def _point_file(config: TrainConfig) -> DataSet:
    found = points.find(config.data.partition(":")[2])
    return _tensors(cached(found.key, lambda allocate: found.build(), obsolete=f"{found.place}-*-v*"))


def _drawing(config: TrainConfig) -> DataSet:
    return points.draws(drawn(config.data.partition(":")[2]))


def _tensors(arrays: Arrays) -> DataSet:
    labels = None if arrays.labels is None else torch.from_numpy(arrays.labels)
    return DataSet(torch.from_numpy(arrays.samples), labels, arrays.skipped, arrays.classes)


LOADERS: dict[str, Callable[[TrainConfig], DataSet]] = {
    "digits": _image_set("digits", lambda config, allocate: digits.build(config.resolution, allocate), has_parts=False),
    **{name: _torchvision(name) for name in ("mnist", "fashion-mnist", "kmnist", "cifar10")},
    "stacked-mnist": _stacked,
    **{name: _points(name) for name in DISTRIBUTIONS},
}
PREFIXES: dict[str, Callable[[TrainConfig], DataSet]] = {"folder": _folder, "points": _point_file, DRAWN: _drawing}


def load(config: TrainConfig, device: torch.device | str = "cpu") -> DataSet:
    """The data of a `TrainConfig`, on `device`. Raises `DataError` with a sentence that says what to do."""
    prefix, colon, _ = config.data.partition(":")
    loader = PREFIXES.get(prefix) if colon else LOADERS.get(config.data)
    if loader is None:
        raise DataError(
            f"There is no data set {config.data!r}; use one of {', '.join(LOADERS)}, folder:PATH, points:PATH or drawn:CODE."
        )
    data_set = loader(config)
    check_labels(config, data_set)
    return data_set.to(device)


def check_labels(config: TrainConfig, data_set: DataSet) -> None:
    """Raises `DataError` unless the data have the labels that `config.n_classes` promises the networks; 0 asks for none."""
    wanted = config.n_classes
    if not wanted:
        return
    if data_set.labels is None:
        images = data_set.is_image and config.data.startswith("folder:")
        how = "put each class of images into a sub-folder of its own" if images else "use data with labels"
        raise DataError(
            f"{called(config.data)} has no labels for conditional training; {how}, or set conditioning=none."
        )
    # names tell of classes that happen to have no sample; without names the largest label must do
    found = len(data_set.classes) or int(data_set.labels.max()) + 1
    if found > wanted or (data_set.classes and found < wanted):
        raise DataError(f"{called(config.data)} has {found:,} classes, not {wanted:,}; set classes={found}.")


def prepare(config: TrainConfig) -> None:
    """Makes sure that the next `load` of the same data is instantaneous. Raises like `load`."""
    load(config)
