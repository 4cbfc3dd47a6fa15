"""Data sets: `load(config)` gives a `DataSet`, prepared once and kept under $GAN_DATA_DIR.

    data = load(config)
    x = data.batch(torch.randint(len(data), (64,)))   # (64, C, H, W) in [-1, 1], or (64, D)

A data set is a function from a `TrainConfig` to a `DataSet`, entered in `LOADERS` by its name, or in
`PREFIXES` for names such as `folder:PATH`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from ..config import TrainConfig
from . import digits, folder, points, torchvision_sets
from .cache import Allocate, Arrays, cached
from .dataset import DataError, DataSet

__all__ = ["LOADERS", "PREFIXES", "DataError", "DataSet", "load", "prepare"]


def _image_set(name: str, build: Callable[[TrainConfig, Allocate], Arrays], has_parts: bool) -> Callable[[TrainConfig], DataSet]:
    def loader(config: TrainConfig) -> DataSet:
        split = config.split if has_parts else "all"
        return _tensors(cached(f"{name}-{split}-{config.resolution}", lambda allocate: build(config, allocate)))

    return loader


def _torchvision(name: str) -> Callable[[TrainConfig], DataSet]:
    return _image_set(name, lambda config, allocate: torchvision_sets.build(name, config.split, config.resolution, allocate), has_parts=True)


def _folder(config: TrainConfig) -> DataSet:
    found = folder.find(config.data.partition(":")[2])
    size = config.resolution
    return _tensors(cached(f"{found.key}-{size}", lambda allocate: found.build(size, allocate), obsolete=f"{found.place}-*-{size}-v*"))


def _tensors(arrays: Arrays) -> DataSet:
    labels = None if arrays.labels is None else torch.from_numpy(arrays.labels)
    return DataSet(torch.from_numpy(arrays.samples), labels, arrays.skipped, arrays.classes)


LOADERS: dict[str, Callable[[TrainConfig], DataSet]] = {
    "digits": _image_set("digits", lambda config, allocate: digits.build(config.resolution, allocate), has_parts=False),
    **{name: _torchvision(name) for name in ("mnist", "fashion-mnist", "kmnist", "cifar10")},
    "gaussian": points.gaussian,
}
PREFIXES: dict[str, Callable[[TrainConfig], DataSet]] = {"folder": _folder}


def load(config: TrainConfig, device: torch.device | str = "cpu") -> DataSet:
    """The data of a `TrainConfig`, on `device`. Raises `DataError` with a sentence that says what to do."""
    prefix, colon, _ = config.data.partition(":")
    loader = PREFIXES.get(prefix) if colon else LOADERS.get(config.data)
    if loader is None:
        raise DataError(f"There is no data set {config.data!r}; use one of {', '.join(LOADERS)} or folder:PATH.")
    return loader(config).to(device)


def prepare(config: TrainConfig) -> None:
    """Makes sure that the next `load` of the same data is instantaneous. Raises like `load`."""
    load(config)
