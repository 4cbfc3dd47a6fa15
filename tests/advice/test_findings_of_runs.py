"""Findings of run folders: what is read of them, since when, and what was changed then."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from made_runs import DIGITS, KINDS, RING, bad_runs, curves, dead, looks

from gan_core.advice import diagnosis
from gan_core.advice.diagnosis import HISTORY, diagnose, of_run
from gan_core.advice.onset import LATELY, look_before, newest_looks
from gan_core.advice.view import WINDOW
from gan_core.config import TrainConfig
from gan_core.config.measures import COLUMNS
from gan_core.runs import Run, create, write_json
from gan_core.runs.tables import Table


def folder_of(tmp_path: Path, config: TrainConfig, metrics: dict, evaluations: dict, **status) -> Run:
    run = create(config, tmp_path / "run", state="queued")
    n = len(metrics["step"])
    Table(run.folder / "metrics.table").append({name: metrics.get(name, np.zeros(n)) for name in COLUMNS})
    with open(run.folder / "evaluations.jsonl", "w") as file:
        for row in zip(*evaluations.values(), strict=True):
            file.write(json.dumps(dict(zip(evaluations, row, strict=True))) + "\n")
    write_json(run.folder / "status.json", {"state": "finished", "step": n, **status})
    return run


def test_a_run_is_read_from_its_folder(tmp_path):
    config, metrics, evaluations = bad_runs()["collapse"]
    run = folder_of(tmp_path, config, metrics, evaluations)
    found = of_run(run.snapshot())
    (whole,) = diagnose(config, run.metrics(), run.evaluations(), run.status)
    assert [dataclasses.replace(f, since=whole.since, since_words=whole.since_words) for f in found] == [whole]
    assert whole.kind == "collapse"


def test_remedies_start_from_the_rates_of_now(tmp_path):
    config, metrics, evaluations = bad_runs()["d-wins"]
    run = folder_of(
        tmp_path, config, metrics, evaluations, live={"lr_d": 1e-2, "lr_g": 1e-4, "k": 1, "penalty_weight": 10.0}
    )
    assert of_run(run.snapshot())[0].remedy == {"lr_d": 1e-3, "lr_g": 1e-3}


@pytest.mark.parametrize("live", [None, 7, [], {"lr_d": "fast"}, {"k": -1}, {"lr_d": None}])
def test_a_foreign_status_does_no_harm(tmp_path, live):
    config, metrics, evaluations = bad_runs()["d-wins"]
    run = folder_of(tmp_path, config, metrics, evaluations | {"jsd": ["far"] * 3 + evaluations["jsd"][3:]}, live=live)
    assert [f.kind for f in of_run(run.snapshot())] == ["d-wins"]


def test_a_folder_without_numbers_has_no_findings(tmp_path):
    run = create(RING, tmp_path / "run")
    assert of_run(run.snapshot()) == [] and len(run.window(WINDOW, HISTORY)["step"]) == 0
    (run.folder / "metrics.table").write_bytes(b"nothing of ours")
    assert of_run(run.snapshot()) == [] and len(run.window(WINDOW, HISTORY)["step"]) == 0


def test_a_long_run_costs_no_more_than_a_short_one(tmp_path, monkeypatch):
    run = create(RING, tmp_path / "run")
    n = 300_000
    rows = dict.fromkeys(COLUMNS, np.zeros(n)) | {"step": np.arange(1, n + 1), "value": np.full(n, -math.log(4))}
    Table(run.folder / "metrics.table").append(rows)
    monkeypatch.setattr(Table, "read", lambda *a: pytest.fail("the whole table was read"))
    seen = run.window(WINDOW, HISTORY)
    steps = seen["step"]
    assert (
        len(steps) <= WINDOW + HISTORY and steps[0] == 1 and (steps[-WINDOW:] == np.arange(n - WINDOW + 1, n + 1)).all()
    )
    assert (np.diff(steps[:-WINDOW]) <= -(-n // HISTORY)).all()
    assert len(run.window(WINDOW, HISTORY)["value"]) == len(steps) and of_run(run.snapshot()) == []


# --------------------------------------------------------------------------- at a limit


NEAR_A_LIMIT = {
    "collapse": (RING, {"diversity": (0.38, 0.42, 0.6)}),
    "memorising": (DIGITS, {"nearest": (0.48, 0.52, 0.8), "diversity": (0.9, 0.9, 0.9)}),
}
"""Values of an evaluation at which a kind is found, at which it is found only where it was before, and at which not."""


@pytest.mark.parametrize("kind", NEAR_A_LIMIT)
def test_what_is_found_does_not_come_and_go_at_its_limit(tmp_path, kind):
    """The evaluations go up and down around the limit; what was found stays until they are clearly beyond it."""
    config, columns = NEAR_A_LIMIT[kind]
    under, over, beyond = ({name: values[i] for name, values in columns.items()} for i in range(3))

    def found(name: str, *parts: tuple[int, dict]) -> bool:
        """Whether a run has it, of which each part goes on to a step with the same evaluations."""
        rows = [
            {"step": step, **next(v for end, v in parts if step <= end)} for step in range(50, parts[-1][0] + 1, 50)
        ]
        columns = {key: [row[key] for row in rows] for key in rows[0]}
        run = folder_of(tmp_path / name, config, curves(parts[-1][0]), columns)
        return kind in [one.kind for one in of_run(run.snapshot())]

    assert found("below", (2000, under)) and not found("never", (2000, over))
    assert found("at the limit", (2000, under), (2400, over)), "it has not become clearly better"
    assert not found("over", (2000, under), (4000, over)), "it was above the limit for long"
    assert not found("beyond", (2000, under), (2400, beyond))


@pytest.mark.parametrize("kind", NEAR_A_LIMIT)
def test_while_it_trains_a_finding_at_its_limit_is_told_once(tmp_path, kind):
    """Asked alone the moments differ; a run that was told once stays told, and a reload says the same."""
    config, columns = NEAR_A_LIMIT[kind]
    n, past, alone, told = 3000, diagnosis.Past(), [], []
    far = {"diversity": 0.9, "nearest": 1.0}

    def by_turns(name: str):
        under, over, _ = columns[name]
        return lambda share: far[name] if share < 1 / 3 else (under, under, over)[int(share * 21) % 3]

    metrics, seen = curves(n), looks(n, 25, **{name: by_turns(name) for name in columns})
    for until in range(1200, n + 1, 75):
        rows = {name: column[:until] for name, column in metrics.items()}
        shown = {name: column[: until // 25] for name, column in seen.items()}
        now = folder_of(tmp_path / str(until), config, rows, shown).snapshot()
        alone.append(kind in [f.kind for f in diagnose(config, now.run.metrics(), now.evaluations)])
        told.append(kind in [f.kind for f in of_run(now, past)])
        if until % 450 == 0:
            assert told[-1] == (kind in [f.kind for f in of_run(now)])
    changes = [sum(a != b for a, b in itertools.pairwise(one)) for one in (alone, told)]
    shown = ["".join(".X"[one] for one in line) for line in (alone, told)]
    assert changes[0] >= 3 and changes[1] <= 1 and told[-1], shown


def test_looks_are_at_the_same_steps_whenever_they_are_asked_for():
    for step in range(3, 5000, 7):
        looked = newest_looks(step)
        assert len(looked) <= LATELY and looked == sorted(looked, reverse=True) and all(0 < at < step for at in looked)
        # of a long run some are left out, none is added
        assert all(look_before(at + 1) == at for at in looked)


# --------------------------------------------------------------------------- since when


RATES = ({"lr_d": 3e-3}, {"lr_d": 0.1})


def killed(tmp_path: Path, until: int, events: bool = True, since: int = 700, n: int = 3000, changed: int = 680) -> Run:
    """A run whose D died, as it was when step `until` was its last."""
    metrics, seen = dead(n, since), looks(n, 50, diversity=0.9, jsd=0.5)
    rows = {name: column[:until] for name, column in metrics.items()}
    known = sum(step <= until for step in seen["step"])
    shown = {name: column[:known] for name, column in seen.items()}
    run = folder_of(tmp_path / str(until), RING.replace(**RATES[0]), rows, shown, live=RATES[1])
    if events:
        event = {"time": 1.0, "what": "changed", "step": changed, **RATES[1], "was": RATES[0]}
        (run.folder / "events.jsonl").write_text(json.dumps(event) + "\n")
    return run


def test_since_when_is_one_answer_for_everybody(tmp_path):
    """Whoever asks, and whenever: at once while it trains, or for the first time when it has long been over."""
    once, told = diagnosis.Past(), {}
    for until in range(1000, 3001, 250):
        run = killed(tmp_path, until)
        told[until] = [(f.kind, f.since, f.since_words) for f in of_run(run.snapshot())]
        assert told[until] == [(f.kind, f.since, f.since_words) for f in of_run(run.snapshot(), once)]
    words = "Since step 680, when the learning rate of D was set to 0.1 (0.003 before)."
    assert set(map(str, told.values())) == {str([("d-dead", 680, words)])}, told


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "divergence"])
def test_every_kind_says_since_when(tmp_path, kind):
    config, metrics, seen = bad_runs()[kind]
    (finding,) = of_run(folder_of(tmp_path, config, metrics, seen).snapshot())
    assert 1 <= finding.since <= 560 and finding.since_words.startswith("Since ") and finding.since_words.endswith(".")


def test_a_number_that_was_not_finite_is_since_its_step(tmp_path):
    message = "At step 1,012 the loss of D stopped being finite. Lower the rates."
    run = folder_of(tmp_path, RING, curves(1011), {}, state="failed", message=message)
    assert [(f.kind, f.since) for f in of_run(run.snapshot())] == [("divergence", 1012)]


def test_a_change_explains_only_what_it_came_just_before(tmp_path):
    def words(changed: int) -> str:
        return of_run(killed(tmp_path / str(changed), 3000, changed=changed).snapshot())[0].since_words

    assert words(690).startswith("Since step 690, when the learning rate of D")
    after = r"Since about step 70\d, after the learning rate of D was set to 0\.1 \(0\.003 before\) at step 500\."
    assert re.fullmatch(after, words(500))
    for unrelated in (20, 900, 2500):
        assert re.fullmatch(r"Since about step 70\d\.", words(unrelated))


def test_of_many_changes_at_once_the_first_value_and_the_last_count(tmp_path):
    run = killed(tmp_path, 2000, events=False)
    steps = [({"lr_d": 0.01}, RATES[0]), ({"lr_d": 0.05}, {"lr_d": 0.01}), (RATES[1], {"lr_d": 0.05})]
    events = [{"what": "changed", "step": 680 + i, **new, "was": old} for i, (new, old) in enumerate(steps)]
    (run.folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    (finding,) = of_run(run.snapshot())
    assert "set to 0.1 (0.003 before)" in finding.since_words and finding.remedy == RATES[0]


def test_a_dead_d_goes_back_to_the_state_before_the_change(tmp_path):
    run = killed(tmp_path, 2000)
    (finding,) = of_run(run.snapshot())
    assert finding.back is None and finding.remedy == RATES[0] and finding.remedy_words.startswith("Start again with")
    for step, counters in ((100, True), (500, True), (600, False), (700, True)):
        head = json.dumps({"__metadata__": {"counters": "{}"} if counters else {}}).encode()
        run.checkpoint_file(step).write_bytes(len(head).to_bytes(8, "little") + head + b" ")
    (finding,) = of_run(run.snapshot())
    assert finding.back == 500 and "Go back to step 500, before the change" in finding.remedy_words
    # somebody has lowered the rate since: that brings nothing back, the state does
    write_json(run.folder / "status.json", {"state": "finished", "step": 2000, "live": RATES[0]})
    (finding,) = of_run(run.snapshot())
    assert finding.back == 500 and finding.remedy == {} and finding.lost
