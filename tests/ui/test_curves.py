"""Curves that are drawn: thinned without losing a peak, smoothed, the same whether read in pieces or at once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shared import curves


@given(st.integers(1, 30_000), st.integers(0, 2**32 - 1), st.booleans())
def test_thinned_curves_keep_both_ends_and_every_peak(n, seed, with_gaps):
    random = np.random.default_rng(seed)
    values = random.standard_normal(n).cumsum()
    if with_gaps:
        values[random.integers(0, n, n // 7)] = np.nan
    metrics = {"step": np.arange(1, n + 1), **{name: values.astype(np.float32) for name in curves.MEASURES}}
    drawn = curves.drawable(metrics)
    assert set(drawn) == set(curves.MEASURES)
    good = values[np.isfinite(values)]
    for trace in drawn.values():
        assert len(trace["x"]) == len(trace["y"]) <= 500 and len(trace["sx"]) == len(trace["sy"]) <= 500
        assert trace["x"][0] == trace["sx"][0] == 1 and trace["x"][-1] == trace["sx"][-1] == n
        assert trace["x"] == sorted(set(trace["x"]))
        shown = [v for v in trace["y"] if v is not None]
        if len(good) and max(abs(good)) > 1e-6:
            tolerance = 1e-3 * max(abs(good))
            if good.max() > 0 or not with_gaps:
                assert abs(max(shown) - good.max()) <= tolerance
            if good.min() < 0 or not with_gaps:
                assert abs(min(shown) - good.min()) <= tolerance
    json.dumps(drawn, allow_nan=False)


@given(st.integers(2, 40_000), st.integers(1, 9_000), st.integers(0, 2**32 - 1))
def test_curves_of_a_run_that_grows_are_those_of_the_whole_run(n, piece, seed):
    """Read in pieces or at once, and read again after the run was cut back and went on in another way."""
    random = np.random.default_rng(seed)
    metrics = {
        "step": np.arange(1, n + 1),
        **{name: random.standard_normal(n).astype(np.float32) for name in curves.MEASURES},
    }
    other = {name: column[: n // 2].copy() for name, column in metrics.items()}
    other["loss_d"][-1] += 1
    summary = curves.Summary()
    for end in [*range(piece, n, max(piece, n // 20)), n]:
        summary.update(lambda start, end=end: {name: column[start:end] for name, column in metrics.items()})
    assert summary.drawable() == curves.drawable(metrics)
    if n > 3:
        summary.update(lambda start: {name: column[start:] for name, column in other.items()})
        assert summary.drawable() == curves.drawable(other)


def test_smoothing_leaves_out_what_is_not_finite_and_shows_a_vanished_gradient_as_zero():
    values = np.ones(800)
    values[100:200] = np.nan
    values[300] = np.inf
    steps = np.arange(1, 801)
    bold = curves.smooth(curves.blocks_of(steps, values, 1, False))
    assert set(np.round(bold[np.isfinite(bold)], 6)) == {1.0}
    gradient = np.concatenate([np.full(400, 2.0), np.zeros(400)])
    bold = curves.smooth(curves.blocks_of(steps, gradient, 1, True), logarithmic=True)
    assert bold[399] == pytest.approx(2.0) and bold[-1] == 0.0
