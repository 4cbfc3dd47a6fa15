"""The processes behind the app: which run is trained when, by which worker; and the one that answers pages' questions.

One fleet per server. The run folders are the truth: everything here can be lost with the server, and is found again.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from typing import Any

from .. import runs
from ..config import LIVE, TrainConfig
from ..runs import ACTIVE, Run, RunError
from . import wire

TICK = 0.1
"""Seconds between two looks at the workers and the queue."""
ROUND = 1.0
"""Seconds between two looks through all run folders, for what others have changed: a pause, a run copied here, a command line."""
CALM = 4.0
"""Seconds after a start before the next spare is made ready, so that importing torch does not slow the first steps."""


class AskError(RuntimeError):
    """A question that got no answer; the message is a sentence."""


def default_capacity() -> int:
    """How many runs this machine trains at once: $GAN_MAX_RUNS, else one for every two cores."""
    with contextlib.suppress(KeyError, ValueError):
        return max(1, int(os.environ["GAN_MAX_RUNS"]))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // 2)


def launch() -> subprocess.Popen:
    """A worker process that imports torch and then waits for its task. It leaves when the pipe to it ends, however this process ends."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(p for p in (root, os.environ.get("PYTHONPATH")) if p)
    return subprocess.Popen(
        [sys.executable, "-m", "gan_core.processes.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # a Ctrl-C in the terminal is for the server, which then closes the pipes
        env={**os.environ, "PYTHONPATH": path},
    )


class Fleet:
    """Workers, a warm spare, the queue, and the studio. All methods may be called from any thread."""

    def __init__(self, capacity: int | None = None):
        self.capacity = capacity or default_capacity()
        self._lock = threading.RLock()
        self._workers: dict[str, subprocess.Popen] = {}
        self._again: set[str] = set()
        self._spares: list[subprocess.Popen] = []
        self._expected = 1
        self._spare_after = self._round_after = 0.0
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._studio: _Studio | None = None
        self._thread = threading.Thread(target=self._watch, name="fleet", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    # ---- what pages ask for

    def start(
        self,
        config: TrainConfig,
        paused: bool = False,
        turn: str | None = None,
        count: int = 1,
        speed: float = 0.0,
        beside: Run | None = None,
    ) -> Run:
        """A new run, begun at once if there is room, queued if not.

        `paused`: it waits before its first step, or makes `count` single steps of the kind `turn`. `speed`: see `Run.ask`. `beside`: the run that
        it races with, whose place it shares. Raises RunError.
        """
        run = runs.create(config)
        if paused or turn or speed or beside:
            run.ask(pause=bool(paused or turn), turn=turn, count=count, speed=speed, beside=beside and beside.id)
        if beside:
            beside.ask(beside=run.id)
        self._pump()
        return run

    def fork(self, run: Run, step: int, config: TrainConfig) -> Run:
        """A run that goes on with `config` from a state of `run` (`runs.fork`), which is paused if it is at work. Raises RunError."""
        forked = runs.fork(run, step, config)
        if run.is_active:
            run.ask(pause=True)
            self._wait_for_pause(run)
        # it is in the queue since it is whole: the watch may have begun it meanwhile
        self._pump()
        return forked

    def _wait_for_pause(self, run: Run, patience: float = 2.0) -> None:
        """So that the fork finds its place free; a step may take longer, and then it waits in the queue."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and run.status["state"] in ("starting", "training"):
            time.sleep(0.02)

    def resume(self, run: Run, config: TrainConfig | None = None) -> None:
        """Goes on with a run: lifts a pause, or takes up one that stopped, failed, crashed or was interrupted from its last saved state.

        `config`: live values to go on with, and a new total for one that is finished. Raises RunError where nothing is left to do.
        """
        state = run.status["state"]
        live = {name: getattr(config, name) for name in LIVE} if config is not None else {}
        if state in ("queued", *ACTIVE):
            with self._lock:
                if state == "paused" and run.id in self._workers and not self._may_begin(run, self._room()):
                    # others have begun meanwhile: it is saved, gives up its worker and waits its turn
                    self._again.add(run.id)
                    run.ask(stop=True, **live)
                else:
                    run.ask(pause=False, **live)
            return
        if config is not None:
            total = {name: getattr(config, name) for name in ("epochs", "steps")}
            if total != {name: getattr(run.config, name) for name in total}:
                runs.lengthen(run, **total)
                state = "stopped" if state == "finished" else state
            run.ask(**live)
        if state == "finished":
            raise RunError("This run is finished. Raise its epochs or steps to go on, or start a new one.")
        self._enqueue(run)

    def _enqueue(self, run: Run) -> None:
        run.ask(pause=False, stop=False)
        runs.set_state(run, "queued", queued_at=time.time())
        self._pump()

    def pause(self, run: Run) -> None:
        run.ask(pause=True)

    def stop(self, run: Run) -> None:
        """Ends a run: its worker saves and leaves. One that waits in the queue leaves the queue."""
        with self._lock:
            if run.status["state"] == "queued":
                runs.set_state(
                    run, "stopped", message="It left the queue before it had begun." if not run.status["step"] else ""
                )
                return
        run.ask(stop=True)

    def turn(self, run: Run, what: str, count: int = 1) -> None:
        """`count` single steps, "both", "d" or "g"; the run is paused before and after. One that no worker holds is taken up for it."""
        state = run.status["state"]
        if state == "finished":
            raise RunError("This run is finished. Raise its epochs or steps to go on, or start a new one.")
        if state in ("queued", *ACTIVE):
            run.ask(turn=what, count=count)
            return
        run.ask(stop=False, turn=what, count=count)
        runs.set_state(run, "queued", queued_at=time.time())
        self._pump()

    def change(self, run: Run, **live: float | str) -> None:
        """New live values (`config.LIVE`), or another `speed`, at the next step. Raises ConfigError."""
        run.ask(**live)

    def queue(self) -> list[Run]:
        """The runs that wait, in the order in which they will begin."""
        waiting = [(run.status, run) for run in runs.list_runs() if isinstance(run, Run)]
        queued = [(status["queued_at"] or 0.0, run.id, run) for status, run in waiting if status["state"] == "queued"]
        return [run for *_, run in sorted(queued, key=lambda place: place[:2])]

    def ask(self, question: dict[str, Any], timeout: float = 60.0) -> dict[str, Any]:
        """The studio's answer. Raises AskError with a sentence; the first question after a start waits until torch is imported."""
        if "run" in question:
            # the studio may have been started for another folder of runs than this process looks at now
            question = {**question, "root": str(runs.runs_dir().resolve())}
        with self._lock:
            if self._closed.is_set():
                raise AskError("The app is being stopped.")
            if self._studio is None or not self._studio.alive:
                self._studio = _Studio(self._take_spare())
            studio = self._studio
        return studio.ask(question, timeout)

    # ---- the watch

    def _watch(self) -> None:
        with self._lock:
            # the first question comes with the first page: two processes importing torch at once would delay its answer
            self._studio = self._studio or _Studio(launch())
        self._spare_after = time.monotonic() + 1.5 * CALM
        while not self._closed.is_set():
            self._wake.wait(TICK)
            self._wake.clear()
            try:
                if self._reap() or time.monotonic() > self._round_after:
                    self._begin_waiting()
                self._keep_spare()
            except Exception as error:  # a full disk or a foreign file must not end the watch
                print(f"fleet: {error}", file=sys.stderr)

    def _pump(self) -> None:
        """Begins what can begin now, in the caller's thread: a press of Start must not wait for the next tick."""
        with self._lock:
            self._reap()
            self._begin_waiting()

    def _reap(self) -> bool:
        """Takes note of workers that have ended; whether there were any."""
        with self._lock:
            before = len(self._workers)
            for run_id, process in list(self._workers.items()):
                code = process.poll()
                if code is None:
                    continue
                del self._workers[run_id]
                for pipe in (process.stdin, process.stdout):
                    with contextlib.suppress(OSError):
                        pipe.close()
                with contextlib.suppress(RunError, OSError):
                    run = Run.open(runs.runs_dir() / run_id)
                    if (status := run.status)["state"] in ("crashed", *ACTIVE):
                        runs.set_state(run, "crashed", message=_epitaph(code, status))
                    elif status["state"] == "stopped" and run_id in self._again:
                        run.ask(pause=False, stop=False)
                        runs.set_state(run, "queued", queued_at=time.time())
                self._again.discard(run_id)
            return len(self._workers) < before

    def _begin_waiting(self) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            self._round_after = time.monotonic() + ROUND
            waiting = self.queue()
            if not waiting:
                return
            room, position = self._room(), 0
            for run in waiting:
                if self._may_begin(run, room):
                    self._begin(run)
                    room = self._room()
                    continue
                position += 1
                if run.status.get("queue_position") != position:
                    runs.set_state(run, "queued", queue_position=position)

    def _busy(self) -> dict[str, Run]:
        """Runs that train, by id; those of a command line too."""
        return {
            run.id: run
            for run in runs.list_runs()
            if isinstance(run, Run) and run.status["state"] in ("starting", "training")
        }

    def _room(self) -> int:
        """How many more runs may train. One that is paused takes no place, the two of a race take one."""
        busy = self._busy()
        return self.capacity - len({min(run.id, run.beside) if run.beside in busy else run.id for run in busy.values()})

    def _may_begin(self, run: Run, room: int) -> bool:
        """Whether there is room for a run; the two of a race share their place."""
        return room > 0 or run.beside in self._busy()

    def _begin(self, run: Run) -> None:
        process = self._take_spare()
        runs.set_state(run, "starting", queue_position=None, **runs.holder(process.pid, runs.STARTING))
        self._workers[run.id] = process
        self._spare_after = time.monotonic() + CALM
        try:
            process.stdin.write(json.dumps({"do": "train", "folder": str(run.folder.resolve())}).encode() + b"\n")
            process.stdin.flush()
        except OSError:
            pass  # it has died; the next look says so

    def expect(self, count: int) -> None:
        """So many runs will be started at once: as many spares shall be warm."""
        self._expected = count
        self._wake.set()

    def _take_spare(self) -> subprocess.Popen:
        with self._lock:
            while self._spares:
                spare = self._spares.pop(0)
                if spare.poll() is None:
                    return spare
            return launch()

    def _keep_spare(self) -> None:
        with self._lock:
            self._spares = [spare for spare in self._spares if spare.poll() is None]
            if (
                not self._closed.is_set()
                and len(self._spares) < self._expected
                and time.monotonic() > self._spare_after
            ):
                self._spares.append(launch())
                self._spare_after = time.monotonic() + CALM

    def close(self, patience: float = 20.0) -> None:
        """Lets every worker save and leave (they see the end of their pipe), and waits for them."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._wake.set()
        with self._lock:
            processes = [*self._workers.values(), *self._spares, *([self._studio.process] if self._studio else [])]
            for process in processes:
                with contextlib.suppress(OSError):
                    process.stdin.close()
            for process in processes[len(self._workers) :]:
                process.terminate()  # these hold nothing that must be saved
        deadline = time.monotonic() + patience
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.terminate()


class _Studio:
    """The pipe to the process that answers questions (studio.py); answers find their questions by number."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self._numbers = itertools.count()
        self._pending: dict[int, Future] = {}
        self._questions: queue.SimpleQueue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._ended = False
        process.stdin.write(b'{"do": "serve"}\n')
        process.stdin.flush()
        for target in (self._read, self._write):
            threading.Thread(target=target, name="studio", daemon=True).start()

    @property
    def alive(self) -> bool:
        return not self._ended and self.process.poll() is None

    def ask(self, question: dict[str, Any], timeout: float) -> dict[str, Any]:
        future: Future = Future()
        with self._lock:
            if self._ended:
                raise AskError("The process that draws pictures has ended; try again.")
            number = next(self._numbers)
            self._pending[number] = future
        try:
            self._questions.put(wire.pack({"number": number, "question": question}))
        except (TypeError, ValueError) as error:
            raise AskError(f"This cannot be asked: {error}.") from None
        try:
            found = future.result(timeout)
        except FutureTimeout:
            with self._lock:
                self._pending.pop(number, None)
            raise AskError(f"No answer within {timeout:g} seconds; this machine is busy.") from None
        if "error" in found:
            raise AskError(found["error"])
        return found

    def _write(self) -> None:
        while not self._ended:
            message = self._questions.get()
            try:
                self.process.stdin.write(message)
                self.process.stdin.flush()
            except (OSError, ValueError):
                return  # the reader notices as well, and answers what is pending

    def _read(self) -> None:
        try:
            self.process.stdout.readline()  # "ready"
            while (message := wire.receive(self.process.stdout)) is not None:
                with self._lock:
                    future = self._pending.pop(message["number"], None)
                if future is not None:
                    future.set_result(message["answer"])
        except (OSError, ValueError):
            pass
        with self._lock:
            self._ended = True
            left, self._pending = list(self._pending.values()), {}
        for future in left:
            future.set_result({"error": "The process that draws pictures has ended; try again."})


def _epitaph(code: int, status: dict[str, Any]) -> str:
    """What a worker's exit code says, in a sentence."""
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        cause = f"was ended from outside ({name}{'; often a sign that memory ran out' if name == 'SIGKILL' else ''})"
    elif code == 2:
        cause = "could not take hold of the run; the reason is in log.txt"
    else:
        cause = f"ended with an error (exit code {code}); the reason is in log.txt"
    saved = status.get("saved_step")
    return f"The training process {cause} at step {status['step']:,}. " + (
        f"Continue takes it up from step {saved:,}."
        if saved
        else "Nothing had been saved yet: Continue starts it again from step 0."
    )


_shared: Fleet | None = None
_shared_lock = threading.Lock()


def shared() -> Fleet:
    """The fleet of this process, made when first asked for."""
    global _shared
    with _shared_lock:
        if _shared is None or _shared._closed.is_set():
            _shared = Fleet()
        return _shared
