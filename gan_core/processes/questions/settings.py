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


@functools.lru_cache(16)
def timing(config: TrainConfig) -> dict[str, Any]:
    """How long a step takes here, measured by making a few: {"seconds_per_step", "total_steps"}."""
    trainer = Trainer(config.replace(pretrain_d=0))
    trainer.turn()
    steps, begin = 0, time.perf_counter()
    while steps < 1 or time.perf_counter() - begin < 0.3:
        trainer.turn()
        steps += 1
    return {
        "seconds_per_step": (time.perf_counter() - begin) / steps,
        "total_steps": config.total_steps(len(trainer.data)),
    }


def points(path: str) -> dict[str, Any]:
    """What a file of points holds: {"rows": points to train on, "skipped": rows without numbers}. Raises DataError."""
    data = load(TrainConfig(data=f"points:{path}", resolution=None, architecture="mlp"))
    return {"rows": len(data), "skipped": data.skipped}
