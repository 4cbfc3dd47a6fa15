"""The question for slow motion: the step that comes next, of settings or of a paused run."""

from __future__ import annotations

from typing import Any

import torch

from ...config import TrainConfig
from ...look import slow
from ...method.guard import NonFiniteError
from ...method.memory import restore
from ...method.trainer import Trainer
from ...runs import Run, RunError, Snapshot, load_state
from .cost import check_time


def slow_motion(config: TrainConfig | None = None, run: Run | None = None) -> dict[str, Any]:
    """`slow.iteration` of a paused run's next step, or of the first step of settings. RunError where there is none."""
    now = run.snapshot() if run else None
    wanted = now.present if now else config or TrainConfig()
    if wanted.is_image:
        raise RunError(slow.NO_IMAGES)
    check_time(wanted if not now or now.step == 0 else wanted.replace(pretrain_d=0))
    return _played(_paused(now) if now else Trainer(wanted))


def _paused(now: Snapshot) -> Trainer:
    """The trainer of a paused run, as it will make the next step."""
    if now.state != "paused":
        raise RunError(
            "Pause the run to see its next step in slow motion."
            if now.is_active
            else "This run is over: there is no next step to play."
        )
    trainer, state = Trainer(now.present), load_state(now.run.folder)
    if state is not None:
        restore(trainer, state)
    if trainer.step != now.step:
        raise RunError("The run has just moved on. Its next step comes in a moment.")
    return trainer


def _played(trainer: Trainer) -> dict[str, Any]:
    """By as many threads as the run itself has: how a sum is divided among them shows in its last digits."""
    before = torch.get_num_threads()
    torch.set_num_threads(trainer.plan.threads)
    try:
        return slow.iteration(trainer)
    except NonFiniteError as error:
        raise RunError(str(error)) from None
    finally:
        torch.set_num_threads(before)
