"""Layers that the families share and that PyTorch lacks, or has in a slower form."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Inverted dropout (Srivastava et al. 2014) whose noise comes from a random generator of its own.

    torch.nn.Dropout draws from the global random state, so that anything else that draws from it between two steps,
    such as a picture, would change the training. The trainer sets `random`; None is the global state.
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = p
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        """x of any shape -> the same shape: in training each element is 0 with probability p, else x / (1 - p)."""
        if not self.training or self.p == 0:
            return x
        # one 64-bit draw serves four elements: a uniform integer of 16 bits is kept where it is below a threshold
        levels = 2**16
        kept = round((1 - self.p) * levels)
        draws = torch.empty((x.numel() + 3) // 4, dtype=torch.int64, device=x.device).random_(
            -(2**63), None, generator=self.random
        )
        mask = draws.view(torch.int16)[: x.numel()].view(x.shape) < kept - levels // 2
        return x * mask * (levels / kept)

    def extra_repr(self) -> str:
        """The share of elements that is dropped."""
        return f"p={self.p}"


class FromLatent(nn.ConvTranspose2d):
    """The first layer of a convolutional generator.

    A transposed convolution of a single pixel is a matrix product; written as one it is several times faster on a CPU.
    Parameters, their names and their initialisation are those of nn.ConvTranspose2d.
    """

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        """(N, dim, 1, 1) -> (N, channels, size, size), in channels_last memory. `output_size` is not used."""
        dim, channels, height, width = self.weight.shape
        # the product comes out as (height, width, channels), the order of channels_last memory
        weight = self.weight.permute(0, 2, 3, 1).reshape(dim, -1)
        return (input.reshape(len(input), dim) @ weight).view(len(input), height, width, channels).permute(0, 3, 1, 2)


class ToLogit(nn.Conv2d):
    """The last layer of a convolutional discriminator: a convolution as large as its input, as a matrix product."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, channels, size, size) -> logits (N,)."""
        weight = self.weight.permute(0, 2, 3, 1).reshape(-1)
        return input.permute(0, 2, 3, 1).reshape(len(input), -1) @ weight


class Maxout(nn.Linear):
    """The largest of several affine maps, for each unit (Goodfellow et al. 2013, arXiv:1302.4389, eq. 1-2).

    Row `piece * units + unit` of the weight and the bias is one piece of a unit.
    """

    def __init__(self, inputs: int, units: int, pieces: int):
        super().__init__(inputs, units * pieces)
        self.units, self.pieces = units, pieces

    def forward(self, input: Tensor) -> Tensor:
        """(N, inputs) -> (N, units)."""
        return super().forward(input).unflatten(1, (self.pieces, self.units)).amax(1)

    def extra_repr(self) -> str:
        """Its sizes."""
        return f"in_features={self.in_features}, units={self.units}, pieces={self.pieces}"


class MinibatchDeviation(nn.Module):
    """One more feature: how much the samples around this one differ (Karras et al. 2018, arXiv:1710.10196, section 3).

    The batch is split into groups of 4 (or 3, or 2, or one group of all: the first that divides N). The deviation
    over the group of each feature at each pixel, averaged over all features and pixels, is the new feature of every
    member. A sample by itself has none: see `adopt_statistics`.
    """

    EPS = 1e-8
    """Added inside the square root, whose slope at 0 is infinite: identical samples have finite gradients too."""

    def __init__(self):
        super().__init__()
        self.adopted: Tensor | None
        self.register_buffer("adopted", None, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, ...) -> (N, C + 1, ...)."""
        if self.adopted is not None and not self.training:
            deviation = self.adopted.expand(len(x))
        else:
            group = next(g for g in (4, 3, 2, len(x)) if len(x) % g == 0)
            groups = x.to(torch.promote_types(x.dtype, torch.float32)).unflatten(0, (group, -1))
            # not .var(0): over so few it is ten times slower
            variances = (groups - groups.mean(0)).square().mean(0)
            deviation = (variances + self.EPS).sqrt().mean(tuple(range(1, x.ndim))).repeat(group)
        return torch.cat([x, deviation.to(x.dtype).view(-1, *(1,) * (x.ndim - 1)).expand(-1, 1, *x.shape[2:])], 1)
