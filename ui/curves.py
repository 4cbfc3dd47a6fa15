"""Curves ready to draw: thinned without losing a peak, and smoothed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from tsdownsample import MinMaxDownsampler

TRACES = ("loss_d", "loss_g", "d_real", "d_fake", "d_fake_after", "value", "grad_norm_d", "grad_norm_g")
LOGARITHMIC = ("grad_norm_d", "grad_norm_g")
POINTS = 400
"""At most this many points a trace: two for each pixel column of a chart would be 600, and nobody sees the difference."""


def smooth(values: np.ndarray, logarithmic: bool = False) -> np.ndarray:
    """Mean of each value (n,) and those just before it; the geometric mean where `logarithmic`.

    The window is the power of two nearest below a fortieth of the curve, so that it stays put while the curve grows.
    What is not finite is left out; where a window has nothing else the result is nan. A geometric mean leaves zeros out
    as well, and is 0 where a window has nothing else: a gradient that has vanished.
    """
    n = len(values)
    window = 1 << max(0, int(np.log2(max(1, n / 40))))
    good = np.isfinite(values)
    finite = np.concatenate([[0], np.cumsum(good)])
    if logarithmic:
        good &= values > 0
        values = np.log(np.where(good, values, 1.0))
    total = np.concatenate([[0.0], np.cumsum(np.where(good, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(good)])
    low = np.maximum(np.arange(n) + 1 - window, 0)
    high = np.arange(n) + 1
    many = count[high] - count[low]
    mean = np.where(many > 0, (total[high] - total[low]) / np.maximum(many, 1), np.nan)
    if not logarithmic:
        return mean
    return np.where((many == 0) & (finite[high] > finite[low]), 0.0, np.exp(mean))


def thin(values: np.ndarray, points: int = POINTS) -> np.ndarray:
    """Indices of at most `points` of the values (n,), the smallest and largest of every stretch among them."""
    n = len(values)
    if n <= points:
        return np.arange(n)
    index = MinMaxDownsampler().downsample(np.ascontiguousarray(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)), n_out=points // 2 * 2 - 2)
    return np.unique(np.concatenate([[0], index.astype(np.int64), [n - 1]]))


def drawable(metrics: Mapping[str, np.ndarray], points: int = POINTS) -> dict[str, dict[str, list]]:
    """For each trace {"x", "y", "sx", "sy"}: steps and values of the thinned curve, and of the smoothed one."""
    steps = np.asarray(metrics.get("step", ()))
    curves = {}
    for name in TRACES:
        if name not in metrics:
            continue
        values = np.asarray(metrics[name], dtype=np.float64)
        bold = smooth(values, name in LOGARITHMIC)
        raw, few = thin(values, points), thin(bold, points // 2)
        curves[name] = {"x": steps[raw].tolist(), "y": numbers(values[raw]), "sx": steps[few].tolist(), "sy": numbers(bold[few])}
    return curves


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
