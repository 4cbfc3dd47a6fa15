"""Most of a minute of hostile inputs; an hour by hand: `python tests/fuzz.py --seconds 3600`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from serving import ROOT


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is a fork of one process")
def test_hostile_inputs_end_in_success_or_a_sentence_and_touch_nothing(tmp_path):
    environment = {name: text for name, text in os.environ.items() if name != "GAN_DATA_DIR"}
    ended = subprocess.run(
        [sys.executable, "tests/fuzz.py", "--seconds", "45", "--seed", "17"],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"{ended.stdout[-9000:]}\n{ended.stderr[-3000:]}"
    assert "0 failed" in ended.stdout and "0 successes" not in ended.stdout, ended.stdout
