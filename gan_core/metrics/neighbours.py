"""The nearest training images: whether a generator makes new ones or learnt some by heart."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..data import DataSet

CHUNK = 16_000_000
"""Entries held at a time of training images as floats, or of distances: 64 MB."""


def nearest_training(
    samples: Tensor | np.ndarray, data: DataSet, k: int = 1, chunk: int = CHUNK
) -> tuple[Tensor, Tensor]:
    """The k nearest training samples of each sample, nearest first: indices int64 (N, k) and distances float32 (N, k).

    `samples` is (N, *shape of the data), images in [-1, 1]. Distances are Euclidean over all pixels (or coordinates) in
    these units, so that a copy has 0 exactly. Both results are on the CPU. Works through the data `chunk` numbers at a
    time. Raises ValueError for another shape or an impossible k.
    """
    flat = _flat(samples, data.shape)
    return _nearest(flat, _Rows(data), k, chunk)


def memorising_ratio(samples: Tensor | np.ndarray, data: DataSet, reals: int = 1000, chunk: int = CHUNK) -> float:
    """Median distance of a sample to its nearest training sample, over that of a real to its nearest other real.

    About 1 for new samples of the same distribution, above 1 for samples that resemble nothing, near 0 for copies (cf.
    Meehan et al. 2020, arXiv:2004.05675, who compare the same two sets of distances). The reals are `reals` of the
    data, drawn once and for all; each is compared with all others but versions of the same original
    (`DataSet.originals`), while a fake is compared with every one: a generator that repeats one of a digit's ten
    versions is a copier. nan where no real has another to be compared with.
    """
    flat = _flat(samples, data.shape)
    own = _nearest(flat, _Rows(data), 1, chunk)[1].median()
    chosen = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))[:reals]
    rows = _Rows(data)
    among = _nearest(rows[chosen], rows, 1, chunk, (data.originals[chosen], data.originals))[1]
    among = among[torch.isfinite(among)]
    return float(own / among.median()) if len(among) and among.median() > 0 else torch.nan


class _Rows:
    """The data as rows of floats (N, F) in [-1, 1] without ever holding all of them."""

    def __init__(self, data: DataSet):
        self.data = data

    def __len__(self) -> int:
        return len(self.data)

    @property
    def width(self) -> int:
        return int(np.prod(self.data.shape))

    def __getitem__(self, index: Tensor | slice) -> Tensor:
        if isinstance(index, slice):
            index = torch.arange(index.start, index.stop)
        return self.data.batch(index.to(self.data.samples.device)).flatten(1).cpu()


def _flat(samples: Tensor | np.ndarray, shape: tuple[int, ...]) -> Tensor:
    x = torch.as_tensor(samples).detach().to("cpu", torch.float32)
    if tuple(x.shape[1:]) != tuple(shape) or len(x) == 0:
        raise ValueError(f"samples must have the shape (N, {', '.join(map(str, shape))}), not {tuple(x.shape)}")
    if not torch.isfinite(x).all():
        raise ValueError("samples are not all finite")
    return x.flatten(1)


def _nearest(
    x: Tensor, rows: _Rows, k: int, chunk: int, groups: tuple[Tensor, Tensor] | None = None
) -> tuple[Tensor, Tensor]:
    """Indices and distances (N, k) of the nearest rows.

    With `groups` (of x, of the rows) none of the same group counts; the distance is inf where none is left.
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= len(rows):
        raise ValueError(f"k = {k} is not possible: use a whole number from 1 to {len(rows)}, the size of the data")
    # the expanded square is fast and loses digits where distances are small: exact distances of a few candidates more
    spare = min(k + 3, len(rows))
    best = torch.full((len(x), spare), torch.inf)
    index = torch.zeros((len(x), spare), dtype=torch.int64)
    step = max(1, min(chunk // rows.width, chunk // len(x)))
    size = x.square().sum(1)
    for start in range(0, len(rows), step):
        stop = min(start + step, len(rows))
        part = rows[slice(start, stop)]
        squared = (size[:, None] + part.square().sum(1)).addmm_(x, part.T, alpha=-2)
        if groups is not None:
            squared[groups[0][:, None] == groups[1][start:stop]] = torch.inf
        both = torch.cat([best, squared], 1)
        best, place = both.topk(spare, largest=False)
        index = torch.where(place < spare, index.gather(1, place.clamp_max(spare - 1)), place - spare + start)
    exact = torch.empty_like(best)
    step = max(1, chunk // (rows.width * spare))
    for start in range(0, len(x), step):
        part = slice(start, min(start + step, len(x)))
        candidates = rows[index[part].flatten()].view(-1, spare, rows.width)
        exact[part] = (candidates - x[part, None]).square_().sum(2).sqrt_()
    exact[torch.isinf(best)] = torch.inf
    distance, order = exact.sort(dim=1, stable=True)
    return index.gather(1, order)[:, :k], distance[:, :k]
