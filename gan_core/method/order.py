"""The order in which a training meets its data, and the seeds of its random streams."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor


def stream(seed: int, name: str) -> int:
    """A seed for one of a run's independent random streams; different names give unrelated streams."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=7).digest(), "big")


class Shuffle:
    """Batches of indices without end: every sample once per epoch, in an order that depends on (seed, epoch) alone.

    A batch may straddle two epochs, so all are full. `position` counts the samples handed out and is the whole state.
    """

    def __init__(self, size: int, batch: int, seed: int, device: torch.device):
        self.size, self.batch, self.seed, self.device = size, batch, seed, device
        self.position = 0
        self._epoch, self._order = -1, torch.empty(0, dtype=torch.int64)

    @property
    def epoch(self) -> int:
        """1-based number of the epoch in which the last batch began."""
        return max(self.position - self.batch, 0) // self.size + 1

    @property
    def completed(self) -> int:
        """Number of epochs of which every sample has been handed out."""
        return self.position // self.size

    def next(self) -> Tensor:
        """The indices of the next batch: int64 (batch,)."""
        parts, missing = [], self.batch
        while missing:
            epoch, start = divmod(self.position, self.size)
            if epoch != self._epoch:
                random = torch.Generator(self.device).manual_seed(stream(self.seed, f"order of epoch {epoch}"))
                self._epoch, self._order = epoch, torch.randperm(self.size, generator=random, device=self.device)
            parts.append(self._order[start : start + missing])
            self.position += len(parts[-1])
            missing -= len(parts[-1])
        return parts[0] if len(parts) == 1 else torch.cat(parts)
