"""scikit-learn's 1,797 handwritten digits (8x8 pixels, 0 to 16), made into a training set of smooth images.

Each value of the original counts the dark pixels in one 4x4 block of a 32x32 bitmap. So the strokes are
not merely enlarged: a smooth field is sought whose soft threshold has these counts again. Its strokes stay
thin and its loops open where plain bicubic enlargement closes them.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..config import TrainConfig
from .cache import Allocate, Arrays, prepared
from .dataset import DataError, DataSet

VARIANTS = 10
"""Versions of each digit: itself, and nine that are turned, sheared, moved and scaled a little."""

_BLOCK = 4  # field pixels per original pixel
_MARGIN = 1  # original pixels of empty paper added on each side
_GAIN = 14.0  # slope of the soft threshold
_BACKGROUND = -0.5


def load(config: TrainConfig) -> DataSet:
    """17,970 digits, uint8 (17970, 1, resolution, resolution), with their labels."""
    resolution = config.sample_shape[-1]
    found = prepared(f"digits-all-{resolution}", lambda allocate: build(resolution, allocate))
    return replace(found, versions=VARIANTS)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """For many small operations: beside a training, waiting for a second thread in each takes ten times their time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@_one_thread()
def build(resolution: int, allocate: Allocate) -> Arrays:
    """Samples (17,970, 1, resolution, resolution); variant by variant, in the original order."""
    counts, labels = _original()
    field = _strokes(torch.from_numpy(counts).view(-1, 8, 8) / 16)
    samples = allocate((VARIANTS * len(field), 1, resolution, resolution))
    random = torch.Generator().manual_seed(0)
    for v in range(VARIANTS):
        window = _windows(len(field), random) if v else _windows(len(field))
        samples[v * len(field) : (v + 1) * len(field)] = _render(field, window, resolution).numpy()
    return Arrays(samples, np.tile(labels, VARIANTS))


def _original() -> tuple[np.ndarray, np.ndarray]:
    """Counts float32 (1797, 64) and labels int64 (1797,)."""
    try:
        # the file itself: importing scikit-learn costs more than all the rest
        spec = importlib.util.find_spec("sklearn")
        folders = spec.submodule_search_locations if spec else None
        file = Path((folders or [])[0]) / "datasets" / "data" / "digits.csv.gz"
        table = np.loadtxt(gzip.decompress(file.read_bytes()).decode().splitlines(), delimiter=",", dtype=np.float32)
        counts, labels = table[:, :-1], table[:, -1].astype(np.int64)
        if counts.shape != (1797, 64):
            raise ValueError("another table")
        return np.ascontiguousarray(counts), labels
    except (OSError, ValueError, IndexError):
        pass
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise DataError(
            "The built-in digits come with scikit-learn, which is not installed: pip install scikit-learn"
        ) from None
    counts, labels = load_digits(return_X_y=True)
    return np.asarray(counts, np.float32), np.asarray(labels, np.int64)


def _strokes(darkness: torch.Tensor) -> torch.Tensor:
    """From (N, 8, 8) in [0, 1] to a field (N, 40, 40), positive on the strokes: iterative back-projection."""
    darkness = F.pad(darkness, (_MARGIN,) * 4)
    small, large = darkness.shape[-1], darkness.shape[-1] * _BLOCK
    enlarge = F.interpolate(torch.eye(small)[None, None], size=(large, small), mode="bicubic", align_corners=False)[
        0, 0
    ]
    average = F.interpolate(torch.eye(large)[None, None], size=(small, large), mode="area")[0, 0]
    smooth = torch.zeros(large, large)
    for offset, weight in zip((-2, -1, 0, 1, 2), (1, 4, 6, 4, 1), strict=True):
        smooth[torch.arange(large), (torch.arange(large) + offset).clamp(0, large - 1)] += weight / 16
    back = smooth @ enlarge

    def both_ways(matrix: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
        return ((matrix @ images.flatten(1)).view(len(matrix), -1, images.shape[-1]) @ matrix.T).contiguous()

    # (rows, N, columns): each product is then one large one instead of N small ones
    darkness = darkness.transpose(0, 1).contiguous()
    field = both_ways(enlarge, darkness).add_(_BACKGROUND)
    for _ in range(8):
        missing = darkness - both_ways(average, field.mul(_GAIN).sigmoid_())
        field = both_ways(smooth, field).add_(both_ways(back, missing), alpha=0.6)
    return field.transpose(0, 1).contiguous()


def _windows(count: int, random: torch.Generator | None = None) -> torch.Tensor:
    """Which part of the field each image shows, (count, 2, 3).

    The 8x8 cells fill 22 of 28 pixels, so that no jitter cuts a stroke.
    """
    view = 8 / (22 / 28) / (8 + 2 * _MARGIN)
    if random is None:
        return torch.eye(2, 3).mul(view).repeat(count, 1, 1)

    def between(limit: float) -> torch.Tensor:
        return (torch.rand(count, generator=random) * 2 - 1) * limit

    angle, shear = between(0.12), between(0.12)
    wide, high = 1 + between(0.1), 1 + between(0.06)
    right, down = between(1 / 14), between(0.8 / 14)
    sin, cos = angle.sin(), angle.cos()
    rows = (
        torch.stack([cos * wide, (shear * cos - sin) * high, right]),
        torch.stack([sin * wide, (shear * sin + cos) * high, down]),
    )
    return torch.stack(rows).permute(2, 0, 1) * view


def _render(field: torch.Tensor, window: torch.Tensor, resolution: int) -> torch.Tensor:
    """uint8 (N, 1, resolution, resolution); edges stay about as many pixels wide at any resolution."""
    gain = _GAIN * 1.2 * max(1.0, resolution / 28) ** 0.5
    line = ((2 * torch.arange(resolution) + 1) / resolution - 1)[None]
    images = torch.empty(len(field), 1, resolution, resolution, dtype=torch.uint8)
    for part in torch.arange(len(field)).split(max(1, (1 << 18) // resolution**2)):
        w = window[part, :, :, None, None]
        grid = torch.stack([w[:, i, 0] * line + w[:, i, 2] + w[:, i, 1] * line.T for i in (0, 1)], -1)
        seen = F.grid_sample(
            field[part, None],
            grid,
            mode="bilinear" if resolution <= 32 else "bicubic",
            padding_mode="border",
            align_corners=False,
        )
        images[part] = seen.mul_(gain).sigmoid_().mul_(255).round_().to(torch.uint8)
    return images
