"""Prepared data: kept whole or not at all, and never trusted when damaged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from data_sets import config, leftovers, never, truncate

from gan_core.data import cache, digits, load, prepare


def test_prepared_data_are_not_prepared_again(monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    prepare(config("digits"))
    monkeypatch.setattr(digits, "build", never)
    assert len(load(config("digits"))) == 3594


def zero(path):
    with open(path, "r+b") as file:
        file.seek(128)
        file.write(bytes(path.stat().st_size - 128))


def swap(path):
    np.save(path, np.zeros((5, 1, 28, 28), np.uint8))


def evil(path):
    with open(path, "wb") as file:
        np.save(file, np.array([{"a": 1}], object), allow_pickle=True)


@pytest.mark.parametrize("ending", [".npy", ".labels.npy"])
@pytest.mark.parametrize("damage", [truncate, zero, swap, evil, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_cache_is_rebuilt(root, damage, ending, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    before = load(config("digits"))
    samples, labels = before.samples.clone(), before.labels.clone()
    del before
    damage(root / "prepared" / f"digits-all-28-v1{ending}")
    for _ in range(2):
        after = load(config("digits"))
        assert torch.equal(after.samples, samples) and torch.equal(after.labels, labels)
        monkeypatch.setattr(digits, "build", never)  # and what was rebuilt is good


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"samples": 3}', "\xff"])
def test_a_damaged_note_in_the_cache_is_rebuilt(root, text, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    prepare(config("digits"))
    (root / "prepared" / "digits-all-28-v1.json").write_text(text, encoding="latin-1")
    assert len(load(config("digits"))) == 1797


def test_data_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "file" / "data"))
    assert load(config("digits")).batch(torch.tensor([0])).max() > 0.9


def test_full_disk(root, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_reserve", full)
    monkeypatch.setattr(cache.np, "save", full)
    data_set = load(config("digits"))
    assert data_set.samples.float().mean() > 20
    assert not list((root / "prepared").iterdir())


def test_changing_loaded_samples_does_not_change_the_cache(monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    first = load(config("digits"))
    first.samples[0] = 255
    monkeypatch.setattr(digits, "build", never)
    assert load(config("digits")).samples[0].float().mean() < 100


def test_several_at_once(root, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 3)
    with ThreadPoolExecutor(4) as pool:
        sums = list(pool.map(lambda _: int(load(config("digits")).samples.long().sum()), range(4)))
    assert len(set(sums)) == 1
    assert not leftovers(root)
