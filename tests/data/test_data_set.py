"""A data set, and the registry that finds its file."""

from __future__ import annotations

import importlib

import pytest
import torch

from gan_core.config import DATA, DRAWING, PLACES
from gan_core.data import DataSet


@pytest.mark.parametrize("kind", [*DATA.values(), *(place.kind for place in PLACES.values()), DRAWING])
def test_the_file_of_every_kind_of_data_can_load(kind):
    assert callable(importlib.import_module(f"gan_core.data.{kind.file}").load)


def test_versions_of_one_original_are_told_apart_from_originals():
    assert DataSet(torch.zeros(6, 2), versions=3).originals.tolist() == [0, 1, 0, 1, 0, 1]
    assert DataSet(torch.zeros(4, 2)).originals.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("channels_last", [False, True])
def test_pixels_are_scaled_exactly(dtype, channels_last):
    values = torch.arange(256, dtype=torch.uint8).view(64, 1, 2, 2).expand(64, 3, 2, 2).contiguous()
    index = torch.randperm(64)
    batch = DataSet(values).batch(index, dtype, channels_last)
    exact = values[index].double() / 127.5 - 1
    expected = exact if dtype == torch.float64 else (values[index].float() / 127.5 - 1).to(dtype)
    assert batch.dtype == dtype and torch.equal(batch, expected)
    assert batch.min() == -1 and batch.max() == 1
    assert batch.is_contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    assert (values.view(-1)[:4] == torch.arange(4)).all(), "the data themselves were changed"


def test_points_are_passed_on_as_they_are():
    points = torch.randn(10, 2)
    index = torch.tensor([3, 3, 9])
    assert torch.equal(DataSet(points).batch(index), points[index])
    assert torch.equal(DataSet(points).batch(index, torch.float64), points[index].double())


def test_moving_keeps_everything():
    data_set = DataSet(torch.zeros(4, 1, 2, 2, dtype=torch.uint8), torch.arange(4), 3, ("a", "b"))
    assert data_set.to("cpu") is data_set
    moved = data_set.to("meta")
    assert moved.samples.device.type == moved.labels.device.type == "meta"
    assert (moved.skipped, moved.classes, len(moved)) == (3, ("a", "b"), 4)
