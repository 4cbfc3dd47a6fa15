"""Questions about the networks of a run: a walk through latent space, the sample of one point, the full evaluation."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor

from ...look import latent, pictures
from ...look.noise import fixed_labels, fixed_noise
from ...method.priors import PRIORS
from ...networks import adopt_statistics
from ...networks.conditioning import told
from ...runs import Run, RunError

KEPT = 8
"""Networks kept in memory at once."""
SAMPLES = {True: 2000, False: 5000}
"""Samples of a full evaluation: of images fewer, so that it takes seconds and not minutes."""


@functools.lru_cache(KEPT)
def _networks_of(folder: str, step: int, written: int, average: bool) -> tuple:
    """(G, D, fakes), where both treat single samples as they treated batches in training.

    `written` tells a checkpoint from a later one of the same step.
    """
    run = Run.open(folder)
    generator, discriminator = run.load_networks(step)
    labels = fixed_labels(run.config)
    noise = fixed_noise(run.config).to(next(generator.parameters()).dtype)

    def batch(of: Tensor) -> tuple[Tensor, ...]:
        return (of,) if labels is None else (of, labels)

    with torch.no_grad():
        fakes = told(adopt_statistics(generator, *batch(noise)), noise, labels)
        adopt_statistics(discriminator, *batch(fakes))
        if average:
            generator = adopt_statistics(run.load_generator(step, average=True), *batch(noise))
    return generator, discriminator, fakes


@torch.no_grad()
def _draw(
    run: Run, step: int | None, z: Tensor, label: int = 0, average: bool = False
) -> tuple[Tensor, list[float], int]:
    """(samples, D's logits, step they are of) for z (n, latent_dim); of one class where G is told one.

    A D that judges packs has other fakes for company.
    """
    config, kept = run.config, run.nearest_checkpoint(step)
    written = run.checkpoint_file(kept).stat().st_mtime_ns
    average = average and config.ema_half_life > 0
    generator, discriminator, fakes = _networks_of(str(run.folder.resolve()), kept, written, average)
    labels = torch.full((len(z),), min(label, config.n_classes - 1)) if config.n_classes else None
    samples = told(generator, z.to(fakes.dtype), labels)
    packs, m = samples, config.packing
    if m > 1:
        packs = torch.cat([samples[:, None], fakes[: m - 1].expand(len(z), m - 1, *fakes.shape[1:])], 1).flatten(0, 1)
        others = fixed_labels(config)
        if labels is not None and others is not None:
            labels = torch.cat([labels[:, None], others[: m - 1].expand(len(z), m - 1)], 1).flatten()
    return samples.float(), told(discriminator, packs, labels).float().tolist(), kept


def walk(
    run: Run,
    a: int,
    b: int,
    kind: str = "spherical",
    step: int | None = None,
    count: int = 61,
    label: int = 0,
    average: bool = False,
) -> dict[str, Any]:
    """Samples along the way from seed a's z to seed b's: tiles in one sheet, D's logits, and for points their values.

    `label`: the class, where G is told one; `average`: by the average of G, where there is one.
    """
    first, last = (latent.from_seed(run.config, seed) for seed in (a, b))
    path = latent.PATHS[kind](first, last, torch.linspace(0, 1, count))
    samples, scores, kept = _draw(run, step, path, label, average)
    found = {"scores": scores, "step": kept, "layout": pictures.layout(run.config, count)}
    if run.config.is_image:
        return found | {"sheet": pictures.sheet(samples)}
    return found | {"sheet": None, "points": samples.tolist(), "z": path[:, 0].tolist()}


def point(
    run: Run,
    seed: int | None = None,
    z: list[float] | None = None,
    set: dict[str, float] | None = None,
    step: int | None = None,
    label: int = 0,
    average: bool = False,
) -> dict[str, Any]:
    """The sample of one z: `z` in full, or that of `seed` with some coordinates `set`.

    With D's logit and the range worth exploring; `label` and `average` as in `walk`.
    """
    vector = latent.from_seed(run.config, seed or 0) if z is None else torch.tensor(z, dtype=torch.float32)
    if vector.shape != (run.config.latent_dim,):
        raise RunError(f"{run.id} needs a latent vector of {run.config.latent_dim} numbers, not {len(vector)}.")
    for index, value in (set or {}).items():
        if not 0 <= int(index) < len(vector):
            raise RunError(f"{run.id} has no latent dimension {index}.")
        vector[int(index)] = float(value)
    samples, scores, kept = _draw(run, step, vector[None], label, average)
    prior = PRIORS[run.config.prior]
    found = {
        "score": scores[0],
        "step": kept,
        "z": [round(v, 4) for v in vector[:16].tolist()],
        "range": [prior.low, prior.high],
    }
    if run.config.is_image:
        return found | {"image": pictures.sheet(samples)}
    return found | {"image": None, "value": samples[0].tolist()}


def evaluate(run: Run, step: int | None = None, average: bool = False) -> dict[str, Any]:
    """The full evaluation of the generator (or its average) nearest to `step`, and the "step" it is of.

    As `metrics.evaluate_generator` gives it.
    """
    from ...metrics import evaluate_generator

    kept = run.nearest_checkpoint(step)
    generator = run.load_generator(kept, average=average and run.config.ema_half_life > 0)
    return {"step": kept, **evaluate_generator(run.config, generator, n=SAMPLES[run.config.is_image])}
