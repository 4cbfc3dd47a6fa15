"""What theory says: the best discriminator, divergences, and the smallest game there is.

The public names are loaded when first used, for `dirac` needs no torch.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "optimal_discriminator": "optimum",
    "value_at_optimum": "optimum",
    "Apart": "optimum",
    "cells": "quadrature",
    "mass": "quadrature",
    "probabilities": "quadrature",
    "divergences": "quadrature",
    "kl": "quadrature",
    "jsd": "quadrature",
    "wasserstein": "quadrature",
    "Partition": "histograms",
    "partition": "histograms",
    "divergence_from_samples": "histograms",
    "REFERENCE": "histograms",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
