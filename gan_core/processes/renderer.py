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

from ..config import ConfigError, TrainConfig
from ..data import DataError, load
from ..look import latent, pictures, scene, slow
from ..look.noise import fixed_labels, fixed_noise
from ..look.probe import Probe
from ..look.thumbnails import thumbnails
from ..method.guard import NonFiniteError
from ..method.memory import restore
from ..method.priors import PRIORS
from ..method.trainer import Trainer
from ..networks import adopt_statistics, build, describe
from ..networks.conditioning import told
from ..runs import Run, RunError, find, load_state
from . import wire

KEPT = 8
"""Networks kept in memory at once."""


def networks(config: TrainConfig) -> dict[str, Any]:
    """Layers, shapes and parameters of both networks: {"generator", "discriminator"} as `networks.describe` gives them."""
    generator, discriminator = build(config)
    dtype = next(generator.parameters()).dtype
    z, x = (
        torch.zeros(1, config.latent_dim, dtype=dtype),
        torch.zeros(config.packing, *config.sample_shape, dtype=dtype),
    )
    labels = (lambda n: (torch.zeros(n, dtype=torch.int64),)) if config.n_classes else (lambda n: ())
    return {
        "generator": describe(generator, z, *labels(1)),
        "discriminator": describe(discriminator, x, *labels(config.packing)),
    }


@functools.lru_cache(4)
def preview(config: TrainConfig) -> dict[str, Any]:
    """What there is to see before the first step: real samples, the untrained G's, D's logits on both, and the networks."""
    trainer = Trainer(config.replace(device="cpu"))
    data = trainer.data
    probe = Probe(trainer)
    fake, d_real, d_fake = probe.watch()
    real = probe.fixed_reals[: config.shown]
    with torch.no_grad():
        found: dict[str, Any] = {
            "layout": pictures.layout(config, names=data.classes),
            "data_size": len(data),
            "skipped": data.skipped,
            "total_steps": config.total_steps(len(data)),
            "networks": networks(config),
        }
        if config.is_image:
            columns = config.grid[1] if config.grid else None
            sheets = {name: pictures.sheet(tiles, columns) for name, tiles in (("real", real), ("fake", fake))}
            return found | sheets | {"d_real": d_real.tolist(), "d_fake": d_fake.tolist()}
        frame = scene.points_frame(probe, scene.points_view(data))
        return found | {
            "real": scene.points_scene(data),
            "fake": frame,
            "d_real": d_real.tolist(),
            "d_fake": d_fake.tolist(),
        }


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


@functools.lru_cache(KEPT)
def _networks_of(folder: str, step: int, written: int, average: bool) -> tuple:
    """(G, D, fakes), where D judges single fakes as it judged batches of them in training. `written` tells a checkpoint from a later one of the same step."""
    run = Run.open(folder)
    generator, discriminator = run.load_networks(step)
    with torch.no_grad():
        labels = fixed_labels(run.config)
        fakes = told(generator, fixed_noise(run.config).to(next(generator.parameters()).dtype), labels)
        adopt_statistics(discriminator, *(fakes,) if labels is None else (fakes, labels))
    if average:
        generator = run.load_generator(step, average=True)
    return generator, discriminator, fakes


@torch.no_grad()
def _draw(
    run: Run, step: int | None, z: torch.Tensor, label: int = 0, average: bool = False
) -> tuple[torch.Tensor, list[float], int]:
    """(samples, D's logits, step they are of) for z (n, latent_dim); of one class where G is told one. A D that judges packs has other fakes for company."""
    config, kept = run.config, run.nearest_checkpoint(step)
    written = run.checkpoint_file(kept).stat().st_mtime_ns
    generator, discriminator, fakes = _networks_of(
        str(run.folder.resolve()), kept, written, average and config.ema_half_life > 0
    )
    labels = torch.full((len(z),), min(label, config.n_classes - 1)) if config.n_classes else None
    samples = told(generator, z.to(fakes.dtype), labels)
    packs, m = samples, config.packing
    if m > 1:
        packs = torch.cat([samples[:, None], fakes[: m - 1].expand(len(z), m - 1, *fakes.shape[1:])], 1).flatten(0, 1)
        if labels is not None:
            labels = torch.cat([labels[:, None], fixed_labels(config)[: m - 1].expand(len(z), m - 1)], 1).flatten()
    return samples.float(), told(discriminator, packs, labels).float().tolist(), kept


def walk(
    run: str,
    a: int,
    b: int,
    kind: str = "spherical",
    step: int | None = None,
    count: int = 61,
    label: int = 0,
    average: bool = False,
    root: str | None = None,
) -> dict[str, Any]:
    """Samples along the way from seed a's z to seed b's: tiles in one sheet, D's logits, and for points their values.

    `label`: the class, where G is told one; `average`: by the average of G, where there is one.
    """
    opened = find(run, root)
    path = latent.PATHS[kind](
        latent.from_seed(opened.config, a), latent.from_seed(opened.config, b), torch.linspace(0, 1, count)
    )
    samples, scores, kept = _draw(opened, step, path, label, average)
    found = {"scores": scores, "step": kept, "layout": pictures.layout(opened.config, count)}
    if opened.config.is_image:
        return found | {"sheet": pictures.sheet(samples)}
    return found | {"sheet": None, "points": samples.tolist(), "z": path[:, 0].tolist()}


def point(
    run: str,
    seed: int | None = None,
    z: list[float] | None = None,
    set: dict[str, float] | None = None,
    step: int | None = None,
    label: int = 0,
    average: bool = False,
    root: str | None = None,
) -> dict[str, Any]:
    """The sample of one z: `z` in full, or that of `seed` with some coordinates `set`; with D's logit and the range worth exploring. See `walk`."""
    opened = find(run, root)
    vector = latent.from_seed(opened.config, seed or 0) if z is None else torch.tensor(z, dtype=torch.float32)
    if vector.shape != (opened.config.latent_dim,):
        raise RunError(f"{run} needs a latent vector of {opened.config.latent_dim} numbers, not {len(vector)}.")
    for index, value in (set or {}).items():
        if not 0 <= int(index) < len(vector):
            raise RunError(f"{run} has no latent dimension {index}.")
        vector[int(index)] = float(value)
    samples, scores, kept = _draw(opened, step, vector[None], label, average)
    prior = PRIORS[opened.config.prior]
    found = {
        "score": scores[0],
        "step": kept,
        "z": [round(v, 4) for v in vector[:16].tolist()],
        "range": [prior.low, prior.high],
    }
    return found | (
        {"image": pictures.sheet(samples)} if opened.config.is_image else {"image": None, "value": samples[0].tolist()}
    )


def points(path: str) -> dict[str, Any]:
    """What a file of points holds: {"rows": points that will be trained on, "skipped": rows that were no numbers}. DataError says what is wrong with it."""
    data = load(TrainConfig(data=f"points:{path}", resolution=None, architecture="mlp"))
    return {"rows": len(data), "skipped": data.skipped}


SAMPLES = {True: 2000, False: 5000}
"""Samples of a full evaluation: of images fewer, so that it takes seconds and not minutes."""


def evaluate(run: str, step: int | None = None, average: bool = False, root: str | None = None) -> dict[str, Any]:
    """The full evaluation of the generator (or its average) nearest to `step`, as `metrics.evaluate_generator` gives it, and the "step" it is of."""
    from ..metrics import evaluate_generator

    opened = find(run, root)
    kept = opened.nearest_checkpoint(step)
    generator = opened.load_generator(kept, average=average and opened.config.ema_half_life > 0)
    return {"step": kept, **evaluate_generator(opened.config, generator, n=SAMPLES[opened.config.is_image])}


def slow_motion(
    config: dict[str, Any] | None = None, run: str | None = None, root: str | None = None
) -> dict[str, Any]:
    """`slow.iteration` of what comes next: a paused run's next step, or the first step of settings that no run has yet. RunError where there is none."""
    now = None if run is None else find(run, root).snapshot()
    wanted = now.present if now else TrainConfig.from_dict(config or {})
    if wanted.is_image:
        raise RunError(slow.NO_IMAGES)
    if now is None:
        return _played(Trainer(wanted))
    if now.state != "paused":
        raise RunError(
            "Pause the run to see its next step in slow motion."
            if now.is_active
            else "This run is over: there is no next step to play."
        )
    trainer, state = Trainer(wanted), load_state(now.run.folder)
    if state is not None:
        restore(trainer, state)
    if trainer.step != now.step:
        raise RunError("The run has just moved on. Its next step comes in a moment.")
    return _played(trainer)


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


QUESTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "preview": lambda config: preview(TrainConfig.from_dict(config)),
    "timing": lambda config: timing(TrainConfig.from_dict(config)),
    "networks": lambda config: networks(TrainConfig.from_dict(config)),
    "walk": walk,
    "point": point,
    "evaluate": evaluate,
    "slow": slow_motion,
    "thumbnails": thumbnails,
    "points": points,
}
SLOW = {"preview": 1, "timing": 1, "slow": 3, "points": 1, "evaluate": 2}
"""Questions that take their time, each kind in a line of its own, so that it holds up no other."""


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to {"do": name, ...}; {"error": sentence} where there is none."""
    arguments = dict(question)
    try:
        return QUESTIONS[arguments.pop("do")](**arguments)
    except (RunError, ConfigError, DataError, ValueError) as error:
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

    lines = [ThreadPoolExecutor(1) for _ in range(4)]
    while (message := wire.receive(source)) is not None:
        lines[SLOW.get(message["question"].get("do"), 0)].submit(reply, message["number"], message["question"])
    for line in lines:
        line.shutdown(wait=False, cancel_futures=True)
