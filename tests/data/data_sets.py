"""What the tests of data sets share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gan_core.config import TrainConfig, data_kind

REPOSITORY = Path(__file__).resolve().parents[2]

SHARED = REPOSITORY.parent / "shared" / "data"

MNIST_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

needs_mnist = pytest.mark.skipif(
    not (SHARED / "MNIST" / "raw").is_dir(), reason="the MNIST files are not in ../shared/data"
)

needs_photos = pytest.mark.skipif(not (SHARED / "photos.zip").is_file(), reason="photos.zip is not in ../shared/data")


def config(name, **fields):
    resolution = {} if data_kind(name).is_image else {"resolution": None}
    return TrainConfig(data=name, architecture="mlp", **resolution, **fields)


def leftovers(folder):
    return [path.name for path in Path(folder).rglob("*") if ".tmp-" in path.name]


def never(*args, **kwargs):
    raise AssertionError("prepared again")


def truncate(path):
    os.truncate(path, path.stat().st_size // 2)
