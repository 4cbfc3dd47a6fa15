"""What all tests share: a data folder made once, a run folder of each test's own, no trace of either in the repository.

Also which tests are quick (`pytest -m quick`), and how many processes share the work.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from serving import PATIENCE

REPOSITORY = Path(__file__).resolve().parents[1]
REAL_DATA = Path(os.environ.get("GAN_TEST_DATA") or REPOSITORY.parent / "shared" / "data")
sys.path.insert(0, str(REPOSITORY))

# the machines that run this are shared and slow at times: a slow example is no failure
settings.register_profile(
    "here",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("here")


NUMBERS = itertools.count()
SLOW_FOLDERS = {"browser", "benchmarks"}
SLOW_FIXTURES = {"_fleet", "digits_classifier", "gan", "hold", "home", "mnist", "mnist_root", "trained"}
"""What starts the command line or a fleet, trains for more than some steps, or copies the real MNIST."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process a core for whole folders; none for single files and tests, which would only wait for it."""
    return 0 if any(not Path(argument).is_dir() for argument in config.args) else min(4, len(os.sched_getaffinity(0)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test is quick but for those that are marked `slow`, lie or have something there, or start a process."""
    for item in items:
        slow = (
            item.get_closest_marker("slow")
            or SLOW_FOLDERS & {folder.name for folder in item.path.parents}
            or SLOW_FIXTURES & set(item.fixturenames)
            or "subprocess" in item.function.__code__.co_names
        )
        item.add_marker("slow" if slow else "quick")


@pytest.fixture(scope="session")
def session_data(tmp_path_factory) -> Path:
    """One data folder for all tests and all processes that run them, so that the digits are prepared once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _surroundings(session_data):
    """Also for fixtures of modules: the data folder, and one thread, since teams of threads wait for each other."""
    path = os.pathsep.join(p for p in (str(REPOSITORY), os.environ.get("PYTHONPATH")) if p)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"GAN_DATA_DIR": session_data, "GAN_THREADS": 1, "PYTHONPATH": path}.items():
            patch.setenv(name, str(value))
        yield


@pytest.fixture(autouse=True)
def _of_its_own(tmp_path_factory, monkeypatch):
    """A run folder of each test's own, and PyTorch on one thread whatever the test before has set."""
    # not in `tmp_path`: one of those for each of some thousands of tests takes half a minute
    monkeypatch.setenv("GAN_RUNS_DIR", str(tmp_path_factory.getbasetemp() / "runs" / str(next(NUMBERS)) / "runs"))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture
def runs_root() -> Path:
    """The $GAN_RUNS_DIR of this test."""
    root = Path(os.environ["GAN_RUNS_DIR"])
    root.mkdir(parents=True, exist_ok=True)
    return root


@pytest.fixture
def mnist(session_data) -> None:
    """The real MNIST in the data folder; the test is skipped where it is not at hand."""
    raw = REAL_DATA / "MNIST" / "raw"
    if not raw.is_dir():
        pytest.skip(f"the MNIST files are not in {raw} (set GAN_TEST_DATA)")
    with open(session_data / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (session_data / "MNIST" / "raw").is_dir():
            shutil.copytree(raw, session_data / "MNIST" / "raw", copy_function=shutil.copyfile)
            for folder in (session_data / "MNIST", session_data / "MNIST" / "raw"):
                folder.chmod(0o755)


@pytest.fixture(scope="session")
def gan() -> Callable[..., subprocess.CompletedProcess]:
    """`gan("train", ...)`: the command line in a process of its own."""

    def call(*arguments: Any, timeout: float = 120) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "gan_core", *map(str, arguments)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return call


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """`until(condition)`: waits until it is true and returns its value; fails after a very long while."""

    def wait(condition: Callable[[], Any], what: str = "", patience: float = PATIENCE) -> Any:
        deadline = time.monotonic() + patience
        while not (found := condition()):
            assert time.monotonic() < deadline, f"waited in vain for {what or condition}"
            time.sleep(0.02)
        return found

    return wait
