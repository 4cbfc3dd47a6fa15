"""One process's hold on a run: it obeys the control file at every moment, and whatever ends it leaves a folder that goes on exactly.

Everything here happens in threads of this process; test_workers.py does the same with real processes and real kills.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import math
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

import gan_core
from gan_core import runs
from gan_core.config import LIVE, ConfigError
from gan_core.look.noise import fixed_noise
from gan_core.method import objectives
from gan_core.method.guard import NonFiniteError
from gan_core.method.trainer import Trainer
from gan_core.runs import Run, RunError, states, training
from gan_core.runs.tables import Table
from gan_core.runs.training import writer

TINY = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, epochs=100_000)
CLOCK = ("seconds", "images_per_second")


class Held:
    """A run that a thread of this process trains."""

    def __init__(self, run: Run, until):
        self.run, self.until, self.leave, self.last, self.error = run, until, threading.Event(), None, None
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        try:
            self.last = training.hold(self.run, self.leave)
        except BaseException as error:
            self.error = error

    def state(self, wanted: str) -> dict:
        """Waits for a state and returns the status."""
        self.until(
            lambda: self.run.status["state"] == wanted or not self.thread.is_alive(),
            f"state {wanted}, in {self.run.status}",
        )
        status = self.run.status
        assert status["state"] == wanted, (status, self.error)
        return status

    def reach(self, step: int) -> dict:
        """Waits for a step of this hold (the status may still tell of the one before) and returns the status."""

        def there() -> bool:
            status = self.run.status
            return status["step"] >= step and status["state"] in ("training", "paused")

        self.until(lambda: not self.thread.is_alive() or there(), f"step {step}, in {self.run.status}")
        return self.run.status

    def over(self) -> dict:
        self.thread.join(60)
        assert not self.thread.is_alive()
        if self.error:
            raise self.error
        return self.last


@pytest.fixture
def hold(until):
    """`hold(run)` begins to train it here; whatever still trains at the end of the test is stopped."""
    begun: list[Held] = []

    def begin(run: Run) -> Held:
        begun.append(Held(run, until))
        return begun[-1]

    yield begin
    for held in begun:
        held.leave.set()
        held.thread.join(60)


def same_state(a: Path, b: Path) -> None:
    a, b = runs.load_state(a), runs.load_state(b)
    different = [k for k in a["tensors"] if not torch.equal(a["tensors"][k], b["tensors"][k])]
    assert not different and a["tensors"].keys() == b["tensors"].keys(), different
    for key in ("step", "position"):
        assert a["counters"][key] == b["counters"][key]


def same_metrics(a: Run, b: Run) -> None:
    a, b = a.metrics(), b.metrics()
    for column in a:
        if column not in CLOCK:
            np.testing.assert_array_equal(a[column], b[column], err_msg=column)


def tensors(run: Run, player: str) -> dict[str, torch.Tensor]:
    return {k: v for k, v in runs.load_state(run.folder)["tensors"].items() if k.startswith(f"{player}.")}


def equal(a: dict, b: dict) -> bool:
    return all(torch.equal(a[k], b[k]) for k in a)


# --------------------------------------------------------------------------- obeying


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
    assert [e["what"] for e in run.events()][0] == "started" and run.events()[-1]["what"] == "stopped"


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
    assert any(e["what"] == "changed" and e["k"] == 2 for e in run.events())
    held.leave.set()
    held.over()
    held = hold(run)
    assert held.state("paused")["live"] == {**{n: getattr(TINY, n) for n in LIVE}, "lr_g": 0.0, "k": 2}


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


# --------------------------------------------------------------------------- going on exactly


@pytest.mark.parametrize(
    "changes",
    [{}, {"pretrain_d": 3, "k": 2, "reuse_fakes": False}, {"architecture": "mlp-dropout", "width": 16}],
    ids=str,
)
def test_a_run_interrupted_again_and_again_ends_as_one_that_was_not(changes, hold):
    config = TINY.replace(steps=120, **changes)
    straight, bumpy = runs.create(config), runs.create(config)
    assert hold(straight).over()["state"] == "finished"
    held = hold(bumpy)
    # once paused at a single step, once between two, once anywhere
    bumpy.ask(pause=True, turn="both")
    held.reach(1)
    held.leave.set()
    assert held.over()["step"] == 1
    bumpy.ask(pause=False)
    held = hold(bumpy)
    held.reach(3)
    bumpy.ask(pause=True)
    held.until(lambda: bumpy.status["state"] in ("paused", "finished"), "a pause")
    held.leave.set()
    held.over()
    bumpy.ask(pause=False)
    held = hold(bumpy)
    held.leave.set()
    held.over()
    assert hold(bumpy).over()["state"] == "finished"
    same_state(straight.folder, bumpy.folder)
    same_metrics(straight, bumpy)
    assert bumpy.metrics()["step"].tolist() == list(range(1, 121))


@pytest.mark.parametrize("how", ["stop", "leave", "pause then leave"])
def test_a_head_start_that_was_cut_short_is_made_again_whole(how, hold, until, monkeypatch):
    config = TINY.replace(steps=3, pretrain_d=40)
    straight, cut = runs.create(config), runs.create(config)
    assert hold(straight).over()["state"] == "finished"
    update, made, go_on = Trainer._update_d, [], threading.Event()

    def slow(self, *args, **kwargs):
        made.append(1)
        if len(made) > 5:
            go_on.wait(30)
        return update(self, *args, **kwargs)

    monkeypatch.setattr(Trainer, "_update_d", slow)
    held = hold(cut)
    until(lambda: len(made) == 6, "the middle of the head start")
    if how == "stop":
        cut.ask(stop=True)
    elif how == "leave":
        held.leave.set()
    else:
        cut.ask(pause=True)
        go_on.set()
        held.state("paused")
        held.leave.set()
    go_on.set()
    assert held.over()["state"] in ("stopped", "interrupted")
    assert len(made) < 12, "Stop must not wait for the end of a long head start"
    assert cut.status["step"] == 0 and len(cut.metrics()["step"]) == 0
    cut.ask(pause=False, stop=False)
    assert hold(cut).over()["state"] == "finished"
    same_state(straight.folder, cut.folder)


def test_more_steps_for_a_finished_run_continue_it(hold):
    longer, extended = runs.create(TINY.replace(steps=40)), runs.create(TINY.replace(steps=25))
    hold(longer).over()
    assert hold(extended).over()["step"] == 25
    runs.set_config(extended, extended.config.replace(steps=40))
    assert hold(extended).over()["state"] == "finished"
    same_state(longer.folder, extended.folder)
    same_metrics(longer, extended)


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
    assert len(run.frames()) < 20


def _readable(run: Run, step: int) -> bool:
    try:
        return bool(run.frame(step) and run.scores(step))
    except RunError:
        return False


def test_the_newest_picture_is_there_right_after_a_crash(hold, until):
    """A crash between two saved states: the steps after the last one are forgotten, their pictures too, and the status says so."""
    run = runs.create(TINY)
    held = hold(run)
    held.reach(20)
    run.ask(pause=True)
    saved = held.state("paused")["step"]
    state = (run.folder / "state.safetensors").read_bytes()
    run.ask(pause=False)
    held.reach(saved + 150)
    held.leave.set()
    last = held.over()["step"]
    # what a kill would have left: an old state beside newer metrics, frames and checkpoints
    (run.folder / "state.safetensors").write_bytes(state)
    run.ask(pause=True)
    held = hold(run)
    status = held.state("paused")
    assert status["step"] == saved < last
    assert run.frame(status["frame"]) and status["frame"] <= saved
    for kept in (run.metrics()["step"], run.frames(), run.checkpoints()):
        assert max(kept, default=0) <= saved
    assert run.metrics()["step"].tolist() == list(range(1, saved + 1))


# --------------------------------------------------------------------------- ending badly


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
    assert (
        f"step {saved + 4:,}" in status["message"]
        and "loss of G" in status["message"]
        and f"step {saved:,}, is kept" in status["message"]
    )
    kept = runs.load_state(run.folder)
    assert kept["counters"]["step"] == saved == status["saved_step"] and equal(kept["tensors"], good["tensors"])
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


def test_data_that_are_not_there_are_a_sentence(hold, tmp_path):
    run = runs.create(gan_core.TrainConfig(data=f"folder:{tmp_path / 'nowhere'}"))
    status = hold(run).over()
    assert status["state"] == "failed" and "nowhere" in status["message"] and "Traceback" not in status["message"]
    assert run.status["message"] == status["message"]


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
            run.ask(pause=True)
            if place is writer and name == "write_bytes":
                run.ask(turn="both")
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


# --------------------------------------------------------------------------- what the status says


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
        "epochs",
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
        and status["epoch"] == status["epochs"] == 2
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


# --------------------------------------------------------------------------- points: single steps by the hundred, speed, forks

PLANE = gan_core.preset("plane").replace(width=8, depth=1, batch_size=16, samples=16, steps=400)


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


def test_a_fork_that_changes_nothing_repeats_its_parent(hold):
    parent = runs.create(PLANE)
    assert hold(parent).over()["state"] == "finished"
    fork = runs.fork(parent, 190, PLANE)
    assert fork.origin == {"run": parent.id, "step": 200} and fork.status["step"] == 200
    assert fork.frames() == [s for s in parent.frames() if s <= 200] and fork.frame(100) == parent.frame(100)
    assert hold(fork).over()["state"] == "finished"
    same_state(parent.folder, fork.folder)
    same_metrics(parent, fork)
    assert fork.frame(400) == parent.frame(400)


def test_a_fork_goes_on_with_what_was_changed(hold):
    parent = runs.create(PLANE)
    hold(parent).over()
    fork = runs.fork(
        parent, 100, PLANE.replace(objective="hinge", penalty="r1", optimiser_d="sgd", lr_d=0.05, steps=50)
    )
    done = hold(fork).over()
    assert done["state"] == "finished" and done["step"] == 150, "50 steps more, since they are fewer than there were"
    assert done["live"]["objective"] == "hinge" and done["live"]["lr_d"] == 0.05
    old, new = parent.metrics(), fork.metrics()
    np.testing.assert_array_equal(old["loss_d"][:100], new["loss_d"][:100])
    assert (new["penalty"][100:] > 0).all() and not np.array_equal(old["loss_d"][100:150], new["loss_d"][100:])
    assert len(parent.metrics()["step"]) == 400, "the parent stays as it is"


def test_what_cannot_be_forked_says_why(hold):
    parent = runs.create(PLANE.replace(steps=20))
    hold(parent).over()
    with pytest.raises(RunError, match="Width cannot change"):
        runs.fork(parent, 10, PLANE.replace(width=9))
    images = runs.create(TINY.replace(steps=2))
    hold(images).over()
    with pytest.raises(RunError, match="Nothing to fork from"):
        runs.fork(images, 2, images.config)
    assert len(runs.list_runs()) == 2


def test_a_fork_may_need_what_only_its_own_objective_has(hold):
    parent = runs.create(PLANE.replace(objective="hinge", steps=100))
    hold(parent).over()
    fork = runs.fork(parent, 100, PLANE.replace(label_smoothing=0.1, steps=20))
    assert hold(fork).over()["state"] == "finished"
    assert fork.status["live"]["objective"] == "non-saturating"


def test_a_fork_that_cannot_be_written_is_no_run(hold, monkeypatch):
    parent = runs.create(PLANE.replace(steps=100))
    hold(parent).over()
    seen, copy = [], shutil.copyfile

    def full(source, target):
        seen.append([run.id for run in runs.list_runs()])
        if len(seen) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(RunError, match="could not be written"):
        runs.fork(parent, 100, PLANE)
    assert seen[1:] and all(ids == [parent.id] for ids in seen), "no queue sees it before it is whole"
    assert [run.id for run in runs.list_runs()] == [parent.id]


def test_a_head_start_is_not_held_back_by_a_speed(hold, until):
    run = runs.create(PLANE.replace(pretrain_d=200))
    run.ask(speed=1)
    hold(run)
    until(
        lambda: run.status["step"] >= 1,
        "the first step, within less than the 200 seconds that a head start at that speed would take",
    )


def test_a_picture_that_cannot_be_made_does_not_end_the_run(hold, monkeypatch):
    def broken(trainer, view):
        raise ValueError("no density")

    monkeypatch.setattr(writer.scene, "points_frame", broken)
    run = runs.create(PLANE.replace(steps=50))
    assert hold(run).over()["state"] == "finished" and len(run.metrics()["step"]) == 50
