"""Weights and whole states of trainings, as safetensors files. Torch is imported where tensors are made."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import layout
from .files import write_bytes

if TYPE_CHECKING:
    from torch import Tensor


def save_tensors(path: Path, tensors: dict[str, Tensor], about: dict[str, Any], sync: bool = False) -> None:
    """Writes a safetensors file in one step; `about` goes into its metadata as JSON. Raises OSError."""
    from safetensors.torch import save

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(path, save(plain, {name: json.dumps(value) for name, value in about.items()}), sync)


def save_state(folder: Path, state: dict[str, Any]) -> None:
    """Makes a trainer's state the newest of a run folder; the one before it stays, in case this one is damaged later.

    Raises OSError.
    """
    path, fresh = folder / layout.STATE, folder / ".state.new"
    save_tensors(fresh, state["tensors"], {"counters": state["counters"]}, sync=True)
    if path.exists():
        os.replace(path, folder / layout.STATE_BEFORE)
    os.replace(fresh, path)


def load_state(folder: Path) -> dict[str, Any] | None:
    """The newest trainer state of a run folder that can be read, for `train(config, state)`; None where there is none.

    A damaged one is passed over, with a word in the log.
    """
    from safetensors import SafetensorError, safe_open

    paths = [p for p in (folder / layout.STATE, folder / layout.STATE_BEFORE) if p.exists()]
    for path in paths:
        try:
            with safe_open(path, "pt") as file:
                counters = json.loads(file.metadata()["counters"])
                return {"tensors": {k: file.get_tensor(k) for k in file.keys()}, "counters": counters}
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            print(f"{path.name} cannot be read ({error}); trying the state saved before it", flush=True)
    if paths:
        print("no saved state can be read; starting again from step 0", flush=True)
    return None


def is_state(path: Path) -> bool:
    """Whether a file of weights holds all that a training needs to go on: then its header has the counters too."""
    with contextlib.suppress(OSError, ValueError, AttributeError), open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        # a damaged file may name any length
        return length < path.stat().st_size and "counters" in json.loads(file.read(length)).get("__metadata__", {})
    return False
