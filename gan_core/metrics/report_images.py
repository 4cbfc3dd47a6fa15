"""The evaluation of a generator of images."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..look.pictures import to_bytes
from .classifier import Classifier, ClassifierError, StackedClassifier, load_classifier
from .distances import class_counts, class_kl, compare_features, frechet_distance, kernel_distance
from .inception import INCEPTION, InceptionMissing, inception_features
from .manifold import prdc
from .neighbours import memorising_ratio
from .quick import REALS, SIDE, low_resolution, mean_distance
from .sampling import BATCH, draw
from .table import K, Report, asked, finite

NEIGHBOURS, COMPARED = 1000, 5e10
"""Fakes, and as many reals, whose nearest training images are sought: fewer where that takes more multiplications."""


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


def images(report: Report, generator: nn.Module, inception: bool) -> None:
    """Adds the rows for a generator of images, and notes on those that cannot be had. Raises ValueError and DataError.

    `inception`: FID and KID too.
    """
    config, data = report.config, report.data
    classifier = None
    try:
        classifier = load_classifier(config.data, config.sample_shape[-1], progress=report.within(0.0, 0.5))
    except ClassifierError as error:
        report.notes.append(f"No distances in a classifier's features: {error}.")
    keep = report.n if inception else _neighbours(report)
    labels = asked(report)
    fakes, reals, others = (_Seen(classifier, keep) for _ in range(3))
    report.tell(0.5, "Drawing samples")
    for done, (x, _) in enumerate(draw(config, generator, report.n, report.seed, labels)):
        fakes.look(to_bytes(finite(x)))
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
    report: Report,
    classifier: Classifier | StackedClassifier,
    fakes: _Seen,
    reals: _Seen,
    others: _Seen,
    labels: Tensor | None,
) -> None:
    data, k = report.data, classifier.classes
    logits, floor_logits = classifier.classify(fakes.features), classifier.classify(others.features)
    counts, floor_counts = class_counts(logits), class_counts(floor_logits)
    by = f"Classes by the {classifier.name}."
    stacked = isinstance(classifier, StackedClassifier)
    word = "modes" if stacked else "classes"
    floor = int((floor_counts > 0).sum())
    title = f"{word.capitalize()} found, of {k:,}"
    report.row(
        "classes",
        title,
        int((counts > 0).sum()),
        f"Those with at least one of {report.n:,} fakes. {by} Compared with: as many real samples.",
        "high",
        floor=floor,
    )
    # the table of Stacked MNIST is against the uniform distribution, which is not quite that of the data
    reference = None if stacked or data.labels is None else torch.bincount(data.labels.cpu(), minlength=k)
    against = "uniform" if stacked else "the data's"
    note = f"0: each class as often as it should be. {by} Compared with: {report.n:,} real samples."
    report.row(
        "class_kl",
        f"KL(classes ‖ {against}) (nats)",
        class_kl(counts, reference),
        note,
        floor=class_kl(floor_counts, reference),
    )
    if labels is not None and data.labels is not None:
        right = float((logits.argmax(1) == labels).double().mean())
        note = f"Share of fakes of the class that G was asked for. {by} Compared with: real samples and their labels."
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


def _neighbours(report: Report) -> int:
    """How many fakes are looked up among the training images."""
    return min(report.n, NEIGHBOURS, max(100, int(COMPARED / (len(report.data) * math.prod(report.data.shape)))))


def _pixels(report: Report, fakes: _Seen, reals: _Seen) -> None:
    data = report.data
    x = fakes.bytes[: _neighbours(report)].float().div_(127.5).sub_(1)
    ratio = memorising_ratio(x, data, len(x))
    another = "another original (the data hold each digit in ten versions)" if data.versions > 1 else "another one"
    note = (
        f"Median distance in pixels from {len(x):,} fakes to the nearest of {len(data):,} training images, divided by "
        f"the distance from a real image to {another}. Near 0: copies."
    )
    report.row("nearest", "Distance to the training images, all pixels", ratio, note, "reference", floor=1.0)
    spread = mean_distance(reals.low[:REALS])
    value = mean_distance(fakes.low[:REALS]) / spread if spread else math.nan
    note = (
        f"Mean distance between two fakes, divided by that between two real images, on {SIDE} × {SIDE} averaged "
        "pixels. 1: as varied as the data, 0: all the same."
    )
    report.row("diversity", "Variety", value, note, "reference", floor=1.0)


def _inception(report: Report, fakes: _Seen, reals: _Seen, others: _Seen) -> None:
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
