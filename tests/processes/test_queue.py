"""Which runs train and which wait: the rules of the queue, and what a look at it costs. No process is started."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import reads

import gan_core
from gan_core import runs
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import Fleet
from gan_core.processes.queue import Queue
from gan_core.runs import Run, RunError, Snapshot, catalogue, holder, status
from gan_core.runs.control import control_from

PLANE = gan_core.preset("plane")


def seen(name: str, state: str, queued_at: float = 0.0, beside: str | None = None) -> Snapshot:
    """A run as `Queue` sees it."""
    status = {"state": state, "queued_at": queued_at}
    return Snapshot(SimpleNamespace(id=name), "", status, control_from({"beside": beside}))


def names(some: list[Snapshot]) -> list[str]:
    return [one.run.id for one in some]


def test_runs_wait_in_the_order_in_which_they_came():
    queue = Queue([seen("c", "queued", 2.0), seen("b", "queued", 1.0), seen("a", "queued", 2.0)], 2)
    assert names(queue.waiting) == ["b", "a", "c"] and queue.room == 2
    assert names(queue.begin()) == ["b", "a"] and queue.room == 0 and names(queue.waiting) == ["c"]
    assert queue.place("c") == 1 and queue.begin() == []


def test_what_takes_a_place_and_what_does_not():
    states = ("starting", "training", "paused", "finished", "stopped", "failed", "interrupted", "crashed")
    queue = Queue([seen(state, state) for state in states], 5)
    assert queue.room == 3 and set(queue.training) == {"starting", "training"}
    assert names(queue.held) == ["starting", "training", "paused"]


def test_one_that_waits_is_told_for_what():
    some = [seen("t", "training"), seen("p", "paused"), seen("x", "queued", 1.0), seen("y", "queued", 2.0)]
    queue = Queue(some, 1)
    assert names(queue.before("x")) == ["t"] and names(queue.before("y")) == ["x"]
    assert (queue.place("x"), queue.place("y")) == (1, 2)


def test_how_long_one_waits_at_the_most_follows_from_the_time_left_of_those_that_train():
    """The n-th of the line begins with the n-th end, both of a race are one; what nobody can know is not said."""
    left = {"a": 50.0, "b": 20.0, "c": 90.0}
    busy = [seen("a", "training", beside="c"), seen("c", "training", beside="a"), seen("b", "training")]
    line = [seen(name, "queued", place) for place, name in enumerate("xyz")]
    for one in busy:
        one.status["eta"] = left[one.run.id]
    queue = Queue([*busy, *line, seen("p", "paused")], 2)
    assert [queue.wait(name) for name in "xyz"] == [20.0, 90.0, None], "the third waits for one of the line"
    assert Queue([*busy, *line], 3).wait("x") == 0.0
    for unknown in (None, -1.0, math.nan, math.inf, "soon"):
        busy[2].status["eta"] = unknown
        assert [queue.wait(name) for name in "xyz"] == [90.0, None, None], "one is known to end"


def test_the_two_of_a_race_share_a_place_and_no_other_run_does():
    race = [seen("a", "training", beside="b"), seen("b", "queued", 2.0, beside="a")]
    queue = Queue([*race, seen("c", "queued", 1.0)], 1)
    assert queue.room == 0 and names(queue.begin()) == ["b"] and queue.room == 0 and names(queue.waiting) == ["c"]
    alone = Queue([seen("a", "paused", beside="b"), race[1], seen("c", "training")], 1)
    assert alone.begin() == [], "the place of one that is paused is another's by now"
    both = Queue([seen("a", "training", beside="b"), seen("b", "training", beside="a")], 2)
    assert both.room == 1


# --------------------------------------------------------------------------- what a look costs


@pytest.fixture
def fleet(monkeypatch) -> Iterator[Fleet]:
    """A fleet of one place that looks only when told to, and whose processes are never started."""
    monkeypatch.setattr(Fleet, "_watch", lambda self: None)
    monkeypatch.setattr(Fleet, "_begin", lambda self, run: pytest.fail(f"{run.id} was begun"))
    found = Fleet(capacity=1)
    monkeypatch.setattr(fleets, "shared", lambda: found)
    yield found
    found.close()


def busy() -> Run:
    """A run that this process says it trains."""
    run = runs.create(PLANE, state="starting")
    runs.set_state(run, "training", **holder(), step=3)
    return run


def test_a_round_of_the_fleet_reads_each_small_file_once(fleet):
    some = [busy(), *(runs.create(PLANE) for _ in range(3))]
    fleet._begin_waiting()
    assert [one.status["queue_position"] for one in some[1:]] == [1, 2, 3]
    with reads.counted() as opened:
        fleet._begin_waiting()
    assert opened == {str(one.folder / file): 1 for one in some for file in ("status.json", "control.json")}


def test_a_round_reads_anew_only_what_has_changed_since_it_came_to_rest(fleet, monkeypatch):
    """Of thousands of runs that are over none is read again; what another process does to one is seen at once."""
    monkeypatch.setattr(catalogue, "AT_REST", -1)
    ended = [runs.create(PLANE) for _ in range(4)]
    for one in ended:
        runs.set_state(one, "stopped")
    active = busy()
    fleet._begin_waiting()
    with reads.counted() as opened:
        fleet._begin_waiting()
    assert {Path(name).parent.name for name in opened} == {active.id}
    monkeypatch.setattr(fleet, "capacity", 0)  # nothing begins
    runs.set_state(ended[0], "queued", queued_at=1.0)
    (ended[1].folder / "status.json").write_text(json.dumps({"state": "queued", "queued_at": 2.0}))  # in its place
    ended[2].ask(beside=active.id)
    shutil.rmtree(ended[3].folder)
    new = runs.create(PLANE)
    assert names(fleet.queue().waiting) == [ended[0].id, ended[1].id, new.id]
    found = {one.run.id: one for one in runs.snapshots()}
    assert found[ended[2].id].beside == active.id and ended[3].id not in found


def test_a_run_whose_process_dies_is_seen_though_no_file_changes(fleet, monkeypatch):
    monkeypatch.setattr(catalogue, "AT_REST", -1)
    one = busy()
    assert [s.state for s in runs.snapshots()] == ["training"]
    monkeypatch.setattr(status, "_exists", lambda pid: False)
    assert [s.state for s in runs.snapshots()] == ["crashed"]
    monkeypatch.undo()
    monkeypatch.setenv("GAN_RUNS_DIR", str(one.folder.parent))
    assert [s.state for s in runs.snapshots()] == ["training"]


def test_what_has_just_changed_is_read_again(fleet):
    """Two changes between two ticks of the clock can leave the same time and size."""
    one = runs.create(PLANE)
    runs.snapshots()
    with reads.counted() as opened:
        runs.snapshots()
    assert opened[str(one.folder / "status.json")] == 1


def test_looks_are_rarer_beside_many_folders_and_never_too_rare(fleet, monkeypatch):
    times = iter([0.0, 0.012, 0.0, 60.0, 0.0, 0.0001])
    monkeypatch.setattr(fleets.time, "thread_time", lambda: next(times))
    monkeypatch.setattr(fleets.time, "monotonic", lambda: 100.0)
    for seconds in (2.4, fleets.LONGEST_ROUND, fleets.ROUND):
        fleet._begin_waiting()
        assert fleet._round_after == pytest.approx(100.0 + seconds)


# --------------------------------------------------------------------------- a queue has an end


def test_a_full_queue_refuses_whatever_would_have_to_wait_and_makes_nothing(fleet, monkeypatch):
    monkeypatch.setenv("GAN_MAX_QUEUE", "2")
    held, ended = busy(), runs.create(PLANE)
    runs.set_state(ended, "stopped", step=3, saved_step=3)
    waiting = [fleet.start(PLANE), fleet.start(PLANE)]
    before = {one.id: one.status for one in runs.list_runs()}
    asks = [
        lambda: fleet.start(PLANE),
        lambda: fleet.resume(ended),
        lambda: fleet.resume(ended, PLANE.replace(steps=9_999)),
        lambda: fleet.turn(ended, "d"),
        lambda: fleet.fork(ended, 3, PLANE),
    ]
    for ask in asks:
        with pytest.raises(RunError, match=r"queue is full: at most 2 runs may wait .* press Stop"):
            ask()
    assert {one.id: one.status for one in runs.list_runs()} == before
    assert Run.open(ended.folder).config == PLANE and not ended.control()["turns"]["d"]
    # of a run that has a place, or waits already, nothing is refused; nor the other side of a race
    fleet.resume(held), fleet.turn(held, "d"), fleet.turn(waiting[0], "g"), fleet.resume(waiting[1])
    fleet.stop(waiting[0])
    assert fleet.start(PLANE).status["state"] == "queued", "there is room in it again"
    monkeypatch.setattr(fleet, "_pump", lambda: None)
    fleet.start(PLANE, beside=held)


@pytest.mark.parametrize("asked, most", [("0", 0), ("7", 7), ("-3", 0), ("many", 100), ("", 100), (None, 100)])
def test_how_many_may_wait_can_be_set(asked, most, monkeypatch):
    monkeypatch.delenv("GAN_MAX_QUEUE", raising=False)
    if asked is not None:
        monkeypatch.setenv("GAN_MAX_QUEUE", asked)
    assert fleets.most_waiting() == most


def test_where_none_may_wait_a_free_place_is_still_given(fleet, monkeypatch):
    monkeypatch.setenv("GAN_MAX_QUEUE", "0")
    monkeypatch.setattr(fleet, "_pump", lambda: None)
    assert fleet.start(PLANE).status["state"] == "queued"
    with pytest.raises(RunError, match="queue is full"):
        fleet.start(PLANE)
