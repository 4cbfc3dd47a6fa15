"""D's score of a sample is one number, wherever it is shown: in the charts, beside the pictures, on the Latent page."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from gan_core import preset, runs
from gan_core.config import TrainConfig
from gan_core.look.noise import fixed_noise
from gan_core.look.probe import Probe
from gan_core.method.objectives import shown
from gan_core.method.trainer import Trainer
from gan_core.processes.questions.runs import _draw
from gan_core.runs.training import hold

SMALL = {"width": 4, "latent_dim": 5, "batch_size": 32, "samples": 16, "data": "digits"}
FAMILIES = {
    "batch norm": {"architecture": "dcgan"},
    "batch norm in G": {"architecture": "maxout", "width": 12},
    "batch norm, conv-minimax": {"architecture": "conv-minimax", "width": 16},
    "minibatch deviation": {"architecture": "residual", "minibatch_stddev": True},
    "none": {"architecture": "mlp", "width": 12},
}


@pytest.mark.parametrize("name", FAMILIES)
def test_the_charts_and_the_batch_beside_them_score_alike(name):
    """Networks that are held still: the mean over many batches of training is that of the fixed batch."""
    trainer = Trainer(TrainConfig(**{**SMALL, **FAMILIES[name]}, lr_d=1e-3, steps=200))
    for _ in range(40):
        trainer.turn()
    trainer.change(lr_d=0.0, lr_g=0.0)
    rows = [trainer.turn().metrics() for _ in range(30)]
    fake, *logits = Probe(trainer).watch()
    for measure, some in zip(("d_real", "d_fake"), logits, strict=True):
        here = float(shown(trainer.objective, some).mean())
        assert here == pytest.approx(np.mean([row[measure] for row in rows]), abs=0.06), measure


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize("name", FAMILIES)
def test_latent_draws_and_scores_as_the_pictures_of_the_run_do(name, average):
    run = runs.create(
        TrainConfig(**{**SMALL, **FAMILIES[name]}, lr_d=1e-3, steps=24, ema_half_life=64), state="starting"
    )
    hold(run, threading.Event())
    samples, scores, step = _draw(run, None, fixed_noise(run.config), average=average)
    assert step == 24 and samples.shape[0] >= 16
    if average:
        return
    theirs = (run.scores(step) or {})["d_fake"]
    found = torch.tensor(scores[: len(theirs)]).sigmoid()
    assert torch.allclose(found, torch.tensor(theirs).sigmoid(), atol=0.03)


def test_points_in_the_plane_are_scored_as_in_training():
    trainer = Trainer(preset("plane").replace(width=16, lr_d=1e-3, steps=500))
    for _ in range(100):
        trainer.turn()
    trainer.change(lr_d=0.0, lr_g=0.0)
    rows = [trainer.turn().metrics() for _ in range(60)]
    probe = Probe(trainer)
    here = float(shown(trainer.objective, probe.score(probe.fixed_reals[:128])).mean())
    assert here == pytest.approx(np.mean([row["d_real"] for row in rows]), abs=0.03)
