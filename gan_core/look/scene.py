"""The pictures of a training on points, on a line or in a plane, as JSON: what G and D do, and what theory says of it.

    view = points_view(data)           # prepared once for a data set
    points_scene(data)                 # what stays the same in all frames
    points_frame(trainer, view)        # one frame; training does not notice

In a plane both densities are seen through one Gaussian kernel whose width h is that of a cell of the map. The best D against densities so
smoothed is exactly the best D under instance noise of that width (Arjovsky and Bottou 2017, arXiv:1701.04862, section 3), so a perfect G
makes it 1/2 everywhere. With h one cell wide, sums over the cells are integrals to within 1e-8 (the error of the midpoint rule is about
2 exp(-2 pi^2 (h / cell)^2)), and 4,000 samples leave the best D of data that fill the map within 0.03 of what it should be on average: no
larger kernel is needed, and a smaller one would fall between the cells.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .. import theory
from ..config import TrainConfig
from ..data import DataSet
from ..method.objectives import shown
from ..method.priors import PRIORS
from ..method.trainer import Trainer, stream

MANY = 4000
"""Fakes drawn at every frame, for G's density; the first of them are dots and arrows in a plane."""
DOTS = 1000
"""Dots of each kind in a picture of the plane: more of them hide each other."""
ARROWS = 200
"""Dots that show where G's loss pulls them."""
MAP = 48
"""Cells a side of the map of D over the plane."""
LATTICE = {1: (1, 201), 2: (21, 21)}
"""Rows and columns of the lattice of z whose image is drawn in a plane, by latent dimension."""
TAIL = 0.005
"""Share of an unbounded prior that a lattice leaves out on each side."""
SAMPLERS = 10
"""Perfect samplers whose mean is the level that a perfect G would reach."""
GRID = 201
"""Points of a line at which curves are drawn."""


def points_view(data: DataSet) -> Plane | Line:
    """All that pictures of a data set made of points need of it. It takes some tenths of a second, once for the same points."""
    some = data.samples[:: -(-len(data) // 100_000)].cpu()
    key = hashlib.blake2b(some.numpy().tobytes(), digest_size=16).digest(), data.distribution
    if key not in _VIEWS:
        while len(_VIEWS) >= 8:
            _VIEWS.pop(next(iter(_VIEWS)), None)
        _VIEWS[key] = (Line if data.shape == (1,) else Plane)(data, some)
    return _VIEWS[key]


_VIEWS: dict[tuple, Plane | Line] = {}


def points_scene(data: DataSet) -> bytes:
    """What stays the same in all frames of a run on points, as JSON.

    {"dim", "real": x of up to 256 reals} on a line. In the plane {"dim", "extent", "map": cells a side, "real": x0, y0, x1, y1, ... of up to
    DOTS reals, "modes" and "sigma": centres and standard deviation of its components, or null, "bandwidth": h of the kernel that densities
    are seen through, "perfect": {"jsd", "kl_data_g", "kl_g_data"} of a perfect sampler with as many samples, the mean of SAMPLERS}.
    """
    return _json(points_view(data).scene)


def points_frame(trainer: Trainer, view: Plane | Line) -> bytes:
    """The picture of a training on points at this step, as JSON; see `Plane.frame` and `Line.frame`. Training does not notice.

    "objective" says what D's scores in it mean, for the run's may change.
    """
    return _json({**view.frame(trainer), "objective": trainer.config.objective})


def many_noise(config: TrainConfig, count: int = MANY) -> Tensor:
    """`count` latent vectors, float32 (count, latent_dim), the same ones at every frame, so that only G moves the picture."""
    return PRIORS[config.prior].draw(
        count, config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "density noise")), None
    )


# --------------------------------------------------------------------------- the plane


def extent(samples: Tensor) -> tuple[float, float, float, float]:
    """The square of the plane that is drawn, (low x, high x, low y, high y): all but the outermost thousandth of the data (N, 2), and a quarter more."""
    low, high = torch.quantile(
        spread(samples, 10_000).cpu().double(), torch.tensor([0.001, 0.999], dtype=torch.float64), dim=0
    )
    middle, half = (low + high) / 2, float((high - low).max().clamp_min(1e-6)) * 0.625
    return (float(middle[0]) - half, float(middle[0]) + half, float(middle[1]) - half, float(middle[1]) + half)


class Plane:
    """A data set in the plane.

    square: (low x, high x, low y, high y). side: of a cell of the map; bandwidth: h. at: the cells' centres, float32 (MAP * MAP, 2), row by row
    from below. density: the data's, through the kernel, float64 (MAP * MAP,). scene: see `points_scene`.
    """

    SUB = 8
    """Points a cell's side, of the grid that a known density is integrated on: as fine as the narrowest mode in sight needs."""
    REACH = 5
    """Cells around the square in which there may be data that the kernel brings into it."""

    def __init__(self, data: DataSet, samples: Tensor):
        self.known, self.square = data.distribution, extent(data.samples)
        self.side = self.bandwidth = (self.square[1] - self.square[0]) / MAP
        self._x, self._y = (low + self.side * (torch.arange(MAP) + 0.5) for low in (self.square[0], self.square[2]))
        self.at = torch.stack([self._x.repeat(MAP), self._y.repeat_interleave(MAP)], 1)
        self.density = self._integrated()
        if self.density is None:
            self.density = self.smoothed(samples)
        random = torch.Generator().manual_seed(0)
        draw = (
            (lambda: self.known.sample(MANY, random)[0])
            if self.known
            else (lambda: samples[torch.randint(len(samples), (MANY,), generator=random)])
        )
        levels = [self.closeness(self.smoothed(draw()), MANY) for _ in range(SAMPLERS)]
        digits = _digits(self.square)
        modes = (
            None
            if self.known is None or self.known.modes is None
            else [_rounded(mode, digits + 2) for mode in self.known.modes]
        )
        self.scene = {
            "dim": 2,
            "extent": [round(v, digits + 1) for v in self.square],
            "map": MAP,
            "real": _rounded(spread(samples, DOTS)[:DOTS].flatten(), digits),
            "modes": modes,
            "sigma": self.known.sigma if modes else None,
            "bandwidth": round(self.bandwidth, digits + 3),
            "perfect": {name: round(sum(level[name] for level in levels) / SAMPLERS, 5) for name in levels[0]},
        }

    # ---- densities

    def _kernel(self, at: Tensor, points: Tensor) -> Tensor:
        """What a point of `points` (N,) counts at each of `at` (M,), in one coordinate: (M, N)."""
        return _bell((at.to(points)[:, None] - points) / self.bandwidth).div_(self.bandwidth)

    def smoothed(self, samples: Tensor) -> Tensor:
        """The kernel estimate of the density that samples (N, 2) are drawn from, at the cells, float64 (MAP * MAP,).

        A Gaussian is the product of its coordinates, so the whole map is one product of matrices.
        """
        samples = samples.nan_to_num(math.inf)
        parts = (
            self._kernel(self._y, part[:, 1]) @ self._kernel(self._x, part[:, 0]).T for part in samples.split(10_000)
        )
        return (sum(part.double() for part in parts) / len(samples)).flatten()

    def _integrated(self) -> Tensor | None:
        """The known density through the kernel, by quadrature; None where it has no closed form, or is too narrow or too wide for the grid."""
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
        """The score of the best D against G's density (MAP * MAP,), estimated from `count` samples; None where theory has none point by point.

        One sample's kernel, at its height, is added to both densities everywhere: where hardly any sample of either lies the best D cannot
        tell, for there an estimate from samples says nothing, and D never is asked.
        """
        one = 1 / (2 * math.pi * self.bandwidth**2 * count)
        try:
            return theory.optimal_discriminator(
                torch.log(self.density + one), torch.log(density + one), objective, smoothing
            )
        except ValueError:
            return None

    def closeness(self, density: Tensor, count: int) -> dict[str, float]:
        """JSD, KL(data || G) and KL(G || data) in nats of the smoothed densities, by quadrature; G's from `count` samples.

        What lies outside of the square counts as one more cell. A KL would be infinite, or tell of the kernel's tail, where its second argument
        has next to nothing; so half a sample out of `count` is added to that one, spread evenly over all cells. That changes a perfect G's
        KLs by 1 / (2 count), and holds the others below ln(2 count MAP^2).
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

    def frame(self, trainer: Trainer) -> dict[str, Any]:
        """{"dim", "x": x0, y0, x1, y1, ... of DOTS fakes, "hits": fakes within 3 sigma of each mode, or null, "average": {"x", "hits"} of the average of G
        where there is one, "d": D at the cells as 16-bit numbers, base64, little endian, "range": what 0 and 65535 stand for, "s_real" and "s_fake":
        D's scores of 128 reals and fakes, "gradient": where G's loss pulls each of the first ARROWS fakes (`Trainer.pull`),
        "manifold": {"x", "rows", "columns"}, G of a lattice of the prior whose cells have the same mass; null where z has more than two
        dimensions, a sphere for a prior, or a class beside it, "best" and "best_range": the best D against this G, as "d"; null where theory has none
        point by point, for D of packs and for classes, "closeness": see `closeness`}. D as `objectives.shown` has it.
        """
        c, probability = trainer.config, trainer.objective.probability
        z, labels = many_noise(c), trainer.labels_of_samples(MANY)
        fake = trainer.sample(z, labels)
        density = self.smoothed(fake.cpu())
        best = (
            None
            if c.packing > 1 or c.n_classes or c.minibatch_stddev
            else self.best(density, MANY, c.objective, c.label_smoothing)
        )
        found = {"dim": 2, **self._dots(fake[:DOTS])}
        found |= zip(
            ("d", "range"), _levels(shown(trainer.objective, trainer.score(self.at)), probability), strict=True
        )
        found |= zip(
            ("best", "best_range"),
            (None, None) if best is None else _levels(shown(trainer.objective, best), probability),
            strict=True,
        )
        for name, x in (("s_real", trainer.fixed_reals[:128]), ("s_fake", fake[:128])):
            found[name] = _rounded(shown(trainer.objective, trainer.score(x)), 3)
        pull = _held(trainer.pull(fake[:ARROWS], None if labels is None else labels[:ARROWS])).flatten()
        found["gradient"] = _rounded(pull, _after(float(pull.abs().max()), 5000))
        found["manifold"] = self._manifold(trainer)
        found["closeness"] = {name: round(v, 5) for name, v in self.closeness(density, MANY).items()}
        if trainer.average is not None:
            found["average"] = self._dots(
                trainer.sample(z[:DOTS], None if labels is None else labels[:DOTS], average=True)
            )
        return found

    def _dots(self, fake: Tensor) -> dict[str, Any]:
        """Fakes (N, 2), and how many of them lie within 3 sigma of each mode of the data."""
        fake, hits = fake.cpu(), None
        if self.known is not None and self.known.modes is not None:
            distance, nearest = torch.cdist(fake.double(), self.known.modes.double()).min(1)
            hits = torch.bincount(nearest[distance < 3 * self.known.sigma], minlength=len(self.known.modes)).tolist()
        return {"x": self._places(fake), "hits": hits}

    def _places(self, points: Tensor) -> list[float]:
        """Points (N, 2) for the picture: what has left it by far is drawn at its edge; a number too large for JSON would end the run."""
        span = self.square[1] - self.square[0]
        middle = torch.tensor([self.square[0] + self.square[1], self.square[2] + self.square[3]]) / 2
        return _rounded(
            points.cpu().nan_to_num(0.0).sub(middle).clamp(-5 * span, 5 * span).add(middle).flatten(),
            _digits(self.square),
        )

    def _manifold(self, trainer: Trainer) -> dict[str, Any] | None:
        z = lattice(trainer.config)
        if z is None or trainer.config.n_classes:
            return None
        rows, columns = LATTICE[trainer.config.latent_dim]
        return {"x": self._places(trainer.sample(z)), "rows": rows, "columns": columns}


def lattice(config: TrainConfig) -> Tensor | None:
    """Vertices of a lattice of the prior, float32 (rows * columns, latent_dim) of `LATTICE`, row by row, whose cells all have the same mass.

    In each coordinate they are quantiles, from 0 to 1 where the prior is bounded, else from TAIL to 1 - TAIL. None for more than two
    dimensions and for the sphere, whose coordinates are not independent.
    """
    quantile = PRIORS[config.prior].quantile
    if quantile is None or config.latent_dim not in LATTICE:
        return None
    ends = torch.tensor([0.0, 1.0], dtype=torch.float64)
    if not torch.isfinite(quantile(ends)).all():
        ends = torch.tensor([TAIL, 1 - TAIL], dtype=torch.float64)
    rows, columns = LATTICE[config.latent_dim]
    ticks = quantile(torch.linspace(float(ends[0]), float(ends[1]), columns, dtype=torch.float64)).float()
    return ticks[:, None] if rows == 1 else torch.stack([ticks.repeat(rows), ticks.repeat_interleave(columns)], 1)


# --------------------------------------------------------------------------- the line


def spread(samples: Tensor, count: int) -> Tensor:
    """At least `count` of the samples (N, D), or all, from the whole of them: a file may be sorted."""
    return samples[:: max(1, len(samples) // count)]


def axis(real: Tensor, points: int = GRID) -> Tensor:
    """The x axis for one-dimensional data: the range of the reals (N, 1) and half as much on either side; (points,)."""
    low, high = real.min(), real.max()
    margin = (high - low).clamp_min(1e-3) / 2
    return torch.linspace(float(low - margin), float(high + margin), points)


def bandwidth_of(samples: Tensor, least: float) -> float:
    """Silverman's bandwidth for samples (N,), 0.9 min(sd, IQR / 1.34) N^-1/5, and no less than `least`: samples that are all equal have no spread."""
    quartiles = torch.quantile(samples, torch.tensor([0.25, 0.75], dtype=samples.dtype))
    spread = torch.minimum(samples.std(), (quartiles[1] - quartiles[0]) / 1.34)
    return max(least, float(0.9 * spread * len(samples) ** -0.2))


def kernel_density(samples: Tensor, at: Tensor, bandwidth: float) -> Tensor:
    """Gaussian kernel estimate of a density from samples (N,) at points (M,), in the samples' dtype."""
    parts = at.to(samples.dtype).split(64)  # what fits into a processor's own memory is done in half the time
    return torch.cat([_bell((part[:, None] - samples) / bandwidth).mean(1) for part in parts]) / bandwidth


LogDensity = Callable[[Tensor], Tensor]
EXACT = 0.01
"""How far from 1 the mass of a density may be that is said to be exact."""


def change_of_variables(
    config: TrainConfig, slope: Callable[[Tensor], tuple[Tensor, Tensor]], points: int = 2049
) -> tuple[Tensor, LogDensity] | None:
    """G's density on the line, log p_z(z) - log |dG/dz| at x = G(z): (x in rising order (points,), log density from any points (M,) to (M,)), float64.

    `slope`: from z (N, 1) to (G(z), dG/dz), as `Trainer.slope`. z runs over a lattice of the whole prior; between its images the logarithm is
    interpolated, and beyond them, where the prior has no end, G goes on straight. None where z is no single number or its density has no closed
    form, where G is told classes, and where G is not strictly monotone on the lattice: then several z make one x, or one x is all that many z make.
    """
    prior = PRIORS[config.prior]
    if config.latent_dim != 1 or config.n_classes or prior.log_density is None:
        return None
    end = float(prior.quantile(torch.tensor(1.0, dtype=torch.float64)))
    # a normal prior has 2e-9 of its mass beyond 6
    z = torch.linspace(-min(end, 6.0), min(end, 6.0), points, dtype=torch.float64)
    x, slopes = slope(z[:, None].float())
    rising = torch.sign(slopes[0])
    if not (torch.isfinite(x).all() and (rising * slopes > 0).all() and (rising * x.diff() > 0).all()):
        return None
    if rising < 0:
        z, x, slopes = z.flip(0), x.flip(0), slopes.flip(0)
    logarithms = prior.log_density(z) - slopes.abs().log()

    def log_density(at: Tensor) -> Tensor:
        found = torch.from_numpy(np.interp(at.numpy(), x.numpy(), logarithms.numpy()))
        for i, outside in ((0, at < x[0]), (-1, at > x[-1])):
            beyond = (
                prior.log_density(z[i] + (at - x[i]) / slopes[i]) - slopes[i].abs().log()
                if math.isinf(end)
                else torch.full_like(at, -math.inf)
            )
            found = torch.where(outside, beyond, found)
        return found

    return x, log_density


class Line:
    """A data set on a line. at: the points at which curves are drawn, float32 (GRID, 1). scene: see `points_scene`."""

    FINE = 5
    """Points of integration for one that is drawn; odd, so that stretches around drawn points end between two."""
    KERNEL = 2000
    """Fakes that a kernel estimate is made of."""
    EQUAL, PAIRS = 2000, 300
    """Points of equal mass that stand for either distribution in an expectation, and where all pairs of a real and a fake count."""

    def __init__(self, data: DataSet, samples: Tensor):
        self._grid = axis(spread(samples, 10_000)).double()
        self.at, self._step = self._grid.float()[:, None], float(self._grid[1] - self._grid[0])
        self._edges = torch.cat([self._grid - self._step / 2, self._grid[-1:] + self._step / 2])
        self._fine = torch.linspace(
            float(self._grid[0]), float(self._grid[-1]), (GRID - 1) * self.FINE + 1, dtype=torch.float64
        )
        self.density = data.density
        if self.density is None:
            some = spread(samples, self.KERNEL)[: self.KERNEL, 0]
            width = bandwidth_of(some, self._step)
            self.density = lambda x: kernel_density(some, x, width).to(x.dtype)
        self.scene = {"dim": 1, "real": _rounded(samples[:256, 0], 5)}

    def frame(self, trainer: Trainer) -> dict[str, Any]:
        """The four things of Goodfellow et al. 2014, Figure 1, and what theory says of them.

        {"dim", "z" and "x": G's lines from z to x = G(z), "real": x of reals, "grid": GRID points, and there "d": D(x) (as `objectives.shown` has it),
        "data_density", "g_density": its mean over the stretch around each point, so that nothing narrow falls between two, and "best": the best D
        against this G; "method": where G's density is from, "change of variables" or "kernel", then of width "bandwidth" (else null);
        "value": what D ascends, in expectation; "value_best": what the best D reaches; "jsd", "kl_data_g", "kl_g_data": in nats, by quadrature;
        "average": {"g_density"} of the average of G where there is one}.
        A KL that is infinite, as where G cannot reach some of the data, is null. "best" and "value_best" are null where theory has none point by
        point (wasserstein, relativistic-average), and with "value" where D judges packs or is told classes.
        """
        c, objective = trainer.config, trainer.objective
        many, (samples, *_) = _held(trainer.sample(many_noise(c))[:, 0]), trainer.watch()
        x, g, width = self._of_g(trainer, many)
        p, cell = self.density(x), _cells(x)
        of_p, of_g = (self._stretches(x, density * cell) for density in (p, g))
        curves = {
            "z": trainer.fixed_noise[: len(samples), 0],
            "x": samples[:, 0],
            "grid": self._grid,
            "d": shown(objective, trainer.score(self.at)),
            "data_density": self.density(self._grid),
            "g_density": of_g[1:-1] / self._step,
            "real": trainer.fixed_reals[:256, 0],
        }
        found: dict[str, Any] = {"dim": 1, **{name: _rounded(_held(v), 5) for name, v in curves.items()}}
        found |= {"method": "kernel" if width else "change of variables", "bandwidth": width}
        # numbers are there where the quadrature holds what it integrates: not of a G that has thrown its samples to the ends of the world
        sound = all(abs(theory.mass(density, cell) - 1) < 2 * EXACT for density in (p, g))
        apart = (
            theory.divergences(p, g, cell, 2 * EXACT) if sound else dict.fromkeys(("jsd", "kl", "reverse_kl"), math.nan)
        )
        found |= {
            name: _number(apart[key])
            for name, key in (("jsd", "jsd"), ("kl_data_g", "kl"), ("kl_g_data", "reverse_kl"))
        }
        found |= {"best": None, "value": None, "value_best": None}
        if c.packing == 1 and not (c.n_classes or c.minibatch_stddev):
            found["value"] = _number(self._value(trainer, x, p * cell, many))
            if c.objective not in ("wasserstein", "relativistic-average"):
                best = theory.optimal_discriminator(of_p[1:-1].log(), of_g[1:-1].log(), c.objective, c.label_smoothing)
                found["best"] = _rounded(_held(shown(objective, best)), 5)
                # all pairs of thousands of points would be too many
                densities = (of_p, of_g, 1.0) if c.objective == "relativistic" else (p, g, cell)
                if sound:
                    found["value_best"] = _number(theory.value_at_optimum(*densities, c.objective, 2 * EXACT))
        if trainer.average is not None:
            x, g, _ = self._of_g(trainer, _held(trainer.sample(many_noise(c), average=True)[:, 0]), average=True)
            found["average"] = {"g_density": _rounded(self._stretches(x, g * _cells(x))[1:-1] / self._step, 5)}
        return found

    def _of_g(self, trainer: Trainer, many: Tensor, average: bool = False) -> tuple[Tensor, Tensor, float | None]:
        """Points in rising order that data and G can both be integrated on, G's density there, and the width of the kernel, None where it needed none."""
        exact = change_of_variables(trainer.config, lambda z: trainer.slope(z, average))
        if exact is not None:
            images, log_density = exact
            x = self._joined(images)
            density = log_density(x).exp()
            # G's slope may jump between two points of the lattice: what does not hold all of the mass is no density
            if abs(theory.mass(density, _cells(x)) - 1) < EXACT:
                return x, density, None
        some = many[: self.KERNEL].double()
        low, high = torch.quantile(some, torch.tensor([0.001, 0.999], dtype=some.dtype)).tolist()
        # no narrower than can be drawn, or integrated on some hundreds of points
        width = bandwidth_of(some, max(self._step, (high - low) / 200))
        points = torch.linspace(low - 5 * width, high + 5 * width, 501, dtype=torch.float64)
        x = self._joined(points)
        # float32 does, seen from nearby
        density = kernel_density((some - low).float(), points - low, width).double()
        g = np.interp(x.numpy(), points.numpy(), density.numpy(), left=0.0, right=0.0)
        return x, torch.from_numpy(g), width

    def _joined(self, points: Tensor) -> Tensor:
        """The fine grid of the data and G's points, in rising order; a density that ends with the points does so right beside the last of them."""
        ends = points[[0, -1]] + torch.tensor([-1e-9, 1e-9]) * (1 + points[[0, -1]].abs())
        return torch.cat([self._fine, points, ends]).sort().values

    def _stretches(self, x: Tensor, masses: Tensor) -> Tensor:
        """The probability of what lies left of the curves, of the stretch around each of their points, and of the rest: (GRID + 2,), their sum 1."""
        edges, between, masses = self._edges.numpy(), ((x[1:] + x[:-1]) / 2).numpy(), (masses / masses.sum()).numpy()
        below = np.interp(edges, between, masses.cumsum()[:-1])
        above = np.interp(edges, between, masses[::-1].cumsum()[::-1][1:])
        # each half from its own end: a tail is no difference of two numbers near 1
        parts = np.where(below[1:] < 0.5, np.diff(below), -np.diff(above))
        return torch.from_numpy(np.concatenate([below[:1], parts, above[-1:]]))

    def _value(self, trainer: Trainer, x: Tensor, masses: Tensor, many: Tensor) -> float:
        """Minus the objective's loss of D in expectation, over points of equal mass of the data (masses (M,) at x) and of G."""
        c, count = trainer.config, self.PAIRS if trainer.objective.pairs else self.EQUAL
        level = (torch.arange(count, dtype=torch.float64) + 0.5) / count
        real = torch.from_numpy(
            np.interp(level.numpy(), ((masses.cumsum(0) - masses / 2) / masses.sum()).numpy(), x.numpy())
        )
        quantile = PRIORS[c.prior].quantile
        if c.latent_dim == 1 and quantile is not None:
            fake = trainer.sample(quantile(level)[:, None].float())
        else:
            fake = many.sort().values[(level * len(many)).long()][:, None]
        of_real, of_fake = (trainer.score(points).cpu().double() for points in (real[:, None].float(), fake))
        if trainer.objective.pairs:
            of_real, of_fake = of_real.repeat(count), of_fake.repeat_interleave(count)
        return -float(trainer.objective.d_loss(of_real, of_fake))


def _cells(x: Tensor) -> Tensor:
    """What each of the points (M,), in rising order, counts in an integral: half the way to its neighbours on both sides."""
    between = torch.nn.functional.pad(x.diff(), (1, 1))
    return (between[1:] + between[:-1]) / 2


_FAR = -40.0


def _bell(x: Tensor) -> Tensor:
    """The density of N(0, 1), written over x; 0 beyond nine deviations, for a CPU takes ten times longer over numbers that are nearly 0."""
    far = math.exp(_FAR) * 1.01
    return torch.nn.functional.threshold_(x.square_().mul_(-0.5).clamp_min_(_FAR).exp_(), far, 0.0).mul_(
        1 / math.sqrt(2 * math.pi)
    )


# --------------------------------------------------------------------------- numbers for JSON


def _levels(values: Tensor, probability: bool) -> tuple[str, list[float]]:
    """A map as 16-bit numbers, base64, little endian, and what 0 and 65535 stand for: 0 and 1 for a probability, else the smallest and the largest value."""
    values, low, high = values.cpu().double(), 0.0, 1.0
    if not probability:
        good = values[torch.isfinite(values)]
        low, high = (float(good.min()), float(good.max())) if len(good) else (0.0, 0.0)
        low, high = (low, high) if high > low else (low - 0.5, low + 0.5)
    numbers = ((values - low) / (high - low) * 65535).nan_to_num(0).clamp(0, 65535).round().numpy().astype("<u2")
    return base64.b64encode(numbers.tobytes()).decode(), [low, high]


def _digits(square: tuple[float, float, float, float]) -> int:
    """Digits after the point that tell two thousand places apart on a side."""
    return _after(square[1] - square[0], 2000)


def _after(size: float, parts: int) -> int:
    """Digits after the point that tell `parts` parts of `size` apart."""
    return max(0, math.ceil(math.log10(parts / size))) if size > 0 else 0


def _held(values: Tensor) -> Tensor:
    """Values that a picture can do with, on the CPU: no nan, none beyond a million. One that JSON does not know would end the run."""
    return values.detach().cpu().nan_to_num(0.0).clamp(-1e6, 1e6)


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


def _rounded(values: Tensor, digits: int) -> list[float]:
    return np.round(values.cpu().double().numpy(), digits).tolist()


def _json(words: dict[str, Any]) -> bytes:
    return json.dumps(words, separators=(",", ":")).encode()
