"""All distributions of one dimension at a glance: real draws, small enough that a browser gets all of them at once."""

from __future__ import annotations

import base64
import functools
from typing import Any

import torch
from torch import Tensor

from ..config import DATA
from ..data import DISTRIBUTIONS

DRAWS = 1200
"""Of each distribution: the browser shows a third of them, and lets the others flow in."""
PLACES = 64
"""Where the density of a distribution on the line is given."""


@functools.cache
def thumbnails(dim: int) -> dict[str, Any]:
    """All distributions in `dim` dimensions, in the order of `DATA`.

    {"dim", "sets": [{"name", "title", "note", "extent", "draws", "density"}, ...]}.

    draws: DRAWS of its points, each coordinate a byte in base64: 0 is -extent, 255 is extent. density: on the line, at
    the middles of PLACES cells from -extent to extent, a byte each in base64, 255 its largest; else null. ValueError
    for a dim without distributions.
    """
    names = [name for name, kind in DATA.items() if kind.shape == (dim,)]
    if not names:
        raise ValueError(f"There are no distributions in {dim} dimensions; use 1 or 2.")
    return {"dim": dim, "sets": [_thumbnail(name) for name in names]}


def _thumbnail(name: str) -> dict[str, Any]:
    found = DISTRIBUTIONS[name]
    draws, _ = found.sample(DRAWS, torch.Generator().manual_seed(0))
    title, density, extent = DATA[name].title.rpartition(" (")[0], None, found.extent
    if found.dim == 1 and found.log_prob is not None:
        extent *= 1.25  # so that one sees where a flat density ends
        values = found.log_prob((2 * (torch.arange(PLACES) + 0.5) / PLACES - 1) * extent).exp()
        density = _bytes(values / values.max())
    shares = (draws.flatten() / extent + 1) / 2
    return {
        "name": name,
        "title": title,
        "note": DATA[name].note,
        "extent": extent,
        "draws": _bytes(shares),
        "density": density,
    }


def _bytes(shares: Tensor) -> str:
    """Numbers from 0 to 1 as bytes, base64; what lies outside is put at the end."""
    levels = shares.double().mul(255).round().clamp(0, 255).to(torch.uint8)
    return base64.b64encode(levels.numpy().tobytes()).decode()
