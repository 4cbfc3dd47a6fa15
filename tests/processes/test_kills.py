"""A worker or an app that is killed leaves a run that says so and goes on exactly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
from working import REPOSITORY, TINY, reach

from gan_core.runs import Run


def test_a_killed_worker_is_told_of_and_one_click_continues(fleet, until):
    run = fleet.start(TINY)
    reach(until, run, step=20)
    fleet.pause(run)
    saved = reach(until, run, "paused")["saved_step"]
    fleet.resume(run)
    status = reach(until, run, step=saved + 30)
    os.kill(status["pid"], signal.SIGKILL)
    crashed = reach(until, run, "crashed")
    assert (
        "SIGKILL"
        in (until(lambda: run.status if "SIGKILL" in run.status["message"] else None, "the fleet's word on it"))[
            "message"
        ]
    )
    saved = crashed["saved_step"]
    assert f"from step {saved:,}" in run.status["message"] and not run.is_active
    # nothing that a page had been told is lost but for what was not yet written
    steps = run.metrics()["step"]
    assert steps.tolist() == list(range(1, len(steps) + 1)) and len(steps) >= status["step"]
    fleet.resume(run)
    status = reach(until, run, step=saved + 5)
    assert status["message"] == ""
    fleet.stop(run)
    end = reach(until, run, "stopped")["step"]
    assert run.metrics()["step"].tolist() == list(range(1, end + 1))
    assert any(e["what"] == "continued" and e["step"] == saved for e in run.events()), run.events()


def test_a_worker_killed_before_anything_was_saved_starts_again(fleet, until):
    run = fleet.start(TINY)
    status = until(
        lambda: run.status if run.status["state"] in ("starting", "training") and "pid" in run.status else None,
        "a worker",
    )
    os.kill(status["pid"], signal.SIGKILL)
    crashed = reach(until, run, "crashed")
    assert "step 0" in crashed["message"] or crashed["saved_step"], crashed
    fleet.resume(run)
    reach(until, run, step=3)


SERVER = """
import sys, time
from gan_core.config import presets
from gan_core.processes import fleet
config = presets.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, epochs=100000)
f = fleet.Fleet(capacity=1)
run = f.start(config)
assert "torch" not in sys.modules, "the server must not import torch"
print(run.folder, flush=True)
time.sleep(600)
"""


def test_when_the_app_is_killed_its_worker_saves_and_leaves_and_another_app_continues(fleet, until):
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    try:
        run = Run.open(server.stdout.readline().strip())
        status = reach(until, run, step=10)
        children = psutil.Process(server.pid).children()
        assert status["pid"] in [c.pid for c in children]
    finally:
        server.kill()
        server.wait()
    ended = reach(until, run, "interrupted", 10)
    assert "stopped while this run was training" in ended["message"] and ended["saved_step"] == ended["step"]
    until(
        lambda: not any(c.is_running() and c.status() != psutil.STATUS_ZOMBIE for c in children),
        "worker, spare and renderer to leave",
    )
    fleet.resume(run)
    status = reach(until, run, step=ended["step"] + 5)
    fleet.stop(run)
    end = reach(until, run, "stopped")["step"]
    assert run.metrics()["step"].tolist() == list(range(1, end + 1))


def test_the_command_line_and_the_app_do_not_take_each_others_runs(fleet, until, place):
    """The app looks for waiting runs ten times a second, and the command line needs seconds to import torch."""
    line = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gan_core",
            "train",
            "--preset",
            "mlp-tiny",
            "--data",
            "digits",
            "--steps",
            "25",
            "--out",
            str(place / "by-hand"),
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    out, err = line.communicate(timeout=120)
    assert line.returncode == 0, err
    run = Run.open(place / "by-hand")
    assert run.status["state"] == "finished" and run.status["pid"] == line.pid
    assert [e["what"] for e in run.events()] == ["started", "finished"]
