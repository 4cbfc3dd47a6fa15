"""Whether the process that holds a run lives, does not answer, or is gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from holding import TINY

from gan_core import runs
from gan_core.runs import Run, RunError
from gan_core.runs.lock import Lock, is_locked

DAY = 86_400.0


def says(run: Run, **values) -> None:
    """Writes a status as a worker of this machine would have."""
    (run.folder / "status.json").write_text(
        json.dumps({"state": "training", "step": 7, "saved_step": 5, **runs.holder(), **values})
    )


@pytest.mark.parametrize(
    "beat", [-DAY, -20.0, 120.0, 2 * DAY], ids=["a day ago", "20 s ago", "in 2 minutes", "in days"]
)
def test_a_heart_that_does_not_beat_now_is_silent_where_the_run_is_held_and_gone_where_it_is_not(beat, runs_root):
    run = runs.create(TINY)
    says(run, heartbeat=time.time() + beat)
    now = run.snapshot()
    assert now.state == "crashed" and not now.trains and "from step 5" in now.status["message"]
    lock = Lock(run.folder)
    now = run.snapshot()
    assert now.state == "training" and now.status["silent"] and "does not answer at present" in now.status["message"]
    assert now.is_active and not now.trains, "it blocks no other run"
    lock.release()
    assert run.snapshot().state == "crashed"


def test_one_that_beats_is_alive_and_one_whose_number_nobody_has_is_gone(runs_root):
    run = runs.create(TINY)
    says(run)
    assert run.snapshot().trains and not run.status["silent"]
    lock = Lock(run.folder)
    says(run, pid=2**22 + 5)
    assert run.snapshot().state == "crashed"
    lock.release()


def test_a_process_that_still_imports_on_a_busy_machine_is_waited_for(runs_root):
    run = runs.create(TINY)
    for age, state in ((100.0, "starting"), (3600.0, "crashed")):
        says(run, state="starting", heartbeat=time.time() - age)
        assert run.status["state"] == state


def test_looking_whether_a_run_is_held_never_takes_the_hold_from_anybody(runs_root):
    run = runs.create(TINY)
    assert not is_locked(run.folder)
    lock = Lock(run.folder)
    assert is_locked(run.folder)
    with pytest.raises(RunError, match="another process"):
        Lock(run.folder)
    lock.release()
    assert not is_locked(run.folder)
    Lock(run.folder).release()


@pytest.mark.slow
def test_a_stopped_process_is_told_and_goes_on(runs_root, until):
    folder = runs_root / "asleep"
    command = [
        sys.executable,
        "-m",
        "gan_core",
        "train",
        "--preset",
        "mlp-tiny",
        "--data",
        "digits",
        "--epochs",
        "9999",
    ]
    process = subprocess.Popen([*command, "--out", str(folder)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        until(lambda: (folder / "config.json").exists() and Run.open(folder).status["step"] > 0, "a first step")
        os.kill(process.pid, signal.SIGSTOP)
        until(lambda: Run.open(folder).status["silent"], "silence")
        run = Run.open(folder)
        assert run.status["state"] == "training" and "does not answer" in run.status["message"]
        with pytest.raises(RunError, match="another process"):
            Lock(folder)
        step = run.status["step"]
        os.kill(process.pid, signal.SIGCONT)
        until(lambda: not run.status["silent"] and run.status["step"] > step, "its going on")
        assert run.status["message"] == ""
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.terminate()
        process.wait(60)
    assert Run.open(folder).status["state"] == "interrupted"
