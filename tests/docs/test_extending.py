"""The worked examples of docs/extending.md, in a copy of the program: their tests pass and their commands train.

That the copy differs from the program by the blocks alone is what the document claims: nothing else has to know.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "extending.md").read_text()
BLOCK = re.compile(
    r"^(?:`(?P<file>[^`]+)`, (?P<how>a new file|at the end):\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S
)
BLOCKS = [match.groupdict() for match in BLOCK.finditer(DOCUMENT)]
COMMANDS = [line for block in BLOCKS if block["kind"] == "sh" for line in block["text"].splitlines()]
PARTS = [
    "An objective",
    "A gradient penalty",
    "A prior",
    "A network family",
    "A data set",
    "A preset",
    "A kind of finding",
    "A view",
    "A page",
]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=280
    )


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """A copy of the program with all the blocks in it."""
    copy = tmp_path_factory.mktemp("extended")
    helpers = [f.relative_to(ROOT) for f in (ROOT / "tests").rglob("*.py") if not f.name.startswith("test_")]
    for name in ("gan_core", "ui", "pages", "app.py", "pyproject.toml", *helpers):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, copy / name)
    for block in BLOCKS:
        if block["file"]:
            file = copy / block["file"]
            assert file.exists() == (block["how"] == "at the end"), file
            file.parent.mkdir(parents=True, exist_ok=True)
            with open(file, "a") as to:
                to.write(("\n\n" if block["how"] == "at the end" else "") + block["text"])
    return copy


def test_every_part_is_shown_and_every_block_is_used():
    assert re.findall(r"^## (.*)$", DOCUMENT, re.M) == PARTS
    assert DOCUMENT.count("```") == 2 * len(BLOCKS)
    assert all(block["file"] or block["kind"] == "sh" for block in BLOCKS)
    assert all(command.startswith("python -m gan_core train ") for command in COMMANDS) and len(COMMANDS) == 6


@pytest.mark.slow
def test_the_tests_of_the_new_parts_pass(extended):
    tests = [block["file"] for block in BLOCKS if block["file"] and block["file"].startswith("tests/")]
    done = run(extended, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_command_line_trains_with_each(extended):
    """All in one process: what takes time is to start it."""
    program = (
        "import sys; from gan_core.__main__ import main\n"
        "for line in sys.argv[1:]: assert main(line.split()[3:]) == 0, line"
    )
    done = run(extended, "-c", program, *COMMANDS)
    assert done.returncode == 0, done.stdout + done.stderr
    for command in COMMANDS:
        assert (extended / command.split()[-1] / "config.json").is_file()
