"""From images to pictures: grids of tiles as PNG. Points have theirs in `scene`."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..config import TrainConfig


def columns_for(n: int) -> int:
    """Columns of a grid of n tiles: those of the most nearly square full grid that is not wider than 2:1.

    Where there is none, of a nearly square one.
    """
    square = math.ceil(math.sqrt(n))
    return next((c for c in range(square, math.isqrt(2 * n) + 1) if n % c == 0), square)


def layout(config: TrainConfig, count: int | None = None, names: Sequence[str] = ()) -> dict[str, Any] | None:
    """Where the tiles of a grid lie: {"count", "columns", "rows", "height", "width", "channels"}; None for points.

    The fixed samples of a G that is told classes (`count` None) lie as class x noise: then also {"by_class": True,
    "names": the classes'}, which are numbered where the data have no names for them.
    """
    if not config.is_image:
        return None
    channels, height, width = config.sample_shape
    size = {"height": height, "width": width, "channels": channels}
    if count is None and config.grid:
        rows, columns = config.grid
        shown = [names[i] if i < len(names) else str(i) for i in range(rows)]
        return {"count": rows * columns, "columns": columns, "rows": rows, **size, "by_class": True, "names": shown}
    count = count or config.samples
    columns = columns_for(count)
    return {"count": count, "columns": columns, "rows": math.ceil(count / columns), **size}


def to_bytes(samples: Tensor) -> Tensor:
    """Samples in [-1, 1] -> uint8, the inverse of `DataSet.batch`."""
    return (samples.float() + 1).mul(127.5).round_().clamp_(0, 255).to(torch.uint8)


def grid(tiles: Tensor, columns: int | None = None) -> np.ndarray:
    """Tiles side by side, row by row, without gaps; missing tiles are black.

    uint8 (N, C, H, W) -> uint8 (rows * H, columns * W), or (..., 3) for colour.
    """
    n, c, h, w = tiles.shape
    columns = columns or columns_for(n)
    rows = math.ceil(n / columns)
    full = torch.zeros(rows * columns, c, h, w, dtype=torch.uint8)
    full[:n] = tiles.cpu()
    sheet = full.view(rows, columns, c, h, w).permute(0, 3, 1, 4, 2).reshape(rows * h, columns * w, c).numpy()
    return sheet[:, :, 0] if c == 1 else sheet


def png(sheet: np.ndarray) -> bytes:
    """A picture as PNG. Colour at the fastest level: photos hardly shrink, digits do anyhow."""
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "PNG", compress_level=6 if sheet.ndim == 2 else 1)
    return buffer.getvalue()


def sheet(samples: Tensor, columns: int | None = None) -> bytes:
    """Samples (N, C, H, W) in [-1, 1] as a PNG grid, of `columns_for` N columns where they are not given."""
    return png(grid(to_bytes(samples), columns))
