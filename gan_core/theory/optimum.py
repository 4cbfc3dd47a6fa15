"""The best discriminator and the value it reaches, where the densities of data and generator are known.

What each objective's theory says stands in its record in `gan_core.method.objectives`; here it is asked for numbers.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..method.objectives import OBJECTIVES, Objective
from . import quadrature


def _record(objective: str) -> Objective:
    if objective not in OBJECTIVES:
        raise ValueError(f"{objective!r} is no objective")
    return OBJECTIVES[objective]


def optimal_discriminator(
    log_p: Tensor, log_g: Tensor, objective: str = "non-saturating", smoothing: float = 0.0
) -> Tensor:
    """The score of the best unrestricted D, element by element.

    log_p, log_g: log densities (...) of data and generator. smoothing: of labels. The record of an objective says which
    score it is and why. Where neither has any mass D never is asked, and cannot tell.

    Raises:
        ValueError: for an objective that has none point by point: wasserstein, whose best critic depends on the whole
            of both densities (see `wasserstein`), and relativistic-average, which has no closed form.
    """
    best = _record(objective).best
    if best is None:
        raise ValueError(f"there is no best D for {objective} point by point")
    return best(log_p, log_g, smoothing)


class Apart:
    """How far apart two densities on one grid are, as in `divergences`; each number is computed when it is asked for.

    p, g: (M,) at the points of a grid with cells of volume `cell`. The numbers raise ValueError where a density does
    not sum to 1 within the tolerance.
    """

    def __init__(self, p: Tensor, g: Tensor, cell: float | Tensor, tolerance: float = 0.01):
        self._p, self._g, self._cell, self._tolerance = p, g, cell, tolerance

    @property
    def jsd(self) -> float:
        """Jensen-Shannon divergence."""
        return quadrature.jsd(self._p, self._g, self._cell, self._tolerance)

    @property
    def jsd_of_pairs(self) -> float:
        """JSD(p x g, g x p). It takes M^2 numbers; use some hundreds of points."""
        p, g = quadrature.probabilities(self._p, self._g, self._cell, self._tolerance)
        return quadrature.jsd(torch.outer(p, g).flatten(), torch.outer(g, p).flatten(), 1.0, self._tolerance)

    @property
    def tv(self) -> float:
        """Total variation."""
        return quadrature.divergences(self._p, self._g, self._cell, self._tolerance)["tv"]

    @property
    def le_cam(self) -> float:
        """The integral of (p - g)^2 / (p + g)."""
        return quadrature.divergences(self._p, self._g, self._cell, self._tolerance)["le_cam"]

    @property
    def w1(self) -> float:
        """Wasserstein distance; the grid must be even, on the line, its points in rising order, `cell` apart."""
        return quadrature.wasserstein(self._p, self._g, float(self._cell), self._tolerance)[0]


def value_at_optimum(
    p: Tensor, g: Tensor, cell: float | Tensor, objective: str = "non-saturating", tolerance: float = 0.01
) -> float:
    """What D reaches at best, minus the smallest value of the objective's d_loss.

    p, g, cell: densities (M,) on one grid, as in `divergences`. For objectives that compare pairs it takes M^2 numbers;
    use some hundreds. For wasserstein it is that of critics of slope at most 1, on the line only.

    Raises:
        ValueError: for relativistic-average, of which theory gives no closed form, and for densities that do not sum to
            1.
    """
    best_value = _record(objective).best_value
    if best_value is None:
        raise ValueError(f"theory has no value in closed form for {objective!r}")
    return best_value(Apart(p, g, cell, tolerance))
