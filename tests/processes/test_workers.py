"""Runs trained by real processes: begun, paused, raced, forked, queued, and saved when the app is closed."""

from __future__ import annotations

import json
import os

import numpy as np
import psutil
import pytest
from working import TINY, reach

import gan_core
from gan_core import runs
from gan_core.config import ConfigError
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import AskError
from gan_core.runs import Run, RunError


def test_start_pause_change_step_go_on_stop(fleet, until):
    run = fleet.start(TINY)
    assert run.id in [r.id for r in runs.list_runs()] and run.config == TINY
    status = reach(until, run, step=10)
    assert status["pid"] != os.getpid() and psutil.pid_exists(status["pid"])
    until(
        lambda: run.status["frame"] is not None and len(run.metrics()["step"]) > 5 and run.frames() and run.real(),
        "pictures and curves",
    )
    fleet.pause(run)
    step = reach(until, run, "paused")["step"]
    fleet.change(run, lr_d=1e-3, k=2)
    until(
        lambda: run.status["live"].items() >= {"lr_d": 1e-3, "lr_g": 2e-4, "k": 2, "penalty_weight": 10.0}.items(),
        "the live values",
    )
    with pytest.raises(ConfigError):
        fleet.change(run, lr_d=-1)
    for number, turn in enumerate(("d", "g", "both"), 1):
        fleet.turn(run, turn)
        until(
            lambda number=number: run.status["step"] == step + number and run.status["state"] == "paused", f"one {turn}"
        )
    assert np.isnan(run.metrics()["loss_g"][step]) and np.isnan(run.metrics()["loss_d"][step + 1])
    fleet.resume(run)
    reach(until, run, step=step + 20)
    fleet.stop(run)
    status = reach(until, run, "stopped")
    assert not run.is_active and run.checkpoints()[-1] == status["step"]
    until(lambda: not psutil.pid_exists(status["pid"]), "the worker to leave")


def test_a_run_that_is_leaving_is_taken_up_again(fleet, until):
    run = fleet.start(TINY.replace(steps=100_000))
    step = reach(until, run, step=5)["step"]
    fleet.stop(run)
    fleet.resume(run)
    reach(until, run, step=step + 20)
    fleet.stop(run)
    reach(until, run, "stopped")


def test_a_run_that_starts_with_a_single_step_makes_one_and_waits(fleet, until):
    run = fleet.start(TINY, turn="d")
    until(lambda: run.status["step"] == 1 and run.status["state"] == "paused", f"one step of D: {run.status}")
    assert np.isnan(run.metrics()["loss_g"][0])
    fleet.stop(run)
    reach(until, run, "stopped")
    # a stopped run is taken up for one more
    fleet.turn(run, "g")
    until(lambda: run.status["step"] == 2 and run.status["state"] == "paused", f"one step of G: {run.status}")
    assert np.isnan(run.metrics()["loss_d"][1])


def test_a_finished_run_says_so_and_goes_on_with_more_steps(fleet, until):
    config = TINY.replace(steps=30)
    run = fleet.start(config)
    reach(until, run, "finished", 30)
    with pytest.raises(RunError, match="finished"):
        fleet.resume(run)
    with pytest.raises(RunError, match="finished"):
        fleet.turn(run, "d")
    assert run.status["state"] == "finished"
    fleet.resume(run, config.replace(steps=40, lr_g=1e-3))
    status = reach(until, run, "finished", 40)
    assert status["live"]["lr_g"] == 1e-3 and Run.open(run.folder).config.steps == 40
    assert run.metrics()["step"].tolist() == list(range(1, 41))


def test_the_two_of_a_race_share_one_place(fleet, until):
    plane = gan_core.preset("plane").replace(width=8, batch_size=16, samples=16, steps=1_000_000)
    a = fleet.start(plane)
    b = fleet.start(plane.replace(objective="hinge"), beside=a)
    c = fleet.start(plane)
    for run in (a, b):
        reach(until, run, "training", 10)
    assert b.snapshot().beside == a.id and c.status["state"] == "queued", "there is room for one"
    fleet.stop(a)
    reach(until, a, "stopped")
    assert c.status["state"] == "queued", "the other side still runs"
    fleet.stop(b)
    reach(until, c, "training", 1)


def test_the_two_of_a_race_keep_step(fleet, until):
    plane = gan_core.preset("plane").replace(width=8, batch_size=16, samples=16, steps=1_000_000)
    a = fleet.start(plane)
    b = fleet.start(plane.replace(k=2), beside=a, speed=20)
    begun = reach(until, b, "training", 5)["step"]
    until(lambda: b.status["step"] > begun + 20, "a second of the slow side")
    assert a.status["step"] < b.status["step"] + 60, "the fast side waits"
    fleet.stop(b)
    until(lambda: a.status["step"] > 1_000, "the fast side to go its way alone")


def test_a_fork_takes_the_place_of_its_parent(fleet, until):
    parent = fleet.start(gan_core.preset("plane").replace(width=8, batch_size=16, samples=16, steps=1_000_000))
    until(lambda: any(s >= 100 for s in parent.checkpoints()), "a state to fork from")
    child = fleet.fork(parent, 100, parent.config.replace(lr_g=0.0))
    reach(until, child, "training", 120)
    assert parent.status["state"] == "paused" and child.status["live"]["lr_g"] == 0.0


def test_runs_wait_in_order_and_begin_in_order(fleet, until):
    first, second, third, fourth = (fleet.start(TINY.replace(seed=seed)) for seed in range(4))
    reach(until, first, step=3)
    until(
        lambda: [r.status.get("queue_position") for r in (second, third, fourth)] == [1, 2, 3],
        "the places in the queue",
    )
    assert [one.run.id for one in fleet.queue().waiting] == [second.id, third.id, fourth.id]
    assert all(
        r.status["state"] == "queued" and r.is_active and len(r.metrics()["step"]) == 0 for r in (second, third, fourth)
    )
    fleet.stop(third)
    assert third.status["state"] == "stopped"
    until(lambda: fourth.status.get("queue_position") == 2, "the last one to move up")
    fleet.stop(first)
    reach(until, second, step=3)
    until(lambda: fourth.status.get("queue_position") == 1, "the last one to be next")
    assert fourth.status["state"] == "queued"
    fleet.stop(fourth)
    # one that left the queue may come back
    fleet.resume(third)
    until(
        lambda: third.status["state"] == "queued" and third.status.get("queue_position") == 1, "it to be queued again"
    )


def test_a_paused_run_lets_another_one_go_first(fleet, until):
    first = fleet.start(TINY)
    reach(until, first, step=3)
    second = fleet.start(TINY)
    until(lambda: second.status.get("queue_position") == 1, "the second to wait")
    fleet.pause(first)
    reach(until, second, step=3)
    assert first.status["state"] == "paused"
    # there is no room for it now: it waits its turn, and both are never trained at once
    step = first.status["step"]
    fleet.resume(first)
    until(lambda: first.status["state"] == "queued", f"the first to wait: {first.status}")
    assert second.status["state"] == "training"
    fleet.stop(second)
    reach(until, first, step=step + 3)
    assert first.metrics()["step"][:step].tolist() == list(range(1, step + 1))


def test_a_paused_start_waits_before_its_first_step(fleet, until):
    run = fleet.start(TINY, paused=True)
    status = reach(until, run, "paused")
    assert status["step"] == 0 and status["total_steps"] and run.frame(0) and run.real()
    fleet.resume(run)
    reach(until, run, step=3)


def test_foreign_folders_do_not_stop_the_fleet(fleet, until, place, capsys):
    bad = []
    for name, status in (
        ("a", {"state": "queued", "queued_at": "soon"}),
        ("b", {"state": "queued", "queued_at": None}),
        ("c", {"state": ["training"]}),
        ("d", {"state": "training", "step": "x"}),
    ):
        run = runs.create(TINY, place / f"foreign-{name}")
        (run.folder / "status.json").write_text(json.dumps(status))
        bad.append(run)
    (place / "junk").mkdir()
    (place / "junk" / "config.json").write_text('{"format": "2", "created": [], "config": {}}')
    try:
        runs.create(TINY, place / "foreign-b2")  # a second one in the queue, to be compared with the first
        run = fleet.start(TINY.replace(seed=9))
        assert run.status["state"] in ("queued", "starting", "training")
        for other in runs.list_runs():
            if isinstance(other, Run) and other.id.startswith("foreign") and other.is_active:
                fleet.stop(other)
        reach(until, run, step=3)
        assert fleet._thread.is_alive()
    finally:
        (place / "junk" / "config.json").unlink()


def test_closing_saves_every_run_and_leaves_no_process(_fleet, _one_folder, until):
    run = _fleet.start(TINY)
    waiting = _fleet.start(TINY)
    pid = reach(until, run, step=10)["pid"]
    children = psutil.Process().children()
    _fleet.close()
    status = run.status
    assert status["state"] == "interrupted" and status["saved_step"] == status["step"] >= 10
    assert run.metrics()["step"].tolist() == list(range(1, status["step"] + 1))
    assert not psutil.pid_exists(pid)
    until(
        lambda: not any(c.is_running() and c.status() != psutil.STATUS_ZOMBIE for c in children),
        "every process to leave",
    )
    assert waiting.status["state"] == "queued"
    with pytest.raises(AskError, match="stopped"):
        _fleet.ask({"do": "networks", "config": TINY.to_dict()})
    fleets.runs.set_state(waiting, "stopped")
    _fleet.close()  # twice does no harm
