"""Fixtures of the tests of the metrics."""

from __future__ import annotations

import fcntl

import pytest
import torch
from measured import seeded

from gan_core.config import TrainConfig
from gan_core.data import DataSet, load
from gan_core.metrics import (
    inception,
    load_classifier,
)


@pytest.fixture(scope="session")
def digits_classifier(session_data):
    # processes that share the data folder train it once
    with open(session_data / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return load_classifier("digits", 28)


@pytest.fixture
def digits(session_data) -> DataSet:
    return load(TrainConfig(data="digits"))


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """A small network registered with torch-fidelity in the place of Inception, whose weights are not everywhere."""
    import torch_fidelity
    from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY

    class Small(torch_fidelity.FeatureExtractorBase):
        def __init__(self, name, features_list, **given):
            super().__init__(name, features_list)
            self.matrix = torch.randn(3 * 8 * 8, 12, generator=seeded()) / 20

        @staticmethod
        def get_provided_features_list():
            return ("2048",)

        @staticmethod
        def get_default_feature_layer_for_metric(metric):
            return "2048"

        @staticmethod
        def can_be_compiled():
            return False

        def forward(self, x):
            assert x.dtype == torch.uint8 and x.shape[1] == 3
            return (torch.relu(x.float().flatten(1) / 128 @ self.matrix),)

    monkeypatch.setitem(FEATURE_EXTRACTORS_REGISTRY, "inception-v3-compat", Small)
    monkeypatch.setattr(inception, "_inception", lambda: tmp_path / "weights.pth")
