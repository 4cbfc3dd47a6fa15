"""The fleet that the pages of a file share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
