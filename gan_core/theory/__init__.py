"""What theory says: the best discriminator, divergences, and the smallest game there is.

All names but `dirac`, which needs no torch, are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

from . import dirac

__all__ = ["dirac"]


def __getattr__(name: str) -> Any:
    found = getattr(importlib.import_module(".densities", __name__), name, None)
    if name.startswith("__") or found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
