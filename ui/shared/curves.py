"""Curves ready to draw: thinned without losing a peak, and smoothed.

What this costs does not grow with the length of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from tsdownsample import MinMaxDownsampler

from gan_core.config.measures import MEASURES

LOGARITHMIC = ("grad_norm_d", "grad_norm_g", "penalty")
"""Measures that are drawn on a logarithmic axis, and whose mean is the geometric one."""
POINTS = 400
"""At most this many points a trace: two for each column of a chart's pixels would be 600, which looks the same."""
BLOCKS = 4096
"""A trace is kept as fewer blocks than this; when there are as many, neighbours are joined."""

BLOCK = np.dtype(
    [
        ("low", "f8"),
        ("low_step", "i8"),
        ("high", "f8"),
        ("high_step", "i8"),
        ("total", "f8"),
        ("count", "i8"),
        ("finite", "i8"),
        ("end", "i8"),
    ]
)
"""A few records of one trace.

low, high: smallest and largest finite value (nan where nothing is finite), with their steps. total, count: sum and
number of the values that the mean is of (logarithms of what is positive where the mean is geometric). finite: number of
finite values. end: last step.
"""


def blocks_of(steps: np.ndarray, values: np.ndarray, size: int, logarithmic: bool) -> np.ndarray:
    """Blocks of `size` records each from steps and values (n * size,)."""
    steps, values = steps.reshape(-1, size), values.reshape(-1, size).astype(np.float64)
    good = np.isfinite(values)
    rows = np.arange(len(values))
    made = np.zeros(len(values), BLOCK)
    for side, pick, worst in (("low", np.argmin, np.inf), ("high", np.argmax, -np.inf)):
        at = pick(np.where(good, values, worst), axis=1)
        made[side] = np.where(good.any(1), values[rows, at], np.nan)
        made[f"{side}_step"] = steps[rows, at]
    made["finite"], made["end"] = good.sum(1), steps[:, -1]
    if logarithmic:
        good &= values > 0
        values = np.log(np.where(good, values, 1.0))
    made["total"], made["count"] = np.where(good, values, 0.0).sum(1), good.sum(1)
    return made


def joined(blocks: np.ndarray) -> np.ndarray:
    """Each pair of neighbours among blocks (2n,) as one: (n,)."""
    first, second = blocks[0::2], blocks[1::2]
    made = second.copy()  # also its end
    for side, better in (("low", first["low"] <= second["low"]), ("high", first["high"] >= second["high"])):
        keep = better | np.isnan(second[side])
        for name in (side, f"{side}_step"):
            made[name] = np.where(keep, first[name], second[name])
    for name in ("total", "count", "finite"):
        made[name] = first[name] + second[name]
    return made


def smooth(blocks: np.ndarray, logarithmic: bool = False) -> np.ndarray:
    """Mean of each block (n,) and those just before it; the geometric mean where `logarithmic`.

    The window is the power of two nearest below a fortieth of the curve, so that it stays put while the curve grows.
    What is not finite is left out; where a window has nothing else the result is nan. A geometric mean leaves zeros out
    as well, and is 0 where a window has nothing else: a gradient that has vanished.
    """
    n = len(blocks)
    window = 1 << max(0, int(np.log2(max(1, n / 40))))
    high = np.arange(n) + 1
    low = np.maximum(high - window, 0)

    def within(name: str) -> np.ndarray:
        sums = np.concatenate([[0], np.cumsum(blocks[name])])
        return sums[high] - sums[low]

    many = within("count")
    mean = np.where(many > 0, within("total") / np.maximum(many, 1), np.nan)
    if not logarithmic:
        return mean
    return np.where((many == 0) & (within("finite") > 0), 0.0, np.exp(mean))


def thin(values: np.ndarray, points: int = POINTS) -> np.ndarray:
    """Indices of at most `points` of the values (n,), the smallest and largest of every stretch among them."""
    n = len(values)
    if n <= points:
        return np.arange(n)
    index = MinMaxDownsampler().downsample(
        np.ascontiguousarray(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)), n_out=points // 2 * 2 - 2
    )
    return np.unique(np.concatenate([[0], index.astype(np.int64), [n - 1]]))


class Summary:
    """The metrics of a run in at most BLOCKS blocks a trace, of 1, 2, 4, ... records each, and those not in one yet.

    A run of a million steps takes no more room, and no more time to draw, than one of a few thousand; no peak is lost.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._records, self._size, self._last = 0, 1, b""
        self._ends: list[dict[str, float]] = []
        self._blocks = {name: np.empty(0, BLOCK) for name in MEASURES}
        self._rest: dict[str, np.ndarray] = {"step": np.empty(0, np.int64), **{name: np.empty(0) for name in MEASURES}}

    def update(self, metrics: Callable[[int], Mapping[str, np.ndarray]]) -> None:
        """Takes in what is new; `metrics(start)` gives the columns from record `start` on.

        A run that was cut back is read anew.
        """
        fresh = _complete(metrics(max(0, self._records - 1)))
        if self._records:
            # the last record known is read once more: where it has changed, the run went back and on another way
            if not len(fresh["step"]) or _mark(fresh, 0) != self._last:
                self._forget()
                fresh = _complete(metrics(0))
            else:
                fresh = {name: column[1:] for name, column in fresh.items()}
        if not len(fresh["step"]):
            return
        self._records += len(fresh["step"])
        self._last = _mark(fresh, -1)
        self._ends = [*(self._ends or [_record(fresh, 0)])[:1], _record(fresh, -1)]
        self._rest = {name: np.concatenate([rest, fresh[name]]) for name, rest in self._rest.items()}
        while len(self._blocks[MEASURES[0]]) + len(self._rest["step"]) // self._size >= BLOCKS:
            if len(self._blocks[MEASURES[0]]) % 2:
                self._fill(1)
            self._blocks = {name: joined(blocks) for name, blocks in self._blocks.items()}
            self._size *= 2
        self._fill(len(self._rest["step"]) // self._size)

    def _fill(self, count: int) -> None:
        """Makes `count` blocks of the records that wait."""
        n = count * self._size
        for name in MEASURES:
            more = blocks_of(self._rest["step"][:n], self._rest[name][:n], self._size, name in LOGARITHMIC)
            self._blocks[name] = np.concatenate([self._blocks[name], more])
        self._rest = {name: rest[n:] for name, rest in self._rest.items()}

    def drawable(self, points: int = POINTS) -> dict[str, dict[str, list]]:
        """For each trace {"x", "y", "sx", "sy"}: steps and values of the thinned curve, and of the smoothed one."""
        curves = {}
        for name in MEASURES:
            blocks = self._blocks[name]
            if rest := len(self._rest["step"]):
                blocks = np.concatenate(
                    [blocks, blocks_of(self._rest["step"], self._rest[name], rest, name in LOGARITHMIC)]
                )
            # the first and the last record are drawn as they are, whatever the smallest and largest of their blocks
            steps = np.concatenate(
                [[end["step"] for end in self._ends], blocks["low_step"], blocks["high_step"]]
            ).astype(np.int64)
            values = np.concatenate([[end[name] for end in self._ends], blocks["low"], blocks["high"]])
            order = np.unique(steps, return_index=True)[1]
            steps, values = steps[order], values[order]
            bold = smooth(blocks, name in LOGARITHMIC)
            raw, few = thin(values, points), thin(bold, points // 2)
            along = blocks["end"][few]
            along[:1] = steps[:1]  # the bold line begins where the faint one does
            curves[name] = {
                "x": steps[raw].tolist(),
                "y": numbers(values[raw]),
                "sx": along.tolist(),
                "sy": numbers(bold[few]),
            }
        return curves


def _complete(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """With all traces: nan where a run of an older version did not measure one."""
    unknown = np.full(len(columns["step"]), np.nan, np.float32)
    return {"step": columns["step"], **{name: columns.get(name, unknown) for name in MEASURES}}


def _record(columns: Mapping[str, np.ndarray], at: int) -> dict[str, float]:
    return {name: columns[name][at].item() for name in ("step", *MEASURES)}


def _mark(columns: Mapping[str, np.ndarray], at: int) -> bytes:
    """What tells one record from another."""
    return b"".join(columns[name][at].tobytes() for name in ("step", *MEASURES))


def drawable(metrics: Mapping[str, np.ndarray], points: int = POINTS) -> dict[str, dict[str, list]]:
    """The curves of metrics that are all at hand; see `Summary.drawable`."""
    summary = Summary()
    if len(metrics.get("step", ())):
        summary.update(lambda start: {name: column[start:] for name, column in metrics.items()})
    return summary.drawable(points)


def numbers(values: np.ndarray) -> list[float | None]:
    """Values for JSON with four significant digits; None where they are not finite."""
    values = np.asarray(values, dtype=np.float64)
    good = np.isfinite(values)
    safe = np.where(good & (values != 0), values, 1.0)
    scale = 10.0 ** (3 - np.floor(np.log10(np.abs(safe))))
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.where(np.isfinite(scale) & (scale < 1e300), np.round(safe * scale) / scale, safe)
    rounded = np.where(values == 0, 0.0, rounded)
    return [v if ok else None for v, ok in zip(rounded.tolist(), good.tolist(), strict=True)]
