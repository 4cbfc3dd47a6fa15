"""A kill before any file operation of a run loses nothing; all of them by hand: `python tests/kills.py --all`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from holding import REPOSITORY


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is a fork of one process")
def test_a_run_that_is_killed_before_a_file_operation_is_what_it_would_have_been(tmp_path):
    ended = subprocess.run(
        [sys.executable, "tests/kills.py", "--cases", "14", "--moments", "3", "--seed", "17"],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert "0 failed" in ended.stdout
