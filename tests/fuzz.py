"""Hostile run folders, data files, addresses and requests: each ends in success or a sentence and touches nothing.

    python tests/fuzz.py --seconds 3600 --seed 7     # an hour
    python tests/fuzz.py --seed 7 --case 1234        # this case again
    python tests/fuzz.py --kind folders              # of this kind alone

What is accepted: success, or a sentence of ours (tests/hostile/judging.py), never a traceback, a 500 or Python's words.
Nothing outside the case's own folder may be other afterwards: content, times and rights of the canary's files are
compared. The memory that a case takes has a limit, and so has its time; the wait of another visitor's quick question
beside each request is told.

Each case is a fork of this process, which has imported everything, and draws its random numbers from seed and number
alone.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("GAN_THREADS", "1")

import torch  # noqa: E402
from hostile import asking, datafiles, folders  # noqa: E402
from hostile.judging import Judge  # noqa: E402

import gan_core  # noqa: E402
from gan_core import runs  # noqa: E402
from gan_core.runs import training  # noqa: E402

KINDS = ("folders", "datafiles", "addresses", "requests")
MEMORY = 700 * 2**20
"""Bytes that a case may take beyond what this process has."""
HANGS = 120.0
"""Seconds after which a case hangs, also on a machine with much else to do."""


def prepare(home: Path) -> None:
    """Small real runs, on points and on images, and what must stay as it is."""
    from PIL import Image

    canary = home / "canary"
    for name in (
        "letter.txt",
        ".secret",
        "00000099.json",
        "00000099.png",
        "config.json",
        ".x.1234.abcdef",
        "sub/a.txt",
    ):
        (canary / name).parent.mkdir(parents=True, exist_ok=True)
        (canary / name).write_text(f"what is in {name}")
    (home / "images").mkdir()
    for number in range(12):
        Image.effect_noise((28, 28), 10.0 + number).save(home / "images" / f"{number}.png")
    os.environ["GAN_DATA_DIR"] = str(home / "data")
    points = gan_core.preset("plane").replace(width=8, depth=1, batch_size=16, samples=16, steps=10)
    images = gan_core.preset("mlp-tiny").replace(
        data=f"folder:{home / 'images'}", batch_size=4, samples=9, steps=10, width=8
    )
    for name, config in (("points", points), ("images", images)):
        run = runs.create(config, home / "templates" / name)
        for steps in (10, 20):
            runs.set_config(run, run.config.replace(steps=steps))
            status = training.hold(run, threading.Event())
            assert status["state"] == "finished", status


def untouched(home: Path) -> dict[str, Any]:
    """All that no case may change."""
    found = {}
    for place in ("canary", "templates", "images", "data"):
        for path in sorted((home / place).rglob("*")):
            about = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            found[str(path.relative_to(home))] = (about.st_mode, about.st_size, about.st_mtime_ns, content)
    return found


def memory(name: str) -> int:
    """VmRSS or VmHWM of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))


def child(seed: int, number: int, kind: str, home: Path, place: Path) -> dict[str, Any]:
    """Runs a case in this process."""
    draw, judge, waits = random.Random(f"{seed}/{number}"), Judge(), []
    os.environ |= {"GAN_RUNS_DIR": str(place / "runs"), "GAN_DATA_DIR": str(place / "data")}
    (place / "runs").mkdir(parents=True)
    (place / "data").mkdir()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    data = memory("VmData")
    resource.setrlimit(resource.RLIMIT_DATA, (data + 3 * MEMORY, data + 3 * MEMORY))
    told = ""
    try:
        if kind == "folders":
            told = folders.case(draw, home, place, judge)
        elif kind == "datafiles":
            told = datafiles.case(draw, home, place, judge)
        elif kind == "addresses":
            told = asking.address_case(draw, home, place, judge)
        else:
            told, waits = asking.request_case(draw, home, place, judge)
    except Exception:
        judge.fail("the case itself", traceback.format_exc(limit=-8))
    taken = memory("VmHWM") - before
    if taken > MEMORY:
        judge.fail("memory", f"{taken / 2**20:.0f} MiB")
    return {"told": told, "failures": judge.failures, "outcomes": judge.outcomes, "waits": waits, "memory": taken}


def attempt(seed: int, number: int, kind: str, home: Path) -> dict[str, Any]:
    """Runs a case in a fork of this process."""
    place, answer = home / f"case-{number}", home / "answer.json"
    answer.unlink(missing_ok=True)
    process = os.fork()
    if process == 0:
        try:
            with open(home / "log", "wb") as log:
                os.dup2(log.fileno(), 1), os.dup2(log.fileno(), 2)
                faulthandler.enable()
                faulthandler.dump_traceback_later(HANGS - 5, exit=False)
                answer.write_text(json.dumps(child(seed, number, kind, home, place)))
        finally:
            os._exit(0)
    until = time.monotonic() + HANGS
    while not os.waitpid(process, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            break
        time.sleep(0.005)
    try:
        return json.loads(answer.read_text())
    except (OSError, ValueError):
        why = "it hangs" if time.monotonic() > until else "the process died"
        log = (home / "log").read_text(errors="replace")[-3000:]
        return {"told": "", "failures": [f"{why}:\n{log}"], "outcomes": {}, "waits": [], "memory": 0}
    finally:
        _remove(place)


def _remove(place: Path) -> None:
    """Also folders that are nested very deeply."""
    with contextlib.suppress(RecursionError, OSError):
        shutil.rmtree(place, ignore_errors=True)
    if place.exists():
        import subprocess

        subprocess.run(["rm", "-rf", str(place)], check=False)


def fuzz(home: Path, seed: int, seconds: float, kinds: tuple[str, ...] = KINDS, case: int | None = None) -> list[str]:
    """Cases until the time is over, or one; what failed, in words, each with how it is repeated."""
    prepare(home)
    kept, begin, failed, number = untouched(home), time.monotonic(), [], case or 0
    outcomes, waits, most, count = Counter(), [], 0, Counter()
    while time.monotonic() - begin < seconds:
        kind = KINDS[number % len(KINDS)]
        if kind in kinds or case is not None:
            found = attempt(seed, number, kind, home)
            if (now := untouched(home)) != kept:
                other = sorted(n for n in now.keys() | kept.keys() if now.get(n) != kept.get(n))
                found["failures"].append(f"touched: {', '.join(other[:9])}")
                kept = now
            if found["failures"]:
                words = "\n  ".join(found["failures"])
                failed.append(f"--seed {seed} --case {number} ({kind}; {found['told'][:1500]})\n  {words}")
                print(failed[-1], flush=True)
            outcomes.update(found["outcomes"])
            waits += found["waits"]
            most = max(most, found["memory"])
            count[kind] += 1
        if case is not None:
            print(json.dumps(found, indent=1))
            break
        number += 1
    waits.sort()
    wait = f"{1000 * waits[int(0.95 * (len(waits) - 1))]:.0f} ms" if waits else "–"
    cases = ", ".join(f"{n} {kind}" for kind, n in sorted(count.items()))
    print(
        f"seed {seed}: {sum(count.values())} cases ({cases}), {outcomes['success']} successes, {outcomes['sentence']} "
        f"sentences, {len(failed)} failed; at most {most / 2**20:.0f} MiB; another visitor waited {wait} (95 %, "
        f"n = {len(waits)}); {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    return failed


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 where every case had an accepted outcome."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int)
    parser.add_argument("--kind", choices=KINDS, action="append")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place).resolve()
        return 1 if fuzz(home, options.seed, options.seconds, tuple(options.kind or KINDS), options.case) else 0


if __name__ == "__main__":
    sys.exit(main())
