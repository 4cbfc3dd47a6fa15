"""The real app in a real browser: for the browser tests, the benchmarks and the README's screenshot."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = float(os.environ.get("GAN_TEST_PATIENCE", "90"))
"""Seconds that anything may take before a test gives up: how long is never tested, only that it comes."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`streamlit run app.py` on a free port of 127.0.0.1, as a person would start it.

    `runs` is its run folder, `log` what it printed.
    """

    def __init__(self, runs: Path, data: Path, log: Path, port: int | None = None, **environment: str):
        self.port, self.runs, self.log = port or free_port(), runs, log
        self.url = f"http://127.0.0.1:{self.port}"
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "app.py",
                    "--server.port",
                    str(self.port),
                    "--server.headless",
                    "true",
                ],
                cwd=ROOT,
                env={**os.environ, "GAN_RUNS_DIR": str(runs), "GAN_DATA_DIR": str(data), **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def wait(self, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer,
            ):
                if answer.status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the app did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """As Ctrl-C does; waits until it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(2)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def serve(runs: Path, data: Path, log: Path, **environment: str) -> Iterator[Server]:
    server = Server(runs, data, log, **environment)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def chromium() -> Iterator:
    """Debian's Chromium, driven by Playwright. RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        raise RuntimeError("no Chromium found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
