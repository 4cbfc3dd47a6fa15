"""The few numbers that are cheap enough to be computed again and again while a network trains."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ..config import TrainConfig
from ..data import DataSet
from ..theory import divergence_from_samples
from .mixtures import MIXTURES, evaluate_mixture, mixture_oracle, mode_count

SIDE = 8
"""Images are averaged down to this many pixels a side."""
POINTS, IMAGES = 2500, 256
"""Samples wanted: for points as many as in PacGAN's tables."""
REALS = 1000
"""Reals that tell how far apart real samples are."""
PREPARED, COMPARED = 200_000_000, 300_000_000
"""Pixels read to prepare the comparison with training images (a second); multiplications of a comparison (20 ms)."""


DIVERGENCES = ("jsd", "kl_data_g", "kl_g_data")
"""How far G is from a known distribution."""


def low_resolution(images: Tensor) -> Tensor:
    """Images (N, C, H, W) -> averages over an 8 x 8 grid of boxes, (N, C * 64)."""
    return F.adaptive_avg_pool2d(images, SIDE).flatten(1)


def mean_distance(points: Tensor) -> float:
    """Mean Euclidean distance between two different points of (N, F); nan for fewer than two."""
    n = len(points)
    # differences, not the expanded square, which leaves something where all are equal
    between = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
    return float(between.sum() / (n * (n - 1))) if n > 1 else math.nan


class Evaluator:
    """The quick numbers for samples of one configuration's generator; keeps what they are compared with.

    `count`: how many samples it wants (2,500 points, 256 images). `names`: the keys of what `evaluate` returns. Nothing
    is computed before the first `evaluate`, which takes up to about a second; later ones take some hundredths.
    """

    def __init__(self, config: TrainConfig, data: DataSet):
        self.data, self.name = data, config.data
        self.count = IMAGES if data.is_image else POINTS
        names: list[str] = []
        if config.data in MIXTURES:
            names += ["modes", "modes_total", "high_quality", "high_quality_oracle", "reverse_kl", "reverse_kl_oracle"]
        if data.distribution is not None:
            names += [f"{name}{of}" for name in DIVERGENCES for of in ("", "_oracle")]
        self.names = (*names, "diversity", *(("nearest",) if data.is_image else ()))
        self._spread: float | None = None

    def evaluate(self, samples: Tensor) -> dict[str, float]:
        """The numbers for samples (N, *shape) of any float dtype and device, images in [-1, 1].

        All are nan where a sample is not finite. Raises ValueError for another shape, or fewer than two samples.

        Mixtures: `modes`, `modes_total`, `high_quality`, `reverse_kl` (see `evaluate_mixture`), and as `..._oracle`
            what a perfect sampler scores with N samples on average. Known distributions: `jsd`, `kl_data_g` = KL(data
            || G) and `kl_g_data` = KL(G || data), and their oracles, in nats over boxes of the same mass (see
            `theory.divergence_from_samples`; for `kl_data_g` and its oracle half a sample is added to each box, so
            that an empty one gives a finite number). All data: `diversity`, the mean distance between two samples
            over that between two reals, 1 as diverse as the data, 0 all the same. Images: `nearest`, the median
            distance to the nearest training image over that of a real to another real (as `memorising_ratio`), about
            1 for new images, 0 for copies.

        Both are measured on 8 x 8 averaged pixels where the data are images; `nearest` of the first samples only
        where the data are many, and against as many training images as can be read within a second (all of MNIST or
        CIFAR-10).
        """
        x = samples.detach().to("cpu", torch.float32)
        if tuple(x.shape[1:]) != self.data.shape or len(x) < 2:
            raise ValueError(f"at least two samples of shape {self.data.shape} are needed, not {tuple(x.shape)}")
        if not torch.isfinite(x).all():
            return dict.fromkeys(self.names, math.nan)
        if self._spread is None:
            self._prepare()
        found: dict[str, float] = {}
        if self.name in MIXTURES:
            oracle = mixture_oracle(self.name, len(x))
            scores = evaluate_mixture(x, self.name)
            found["modes_total"] = float(mode_count(self.name))
            for key, value in scores.items():
                found[key] = float(value)
                if key != "modes":
                    found[f"{key}_oracle"] = oracle[key].mean
        if self.data.distribution is not None:
            scores = divergence_from_samples(x, self.data.distribution)
            found |= {f"{name}{of}": float(scores[f"{name}{of}"]) for name in DIVERGENCES for of in ("", "_oracle")}
        rows = low_resolution(x) if self.data.is_image else x
        found["diversity"] = mean_distance(rows[:REALS]) / self._spread if self._spread else math.nan
        if self.data.is_image:
            few = rows[: max(16, COMPARED // self._training.numel())]
            found["nearest"] = float(self._nearest(few).median()) / self._usual if self._usual else math.nan
        return {name: found[name] for name in self.names}

    def _nearest(self, rows: Tensor, originals: Tensor | None = None) -> Tensor:
        """Distance (N,) of low-resolution rows (N, F) to the nearest training image.

        Where `originals` (N,) says what the rows are versions of, other versions of the same do not count.
        """
        squared = torch.addmm(self._size, rows, self._training.T, alpha=-2)
        if originals is not None:
            squared[originals[:, None] == self._originals] = math.inf
        nearest = squared.argmin(1)
        # exactly: the expanded square is no good near 0, which is where copies are
        exact = (rows - self._training[nearest]).square().sum(1).sqrt()
        return torch.where(torch.isinf(squared.gather(1, nearest[:, None])[:, 0]), math.inf, exact)

    def _prepare(self) -> None:
        count = max(REALS, PREPARED // math.prod(self.data.shape)) if self.data.is_image else REALS
        chosen = torch.randperm(len(self.data), generator=torch.Generator().manual_seed(0))[:count]
        # in pieces: thousands of large images as floats would take gigabytes
        parts = (self.data.batch(part.to(self.data.samples.device)).cpu() for part in chosen.split(250))
        rows = torch.cat([low_resolution(part) if self.data.is_image else part for part in parts])
        if self.data.is_image:
            self._training, self._size = rows, rows.square().sum(1)
            self._originals = self.data.originals[chosen]
            parts = torch.arange(min(len(rows), REALS)).split(100)
            nearest = torch.cat([self._nearest(rows[part], self._originals[part]) for part in parts])
            nearest = nearest[torch.isfinite(nearest)]
            self._usual = float(nearest.median()) if len(nearest) else 0.0
        self._spread = mean_distance(rows[:REALS])
