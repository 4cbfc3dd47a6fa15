"""The full evaluation."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
import torch
from measured import POINTS, noise_images, seeded
from torch import nn

import gan_core
from gan_core.config import TrainConfig
from gan_core.data import DISTRIBUTIONS, DataSet
from gan_core.metrics import (
    InceptionMissing,
    classifier,
    draw,
    evaluate_generator,
    inception,
)
from gan_core.metrics.inception import to_inception


class Perfect(nn.Module):
    """Draws from a distribution, whatever z is."""

    def __init__(self, name: str):
        super().__init__()
        self.name, self.weight = name, nn.Parameter(torch.zeros(1))

    def forward(self, z):
        return DISTRIBUTIONS[self.name].sample(len(z), torch.Generator().manual_seed(int(z[0, 0].abs() * 1e6)))[0]


def by_key(found: dict) -> dict[str, dict]:
    json.dumps(found, allow_nan=False)
    rows = {row["key"]: row for row in found["rows"]}
    assert len(rows) == len(found["rows"])
    for row in found["rows"]:
        assert {"key", "title", "measure", "network", "value", "spread", "better", "n", "note"} <= set(row)
        assert row["better"] in ("low", "high", "reference") and ("oracle" in row) != ("floor" in row)
    return rows


def test_a_perfect_generator_of_points_is_at_the_oracle():
    config = TrainConfig(data="grid", **POINTS)
    found = evaluate_generator(config, Perfect("grid"), n=2500)
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 2500 and found["histogram"] is None
    assert rows["modes"]["value"] == 25 and rows["modes"]["oracle"] == 25
    for key in ("high_quality", "reverse_kl"):
        assert abs(rows[key]["value"] - rows[key]["oracle"]) < 5 * rows[key]["spread"]
    assert rows["jsd"]["value"] < 1.3 * rows["jsd"]["oracle"]
    for key in ("precision", "recall", "density", "coverage"):
        assert rows[key]["value"] == pytest.approx(rows[key]["floor"], abs=0.06)
    assert rows["diversity"]["value"] == pytest.approx(1, abs=0.06)


def test_an_untrained_generator_of_points_is_far_from_it():
    config = TrainConfig(data="ring", **POINTS)
    rows = by_key(evaluate_generator(config, gan_core.build(config)[0], n=500))
    assert (
        rows["modes"]["value"] == 0
        and rows["reverse_kl"]["value"] is None
        and "no histogram" in rows["reverse_kl"]["note"]
    )
    assert rows["jsd"]["value"] > 5 * rows["jsd"]["oracle"]


class Replay(nn.Module):
    """Shows images of a data set, with labels or not."""

    def __init__(self, data: DataSet, index: torch.Tensor):
        super().__init__()
        self.data, self.index, self.weight, self.at = data, index, nn.Parameter(torch.zeros(1)), 0

    def forward(self, z, y=None):
        index = self.index[torch.arange(self.at, self.at + len(z)) % len(self.index)]
        self.at += len(z)
        if y is not None:
            index = torch.stack(
                [self.index[self.data.labels[self.index] == label][i % 20] for i, label in enumerate(y)]
            )
        return self.data.batch(index)


def test_the_full_evaluation_of_images(digits_classifier, digits):
    name = digits_classifier.name
    config = TrainConfig(data="digits")
    told = []
    found = evaluate_generator(
        config,
        Replay(digits, torch.randperm(len(digits), generator=seeded())),
        digits,
        n=600,
        progress=lambda *a: told.append(a),
    )
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 600 and found["notes"] == []
    assert [t[0] for t in told] == sorted(t[0] for t in told) and told[-1][0] == 1.0
    for key in ("frechet", "kernel", "precision", "recall", "density", "coverage"):
        assert rows[key]["network"] == name and name in rows[key]["title"] and "600" in rows[key]["note"]
    assert not any("FID" in row["title"] or "KID" in row["title"] for row in found["rows"])
    assert rows["classes"]["value"] == 10 and rows["class_kl"]["value"] < 0.05
    assert rows["frechet"]["value"] < 3 * rows["frechet"]["floor"]
    assert rows["nearest"]["value"] == 0, "it shows training images"
    assert rows["diversity"]["value"] == pytest.approx(1, abs=0.1)
    assert (
        found["histogram"]["network"] == name
        and sum(found["histogram"]["fakes"]) == 600
        and len(found["histogram"]["classes"]) == 10
    )

    ones = Replay(digits, torch.nonzero(digits.labels == 1)[:, 0])
    one = by_key(evaluate_generator(config, ones, digits, n=600))
    assert one["classes"]["value"] == 1 and one["class_kl"]["value"] == pytest.approx(math.log(10), abs=0.05)
    assert (
        one["recall"]["value"] < 0.3
        and one["frechet"]["value"] > 5 * rows["frechet"]["value"]
        and one["diversity"]["value"] < rows["diversity"]["value"]
    )

    untrained = by_key(evaluate_generator(config, gan_core.build(config)[0], digits, n=300))
    assert (
        untrained["precision"]["value"] < 0.1 and untrained["nearest"]["value"] > 2 and untrained["frechet"]["n"] == 300
    )


def test_a_conditional_generator_is_asked_for_classes(digits_classifier, digits):
    config = TrainConfig(data="digits", conditioning="concatenation")
    obedient = by_key(evaluate_generator(config, Replay(digits, torch.arange(2000)), digits, n=200))
    assert obedient["label_accuracy"]["value"] > 0.95
    deaf = by_key(evaluate_generator(config, gan_core.build(config)[0], digits, n=200))
    assert deaf["label_accuracy"]["value"] < 0.4


def test_images_without_labels_are_evaluated_without_a_classifier(monkeypatch):
    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(200, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    found = evaluate_generator(config, gan_core.build(config)[0], data, n=400)
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 100, "half of the data is all that a floor can have"
    assert "no labels" in found["notes"][0] and found["histogram"] is None
    assert {"precision", "recall", "density", "coverage", "nearest", "diversity"} == set(rows)
    assert "no network" in rows["precision"]["title"]


def test_fid_stands_beside_its_floor_and_numbers(stand_in, monkeypatch):
    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(120, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    monkeypatch.setattr(inception, "to_inception", lambda x, whole=to_inception: whole(x)[..., ::4, ::4])
    rows = by_key(evaluate_generator(config, gan_core.build(config)[0], data, n=60, inception=True))
    assert (
        rows["fid"]["title"].startswith("FID")
        and "Inception" in rows["fid"]["network"]
        and rows["fid"]["floor"] < rows["fid"]["value"]
    )
    assert "60 fakes, 60 real samples" in rows["fid"]["note"] and rows["kid"]["title"].startswith("KID")


def test_without_inception_the_rest_is_still_evaluated(monkeypatch):
    def missing():
        raise InceptionMissing("FID and KID need the weights of the Inception network.")

    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(60, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    monkeypatch.setattr(inception, "_inception", missing)
    found = evaluate_generator(config, gan_core.build(config)[0], data, n=30, inception=True)
    assert "FID and KID need" in found["notes"][1] and "fid" not in by_key(found)


def test_what_cannot_be_evaluated():
    config = TrainConfig(data="ring", **POINTS)

    class Broken(nn.Linear):
        def forward(self, z):
            return super().forward(z) * math.nan

    with pytest.raises(ValueError, match="500 of 500 samples are not finite"):
        evaluate_generator(config, Broken(2, 2), n=500)
    with pytest.raises(ValueError, match="at least 20"):
        evaluate_generator(config, Perfect("ring"), n=5)
    with pytest.raises(ValueError, match="too few samples"):
        evaluate_generator(
            TrainConfig(data="points:/my.csv", **POINTS), Perfect("ring"), DataSet(torch.randn(8, 2)), n=50
        )


def test_drawing_is_by_the_seed_and_leaves_the_generator_as_it_was():
    config = TrainConfig(data="digits", conditioning="concatenation", precision="float64")
    generator = gan_core.build(config)[0].train()
    statistics = {k: v.clone() for k, v in generator.state_dict().items()}
    parts = list(draw(config, generator, 600, seed=3))
    x, labels = torch.cat([p for p, _ in parts]), torch.cat([y for _, y in parts])
    assert x.shape == (600, 1, 28, 28) and x.dtype == torch.float32 and torch.bincount(labels).tolist() == [60] * 10
    assert generator.training and all(torch.equal(v, statistics[k]) for k, v in generator.state_dict().items())
    assert torch.equal(torch.cat([p for p, _ in draw(config, generator, 600, seed=3)]), x)
    assert not torch.equal(torch.cat([p for p, _ in draw(config, generator, 600, seed=4)]), x)


def test_importing_the_metrics_is_cheap():
    """Pages import the package; what is heavy is loaded when it is first used."""
    code = (
        "import sys, gan_core.metrics; print([m for m in ('torch_fidelity', 'scipy', 'torch', 'sklearn') if m in "
        "sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.stdout.strip() == "[]", found.stderr
    code = (
        "import sys; from gan_core.metrics import evaluate_mixture, Evaluator; print([m for m in ('torch_fidelity', "
        "'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert found.stdout.strip() == "[]", found.stderr
