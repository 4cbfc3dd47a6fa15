"""Questions about settings that no run has yet: what there is to see, how fast it goes, what a file of points holds."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from ...config import TrainConfig
from ...data import load
from ...look import pictures, scene
from ...look.probe import Probe
from ...method.hardware import available_threads
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


PIECE, PIECES = 0.12, 8
"""Seconds of one measurement of the speed, and how many are made: on a busy machine they differ."""
PAGE = 3
"""Cores that a browser on this machine and the server keep busy, at the most, while a run is watched."""


def timing(config: TrainConfig) -> dict[str, Any]:
    """How long a step takes here and now: {"seconds_per_step": [at the least, at the most], "total_steps"}.

    Measured by making a few, on as many threads and with as low a priority as a worker would.
    """
    if config.device == "cpu" or not torch.cuda.is_available():
        check_memory(config)
    trainer = Trainer(config.replace(pretrain_d=0))
    threads = torch.get_num_threads()
    torch.set_num_threads(trainer.plan.threads)
    try:
        trainer.turn()
        pieces = [_piece(trainer) for _ in range(PIECES)]
    finally:
        torch.set_num_threads(threads)
    on_cpu = trainer.plan.device.type == "cpu"
    least, most = between(pieces, trainer.plan.threads if on_cpu else 0, available_threads())
    besides = 1 + 2 * LOOKING["images" if config.is_image else "points"] + SAVING
    return {
        "seconds_per_step": [least, most * besides],
        "total_steps": config.total_steps(len(trainer.data)),
    }


class Piece(NamedTuple):
    """Some steps: how many, and the seconds that they took by the clock and of all processor cores."""

    steps: int
    wall: float
    cpu: float


def between(pieces: Sequence[Piece], threads: int, cores: int) -> tuple[float, float]:
    """Seconds that a step takes at the least and at the most; `threads`: of the team that computes, 0 on a GPU.

    At the least those that it computes: no other program can shorten them, however the load changes. At the most the
    mean of now, which others are part of, with a page that watches on the same cores. Not the longest piece: a moment
    in which others had the cores says nothing about minutes.
    """
    computes = min(p.cpu / threads / p.steps if threads else p.wall / p.steps for p in pieces)
    now = sum(p.wall for p in pieces) / sum(p.steps for p in pieces)
    return min(computes, now), now * (1 + PAGE * max(threads, 1) / max(cores, 1))


def _piece(trainer: Trainer) -> Piece:
    """Steps for `PIECE` seconds, at least one."""
    begin, used, steps, took = time.perf_counter(), time.process_time(), 0, 0.0
    while took < PIECE:
        trainer.wait(trainer.turn().measures)
        steps, took = steps + 1, time.perf_counter() - begin
    return Piece(steps, took, time.process_time() - used)


def points(path: str) -> dict[str, Any]:
    """What a file of points holds: {"rows": points to train on, "skipped": rows without numbers}. Raises DataError."""
    data = load(TrainConfig(data=f"points:{path}", resolution=None, architecture="mlp"))
    return {"rows": len(data), "skipped": data.skipped}
