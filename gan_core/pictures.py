"""From samples to pictures: grids of tiles as PNG, and the curves that stand for one-dimensional data."""

from __future__ import annotations

import io
import json
import math
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .config import TrainConfig


def columns_for(n: int) -> int:
    """Columns of a grid of n tiles: the most nearly square full grid if there is one not wider than 2:1, else a nearly square one."""
    square = math.ceil(math.sqrt(n))
    return next((c for c in range(square, math.isqrt(2 * n) + 1) if n % c == 0), square)


def layout(config: TrainConfig, count: int | None = None) -> dict[str, int] | None:
    """Where the tiles of a grid lie: {"count", "columns", "rows", "height", "width", "channels"}; None for points."""
    if not config.is_image:
        return None
    count = count or config.samples
    channels, height, width = config.sample_shape
    columns = columns_for(count)
    return {"count": count, "columns": columns, "rows": math.ceil(count / columns), "height": height, "width": width, "channels": channels}


def to_bytes(samples: Tensor) -> Tensor:
    """Samples in [-1, 1] -> uint8, the inverse of `DataSet.batch`."""
    return (samples.float() + 1).mul(127.5).round_().clamp_(0, 255).to(torch.uint8)


def grid(tiles: Tensor, columns: int | None = None) -> np.ndarray:
    """uint8 (N, C, H, W) -> uint8 (rows * H, columns * W) or (..., 3), row by row, without gaps; missing tiles are black."""
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


def sheet(samples: Tensor) -> bytes:
    """Samples (N, C, H, W) in [-1, 1] as a PNG grid."""
    return png(grid(to_bytes(samples)))


def axis(real: Tensor, points: int = 201) -> Tensor:
    """The x axis for one-dimensional data: the range of the reals (N, 1) and half as much on either side; (points,)."""
    low, high = real.min(), real.max()
    margin = (high - low).clamp_min(1e-3) / 2
    return torch.linspace(float(low - margin), float(high + margin), points)


def kernel_density(samples: Tensor, at: Tensor) -> Tensor:
    """Gaussian kernel estimate of a density from samples (N,) at points (M,), with Silverman's bandwidth 0.9 min(sd, IQR/1.34) N^-1/5."""
    quartiles = torch.quantile(samples, torch.tensor([0.25, 0.75]))
    spread = torch.minimum(samples.std(), (quartiles[1] - quartiles[0]) / 1.34)
    # a generator that maps everything to one point has no spread: the estimate is then a narrow bump, not a division by zero
    bandwidth = (0.9 * spread * len(samples) ** -0.2).clamp_min(float(at[1] - at[0]))
    return torch.exp(-0.5 * ((at[:, None] - samples[None]) / bandwidth) ** 2).mean(1) / (bandwidth * math.sqrt(2 * math.pi))


def curves(z: Tensor, x: Tensor, many: Tensor, real: Tensor, at: Tensor, d: Tensor, density: Any) -> bytes:
    """The four things of Goodfellow et al. 2014, Figure 1, as JSON.

    z (N, latent_dim) and x = G(z) (N, 1): the lines; `many` (M, 1): samples for G's density; real (R, 1); d: D at `at`;
    density: the data's own, or None (estimated from `real`).
    """
    data_density = density(at) if density else kernel_density(real[:, 0], at)
    parts = {"z": z[:, 0], "x": x[:, 0], "grid": at, "d": d, "data_density": data_density, "g_density": kernel_density(many[:, 0], at), "real": real[:256, 0]}
    return json.dumps({name: [round(v, 5) for v in t.tolist()] for name, t in parts.items()}).encode()
