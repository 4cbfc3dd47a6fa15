"""What the Lab costs and how it moves, in real Chromium: `python -m benchmarks.lab [--minutes 30]`.

Prints steps per second of the Lab's own start (`plane`) by a plain loop, by the trainer alone, by its worker
unwatched (pictures and measurements included), and watched in a browser; how many pictures arrive in a second and how
often the canvas is drawn; the time from the press of Start to the first picture that a step has changed; and, with
--minutes, the memory of server, worker and tab.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import gan_core

from . import reference
from .pages import memory, serving
from .training import ours, rate

FIELD = ".st-key-field canvas"
MANY = 10_000_000
"""Steps of a run that shall not end while it is watched."""


def alone(seconds: float, rounds: int) -> None:
    """The trainer and a plain loop, in turns, in one process."""
    mine, theirs = ours(gan_core.preset("plane").replace(steps=MANY))[1], reference.plane("")
    next(mine), next(theirs)
    pairs = [(rate(mine, seconds), rate(theirs, seconds)) for _ in range(rounds)]
    fast, slow = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"plain loop                          {slow:.0f} steps/s")
    print(
        f"trainer alone                       {fast:.0f} steps/s, {statistics.median(a / b for a, b in pairs):.2f} "
        "times the plain loop"
    )


def steps_per_second(run: Path, seconds: float) -> float:
    def now() -> tuple[int, float]:
        status = json.loads((run / "status.json").read_text())
        return status["step"], status["heartbeat"]

    (a, t), _ = now(), time.sleep(seconds)
    b, u = now()
    return (b - a) / (u - t)


def first_picture(page, server) -> tuple[Path, float]:
    """Presses Start; the run's folder, and the seconds until the canvas shows a picture of a step."""
    time.sleep(12)  # the spare is warm by now
    begin = time.perf_counter()
    page.click(".st-key-start button:not([disabled])")
    page.wait_for_function(f"() => +document.querySelector('{FIELD}')?.dataset.step > 0", timeout=60_000)
    took = time.perf_counter() - begin
    (run,) = server.runs.iterdir()
    return run, took


def moving(page, seconds: float) -> tuple[float, float]:
    """Pictures that arrived, and times that the canvas was drawn, in a second."""
    data = f"document.querySelector('{FIELD}').dataset"
    look = f"() => {{ const d = {data}; return [+d.pictures, +d.paints, performance.now()] }}"
    before = page.evaluate(look)
    page.wait_for_timeout(1000 * seconds)
    after = page.evaluate(look)
    passed = (after[2] - before[2]) / 1000
    return (after[0] - before[0]) / passed, (after[1] - before[1]) / passed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--minutes", type=float, default=0, help="also watch the memory for so long (the issue asks for 30)"
    )
    parser.add_argument("--seconds", type=float, default=8, help="per measurement")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    alone(options.seconds / 4, options.rounds)
    with tempfile.TemporaryDirectory() as folder, serving.chromium() as browser:
        home = Path(folder)
        (home / "data").mkdir()
        server = serving.Server(home / "runs", home / "data", home / "log")
        server.runs = home / "runs"
        try:
            server.wait()
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            opened = time.perf_counter()
            page.goto(f"{server.url}/lab?steps={MANY}")
            page.wait_for_selector(".st-key-start button:not([disabled])", timeout=60_000)
            print(f"page, cold, until Start             {time.perf_counter() - opened:.2f} s")
            page.wait_for_function(f"() => document.querySelector('{FIELD}')?.dataset.step === '0'", timeout=60_000)
            print(f"page, cold, until the first picture {time.perf_counter() - opened:.2f} s")
            page.goto("about:blank")
            opened = time.perf_counter()
            page.goto(f"{server.url}/lab?steps={MANY}")
            page.wait_for_function(f"() => document.querySelector('{FIELD}')?.dataset.step === '0'", timeout=60_000)
            print(f"page, warm, until the first picture {time.perf_counter() - opened:.2f} s")
            run, took = first_picture(page, server)
            print(f"Start to the first picture of a step {took:.2f} s, the click included")
            page.wait_for_timeout(4000)
            watched, unwatched, pictures, paints = [], [], [], []
            for _ in range(options.rounds):
                watched.append(steps_per_second(run, options.seconds))
                seen = moving(page, options.seconds)
                pictures.append(seen[0]), paints.append(seen[1])
                page.goto("about:blank")
                time.sleep(2)
                unwatched.append(steps_per_second(run, options.seconds))
                page.goto(f"{server.url}/lab?run={run.name}")
                page.wait_for_function(
                    f"() => +document.querySelector('{FIELD}')?.dataset.pictures > 3", timeout=60_000
                )
                page.wait_for_timeout(2000)
            print(
                f"worker, unwatched                   {statistics.median(unwatched):.0f} steps/s "
                f"({', '.join(f'{r:.0f}' for r in unwatched)})"
            )
            print(
                f"worker, watched                     {statistics.median(watched):.0f} steps/s "
                f"({', '.join(f'{r:.0f}' for r in watched)})"
            )
            print(f"pictures that arrive                {statistics.median(pictures):.1f} a second")
            print(f"canvas drawn                        {statistics.median(paints):.1f} times a second")
            if options.minutes:
                memory(server, page, run, options.minutes)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
