"""Which runs train and which wait: the rules of the queue, and what a look at it costs. No process is started."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import reads

import gan_core
from gan_core import runs
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import Fleet
from gan_core.processes.queue import Queue
from gan_core.runs import Run, Snapshot, holder
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
    assert names(queue.before("x")) == ["t", "p"] and names(queue.before("y")) == ["x"]
    assert (queue.place("x"), queue.place("y")) == (1, 2)


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
