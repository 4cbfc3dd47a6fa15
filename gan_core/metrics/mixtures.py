"""How many modes of a mixture of narrow Gaussians a generator found, how cleanly, and how evenly.

The convention is that of PacGAN (Lin et al. 2018, arXiv:1712.04086) and its published code.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..data import DISTRIBUTIONS

MIXTURES = tuple(name for name, found in DISTRIBUTIONS.items() if found.modes is not None)
"""Distributions whose modes are Gaussians of one standard deviation, all equally likely."""

SIGMAS = 3.0
"""A sample is of high quality if it is nearer to a mode than this many standard deviations."""


class Spread(NamedTuple):
    """Mean and standard deviation of a quantity over repetitions."""

    mean: float
    sd: float


def evaluate_mixture(samples: Tensor | np.ndarray, name: str = "ring") -> dict[str, Any]:
    """Modes, high-quality share and evenness over modes of samples (N, D), tensor or array, for the mixture `name`.

    Each sample belongs to its nearest mode and is of high quality if it lies strictly less than 3 standard deviations
    from it. `modes` (int): modes with at least one high-quality sample. `high_quality`: their share of all samples.
    `reverse_kl`: nats, KL(histogram || uniform over all K modes) of the modes of the high-quality samples, others being
    in no bin: 0 where all modes get the same, ln K where one gets everything, nan where no sample is of high quality,
    for then there is no histogram.

    Raises ValueError for an unknown mixture, samples of another shape, none at all, or any that is not finite.
    """
    modes, sigma = _mixture(name)
    x = _points(samples, modes.shape[1], name)
    distance, nearest = _distances(x, modes)
    counts = torch.bincount(nearest[distance < SIGMAS * sigma], minlength=len(modes))
    return {
        "modes": int((counts > 0).sum()),
        "high_quality": int(counts.sum()) / len(x),
        "reverse_kl": _kl_from_uniform(counts),
    }


@functools.lru_cache(maxsize=64)
def mixture_oracle(name: str, n: int = 2500, repetitions: int = 200) -> dict[str, Spread]:
    """What a perfect sampler scores with n samples: mean and deviation of each quantity of `evaluate_mixture`.

    Over `repetitions` draws from the mixture itself, the same each time. No honest method beats it except by noise.
    Raises ValueError for an unknown mixture, no samples, or fewer than two repetitions.
    """
    _mixture(name)
    if n < 1 or repetitions < 2:
        raise ValueError(f"an oracle needs at least one sample and two repetitions, not {n} and {repetitions}")
    random = torch.Generator().manual_seed(0)
    distribution = DISTRIBUTIONS[name]
    scores = [evaluate_mixture(distribution.sample(n, random)[0], name) for _ in range(repetitions)]
    return {key: _spread([score[key] for score in scores]) for key in scores[0]}


def mode_count(name: str) -> int:
    """How many modes the mixture `name` has. Raises ValueError for an unknown mixture."""
    return len(_mixture(name)[0])


def _spread(values: list[float]) -> Spread:
    finite = [v for v in values if math.isfinite(v)]
    if len(finite) < 2:
        return Spread(math.nan, math.nan)
    return Spread(float(np.mean(finite)), float(np.std(finite, ddof=1)))


def _mixture(name: str) -> tuple[Tensor, float]:
    """Modes float64 (K, D) and standard deviation. ValueError for what is no mixture."""
    if name not in MIXTURES:
        raise ValueError(f"{name!r} is no mixture of Gaussians; use one of {', '.join(MIXTURES)}")
    found = DISTRIBUTIONS[name]
    assert found.modes is not None and found.sigma is not None
    return found.modes.double(), found.sigma


def _points(samples: Tensor | np.ndarray, dim: int, name: str) -> Tensor:
    try:
        x = torch.as_tensor(samples).detach().to("cpu", torch.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"samples must be a tensor or an array of numbers: {error}") from None
    if x.ndim != 2 or x.shape[1] != dim or len(x) == 0:
        raise ValueError(f"samples of {name} have the shape (N, {dim}) with N of at least 1, not {tuple(x.shape)}")
    if not torch.isfinite(x).all():
        raise ValueError(f"{int((~torch.isfinite(x)).any(1).sum())} of {len(x)} samples are not finite")
    return x


def _distances(x: Tensor, modes: Tensor) -> tuple[Tensor, Tensor]:
    """Distance (N,) to the nearest mode and its index (N,)."""
    # differences, not the expanded square: at 0.01 from a mode that lies at 1 the latter loses half of the digits
    distance = torch.cdist(x, modes, compute_mode="donot_use_mm_for_euclid_dist")
    return distance.min(1)


def _kl_from_uniform(counts: Tensor) -> float:
    """KL(counts / sum || uniform) in nats; nan where there are no counts."""
    share = counts.double() / counts.sum()
    return float((torch.xlogy(share, share)).sum() + math.log(len(counts))) if counts.sum() else math.nan
