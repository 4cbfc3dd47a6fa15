"""Signals to real processes: what trains is saved, and nothing else is said than a sentence."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from serving import Server
from working import REPOSITORY, TINY

from gan_core import runs
from gan_core.runs import Run

HOOK = """
import os, signal, sys
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("INTERRUPT_AT"):
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
"""
"""Presses Ctrl-C when a module is about to be imported."""

LONG = ["--preset", "mlp-tiny", "--data", "digits", "--set", "batch_size=16", "--epochs", "10000"]


def usual_signals() -> None:
    """Whatever the shell that started the tests has let its children ignore."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def interrupted_at(tmp_path: Path, module: str, *arguments: str) -> subprocess.CompletedProcess:
    (tmp_path / "hook").mkdir(exist_ok=True)
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK)
    path = os.pathsep.join((str(tmp_path / "hook"), str(REPOSITORY)))
    return subprocess.run(
        [sys.executable, "-m", "gan_core", *arguments],
        env={**os.environ, "PYTHONPATH": path, "INTERRUPT_AT": module},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=200,
        preexec_fn=usual_signals,
    )


def one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Interrupted from the keyboard" in text


@pytest.mark.parametrize("module", ["argparse", "gan_core.config.presets", "numpy", "torch"])
def test_ctrl_c_while_it_starts_is_one_line_and_leaves_nothing(module, tmp_path):
    done = interrupted_at(tmp_path, module, "train", *LONG, "--out", str(tmp_path / "run"))
    assert done.returncode == 130 and one_line(done.stderr) and not done.stdout, done
    assert not (tmp_path / "run").exists()


def test_ctrl_c_while_data_are_read_leaves_a_run_as_it_was(tmp_path):
    """`point_file` is imported when its data are."""
    (tmp_path / "points.csv").write_text("".join(f"{i % 7},{i % 5}\n" for i in range(60)))
    data = ["--preset", "plane", "--data", f"points:{tmp_path / 'points.csv'}", "--out", str(tmp_path / "run")]
    done = interrupted_at(tmp_path, "gan_core.data.point_file", "train", *data, "--steps", "3")
    assert done.returncode == 130 and one_line(done.stderr) and not (tmp_path / "run").exists(), done
    assert interrupted_at(tmp_path, "", "train", *data, "--steps", "3").returncode == 0
    before = Run.open(tmp_path / "run").metrics()["step"].tolist()
    done = interrupted_at(tmp_path, "gan_core.data.point_file", "train", *data[-2:], "--resume", "--steps", "6")
    assert done.returncode == 130 and one_line(done.stderr), done
    run = Run.open(tmp_path / "run")
    assert run.metrics()["step"].tolist() == before == [1, 2, 3] and run.status["saved_step"] == 3
    assert "continues from step 3" in run.status["message"], run.status
    assert interrupted_at(tmp_path, "", "train", *data[-2:], "--resume").returncode == 0
    assert Run.open(tmp_path / "run").status["step"] == 6


def test_a_terminal_that_is_closed_ends_a_training_as_a_signal_does(tmp_path, until):
    """Also where nothing can be written to it any more."""
    folder, (ours, theirs) = tmp_path / "run", pty.openpty()

    def at_the_terminal() -> None:
        usual_signals()
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [sys.executable, "-m", "gan_core", "train", *LONG, "--out", str(folder)],
        cwd=REPOSITORY,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=at_the_terminal,
    )
    os.close(theirs)
    try:
        until(lambda: (folder / "config.json").exists() and Run.open(folder).status["step"] > 5, "the first steps")
        os.close(ours)
        assert process.wait(120) == 1
    finally:
        process.kill()
        process.wait()
    status = Run.open(folder).status
    assert status["state"] == "interrupted" and status["saved_step"] == status["step"] > 5, status


def test_what_nohup_protects_goes_on_and_the_system_ends_it(tmp_path, until):
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "gan_core", "train", *LONG, "--out", str(folder)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    assert process.stdout
    try:
        until(lambda: (folder / "config.json").exists() and Run.open(folder).status["step"] > 5, "the first steps")
        process.stdout.close()  # as `| head` does: progress that nobody reads ends no training either
        process.send_signal(signal.SIGHUP)
        later = Run.open(folder).status["step"] + 20
        until(lambda: Run.open(folder).status["step"] > later, "more steps")
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 1
        assert "Interrupted at step" in process.stderr.read()
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    status = Run.open(folder).status
    assert status["state"] == "interrupted" and status["saved_step"] == status["step"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_app_ends_with_a_word_and_status_0_and_saves_what_trains(number, tmp_path, session_data, until):
    run = runs.create(TINY, tmp_path / "runs" / "one")  # queued: the app begins it
    server = Server(tmp_path / "runs", session_data, tmp_path / "log")
    try:
        server.wait()
        until(lambda: run.status["step"] > 5, "the first steps")
        server.process.send_signal(number)
        assert server.process.wait(120) == 0
    finally:
        server.stop()
    said = server.log.read_text()
    assert said.rstrip().endswith("Stopped.") and "Traceback" not in said and "Aborted" not in said, said
    status = run.status
    assert status["state"] == "interrupted" and status["saved_step"] == status["step"] > 5, json.dumps(status)
