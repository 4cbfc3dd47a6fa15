"""Generative adversarial networks, step by step.

The public names are loaded when first used, so that a page can validate a configuration or read a run without
importing torch.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "ConfigError": "config",
    "TrainConfig": "config",
    "Preset": "config.presets",
    "PRESETS": "config.presets",
    "preset": "config.presets",
    "PRIORS": "method.priors",
    "OBJECTIVES": "method.objectives",
    "PENALTIES": "method.penalties",
    "build": "networks",
    "DataError": "data",
    "train": "method.train",
    "Report": "method.report",
    "NonFiniteError": "method.guard",
    "evaluate_mixture": "metrics",
    "Evaluator": "metrics",
    "evaluate_generator": "metrics",
    "diagnose": "advice.diagnosis",
    "Run": "runs",
    "RunError": "runs",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
