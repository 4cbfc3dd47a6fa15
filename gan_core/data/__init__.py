"""Data sets: `load(config)` gives a `DataSet`, prepared once and kept under $GAN_DATA_DIR.

    data = load(config)
    x = data.batch(torch.randint(len(data), (64,)))   # (64, C, H, W) in [-1, 1], or (64, D)

`config.DATA` and `config.PLACES` say which data there are; each of their records names the file in this folder whose
`load(config)` reads or makes them.
"""

from __future__ import annotations

from importlib import import_module

import torch

from ..config import TrainConfig, called, data_kind
from .dataset import DataError, DataSet, Distribution
from .distributions import DISTRIBUTIONS

__all__ = ["DISTRIBUTIONS", "DataError", "DataSet", "Distribution", "check_labels", "load", "prepare"]


def load(config: TrainConfig, device: torch.device | str = "cpu") -> DataSet:
    """The data of a configuration, on `device`. Raises `DataError` with a sentence that says what to do."""
    file = import_module(f".{data_kind(config.data).file}", __name__)
    data_set = file.load(config)
    check_labels(config, data_set)
    return data_set.to(device)


def check_labels(config: TrainConfig, data_set: DataSet) -> None:
    """Raises `DataError` unless data have the labels that `config.n_classes` promises the networks; 0 asks for none."""
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
