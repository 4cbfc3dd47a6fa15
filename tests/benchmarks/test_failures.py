"""The runs that are made to fail: their data are what their names say."""

from __future__ import annotations

import pytest
import torch

from benchmarks.failures import CASES, data_of

PARTS = [case for case in CASES if case.few or case.digit is not None]


@pytest.mark.parametrize("case", PARTS, ids=lambda case: case.name)
def test_part_of_the_digits(case):
    data = data_of(case, seed=0)
    assert data.labels is not None and len(data.labels) == len(data)
    if case.few:
        assert len(data.originals.unique()) == len(data) == case.few, "no two images of one original"
    else:
        assert set(data.labels.tolist()) == {case.digit}
        assert (torch.bincount(data.originals) == 10).all(), "each in ten versions"
