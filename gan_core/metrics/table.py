"""The table of an evaluation: each row says what it was computed with and the best that can be expected."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..config import TrainConfig, called
from ..data import DataSet
from .distances import SUBSETS, real_halves

K = 5
"""Neighbours that precision, recall, density and coverage go by."""

Progress = Callable[[float, str], None]
Row = dict[str, Any]


class Report:
    """What an evaluation compares, and the rows of the table it has made so far.

    `real` and `other` are two sets of reals without a common original, int64 indices: one to compare the fakes with,
    one to stand in their place for the floor. `n` is the number of fakes, at most half of the data where the data are
    few.
    """

    def __init__(self, config: TrainConfig, data: DataSet, n: int, seed: int, progress: Progress | None):
        self.config, self.data, self.seed, self.progress = config, data, seed, progress
        self.real, self.other = real_halves(len(data), n, data.originals)
        # the floor needs as many reals as there are fakes; for points whose distribution is known there are always more
        self.n = n if data.distribution is not None else len(self.real)
        self.n_real = len(self.real)
        if self.n_real <= K:
            raise ValueError(
                f"{called(config.data)} has too few samples ({len(data)}) to be compared with; at least {2 * K + 2} "
                "are needed"
            )
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.histogram: dict[str, Any] | None = None

    def tell(self, share: float, sentence: str) -> None:
        """Passes progress on: the share that is done, from 0 to 1, and what is being done."""
        if self.progress is not None:
            self.progress(share, sentence)

    def within(self, start: float, end: float) -> Progress:
        """The progress of a part of the work, which takes from `start` to `end` of the whole."""
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
        oracle: float | None = None,
        floor: float | None = None,
    ) -> None:
        """Adds a row, as `report.evaluate_generator` describes it; nan becomes None.

        `space` is "in the ..." where the value was measured in a network's features. A row has an `oracle`, a
        `floor`, or neither.
        """
        title = f"{measure} {space}" if space else measure
        network = space.removeprefix("in the ") if space else None
        self.rows.append(
            {"key": key, "title": title, "measure": measure, "network": network, "value": _number(value)}
            | {name: _number(v) for name, v in (("oracle", oracle), ("floor", floor)) if v is not None}
            | {"spread": _number(spread), "better": better, "n": self.n, "note": note}
        )

    def neighbourhoods(self, value: dict[str, float], floor: dict[str, float], space: str | None = None) -> None:
        """The rows of `prdc`."""
        notes = {
            "precision": "Share of fakes that lie among the real samples: quality.",
            "recall": "Share of real samples that lie among the fakes: variety.",
            "density": "In how many real samples' neighbourhoods a fake lies, divided by the same number for a real "
            "sample: 1 for a perfect generator, and possibly above.",
            "coverage": "Share of real samples that have a fake nearby: variety, less sensitive to outliers than "
            "recall.",
        }
        for key, note in notes.items():
            better = "reference" if key == "density" else "high"
            note = f"{note} By {K} nearest neighbours; {self._counts()}"
            self.row(key, key.capitalize(), value[key], note, better, space=space, floor=floor[key])

    def distances(self, found: dict[str, Any], names: tuple[str, str], keys: tuple[str, str]) -> None:
        """The rows of a Fréchet and a kernel distance, in that order, from what `compare_features` found."""
        value, floor, space = found["value"], found["floor"], f"in the {found['network']}"
        counts = (
            f"{found['n_fake']:,} fakes, {found['n_real']:,} real samples; compared with {found['n_fake']:,} other "
            "real samples in place of the fakes."
        )
        note = (
            f"Biased by the number of samples: compare values of the same network and the same numbers only. {counts}"
        )
        self.row(keys[0], names[0], value["frechet"], note, space=space, floor=floor["frechet"])
        note = (
            f"Unbiased: about 0 for a perfect generator, above or below. Mean of {SUBSETS} random subsets, ± "
            f"their standard deviation. {counts}"
        )
        self.row(
            keys[1], names[1], value["kernel"], note, spread=value["kernel_sd"], space=space, floor=floor["kernel"]
        )

    def _counts(self) -> str:
        return f"{self.n:,} fakes, {self.n_real:,} real samples."


def _number(value: float) -> float | int | None:
    return value if isinstance(value, int) or math.isfinite(value) else None


def asked(report: Report) -> Tensor | None:
    """The labels that a conditional generator is asked for, int64 (n,): as frequent as among the reals beside them."""
    labels = report.data.labels
    if not report.config.n_classes or labels is None:
        return None
    index = report.real[torch.arange(report.n) % len(report.real)]
    return labels[index.to(labels.device)].cpu()


def finite(x: Tensor) -> Tensor:
    """The samples (N, ...) themselves. Raises ValueError where one is not finite."""
    if not torch.isfinite(x).all():
        raise ValueError(
            f"{int((~torch.isfinite(x.flatten(1))).any(1).sum())} of {len(x)} samples are not finite: the generator is "
            "broken at this step"
        )
    return x
