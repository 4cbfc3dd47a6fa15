"""A run that was interrupted, lengthened or forked goes on exactly."""

from __future__ import annotations

import errno
import shutil
import threading

import numpy as np
import pytest
from holding import PLANE, TINY, same_metrics, same_state

from gan_core import runs
from gan_core.method.trainer import Trainer
from gan_core.runs import RunError


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


def test_the_newest_picture_is_there_right_after_a_crash(hold, until):
    """A crash between two saved states: the steps after the last one are forgotten, their pictures too, and told of."""
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


def test_a_fork_that_changes_nothing_repeats_its_parent(hold):
    parent = runs.create(PLANE)
    assert hold(parent).over()["state"] == "finished"
    fork = runs.fork(parent, 203, PLANE)
    assert fork.origin == {"run": parent.id, "step": 200} and fork.status["step"] == 200
    assert fork.frames() == [s for s in parent.frames() if s <= 200] and fork.frame(100) == parent.frame(100)
    assert hold(fork).over()["state"] == "finished"
    same_state(parent.folder, fork.folder)
    same_metrics(parent, fork)
    assert fork.frame(400) == parent.frame(400)


def test_a_fork_goes_on_with_what_was_changed(hold):
    parent = runs.create(PLANE)
    parent.ask(k=2)
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
    told = [(e["what"], e["step"]) for e in fork.events()]
    past, own = [("started", 0), ("changed", 0)], [("continued", 100), ("changed", 100), ("finished", 150)]
    assert told == [*past, ("forked", 100), *own]
    changes = [e for e in fork.events() if e["what"] == "changed"]
    assert changes[0]["was"] == {"k": 1} and changes[1]["k"] == 1
    assert changes[1]["was"] == {"objective": "non-saturating", "penalty": PLANE.penalty, "k": 2, "lr_d": PLANE.lr_d}


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

    def full(source, target, **how):
        seen.append([run.id for run in runs.list_runs()])
        if len(seen) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy(source, target, **how)

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(RunError, match="could not be written"):
        runs.fork(parent, 100, PLANE)
    assert seen[1:] and all(ids == [parent.id] for ids in seen), "no queue sees it before it is whole"
    assert [run.id for run in runs.list_runs()] == [parent.id]
