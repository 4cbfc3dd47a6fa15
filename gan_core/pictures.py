"""From samples to pictures: grids of tiles as PNG; for points the curves of a line and the map of a plane, as JSON."""

from __future__ import annotations

import base64
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .config import TrainConfig
from .data import DataSet
from .objectives import shown
from .priors import PRIORS
from .trainer import Trainer, stream

MANY = 2000
"""Fakes drawn at every frame of points: for the density on a line; the first 1,000 of them are the dots in a plane."""
DOTS = 1000
"""Dots of each kind in a picture of the plane: more of them hide each other."""
MAP = 48
"""Cells a side of the map of D over the plane."""


def columns_for(n: int) -> int:
    """Columns of a grid of n tiles: the most nearly square full grid if there is one not wider than 2:1, else a nearly square one."""
    square = math.ceil(math.sqrt(n))
    return next((c for c in range(square, math.isqrt(2 * n) + 1) if n % c == 0), square)


def layout(config: TrainConfig, count: int | None = None, names: Sequence[str] = ()) -> dict[str, Any] | None:
    """Where the tiles of a grid lie: {"count", "columns", "rows", "height", "width", "channels"}; None for points.

    The fixed samples of a G that is told classes (`count` None) lie as class x noise: then also {"by_class": True, "names": the classes'},
    which are numbered where the data have no names for them.
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


def sheet(samples: Tensor, columns: int | None = None) -> bytes:
    """Samples (N, C, H, W) in [-1, 1] as a PNG grid, of `columns_for` N columns where they are not given."""
    return png(grid(to_bytes(samples), columns))


# --------------------------------------------------------------------------- points


def many_noise(config: TrainConfig, count: int = MANY) -> Tensor:
    """`count` latent vectors, float32 (count, latent_dim), the same ones at every frame, so that only G moves the picture."""
    return PRIORS[config.prior].draw(count, config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "density noise")), None)


def points_axis(data: DataSet) -> Tensor:
    """Where D is looked at, for data made of points: (M, 1) along the line, or the centres of a square map, (MAP * MAP, 2), row by row from below."""
    if data.shape == (1,):
        return axis(data.samples[:10_000].cpu())[:, None]
    low_x, high_x, low_y, high_y = extent(data)
    x, y = (low + (high - low) * (torch.arange(MAP) + 0.5) / MAP for low, high in ((low_x, high_x), (low_y, high_y)))
    return torch.stack([x.repeat(MAP), y.repeat_interleave(MAP)], 1)


def extent(data: DataSet) -> tuple[float, float, float, float]:
    """The square of the plane that is drawn, (low x, high x, low y, high y): all but the outermost thousandth of the data, and a quarter more."""
    some = data.samples[:10_000].cpu().double()
    low, high = torch.quantile(some, torch.tensor([0.001, 0.999], dtype=torch.float64), dim=0)
    middle, half = (low + high) / 2, float((high - low).max().clamp_min(1e-6)) * 0.625
    return (float(middle[0]) - half, float(middle[0]) + half, float(middle[1]) - half, float(middle[1]) + half)


def points_scene(data: DataSet) -> bytes:
    """What stays the same in all frames of a run on points, as JSON.

    {"dim", "real": x of up to 256 reals} on a line; in the plane {"dim", "extent", "map": cells a side, "real": x0, y0, x1, y1, ... of up to
    DOTS reals, "modes" and "sigma": centres and standard deviation of its components, or null}.
    """
    if data.shape == (1,):
        return _json({"dim": 1, "real": _rounded(data.samples[:256, 0], 5)})
    square, known = extent(data), data.distribution
    digits = _digits(square)
    modes = None if known is None or known.modes is None else [_rounded(mode, digits + 2) for mode in known.modes]
    found = {"dim": 2, "extent": [round(v, digits + 1) for v in square], "map": MAP, "real": _rounded(data.samples[:DOTS].flatten(), digits)}
    return _json(found | {"modes": modes, "sigma": known.sigma if modes else None})


def points_frame(trainer: Trainer, at: Tensor) -> bytes:
    """The picture of a training on points at this step, as JSON; `at` is `points_axis(trainer.data)`. Training does not notice.

    On a line what `curves` says. In the plane: {"dim", "x": x0, y0, x1, y1, ... of DOTS fakes, "d": D at `at` as 16-bit numbers, base64, little
    endian, "range": what 0 and 65535 stand for, "hits": fakes within 3 sigma of each mode, or null, "s_real" and "s_fake": D's scores of 128
    reals and fakes, "average": {"x", "hits"} of the average of G where there is one}. D as `objectives.shown` has it.
    """
    z = many_noise(trainer.config)
    d = shown(trainer.objective, trainer.score(at)).cpu()
    if at.shape[1] == 1:
        samples, *_ = trainer.watch()
        n = len(samples)
        many = trainer.sample(z).cpu()
        words = curves(trainer.fixed_noise[:n].cpu(), samples.cpu(), many, trainer.fixed_reals.cpu(), at[:, 0], d, trainer.data.density)
        if trainer.average is None:
            return words
        smooth = kernel_density(trainer.sample(z, average=True).cpu()[:, 0], at[:, 0])
        return _json({**json.loads(words), "average": {"g_density": _rounded(smooth, 5)}})
    fake, square = trainer.sample(z[:DOTS]), extent(trainer.data)
    scores = (shown(trainer.objective, trainer.score(x[:128])) for x in (trainer.fixed_reals, fake))
    low, high = _range(d, trainer.objective.probability)
    levels = ((d.double() - low) / (high - low) * 65535).nan_to_num(0).clamp(0, 65535).round().numpy().astype("<u2")
    words = {"dim": 2, **_dots(fake, trainer.data, square), "d": base64.b64encode(levels.tobytes()).decode(), "range": [low, high]}
    words |= {name: _rounded(s, 3) for name, s in zip(("s_real", "s_fake"), scores, strict=True)}
    if trainer.average is not None:
        words["average"] = _dots(trainer.sample(z[:DOTS], average=True), trainer.data, square)
    return _json(words)


def _dots(fake: Tensor, data: DataSet, square: tuple[float, float, float, float]) -> dict[str, Any]:
    """Fakes (N, 2), and how many of them lie within 3 sigma of each mode of the data."""
    fake, known = fake.cpu(), data.distribution
    hits = None
    if known is not None and known.modes is not None:
        distance, nearest = torch.cdist(fake.double(), known.modes.double()).min(1)
        hits = torch.bincount(nearest[distance < 3 * known.sigma], minlength=len(known.modes)).tolist()
    # what has left the picture by far is drawn at its edge; a number too large for JSON would end the run
    span = square[1] - square[0]
    middle = torch.tensor([square[0] + square[1], square[2] + square[3]]) / 2
    held = fake.nan_to_num(0.0).sub(middle).clamp(-5 * span, 5 * span).add(middle)
    return {"x": _rounded(held.flatten(), _digits(square)), "hits": hits}


def _range(d: Tensor, probability: bool) -> tuple[float, float]:
    if probability:
        return 0.0, 1.0
    good = d[torch.isfinite(d)]
    low, high = (float(good.min()), float(good.max())) if len(good) else (0.0, 0.0)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _digits(square: tuple[float, float, float, float]) -> int:
    """Digits after the point that tell two thousand places apart on a side."""
    return max(0, math.ceil(math.log10(2000 / (square[1] - square[0]))))


def _rounded(values: Tensor, digits: int) -> list[float]:
    return [round(v, digits) for v in values.tolist()]


def _json(words: dict[str, Any]) -> bytes:
    return json.dumps(words, separators=(",", ":")).encode()


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
    return _json({"dim": 1} | {name: _rounded(t, 5) for name, t in parts.items()})
