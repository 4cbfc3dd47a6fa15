"""A fleet for each file of tests, and nothing of it left at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core import runs
from gan_core.processes import fleet as fleets
from gan_core.processes.fleet import Fleet
from gan_core.runs import Run


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workers") / "runs"


@pytest.fixture
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
def fleet(_fleet, _one_folder, until):
    """That fleet, with all its workers gone at the end of the test."""
    yield _fleet
    for run in runs.list_runs():
        if isinstance(run, Run) and run.is_active:
            _fleet.stop(run)
    until(lambda: not any(isinstance(r, Run) and r.is_active for r in runs.list_runs()), "every run to have stopped")
