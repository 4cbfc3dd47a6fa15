"""Answers to a page's questions that need torch: previews, summaries, walks through latent space.

The Streamlit server never imports torch. It asks a process that runs `serve()` (see fleet.py), so that a heavy picture slows no
page, and a page costs no garbage collection over torch's objects.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import torch

from . import latent, pictures, wire
from .config import ConfigError, TrainConfig
from .data import DataError
from .networks import build, describe
from .networks.layers import adopt_statistics
from .priors import PRIORS
from .runs import Run, RunError, find
from .session import many_noise
from .trainer import Trainer, fixed_noise

KEPT = 8
"""Networks kept in memory at once."""


def networks(config: TrainConfig) -> dict[str, Any]:
    """Layers, shapes and parameters of both networks: {"generator", "discriminator"} as `networks.describe` gives them."""
    generator, discriminator = build(config)
    dtype = next(generator.parameters()).dtype
    return {
        "generator": describe(generator, torch.zeros(1, config.latent_dim, dtype=dtype)),
        "discriminator": describe(discriminator, torch.zeros(1, *config.sample_shape, dtype=dtype)),
    }


@functools.lru_cache(4)
def preview(config: TrainConfig) -> dict[str, Any]:
    """What there is to see before the first step: real samples, the untrained G's, D's logits on both, and the networks."""
    trainer = Trainer(config.replace(device="cpu"))
    data = trainer.data
    fake, d_real, d_fake = trainer.watch()
    real = trainer.fixed_reals[: config.samples]
    with torch.no_grad():
        found: dict[str, Any] = {
            "layout": pictures.layout(config),
            "data_size": len(data),
            "skipped": data.skipped,
            "total_steps": config.total_steps(len(data)),
            "networks": networks(config),
        }
        if config.is_image:
            return found | {"real": pictures.sheet(real), "fake": pictures.sheet(fake), "d_real": d_real.tolist(), "d_fake": d_fake.tolist()}
        axis = pictures.axis(data.samples[:10_000])
        d, many = torch.sigmoid(trainer.score(axis[:, None])), trainer.sample(many_noise(config))
        curves = pictures.curves(trainer.fixed_noise[: config.samples], fake, many, trainer.fixed_reals, axis, d, data.density)
        return found | {"real": None, "fake": curves, "d_real": [], "d_fake": []}


@functools.lru_cache(16)
def timing(config: TrainConfig) -> dict[str, Any]:
    """How long a step takes here, measured by making a few: {"seconds_per_step", "total_steps"}."""
    trainer = Trainer(config.replace(pretrain_d=0))
    trainer.turn()
    steps, begin = 0, time.perf_counter()
    while steps < 1 or time.perf_counter() - begin < 0.3:
        trainer.turn()
        steps += 1
    return {"seconds_per_step": (time.perf_counter() - begin) / steps, "total_steps": config.total_steps(len(trainer.data))}


@functools.lru_cache(KEPT)
def _networks_of(folder: str, step: int, written: int) -> tuple:
    """(G, D), where D judges single fakes as it judged batches of them in training. `written` tells a checkpoint from a later one of the same step."""
    run = Run.open(folder)
    generator, discriminator = run.load_networks(step)
    dtype = next(generator.parameters()).dtype
    with torch.no_grad():
        return generator, adopt_statistics(discriminator, generator(fixed_noise(run.config).to(dtype)))


def _load(run: Run, step: int | None) -> tuple[Any, Any, int]:
    kept = run.nearest_checkpoint(step)
    return *_networks_of(str(run.folder.resolve()), kept, run.checkpoint_file(kept).stat().st_mtime_ns), kept


@torch.no_grad()
def _draw(run: Run, step: int | None, z: torch.Tensor) -> tuple[torch.Tensor, list[float], int]:
    """(samples, D's logits, step they are of) for z (n, latent_dim)."""
    generator, discriminator, kept = _load(run, step)
    dtype = next(generator.parameters()).dtype
    samples = generator(z.to(dtype))
    return samples.float(), discriminator(samples).float().tolist(), kept


def walk(run: str, a: int, b: int, kind: str = "spherical", step: int | None = None, count: int = 61, root: str | None = None) -> dict[str, Any]:
    """Samples along the way from seed a's z to seed b's: tiles in one sheet, D's logits, and for points their values."""
    opened = find(run, root)
    path = latent.PATHS[kind](latent.from_seed(opened.config, a), latent.from_seed(opened.config, b), torch.linspace(0, 1, count))
    samples, scores, kept = _draw(opened, step, path)
    found = {"scores": scores, "step": kept, "layout": pictures.layout(opened.config, count)}
    if opened.config.is_image:
        return found | {"sheet": pictures.sheet(samples)}
    return found | {"sheet": None, "points": samples[:, 0].tolist(), "z": path[:, 0].tolist()}


def point(
    run: str,
    seed: int | None = None,
    z: list[float] | None = None,
    set: dict[str, float] | None = None,
    step: int | None = None,
    root: str | None = None,
) -> dict[str, Any]:
    """The sample of one z: `z` in full, or that of `seed` with some coordinates `set`; with D's logit and the range worth exploring."""
    opened = find(run, root)
    vector = latent.from_seed(opened.config, seed or 0) if z is None else torch.tensor(z, dtype=torch.float32)
    if vector.shape != (opened.config.latent_dim,):
        raise RunError(f"{run} needs a latent vector of {opened.config.latent_dim} numbers, not {len(vector)}.")
    for index, value in (set or {}).items():
        if not 0 <= int(index) < len(vector):
            raise RunError(f"{run} has no latent dimension {index}.")
        vector[int(index)] = float(value)
    samples, scores, kept = _draw(opened, step, vector[None])
    prior = PRIORS[opened.config.prior]
    found = {"score": scores[0], "step": kept, "z": [round(v, 4) for v in vector[:16].tolist()], "range": [prior.low, prior.high]}
    return found | ({"image": pictures.sheet(samples)} if opened.config.is_image else {"image": None, "value": float(samples[0, 0])})


QUESTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "preview": lambda config: preview(TrainConfig.from_dict(config)),
    "timing": lambda config: timing(TrainConfig.from_dict(config)),
    "networks": lambda config: networks(TrainConfig.from_dict(config)),
    "walk": walk,
    "point": point,
}
SLOW = ("preview", "timing")


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to {"do": name, ...}; {"error": sentence} where there is none."""
    arguments = dict(question)
    try:
        return QUESTIONS[arguments.pop("do")](**arguments)
    except (RunError, ConfigError, DataError) as error:
        return {"error": str(error)}
    except Exception as error:  # a question must never end the process that answers the others
        return {"error": f"{type(error).__name__}: {error}"}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers questions until the pipe ends. Slow ones (which load data and train a little) do not hold up quick ones."""
    writing = threading.Lock()

    def reply(number: int, question: dict[str, Any]) -> None:
        found = answer(question)
        with writing:
            wire.send(sink, {"number": number, "answer": found})

    with ThreadPoolExecutor(1) as slow, ThreadPoolExecutor(1) as quick:
        while (message := wire.receive(source)) is not None:
            pool = slow if message["question"].get("do") in SLOW else quick
            pool.submit(reply, message["number"], message["question"])
        slow.shutdown(wait=False, cancel_futures=True)
