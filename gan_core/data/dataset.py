"""What every loader returns, and what it raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .distributions import Distribution


class DataError(RuntimeError):
    """Data that cannot be had. The message says what is wrong and what to do."""


@dataclass
class DataSet:
    """A whole data set, on one device.

    samples: images as uint8 (N, C, H, W), or points as float32 (N, D). Images may be a `Stack`, which reads like a tensor.
    labels: int64 (N,), the class of each sample, or None.
    skipped: files, or rows of a file of points, that could not be read.
    classes: the name of each label, where labels have names.
    distribution: what points were drawn from, where that is known; else None.
    """

    samples: Tensor
    labels: Tensor | None = None
    skipped: int = 0
    classes: tuple[str, ...] = ()
    distribution: Distribution | None = None

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def is_image(self) -> bool:
        return self.samples.dtype == torch.uint8

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return tuple(self.samples.shape[1:])

    @property
    def density(self) -> Callable[[Tensor], Tensor] | None:
        """From points (M, D), or (M,) where D = 1, to the probability density (M,); None where it has no closed form."""
        log_prob = self.distribution and self.distribution.log_prob
        return None if log_prob is None else lambda x: log_prob(x).exp()

    def to(self, device: torch.device | str) -> DataSet:
        """The same data on `device`; itself where they lie there already."""
        device = torch.device(device)
        if self.samples.device == device:
            return self
        return replace(
            self, samples=self.samples.to(device), labels=None if self.labels is None else self.labels.to(device)
        )

    def batch(self, index: Tensor, dtype: torch.dtype = torch.float32, channels_last: bool = False) -> Tensor:
        """The samples of `index` (int64 (B,), on the data's device) as (B, *shape) in `dtype`; pixels are x / 127.5 - 1."""
        picked = self.samples.index_select(0, index)
        if not self.is_image:
            return picked.to(dtype)
        if channels_last:
            # now, while a pixel is one byte; with one channel there is nothing to move
            picked = picked.contiguous(memory_format=torch.channels_last)
        # half precisions are rounded once, at the end
        exact = torch.promote_types(dtype, torch.float32)
        return picked.to(exact).div_(127.5).sub_(1).to(dtype)
