"""The run folder: its table, its reader, and what becomes of it when files are torn, foreign, old, moved or missing."""

from __future__ import annotations

import ast
import errno
import io
import json
import math
import os
import pickle
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import gan_core
from gan_core import runs
from gan_core.look.noise import fixed_noise
from gan_core.runs import BrokenRun, Run, RunError, control, training
from gan_core.runs.files import read_json
from gan_core.runs.tables import HEADER, Table, TableError
from gan_core.runs.training import cadence

TINY = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, samples=9, steps=30)
PACKAGE = Path(gan_core.__file__).parent


@pytest.fixture(scope="module")
def finished(session_data, tmp_path_factory):
    """A finished run of 30 steps with two saved states, made once; tests work on copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(session_data))
        folder = tmp_path_factory.mktemp("finished") / "one"
        run = runs.create(TINY.replace(steps=20), folder)
        training.hold(run, threading.Event())
        runs.set_config(run, TINY)
        training.hold(run, threading.Event())
        return folder


@pytest.fixture
def folder(finished, runs_root) -> Path:
    shutil.copytree(finished, runs_root / "one")
    return runs_root / "one"


def go_on(folder: Path, steps: int = 40) -> dict:
    """Continues a run to a new total."""
    run = Run.open(folder)
    runs.set_config(run, run.config.replace(steps=steps))
    return training.hold(run, threading.Event())


# --------------------------------------------------------------------------- the table


def columns(table: Table, rows: list[tuple]) -> dict[str, list]:
    """Rows in the order of a table's columns, column by column, the last one first: the order must not matter."""
    return {name: [row[i] for row in rows] for i, name in reversed(list(enumerate(table.names)))}


@given(
    rows=st.lists(st.tuples(st.integers(0, 10**12), st.floats(width=32), st.floats()), max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=3),
    torn=st.binary(max_size=19),
)
def test_a_table_gives_back_what_was_put_in_also_after_a_torn_end(rows, cuts, torn, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "t"
    table = Table(path, {"step": "<i8", "a": "<f4", "b": "<f8"})
    rows = sorted(rows, key=lambda r: r[0])
    edges = sorted({0, len(rows), *(min(c, len(rows)) for c in cuts)})
    for start, end in zip(edges, edges[1:], strict=False):
        table.append(columns(table, rows[start:end]))
        with open(path, "ab") as file:
            file.write(torn)  # a kill in the middle of a record
        assert len(Table(path)) == end
    found = Table(path).read()
    expected = np.array(rows, table.dtype)
    assert found.tobytes() == expected.tobytes()
    assert Table(path).read(3).tobytes() == expected[3:].tobytes()
    if rows:
        last = rows[len(rows) // 2][0]
        table.keep_through(last)
        assert Table(path).read().tobytes() == expected[expected["step"] <= last].tobytes()


def test_a_table_is_read_while_it_is_written(tmp_path):
    table = Table(tmp_path / "t", {"step": "<i8", "twice": "<f8"})
    stop, wrong = threading.Event(), []

    def read() -> None:
        reader = Table(tmp_path / "t")
        while not stop.is_set():
            rows = reader.read()
            if rows["step"].tolist() != list(range(len(rows))) or not np.array_equal(rows["twice"], 2.0 * rows["step"]):
                wrong.append(rows)

    thread = threading.Thread(target=read)
    thread.start()
    for start in range(0, 3000, 10):
        table.append({"twice": 2.0 * np.arange(start, start + 10), "step": range(start, start + 10)})
    stop.set()
    thread.join()
    assert not wrong and len(table) == 3000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"{}",
        b"{}".ljust(HEADER),
        b'{"columns": [["a", "O"]]}'.ljust(HEADER),
        b'{"columns": []}'.ljust(HEADER),
        os.urandom(2000),
    ],
)
def test_what_is_no_table_is_refused(content, tmp_path):
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TableError):
        Table(tmp_path / "t").read()


# --------------------------------------------------------------------------- reading


def test_a_finished_run_reads_as_it_is(folder):
    run = Run.open(folder)
    assert (
        run.id == run.folder.name == "one"
        and run.config == TINY
        and run.created > 1e9
        and run.name == "mlp-tiny on digits"
    )
    assert run.status["state"] == "finished" and run.status["step"] == 30 and not run.is_active
    found = run.metrics()
    assert {len(column) for column in found.values()} == {30}
    assert {
        "step",
        "epoch",
        "loss_d",
        "loss_g",
        "value",
        "d_real",
        "d_fake",
        "d_fake_after",
        "grad_norm_d",
        "grad_norm_g",
        "images_per_second",
        "seconds",
    } <= found.keys()
    assert found["step"].tolist() == list(range(1, 31)) and (np.diff(found["seconds"]) >= 0).all()
    assert run.metrics(28)["step"].tolist() == [29, 30]
    # V is D's loss with the sign turned, halved where the loss is the mean of the two terms
    np.testing.assert_allclose(found["value"], -2 * found["loss_d"], rtol=1e-6)


def test_pictures_have_the_right_size_and_are_what_g_draws(folder):
    run = Run.open(folder)
    layout = run.layout
    assert layout == {"count": 9, "columns": 3, "rows": 3, "height": 28, "width": 28, "channels": 1}
    assert run.frames() == [0, 1, 2, 5, 10, 20, 30]
    for png in (run.frame(0), run.frame(30), run.real()):
        image = Image.open(io.BytesIO(png))
        assert image.size == (84, 84) and image.mode == "L"
    generator = run.load_generator(30)
    with torch.no_grad():
        tiles = generator(fixed_noise(run.config)[:9])
    drawn = np.asarray(Image.open(io.BytesIO(run.frame(30)))).astype(int)
    for tile in range(9):
        row, column = divmod(tile, 3)
        expected = ((tiles[tile, 0] + 1) * 127.5).round().numpy()
        assert np.abs(drawn[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28] - expected).max() <= 1, (
            f"tile {tile}"
        )
    scores = run.scores(30)
    assert len(scores["d_real"]) == len(scores["d_fake"]) == 9
    with pytest.raises(RunError, match="no picture of step 7"):
        run.frame(7)
    assert run.scores(7) is None


def test_scores_are_those_of_the_networks_of_that_step(folder):
    run = Run.open(folder)
    generator, discriminator = run.load_networks(30)
    with torch.no_grad():
        logits = discriminator(generator(fixed_noise(run.config)[:9]))
    np.testing.assert_allclose(run.scores(30)["d_fake"], logits.numpy(), atol=1e-3)


def test_a_colour_run_has_colour_pictures(runs_root, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(6):
        Image.fromarray(np.random.default_rng(i).integers(0, 255, (40, 30, 3), np.uint8)).save(photos / f"{i}.png")
    config = gan_core.preset("starter").replace(
        data=f"folder:{photos}", resolution=32, width=4, batch_size=4, samples=7, steps=2
    )
    run = runs.create(config)
    assert training.hold(run, threading.Event())["state"] == "finished"
    for png in (run.frame(2), run.real()):
        image = Image.open(io.BytesIO(png))
        assert image.mode == "RGB" and image.size == (run.layout["columns"] * 32, run.layout["rows"] * 32)
    assert run.layout["count"] == 7 and len(run.scores(2)["d_real"]) == 7 and run.status["data_size"] == 6


def test_load_generator_is_the_network_of_the_nearest_checkpoint(folder):
    run = Run.open(folder)
    assert run.checkpoints() == [0, 20, 30]
    start = gan_core.build(run.config)[0].state_dict()
    end = {
        k.removeprefix("generator."): v
        for k, v in runs.load_state(folder)["tensors"].items()
        if k.startswith("generator.")
    }
    for step, expected in ((0, start), (9, start), (26, end), (10**9, end), (None, end)):
        generator = run.load_generator(step)
        assert not generator.training
        assert all(torch.equal(v, expected[k]) for k, v in generator.state_dict().items()), step
    with torch.no_grad():
        z = torch.randn(4, 32)
        assert torch.equal(run.load_generator()(z), run.load_generator()(z))


def test_a_folder_moved_elsewhere_opens_and_goes_on(folder, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    shutil.rmtree(folder)
    there = tmp_path / "elsewhere" / "with a name, of its own"
    shutil.unpack_archive(packed, there)
    run = Run.open(there)
    assert run.id == "with a name, of its own" and run.name == "mlp-tiny on digits"
    assert run.frame(30) and run.load_generator() and len(run.metrics()["step"]) == 30
    assert go_on(there)["state"] == "finished"
    assert run.metrics()["step"].tolist() == list(range(1, 41))


def test_no_absolute_path_is_written_into_a_folder(folder):
    for name in ("config.json", "status.json"):
        assert (
            str(folder.parent.parent) not in (folder / name).read_text() and "/tmp" not in (folder / name).read_text()
        )


# --------------------------------------------------------------------------- foreign, torn and missing files


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
    neighbour = runs.create(TINY)
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


@pytest.mark.parametrize("columns", [{"step": [1]}, {"step": [1], "b": [2.0]}, {"step": [1], "a": [2.0], "b": [3.0]}])
def test_a_row_with_other_columns_is_refused_and_nothing_is_written(columns, tmp_path):
    table = Table(tmp_path / "t", {"step": "<i8", "a": "<f4"})
    with pytest.raises(TableError, match="step, a"):
        table.append(columns)
    with pytest.raises(ValueError, match="2 values"):
        table.append({"step": [1], "a": [2.0, 3.0]})
    assert len(table) == 0


@pytest.mark.parametrize("damage", ["torn", "header", "empty", "garbage", "missing", "other columns"])
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
    assert run.frames() == [0, 1, 2, 5, 10, 20, 30] and run.checkpoints() == [0, 20, 30]
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
    other = runs.create(TINY.replace(width=7), runs_root / "other")
    training.hold(other, threading.Event())
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).write_bytes((other.folder / "state.safetensors").read_bytes())
    status = go_on(folder)
    assert status["state"] == "failed" and "does not belong" in status["message"]


def test_a_torn_checkpoint_is_a_sentence(folder):
    path = folder / "checkpoints/00000030.safetensors"
    path.write_bytes(path.read_bytes()[:2000])
    run = Run.open(folder)
    with pytest.raises(RunError, match="cannot be read"):
        run.load_generator()
    assert run.load_generator(20)


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


# --------------------------------------------------------------------------- the list and the making


def test_runs_are_listed_newest_first_and_odd_things_are_passed_over(runs_root):
    made = [runs.create(TINY.replace(seed=seed)) for seed in range(3)]
    (runs_root / "a file").write_text("x")
    (runs_root / ".hidden").mkdir()
    (runs_root / "empty").mkdir()
    found = runs.list_runs()
    assert [r.id for r in found if isinstance(r, Run)] == [r.id for r in reversed(made)]
    assert [r.id for r in found if isinstance(r, BrokenRun)] == ["empty"]
    assert runs.list_runs(runs_root / "nowhere") == [] and [r.id for r in runs.list_runs(runs_root)] == [
        r.id for r in found
    ]
    assert len({r.id for r in made}) == 3


def test_a_folder_that_holds_a_run_is_not_overwritten(folder):
    before = (folder / "config.json").read_bytes()
    with pytest.raises(RunError, match="holds a run already"):
        runs.create(TINY, folder)
    assert (folder / "config.json").read_bytes() == before


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        runs.create(TINY, tmp_path / "file" / "run")
    with pytest.raises(RunError, match="no such folder"):
        Run.open(tmp_path / "nowhere")
    with pytest.raises(RunError):
        Run.open(tmp_path / "file")


def test_a_wish_that_cannot_be_written_is_a_sentence(folder, monkeypatch):
    """Pause, Stop or Continue pressed while the disk is full."""

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(control, "write_json", full)
    with pytest.raises(RunError, match="No space left"):
        Run.open(folder).ask(pause=True)


def test_small_files_are_replaced_whole(tmp_path):
    path = tmp_path / "x.json"
    runs.write_json(path, {"n": 0})
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            found = read_json(path)
            if found is None or len(found["padding"] if "padding" in found else "") not in (0, 20_000):
                wrong.append(found)

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(300):
        runs.write_json(path, {"n": n, "padding": "x" * 20_000})
    stop.set()
    thread.join()
    assert not wrong and [p.name for p in tmp_path.iterdir()] == ["x.json"]
    with pytest.raises(TypeError):
        runs.write_json(path, {"n": object()})
    assert read_json(path)["n"] == 299 and [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    runs.write_json(path, {"n": 0})

    def fail(*paths):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", fail)
        with pytest.raises(OSError):
            runs.write_json(path, {"n": 1})
    assert read_json(path) == {"n": 0} and [p.name for p in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.parametrize("name", ["..", ".", "", "../one", "/etc", "one/../one", ".hidden", "one\0", "ONE"])
def test_a_run_is_found_by_its_name_and_no_path(name, folder, runs_root):
    shutil.copytree(folder, runs_root / ".hidden")
    assert runs.find("one").folder == folder
    with pytest.raises(RunError, match="There is no run called"):
        runs.find(name)


def test_metrics_of_an_untouched_run_are_empty_columns():
    found = runs.create(TINY).metrics()
    assert {len(c) for c in found.values()} == {0} and "loss_d" in found


def test_a_run_keeps_no_end_of_frames():
    """A long run's timeline is rich at the start and bounded at the end."""
    for total in (100, 5_000, 50_000, 2_000_000):
        assert math.ceil(total / max(100, cadence.spacing(total, 500))) <= 500
    assert [s for s in range(60) if cadence.geometric(s)] == [0, 1, 2, 5, 10, 20, 50]


def test_evaluations_of_an_older_version_have_today_s_names():
    """What was called kl was KL(G || data)."""
    run = runs.create(gan_core.preset("ring"))
    rows = [
        {"step": 0, "jsd": 0.5, "kl": 2.0, "kl_oracle": 0.05},
        {"step": 100, "jsd": 0.4, "kl_data_g": 3.0, "kl_g_data": 1.0, "kl_g_data_oracle": 0.05},
    ]
    (run.folder / "evaluations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = run.evaluations()
    assert "kl" not in found and found["kl_g_data"] == [2.0, 1.0] and found["kl_g_data_oracle"] == [0.05, 0.05]
    assert found["kl_data_g"] == [None, 3.0] and found["step"] == [0, 100]
