"""The full evaluation of a generator: a table in which every number says what it was computed with and what is the best to be expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from ..config import TrainConfig, called
from ..data import DataSet, load
from ..look.pictures import to_bytes
from ..method.priors import PRIORS
from ..theory import divergence_from_samples
from .classifier import Classifier, ClassifierError, StackedClassifier, load_classifier
from .images import (
    INCEPTION,
    SUBSETS,
    InceptionMissing,
    class_counts,
    class_kl,
    compare_features,
    frechet_distance,
    inception_features,
    kernel_distance,
    real_halves,
)
from .manifold import prdc
from .mixtures import MIXTURES, evaluate_mixture, mixture_oracle
from .neighbours import groups_of, memorising_ratio
from .quick import REALS, SIDE, low_resolution, mean_distance

BATCH = 250
K = 5
"""Neighbours that precision, recall, density and coverage go by."""
NEIGHBOURS, COMPARED = 1000, 5e10
"""Fakes, and as many reals, whose nearest training images are sought: fewer where they would take more multiplications than this."""

Progress = Callable[[float, str], None]
Row = dict[str, Any]


@torch.no_grad()
def draw(
    config: TrainConfig, generator: nn.Module, n: int, seed: int = 0, labels: Tensor | None = None
) -> Iterator[tuple[Tensor, Tensor | None]]:
    """n samples of a generator in evaluation mode, some 250 at a time: (float32 (B, *shape) on the CPU, labels int64 (B,) or None).

    z comes from the configuration's prior and depends on the seed alone. A conditional generator is asked for `labels` (n,); for each class
    as often where None. The generator may be on any device, of any float dtype; it is left in the mode it was in.
    """
    random = torch.Generator().manual_seed(seed)
    parameter = next(generator.parameters())
    z = PRIORS[config.prior].draw(n, config.latent_dim, random, None)
    if config.n_classes and labels is None:
        labels = torch.arange(n) % config.n_classes
    training = generator.training
    generator.eval()
    try:
        for part in torch.arange(n).split(BATCH):
            told = () if not config.n_classes else (labels[part].to(parameter.device),)
            x = generator(z[part].to(parameter.device, parameter.dtype), *told)
            yield x.float().cpu(), labels[part] if config.n_classes else None
    finally:
        generator.train(training)


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

    data: the data set, loaded where None. n: samples drawn; as many reals are put against them, and as many others against these for the
    floor, so that n is cut to half of the data where they are few. inception: also FID and KID, which need a download and are slow.
    progress(share, sentence) is called on the way.

    {"data", "n_fake", "n_real", "seed", "rows", "notes", "histogram"}. A row has `key`; `title`: what it is and, where there is one, the
    network in whose features it was measured, which are `measure` and `network` (or None); `value`; what it is to be held against, under
    the name `oracle` (what a perfect sampler scores with as many samples) or `floor` (what reals score against reals); `spread`: the
    deviation of the oracle, or the standard error of the value, or None; `better`: "low", "high", or "reference" (the nearer the better); `n`: fakes;
    `note`: a few sentences. A value that does not exist is None. `notes` say what could not be computed and why. `histogram`: {"network",
    "classes", "fakes", "reals"}, names of classes and how many of as many fakes and reals were named so; None without a classifier.

    Raises DataError where the data cannot be had, ValueError for fewer than 20 samples, or some that are not finite, or too few data.
    """
    if n < 20:
        raise ValueError(f"an evaluation needs at least 20 samples, not {n}")
    data = load(config) if data is None else data
    report = _Report(config, data, n, seed, progress)
    if data.is_image:
        _images(report, generator, inception)
    else:
        _points(report, generator)
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


class _Report:
    def __init__(self, config: TrainConfig, data: DataSet, n: int, seed: int, progress: Progress | None):
        self.config, self.data, self.seed, self.progress = config, data, seed, progress
        self.groups = groups_of(config.data, len(data))
        self.real, self.other = real_halves(len(data), n, self.groups)
        # the floor needs as many reals as there are fakes; for points whose distribution is known there are always more
        self.n = n if data.distribution is not None else len(self.real)
        self.n_real = len(self.real)
        if self.n_real <= K:
            raise ValueError(
                f"{called(config.data)} has too few samples ({len(data)}) to be compared with; at least {2 * K + 2} are needed"
            )
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.histogram: dict[str, Any] | None = None

    def tell(self, share: float, sentence: str) -> None:
        if self.progress is not None:
            self.progress(share, sentence)

    def within(self, start: float, end: float) -> Progress:
        return lambda share, sentence: self.tell(start + (end - start) * share, sentence)

    def row(
        self,
        key: str,
        measure: str,
        value: float,
        note: str,
        better: str = "low",
        spread: float = math.nan,
        space: str | None = None,
        **reference: float,
    ) -> None:
        """`space`: "in the ..." where it was measured in a network's features; `reference`: oracle=... or floor=..., or nothing."""
        title = f"{measure} {space}" if space else measure
        network = space.removeprefix("in the ") if space else None
        self.rows.append(
            {"key": key, "title": title, "measure": measure, "network": network, "value": _number(value)}
            | {name: _number(v) for name, v in reference.items()}
            | {"spread": _number(spread), "better": better, "n": self.n, "note": note}
        )

    def neighbourhoods(self, value: dict[str, float], floor: dict[str, float], space: str | None = None) -> None:
        """The rows of `prdc`."""
        notes = {
            "precision": "Share of fakes that lie among the reals: quality.",
            "recall": "Share of reals that lie among the fakes: variety.",
            "density": "In how many reals' neighbourhoods a fake lies, over the number for a real: 1 for a perfect generator, and possibly above.",
            "coverage": "Share of reals that have a fake nearby: variety, less misled by outliers than recall.",
        }
        for key, note in notes.items():
            better = "reference" if key == "density" else "high"
            note = f"{note} By {K} nearest neighbours; {self._counts()}"
            self.row(key, key.capitalize(), value[key], note, better, space=space, floor=floor[key])

    def distances(self, found: dict[str, Any], names: tuple[str, str], keys: tuple[str, str]) -> None:
        value, floor, space = found["value"], found["floor"], f"in the {found['network']}"
        counts = f"{found['n_fake']:,} fakes, {found['n_real']:,} reals; the floor is {found['n_fake']:,} other reals in the fakes' place."
        note = f"Biased by the number of samples: comparable only with the same network and numbers. {counts}"
        self.row(keys[0], names[0], value["frechet"], note, space=space, floor=floor["frechet"])
        note = f"Unbiased: about 0 for a perfect generator, and then as often below. Mean of {SUBSETS} random subsets, ± their deviation. {counts}"
        self.row(
            keys[1], names[1], value["kernel"], note, spread=value["kernel_sd"], space=space, floor=floor["kernel"]
        )

    def _counts(self) -> str:
        return f"{self.n:,} fakes, {self.n_real:,} reals."


def _number(value: float) -> float | int | None:
    return value if isinstance(value, int) or math.isfinite(value) else None


# --------------------------------------------------------------------------- points


def _points(report: _Report, generator: nn.Module) -> None:
    config, data = report.config, report.data
    report.tell(0.0, "Drawing samples")
    labels = _asked(report)
    x = _finite(torch.cat([part for part, _ in draw(config, generator, report.n, report.seed, labels)]))
    if config.data in MIXTURES:
        scores, oracle = evaluate_mixture(x, config.data), mixture_oracle(config.data, len(x))
        total = len(data.distribution.modes)
        per = f"A perfect sampler's: mean of 200 draws of {len(x):,} points, ± deviation of one."
        report.row(
            "modes",
            f"Modes found, of {total}",
            scores["modes"],
            f"With at least one sample within 3 σ. {per}",
            "high",
            oracle=oracle["modes"].mean,
        )
        note = f"Samples within 3 σ of a mode. More than a perfect sampler's means modes that are too narrow. {per}"
        report.row(
            "high_quality",
            "Share of high-quality samples",
            scores["high_quality"],
            note,
            "reference",
            **_spread(oracle["high_quality"]),
        )
        note = f"KL(modes' histogram ‖ uniform) in nats, over the high-quality samples: 0 even, ln {total} = {math.log(total):.2f} all in one mode. {per}"
        if math.isnan(scores["reverse_kl"]):
            note = f"No sample lies in any mode, so there is no histogram. {note}"
        report.row(
            "reverse_kl", "Reverse KL over modes (nats)", scores["reverse_kl"], note, **_spread(oracle["reverse_kl"])
        )
    report.tell(0.2, "Comparing with the distribution")
    if data.distribution is not None:
        found = divergence_from_samples(x, data.distribution)
        what = f"Over {found['cells']} regions of equal probability; standard error by bootstrap. A perfect sampler's: mean of 20 draws of {len(x):,} points."
        report.row(
            "jsd",
            "Jensen-Shannon divergence (nats)",
            found["jsd"],
            f"0 to ln 2 = 0.69. {what}",
            spread=found["jsd_error"],
            oracle=found["jsd_oracle"],
        )
        half = "Large where G leaves out what the data have. Half a sample is added to each region, for an empty one would make it infinite."
        for key, name, note in (
            ("kl_data_g", "KL(data ‖ samples) (nats)", f"{half} {what}"),
            ("kl_g_data", "KL(samples ‖ data) (nats)", f"Large where G has what the data do not. {what}"),
        ):
            report.row(key, name, found[key], note, spread=found[f"{key}_error"], oracle=found[f"{key}_oracle"])
    report.tell(0.5, "Looking at neighbourhoods")
    real, other = (
        data.batch(report.real.to(data.samples.device)).cpu(),
        data.batch(report.other.to(data.samples.device)).cpu(),
    )
    report.neighbourhoods(prdc(real, x, K), prdc(real, other, K))
    spread = mean_distance(real[:REALS])
    note = (
        "Mean distance between two samples, over that between two reals. 1: as spread out as the data, 0: all the same."
    )
    report.row(
        "diversity",
        "Diversity",
        mean_distance(x[:REALS]) / spread if spread else math.nan,
        note,
        "reference",
        floor=1.0,
    )


def _spread(oracle: tuple[float, float]) -> dict[str, float]:
    return {"oracle": oracle[0], "spread": oracle[1]}


def _asked(report: _Report) -> Tensor | None:
    """The labels a conditional generator is asked for: those of the reals it is compared with, so that classes are as frequent."""
    if not report.config.n_classes:
        return None
    index = report.real[torch.arange(report.n) % len(report.real)]
    return report.data.labels[index.to(report.data.labels.device)].cpu()


def _finite(x: Tensor) -> Tensor:
    if not torch.isfinite(x).all():
        raise ValueError(
            f"{int((~torch.isfinite(x.flatten(1))).any(1).sum())} of {len(x)} samples are not finite: the generator is broken at this step"
        )
    return x


# --------------------------------------------------------------------------- images


class _Seen:
    """What is kept of a stream of images: features and low resolution of all, the bytes of as many as are needed."""

    def __init__(self, classifier: Classifier | StackedClassifier | None, keep: int):
        self.classifier, self.keep = classifier, keep
        self._features: list[Tensor] = []
        self._low: list[Tensor] = []
        self._bytes: list[Tensor] = []
        self._kept = 0

    def look(self, batch: Tensor) -> None:
        """uint8 (B, C, H, W): reals and fakes have the same 256 levels."""
        x = batch.float().div_(127.5).sub_(1)
        self._low.append(low_resolution(x))
        if self.classifier is not None:
            self._features.append(self.classifier.features(x))
        if self._kept < self.keep:
            self._bytes.append(batch[: self.keep - self._kept])
            self._kept += len(self._bytes[-1])

    @property
    def features(self) -> Tensor:
        return torch.cat(self._features)

    @property
    def low(self) -> Tensor:
        return torch.cat(self._low)

    @property
    def bytes(self) -> Tensor:
        return torch.cat(self._bytes)


def _images(report: _Report, generator: nn.Module, inception: bool) -> None:
    config, data = report.config, report.data
    classifier = None
    try:
        classifier = load_classifier(config.data, config.resolution, progress=report.within(0.0, 0.5))
    except ClassifierError as error:
        report.notes.append(f"No distances in a classifier's features: {error}.")
    keep = report.n if inception else _neighbours(report)
    labels = _asked(report)
    fakes, reals, others = (_Seen(classifier, keep) for _ in range(3))
    report.tell(0.5, "Drawing samples")
    for done, (x, _) in enumerate(draw(config, generator, report.n, report.seed, labels)):
        fakes.look(to_bytes(_finite(x)))
        report.tell(0.5 + 0.1 * min(1.0, done * BATCH / report.n), "Drawing samples")
    for seen, index in ((reals, report.real), (others, report.other)):
        for part in index.split(BATCH):
            seen.look(to_bytes(data.batch(part.to(data.samples.device))).cpu())
    report.tell(0.65, "Comparing with real images")
    if classifier is not None:
        _classified(report, classifier, fakes, reals, others, labels)
    else:
        space = f"in the {SIDE} × {SIDE} averaged pixels, no network"
        report.neighbourhoods(prdc(reals.low, fakes.low, K), prdc(reals.low, others.low, K), space)
    report.tell(0.85, "Looking for the nearest training images")
    _pixels(report, fakes, reals)
    if inception:
        _inception(report, fakes, reals, others)


def _classified(
    report: _Report,
    classifier: Classifier | StackedClassifier,
    fakes: _Seen,
    reals: _Seen,
    others: _Seen,
    labels: Tensor | None,
) -> None:
    data, k = report.data, classifier.classes
    logits, floor_logits = classifier.classify(fakes.features), classifier.classify(others.features)
    counts, floor_counts = class_counts(logits), class_counts(floor_logits)
    by = f"As named by the {classifier.name}."
    stacked = isinstance(classifier, StackedClassifier)
    word = "modes" if stacked else "classes"
    floor = int((floor_counts > 0).sum())
    title = f"{word.capitalize()} found, of {k:,}"
    report.row(
        "classes",
        title,
        int((counts > 0).sum()),
        f"With at least one of {report.n:,} fakes. {by} The floor: as many reals.",
        "high",
        floor=floor,
    )
    # the table of Stacked MNIST is against the uniform distribution, which is not quite that of the data
    reference = None if stacked else torch.bincount(data.labels.cpu(), minlength=k)
    against = "uniform" if stacked else "the data's"
    note = f"0: each as often as it should be. {by} The floor: {report.n:,} reals."
    report.row(
        "class_kl",
        f"KL(classes ‖ {against}) (nats)",
        class_kl(counts, reference),
        note,
        floor=class_kl(floor_counts, reference),
    )
    if labels is not None:
        right = float((logits.argmax(1) == labels).double().mean())
        note = f"Fakes that are named as the class they were asked for. {by} The floor: reals, by their labels."
        real_labels = data.labels[report.other.to(data.labels.device)].cpu()
        report.row(
            "label_accuracy",
            "Asked class drawn",
            right,
            note,
            "high",
            floor=float((floor_logits.argmax(1) == real_labels).double().mean()),
        )
    found = compare_features(reals.features, fakes.features, others.features, classifier.name, K)
    report.distances(found, ("Fréchet distance", "Kernel distance"), ("frechet", "kernel"))
    report.neighbourhoods(found["value"], found["floor"], f"in the {classifier.name}")
    names = list(data.classes) or [str(i) for i in range(k)]
    report.histogram = {
        "network": classifier.name,
        "classes": names,
        "fakes": counts.tolist(),
        "reals": floor_counts.tolist(),
    }


def _neighbours(report: _Report) -> int:
    """How many fakes are looked up among the training images."""
    return min(report.n, NEIGHBOURS, max(100, int(COMPARED / (len(report.data) * math.prod(report.data.shape)))))


def _pixels(report: _Report, fakes: _Seen, reals: _Seen) -> None:
    data = report.data
    x = fakes.bytes[: _neighbours(report)].float().div_(127.5).sub_(1)
    ratio = memorising_ratio(x, data, report.groups, len(x))
    another = (
        "another original (the data hold each digit in ten versions)" if report.groups is not None else "another real"
    )
    note = f"Median distance in pixels of {len(x):,} fakes to the nearest of {len(data):,} training images, over that of a real to {another}. Near 0: copies."
    report.row("nearest", "Distance to the nearest training image", ratio, note, "reference", floor=1.0)
    spread = mean_distance(reals.low[:REALS])
    value = mean_distance(fakes.low[:REALS]) / spread if spread else math.nan
    note = f"Mean distance between two fakes, over that between two reals, on {SIDE} × {SIDE} averaged pixels. 1: as varied as the data, 0: all the same."
    report.row("diversity", "Diversity", value, note, "reference", floor=1.0)


def _inception(report: _Report, fakes: _Seen, reals: _Seen, others: _Seen) -> None:
    if report.config.sample_shape[0] not in (1, 3):
        return
    try:
        each = [
            inception_features(seen.bytes, progress=report.within(0.9 + i / 30, 0.9 + (i + 1) / 30))
            for i, seen in enumerate((reals, fakes, others))
        ]
    except InceptionMissing as error:
        report.notes.append(str(error))
        return
    real, fake, other = each
    kernel, floor = kernel_distance(real, fake), kernel_distance(real, other)
    found = {
        "network": INCEPTION,
        "n_real": len(real),
        "n_fake": len(fake),
        "value": {"frechet": frechet_distance(real, fake), "kernel": kernel.mean, "kernel_sd": kernel.sd},
        "floor": {"frechet": frechet_distance(real, other), "kernel": floor.mean},
    }
    report.distances(found, ("FID, the Fréchet distance", "KID, the kernel distance"), ("fid", "kid"))
