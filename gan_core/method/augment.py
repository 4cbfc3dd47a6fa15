"""What D is shown instead of the samples themselves: the same random changes for reals and fakes.

G's gradient passes through them.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def colour(x: Tensor, random: torch.Generator | None) -> Tensor:
    """Brightness, saturation and contrast of each image (N, C, H, W), changed at random (Zhao et al.

    2020, arXiv:2006.10738).
    """

    def draw() -> Tensor:
        return torch.rand(len(x), 1, 1, 1, generator=random, device=x.device, dtype=x.dtype)

    x = x + (draw() - 0.5)
    mean = x.mean(1, keepdim=True)
    x = (x - mean) * (draw() * 2) + mean
    mean = x.mean((1, 2, 3), keepdim=True)
    return (x - mean) * (draw() + 0.5) + mean


def translation(x: Tensor, random: torch.Generator | None) -> Tensor:
    """Each image moved by up to an eighth of its size both ways.

    What it leaves behind is background: -1 in grey images, 0 in colour ones.
    """
    n, channels, height, width = x.shape
    background = -1.0 if channels == 1 else 0.0
    down, right = (_whole(n, (size + 4) // 8, random, x.device) for size in (height, width))
    rows = torch.arange(height, device=x.device) + down[:, None]
    columns = torch.arange(width, device=x.device) + right[:, None]
    # one pixel of background on each side, which everything outside is read from
    padded = F.pad(x, (1, 1, 1, 1), value=background).permute(0, 2, 3, 1)
    rows, columns = (rows + 1).clamp(0, height + 1), (columns + 1).clamp(0, width + 1)
    moved = padded[torch.arange(n, device=x.device)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def cutout(x: Tensor, random: torch.Generator | None) -> Tensor:
    """A square of half the size, somewhere, greyed out in each image (0, the middle of the range)."""
    n, _, height, width = x.shape

    def inside(size: int) -> Tensor:
        middle = torch.randint(0, size + 1, (n, 1), generator=random, device=x.device)
        away, half = torch.arange(size, device=x.device) - middle, size // 2
        return (away >= -(half // 2)) & (away < half - half // 2)

    hole = inside(height)[:, :, None] & inside(width)[:, None, :]
    return x * (~hole)[:, None].to(x.dtype)


def _whole(n: int, most: int, random: torch.Generator | None, device: torch.device) -> Tensor:
    """Whole numbers from -most to most, (n,)."""
    return torch.randint(-most, most + 1, (n,), generator=random, device=device)


CHANGES = {"colour": colour, "translation": translation, "cutout": cutout}


def augment(x: Tensor, policy: str, random: torch.Generator | None = None) -> Tensor:
    """DiffAugment (Zhao et al.

    2020, arXiv:2006.10738): images (N, C, H, W) in [-1, 1] changed by each part of a policy such as
    "translation+cutout".

    Differentiable in x; "none" gives x itself.
    """
    if policy == "none":
        return x
    for name in policy.split("+"):
        x = CHANGES[name](x, random)
    return x
