"""Quantities computed from samples: modes, divergences, feature distances, neighbours.

    evaluate_mixture(samples, "ring")            # modes, share of high-quality samples, evenness
    prdc(real, fake)                             # precision, recall, density, coverage, in any feature space
    Evaluator(config, data).evaluate(samples)    # the quick numbers that a training keeps
    evaluate_generator(config, generator)        # everything, as rows of a table

What a number was computed with (network, number of samples) and what a perfect sampler scores there always stand
beside it. The names are loaded when first used; torch-fidelity only where a Fréchet or kernel distance is asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME = {
    "MIXTURES": "mixtures",
    "evaluate_mixture": "mixtures",
    "mixture_oracle": "mixtures",
    "mode_count": "mixtures",
    "Spread": "mixtures",
    "prdc": "manifold",
    "Classifier": "classifier",
    "StackedClassifier": "classifier",
    "ClassifierError": "classifier",
    "load_classifier": "classifier",
    "class_counts": "distances",
    "class_kl": "distances",
    "frechet_distance": "distances",
    "kernel_distance": "distances",
    "compare_features": "distances",
    "inception_available": "inception",
    "inception_features": "inception",
    "InceptionMissing": "inception",
    "real_halves": "distances",
    "nearest_training": "neighbours",
    "memorising_ratio": "neighbours",
    "Evaluator": "quick",
    "draw": "sampling",
    "evaluate_generator": "report",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
