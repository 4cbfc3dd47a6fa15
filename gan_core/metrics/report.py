"""The full evaluation of a generator: every number with what it was computed with and the best to be expected."""

from __future__ import annotations

from typing import Any

from torch import nn

from ..config import TrainConfig, called
from ..data import DataSet, load
from . import report_images, report_points
from .table import Progress, Report


def evaluate_generator(
    config: TrainConfig,
    generator: nn.Module,
    data: DataSet | None = None,
    n: int = 5000,
    seed: int = 0,
    inception: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The full evaluation of a trained generator, as a dictionary that JSON can hold.

    data: the data set, loaded where None. n: samples drawn; as many reals are put against them, and as many others
        against these for the floor, so that n is cut to half of the data where they are few. inception: also FID and
        KID, which need a download and are slow. progress(share, sentence) is called on the way.

    {"data", "n_fake", "n_real", "seed", "rows", "notes", "histogram"}. A row has `key`; `title`: what it is and,
    where there is one, the network in whose features it was measured, which are `measure` and `network` (or None);
    `value`; what it is to be held against, under the name `oracle` (what a perfect sampler scores with as many
    samples) or `floor` (what reals score against reals); `spread`: the deviation of the oracle, or the standard error
    of the value, or None; `better`: "low", "high", or "reference" (the nearer the better); `n`: fakes; `note`: a few
    sentences. A value that does not exist is None. `notes` say what could not be computed and why. `histogram`:
    {"network", "classes", "fakes", "reals"}, names of classes and how many of as many fakes and reals were named so;
    None without a classifier.

    Raises DataError where the data cannot be had, ValueError for fewer than 20 samples, or some that are not finite,
    or too few data.
    """
    if n < 20:
        raise ValueError(f"an evaluation needs at least 20 samples, not {n}")
    data = load(config) if data is None else data
    report = Report(config, data, n, seed, progress)
    if data.is_image:
        report_images.images(report, generator, inception)
    else:
        report_points.points(report, generator)
    report.tell(1.0, "Done")
    return {
        "data": called(config.data),
        "n_fake": report.n,
        "n_real": report.n_real,
        "seed": seed,
        "rows": report.rows,
        "notes": report.notes,
        "histogram": report.histogram,
    }
