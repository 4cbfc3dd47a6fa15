"""Real processes: the fleet, its queue, kills, restarts, and the process that answers questions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

import gan_core
from gan_core import runs
from gan_core.config import ConfigError
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import AskError, Fleet
from gan_core.runs import Run, RunError
from gan_core.runs.files import write_bytes

REPOSITORY = Path(__file__).resolve().parents[2]
TINY = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, epochs=100_000)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workers") / "runs"


@pytest.fixture(autouse=True)
def _one_folder(place, monkeypatch):
    """One run folder for the whole file: the fleet watches it from its own thread."""
    monkeypatch.setenv("GAN_RUNS_DIR", str(place))


@pytest.fixture(scope="module")
def _fleet(place):
    """One fleet, with room for one run, since each process costs seconds to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_RUNS_DIR", str(place))
        patch.setattr(fleets, "CALM", 0.5)
        made = Fleet(capacity=1)
        yield made
        made.close()


@pytest.fixture
def fleet(_fleet, until):
    """That fleet, with all its workers gone at the end of the test."""
    yield _fleet
    for run in runs.list_runs():
        if isinstance(run, Run) and run.is_active:
            _fleet.stop(run)
    until(lambda: not any(isinstance(r, Run) and r.is_active for r in runs.list_runs()), "every run to have stopped")


def reach(until, run: Run, state: str = "training", step: int = 0) -> dict:
    def there() -> bool:
        status = run.status
        assert status["state"] not in ("failed", "crashed") or state in ("failed", "crashed"), status
        return status["state"] == state and status["step"] >= step

    until(there, f"{state} at step {step}; it is {run.status}")
    return run.status


# --------------------------------------------------------------------------- one run


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


# --------------------------------------------------------------------------- kills


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


# --------------------------------------------------------------------------- the queue


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


# --------------------------------------------------------------------------- questions


@pytest.fixture
def trained(fleet, until):
    """A short finished run, made once."""
    found = [
        r for r in runs.list_runs() if isinstance(r, Run) and r.name == "mlp-tiny on digits" and r.config.seed == 77
    ]
    run = found[0] if found else fleet.start(TINY.replace(steps=120, seed=77))
    reach(until, run, "finished")
    return run


def size_of(png: bytes) -> tuple[int, int]:
    import io

    from PIL import Image

    return Image.open(io.BytesIO(png)).size


def test_a_preview_shows_what_there_is_before_the_first_step(fleet):
    config = gan_core.preset("starter")
    found = fleet.ask({"do": "preview", "config": config.to_dict()})
    assert size_of(found["real"]) == size_of(found["fake"]) == (8 * 28, 8 * 28)
    assert found["layout"] == {"count": 64, "columns": 8, "rows": 8, "height": 28, "width": 28, "channels": 1}
    assert len(found["d_real"]) == len(found["d_fake"]) == 64
    assert found["data_size"] == 17_970 and found["total_steps"] == -(-config.epochs * 17_970 // 64)
    assert (
        found["networks"]["generator"]["parameters"] == config.latent_dim * 32 * 49 + 64 + 32 * 16 * 16 + 32 + 16 * 16
    )
    points = fleet.ask({"do": "preview", "config": gan_core.preset("gaussian-1d").to_dict()})
    assert points["layout"] is None and json.loads(points["real"])["dim"] == 1
    assert {"z", "x", "grid", "d", "data_density", "g_density", "real"} <= json.loads(points["fake"]).keys()
    timing = fleet.ask({"do": "timing", "config": TINY.to_dict()})
    assert 0 < timing["seconds_per_step"] < 10 and timing["total_steps"] == 100_000 * 17_970 // 16


def test_the_networks_are_described_layer_by_layer(fleet):
    found = fleet.ask({"do": "networks", "config": gan_core.preset("mlp-tiny").to_dict()})
    g = found["generator"]
    assert g["parameters"] == sum(layer["parameters"] for layer in g["layers"]) == 105_360
    assert [(layer["kind"], layer["shape"]) for layer in g["layers"]] == [
        ("Linear", [128]),
        ("LeakyReLU", [128]),
        ("Linear", [784]),
        ("Tanh", [784]),
        ("Unflatten", [1, 28, 28]),
    ]
    assert found["discriminator"]["layers"][-1]["shape"] == []


def test_a_walk_goes_from_the_point_of_one_seed_to_that_of_the_other(fleet, trained):
    import io

    from PIL import Image

    ends = {seed: fleet.ask({"do": "point", "run": trained.id, "seed": seed}) for seed in (3, 4)}
    for kind in ("linear", "spherical"):
        found = fleet.ask({"do": "walk", "run": trained.id, "step": None, "a": 3, "b": 4, "kind": kind, "count": 7})
        layout = found["layout"]
        assert found["step"] == 120 and layout["count"] == 7 and len(found["scores"]) == 7
        assert size_of(found["sheet"]) == (layout["columns"] * 28, layout["rows"] * 28)
        sheet = np.asarray(Image.open(io.BytesIO(found["sheet"]))).astype(int)
        for tile, seed in ((0, 3), (6, 4)):
            row, column = divmod(tile, layout["columns"])
            image = np.asarray(Image.open(io.BytesIO(ends[seed]["image"]))).astype(int)
            assert np.abs(sheet[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28] - image).max() <= 1
            assert found["scores"][tile] == pytest.approx(ends[seed]["score"], abs=1e-3)
        middle = found["scores"][3]
        assert middle not in (found["scores"][0], found["scores"][6])


def test_a_point_is_moved_by_its_coordinates(fleet, trained):
    plain = fleet.ask({"do": "point", "run": trained.id, "seed": 5})
    assert len(plain["z"]) == 16 and plain["range"] == [-3, 3]
    moved = fleet.ask({"do": "point", "run": trained.id, "seed": 5, "set": {"0": 1.25, "3": -0.5}})
    assert moved["z"][0] == 1.25 and moved["z"][3] == -0.5 and moved["z"][1] == plain["z"][1]
    assert moved["image"] != plain["image"]
    again = fleet.ask({"do": "point", "run": trained.id, "z": [0.0] * 32, "step": 0})
    assert again["step"] == 0 and again["z"] == [0.0] * 16


@pytest.mark.parametrize(
    "question",
    [
        {"do": "walk", "run": "no-such-run", "a": 1, "b": 2},
        {"do": "bogus"},
        {},
        {"do": "preview", "config": {"width": -1}},
        {"do": "preview", "config": {"bogus": 1}},
        {"do": "preview", "config": {"data": "folder:/no/such/place", "architecture": "mlp"}},
        {"do": "walk", "a": 1, "b": 2},
        {"do": "walk", "run": "x", "a": {1}, "b": 2},
        {"do": "walk", "run": "x", "a": np.int64(1), "b": 2},
    ],
    ids=str,
)
def test_a_bad_question_gets_a_sentence_and_the_next_one_an_answer(fleet, question):
    with pytest.raises(AskError) as caught:
        fleet.ask(question, timeout=30)
    assert str(caught.value) and "No answer" not in str(caught.value)
    assert fleet.ask({"do": "networks", "config": TINY.to_dict()}, timeout=30)["generator"]["parameters"] == 105_360


def test_questions_on_a_real_run_are_checked(fleet, trained):
    for question, word in (
        ({"do": "point", "run": trained.id, "z": [0.0] * 31}, "32"),
        ({"do": "point", "run": trained.id, "seed": 1, "set": {"32": 1.0}}, "32"),
        ({"do": "point", "run": trained.id, "seed": 1, "set": {"-1": 1.0}}, "-1"),
        ({"do": "walk", "run": trained.id, "a": 1, "b": 2, "kind": "sideways"}, "sideways"),
    ):
        with pytest.raises(AskError) as caught:
            fleet.ask(question)
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "trick", ["..", ".", "", "../outside", "/etc", "a/b", "a\\b", ".hidden", " run", "run\0", 7, None, ["run"]]
)
def test_a_run_id_is_no_path(fleet, place, trick):
    outside = place.parent / "outside"
    if not outside.exists():
        runs.create(TINY, outside)
    with pytest.raises(AskError):
        fleet.ask({"do": "walk", "run": trick, "a": 1, "b": 2})
    assert fleet._renderer.alive


def test_rewritten_networks_are_not_answered_from_memory(fleet, trained):
    """The same step of the same folder may be other networks after a crash and other learning rates."""
    before = fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})
    file = trained.folder / "checkpoints/00000120.safetensors"
    kept = file.read_bytes()
    try:
        write_bytes(file, (trained.folder / "checkpoints/00000000.safetensors").read_bytes())
        assert fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})["image"] != before["image"]
    finally:
        write_bytes(file, kept)
    assert fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})["image"] == before["image"]


def test_a_killed_renderer_is_replaced(fleet, trained):
    assert fleet.ask({"do": "point", "run": trained.id, "seed": 1})
    renderer = fleet._renderer
    failures = []

    def slow() -> None:
        try:
            fleet.ask(
                {
                    "do": "preview",
                    "config": gan_core.preset("starter").replace(resolution=64, seed=8, width=16).to_dict(),
                },
                timeout=60,
            )
        except AskError as error:
            failures.append(str(error))

    waiting = threading.Thread(target=slow)
    waiting.start()
    os.kill(renderer.child.process.pid, signal.SIGKILL)
    waiting.join(60)
    assert not waiting.is_alive() and len(failures) <= 1 and all("try again" in f for f in failures), (
        "a question in flight must not wait for its timeout"
    )
    renderer.child.process.wait(10)
    found = None
    for _ in range(3):  # a question asked in the very moment of its end may be told to try again
        try:
            found = fleet.ask({"do": "point", "run": trained.id, "seed": 1})
            break
        except AskError as error:
            assert "try again" in str(error)
    assert found and found["step"] == 120 and fleet._renderer is not renderer


# --------------------------------------------------------------------------- closing (last: it ends the fleet of this file)


def test_closing_saves_every_run_and_leaves_no_process(_fleet, until):
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
