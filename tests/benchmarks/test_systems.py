"""The five systems, by their authors' loops and by ours: the same game on both sides, and nothing lost when killed."""

from __future__ import annotations

import json
import math

import pytest
import torch

from benchmarks import systems
from benchmarks.reference import LOOPS
from gan_core import build


class ByBrightness:
    """Names an image by how bright it is: enough of a classifier to follow the samples through."""

    def features(self, images):
        return images.flatten(1)[:, ::97].float()

    def classify(self, features):
        return 50 * torch.nn.functional.one_hot((features.mean(1) > 0).long(), 10).float()


@pytest.fixture
def small(monkeypatch, mnist):
    monkeypatch.setattr(systems, "load_classifier", lambda data, resolution: ByBrightness())
    monkeypatch.setattr(systems, "SAMPLES", 60)
    monkeypatch.setattr(systems, "BATCH", 30)


def rows(out, name, side):
    found = [json.loads(line) for line in (out / name / f"{side}.jsonl").read_text().splitlines()]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


@pytest.mark.parametrize("name", systems.STEPS)
def test_a_preset_has_its_authors_networks_and_rates(name):
    config = systems.config_of(name, 1, 0)
    program = LOOPS[name]("", batches=iter(()))
    for mine, theirs, optimiser, rate in zip(
        build(config),
        (program.generator, program.discriminator),
        (program.optimiser_g, program.optimiser_d),
        (config.lr_g, config.lr_d),
        strict=True,
    ):
        assert [p.shape for p in mine.parameters()] == [p.shape for p in theirs.parameters()]
        (group,) = optimiser.param_groups
        assert (group["lr"], *group["betas"]) == (rate, config.beta1, config.beta2)
    assert config.pretrain_d == 0, "equal steps are steps of both networks"


@pytest.mark.parametrize("name", ["mlp-dropout", "gaussian-1d"])
def test_a_killed_measurement_goes_on_as_if_it_had_not_been(name, small, tmp_path, capsys, monkeypatch):
    def run(steps, out):
        systems.main([name, "--processes", "1", "--steps", str(steps), "--out", str(tmp_path / out)])
        return capsys.readouterr().out

    monkeypatch.setitem(systems.STEPS, name, 40)  # a look at each step
    printed = run(4, "straight")
    run(2, "killed")
    advance = systems.Ours.advance

    def dies(side):
        if side.step == 3:
            raise KeyboardInterrupt
        return advance(side)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(systems.Ours, "advance", dies)
        run(4, "killed")
    run(4, "killed")
    for side in systems.SIDES:
        straight = rows(tmp_path / "straight", name, side)
        assert straight == rows(tmp_path / "killed", name, side)
        assert [row["step"] for row in straight] == [0, 1, 2, 3, 4]
        assert straight[0]["value"] is None and straight[1]["value"] == pytest.approx(-math.log(4), abs=0.1)
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 5 and lines[-1].startswith("| 4 |") and all(line.count(" / ") >= 2 for line in lines[2:])
    assert len(list((tmp_path / "straight" / name).glob("*.png"))) == (10 if name == "mlp-dropout" else 0)


def test_the_table_alone_trains_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(systems, "measure", None)
    systems.main(["--table", "--out", str(tmp_path)])
    assert capsys.readouterr().out.count("no equal steps yet") == 5
