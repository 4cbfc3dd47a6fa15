"""Pages without a browser, and the fleet that those of a file share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from visiting import ROOT, TRAIN, sound

from gan_core import runs
from gan_core.processes import fleet


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Path]:
    """Where the runs are for the fleet that all pages of a file share, as those of a server do.

    Its processes end with it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_RUNS_DIR", str(tmp_path_factory.mktemp("home")))
        fleet.shared()
        yield runs.runs_dir()
    fleet.shared().close()


@pytest.fixture
def open_page(home, runs_root, monkeypatch):
    """`open_page(path, **query)`: the page as a new visitor finds it; no exception on it."""
    monkeypatch.chdir(ROOT)

    def visit(path: str = TRAIN, **query: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / path), default_timeout=60)
        for name, value in query.items():
            page.query_params[name] = value
        return sound(page.run())

    yield visit
    for run in runs.list_runs():
        if isinstance(run, runs.Run) and run.is_active:
            fleet.shared().stop(run)
