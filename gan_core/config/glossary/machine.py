"""Words on which part of the data is used, and on how the machine computes."""

from __future__ import annotations

from typing import Any

from .term import Term

SPLIT: dict[Any, Term] = {
    "train": Term("Training part", "The training part alone."),
    "all": Term("Training and test part", "Both parts together."),
}

PRECISION: dict[Any, Term] = {
    "auto": Term("Automatic", "bfloat16 multiplication where it is fast."),
    "float32": Term("float32"),
    "bfloat16": Term("bfloat16"),
    "float64": Term("float64"),
}

DEVICE: dict[Any, Term] = {
    "auto": Term("Automatic", "A GPU where there is one."),
    "cpu": Term("cpu"),
    "cuda": Term("cuda"),
}
