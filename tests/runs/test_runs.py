"""Runs that are made, listed and found, and small files that are replaced whole."""

from __future__ import annotations

import errno
import os
import shutil
import threading

import pytest
from holding import SHORT

from gan_core import runs
from gan_core.runs import BrokenRun, Run, RunError, control
from gan_core.runs.files import read_json


def test_runs_are_listed_newest_first_and_odd_things_are_passed_over(runs_root):
    made = [runs.create(SHORT.replace(seed=seed)) for seed in range(3)]
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
        runs.create(SHORT, folder)
    assert (folder / "config.json").read_bytes() == before


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        runs.create(SHORT, tmp_path / "file" / "run")
    with pytest.raises(RunError, match="no such folder"):
        Run.open(tmp_path / "nowhere")
    with pytest.raises(RunError):
        Run.open(tmp_path / "file")


def test_a_wish_that_cannot_be_written_is_a_sentence(folder, monkeypatch):
    """Pause, Stop or Continue pressed while the disk is full."""

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(control, "write_json", full)
    with pytest.raises(RunError, match="disk is full"):
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
