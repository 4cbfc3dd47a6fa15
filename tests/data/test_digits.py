"""The built-in digits."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from data_sets import REPOSITORY, config

from gan_core.data import digits, load


@pytest.fixture(scope="module")
def digit_set(tmp_path_factory):
    before = os.environ.get("GAN_DATA_DIR")
    os.environ["GAN_DATA_DIR"] = str(tmp_path_factory.mktemp("digits"))
    try:
        return load(config("digits"))
    finally:
        os.environ.pop("GAN_DATA_DIR") if before is None else os.environ.update(GAN_DATA_DIR=before)


@pytest.mark.slow
def test_digits_are_the_real_ones_enlarged(digit_set):
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    assert digit_set.samples.shape == (17_970, 1, 28, 28) and digit_set.samples.dtype == torch.uint8
    assert np.array_equal(digit_set.labels[:1797], labels)
    assert np.array_equal(digit_set.labels[-1797:], labels)
    # the first variant, made small again, has the counts it was made from
    centre = digit_set.samples[:1797, :, 3:25, 3:25].float() / 255
    again = torch.nn.functional.interpolate(centre, size=(8, 8), mode="area").reshape(1797, 64)
    assert np.corrcoef(again.numpy().ravel(), pixels.ravel())[0, 1] > 0.97


def test_digits_look_like_ink_on_paper(digit_set):
    pixels = digit_set.samples.float() / 255
    edge = torch.cat([pixels[..., 0, :], pixels[..., -1, :], pixels[..., :, 0], pixels[..., :, -1]], -1)
    assert (edge.amax((1, 2)) > 0.2).float().mean() < 0.001, "strokes are cut off by the edge"
    assert 0.08 < pixels.mean() < 0.22  # MNIST: 0.13
    assert ((pixels > 0.1) & (pixels < 0.9)).float().mean() < 0.18, "grey and blurred"
    assert pixels.amax((1, 2, 3)).min() > 0.8, "a digit is faint"


def test_digit_variants_differ_and_stay_recognisable(digit_set):
    variants = digit_set.samples.view(digits.VARIANTS, 1797, 784).float()
    labels = digit_set.labels[:1797]
    for v in (1, 9):
        assert (variants[v] - variants[0]).abs().mean() > 5
        some = torch.arange(0, 1797, 6)
        distance = torch.cdist(variants[v][some], variants[0])
        assert (labels[distance.argmin(1)] == labels[some]).float().mean() > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("resolution", [32, 64])
def test_digits_at_other_resolutions_show_the_same(digit_set, resolution, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    large = load(config("digits", resolution=resolution)).samples
    assert large.shape == (3594, 1, resolution, resolution)
    small = torch.nn.functional.interpolate(large.float(), size=(28, 28), mode="area")
    assert (small - digit_set.samples[:3594].float()).abs().mean() < 8


@pytest.mark.slow
def test_digits_are_the_same_each_time(monkeypatch, tmp_path):
    monkeypatch.setattr(digits, "VARIANTS", 3)
    first = load(config("digits"))
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "elsewhere"))
    torch.manual_seed(123)
    state = torch.get_rng_state()
    second = load(config("digits"))
    assert torch.equal(first.samples, second.samples)
    assert torch.equal(torch.get_rng_state(), state), "preparing data moved the training's random generator"


def test_digits_without_their_file_come_from_scikit_learn(digit_set, monkeypatch):
    monkeypatch.setattr(digits.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(digits, "VARIANTS", 2)
    assert torch.equal(load(config("digits")).samples, digit_set.samples[: 2 * 1797])


def test_digits_import_neither_scikit_learn_nor_torchvision(root):
    program = """
import sys
from gan_core.config import TrainConfig
from gan_core.data import load
assert len(load(TrainConfig())) == 17970
assert not {"sklearn", "torchvision", "PIL", "streamlit"} & set(sys.modules), "too much imported"
"""
    subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=REPOSITORY, env={**os.environ, "GAN_DATA_DIR": str(root)}
    )
