"""Run folders of the version before (see before/README.md): they open, tell all they hold, and are trained further."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_core import runs
from gan_core.__main__ import main
from gan_core.config.measures import MEASURES
from gan_core.runs import Run

BEFORE = Path(__file__).parent / "before"
RUNS = {"digits": (3, 7), "ring": (2, 6)}
"""Step at which each ended, and the step to which the version before trained a copy on."""


def of_before(name: str) -> dict[str, list]:
    return json.loads((BEFORE / f"{name}.continued.json").read_text())


@pytest.fixture(params=RUNS)
def folder(request, runs_root) -> Path:
    """A copy of one of them, as git gives it: without its empty folders."""
    return Path(shutil.copytree(BEFORE / request.param, runs_root / request.param))


def test_it_opens_and_tells_all_it_holds(folder):
    run, (steps, _) = Run.open(folder), RUNS[folder.name]
    assert run.status["state"] == "finished" and run.status["step"] == run.status["saved_step"] == steps
    assert run.name == {"digits": "mlp on digits", "ring": "mlp on ring"}[folder.name]
    assert [one.run.id for one in runs.snapshots()] == [folder.name] and run.snapshot().present == run.config
    assert run.control()["live"] == {} and [event["what"] for event in run.events()] == ["started", "finished"]

    found, told = run.metrics(), of_before(folder.name)
    assert found["step"].tolist() == list(range(1, steps + 1)) and set(MEASURES) < found.keys()
    for name in ("epoch", *MEASURES):
        assert np.allclose(found[name], told[name][:steps], rtol=1e-6, atol=0), name
    assert found["images_per_second"].min() > 0 and found["seconds"][-1] > 0

    evaluations = run.evaluations()
    assert evaluations["step"] == [0, 1, 2] and min(evaluations["diversity"]) > 0
    assert run.frames()[-1] == run.checkpoints()[-1] == steps
    if run.config.is_image:
        assert run.frame(steps).startswith(b"\x89PNG") and run.frame(steps, average=True).startswith(b"\x89PNG")
        assert run.real().startswith(b"\x89PNG") and len(run.scores(steps)["d_fake"]) == run.config.shown
    else:
        assert len(json.loads(run.frame(steps))["x"]) == 2000 and json.loads(run.real())


def test_its_generator_draws_what_it_drew(folder):
    config, zero = Run.open(folder).config, torch.zeros(1, 4)
    with torch.no_grad():
        drawn = Run.open(folder).load_generator()(zero[:, : config.latent_dim]).flatten()
    # as the version before drew it, which wrote this folder
    expected = {"digits": [0.17395592, -0.00140597, 0.31023014, 0.73961049], "ring": [0.12097344, 0.47162980]}
    assert torch.allclose(drawn[:4], torch.tensor(expected[folder.name]), atol=1e-5)
    if config.ema_half_life:
        assert Run.open(folder).load_generator(average=True)(zero).shape == (1, *config.sample_shape)


def test_it_is_trained_on_as_the_version_before_would_have(folder):
    steps, more = RUNS[folder.name]
    before = [p.read_bytes() for p in sorted(folder.glob("frames/*"))]
    assert main(["train", "--resume", "--steps", str(more), "--out", str(folder)]) == 0
    run, told = Run.open(folder), of_before(folder.name)
    found = run.metrics()
    assert found["step"].tolist() == told["step"] == list(range(1, more + 1))
    for name in ("epoch", *MEASURES):
        assert np.allclose(found[name], told[name], rtol=1e-3, atol=1e-5), name
    assert run.status["state"] == "finished" and {"step": steps}.items() <= run.events()[2].items()
    assert [p.read_bytes() for p in sorted(folder.glob("frames/*"))[: len(before)]] == before
    assert run.checkpoints()[-1] == more and run.load_generator() is not None


def test_points_are_forked_from_it(runs_root):
    parent = Run.open(shutil.copytree(BEFORE / "ring", runs_root / "ring"))
    forked = runs.fork(parent, 2, parent.config.replace(steps=5, lr_g=0.001))
    assert forked.status["step"] == 2 and forked.origin == {"run": "ring", "step": 2} and forked.frames() == [2]
    assert main(["train", "--resume", "--out", str(forked.folder)]) == 0
    assert forked.metrics()["step"].tolist() == [1, 2, 3, 4, 5] and forked.status["live"]["lr_g"] == 0.001
