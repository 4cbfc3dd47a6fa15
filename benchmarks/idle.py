"""What the app costs while it does nothing: `python -m benchmarks.idle [--runs 2000] [--seconds 30] [--page]`.

Starts the server beside so many run folders (one small real run, copied) and prints the share of a core that the
server and each of its processes take, when nobody watches and, with --page, while a browser shows the Train page. Then
a run is made by the command line's own means, and the seconds until the server's list has it are printed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil

import gan_core
from gan_core import runs
from gan_core.runs import training

from .pages import serving

SMALL = gan_core.preset("plane").replace(width=8, depth=1, batch_size=16, samples=16, steps=20)
CALM = 25.0
"""Seconds after which a server has looked through all folders for the first time, and its processes are warm."""


def make(folder: Path, count: int) -> None:
    """So many finished runs."""
    first = runs.create(SMALL, folder / "run-0")
    training.hold(first, threading.Event())
    for number in range(1, count):
        shutil.copytree(first.folder, folder / f"run-{number}")


def shares(server: serving.Server, seconds: float) -> dict[str, float]:
    """Per cent of a core that the server and the processes behind it take."""
    main = psutil.Process(server.process.pid)
    all_of_them = {"server": main} | {f"process {i}": p for i, p in enumerate(main.children(recursive=True), 1)}
    used = lambda p: sum(p.cpu_times()[:2])  # noqa: E731
    before, begin = {name: used(p) for name, p in all_of_them.items()}, time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begin
    return {name: 100 * (used(p) - before[name]) / took for name, p in all_of_them.items()}


def tell(when: str, found: dict[str, float]) -> None:
    """One line of figures."""
    parts = ", ".join(f"{name} {share:.1f} %" for name, share in found.items())
    print(f"{when:26} {sum(found.values()):.1f} % of a core ({parts})", flush=True)


def until_listed(server: serving.Server) -> float:
    """Seconds from a run made by another process to the server's word on it."""
    made = runs.create(SMALL, server.runs / "made-by-another", state="starting")
    begin = time.monotonic()
    while True:
        with urllib.request.urlopen(f"{server.url}/api/line") as answer:
            if made.id in json.load(answer)["line"]:
                return time.monotonic() - begin
        time.sleep(0.05)


def main() -> None:
    """The figures, on standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--page", action="store_true", help="also with a browser that shows the Train page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        make(home / "runs", options.runs)
        with serving.serve(home / "runs", home / "data", home / "log") as server:
            time.sleep(CALM)
            tell(f"{options.runs} runs, nobody watches", shares(server, options.seconds))
            if options.page:
                with serving.chromium() as browser:
                    browser.new_page().goto(server.url)
                    time.sleep(CALM)
                    tell("with one page open", shares(server, options.seconds))
            print(f"a run of another process is listed after {until_listed(server):.2f} s")


if __name__ == "__main__":
    main()
