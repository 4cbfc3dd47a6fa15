"""A session obeys the control file at every moment: pause, stop, single steps, live values, speed."""

from __future__ import annotations

import math
import threading
import time

import numpy as np
import pytest
from holding import PLANE, TINY, equal, tensors

from gan_core import runs
from gan_core.config import LIVE, ConfigError
from gan_core.runs import RunError, training


def test_pause_go_on_stop(hold, until):
    run = runs.create(TINY)
    held = hold(run)
    held.reach(20)
    run.ask(pause=True)
    status = held.state("paused")
    step = status["step"]
    assert status["saved_step"] == step and run.metrics()["step"].tolist() == list(range(1, step + 1))
    assert status["frame"] is not None and status["eta"] is None and run.is_active
    assert runs.load_state(run.folder)["counters"]["step"] == step
    run.ask(pause=False)
    held.reach(step + 20)
    run.ask(stop=True)
    status = held.over()
    assert status["state"] == run.status["state"] == "stopped" and not run.is_active
    assert run.checkpoints()[-1] == status["step"] == status["saved_step"] == run.metrics()["step"][-1]
    assert run.frames()[0] == 0 and run.frames()[-1] == status["step"]
    told = [(e["what"], e["step"]) for e in run.events()]
    assert told == [("started", 0), ("paused", step), ("resumed", step), ("stopped", status["step"])]


def test_single_steps_of_either_network(hold, until):
    run = runs.create(TINY)
    run.ask(pause=True)
    held = hold(run)
    held.state("paused")
    run.ask(turn="both")
    until(lambda: run.status["saved_step"] == 1 and run.status["state"] == "paused", "the first step")
    for step, (turn, g_moves, d_moves) in enumerate(
        [("d", False, True), ("g", True, False), ("both", True, True), ("d", False, True)], 2
    ):
        before = tensors(run, "generator"), tensors(run, "discriminator")
        run.ask(turn=turn)
        until(
            lambda step=step: (
                run.status["step"] == step and run.status["state"] == "paused" and run.status["saved_step"] == step
            ),
            f"turn {turn}: {run.status}",
        )
        assert equal(before[0], tensors(run, "generator")) is not g_moves, turn
        assert equal(before[1], tensors(run, "discriminator")) is not d_moves, turn
        assert run.status["frame"] == step and run.frame(step)
    found = run.metrics()
    assert np.isnan(found["loss_g"]).tolist() == [False, True, False, False, True]
    assert np.isnan(found["loss_d"]).tolist() == [False, False, True, False, False]
    told = [(e["what"], e["step"]) for e in run.events()]
    assert told == [("started", 0), ("paused", 0)], "a single step ends no pause"


@pytest.mark.parametrize("turn", ["d", "g", "both"])
def test_a_single_step_asked_for_before_the_worker_is_there_is_made(turn, hold, until):
    run = runs.create(TINY)
    run.ask(pause=True, turn=turn)
    held = hold(run)
    until(lambda: run.status["step"] == 1 and run.status["state"] == "paused", f"the one step: {run.status}")
    held.leave.set()
    assert held.over()["step"] == 1
    # and once only, also for the next process; a new wish is heard
    run.ask(turn=turn)
    held = hold(run)
    until(lambda: run.status["step"] == 2 and run.status["state"] == "paused", f"the second step: {run.status}")
    held.leave.set()
    assert held.over()["step"] == 2


def test_single_steps_are_counted_and_a_pause_calls_them_off(hold, until):
    run = runs.create(PLANE)
    run.ask(turn="d", count=7)
    held = hold(run)
    until(
        lambda: run.status.get("turns_done", {}).get("d") == 7 and run.status["state"] == "paused", "seven steps of D"
    )
    metrics = run.metrics()
    assert (
        list(metrics["step"]) == list(range(1, 8))
        and np.isnan(metrics["loss_g"]).all()
        and np.isfinite(metrics["loss_d"]).all()
    )
    run.ask(turn="g", count=100_000, speed=50)
    until(lambda: run.status["turns_done"]["g"] > 2, "some steps of G")
    run.ask(pause=True)
    held.state("paused")
    at = run.status["step"]
    assert at < 100_000
    run.ask(turn="both")
    until(lambda: run.status["step"] == at + 1, "one step more, and not one less for those that were called off")


def test_live_changes_take_effect_and_survive(hold, until):
    run = runs.create(TINY)
    held = hold(run)
    held.reach(5)
    run.ask(lr_g=0.0, k=2)
    until(
        lambda: run.status["live"] == {**{n: getattr(TINY, n) for n in LIVE}, "lr_g": 0.0, "k": 2},
        "the new values in the status",
    )
    run.ask(pause=True)
    held.state("paused")
    before = tensors(run, "generator"), tensors(run, "discriminator")
    step, position = run.status["step"], runs.load_state(run.folder)["counters"]["position"]
    run.ask(turn="both")
    until(lambda: run.status["saved_step"] == step + 1, "one more step")
    assert equal(before[0], tensors(run, "generator")) and not equal(before[1], tensors(run, "discriminator"))
    assert runs.load_state(run.folder)["counters"]["position"] == position + 2 * 16
    (change,) = (e for e in run.events() if e["what"] == "changed")
    assert change["k"] == 2 and change["was"] == {"k": 1, "lr_g": TINY.lr_g} and 5 <= change["step"] <= step
    held.leave.set()
    held.over()
    run.ask(lr_d=0.5)
    held = hold(run)
    assert held.state("paused")["live"] == {**{n: getattr(TINY, n) for n in LIVE}, "lr_g": 0.0, "k": 2, "lr_d": 0.5}
    until(lambda: run.events()[-1]["what"] == "paused", "the pause in the events")
    told = [(e["what"], e["step"], e.get("was")) for e in run.events()[-4:]]
    assert told == [
        ("interrupted", step + 1, None),
        ("continued", step + 1, None),
        ("changed", step + 1, {"lr_d": TINY.lr_d}),
        ("paused", step + 1, None),
    ], "what was asked for while no worker held it, and nothing else a second time"


def test_impossible_live_changes_are_refused_before_they_are_written():
    run = runs.create(TINY)
    for live in ({"lr_d": -1}, {"k": 0}, {"k": 1.5}, {"epochs": 3}, {"lr_g": math.nan}):
        with pytest.raises(ConfigError):
            run.ask(**live)
    assert run.control()["live"] == {}


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b'{"pause": ',
        b'{"pause": "yes", "stop": 1, "turns": [3], "live": {"lr_d": "x", "lr_g": null, "k": -3, "bogus": 1}}',
        b'{"turns": {"d": "many", "g": null}, "live": [], "pause": null}',
        b'{"live": {"lr_d": 1e999, "lr_g": NaN, "k": 1e10}}',
    ],
)
def test_a_live_run_ignores_a_garbage_control_file(garbage, hold):
    run = runs.create(TINY)
    held = hold(run)
    held.reach(5)
    (run.folder / "control.json").write_bytes(garbage)
    step = run.status["step"]
    status = held.reach(step + 60)
    assert status["state"] == "training" and status["live"] == {n: getattr(TINY, n) for n in LIVE}
    run.ask(pause=True)
    held.state("paused")


def test_wishes_of_two_tabs_at_once_are_both_heard():
    run = runs.create(TINY)

    def press(turn: str) -> None:
        for _ in range(60):
            run.ask(turn=turn)

    threads = [threading.Thread(target=press, args=(turn,)) for turn in ("d", "g", "both")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert run.control()["turns"] == {"both": 60, "d": 60, "g": 60}


def test_a_second_process_is_refused_and_changes_nothing(hold):
    run = runs.create(TINY)
    held = hold(run)
    held.reach(3)
    leave = threading.Event()
    leave.set()  # or a lock that does not hold would let it train here for ever
    with pytest.raises(RunError, match="by another process already"):
        training.hold(run, leave)
    assert run.status["state"] == "training"
    run.ask(stop=True)
    assert held.over()["state"] == "stopped"


def test_speed_holds_the_steps_back_and_lets_go(hold, until):
    run = runs.create(PLANE.replace(steps=100_000))
    run.ask(speed=10)
    held = hold(run)
    held.reach(3)
    begin, first = time.monotonic(), run.status["step"]
    until(lambda: run.status["step"] >= first + 15, "fifteen steps")
    # ten a second, read from a file that is up to a quarter of a second old
    assert time.monotonic() - begin > 1.0
    run.ask(speed=0)
    until(lambda: run.status["step"] > first + 300, "full speed")


def test_a_head_start_is_not_held_back_by_a_speed(hold, until):
    run = runs.create(PLANE.replace(pretrain_d=200))
    run.ask(speed=1)
    hold(run)
    until(
        lambda: run.status["step"] >= 1,
        "the first step, within less than the 200 seconds that a head start at that speed would take",
    )


def test_the_total_stays_when_a_run_goes_on_with_another_k(hold):
    """Whether it is asked for before the first step, on the way, or by a state that brings it."""
    run = runs.create(TINY.replace(epochs=3, batch_size=1000))
    run.ask(pause=True)
    total = -(-3 * 17_970 // 1000)
    for k, turn in ((2, "d"), (5, "g"), (1, "both")):
        held = hold(run)
        held.state("paused")
        run.ask(k=k)
        run.ask(turn=turn)
        held.until(lambda turn=turn: run.status["turns_done"][turn] == 1, "the single step")
        held.leave.set()
        status = held.over()
        assert status["total_steps"] == total and status["live"]["k"] == k
    run.ask(pause=False)
    assert hold(run).over()["step"] == total
