"""Whatever ends a session leaves a folder that says what happened and goes on from its last saved state."""

from __future__ import annotations

import dataclasses
import errno
import math
import os
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from holding import PLANE, TINY, equal
from PIL import Image

import gan_core
from gan_core import runs
from gan_core.method import objectives
from gan_core.method.guard import NonFiniteError
from gan_core.method.trainer import Trainer
from gan_core.runs import Run, RunError, states, training
from gan_core.runs.tables import Table
from gan_core.runs.training import writer


def test_numbers_that_blow_up_end_the_run_and_the_last_good_state_is_kept(hold, monkeypatch):
    run = runs.create(TINY)
    held = hold(run)
    held.reach(10)
    run.ask(pause=True)
    saved = held.state("paused")["step"]
    good = runs.load_state(run.folder)
    game = objectives.OBJECTIVES["non-saturating"]
    held.leave.set()
    held.over()
    good = runs.load_state(run.folder)
    calls = []

    def explode(real, fake):
        calls.append(1)
        return game.g_loss(real, fake) * (math.inf if len(calls) >= 4 else 1.0)

    with monkeypatch.context() as broken:
        broken.setitem(objectives.OBJECTIVES, "non-saturating", dataclasses.replace(game, g_loss=explode))
        run.ask(pause=False)
        status = hold(run).over()
    assert status["state"] == run.status["state"] == "failed"
    last = status["saved_step"]
    assert saved <= last < saved + 4, "on a busy machine one of the good steps may have been saved"
    assert f"step {saved + 4:,}" in status["message"] and "loss of G" in status["message"]
    assert f"step {last:,}, is kept" in status["message"]
    kept = runs.load_state(run.folder)
    assert kept["counters"]["step"] == last and (last > saved or equal(kept["tensors"], good["tensors"]))
    assert run.metrics()["step"][-1] == saved + 3, "what was measured before it broke can be seen"
    assert all(bool(np.isfinite(v).all()) for v in run.metrics().values())
    run.ask(lr_d=1e-4)
    held = hold(run)
    status = held.reach(saved + 20)
    assert status["state"] == "training" and status["live"]["lr_d"] == 1e-4 and status["message"] == ""


def test_numbers_that_blow_up_on_a_gpu_are_found_out_at_the_next_flush(hold, monkeypatch):
    """There, only looking at the measures tells; the flush of what is left must not hide the sentence."""

    def wait(self, measures):
        raise NonFiniteError(self.step, "gradient of D")

    monkeypatch.setattr(Trainer, "wait", wait)
    run = runs.create(TINY.replace(steps=5))
    status = hold(run).over()
    assert (
        run.status["state"] == status["state"] == "failed"
        and "gradient of D stopped being finite" in run.status["message"]
    )


def test_out_of_memory_says_what_to_do(hold, monkeypatch):
    monkeypatch.setattr(Trainer, "turn", lambda self, what="both", watch=None: torch.empty(1 << 60))
    run = runs.create(TINY)
    assert hold(run).over()["message"].startswith("Out of memory.")


@pytest.mark.parametrize("kind", ["no folder", "an empty one", "no images", "no file", "no numbers", "other classes"])
def test_a_preparation_that_fails_leaves_a_sentence_and_no_run(hold, tmp_path, kind):
    place = tmp_path / "place"
    if kind in ("an empty one", "no images", "other classes"):
        place.mkdir()
    if kind == "no images":
        (place / "a.png").write_text("none")
    if kind == "other classes":
        for name in "ab":
            (place / name).mkdir()
            Image.new("L", (8, 8)).save(place / name / "1.png")
    if kind == "no numbers":
        place.write_text("x,y\na,b\n")
    config = gan_core.TrainConfig(data=f"folder:{place}", batch_size=4)
    if kind in ("no file", "no numbers"):
        config = PLANE.replace(data=f"points:{place}")
    if kind == "other classes":
        config = config.replace(conditioning="concatenation", classes=3)
    run = runs.create(config)
    status = hold(run).over()
    assert status["state"] == "failed" and status["unprepared"] and "Traceback" not in status["message"]
    assert "place" in status["message"] and run.status["message"] == status["message"]
    runs.withdraw(run)
    assert not runs.list_runs() and not run.folder.exists()
    with pytest.raises(RunError) as told:
        runs.find(run.id)
    assert str(told.value) == status["message"], "whoever looks for it is told why it is gone"


def test_what_a_run_has_made_is_not_taken_back(hold, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(8):
        Image.new("RGB", (8, 8), (30 * i, 0, 0)).save(photos / f"{i}.png")
    run = runs.create(
        gan_core.preset("mlp-tiny").replace(data=f"folder:{photos}", resolution=28, batch_size=4, steps=3)
    )
    hold(run).over()
    runs.lengthen(run, run.config.epochs, 6)
    photos.rename(tmp_path / "elsewhere")
    status = hold(run).over()
    assert status["state"] == "failed" and not status["unprepared"] and "photos" in status["message"]
    (tmp_path / "elsewhere").rename(photos)
    status = hold(run).over()
    assert status["state"] == "finished" and "unprepared" not in status
    # nor is anything deleted that is not a run's
    (run.folder / "notes.txt").write_text("mine")
    runs.discard(run)
    assert [file.name for file in run.folder.iterdir()] == ["notes.txt"]


def test_an_unforeseen_error_is_told_and_logged(hold, monkeypatch):
    def turn(self, what="both"):
        raise ZeroDivisionError("of all things")

    run = runs.create(TINY)
    with monkeypatch.context() as broken:
        broken.setattr(Trainer, "turn", turn)
        status = hold(run).over()
    assert status["state"] == "failed" and "of all things" in status["message"] and "log.txt" in status["message"]
    assert "Traceback" in (run.folder / "log.txt").read_text()
    held = hold(run)
    held.reach(5)


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 40 MB, with a function to fill it up; else one where writing can be made to fail."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        hasattr(os, "geteuid")
        and os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0")
        except OSError:
            pass
    return ballast


def test_a_full_disk_is_told_and_survived(small_disk, hold, until, monkeypatch):
    run = runs.create(TINY, small_disk / "run")
    held = hold(run)
    held.reach(20)
    run.ask(pause=True)
    saved = held.state("paused")["step"]
    run.ask(pause=False)
    held.reach(saved + 10)
    ballast = fill(small_disk)
    status = held.over()
    assert status["state"] == run.status["state"] == "failed" and run.status["message"].startswith("The disk is full.")
    assert Run.open(run.folder).metrics()["step"][-1] >= saved + 1 and run.frames() and run.load_generator()
    # Continue pressed too early: again a sentence, not a traceback
    fill(small_disk)
    try:
        status = hold(run).over()
        assert status["state"] == "failed" and "disk is full" in status["message"]
    except RunError:
        pass
    ballast.unlink()
    for file in small_disk.glob("ballast*"):
        file.unlink()
    held = hold(run)
    status = held.reach(saved + 30)
    assert status["state"] == "training" and status["message"] == ""
    held.leave.set()
    end = held.over()["step"]
    assert run.metrics()["step"].tolist() == list(range(1, end + 1))


def test_a_full_disk_without_a_disk(hold, monkeypatch):
    """The same by a fault put in the way of every kind of write in turn."""

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    for place, name in ((Table, "append"), (states, "save_tensors"), (writer, "write_bytes")):
        run = runs.create(TINY)
        held = hold(run)
        held.reach(10)
        with monkeypatch.context() as broken:
            broken.setattr(place, name, full)
            run.ask(pause=True, turn="both")  # one step more, so that there is something to write
            status = held.over()
        assert status["state"] == run.status["state"] == "failed" and run.status["message"].startswith(
            "The disk is full."
        ), name
        run.ask(pause=False)
        held = hold(run)
        status = held.reach(30)
        assert status["state"] == "training"
        held.leave.set()
        held.over()


def test_a_folder_whose_lock_cannot_be_made_is_a_sentence():
    run = runs.create(TINY)
    (run.folder / "lock").mkdir()
    with pytest.raises(RunError):
        training.hold(run, threading.Event())
