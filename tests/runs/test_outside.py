"""A run folder that somebody sent: nothing outside it is touched, and nothing in it can make anybody wait."""

from __future__ import annotations

import json
import os
import socket
import threading
from pathlib import Path

import pytest
from holding import SHORT, go_on

from gan_core import runs
from gan_core.runs import BrokenRun, Run, RunError, layout, training
from gan_core.runs.files import append_line, open_plain, read_bytes, read_json, remove, write_bytes
from gan_core.runs.tables import Table

TOP = [name for name in layout.FILES if name != layout.LOCK]


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """A folder of somebody, with files of names that a run deletes in its own."""
    place = tmp_path / "somebody's"
    place.mkdir()
    for name in ("00000099.json", "00000099.png", ".secret", ".x.1234.abcdef", "letter.txt", "config.json"):
        (place / name).write_text(f"what is in {name}")
    return place


def content(place: Path) -> dict[str, bytes]:
    return {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}


def in_time(what, seconds: float = 30.0):
    """Its result; an error where it waits for ever."""
    found: list = []
    thread = threading.Thread(target=lambda: found.append(what()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it hangs"
    return found[0]


def replaced(path: Path, how: str, target: Path) -> None:
    """Puts something that is no plain file where a run has one."""
    if path.is_dir():
        path.rename(path.with_name(f"real-{path.name}"))
    else:
        path.unlink(missing_ok=True)
    if how == "link":
        path.symlink_to(target)
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "socket":
        os.chdir(path.parent)  # the name of a socket may be short only
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    else:
        path.symlink_to("/dev/zero")


@pytest.mark.parametrize("how", ["link", "pipe", "socket", "device"])
@pytest.mark.parametrize("name", [*TOP, *layout.PLACES, "frames/00000099.json", "checkpoints/00000030.safetensors"])
def test_a_folder_with_anything_but_plain_files_is_refused(name, how, folder, elsewhere, monkeypatch):
    monkeypatch.chdir(folder)
    before, kept = content(elsewhere), (folder / name).read_bytes() if (folder / name).is_file() else None
    neighbour = runs.create(SHORT)
    replaced(folder / name, how, elsewhere if name in layout.PLACES else elsewhere / "letter.txt")
    with pytest.raises(RunError) as caught:
        in_time(lambda: pytest.raises(RunError, Run.open, folder)) and Run.open(folder)
    assert Path(name).name in str(caught.value) and "one" in str(caught.value)
    found = {one.id: one for one in in_time(runs.list_runs)}
    assert isinstance(found["one"], BrokenRun) and isinstance(found[neighbour.id], Run)
    assert content(elsewhere) == before
    wrong = folder / name
    wrong.unlink()
    if name in layout.PLACES:
        wrong.with_name(f"real-{wrong.name}").rename(wrong)
    elif kept is not None:
        write_bytes(wrong, kept)
    assert isinstance(runs.find("one"), Run), "it heals when what was wrong is gone"


@pytest.mark.parametrize("place", layout.PLACES)
def test_a_link_that_appears_while_it_trains_is_told_and_nothing_behind_it_is_touched(place, folder, elsewhere):
    run, before = Run.open(folder), content(elsewhere)
    replaced(folder / place, "link", elsewhere)
    runs.set_config(run, run.config.replace(steps=60))
    status = training.hold(run, threading.Event())
    assert content(elsewhere) == before
    if place != layout.GLANCES:  # of so short a run nobody needs one
        assert status["state"] == "failed" and place in status["message"] and "plain folder" in status["message"]


@pytest.mark.parametrize("name", ["events.jsonl", "evaluations.jsonl", "metrics.table", "log.txt", "status.json"])
def test_a_file_that_becomes_a_link_is_not_followed(name, folder, elsewhere):
    run, before = Run.open(folder), content(elsewhere)
    replaced(folder / name, "link", elsewhere / "letter.txt")
    runs.set_config(run, run.config.replace(steps=40))
    training.hold(run, threading.Event())
    run.status, run.metrics(), run.events(), run.evaluations(), run.snapshot()
    assert content(elsewhere) == before


def test_of_a_foreign_folder_only_its_own_names_are_deleted(folder):
    mine = ["notes.txt", "frames/holiday.jpg", "frames/.DS_Store", "checkpoints/7.txt", "glances/00000001.gif", ".git"]
    for name in mine:
        (folder / name).write_text("mine")
    left = [
        "frames/.00000044.json.31337.0a1b2c",
        "..state.new.77.abcdef",
        ".status.json.4711.aaaaaa",
        ".x.1.bbbbbb",
    ]
    for name in left:
        (folder / name).write_text("half made")
    assert go_on(folder)["state"] == "finished"
    assert all((folder / name).read_text() == "mine" for name in mine)
    assert not [name for name in left if (folder / name).exists()], "what a kill left is swept"


@pytest.mark.parametrize("how", ["link", "pipe", "device"])
def test_no_way_to_use_a_file_follows_waits_or_makes(how, tmp_path, elsewhere):
    path, before = tmp_path / "file.json", content(elsewhere)
    replaced(path, how, elsewhere / "letter.txt")
    for use in (read_bytes, lambda p: append_line(p, {"a": 1}), open_plain):
        with pytest.raises(OSError):
            in_time(lambda use=use: pytest.raises(OSError, use, path)) and use(path)
    assert in_time(lambda: (read_json(path), 1)) == (None, 1)
    remove(path)
    assert os.path.lexists(path), "what is not ours stays"
    write_bytes(path, b"{}")
    assert not path.is_symlink() and path.read_bytes() == b"{}", "it is replaced, never written through"
    assert content(elsewhere) == before
    linked = tmp_path / "linked"
    linked.symlink_to(elsewhere)
    for use in (lambda p: write_bytes(p, b""), read_bytes, remove, lambda p: append_line(p, {})):
        with pytest.raises(OSError):
            use(linked / "letter.txt")
    assert content(elsewhere) == before


@pytest.mark.parametrize("name", ["state.new", "checkpoints/00000040.safetensors", "frames/00000040.json"])
def test_a_folder_in_the_place_of_a_file_to_be_written_is_told(name, folder):
    (folder / name).unlink(missing_ok=True)
    (folder / name / "mine").mkdir(parents=True)
    run = Run.open(folder)
    runs.set_config(run, run.config.replace(steps=40))
    status = training.hold(run, threading.Event())
    assert status["state"] == "failed" and status["message"].startswith(f"{name} cannot be read or written: Is a dir")
    assert (folder / name / "mine").is_dir()
    (folder / name / "mine").rmdir(), (folder / name).rmdir()
    assert go_on(folder)["state"] == "finished"


def test_a_file_far_too_long_is_not_read(tmp_path):
    path = tmp_path / "config.json"
    with open(path, "wb") as file:
        file.truncate(2**31)
    assert read_json(path) is None
    path.write_text(json.dumps({"a": 1}))
    assert read_json(path) == {"a": 1}


# --------------------------------------------------------------------------- what can be gone on from


BAD_COUNTERS = [
    b"garbage",
    b"null",
    b"[]",
    b"{}",
    {"config": None},
    {"config": "{}x"},
    {"config": "[]"},
    {"step": -1},
    {"step": "30"},
    {"step": 1e400},
    {"step": None},
    {"position": []},
    {"averaged": True},
    {"seconds": "long"},
    {"images_per_second": None},
    {"d_updates": -5},
]


def with_counters(path: Path, change) -> None:
    """A state file whose counters are others."""
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8 : 8 + length])
    old = json.loads(head["__metadata__"]["counters"])
    new = change.decode() if isinstance(change, bytes) else json.dumps({**old, **change})
    head["__metadata__"]["counters"] = new
    packed = json.dumps(head).encode()
    path.write_bytes(len(packed).to_bytes(8, "little") + packed + raw[8 + length :])


@pytest.mark.parametrize("change", BAD_COUNTERS, ids=str)
def test_a_state_whose_counters_are_wrong_is_passed_over_for_the_one_before(change, folder, capfd):
    with_counters(folder / "state.safetensors", change)
    assert runs.load_state(folder)["counters"]["step"] == 20
    assert "cannot be read" in capfd.readouterr().out


def test_it_goes_on_from_the_state_before_and_loses_no_row(folder):
    with_counters(folder / "state.safetensors", {"position": "x"})
    assert go_on(folder)["state"] == "finished"
    assert Run.open(folder).metrics()["step"].tolist() == list(range(1, 41))


def test_where_no_state_can_be_read_what_there_was_is_put_aside(folder):
    rows, frames = Run.open(folder).metrics()["step"].tolist(), Run.open(folder).frames()
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).write_bytes(b"cut")
    assert go_on(folder)["state"] == "finished"
    run = Run.open(folder)
    assert run.metrics()["step"].tolist() == list(range(1, 41)) and "put aside" in [e["what"] for e in run.events()]
    old = folder / "before.1"
    assert layout.steps_in(old / "frames", ".json") == frames
    assert Table(old / "metrics.table").read()["step"].tolist() == rows


def test_a_folder_that_lost_its_config_is_not_trained_over(folder):
    (folder / "config.json").unlink()
    before = content(folder)
    with pytest.raises(RunError, match=r"without its config\.json"):
        runs.create(SHORT.replace(steps=2), folder)
    assert content(folder) == before
