"""Fixtures of the tests of data sets."""

from __future__ import annotations

import socket

import pytest
from data_sets import MNIST_FILES, SHARED


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A data folder of each test's own."""
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def mnist_root(root):
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in MNIST_FILES:
        (raw / f"{name}.gz").symlink_to(SHARED / "MNIST" / "raw" / f"{name}.gz")
    return root
