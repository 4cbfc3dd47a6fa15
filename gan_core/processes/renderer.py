"""The process that answers pages' questions: everything that they ask and that needs torch.

The Streamlit server never imports torch. It asks a process that runs `serve()` (see fleet.py), so that a heavy picture
slows no page, and a page costs no garbage collection over torch's objects.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import torch

from ..config import ConfigError, TrainConfig
from ..data import DataError
from ..look.thumbnails import thumbnails
from ..runs import RunError, find
from ..runs.training.ending import SMALLER
from . import wire
from .line import FULL, LATE, Line
from .questions import runs, settings
from .questions.cost import memory_limit
from .questions.slow_motion import slow_motion

QUICK = "quick"
LOOK = 0.25
"""Seconds between two looks for questions that have taken too long."""
STUCK = 20.0
"""Seconds past its deadline after which work is taken for one that cannot be interrupted."""


class Question(NamedTuple):
    """Who answers a question, and the line in which it waits: one that takes its time holds up none of other lines.

    `seconds`: the longest that it may take, with its waiting, whatever its asker would grant it.
    """

    answer: Callable[..., dict[str, Any]]
    line: str = QUICK
    seconds: float = 60.0


QUESTIONS = {
    "preview": Question(settings.preview, line="settings"),
    "timing": Question(settings.timing, line="settings"),
    "points": Question(settings.points, line="files", seconds=120.0),
    "networks": Question(settings.networks),
    "thumbnails": Question(thumbnails),
    "walk": Question(runs.walk),
    "point": Question(runs.point),
    "evaluate": Question(runs.evaluate, line="evaluation", seconds=600.0),
    "slow": Question(slow_motion, line="slow motion"),
}
"""By the word that a message says in "do"."""


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """The answer to {"do": name, ...}; {"error": sentence} where there is none.

    A "config" is a configuration's fields, a "run" an id among the runs of "root"; the rest is the question's own.
    """
    arguments = dict(message)
    try:
        asked, root = QUESTIONS[arguments.pop("do")], arguments.pop("root", None)
        if "config" in arguments:
            arguments["config"] = TrainConfig.from_dict(arguments["config"])
        if "run" in arguments:
            arguments["run"] = find(arguments["run"], root)
        return asked.answer(**arguments)
    except (RunError, ConfigError, DataError, ValueError) as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"Out of memory. {SMALLER}"}
    except Exception as error:  # a question must never end the process that answers the others
        if "allocate memory" in str(error):
            return {"error": f"Out of memory. {SMALLER}"}
        return {"error": f"{type(error).__name__}: {error}"}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers questions until the pipe ends, each line of them in a thread of its own.

    {"number", "question", "seconds"} asks; {"drop": number} says that nobody waits for that answer any more.
    """
    _limit_memory()
    writing = threading.Lock()

    def reply(number: Hashable, found: object | None) -> None:
        with writing:
            wire.send(sink, {"number": number, "answer": {"error": LATE} if found is None else found})

    lines = {asked.line: Line(asked.line, reply) for asked in QUESTIONS.values()}
    threading.Thread(target=_mind, args=(list(lines.values()),), daemon=True).start()
    while (message := wire.receive(source)) is not None:
        if "drop" in message:
            for line in lines.values():
                line.drop(message["drop"])
            continue
        number, question = message["number"], message["question"]
        kind = QUESTIONS.get(question.get("do"), QUESTIONS["networks"])
        until = time.monotonic() + min(kind.seconds, message.get("seconds", kind.seconds))
        if not lines[kind.line].submit(number, lambda question=question: answer(question), until):
            reply(number, {"error": FULL})


def _limit_memory() -> None:
    """So that a question that takes more than was estimated fails alone. A GPU's driver reserves far more than it uses.

    What the process has taken so far, torch's code above all, is not counted.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        if not torch.cuda.is_available():
            pages = int(Path("/proc/self/statm").read_text().split()[5])
            most = pages * resource.getpagesize() + 2 * memory_limit()
            resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _mind(lines: list[Line]) -> None:
    """Ends what takes longer than it may; and the process, where something cannot be ended otherwise.

    It is replaced at the next question.
    """
    while True:
        time.sleep(LOOK)
        if max(line.drop_late() for line in lines) > STUCK:
            os._exit(1)
