"""What every loader returns, what its points were drawn from, and what it raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor


class DataError(RuntimeError):
    """Data that cannot be had. The message says what is wrong and what to do."""


Draw = tuple[Tensor, Tensor | None]


@dataclass(frozen=True, eq=False)
class Distribution:
    """A distribution of points, the same object for the same name, so that it can be a key.

    Attributes:
        dim: D, 1 or 2.
        extent: the coordinates of nearly all samples lie in [-extent, extent].
        sample: sample(n, random) -> (points float32 (n, D), labels int64 (n,) or None), on the CPU, as `random` is. A
            label is the component that its point was drawn from.
        log_prob: log_prob(x (M, D), or (M,) where D = 1) -> log density (M,), in x's dtype and on its device, -inf
            outside the support; None where the density has no closed form.
        modes: of an equal mixture of Gaussians, their centres, float32 (K, D), in the order of the labels; else None.
        sigma: the standard deviation of each of these Gaussians, in every direction; None where modes is None.
    """

    dim: int
    extent: float
    sample: Callable[[int, torch.Generator], Draw]
    log_prob: Callable[[Tensor], Tensor] | None = None
    modes: Tensor | None = None
    sigma: float | None = None


@dataclass
class DataSet:
    """A whole data set, on one device.

    Attributes:
        samples: images as uint8 (N, C, H, W), or points as float32 (N, D). Images may be a `stacked.Stack`, which has
            of a tensor all that is used of one here and in training.
        labels: int64 (N,), the class of each sample, or None.
        skipped: files, or rows of a file of points, that could not be read.
        classes: the name of each label, where labels have names.
        distribution: what points were drawn from, where that is known; else None.
        versions: how many times each original is among the samples, each time altered a little: first all originals,
            then all of them again.
    """

    samples: Tensor
    labels: Tensor | None = None
    skipped: int = 0
    classes: tuple[str, ...] = ()
    distribution: Distribution | None = None
    versions: int = 1

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def is_image(self) -> bool:
        """Images, not points."""
        return self.samples.dtype == torch.uint8

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return tuple(self.samples.shape[1:])

    @property
    def originals(self) -> Tensor:
        """Which original each sample is a version of: int64 (N,), on the CPU.

        The other versions of a sample are no evidence of how far apart two real samples are: "another real one" is one
        of another original.
        """
        return torch.arange(len(self)) % (len(self) // self.versions)

    @property
    def density(self) -> Callable[[Tensor], Tensor] | None:
        """From points (M, D), or (M,) where D = 1, to the density (M,); None where it has no closed form."""
        log_prob = self.distribution and self.distribution.log_prob
        return None if log_prob is None else lambda x: log_prob(x).exp()

    def to(self, device: torch.device | str) -> DataSet:
        """The same data on `device`; itself where they lie there already."""
        device = torch.device(device)
        if self.samples.device == device:
            return self
        labels = None if self.labels is None else self.labels.to(device)
        return replace(self, samples=self.samples.to(device), labels=labels)

    def batch(self, index: Tensor, dtype: torch.dtype = torch.float32, channels_last: bool = False) -> Tensor:
        """The samples of `index`, int64 (B,) on the data's device: (B, *shape) in `dtype`; pixels are x / 127.5 - 1."""
        picked = self.samples.index_select(0, index)
        if not self.is_image:
            return picked.to(dtype)
        if channels_last:
            # now, while a pixel is one byte; with one channel there is nothing to move
            picked = picked.contiguous(memory_format=torch.channels_last)
        # half precisions are rounded once, at the end
        exact = torch.promote_types(dtype, torch.float32)
        return picked.to(exact).div_(127.5).sub_(1).to(dtype)


DRAWS = 100_000
"""How many points make the data set of a distribution (PacGAN's number for ring and grid)."""


def draws(distribution: Distribution) -> DataSet:
    """100,000 draws from a distribution, the same each time: float32 (100000, D)."""
    samples, labels = distribution.sample(DRAWS, torch.Generator().manual_seed(0))
    return DataSet(samples, labels, distribution=distribution)
