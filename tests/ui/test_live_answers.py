"""What one answer of what is live costs: each small file of a run is read once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import reads
from starlette.requests import Request

import gan_core
from gan_core import runs
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import Fleet
from gan_core.runs import Run, holder
from ui.server.live import live

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
    files = ("status.json", "control.json", "evaluations.jsonl")
    assert found["code"] == 200 and '"asked":"pause"' in found["body"] and '"jsd":[0.5]' in found["body"]
    assert opened == {str(run.folder / file): 1 for file in files}


def test_an_answer_to_one_that_waits_reads_each_small_file_of_each_run_once():
    first, second, third = busy(), runs.create(PLANE), runs.create(PLANE)
    runs.list_runs()
    with reads.counted() as opened:
        found = answered(third)
    assert '"queue_position":2' in found["body"] and f'"waits_for":["{second.name}"]' in found["body"]
    small = {str(one.folder / file): 1 for one in (first, second, third) for file in ("status.json", "control.json")}
    assert opened == small | {str(third.folder / "evaluations.jsonl"): 1}


def test_nothing_new_costs_a_status_and_a_control():
    run = busy()
    sequence = run.snapshot().sequence
    with reads.counted() as opened:
        assert answered(run, f"since={sequence}")["code"] == 204
    assert opened == {str(run.folder / file): 1 for file in ("status.json", "control.json")}
