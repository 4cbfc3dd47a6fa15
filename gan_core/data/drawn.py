"""Points from where a person put ink."""

from __future__ import annotations

import functools
import math

import torch
from torch import Tensor

from ..config import TrainConfig, drawing
from .dataset import DataSet, Distribution, Draw, draws
from .distributions import rows


@functools.lru_cache(16)
def drawn(code: str) -> Distribution:
    """The distribution that a person drew: each cell as likely as its share of the ink, and uniform within.

    `code` is what `drawing.encode` made. Raises ValueError for any other.
    """
    n, reach = drawing.CELLS, drawing.REACH
    ink = torch.tensor(list(drawing.decode(code)), dtype=torch.float64)
    shares, side = ink / ink.sum(), 2 * reach / n
    upto, log_densities = shares.cumsum(0), torch.log(shares / side**2)

    def sample(count: int, random: torch.Generator) -> Draw:
        # `right`: a cell without ink adds nothing to the sum, and is passed over
        place = torch.rand(count, generator=random, dtype=torch.float64) * upto[-1]
        cell = torch.searchsorted(upto, place, right=True).clamp_max(int(ink.nonzero().max()))
        # a hair's breadth off the edges, beyond which rounding could carry a point into the next cell
        inside = torch.rand(count, 2, generator=random, dtype=torch.float64) * (1 - 2**-14) + 2**-15
        corner = torch.stack([cell % n, cell // n], 1)
        return ((corner + inside) * side - reach).float(), None

    def log_density(x: Tensor) -> Tensor:
        column, row = torch.floor((x.double() + reach) / side).unbind(1)
        within = (column >= 0) & (column < n) & (row >= 0) & (row < n)
        cell = torch.where(within, row * n + column, 0).long()
        return torch.where(within, log_densities.to(x.device)[cell], -math.inf).to(x.dtype)

    return Distribution(2, reach, sample, rows(log_density, 2))


def load(config: TrainConfig) -> DataSet:
    """100,000 draws from the drawing that is the name of the data, `drawn:CODE`: float32 (100000, 2)."""
    return draws(drawn(config.data.partition(":")[2]))
