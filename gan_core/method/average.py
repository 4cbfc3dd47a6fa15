"""A moving average of a network's weights."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

RAMP = 0.05
"""The half-life is at most this share of the images seen so far: the first, random weights are soon forgotten."""


class Average:
    """theta_avg <- beta theta_avg + (1 - beta) theta, with beta = 2^(-images / half_life) (Karras et al.

    2018, arXiv:1710.10196, section 4).

    `network` is the average, in the same memory format; `seen` the images it has followed. The half-life is in images,
    so that it does not depend on the batch size, and grows with `seen` at first (Karras et al. 2020, arXiv:2006.06676,
    in its code). Running statistics are averaged like weights, counters copied.
    """

    def __init__(self, live: nn.Module, half_life: int):
        self.live, self.half_life, self.seen = live, half_life, 0
        self.network = copy.deepcopy(live).requires_grad_(False)
        pairs = list(zip(self.network.state_dict().values(), live.state_dict().values(), strict=True))
        self._floats = tuple(zip(*[p for p in pairs if p[0].is_floating_point()], strict=True))
        self._counters = [p for p in pairs if not p[0].is_floating_point()]

    @torch.no_grad()
    def follow(self, images: int) -> None:
        """Takes in the live weights after an update made with that many images."""
        half_life = min(self.half_life, RAMP * self.seen)
        self.seen += images
        beta = 0.5 ** (images / half_life) if half_life else 0.0
        torch._foreach_lerp_(self._floats[0], self._floats[1], 1 - beta)
        for mine, its in self._counters:
            mine.copy_(its)

    def tensors(self) -> dict[str, Tensor]:
        """The average's state by name. The tensors themselves, not copies."""
        return self.network.state_dict()
