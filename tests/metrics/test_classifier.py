"""The classifier that is trained here: what it knows, and how it is kept."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
import torch
from measured import seeded

from gan_core.data import DataSet
from gan_core.metrics import (
    ClassifierError,
    StackedClassifier,
    classifier,
    load_classifier,
)


def test_the_digits_classifier_knows_digits_it_has_not_seen(digits_classifier, digits):
    found = digits_classifier
    assert found.accuracy > 0.985 and found.held_out == 2700 and found.classes == 10
    assert found.name == f"digits classifier (64 features, {100 * found.accuracy:.1f} % accuracy)"
    # the part is one it has not seen: all ten versions of an original are on one side, and the share is counted once
    # more by hand
    fit, fit_index, test, test_index = classifier._parts("digits", 28, digits)
    originals = len(digits) // 10
    assert not set((fit_index % originals).tolist()) & set((test_index % originals).tolist())
    assert len(fit_index) + len(test_index) == len(digits) and len(test_index) == 2700
    right = (found.predict(test.batch(test_index)).argmax(1) == test.labels[test_index]).double().mean()
    assert float(right) == pytest.approx(found.accuracy, abs=1e-3)


def test_features_and_logits(digits_classifier, digits):
    found = digits_classifier
    x = digits.batch(torch.arange(700))
    features, logits = found.features(x), found.predict(x)
    assert features.shape == (700, 64) and logits.shape == (700, 10) and features.dtype == logits.dtype == torch.float32
    assert torch.allclose(found.classify(features), logits, atol=1e-4)
    assert torch.allclose(found.features(x[600:]), features[600:], atol=1e-5)
    assert 0.5 < float(features.square().mean()) < 2
    assert not features.requires_grad
    with pytest.raises(ValueError, match="1, 28, 28"):
        found.predict(torch.zeros(2, 1, 32, 32))


def test_three_channels_are_named_one_by_one(digits_classifier, digits):
    single = digits_classifier
    stacked = StackedClassifier(single)
    index = torch.randint(len(digits), (60, 3), generator=seeded())
    x = digits.batch(index.flatten())[:, 0].view(60, 3, 28, 28)
    wanted = (digits.labels[index] * torch.tensor([100, 10, 1])).sum(1)
    logits = stacked.predict(x)
    assert logits.shape == (60, 1000) and stacked.classes == 1000 and stacked.shape == (3, 28, 28)
    assert (logits.argmax(1) == wanted).double().mean() > 0.9
    assert torch.allclose(logits.exp().sum(1), torch.ones(60), atol=1e-4)
    features = stacked.features(x)
    assert features.shape == (60, 192) and torch.allclose(features[:, 64:128], single.features(x[:, 1:2]), atol=1e-5)
    assert torch.allclose(stacked.classify(features), logits, atol=1e-3)
    assert "three channels" in stacked.name
    with pytest.raises(ValueError, match="3, 28, 28"):
        stacked.predict(x[:, :1])


@pytest.fixture
def bars(monkeypatch, tmp_path) -> list[int]:
    """A data set of two easy classes in place of the real ones; counts how often a classifier is trained."""
    labels = torch.arange(120) % 2
    samples = torch.randint(0, 60, (120, 1, 28, 28), generator=seeded(), dtype=torch.uint8)
    samples[labels == 0, :, 10:14] = 255
    samples[labels == 1, :, :, 10:14] = 255
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(
        classifier, "_load", lambda data, resolution, split: DataSet(samples, labels, classes=("flat", "steep"))
    )
    monkeypatch.setattr(classifier, "SEEN", 400)
    trained, train = [], classifier._train
    monkeypatch.setattr(classifier, "_train", lambda *given: trained.append(1) or train(*given))
    return trained


def kept(tmp_path):
    (path,) = (tmp_path / "prepared").glob("classifier-*.safetensors")
    return path


def test_a_classifier_is_trained_once(bars, tmp_path):
    x = torch.rand(9, 1, 28, 28, generator=seeded()) * 2 - 1
    first = load_classifier("kmnist", 28)
    second = load_classifier("kmnist", 28)
    assert len(bars) == 1 and torch.equal(first.predict(x), second.predict(x)) and first.name == second.name
    assert first.accuracy == 1.0 and first.held_out == 18
    assert not list((tmp_path / "prepared").glob(".tmp-*"))
    kept(tmp_path).unlink()
    again = load_classifier("kmnist", 28)
    assert len(bars) == 2 and torch.equal(first.predict(x), again.predict(x)), (
        "the weights depend on data and seed alone"
    )
    assert not torch.equal(load_classifier("kmnist", 28, seed=1).predict(x), first.predict(x))


def test_training_the_classifier_tells_how_far_it_is(bars, monkeypatch):
    told, clock = [], itertools.count()
    monkeypatch.setattr(classifier, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    load_classifier("kmnist", 28, progress=lambda share, text: told.append((share, text)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 3
    assert "classifier of kmnist" in told[0][1]


def test_training_a_classifier_leaves_the_random_state_alone(bars):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    load_classifier("kmnist", 28)
    assert torch.equal(torch.rand(3), expected)


def test_a_damaged_classifier_is_trained_again(bars, tmp_path):
    load_classifier("kmnist", 28)
    path = kept(tmp_path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-100] ^= 0xFF
    for number, damaged in enumerate((b"", whole[: len(whole) // 2], b"not a network" * 100, bytes(flipped)), start=2):
        path.write_bytes(damaged)
        assert load_classifier("kmnist", 28).accuracy == 1.0 and len(bars) == number
        assert path.read_bytes() == whole


def test_a_classifier_of_other_data_is_not_taken(bars, tmp_path, monkeypatch):
    load_classifier("kmnist", 28)
    before = kept(tmp_path)
    labels = torch.arange(120) % 2
    other = DataSet(torch.full((120, 1, 28, 28), 7, dtype=torch.uint8), labels)
    monkeypatch.setattr(classifier, "_load", lambda data, resolution, split: other)
    load_classifier("kmnist", 28)
    assert len(bars) == 2
    # nor one that was put under the name of another
    (new,) = set((tmp_path / "prepared").glob("*.safetensors")) - {before}
    new.write_bytes(before.read_bytes())
    load_classifier("kmnist", 28)
    assert len(bars) == 3


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(bars, tmp_path, monkeypatch):
    (tmp_path / "prepared").write_text("in the way")
    assert load_classifier("kmnist", 28).accuracy == 1.0 and load_classifier("kmnist", 28).accuracy == 1.0
    assert len(bars) == 2


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 64, 64), (3, 128, 128)])
def test_a_classifier_of_any_resolution(bars, shape, monkeypatch):
    labels = torch.arange(60) % 3
    samples = (labels * 100).to(torch.uint8)[:, None, None, None].expand(60, *shape).contiguous()
    monkeypatch.setattr(classifier, "_load", lambda data, resolution, split: DataSet(samples, labels))
    found = load_classifier("kmnist", shape[-1])
    assert found.shape == shape and found.classes == 3 and found.features(torch.zeros(2, *shape)).shape == (2, 64)


def test_data_without_classes_have_no_classifier(bars, monkeypatch):
    with pytest.raises(ClassifierError, match="points"):
        load_classifier("ring", 28)
    for labels in (None, torch.zeros(120, dtype=torch.int64)):
        monkeypatch.setattr(
            classifier,
            "_load",
            lambda *a, labels=labels: DataSet(torch.zeros(120, 1, 28, 28, dtype=torch.uint8), labels),
        )
        with pytest.raises(ClassifierError, match="labels"):
            load_classifier("folder:/some/where", 28)
