"""What a session writes: its status, the sequence that pages watch, and pictures.

Everything in these files happens in threads of this process; tests/processes does the same with
real processes and kills.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from holding import PLANE, TINY

import gan_core
from gan_core import runs
from gan_core.look.noise import fixed_noise
from gan_core.runs import Run, RunError
from gan_core.runs.training import writer


def test_the_status_has_all_that_pages_show(hold):
    config = TINY.replace(epochs=2, batch_size=500)
    run = runs.create(config)
    assert run.status["state"] == "queued" and run.is_active
    status = hold(run).over()
    for name in (
        "state",
        "message",
        "step",
        "total_steps",
        "epoch",
        "images_per_second",
        "steps_per_second",
        "seconds",
        "eta",
        "live",
        "device",
        "precision",
    ):
        assert name in status, name
    assert (
        status["state"] == "finished"
        and status["step"] == status["total_steps"] == math.ceil(2 * 17970 / 500)
        and status["epoch"] == 2
    )
    assert status["parameters"] == {"generator": 105_360, "discriminator": 50_305}
    assert status["frame"] == status["step"] == status["saved_step"] and status["steps_per_second"] > 0
    written = json.loads((run.folder / "status.json").read_text())
    assert written["state"] == "finished" and run.status["eta"] is None


def test_the_sequence_moves_when_and_only_when_something_is_written(hold):
    run = runs.create(TINY)
    assert run.sequence() == run.sequence()
    fresh = run.sequence()
    held = hold(run)
    held.reach(3)
    assert run.sequence() != fresh
    run.ask(stop=True)
    held.over()
    ended = run.sequence()
    assert run.sequence() == ended != fresh


def test_frames_that_are_kept_never_vanish(hold, until, monkeypatch):
    monkeypatch.setattr(writer, "GLANCE", {"images": 0.0, "points": 0.0})
    monkeypatch.setattr(writer, "LOOKING", {"images": 1e9, "points": 1e9})
    run = runs.create(TINY.replace(samples=1))
    held = hold(run)
    seen: set[int] = set()
    while run.status["step"] < 400:
        now = set(run.frames())
        assert seen <= now, f"frames {sorted(seen - now)} were on the timeline and have gone"
        seen = now
        if run.status["frame"] is not None:
            # a newer glance may take its place between the two looks, but then that one can be seen
            until(lambda: _readable(run, run.status["frame"]), "the newest picture")
    held.leave.set()
    held.over()
    assert {0, 1, 2, 5, 10, 20, 50, 100, 200} <= set(run.frames())
    assert len(run.frames()) < run.status["step"] / 4


def _readable(run: Run, step: int) -> bool:
    try:
        return bool(run.frame(step) and run.scores(step))
    except RunError:
        return False


def test_points_have_curves_for_frames(hold):
    config = gan_core.preset("gaussian-1d").replace(steps=3, samples=7)
    run = runs.create(config)
    assert hold(run).over()["state"] == "finished"
    assert run.layout is None
    frame = json.loads(run.frame(3))
    assert {"z", "x", "grid", "d", "data_density", "g_density", "real"} <= frame.keys()
    assert len(frame["z"]) == len(frame["x"]) == 7
    assert len({len(frame[k]) for k in ("grid", "d", "data_density", "g_density")}) == 1
    grid = np.array(frame["grid"])
    for density in ("data_density", "g_density"):
        values = np.array(frame[density])
        assert (values >= 0).all()
    np.testing.assert_allclose(
        frame["data_density"], np.exp(-0.5 * ((grid - 1.5) / 0.5) ** 2) / (0.5 * math.sqrt(2 * math.pi)), atol=2e-5
    )
    mass = float(np.sum(frame["data_density"]) * (grid[1] - grid[0]))
    assert mass == pytest.approx(1, abs=0.01), "a density has an integral of one"
    assert all(0 <= v <= 1 for v in frame["d"])
    generator = run.load_generator(3)
    with torch.no_grad():
        x = generator(fixed_noise(config)[:7])[:, 0]
    np.testing.assert_allclose(frame["x"], x.numpy(), atol=1e-4)
    np.testing.assert_allclose(frame["z"], fixed_noise(config)[:7, 0].numpy(), atol=1e-4)


def test_a_picture_that_cannot_be_made_does_not_end_the_run(hold, monkeypatch):
    def broken(trainer, view):
        raise ValueError("no density")

    monkeypatch.setattr(writer.scene, "points_frame", broken)
    run = runs.create(PLANE.replace(steps=50))
    assert hold(run).over()["state"] == "finished" and len(run.metrics()["step"]) == 50
