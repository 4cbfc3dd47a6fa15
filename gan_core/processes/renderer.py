"""The process that answers pages' questions: everything that they ask and that needs torch.

The Streamlit server never imports torch. It asks a process that runs `serve()` (see fleet.py), so that a heavy picture
slows no page, and a page costs no garbage collection over torch's objects.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO, NamedTuple

from ..config import ConfigError, TrainConfig
from ..data import DataError
from ..look.thumbnails import thumbnails
from ..runs import RunError, find
from . import wire
from .questions import runs, settings
from .questions.slow_motion import slow_motion

QUICK = "quick"


class Question(NamedTuple):
    """Who answers a question, and the line in which it waits: one that takes its time holds up none of other lines."""

    answer: Callable[..., dict[str, Any]]
    line: str = QUICK


QUESTIONS = {
    "preview": Question(settings.preview, line="settings"),
    "timing": Question(settings.timing, line="settings"),
    "points": Question(settings.points, line="settings"),
    "networks": Question(settings.networks),
    "thumbnails": Question(thumbnails),
    "walk": Question(runs.walk),
    "point": Question(runs.point),
    "evaluate": Question(runs.evaluate, line="evaluation"),
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
    except Exception as error:  # a question must never end the process that answers the others
        return {"error": f"{type(error).__name__}: {error}"}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers questions until the pipe ends, each line of them in a thread of its own."""
    writing = threading.Lock()

    def reply(number: int, message: dict[str, Any]) -> None:
        found = answer(message)
        with writing:
            wire.send(sink, {"number": number, "answer": found})

    lines = {asked.line: ThreadPoolExecutor(1) for asked in QUESTIONS.values()}
    while (message := wire.receive(source)) is not None:
        asked = QUESTIONS.get(message["question"].get("do"))
        line = lines[asked.line if asked else QUICK]
        line.submit(reply, message["number"], message["question"])
    for line in lines.values():
        line.shutdown(wait=False, cancel_futures=True)
