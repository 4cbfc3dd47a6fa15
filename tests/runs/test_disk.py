"""A disk that refuses, whatever its reason: a sentence of its own, nothing half made, no promise that is not kept."""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from holding import PLANE

from gan_core import runs
from gan_core.__main__ import main
from gan_core.runs import Run, RunError, disk, states, training
from gan_core.runs.files import HALF_MADE, write_bytes
from gan_core.runs.training import ending

REPOSITORY = Path(__file__).resolve().parents[2]
RUN = PLANE.replace(steps=120)


def half_made(folder: Path) -> list[str]:
    return [str(file) for file in folder.rglob("*") if HALF_MADE.fullmatch(file.name) or file.name == "state.new"]


def outcome(folder: Path, config=RUN) -> str:
    """What is said of a run that is made and trained there, or gone on with; "" where it is finished."""
    try:
        run = Run.open(folder) if (folder / "config.json").exists() else runs.create(config, folder)
        status = training.hold(run, threading.Event())
    except RunError as error:
        return str(error)
    assert run.status["state"] == status["state"], "what is read is what happened"
    return "" if status["state"] == "finished" else run.status["message"]


def is_true(said: str, folder: Path) -> None:
    assert said.isprintable() and "Errno" not in said and "log.txt" not in said, said
    assert "power" not in said and "vanished" not in said, said
    if "is safe" in said:
        assert states.state_files(folder) and f"step {runs.load_state(folder)['counters']['step']:,}" in said, said
    assert not half_made(folder), half_made(folder)


# --------------------------------------------------------------------------- sentences


def test_every_reason_has_a_sentence_of_its_own(tmp_path):
    said = {n: ending.sentence(OSError(n, os.strerror(n)), 30, tmp_path) for n in disk.DISK}
    assert len(set(said.values())) == len(disk.DISK)
    for number, sentence in said.items():
        nothing = ending.sentence(OSError(number, os.strerror(number)), None, tmp_path)
        assert "state of step 30 is safe" in sentence and "safe" not in nothing and "Nothing had been saved" in nothing
        with pytest.raises(RunError) as told, disk.told(tmp_path):
            raise OSError(number, os.strerror(number))
        assert "try again" in str(told.value) and ("full" in str(told.value)) == (number == errno.ENOSPC)
    with pytest.raises(RunError, match="Connection timed out"), disk.told(tmp_path):
        raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))


@pytest.mark.parametrize("number", disk.DISK, ids=errno.errorcode.get)
def test_a_run_that_the_disk_ends_says_why_and_what_is_safe(number, folder, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    run = Run.open(folder)
    runs.set_config(run, run.config.replace(steps=40))
    with monkeypatch.context() as broken:
        broken.setattr(states, "save_tensors", refuse)
        said = outcome(folder)
    assert said == ending.sentence(OSError(number, ""), 30, folder)
    for name in ("state.safetensors", "state.previous.safetensors"):
        (folder / name).unlink()
    with monkeypatch.context() as broken:
        broken.setattr("gan_core.runs.training.session.write_bytes", refuse)
        assert "safe" not in outcome(folder), "a state that is gone is not promised"


# --------------------------------------------------------------------------- real limits


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As `ulimit -f` does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 500, 1_500, 5_000, 100_000])
def test_a_limit_of_the_size_of_files_is_not_told_as_a_full_disk(size, runs_root):
    folder = runs_root / "one"
    with largest_file(size):
        said = outcome(folder)
    assert "largest size" in said and "ulimit -f" in said and "full" not in said, said
    is_true(said, folder)
    assert folder.exists() == (folder / "config.json").exists(), "nothing of a run that could not be made stays"
    assert outcome(folder) == "" and Run.open(folder).metrics()["step"].tolist() == list(range(1, 121))


@pytest.fixture
def mounted(tmp_path):
    """`mounted(options)`: a small disk of its own."""
    made: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a small disk can only be mounted by root")
        made.append(place)
        return place

    yield mount
    for place in made:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.mark.parametrize("files", [2, 4, 6, 8, 9, 11, 14, 17, 20, 26])
def test_a_disk_without_room_for_another_file_says_so(files, mounted):
    folder = mounted(f"size=40m,nr_inodes={files}") / "one"
    said = outcome(folder)
    assert "no room for another file" in said, said
    is_true(said, folder)
    if not (folder / "config.json").exists():
        assert not folder.exists(), "nothing half made stays"


def test_a_disk_that_becomes_read_only_says_so(mounted):
    place = mounted("size=40m")
    folder = place / "one"
    assert outcome(folder) == ""
    runs.set_config(Run.open(folder), RUN.replace(steps=200))
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    said = outcome(folder)
    assert "read-only" in said and "full" not in said
    is_true(said, folder)
    with pytest.raises(RunError, match="read-only"):
        Run.open(folder).ask(pause=True)
    with pytest.raises(RunError, match="read-only"):
        runs.create(RUN, place / "two")
    assert not (place / "two").exists()


# --------------------------------------------------------------------------- what is written


def test_a_fork_that_finds_no_room_leaves_nothing(folder, runs_root, monkeypatch):
    run = runs.create(PLANE.replace(steps=30), runs_root / "plane")
    training.hold(run, threading.Event())
    before = sorted(os.listdir(runs_root))

    def cut(old, new, **_):
        Path(new).write_bytes(b"half")
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(shutil, "copyfile", cut)
    with pytest.raises(RunError, match="quota"):
        runs.fork(run, 30, run.config)
    assert sorted(os.listdir(runs_root)) == before


@pytest.mark.parametrize("name", ["grid.png", "x" * 251 + ".png"])
def test_samples_are_written_whole_or_not_at_all(name, folder, tmp_path, capsys):
    out = tmp_path / "out" / name
    out.parent.mkdir()
    out.write_bytes(b"the old ones")
    with largest_file(300):
        assert main(["sample", str(folder), "-n", "64", "--out", str(out)]) == 2
    assert "largest size" in capsys.readouterr().err
    assert out.read_bytes() == b"the old ones" and os.listdir(out.parent) == [name]
    assert main(["sample", str(folder), "-n", "64", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG") and os.listdir(out.parent) == [name]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path):
    write_bytes(tmp_path / "a.json", b"old")
    with largest_file(10), pytest.raises(OSError):
        write_bytes(tmp_path / "a.json", b"new" * 100)
    assert os.listdir(tmp_path) == ["a.json"] and (tmp_path / "a.json").read_bytes() == b"old"


BESIDE = {
    "gan_core/data/cache.py": "its files are renamed once they are whole, and swept",
    "gan_core/data/torchvision_sets.py": "unpacked beside, and renamed",
    "gan_core/metrics/classifier.py": "written beside, and renamed",
    "gan_core/processes/worker.py": "a pipe",
    "ui/lab/uploads.py": "written beside, and renamed",
}
"""What writes files itself, not by `runs.files`, and how they come to be whole or nothing."""


def writes(call: ast.Call) -> bool:
    """Whether a call opens a file to write, or names one to be written."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [a.value for a in (*call.args, *(k.value for k in call.keywords)) if isinstance(a, ast.Constant)]
    modes = [
        t for t in texts if isinstance(t, str) and len(t) < 4 and set(t) & set("wax+") and set(t) <= set("rwaxbt+")
    ]
    on_a_path = isinstance(call.func, ast.Attribute) and name in ("write_text", "write_bytes")
    whole = name in ("save_file", "savez", "tofile") or ast.unparse(call.func) in ("np.save", "torch.save")
    return on_a_path or whole or (name in ("open", "fdopen") and bool(modes))


def test_nothing_is_written_but_beside_and_renamed():
    found = set()
    for room in ("gan_core", "ui"):
        for file in (REPOSITORY / room).rglob("*.py"):
            if any(isinstance(node, ast.Call) and writes(node) for node in ast.walk(ast.parse(file.read_text()))):
                found.add(str(file.relative_to(REPOSITORY)))
    assert found == set(BESIDE), "write with runs.files.write_bytes, or say here how it is whole or nothing"
