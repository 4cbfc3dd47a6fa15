"""The processes behind the app: which run is trained when, by which worker; and the one that answers pages' questions.

One fleet per server. The run folders are the truth: everything here can be lost with the server, and is found again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from .. import runs
from ..config import LIVE, TrainConfig
from ..runs import ACTIVE, TRAINS, Run, RunError, Snapshot
from .child import Child
from .client import Asked, AskError, Renderer
from .queue import Queue

__all__ = ["AskError", "Fleet", "shared"]

TICK = 0.1
"""Seconds between two looks at the workers and the queue."""
ROUND, LONGEST_ROUND = 1.0, 4.0
"""Seconds between two looks through all run folders, for what others changed: a pause, a run copied here."""
LOOKING = 1 / 200
"""Share of the time that such looks may take: beside thousands of folders they are rarer."""
CALM = 4.0
"""Seconds after a start before the next spare is made ready, so that importing torch does not slow the first steps."""


def default_capacity() -> int:
    """How many runs this machine trains at once: $GAN_MAX_RUNS, else one for every two cores."""
    with contextlib.suppress(KeyError, ValueError):
        return max(1, int(os.environ["GAN_MAX_RUNS"]))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // 2)


def most_waiting() -> int:
    """How many runs may wait in the queue: $GAN_MAX_QUEUE, else 100."""
    with contextlib.suppress(KeyError, ValueError):
        return max(0, int(os.environ["GAN_MAX_QUEUE"]))
    return 100


class Fleet:
    """Workers, a warm spare, the queue, and the renderer. All methods may be called from any thread."""

    def __init__(self, capacity: int | None = None):
        self.capacity = capacity or default_capacity()
        self._lock = threading.RLock()
        self._workers: dict[str, Child] = {}
        self._again: set[str] = set()
        self._spares: list[Child] = []
        self._expected = 1
        self._spare_after = self._round_after = 0.0
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._renderer: Renderer | None = None
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

        `paused`: it waits before its first step, or makes `count` single steps of the kind `turn`. `speed`: see
        `Run.ask`. `beside`: the run that it races with, whose place it shares. Raises RunError.
        """
        self._check_queue(beside)
        run = runs.create(config)
        if paused or turn or speed or beside:
            run.ask(pause=bool(paused or turn), turn=turn, count=count, speed=speed, beside=beside and beside.id)
        if beside:
            beside.ask(beside=run.id)
        self._pump()
        return run

    def fork(self, run: Run, step: int, config: TrainConfig) -> Run:
        """A run that goes on with `config` from a state of `run` (`runs.fork`), which is paused if it is at work.

        Raises RunError.
        """
        if not run.snapshot().trains:  # else it leaves its own place to the fork
            self._check_queue()
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
        while time.monotonic() < deadline and run.status["state"] in TRAINS:
            time.sleep(0.02)

    def _check_queue(self, beside: Run | None = None) -> None:
        """Raises RunError where another run would have to wait and too many do already. A race needs one place."""
        queue, most = self.queue(), most_waiting()
        if beside is None and len(queue.waiting) >= max(most, queue.room):
            advice = "Wait until a run has ended, or open a run that is waiting and press Stop."
            raise RunError(f"The queue is full: at most {most:,} runs may wait (GAN_MAX_QUEUE). {advice}")

    def resume(self, run: Run, config: TrainConfig | None = None) -> None:
        """Goes on with a run: lifts a pause, or takes up one that no worker holds from its last saved state.

        `config`: live values to go on with, and a new total for one that is finished. Raises RunError where nothing is
        left to do.
        """
        now = run.snapshot()
        state = now.state
        live = {name: getattr(config, name) for name in LIVE} if config is not None else {}
        if now.is_active:
            with self._lock:
                ours = run.id in self._workers
                if ours and (now.control["stop"] or (state == "paused" and not self.queue().may_begin(now))):
                    # it is leaving, or others have begun meanwhile: it is saved, gives up its worker and waits its turn
                    self._again.add(run.id)
                    run.ask(stop=True, **live)
                else:
                    run.ask(pause=False, stop=False, **live)
            return
        self._check_queue()
        if config is not None:
            total = {name: getattr(config, name) for name in ("epochs", "steps")}
            if total != {name: getattr(run.config, name) for name in total}:
                runs.lengthen(run, **total)
                state = "stopped" if state == "finished" else state
            run.ask(**live)
        if state == "finished":
            raise RunError("This run is finished. Raise its epochs or steps to go on, or start a new one.")
        run.ask(pause=False, stop=False)
        self._enqueue(run)

    def _enqueue(self, run: Run) -> None:
        """To the end of the queue, and on at once if there is room."""
        with self._lock:
            self._reap()  # its old worker's end, if that is not noted yet, must not be noted after this
            runs.set_state(run, "queued", queued_at=time.time())
            self._pump()

    def pause(self, run: Run) -> None:
        """Holds a run after its current step."""
        run.ask(pause=True)

    def stop(self, run: Run) -> None:
        """Ends a run: its worker saves and leaves. One that waits in the queue leaves the queue."""
        with self._lock:
            status = run.status
            if status["state"] == "queued":
                words = "" if status["step"] else "The run left the queue before it started."
                runs.set_state(run, "stopped", message=words)
                return
        run.ask(stop=True)

    def turn(self, run: Run, what: str, count: int = 1) -> None:
        """`count` single steps, "both", "d" or "g"; the run is paused before and after.

        One that no worker holds is taken up for it. Raises RunError where the run is finished.
        """
        state = run.status["state"]
        if state == "finished":
            raise RunError("This run is finished. Raise its epochs or steps to go on, or start a new one.")
        if state in ("queued", *ACTIVE):
            run.ask(turn=what, count=count)
            return
        self._check_queue()
        run.ask(stop=False, turn=what, count=count)
        self._enqueue(run)

    def change(self, run: Run, **wishes: Any) -> None:
        """New live values (`config.LIVE`), or another `speed`, at the next step. Raises ConfigError, RunError."""
        run.ask(**wishes)

    def queue(self, *known: Snapshot) -> Queue:
        """Which runs train and which wait, as it is now; `known` are not read anew."""
        return Queue(runs.snapshots(*known), self.capacity)

    def ask(self, question: dict[str, Any], timeout: float = 60.0) -> dict[str, Any]:
        """The renderer's answer. Raises AskError; the first question after a start waits until torch is imported."""
        return self.asked(question, timeout).answer()

    def asked(self, question: dict[str, Any], timeout: float = 60.0) -> Asked:
        """A question to the renderer whose answer is waited for elsewhere, or dropped. Raises AskError."""
        if "run" in question:
            # the renderer may have been started for another folder of runs than this process looks at now
            question = {**question, "root": str(runs.runs_dir().resolve())}
        with self._lock:
            if self._closed.is_set():
                raise AskError("The app is being stopped.")
            if self._renderer is None or not self._renderer.alive:
                self._renderer = Renderer(self._take_spare())
            renderer = self._renderer
        return renderer.submit(question, timeout)

    # ---- the watch

    def _watch(self) -> None:
        with self._lock:
            # the first question comes with the first page: two processes importing torch at once would delay its answer
            self._renderer = self._renderer or Renderer(Child())
        self._spare_after = time.monotonic() + 1.5 * CALM
        while not self._closed.is_set():
            self._wake.wait(TICK if self._workers else ROUND)
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
            for run_id, child in list(self._workers.items()):
                code = child.process.poll()
                if code is None:
                    continue
                del self._workers[run_id]
                child.let_go()
                child.back.close()
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
            begun, used = time.monotonic(), time.thread_time()
            queue = self.queue()
            used = time.thread_time() - used
            self._round_after = begun + min(max(ROUND, used / LOOKING), LONGEST_ROUND)
            for one in queue.begin():
                self._begin(one.run)
            for place, one in enumerate(queue.waiting, 1):
                if one.status.get("queue_position") != place:
                    runs.set_state(one.run, "queued", queue_position=place)

    def _begin(self, run: Run) -> None:
        child = self._take_spare()
        runs.set_state(run, "starting", queue_position=None, **runs.holder(child.process.pid, runs.STARTING))
        self._workers[run.id] = child
        self._wake.set()
        self._spare_after = time.monotonic() + CALM
        with contextlib.suppress(OSError):  # it has died; the next look says so
            child.give({"do": "train", "folder": str(run.folder.resolve())})

    def expect(self, count: int) -> None:
        """So many runs will be started at once: as many spares shall be warm."""
        self._expected = count
        self._wake.set()

    def _take_spare(self) -> Child:
        with self._lock:
            while self._spares:
                spare = self._spares.pop(0)
                if spare.alive:
                    return spare
            return Child()

    def _keep_spare(self) -> None:
        with self._lock:
            self._spares = [spare for spare in self._spares if spare.alive]
            if (
                not self._closed.is_set()
                and len(self._spares) < self._expected
                and time.monotonic() > self._spare_after
            ):
                self._spares.append(Child())
                self._spare_after = time.monotonic() + CALM

    def close(self, patience: float = 20.0) -> None:
        """Lets every worker save and leave (they see the end of their pipe), and waits for them."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._wake.set()
        with self._lock:
            workers = list(self._workers.values())
            idle = [*self._spares, *([self._renderer.child] if self._renderer else [])]
            for child in (*workers, *idle):
                child.let_go()
            for child in idle:
                child.process.terminate()  # these hold nothing that must be saved
        deadline = time.monotonic() + patience
        for child in (*workers, *idle):
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.terminate()


def _epitaph(code: int, status: dict[str, Any]) -> str:
    """What a worker's exit code says, in a sentence."""
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        cause = f"was ended from outside ({name}{'; often a sign that memory ran out' if name == 'SIGKILL' else ''})"
    elif code == 2:
        cause = "could not open the run; the reason is in log.txt"
    else:
        cause = f"ended with an error (exit code {code}); the reason is in log.txt"
    return f"The training process {cause} at step {status['step']:,}. {runs.how_to_continue(status)}"


_shared: Fleet | None = None
_shared_lock = threading.Lock()


def shared() -> Fleet:
    """The fleet of this process, made when first asked for."""
    global _shared
    with _shared_lock:
        if _shared is None or _shared._closed.is_set():
            _shared = Fleet()
        return _shared
