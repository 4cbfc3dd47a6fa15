"""What a session is made of, without a training: what is kept, how often, at what speed, by whose orders."""

from __future__ import annotations

import json
import math
import random
import time

import pytest

import gan_core
from gan_core import runs
from gan_core.config import LIVE
from gan_core.runs.control import TURNS, control_from
from gan_core.runs.training import pace, rhythm
from gan_core.runs.training.cadence import EPOCHS, FEW, FRAMES, STATES, Cadence, geometric, spacing
from gan_core.runs.training.orders import Orders
from gan_core.runs.training.pace import Pace, Speed
from gan_core.runs.training.rhythm import Rhythm

PLANE = gan_core.preset("plane")


class Clock:
    """A time of our own for a module."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    for module in (pace, rhythm):
        monkeypatch.setattr(module, "time", found)
    return found


@pytest.mark.parametrize("steps", [10, 5_000, 2_000_000])
@pytest.mark.parametrize("size", [1_000, 10 << 20, 200 << 20])
def test_a_run_on_points_keeps_a_bounded_number_of_frames_and_bytes_of_states(steps, size):
    cadence = Cadence(False, steps, 1, size)
    some = sorted({*range(min(steps, 5_000) + 1), *range(0, steps + 1, 100)})
    frames = [s for s in some if cadence.keeps_frame(s)]
    states = [s for s in some if cadence.keeps_state(s) and cadence.keeps_weights(s, None)]
    assert len(frames) <= FRAMES + 25 and set(states) <= set(frames), "the weights of what is on the timeline"
    even = [s for s in states if s % cadence.state_every == 0]
    assert len(even) * size <= STATES + size
    assert cadence.small == (size == 1_000) and not cadence.keeps_state(0)
    if cadence.small:
        first = [s for s in range(1, min(steps + 1, 100)) if geometric(s) or s % cadence.frame_every == 0]
        assert [s for s in states if s < 100] == first


@pytest.mark.parametrize("is_image", [False, True])
@pytest.mark.parametrize("steps", [40, 100, 130, 200, 310, 500, 900, 1_300, 3_000, 5_000])
def test_a_short_run_keeps_some_dozens_of_frames(is_image, steps):
    """However short it is, its way can be played back picture by picture."""
    cadence = Cadence(is_image, steps, 1, 10_000)
    kept = [step for step in range(steps + 1) if cadence.keeps_frame(step)]
    assert 28 <= len(kept) <= 70, kept
    even = [step for step in kept if step % cadence.frame_every == 0]
    assert len(even) <= FEW + 1 and even[-1] > 0.95 * steps


def test_a_run_on_images_keeps_the_weights_of_a_bounded_number_of_epochs():
    cadence = Cadence(True, 100_000, 333, 1_000)
    assert [s for s in range(300) if cadence.keeps_weights(s, None)] == [100, 200]
    ended = [epoch for epoch in range(1, 334) if cadence.keeps_weights(7, epoch)]
    assert 3 < len(ended) <= EPOCHS and ended == list(range(20, 334, 20))
    assert not any(cadence.keeps_state(s) for s in range(1000))


def test_what_is_dear_is_done_seldom(clock):
    saving = Rhythm(2.0, 1 / 50, most=60.0)
    assert not saving.due()
    clock.now += 2.01
    assert saving.due()
    for cost, pause in ((0.01, 2.0), (0.5, 25.0), (10.0, 60.0)):
        with saving.measured():
            clock.now += cost
        clock.now += pause - 0.01
        assert not saving.due(), cost
        clock.now += 0.02
        assert saving.due(), cost


def test_what_failed_is_not_tried_again_at_once(clock):
    glancing = Rhythm(1.0, 0.1)
    clock.now += 2
    with pytest.raises(OSError), glancing.measured():
        clock.now += 1
        raise OSError
    clock.now += 9.9
    assert not glancing.due()
    assert Rhythm(5.0, at_once=True).due()


def test_a_speed_spaces_steps_and_a_late_one_does_not_hurry_those_after(clock):
    asked, pacing = control_from({"speed": 10}), Pace(runs.create(PLANE))
    made = []
    for _ in range(4000):
        if pacing.delay(len(made), asked) == 0:
            made.append(clock.now)
            clock.now += 1.0 if len(made) == 3 else 0.0  # this step takes a second
        else:
            clock.now += 0.001
    gaps = [b - a for a, b in zip(made, made[1:], strict=False)]
    assert gaps[2] == pytest.approx(1.0, abs=0.01) and max(gaps[:2] + gaps[3:]) < 0.102
    assert sum(gap < 0.098 for gap in gaps) <= 1, "one may follow at once, the others keep their distance"
    assert pacing.delay(99, control_from({})) == 0.0


def test_the_speed_is_that_of_the_steps_of_late(clock):
    """Whatever fills the time: steps, pictures, another run on the same cores."""
    speed, step = Speed(), 0
    speed.note(step)
    assert speed.steps_a_second == 0 and speed.left(9) is None
    for took, steps in ((0.25, 100), (1.0, 12), (30.0, 3)):
        for _ in range(int(120 / took)):
            clock.now, step = clock.now + took, step + steps
            speed.note(step)
        assert speed.steps_a_second == pytest.approx(steps / took)
        assert speed.left(1000) == pytest.approx(1000 * took / steps, rel=0.1)
    speed.forget()
    assert speed.steps_a_second == 0 and speed.left(9) is None


@pytest.mark.parametrize("usual", [0.0005, 0.02, 0.3, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_time_left_is_told_once_it_is_known_and_then_is_steady(clock, usual, seed):
    """Three seconds of a head start at step 0, two of slow first steps, then steps of uneven lengths with breaks."""
    rng, speed, begin, step = random.Random(seed), Speed(), clock.now, 0
    for _ in range(12):
        speed.note(step)
        clock.now += 0.25
    started, told, after = clock.now, [], None
    while clock.now < started + 150 * max(1.0, usual):
        slow = 8 if clock.now < started + 1.5 else 1
        due = clock.now + pace.FLUSH
        while clock.now < due:
            clock.now += slow * usual * rng.lognormvariate(0, 0.3) + (0.2 if rng.random() < 0.05 * usual else 0)
            step += 1
        speed.note(step)
        if (left := speed.left(1_000_000)) is not None:
            after = after or clock.now - started
            told.append(left / 1e6)
    true = usual * math.exp(0.045) + 0.2 * 0.05 * usual
    assert begin < started and pace.WARM + pace.KNOWN <= after < pace.WARM + 2 * pace.KNOWN + 30 * usual
    assert all(0.65 * true < one < 1.5 * true for one in told), "of the first moment on that it is told"
    assert all(abs(b / a - 1) < 0.15 for a, b in zip(told, told[1:], strict=False)), "and it does not jump"


def test_a_run_waits_for_the_one_beside_it(clock):
    mine, other = runs.create(PLANE), runs.create(PLANE)
    asked, pacing = control_from({"beside": other.id}), Pace(mine)
    runs.set_state(other, "training", **runs.holder(), step=10, steps_per_second=8.0)
    clock.now += 1
    assert pacing.delay(12, asked) == 0.0 and pacing.delay(13, asked) > 0.0, "it may be two steps further by now"
    for state in ("paused", "finished"):
        runs.set_state(other, state, **runs.holder(), step=10)
        clock.now += 1
        assert pacing.delay(13, asked) == 0.0, state
    clock.now += 1
    assert pacing.delay(13, control_from({"beside": "nobody"})) == 0.0


def test_orders_are_read_when_they_change_and_nonsense_is_passed_over(capsys):
    run = runs.create(PLANE)
    orders = Orders(run, dict.fromkeys(TURNS, 0))
    assert not orders.read() and orders.pending() is None
    run.ask(turn="g", count=2, lr_d=1e-3)
    assert orders.read() and not orders.read() and orders.pending() == "g"
    orders.done["g"] += 2
    assert orders.pending() is None
    before = orders.taken(PLANE, lr_g=2e-3)
    assert (before.lr_d, before.lr_g) == (1e-3, 2e-3)
    time.sleep(0.01)
    (run.folder / "control.json").write_text("[1]")
    assert not orders.read() and orders.asked["live"] == {"lr_d": 1e-3} and "ignored" in capsys.readouterr().out
    time.sleep(0.01)
    (run.folder / "control.json").write_text(json.dumps({"live": {"lr_d": -1, "lr_g": 3e-3, "seed": 7}}))
    assert orders.read()
    taken = orders.taken(PLANE)
    assert taken == PLANE.replace(lr_g=3e-3) and "lr_d" in capsys.readouterr().out and "seed" not in LIVE


def test_a_run_keeps_no_end_of_frames():
    """A long run's timeline is rich at the start and bounded at the end."""
    for total in (100, 5_000, 50_000, 2_000_000):
        assert math.ceil(total / max(100, spacing(total, 500))) <= 500
    assert [s for s in range(60) if geometric(s)] == [0, 1, 2, 5, 10, 20, 50]
