"""Stacked MNIST: three random digits in three channels, 1,000 classes (Metz et al. 2016, arXiv:1611.02163).

As many samples as in PacGAN's tables (Lin et al. 2018, arXiv:1712.04086).
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

from ..config import TrainConfig
from . import torchvision_sets
from .dataset import DataSet

COUNT = 128_000


class Stack:
    """Images whose channels are other images, joined when they are asked for; reads like a uint8 tensor (N, C, H, W).

    `images` is uint8 (M, H, W); `index`, int64 (N, C), says which of them each channel is; both are on one device. The
    128,000 stacks of MNIST would take 301 MB; this takes MNIST's 47 MB and 3 MB.
    """

    dtype = torch.uint8

    def __init__(self, images: Tensor, index: Tensor):
        self.images, self.index = images, index

    @property
    def shape(self) -> torch.Size:
        """(N, C, H, W)."""
        return torch.Size((*self.index.shape, *self.images.shape[1:]))

    @property
    def device(self) -> torch.device:
        """Where both tensors lie."""
        return self.images.device

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, which: int | slice | Tensor) -> Tensor:
        """One image (C, H, W) for a number, (B, C, H, W) for a slice, a mask or int64 (B,)."""
        return self.images[self.index[which]]

    def index_select(self, dim: int, which: Tensor) -> Tensor:
        """uint8 (B, C, H, W) for int64 (B,); `dim` must be 0."""
        if dim:
            raise IndexError("whole images can be selected, along dimension 0")
        rows = self.index.index_select(0, which)
        return self.images.index_select(0, rows.flatten()).view(*rows.shape, *self.images.shape[1:])

    def to(self, device: torch.device | str) -> Stack:
        """The same stacks on `device`."""
        return Stack(self.images.to(device), self.index.to(device))


def load(config: TrainConfig) -> DataSet:
    """Stacks of MNIST, uint8 (128000, 3, resolution, resolution). Raises `DataError` where MNIST cannot be had."""
    return stacked(torchvision_sets.read("mnist", config.split, config.sample_shape[-1]))


def stacked(digits: DataSet) -> DataSet:
    """128,000 stacks of three of `digits`' images, drawn independently, the same each time.

    Labels 100 a + 10 b + c for the digits a, b, c in the red, green and blue channel.
    """
    if digits.labels is None:
        raise ValueError("stacks are labelled by the labels of their channels")
    index = torch.randint(len(digits), (COUNT, 3), generator=torch.Generator().manual_seed(0))
    labels = (digits.labels[index] * torch.tensor([100, 10, 1])).sum(1)
    stack = cast(Tensor, Stack(digits.samples[:, 0], index))
    return DataSet(stack, labels, digits.skipped, tuple(f"{i:03d}" for i in range(1000)))
