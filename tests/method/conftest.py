"""What several files of tests of the method watch."""

from __future__ import annotations

import pytest
from small import some_digits

from gan_core.data import DataSet
from gan_core.method.optimisers import Adam


@pytest.fixture
def updates(monkeypatch):
    """A list that grows by the first parameter of every optimiser that makes a step."""
    made = []
    original = Adam.step

    def step(self):
        made.append(self.parameters[0])
        original(self)

    monkeypatch.setattr(Adam, "step", step)
    return made


@pytest.fixture(scope="module")
def digits() -> DataSet:
    return some_digits(48)
