"""Weights and whole states of trainings, as safetensors files. Torch is imported where tensors are made."""

from __future__ import annotations

import contextlib
import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import ConfigError, TrainConfig, parse_json
from . import layout
from .files import memory_of_machine, open_plain, read_bytes, write_bytes

if TYPE_CHECKING:
    from torch import Tensor

COUNTS = {"step": (int, True), "position": (int, True), "averaged": (int, True), "d_updates": (int, False)}
CLOCKS = {"seconds": (float, True), "images_per_second": (float, True)}
"""Numbers among a state's counters: their type, and whether one without them is none."""


def save_tensors(path: Path, tensors: dict[str, Tensor], about: dict[str, Any], sync: bool = False) -> None:
    """Writes a safetensors file in one step; `about` goes into its metadata as JSON. Raises OSError."""
    from safetensors.torch import save

    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_bytes(path, save(plain, {name: json.dumps(value) for name, value in about.items()}), sync)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file. Raises OSError, and SafetensorError where it is none.

    One that takes more than half of the machine's memory is not read: no training here can have written it.
    """
    from safetensors.torch import load

    return load(read_bytes(path, memory_of_machine() // 2))


def save_state(folder: Path, state: dict[str, Any]) -> None:
    """Makes a trainer's state the newest of a run folder; the one before it stays, in case this one is damaged later.

    Raises OSError.
    """
    path, fresh = folder / layout.STATE, folder / layout.STATE_FRESH
    save_tensors(fresh, state["tensors"], {"counters": state["counters"]}, sync=True)
    if os.path.lexists(path):
        os.replace(path, folder / layout.STATE_BEFORE)
    os.replace(fresh, path)


def load_state(folder: Path) -> dict[str, Any] | None:
    """The newest trainer state of a run folder that can be read, for `train(config, state)`; None where there is none.

    A damaged one is passed over, with a word in the log.
    """
    return next(saved_states(folder), None)


def saved_states(folder: Path) -> Iterator[dict[str, Any]]:
    """The trainer states of a run folder that can be read, newest first; the log says what ails the others."""
    from safetensors import SafetensorError

    for path in state_files(folder):
        try:
            head = _metadata(path)
            counters = _checked(parse_json(head["counters"]))
            tensors = load_tensors(path)
            if "random" not in tensors:
                raise ValueError("it has no random numbers")
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            print(f"{path.name} cannot be read ({error}); trying the state saved before it", flush=True)
        else:
            yield {"tensors": tensors, "counters": counters}


def state_files(folder: Path) -> list[Path]:
    """Files of states that a run folder has, whatever is in them, newest first."""
    return [path for name in (layout.STATE, layout.STATE_BEFORE) if os.path.lexists(path := folder / name)]


def is_state(path: Path) -> bool:
    """Whether a file of weights holds all that a training needs to go on: then its header has the counters too."""
    with contextlib.suppress(OSError, ValueError):
        return "counters" in _metadata(path)
    return False


def _metadata(path: Path) -> dict[str, Any]:
    """What a safetensors file says of itself, without its tensors. Raises OSError, ValueError."""
    with open_plain(path) as file:
        length = int.from_bytes(file.read(8), "little")
        if length >= os.fstat(file.fileno()).st_size:  # a damaged file may name any length
            raise ValueError("its header is damaged")
        head = parse_json(file.read(length))
    found = head.get("__metadata__") if isinstance(head, dict) else None
    return found if isinstance(found, dict) else {}


def _checked(counters: Any) -> dict[str, Any]:
    """A state's counters, if they are what they should be. Raises ValueError, KeyError, TypeError."""
    if not isinstance(counters, dict):
        raise ValueError("its counters are missing")
    for name, (kind, needed) in (COUNTS | CLOCKS).items():
        value = counters[name] if needed else counters.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, (int, kind)) or not 0 <= value < math.inf:
            raise ValueError(f"its counter {name} is {value!r}")
    try:
        TrainConfig.from_json(counters["config"])
    except ConfigError as error:
        raise ValueError(f"its configuration cannot be used: {error}") from None
    return counters
