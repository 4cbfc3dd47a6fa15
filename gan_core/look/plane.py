"""The picture of a training on points of a plane: what G and D do, and what theory says of it.

Both densities are seen through one Gaussian kernel whose width h is that of a cell of the map. The best D against
densities so smoothed is exactly the best D under instance noise of that width (Arjovsky and Bottou 2017,
arXiv:1701.04862, section 3), so a perfect G makes it 1/2 everywhere. With h one cell wide, sums over the cells are
integrals to within 1e-8 (the error of the midpoint rule is about 2 exp(-2 pi^2 (h / cell)^2)), and 4,000 samples leave
the best D of data that fill the map within 0.03 of what it should be on average: no larger kernel is needed, and a
smaller one would fall between the cells.
"""

from __future__ import annotations

import math
from typing import Any, cast

import torch
from torch import Tensor

from .. import theory
from ..data import DataSet
from ..method.objectives import shown
from .kernels import bell, spread
from .noise import LATTICE, MANY, lattice, many_noise
from .numbers import after, digits, held, levels, rounded
from .probe import Probe

DOTS = 1000
"""Dots of each kind in a picture of the plane: more of them hide each other."""
ARROWS = 200
"""Dots that show where G's loss pulls them."""
MAP = 48
"""Cells a side of the map of D over the plane."""
SAMPLERS = 10
"""Perfect samplers whose mean is the level that a perfect G would reach."""


def extent(samples: Tensor) -> tuple[float, float, float, float]:
    """The square of the plane that is drawn, (low x, high x, low y, high y).

    All but the outermost thousandth of the data (N, 2), and a quarter more.
    """
    low, high = torch.quantile(
        spread(samples, 10_000).cpu().double(), torch.tensor([0.001, 0.999], dtype=torch.float64), dim=0
    )
    middle, half = (low + high) / 2, float((high - low).max().clamp_min(1e-6)) * 0.625
    return (float(middle[0]) - half, float(middle[0]) + half, float(middle[1]) - half, float(middle[1]) + half)


class Plane:
    """A data set in the plane.

    square: (low x, high x, low y, high y). side: of a cell of the map; bandwidth: h. at: the cells' centres, float32
    (MAP * MAP, 2), row by row from below. density: the data's, through the kernel, float64 (MAP * MAP,). scene: see
    `points_scene`.
    """

    SUB = 8
    """Points a cell's side, of the grid that a known density is integrated on: as fine as the narrowest mode in sight
    needs.
    """
    REACH = 5
    """Cells around the square in which there may be data that the kernel brings into it."""

    def __init__(self, data: DataSet, samples: Tensor):
        self.known, self.square = data.distribution, extent(cast(Tensor, data.samples))
        self.side = self.bandwidth = (self.square[1] - self.square[0]) / MAP
        self._x, self._y = (low + self.side * (torch.arange(MAP) + 0.5) for low in (self.square[0], self.square[2]))
        self.at = torch.stack([self._x.repeat(MAP), self._y.repeat_interleave(MAP)], 1)
        known = self._integrated()
        self.density = self.smoothed(samples) if known is None else known
        random = torch.Generator().manual_seed(0)

        def draw() -> Tensor:
            if self.known is not None:
                return self.known.sample(MANY, random)[0]
            return samples[torch.randint(len(samples), (MANY,), generator=random)]

        levels = [self.closeness(self.smoothed(draw()), MANY) for _ in range(SAMPLERS)]
        places = digits(self.square)
        modes = (
            None
            if self.known is None or self.known.modes is None
            else [rounded(mode, places + 2) for mode in self.known.modes]
        )
        self.scene = {
            "dim": 2,
            "extent": [round(v, places + 1) for v in self.square],
            "map": MAP,
            "real": rounded(spread(samples, DOTS)[:DOTS].flatten(), places),
            "modes": modes,
            "sigma": self.known.sigma if self.known is not None and modes else None,
            "bandwidth": round(self.bandwidth, places + 3),
            "perfect": {name: round(sum(level[name] for level in levels) / SAMPLERS, 5) for name in levels[0]},
        }

    # ---- densities

    def _kernel(self, at: Tensor, points: Tensor) -> Tensor:
        """What a point of `points` (N,) counts at each of `at` (M,), in one coordinate: (M, N)."""
        return bell((at.to(points)[:, None] - points) / self.bandwidth).div_(self.bandwidth)

    def smoothed(self, samples: Tensor) -> Tensor:
        """The kernel estimate of the density that samples (N, 2) are drawn from, at the cells, float64 (MAP * MAP,).

        A Gaussian is the product of its coordinates, so the whole map is one product of matrices.
        """
        samples = samples.nan_to_num(math.inf)
        parts = (
            self._kernel(self._y, part[:, 1]) @ self._kernel(self._x, part[:, 0]).T for part in samples.split(10_000)
        )
        return (torch.stack([part.double() for part in parts]).sum(0) / len(samples)).flatten()

    def _integrated(self) -> Tensor | None:
        """The known density through the kernel, by quadrature.

        None where it has no closed form, or is too narrow or too wide for the grid.
        """
        if self.known is None or self.known.log_prob is None:
            return None
        count, step = (MAP + 2 * self.REACH) * self.SUB, self.side / self.SUB
        x, y = (
            low + step * (torch.arange(count, dtype=torch.float64) + 0.5 - self.REACH * self.SUB)
            for low in (self.square[0], self.square[2])
        )
        points = torch.stack([x.repeat(count), y.repeat_interleave(count)], 1)
        masses = self.known.log_prob(points).exp().view(count, count) * step**2
        if abs(float(masses.sum()) - 1) > 0.01:
            return None
        return (self._kernel(self._y, y) @ masses @ self._kernel(self._x, x).T).flatten()

    def best(self, density: Tensor, count: int, objective: str, smoothing: float = 0.0) -> Tensor | None:
        """The score of the best D against G's density (MAP * MAP,), estimated from `count` samples.

        None where theory has none point by point.

        One sample's kernel, at its height, is added to both densities everywhere: where hardly any sample of either
        lies the best D cannot tell, for there an estimate from samples says nothing, and D never is asked.
        """
        one = 1 / (2 * math.pi * self.bandwidth**2 * count)
        try:
            return theory.optimal_discriminator(
                torch.log(self.density + one), torch.log(density + one), objective, smoothing
            )
        except ValueError:
            return None

    def closeness(self, density: Tensor, count: int) -> dict[str, float]:
        """JSD, KL(data || G) and KL(G || data) in nats, by quadrature of the smoothed densities.

        G's density is from `count` samples.

        What lies outside of the square counts as one more cell. A KL would be infinite, or tell of the kernel's tail,
        where its second argument has next to nothing; so half a sample out of `count` is added to that one, spread
        evenly over all cells. That changes a perfect G's KLs by 1 / (2 count), and holds the others below ln(2 count
        MAP^2).
        """

        def masses(density: Tensor, half: float = 0.0) -> Tensor:
            inside = density * self.side**2
            found = torch.cat([inside, (1 - inside.sum(0, keepdim=True)).clamp_min(0)]) + half / (MAP**2 + 1)
            return found / found.sum()

        p, g, half = masses(self.density), masses(density), 0.5 / count
        return {
            "jsd": theory.jsd(p, g, 1.0),
            "kl_data_g": theory.kl(p, masses(density, half), 1.0),
            "kl_g_data": theory.kl(g, masses(self.density, half), 1.0),
        }

    # ---- a frame

    def frame(self, probe: Probe) -> dict[str, Any]:
        """{"dim", "x": x0, y0, x1, y1, ...

        of DOTS fakes, "hits": fakes within 3 sigma of each mode, or null, "average": {"x", "hits"} of the average of G
        where there is one, "d": D at the cells as 16-bit numbers, base64, little endian, "range": what 0 and 65535
        stand for, "s_real" and "s_fake": D's scores of 128 reals and fakes, "gradient": where G's loss pulls each of
        the first ARROWS fakes (`Trainer.pull`), "manifold": {"x", "rows", "columns"}, G of a lattice of the prior whose
        cells have the same mass; null where z has more than two dimensions, a sphere for a prior, or a class beside it,
        "best" and "best_range": the best D against this G, as "d"; null where theory has none point by point, for D of
        packs and for classes, "closeness": see `closeness`}. D as `objectives.shown` has it.
        """
        c, probability = probe.config, probe.objective.probability
        z, labels = many_noise(c), probe.labels_of_samples(MANY)
        fake = probe.sample(z, labels)
        density = self.smoothed(fake.cpu())
        best = (
            None
            if c.packing > 1 or c.n_classes or c.minibatch_stddev
            else self.best(density, MANY, c.objective, c.label_smoothing)
        )
        found = {"dim": 2, **self._dots(fake[:DOTS])}
        found |= zip(("d", "range"), levels(shown(probe.objective, probe.score(self.at)), probability), strict=True)
        found |= zip(
            ("best", "best_range"),
            (None, None) if best is None else levels(shown(probe.objective, best), probability),
            strict=True,
        )
        for name, x in (("s_real", probe.fixed_reals[:128]), ("s_fake", fake[:128])):
            found[name] = rounded(shown(probe.objective, probe.score(x)), 3)
        pull = held(probe.pull(fake[:ARROWS], None if labels is None else labels[:ARROWS])).flatten()
        found["gradient"] = rounded(pull, after(float(pull.abs().max()), 5000))
        found["manifold"] = self._manifold(probe)
        found["closeness"] = {name: round(v, 5) for name, v in self.closeness(density, MANY).items()}
        if probe.has_average:
            found["average"] = self._dots(
                probe.sample(z[:DOTS], None if labels is None else labels[:DOTS], average=True)
            )
        return found

    def _dots(self, fake: Tensor) -> dict[str, Any]:
        """Fakes (N, 2), and how many of them lie within 3 sigma of each mode of the data."""
        fake, hits = fake.cpu(), None
        if self.known is not None and self.known.modes is not None and self.known.sigma is not None:
            distance, nearest = torch.cdist(fake.double(), self.known.modes.double()).min(1)
            hits = torch.bincount(nearest[distance < 3 * self.known.sigma], minlength=len(self.known.modes)).tolist()
        return {"x": self._places(fake), "hits": hits}

    def _places(self, points: Tensor) -> list[float]:
        """Points (N, 2) for the picture: what has left it by far is drawn at its edge.

        A number too large for JSON would end the run.
        """
        span = self.square[1] - self.square[0]
        middle = torch.tensor([self.square[0] + self.square[1], self.square[2] + self.square[3]]) / 2
        return rounded(
            points.cpu().nan_to_num(0.0).sub(middle).clamp(-5 * span, 5 * span).add(middle).flatten(),
            digits(self.square),
        )

    def _manifold(self, probe: Probe) -> dict[str, Any] | None:
        z = lattice(probe.config)
        if z is None or probe.config.n_classes:
            return None
        rows, columns = LATTICE[probe.config.latent_dim]
        return {"x": self._places(probe.sample(z)), "rows": rows, "columns": columns}
