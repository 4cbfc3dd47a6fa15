"""A run folder without a training: one process at a time, what is called off, what a step taken back leaves behind."""

from __future__ import annotations

import shutil

import pytest
from holding import TINY

from gan_core import runs
from gan_core.runs import Lock, Run, RunError
from gan_core.runs.rewind import rewind


def test_a_run_is_held_by_one_and_then_by_the_next():
    run = runs.create(TINY)
    lock = Lock(run.folder)
    with pytest.raises(RunError, match="by another process already"):
        Lock(run.folder)
    lock.release()
    Lock(run.folder).release()


@pytest.mark.parametrize("pause", [True, False])
def test_a_pause_and_going_on_call_off_single_steps_that_were_not_made(pause):
    run = runs.create(TINY)
    run.ask(turn="d", count=7)
    run.ask(turn="g")
    assert run.control()["turns"] == {"both": 0, "d": 7, "g": 1} and run.control()["pause"]
    runs.set_state(run, "training", **runs.holder(), turns_done={"both": 0, "d": 3, "g": 0})
    run.ask(pause=pause)
    assert run.control()["turns"] == {"both": 0, "d": 3, "g": 0} and run.control()["pause"] is pause
    run.ask(turn="d")
    assert run.control()["turns"]["d"] == 4, "a new wish counts from what was made"


def test_what_was_written_after_a_step_is_forgotten_and_nothing_else(folder):
    run = Run.open(folder)
    for name in ("frames/00000017.png", "frames/00000017.json", "checkpoints/00000017.safetensors"):
        shutil.copyfile(next((folder / name).parent.glob(f"*{(folder / name).suffix}")), folder / name)
    (folder / "glances").mkdir(exist_ok=True)
    for name in ("glances/00000003.png", "frames/notes.txt", "frames/.00000020.png.12"):
        (folder / name).write_bytes(b"x")
    before = run.frames(), run.checkpoints(), run.evaluations()["step"]
    assert all(max(steps) > 10 for steps in before)
    rewind(run, 10)
    for old, now in zip(before, (run.frames(), run.checkpoints(), run.evaluations()["step"]), strict=True):
        assert now == [step for step in old if step <= 10]
    assert run.metrics()["step"].tolist() == list(range(1, 11))
    left = {f"{place}/{file.name}" for place in ("frames", "glances") for file in (folder / place).iterdir()}
    assert "frames/notes.txt" in left
    assert not {"frames/00000017.png", "glances/00000003.png", "frames/.00000020.png.12"} & left
