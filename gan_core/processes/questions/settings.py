"""Questions about settings that no run has yet: what there is to see, how fast it goes, what a file of points holds."""

from __future__ import annotations

import functools
import time
from typing import Any

import torch

from ...config import TrainConfig
from ...data import load
from ...look import pictures, scene
from ...look.probe import Probe
from ...method.trainer import Trainer
from ...networks import build, describe
from ...runs.training.session import SAVING
from ...runs.training.writer import LOOKING
from .cost import check_memory


def networks(config: TrainConfig) -> dict[str, Any]:
    """Layers, shapes and parameters, as `networks.describe` gives them: {"generator", "discriminator"}."""
    generator, discriminator = build(config)
    dtype = next(generator.parameters()).dtype
    z = torch.zeros(1, config.latent_dim, dtype=dtype)
    x = torch.zeros(config.packing, *config.sample_shape, dtype=dtype)
    labels = (lambda n: (torch.zeros(n, dtype=torch.int64),)) if config.n_classes else (lambda n: ())
    return {
        "generator": describe(generator, z, *labels(1)),
        "discriminator": describe(discriminator, x, *labels(config.packing)),
    }


@functools.lru_cache(4)
def preview(config: TrainConfig) -> dict[str, Any]:
    """What there is to see before the first step: real samples, the untrained G's, D's logits on both, the networks."""
    check_memory(config)
    trainer = Trainer(config.replace(device="cpu"))
    probe, data = Probe(trainer), trainer.data
    fake, d_real, d_fake = probe.watch()
    found = {
        "layout": pictures.layout(config, names=data.classes),
        "data_size": len(data),
        "skipped": data.skipped,
        "total_steps": config.total_steps(len(data)),
        "networks": networks(config),
        "d_real": d_real.tolist(),
        "d_fake": d_fake.tolist(),
    }
    if config.is_image:
        columns = config.grid[1] if config.grid else None
        real = probe.fixed_reals[: config.shown]
        return found | {"real": pictures.sheet(real, columns), "fake": pictures.sheet(fake, columns)}
    frame = scene.points_frame(probe, scene.points_view(data))
    return found | {"real": scene.points_scene(data), "fake": frame}


PIECE, PIECES = 0.08, 6
"""Seconds of one measurement of the speed, and how many are made: on a busy machine they differ."""


def timing(config: TrainConfig) -> dict[str, Any]:
    """How long a step takes here and now: {"seconds_per_step": [at the least, at the most], "total_steps"}.

    Measured by making a few, on as many threads as a worker would; at the most pictures and evaluations come on top.
    """
    if config.device == "cpu" or not torch.cuda.is_available():
        check_memory(config)
    trainer = Trainer(config.replace(pretrain_d=0))
    threads = torch.get_num_threads()
    torch.set_num_threads(trainer.plan.threads)
    try:
        trainer.turn()
        took = [_piece(trainer) for _ in range(PIECES)]
    finally:
        torch.set_num_threads(threads)
    besides = 1 + 2 * LOOKING["images" if config.is_image else "points"] + SAVING
    return {
        "seconds_per_step": [min(took), max(took) * besides],
        "total_steps": config.total_steps(len(trainer.data)),
    }


def _piece(trainer: Trainer) -> float:
    """Seconds that a step takes, as a mean over `PIECE` seconds, at least over one step."""
    begin, steps, took = time.perf_counter(), 0, 0.0
    while took < PIECE:
        trainer.wait(trainer.turn().measures)
        steps, took = steps + 1, time.perf_counter() - begin
    return took / steps


def points(path: str) -> dict[str, Any]:
    """What a file of points holds: {"rows": points to train on, "skipped": rows without numbers}. Raises DataError."""
    data = load(TrainConfig(data=f"points:{path}", resolution=None, architecture="mlp"))
    return {"rows": len(data), "skipped": data.skipped}
