"""What a single step has moved: it is said of the last step of a paused run, with numbers that the run itself has."""

from __future__ import annotations

import json

import numpy as np
import pytest
from holding import PLANE, TINY, Held

import gan_core
from gan_core import runs
from ui.server.moved import moved

LINE = gan_core.preset("gaussian-1d").replace(batch_size=16, samples=16, steps=400)


@pytest.mark.parametrize("config", [TINY, PLANE, LINE], ids=["images", "plane", "line"])
def test_a_single_step_is_told_with_what_it_moved(config, until):
    run = runs.create(config, state="starting")
    run.ask(pause=True)
    held = Held(run, until)
    try:
        held.state("paused")
        assert moved(run.snapshot()) is None, "no step was asked for"
        for step, who in enumerate(("d", "g", "both", "d"), 1):
            run.ask(turn=who)
            until(lambda at=step: run.status["step"] == at and run.status["state"] == "paused", f"step {step}")
            found = moved(run.snapshot())
            assert found is not None and found["who"] == who
            assert [found["loss_d"] is None, found["loss_g"] is None] == [who == "g", who == "d"]
            before, after = found["real"]
            assert (before == after) == (who == "g"), "only a step of D moves what it says of the same reals"
            assert found["fake"][0] != found["fake"][1]
            assert found["real"][1] == pytest.approx(real_mean(run, step), abs=1e-3)
        run.ask(pause=False)
        until(lambda: run.status["step"] > 8, "it trains on")
        run.ask(pause=True)
        until(lambda: run.status["state"] == "paused", "paused again")
        assert moved(run.snapshot()) is None, "a pause is no single step"
    finally:
        run.ask(stop=True)
        held.thread.join()


def real_mean(run: runs.Run, step: int) -> float:
    """D's mean D(x) of the real samples that are shown, from the run's files."""
    if run.config.is_image:
        return float(np.mean(1 / (1 + np.exp(-np.array((run.scores(step) or {})["d_real"])))))
    frame = json.loads(run.frame(step))
    if "s_real" in frame:
        return float(np.mean(frame["s_real"]))
    return float(np.mean(np.interp(frame["real"], frame["grid"], frame["d"])))
