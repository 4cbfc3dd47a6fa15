"""What tests of run folders share: a hold on runs, and a finished run to copy."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from holding import SHORT, Held

from gan_core import runs
from gan_core.runs import Run, training


@pytest.fixture
def hold(until):
    """`hold(run)` begins to train it here; whatever still trains at the end of the test is stopped."""
    begun: list[Held] = []

    def begin(run: Run) -> Held:
        begun.append(Held(run, until))
        return begun[-1]

    yield begin
    for held in begun:
        held.leave.set()
        held.thread.join(60)


@pytest.fixture(scope="module")
def finished(session_data, tmp_path_factory):
    """A finished run of 30 steps with two saved states, made once; tests work on copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(session_data))
        folder = tmp_path_factory.mktemp("finished") / "one"
        run = runs.create(SHORT.replace(steps=20), folder)
        training.hold(run, threading.Event())
        runs.set_config(run, SHORT)
        training.hold(run, threading.Event())
        return folder


@pytest.fixture
def folder(finished, runs_root) -> Path:
    shutil.copytree(finished, runs_root / "one")
    return runs_root / "one"
