"""Labels for conditional training: there, and as many classes as the networks expect."""

from __future__ import annotations

import pytest
import torch

from gan_core.config import DATA, TrainConfig
from gan_core.data import DataError, DataSet, check_labels, load


def conditional(name, **fields):
    architecture = (
        {"architecture": "mlp"}
        if name.startswith("folder:") or DATA[name].is_image
        else {"architecture": "mlp", "resolution": None}
    )
    return TrainConfig(data=name, conditioning="concatenation", **architecture, **fields)


def test_labels_must_be_there_and_fit():
    pixels = torch.zeros(6, 1, 28, 28, dtype=torch.uint8)
    labels = torch.tensor([0, 1, 2, 0, 1, 2])
    check_labels(conditional("digits"), DataSet(pixels, labels))
    check_labels(conditional("folder:x", classes=3), DataSet(pixels, labels, classes=("a", "b", "c")))
    check_labels(TrainConfig(), DataSet(pixels))  # nobody asks for labels
    with pytest.raises(DataError, match="no labels.*sub-folder of its own"):
        check_labels(conditional("folder:x", classes=3), DataSet(pixels))
    with pytest.raises(DataError, match="no labels"):
        check_labels(conditional("digits"), DataSet(pixels))
    with pytest.raises(DataError, match="has 3 classes, not 2; set classes=3"):
        check_labels(conditional("folder:x", classes=2), DataSet(pixels, labels))
    for classes in (2, 4):
        with pytest.raises(DataError, match=f"has 3 classes, not {classes}; set classes=3"):
            check_labels(conditional("folder:x", classes=classes), DataSet(pixels, labels, classes=("a", "b", "c")))


def test_loading_checks_labels(tmp_path):
    from PIL import Image

    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("L", (10, 10)).save(tmp_path / name / "1.png")
    assert load(conditional(f"folder:{tmp_path}", classes=2)).labels.tolist() == [0, 1]
    with pytest.raises(DataError, match="set classes=2"):
        load(conditional(f"folder:{tmp_path}", classes=3))
    with pytest.raises(DataError, match="no labels"):
        load(conditional(f"folder:{tmp_path / 'cat'}", classes=2))


def test_ring_labels_fit_conditional_training():
    assert load(conditional("ring")).labels.max() == 7
