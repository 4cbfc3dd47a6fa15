"""The words on a configuration: on each field, each option and each feature. Whoever speaks of a setting reads them.

`TERMS[field][option]` for fields with named options, `FEATURES[field]` for switches and numbers that are something with
a paper of its own, `WORDS[field]` for what every field is called. `TERMS` also says which options there are: a field
accepts those that have words, and one that is added to the mapping is accepted at once.
"""

from __future__ import annotations

from typing import Any

from .architectures import ARCHITECTURE
from .augmentations import AUGMENT
from .features import FEATURES
from .fields import WORDS, FieldWords
from .machine import DEVICE, PRECISION, SPLIT
from .networks import ACTIVATION, CONDITIONING, INIT, PRIOR
from .objectives import D_LOSS_SCALE, OBJECTIVE
from .optimisers import ANNEAL, OPTIMISER
from .penalties import PENALTY
from .term import Term

__all__ = ["FEATURES", "TERMS", "WORDS", "FieldWords", "Term", "title"]

TERMS: dict[str, dict[Any, Term]] = {
    "split": SPLIT,
    "architecture": ARCHITECTURE,
    "activation": ACTIVATION,
    "prior": PRIOR,
    "init": INIT,
    "conditioning": CONDITIONING,
    "objective": OBJECTIVE,
    "penalty": PENALTY,
    "d_loss_scale": D_LOSS_SCALE,
    "augment": AUGMENT,
    "optimiser_d": OPTIMISER,
    "optimiser_g": OPTIMISER,
    "anneal": ANNEAL,
    "precision": PRECISION,
    "device": DEVICE,
}


def title(field: str, option: Any) -> str | None:
    """The title of an option, None where it has none."""
    term = TERMS.get(field, {}).get(option)
    return term.title if term else None
