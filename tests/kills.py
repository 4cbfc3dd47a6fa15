"""A run is killed before each of its file operations, goes on, and must be what it would have been.

    python tests/kills.py --all                    # before every operation: some minutes
    python tests/kills.py --cases 30 --seed 3      # before thirty of them, and at ten random moments
    python tests/kills.py --case 117               # this one again

Operations are: opening a file for writing, each write that reaches the system (which is also cut in half), flushing to
the disk, truncating, renaming, deleting, making and removing a folder. A process that has imported torch forks for each
case: the child makes and trains the run and is ended by the system at its operation, with no chance to tidy up; another
child goes on. Then every row, the last state to the last bit, all pictures and all weights are compared with those of a
run that nobody disturbed, and nothing half made may be left.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import gan_core  # noqa: E402
from gan_core import runs  # noqa: E402
from gan_core.runs import Run, RunError, layout, states, training  # noqa: E402
from gan_core.runs.files import HALF_MADE, read_lines  # noqa: E402
from gan_core.runs.training.rhythm import Rhythm  # noqa: E402
from gan_core.runs.training.status_file import StatusFile  # noqa: E402

CONFIG = gan_core.preset("plane").replace(width=8, depth=1, batch_size=16, samples=16, steps=8)
LONGER = 13
"""Steps of the run once it is made longer: the end of a training and going on have operations of their own."""
TORN = "write half of"
CLOCK = ("seconds", "images_per_second")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
AUDITED = (
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "shutil.rmtree",
    "shutil.copyfile",
)


class Watch:
    """Counts the file operations of this process in a folder, and ends the process before one of them."""

    def __init__(self, folder: Path, fatal: int | None = None):
        self.folder, self.fatal, self.seen = str(folder), fatal, []
        self.files: dict[int, str] = {}
        sys.addaudithook(self._audited)
        self._fdopen, self._fsync = os.fdopen, os.fsync
        os.fdopen, os.fsync = self._opened, self._synced  # type: ignore[assignment]

    def before(self, what: str, torn: Callable[[], Any] | None = None) -> None:
        """An operation is about to be done; `torn` does half of it."""
        if len(self.seen) == self.fatal:
            if torn:
                torn()
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen.append(what.replace(self.folder, "").replace(str(os.getpid()), "PID"))

    def _audited(self, event: str, arguments: tuple) -> None:
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, str | Path) and flags & WRITES and str(path).startswith(self.folder):
                self.before(f"open {path}")
        elif event in AUDITED and str(arguments[0]).startswith(self.folder):
            self.before(f"{event} {' '.join(str(a) for a in arguments[:2])}")

    def _opened(self, file: int, mode: str = "r", *arguments: Any, **more: Any) -> Any:
        if "b" not in mode or mode == "rb":
            return self._fdopen(file, mode, *arguments, **more)
        mine = Counted(file, mode, self)
        return io.BufferedRandom(mine) if "+" in mode else io.BufferedWriter(mine)

    def _synced(self, file: int) -> None:
        self.before(f"fsync {file}")
        self._fsync(file)


class Counted(io.FileIO):
    """A file whose every write is an operation twice: it can be cut in half, and not happen at all."""

    def __init__(self, file: int, mode: str, watch: Watch):
        super().__init__(file, mode)
        self.watch = watch

    def write(self, content: Any) -> int:
        """As the system's, which it comes before."""
        content = bytes(content)
        self.watch.before(f"write {len(content)} bytes")
        self.watch.before(
            f"{TORN} {len(content)} bytes", lambda: super(Counted, self).write(content[: len(content) // 2])
        )
        return super().write(content)

    def truncate(self, size: int | None = None) -> int:
        """As the system's, which it comes before."""
        self.watch.before("truncate")
        return super().truncate(size)


def steady() -> None:
    """What the clock decides is done at every second question instead: the operations are always the same."""
    turn = itertools.count()
    Rhythm.due = lambda self: next(turn) % 2 == 0  # type: ignore[method-assign]
    StatusFile._beat = lambda self: None  # type: ignore[method-assign]


def whole(folder: Path) -> None:
    """The run from wherever it is to its end; made where there is none yet."""
    try:
        run = Run.open(folder)
    except RunError:
        run = runs.create(CONFIG, folder)
    if run.config.steps == CONFIG.steps:
        training.hold(run, threading.Event())
        runs.lengthen(run, epochs=run.config.epochs, steps=LONGER)
    training.hold(run, threading.Event())


def forked(do: Callable[[], None], errors: Path, patience: float = 120.0, after: float | None = None) -> int | None:
    """Does something in a child, killed `after` so many seconds; None where it came to its end, else its signal."""
    child = os.fork()
    if child == 0:
        with open(errors, "w") as log:
            os.dup2(log.fileno(), 1), os.dup2(log.fileno(), 2)
            try:
                do()
            except BaseException:
                import traceback

                traceback.print_exc()
                log.flush()
                os._exit(1)
        os._exit(0)
    until, kill = time.monotonic() + patience, time.monotonic() + after if after is not None else None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > until or (kill and time.monotonic() > kill):
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            assert time.monotonic() <= until, f"it hangs:\n{errors.read_text()}"
            break
        time.sleep(0.002)
    code = os.waitstatus_to_exitcode(status)
    assert code <= 0, errors.read_text()
    return -code or None


def operations(home: Path) -> list[str]:
    """The file operations of a run from its making to its end, in order."""

    def count() -> None:
        steady()
        watch = Watch(home / "counted")
        whole(home / "counted")
        (home / "operations.json").write_text(json.dumps(watch.seen))

    forked(count, home / "log")
    return json.loads((home / "operations.json").read_text())


def files(folder: Path) -> dict[str, set[str]]:
    """Names of what lies in a run folder and its places."""
    return {place: set(os.listdir(folder / place)) for place in ("", *layout.PLACES)}


def check(folder: Path, good: Path) -> None:
    """Raises AssertionError where a run is not what it would have been."""
    run, other = Run.open(folder), Run.open(good)
    assert run.status["state"] == "finished" and run.status["step"] == LONGER, run.status
    mine, theirs = run.metrics(), other.metrics()
    for name in theirs:
        if name not in CLOCK:
            np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
    ends = [runs.load_state(one) for one in (folder, good)]
    for key in ("step", "position", "averaged"):
        assert ends[0]["counters"].get(key) == ends[1]["counters"].get(key), key
    _same(*(state["tensors"] for state in ends))
    for step in other.frames():
        assert run.frame(step) == other.frame(step), f"frame {step}"
    for step in other.checkpoints():
        _same(*(states.load_tensors(one.checkpoint_file(step)) for one in (run, other)))
    lines = (folder / layout.EVENTS).read_bytes().splitlines()
    assert len(lines) - len(read_lines(folder / layout.EVENTS)) <= 1, "more than the line that a kill cut short is lost"
    rows, wanted = (
        dict(zip(e["step"], zip(*e.values(), strict=True), strict=True))
        for e in (run.evaluations(), other.evaluations())
    )
    assert len(run.evaluations()["step"]) == len(rows), "a step was measured twice"
    assert all(repr(rows[step]) == repr(wanted[step]) for step in rows.keys() & wanted.keys())
    left = {place: names - files(good)[place] for place, names in files(folder).items()}
    assert not [n for names in left.values() for n in names if HALF_MADE.fullmatch(n)], f"half made: {left}"
    assert not left[""], f"left behind: {left['']}"


def _same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> None:
    assert a.keys() == b.keys()
    different = [name for name in a if not torch.equal(a[name], b[name])]
    assert not different, different


def looked_at(folder: Path) -> None:
    """A run that was killed can be read at once, and says in a sentence what it is."""
    found = {one.id: one for one in runs.list_runs(folder.parent)}
    one = found.get(folder.name)
    if isinstance(one, Run):
        now = one.snapshot()
        assert now.state in ("queued", "crashed", "stopped", "finished"), now.status
        assert now.state != "crashed" or "vanished" in now.status["message"], now.status
        one.metrics(), one.frames(), one.checkpoints(), now.evaluations, now.events
    elif one is not None:
        assert "config.json" in one.reason, one.reason


def case(home: Path, number: int, kill: int | None = None, after: float | None = None) -> None:
    """Kills a run before its operation `kill`, or after so many seconds; goes on, and compares."""
    folder = home / f"killed-{number}"

    def until_killed() -> None:
        steady()
        Watch(folder, kill)
        whole(folder)

    def to_the_end() -> None:
        steady()
        whole(folder)

    signalled = forked(until_killed, home / "log", after=after)
    assert signalled == signal.SIGKILL or kill is None, "it was not killed"
    if folder.is_dir():
        looked_at(folder)
    forked(to_the_end, home / "log")
    check(folder, home / "counted")


def chosen(count: int, everything: bool, cases: int, seed: int) -> Iterator[int]:
    """Numbers of the operations that are tried: all, or a sample in which no stretch is left out."""
    if everything:
        yield from range(count)
        return
    draw = random.Random(seed)
    edges = [round(i * count / cases) for i in range(cases + 1)]
    yield from (draw.randrange(low, high) for low, high in itertools.pairwise(edges) if high > low)


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 where every run was what it would have been."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="before every operation")
    parser.add_argument("--first", type=int, default=0, help="leave out those before this one")
    parser.add_argument("--cases", type=int, default=20, help="before so many of them")
    parser.add_argument("--moments", type=int, default=5, help="and at so many random moments")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, help="before this operation alone")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        home, failed = Path(place).resolve(), 0
        begin = time.monotonic()
        named = operations(home)
        took = time.monotonic() - begin
        numbers = list(chosen(len(named), options.all, options.cases, options.seed))
        numbers = [number for number in numbers if number >= options.first]
        numbers = numbers if options.case is None else [options.case]
        for number in numbers:
            try:
                case(home, number, kill=number)
            except (AssertionError, RunError, OSError, KeyError, TypeError) as error:
                failed += 1
                print(f"--case {number}, killed before {named[number]!r}: {type(error).__name__}: {error}", flush=True)
        draw = random.Random(options.seed)
        moments = [draw.uniform(0.0, took) for _ in range(options.moments if options.case is None else 0)]
        for number, moment in enumerate(moments):
            try:
                case(home, len(named) + number, after=moment)
            except (AssertionError, RunError, OSError, KeyError, TypeError) as error:
                failed += 1
                print(f"killed after {moment:.3f} s: {type(error).__name__}: {error}", flush=True)
        print(
            f"{len(named)} file operations; killed before {len(numbers)} of them and at {len(moments)} random moments: "
            f"{failed} failed, {time.monotonic() - begin:.0f} s"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
