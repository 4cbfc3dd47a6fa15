"""Questions that would cost too much, that nobody waits for, or that never end: nobody else waits for them."""

from __future__ import annotations

import threading
import time

import pytest

import gan_core
from gan_core.config.presets import PRESETS
from gan_core.processes import renderer, wire
from gan_core.processes.line import FULL, MOST, Line
from gan_core.processes.questions import cost

PLANE = gan_core.preset("plane")


class Answers:
    """What a line says, by number."""

    def __init__(self) -> None:
        self.said: dict = {}
        self.line = Line("test", self.reply)

    def reply(self, number, found) -> None:
        self.said[number] = found


def endless() -> None:
    while True:
        time.sleep(0.001)


def soon() -> float:
    return time.monotonic() + 60


def test_a_question_that_nobody_waits_for_is_not_answered_and_ends_where_it_is(until):
    answers, begun = Answers(), threading.Event()
    line = answers.line
    line.submit(1, lambda: begun.set() or endless(), soon())
    line.submit(2, lambda: "never", soon())
    line.submit(3, lambda: "three", soon())
    assert begun.wait(30)
    line.drop(2)
    line.drop(1)
    until(lambda: answers.said.get(3) == "three", "the third")
    assert 2 not in answers.said and answers.said[1] is None
    line.drop(3)
    line.submit(4, lambda: "four", soon())
    until(lambda: answers.said.get(4) == "four", "what comes after is not hit by what was dropped")


def test_a_drop_at_any_moment_hurts_no_other_question(until):
    """Dropped just before, while and just after it is answered, many times."""
    answers = Answers()
    for i in range(400):
        answers.line.submit(("short", i), lambda: sum(range(200)), soon())
        if i % 3:
            time.sleep(i % 7 * 1e-5)
        answers.line.drop(("short", i))
        answers.line.submit(("kept", i), lambda i=i: i, soon())
        until(lambda i=i: ("kept", i) in answers.said, "the one that is waited for")
        assert answers.said["kept", i] == i


def test_what_takes_too_long_ends_and_what_waited_too_long_is_told(until):
    answers = Answers()
    answers.line.submit(1, endless, time.monotonic() + 0.2)
    answers.line.submit(2, lambda: "never", time.monotonic() + 0.2)
    answers.line.submit(3, lambda: "three", soon())
    until(lambda: answers.line.drop_late() and False or len(answers.said) == 3, "all three")
    assert answers.said == {1: None, 2: None, 3: "three"}


def test_a_line_has_an_end():
    answers, hold = Answers(), threading.Event()
    answers.line.submit("first", hold.wait, soon())
    taken = [answers.line.submit(i, lambda: 0, soon()) for i in range(MOST + 2)]
    hold.set()
    assert taken[: MOST - 1] == [True] * (MOST - 1) and taken[-1] is False and FULL.endswith(".")


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_costs_is_within_what_may_be_asked(name):
    config = gan_core.preset(name)
    cost.check_memory(config)
    assert 0 < cost.memory(config) < 2**30
    assert cost.memory(config.replace(batch_size=2 * config.batch_size)) > cost.memory(config)
    if not config.is_image:
        cost.check_time(config)


@pytest.mark.parametrize("do", ["preview", "timing"])
@pytest.mark.parametrize(
    "changes",
    [
        {"architecture": "dcgan", "width": 1024, "resolution": 128, "batch_size": 4096},
        {"architecture": "dcgan", "width": 256, "resolution": 64, "batch_size": 4096},
        {"architecture": "residual", "width": 512, "resolution": 128, "batch_size": 1024},
    ],
    ids=lambda c: f"{c['architecture']} {c['width']}",
)
def test_what_would_take_all_the_memory_is_refused_before_any_of_it_is_taken(do, changes, monkeypatch):
    monkeypatch.setattr("gan_core.processes.questions.settings.Trainer", lambda *_: pytest.fail("it was built"))
    config = gan_core.TrainConfig.draft({**gan_core.preset("dcgan-64").replace(data="digits").to_dict(), **changes})
    found = renderer.answer({"do": do, "config": config.to_dict()})
    assert found["error"].startswith("Out of memory") and "smaller batch" in found["error"], found


@pytest.mark.parametrize("changes", [{"k": 100, "pretrain_d": 10_000}, {"pretrain_d": 9_999}])
def test_slow_motion_of_thousands_of_updates_is_refused(changes, monkeypatch):
    monkeypatch.setattr("gan_core.processes.questions.slow_motion.Trainer", lambda *_: pytest.fail("it was built"))
    found = renderer.answer({"do": "slow", "config": PLANE.replace(**changes).to_dict()})
    assert "updates of D" in found["error"]


def test_running_out_of_memory_all_the_same_is_the_sentence_that_training_has(monkeypatch):
    for error in (MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to")):

        def fail(config, error=error):
            raise error

        monkeypatch.setitem(renderer.QUESTIONS, "networks", renderer.Question(fail))
        found = renderer.answer({"do": "networks", "config": PLANE.to_dict()})
        assert found["error"].startswith("Out of memory. Choose")


@pytest.mark.slow
def test_the_process_that_answers_forgets_what_was_dropped_and_answers_others_meanwhile(until):
    from gan_core.processes.child import Child
    from gan_core.processes.client import Renderer

    asked = Renderer(Child())
    try:
        first = asked.submit({"do": "networks", "config": PLANE.to_dict()}, 60.0)
        assert "generator" in first.answer()
        slow = [asked.submit({"do": "slow", "config": PLANE.replace(k=100, seed=i).to_dict()}, 60.0) for i in range(20)]
        quick = asked.submit({"do": "networks", "config": PLANE.to_dict()}, 60.0).answer()
        assert "generator" in quick and not all(one.future.done() for one in slow), "it did not wait for the others"
        for one in slow:
            one.drop()
        last = asked.submit({"do": "slow", "config": PLANE.to_dict()}, 60.0).answer()
        assert last["step"] == 1 and sum(one.future.done() for one in slow) < 20
    finally:
        asked.child.let_go()
        asked.child.process.terminate()
        asked.child.process.wait(30)


def test_messages_to_drop_are_messages():
    assert wire.pack({"drop": 7})
