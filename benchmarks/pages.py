"""What the pages cost, in real Chromium, while a run trains: `python -m benchmarks.pages [--minutes 30]`.

Prints: the first page from a cold server (until Start can be pressed, and until the first pictures are drawn), Start
    to the first step, one refresh on the server and over the wire, slider to picture on the Latent page, how much one
    watching browser slows the training, and, with --minutes, the memory of server, worker and browser tab while a run
    is watched for that long.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import serving  # noqa: E402


def quantiles(milliseconds: list[float]) -> str:
    ordered = sorted(milliseconds)
    return (
        f"median {statistics.median(ordered):.1f} ms, 95 % {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms, n = "
        f"{len(ordered)}"
    )


def cold_start(home: Path, browser) -> tuple:
    """A server that has just been started, and the first page a visitor gets."""
    begin = time.perf_counter()
    server = serving.Server(home / "runs", home / "data", home / "log")
    server.wait()
    print(f"server answers after            {time.perf_counter() - begin:.2f} s")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    opened = time.perf_counter()
    page.goto(server.url)
    page.wait_for_selector(".st-key-start button:not([disabled])", timeout=60_000)
    print(
        f"first page, cold, until Start   {time.perf_counter() - opened:.2f} s after opening, "
        f"{time.perf_counter() - begin:.2f} s after `streamlit run`"
    )
    page.wait_for_function(
        "() => document.querySelector('.st-key-samples canvas')?.dataset.step === '0'", timeout=60_000
    )
    print(f"first pictures                  {time.perf_counter() - opened:.2f} s after opening")
    return server, page


def start_to_step(server, page) -> dict:
    """From the press of Start to the first step written, and the run."""
    time.sleep(12)  # the spare is warm by now
    begin = time.perf_counter()
    page.click(".st-key-start button:not([disabled])")
    runs = server.runs
    status: dict = {}
    while not status.get("step"):
        time.sleep(0.005)
        for file in runs.glob("*/status.json"):
            status = json.loads(file.read_text()) | {"folder": file.parent}
    print(f"Start to the first step         {time.perf_counter() - begin:.2f} s, the click included")
    return status


def refresh(server, run: str) -> None:
    """The answer that draws everything anew, on a kept connection, uncached."""
    import http.client

    took, size = [], 0
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for _ in range(40):
        begin = time.perf_counter()
        connection.request("GET", f"/api/runs/{run}/live?since=&curves=1")
        size = len(connection.getresponse().read())
        took.append(1000 * (time.perf_counter() - begin))
        time.sleep(0.3)  # metrics move between two, so that nothing is served from memory
    print(f"one refresh with curves         {quantiles(took)}; {size / 1024:.0f} KiB")
    took = []
    for _ in range(40):
        status = json.load(urllib.request.urlopen(f"{server.url}/api/runs/{run}/live?since=&curves=0"))
        begin = time.perf_counter()
        connection.request("GET", f"/api/runs/{run}/live?since={status['sequence']}&curves=0")
        connection.getresponse().read()
        took.append(1000 * (time.perf_counter() - begin))
    print(f"a look that finds little new    {quantiles(took)}")


def slider(page, server) -> None:
    """Moves the interpolation slider and a latent dimension; the time until the canvas shows another picture."""
    page.get_by_role("link", name="Latent").click()
    page.wait_for_selector(".st-key-interpolation input[type=range]:not([disabled])", timeout=60_000)
    page.wait_for_timeout(4000)
    script = """async ([selector, canvas, count]) => {
        const slider = document.querySelector(selector), took = []
        const shown = () => document.querySelector(canvas).toDataURL()
        const frame = () => new Promise((done) => requestAnimationFrame(done))
        const low = +slider.min, high = +slider.max
        for (let i = 0; i < count; i++) {
            const before = shown(), begin = performance.now()
            slider.value = low + (high - low) * ((i * 0.37 + 0.21) % 1)
            slider.dispatchEvent(new Event('input', { bubbles: true }))
            while (shown() === before && performance.now() - begin < 3000) await frame()
            took.push(performance.now() - begin)
            await new Promise((done) => setTimeout(done, 60))
        }
        return took
    }"""
    took = page.evaluate(script, [".st-key-interpolation input[type=range]", ".st-key-latent_picture canvas", 40])
    print(f"interpolation slider to picture {quantiles(took)}")
    # the explorer's first slider and the picture beside it
    marked = page.evaluate("""() => {
        const slider = document.querySelectorAll('input[type=range]')[1], view = slider?.closest('.gan')
        if (!view) return false
        slider.id = 'dimension'
        view.querySelector('canvas').id = 'explored'
        return true
    }""")
    if marked:
        print(f"dimension slider to picture     {quantiles(page.evaluate(script, ['#dimension', '#explored', 30]))}")


def slowdown(browser, server, run: Path, seconds: float = 8.0, rounds: int = 3) -> None:
    """Steps per second of a run watched by one browser and by none, in turn."""

    def rate() -> float:
        def steps() -> tuple[int, float]:
            return json.loads((run / "status.json").read_text())["step"], time.perf_counter()

        a, t = steps()
        time.sleep(seconds)
        b, u = steps()
        return (b - a) / (u - t)

    ratios = []
    for _ in range(rounds):
        alone = rate()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.url}/?run={run.name}")
        page.wait_for_timeout(4000)
        ratios.append(rate() / alone)
        page.close()
        time.sleep(1)
    print(
        f"training while one browser watches: {statistics.median(ratios):.0%} of its speed unwatched "
        f"({', '.join(f'{r:.0%}' for r in ratios)})"
    )


def memory(server, page, run: Path, minutes: float) -> None:
    """Resident memory of server, worker and tab, every tenth of the time."""
    print(f"\nmemory over {minutes:g} minutes of watching (MiB)")
    print("| minute | step | server | worker | tab: JS heap | tab: DOM nodes |\n|---|---|---|---|---|---|")
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    begin = time.monotonic()
    for tick in range(11):
        while time.monotonic() - begin < tick * minutes * 6:
            page.wait_for_timeout(500)
        client.send("HeapProfiler.collectGarbage")
        found = {m["name"]: m["value"] for m in client.send("Performance.getMetrics")["metrics"]}
        status = json.loads((run / "status.json").read_text())
        worker = psutil.Process(status["pid"]).memory_info().rss if psutil.pid_exists(status["pid"]) else 0
        sizes = [psutil.Process(server.process.pid).memory_info().rss, worker, found["JSHeapUsedSize"]]
        print(
            f"| {tick * minutes / 10:.1f} | {status['step']:,} | "
            + " | ".join(f"{s / 2**20:.1f}" for s in sizes)
            + f" | {found['Nodes']:.0f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--minutes", type=float, default=0, help="also watch the memory for so long (the issue asks for 30)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving.chromium() as browser:
        home = Path(folder)
        (home / "data").mkdir()
        server, page = cold_start(home, browser)
        server.runs = home / "runs"
        try:
            # long enough a run for everything that follows
            page.goto(f"{server.url}/?preset=starter&epochs=5000")
            status = start_to_step(server, page)
            run = status["folder"]
            page.wait_for_timeout(3000)
            refresh(server, run.name)
            slider(page, server)
            page.close()
            slowdown(browser, server, run)
            if options.minutes:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"{server.url}/?run={run.name}")
                page.wait_for_timeout(5000)
                memory(server, page, run, options.minutes)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
