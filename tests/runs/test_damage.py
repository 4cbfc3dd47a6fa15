"""What becomes of a run folder whose files are foreign, torn, missing or traps."""

from __future__ import annotations

import ast
import io
import json
import os
import pickle
import shutil
import threading
from pathlib import Path

import pytest
import torch
from holding import SHORT, go_on

import gan_core
from gan_core import runs
from gan_core.runs import BrokenRun, Run, RunError, training
from gan_core.runs.files import memory_of_machine
from gan_core.runs.tables import Table

PACKAGE = Path(gan_core.__file__).parent


FOREIGN = [
    b"",
    b"garbage",
    b"\xff\xfe\x00",
    b"[]",
    b"null",
    b"{}",
    b"[" * 100_000,
    b'{"config": 3}',
    b'{"format": 1, "config": []}',
]


@pytest.mark.parametrize("content", [*FOREIGN, None], ids=range(len(FOREIGN) + 1))
def test_a_foreign_config_is_a_sentence_and_no_other_run_suffers(content, folder, runs_root):
    neighbour = runs.create(SHORT)
    if content is None:
        (folder / "config.json").unlink()
    else:
        (folder / "config.json").write_bytes(content)
    with pytest.raises(RunError) as caught:
        Run.open(folder)
    assert "one" in str(caught.value)
    found = {r.id: r for r in runs.list_runs()}
    assert isinstance(found["one"], BrokenRun) and found["one"].reason == str(caught.value)
    assert isinstance(found[neighbour.id], Run)


@pytest.mark.parametrize(
    "change, word",
    [
        ({"format": 99}, "newer version"),
        ({"format": "2"}, ""),
        ({"format": None}, ""),
        ({"created": "yesterday"}, ""),
        ({"config": {"data": "bogus"}}, "bogus"),
        ({"config": {"optimiser": "sgd"}}, "optimiser"),
        ({"config": {"width": -1}}, "width"),
    ],
)
def test_a_config_of_another_version_is_a_sentence(change, word, folder):
    head = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**head, **change}))
    with pytest.raises(RunError) as caught:
        Run.open(folder)
    assert word in str(caught.value)
    assert [type(r) for r in runs.list_runs()] == [BrokenRun]


STATUSES = [
    b"",
    b"{",
    b"[1]",
    b"\xff",
    b"{}",
    b'{"state": 5}',
    b'{"state": ["a"]}',
    b'{"state": "dancing"}',
    b'{"state": "training"}',
    b'{"state": "training", "step": "x", "pid": "y"}',
    b'{"state": "training", "step": 3, "pid": 99999999999999, "host": "here", "heartbeat": "x"}',
    b'{"state": "training", "step": 3, "saved_step": "x"}',
    b'{"state": "paused", "step": null, "saved_step": []}',
    b'{"state": "queued", "queued_at": {}}',
    b'{"state": "training", "step": 1e999, "eta": NaN, "message": 7}',
    b'{"state": "finished", "step": true, "live": 3, "frame": "x"}',
]


@pytest.mark.parametrize("content", [*STATUSES, None], ids=lambda c: (c or b"missing")[:40].decode(errors="replace"))
@pytest.mark.slow
def test_a_foreign_status_is_survived(content, folder):
    if content is None:
        (folder / "status.json").unlink()
    else:
        (folder / "status.json").write_bytes(content)
    run = Run.open(folder)
    status = run.status
    assert status["state"] in (*runs.ACTIVE, "queued", "finished", "stopped", "failed", "interrupted", "crashed")
    assert isinstance(status["message"], str)
    f"{status['step']:,}"
    assert isinstance(run.sequence(), str) and isinstance(run.is_active, bool)
    assert len(run.metrics()["step"]) == 30
    assert go_on(folder)["step"] == 40, "it goes on from its state whatever the status said"


def test_a_run_whose_process_is_gone_says_what_can_be_done(folder):
    host = json.loads((folder / "status.json").read_text())["host"]
    for saved, words in ((20, "from step 20"), (None, "again from step 0")):
        for status in (
            {"pid": 2**22 + 5, "host": host, "heartbeat": 9e12},
            {"pid": 1, "host": "elsewhere", "heartbeat": 0},
            {},
        ):
            (folder / "status.json").write_text(
                json.dumps({"state": "training", "step": 1234, "saved_step": saved, **status})
            )
            found = Run.open(folder).status
            assert found["state"] == "crashed" and "1,234" in found["message"] and words in found["message"], found


def test_a_process_on_another_machine_is_believed_while_its_heart_beats(folder):
    import time

    (folder / "status.json").write_text(
        json.dumps({"state": "training", "step": 5, "pid": 2**22 + 5, "host": "elsewhere", "heartbeat": time.time()})
    )
    assert Run.open(folder).status["state"] == "training"


@pytest.mark.parametrize("damage", ["torn", "header", "empty", "garbage", "missing", "other columns"])
@pytest.mark.slow
def test_damaged_metrics_do_not_stop_a_run(damage, folder):
    path = folder / "metrics.table"
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "other columns":
        path.unlink()
        Table(path, {"loss": "<f4"}).append({"loss": [1.0]})
    else:
        path.write_bytes(
            {"torn": content[:-7], "header": content[:100], "empty": b"", "garbage": os.urandom(5000)}[damage]
        )
    run = Run.open(folder)
    found = run.metrics()
    assert {"step", "loss_d", "value"} <= found.keys() and len({len(c) for c in found.values()}) == 1
    assert len(found["step"]) == (29 if damage == "torn" else 0)
    assert go_on(folder)["state"] == "finished"
    steps = Run.open(folder).metrics()["step"].tolist()
    assert steps[-10:] == list(range(31, 41))


@pytest.mark.parametrize("steps", [[3, 2, 1], [-5, 1, 2], [1, 2, -(2**62)], ["a", "b", "c"]])
def test_a_table_of_other_things_than_steps_is_no_table_of_measures(steps, folder):
    kind = "<U4" if isinstance(steps[0], str) else "<i8"
    (folder / "metrics.table").unlink()
    table = Table(folder / "metrics.table", {"step": kind, "epoch": "<f4", "loss_d": "<f4"})
    table.append({"step": steps, "epoch": [0.0] * 3, "loss_d": [1.0] * 3})
    run = Run.open(folder)
    assert not len(run.metrics()["step"]) and not len(run.window(9, 9)["loss_d"])


def test_missing_folders_and_pictures_are_made_anew(folder):
    for name in ("frames", "checkpoints", "glances"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "real.png").unlink()
    run = Run.open(folder)
    assert run.frames() == [] and run.checkpoints() == []
    for missing in (run.real, lambda: run.frame(30), run.load_generator):
        with pytest.raises(RunError):
            missing()
    assert go_on(folder)["state"] == "finished"
    assert run.frame(40) and run.real() and run.load_generator()


def test_odd_file_names_are_passed_over(folder):
    for name in ("²².json", "٣.json", "-1.json", "note.json", ".00000099.json.123", "00000077.json.part", "7e3.json"):
        (folder / "frames" / name).write_text("{}")
        (folder / "checkpoints" / name.replace(".json", ".safetensors")).write_text("")
    run = Run.open(folder)
    assert run.frames() == [*range(31)] and run.checkpoints() == [0, 20, 30]
    (folder / "frames" / "holiday.jpg").write_text("mine")
    assert go_on(folder)["state"] == "finished"
    assert (folder / "frames" / "holiday.jpg").exists() and (folder / "frames" / "note.json").exists(), (
        "what is not ours is not deleted"
    )


@pytest.mark.parametrize("length", [0, 5, 1000, -1])
def test_a_torn_state_falls_back_to_the_one_before(length, folder, capfd):
    path = folder / "state.safetensors"
    assert runs.load_state(folder)["counters"]["step"] == 30
    path.write_bytes(path.read_bytes()[:length])
    assert runs.load_state(folder)["counters"]["step"] == 20
    assert "cannot be read" in capfd.readouterr().out
    assert go_on(folder)["state"] == "finished"
    assert Run.open(folder).metrics()["step"].tolist() == list(range(1, 41))


def test_weights_beyond_the_memory_are_not_read(folder, capfd):
    """A file of many gigabytes that takes no room on the disk, with the head of a real one."""
    for path in (folder / "state.safetensors", folder / "checkpoints/00000030.safetensors"):
        with open(path, "r+b") as file:
            file.truncate(memory_of_machine())
    assert runs.load_state(folder)["counters"]["step"] == 20, "the state before"
    assert "has more than" in capfd.readouterr().out
    with pytest.raises(RunError, match="has more than"):
        Run.open(folder).load_generator(30)


def test_without_any_state_a_run_starts_again(folder, capfd):
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).write_bytes(b"nothing")
    assert go_on(folder)["state"] == "finished"
    run = Run.open(folder)
    assert run.metrics()["step"].tolist() == list(range(1, 41)) and run.events()[-2]["what"] == "started"
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).unlink(missing_ok=True)
    assert go_on(folder, 45)["step"] == 45


def test_a_state_of_other_networks_is_told(folder, runs_root):
    other = runs.create(SHORT.replace(width=7), runs_root / "other")
    training.hold(other, threading.Event())
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).write_bytes((other.folder / "state.safetensors").read_bytes())
    status = go_on(folder)
    assert status["state"] == "failed" and "does not belong" in status["message"]


def test_a_torn_checkpoint_is_a_sentence(folder):
    path = folder / "checkpoints/00000030.safetensors"
    path.write_bytes(path.read_bytes()[:2000])
    run = Run.open(folder)
    with pytest.raises(RunError, match="cannot be read: the file is damaged"):
        run.load_generator()
    assert run.load_generator(20)
    path.unlink()
    path.mkdir()
    with pytest.raises(RunError, match="cannot be read: is not a plain file"):
        run.load_generator(30)
    path.rmdir()
    shutil.copyfile(folder / "checkpoints/00000000.safetensors", path)
    runs.set_config(run, run.config.replace(width=5))
    with pytest.raises(RunError, match="the weights are those of other networks"):
        run.load_generator(30)


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_a_pickle_in_the_place_of_any_file_is_not_loaded(folder, tmp_path):
    mark = tmp_path / "sprung"
    bombs = [pickle.dumps(Trap(mark))]
    buffer = io.BytesIO()
    torch.save({"generator.0.weight": Trap(mark)}, buffer)
    bombs.append(buffer.getvalue())
    for bomb in bombs:
        for file in list(folder.rglob("*")):
            if file.is_file() and file.name != "config.json":
                file.write_bytes(bomb)
        run = Run.open(folder)
        run.status, run.metrics(), run.frames(), run.events(), run.control(), run.sequence()
        run.scores(30)
        with pytest.raises(RunError):
            run.load_generator()
        assert runs.load_state(folder) is None
    assert not mark.exists()


def test_nothing_in_the_package_reads_pickles():
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [a.name for a in node.names] + [getattr(node, "module", "") or ""]
                assert not {"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"} & {
                    n.split(".")[0] for n in names
                }, file
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                assert (owner, node.func.attr) != ("torch", "save"), f"{file}:{node.lineno}"
                if (owner, node.func.attr) == ("torch", "load"):
                    assert any(k.arg == "weights_only" and k.value.value is True for k in node.keywords), (
                        f"{file}:{node.lineno}"
                    )
                if (owner, node.func.attr) == ("np", "load"):
                    assert any(k.arg == "allow_pickle" and k.value.value is False for k in node.keywords), (
                        f"{file}:{node.lineno}"
                    )
