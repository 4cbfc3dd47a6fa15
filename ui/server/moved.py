"""What a single step has moved: D's scores of the same samples before and after it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gan_core.config import data_kind, parse_json
from gan_core.config.games import GAMES
from gan_core.runs import Run, RunError, Snapshot


def moved(now: Snapshot) -> dict[str, Any] | None:
    """The last step of a paused run, where it was asked for singly; None where it was not, or nothing is known of it.

    {"who": "d", "g" or "both", "real", "fake": [before, after], D's mean D(x) or score of the samples that are shown,
    "loss_d", "loss_g": the losses that the step went down, None where it had none}.
    """
    who, step = now.status.get("single"), now.step
    if not who or now.state != "paused":
        return None
    before, after = (_means(now, at) for at in (step - 1, step))
    if before is None or after is None:
        return None
    found = {name: [before[name], after[name]] for name in ("real", "fake")}
    return {"who": who, **found, **_losses(now.run, step)}


def _means(now: Snapshot, step: int) -> dict[str, float] | None:
    """D's mean score of the reals and the fakes of a step's picture."""
    run = now.run
    if run.config.is_image:
        scores = run.scores(step) or {}
        real, fake = scores.get("d_real"), scores.get("d_fake")
        if GAMES[now.present.objective].probability:
            real, fake = (
                logits and [1 / (1 + math.exp(-max(-60.0, min(60.0, v)))) for v in logits] for logits in (real, fake)
            )
    else:
        try:
            frame = parse_json(run.frame(step))
        except (RunError, ValueError):
            return None
        if data_kind(run.config.data).shape == (2,):
            real, fake = frame.get("s_real"), frame.get("s_fake")
        else:
            real, fake = (np.interp(frame.get(name, []), frame["grid"], frame["d"]).tolist() for name in ("real", "x"))
    if not real or not fake or not np.isfinite([*real, *fake]).all():
        return None
    return {"real": float(np.mean(real)), "fake": float(np.mean(fake))}


def _losses(run: Run, step: int) -> dict[str, float | None]:
    rows = run.metrics(max(0, step - 1))
    at = np.flatnonzero(rows["step"] == step)
    names = ("loss_d", "loss_g")
    return {name: float(rows[name][at[-1]]) if len(at) and np.isfinite(rows[name][at[-1]]) else None for name in names}
