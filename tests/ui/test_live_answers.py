"""What one answer of what is live costs: each small file of a run is read once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import reads
from starlette.requests import Request

import gan_core
from gan_core import runs
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import Fleet
from gan_core.runs import Run, holder
from gan_core.runs.files import append_line
from ui.server.live import live
from ui.shared.history import history
from ui.shared.settings import label

PLANE = gan_core.preset("plane")


@pytest.fixture(autouse=True)
def _fleet(monkeypatch) -> Iterator[None]:
    """The server's fleet starts no process here."""
    monkeypatch.setattr(Fleet, "_watch", lambda self: None)
    found = Fleet(capacity=1)
    monkeypatch.setattr(fleets, "shared", lambda: found)
    yield
    found.close()


def busy() -> Run:
    """A run that this process says it trains."""
    run = runs.create(PLANE, state="starting")
    runs.set_state(run, "training", **holder(), step=3)
    runs.list_runs()  # its config.json is known from now on
    return run


def answered(run: Run, query: str = "curves=1") -> dict:
    scope = {"type": "http", "path_params": {"id": run.id}, "query_string": query.encode(), "headers": []}
    answer = live(Request(scope))
    return {"code": answer.status_code, "body": bytes(answer.body).decode()}


def test_an_answer_of_what_is_live_reads_each_small_file_once():
    run = busy()
    run.ask(pause=True)
    (run.folder / "evaluations.jsonl").write_text('{"step": 0, "jsd": 0.5}\n')
    with reads.counted() as opened:
        found = answered(run)
    files = ("status.json", "control.json", "evaluations.jsonl", "events.jsonl")
    assert found["code"] == 200 and '"asked":"pause"' in found["body"] and '"jsd":[0.5]' in found["body"]
    assert opened == {str(run.folder / file): 1 for file in files}


def test_an_answer_to_one_that_waits_reads_each_small_file_of_each_run_once():
    first, second, third = busy(), runs.create(PLANE), runs.create(PLANE)
    runs.list_runs()
    with reads.counted() as opened:
        found = answered(third)
    assert '"queue_position":2' in found["body"] and f'"waits_for":["{second.name}"]' in found["body"]
    small = {str(one.folder / file): 1 for one in (first, second, third) for file in ("status.json", "control.json")}
    assert opened == small | {str(third.folder / file): 1 for file in ("evaluations.jsonl", "events.jsonl")}


def test_nothing_new_costs_a_status_and_a_control():
    run = busy()
    sequence = run.snapshot().sequence
    with reads.counted() as opened:
        assert answered(run, f"since={sequence}")["code"] == 204
    assert opened == {str(run.folder / file): 1 for file in ("status.json", "control.json")}


def test_of_the_history_only_what_is_new_is_sent():
    run = busy()

    def happens(**event) -> None:
        append_line(run.folder / "events.jsonl", event)

    def news(query: str) -> dict | None:
        return json.loads(answered(run, query)["body"]).get("events")

    happens(what="started", step=0)
    happens(what="changed", step=7, was={"lr_d": 2e-4, "k": 1}, lr_d=0.02, k=5)
    first = {"what": "started", "step": 0}
    rate = {"field": "Learning rate of D", "was": "2e-4", "now": "0.02"}
    change = {"what": "changed", "step": 7, "changes": [{"field": label("k"), "was": "1", "now": "5"}, rate]}
    assert news("") == {"from": 0, "rows": [first, change]}
    assert news("events=1") == {"from": 1, "rows": [change]} and news("events=2") is None
    sequence = run.snapshot().sequence
    happens(what="forked", step=9)
    later = answered(run, f"events=2&since={sequence}")
    assert later["code"] == 200, "an event is news, even where nothing else has changed"
    assert json.loads(later["body"])["events"] == {"from": 2, "rows": [{"what": "forked", "step": 9}]}
    assert news("events=3") is None
    for wrong in ("99", "-1", "x", "1" * 40):
        assert len(news(f"events={wrong}")["rows"]) == 3, "who knows too much is told all"


def test_what_cannot_have_happened_is_not_told():
    run = busy()
    for event in (
        {"what": "changed", "step": 3, "lr_d": "fast"},
        {"what": "changed", "step": 3, "seed": 4},
        {"what": ["paused"], "step": 3},
        {"what": "exploded", "step": 3},
        {"what": "paused"},
        {"what": "paused", "step": True},
        {"what": "paused", "step": -1},
        {"what": "changed", "step": 3, "was": [1], "lr_d": 0.5},
    ):
        append_line(run.folder / "events.jsonl", event)
    (only,) = history(run.snapshot())
    assert only["changes"] == [{"field": "Learning rate of D", "was": "", "now": "0.5"}]


def test_only_a_pause_that_lasted_is_told_and_once():
    """Steps one at a time, however many, leave no marks; nor does a pause that has not ended or ended the run."""
    run = busy()

    def happens(time: float, what: str, step: int, **more) -> None:
        append_line(run.folder / "events.jsonl", {"time": time, "what": what, "step": step, **more})

    happens(0.0, "started", 0)
    for n in range(20):
        happens(10 + 2 * n, "paused", 5 + n)
        happens(11 + 2 * n, "resumed", 6 + n)
    assert [one["what"] for one in history(run.snapshot())] == ["started"]
    happens(100, "paused", 40)
    happens(130, "changed", 40, lr_d=0.02)
    before = history(run.snapshot())
    happens(175.4, "resumed", 43)
    told = history(run.snapshot())
    assert told == [*before, {"what": "paused", "step": 40, "seconds": 75}], "it grows at its end"
    happens(200, "paused", 50)
    happens(300, "stopped", 50)
    happens(900, "continued", 50)
    append_line(run.folder / "events.jsonl", {"what": "resumed", "step": 60, "time": 950})
    append_line(run.folder / "events.jsonl", {"what": "paused", "step": 60, "time": "then"})
    append_line(run.folder / "events.jsonl", {"what": "resumed", "step": 60, "time": 990})
    assert [one["what"] for one in history(run.snapshot())[len(told) :]] == ["stopped", "continued"]
