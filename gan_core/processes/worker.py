"""The process that does the work: `python -m gan_core.processes.worker`.

It imports torch, then waits on its standard input for one line of JSON that says what it is to be:
{"do": "train", "folder": ...} or {"do": "serve"}. Whoever started it keeps the pipe open; when the pipe ends, a
training is saved and the process leaves.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading


def main() -> int:
    """The exit code: 0 where what was asked is done, 1 where the training failed, 2 where it could not begin."""
    pipe = sys.stdin.buffer
    if hasattr(os, "nice"):
        os.nice(10)  # pages stay smooth while it trains
    import torch

    from ..runs import Run, RunError, layout, training, withdraw
    from ..runs.files import open_to_append
    from . import renderer

    _warm()
    print("ready", flush=True)
    line = pipe.readline()
    if not line:
        return 0
    task = json.loads(line)
    if task["do"] == "serve":
        torch.set_num_threads(1)  # one picture at a time: a team of threads costs more than it brings
        answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not land among the answers
        renderer.serve(pipe, answers)
        return 0

    run = Run.open(task["folder"])
    log = open_to_append(run.folder / layout.LOG)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log.fileno(), stream.fileno())
    leave = threading.Event()

    def watch() -> None:
        while pipe.readline():
            pass
        leave.set()

    threading.Thread(target=watch, daemon=True).start()
    try:
        status = training.hold(run, leave)
    except RunError as error:
        print(error, flush=True)
        return 2
    if status.get("unprepared"):
        with contextlib.suppress(OSError):  # then it stays, as one that failed
            withdraw(run)
    sys.stdout.flush()
    return 0 if status["state"] in ("finished", "stopped", "interrupted") else 1


def _warm() -> None:
    """Does once, before it matters, what the first step would wait for: lazy imports and first calls of kernels."""
    from ..config import TrainConfig
    from ..method.trainer import Trainer

    try:
        Trainer(TrainConfig()).turn()
    except Exception as error:  # a spare that cannot warm up still works, a little later
        print(f"warming up: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # threads of torch and of the pipe hold nothing that matters; a plain exit can wait for them
    os._exit(code)
