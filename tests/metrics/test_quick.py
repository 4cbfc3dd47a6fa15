"""The quick numbers."""

from __future__ import annotations

import math

import pytest
import torch
from measured import POINTS, seeded

from gan_core.config import TrainConfig
from gan_core.data import DISTRIBUTIONS, DataSet, load
from gan_core.metrics import (
    Evaluator,
)


def test_quick_numbers_of_points():
    config = TrainConfig(data="ring", **POINTS)
    evaluator = Evaluator(config, load(config))
    assert evaluator.count == 2500
    good = evaluator.evaluate(DISTRIBUTIONS["ring"].sample(2500, seeded(7))[0])
    assert tuple(good) == evaluator.names and all(type(v) is float and math.isfinite(v) for v in good.values())
    assert good["modes"] == good["modes_total"] == 8 and good["high_quality"] == pytest.approx(
        good["high_quality_oracle"], abs=0.01
    )
    assert (
        good["reverse_kl"] < 0.006
        and good["jsd"] < 1.3 * good["jsd_oracle"]
        and good["diversity"] == pytest.approx(1, abs=0.05)
    )
    collapsed = evaluator.evaluate(DISTRIBUTIONS["ring"].modes[:1].expand(2500, 2))
    assert (
        collapsed["modes"] == 1
        and collapsed["reverse_kl"] == pytest.approx(math.log(8))
        and collapsed["diversity"] == 0
    )
    assert collapsed["jsd"] > 10 * collapsed["jsd_oracle"]


def test_quick_numbers_of_one_dimension_and_of_data_without_a_density():
    config = TrainConfig(data="gaussian", **POINTS)
    found = Evaluator(config, load(config)).evaluate(DISTRIBUTIONS["gaussian"].sample(2500, seeded(7))[0])
    apart = {"jsd", "kl_data_g", "kl_g_data"}
    assert set(found) == apart | {f"{name}_oracle" for name in apart} | {"diversity"} and found[
        "diversity"
    ] == pytest.approx(1, abs=0.05)
    assert all(found[name] < 1.5 * found[f"{name}_oracle"] for name in apart)
    own = DataSet(torch.randn(500, 2, generator=seeded()))
    found = Evaluator(TrainConfig(data="points:/my/points.csv", **POINTS), own).evaluate(own.samples[:250] * 0.5)
    assert set(found) == {"diversity"} and found["diversity"] == pytest.approx(0.5, abs=0.05)


def test_quick_numbers_of_images(digits):
    """Trained on one half of the originals: those of the other half are new, as diverse, and no copies."""
    originals = torch.arange(len(digits)) % 1797
    order = torch.randperm(1797, generator=seeded())
    first = torch.isin(originals, order[:900])
    half = DataSet(digits.samples[first], digits.labels[first], versions=10)
    evaluator = Evaluator(TrainConfig(data="digits"), half)
    fresh = digits.batch(torch.nonzero(~first)[:, 0][torch.randperm(8970, generator=seeded(1))[:256]])
    copies = half.batch(torch.randint(len(half), (256,), generator=seeded(2)))
    assert evaluator.count == 256 and evaluator.names == ("diversity", "nearest")
    new, old = evaluator.evaluate(fresh), evaluator.evaluate(copies)
    assert new["diversity"] == pytest.approx(1, abs=0.06) and old["diversity"] == pytest.approx(1, abs=0.06)
    assert 0.8 < new["nearest"] < 1.25
    assert old["nearest"] == 0
    same = evaluator.evaluate(fresh[:1].expand(256, -1, -1, -1))
    assert same["diversity"] == 0
    grey = evaluator.evaluate(torch.zeros(256, 1, 28, 28) + 0.01 * torch.randn(256, 1, 28, 28, generator=seeded()))
    assert grey["diversity"] < 0.05 and grey["nearest"] > 3


def test_quick_numbers_do_not_disturb_and_do_not_break():
    config = TrainConfig(data="ring", **POINTS)
    evaluator = Evaluator(config, load(config))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    x = torch.randn(50, 2, generator=seeded(), dtype=torch.float64)
    first = evaluator.evaluate(x)
    assert torch.equal(torch.rand(3), expected)
    again = evaluator.evaluate(x)
    assert all(again[k] == v or math.isnan(v) for k, v in first.items())
    broken = evaluator.evaluate(torch.full((50, 2), math.nan))
    assert set(broken) == set(evaluator.names) and all(math.isnan(v) for v in broken.values())
    nowhere = evaluator.evaluate(torch.full((50, 2), 1e4))
    assert nowhere["modes"] == 0 and math.isnan(nowhere["reverse_kl"])
    for wrong in (torch.zeros(50, 3), torch.zeros(1, 2)):
        with pytest.raises(ValueError):
            evaluator.evaluate(wrong)
