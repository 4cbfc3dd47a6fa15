"""The picture of a training on points of a line: Figure 1 of the original paper, alive, and what theory says of it."""

from __future__ import annotations

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
from .kernels import bandwidth_of, kernel_density, spread
from .noise import many_noise
from .numbers import held, number, rounded
from .probe import Probe

GRID = 201
"""Points of a line at which curves are drawn."""


def axis(real: Tensor, points: int = GRID) -> Tensor:
    """The x axis for one-dimensional data: the range of the reals (N, 1) and half as much on either side; (points,)."""
    low, high = real.min(), real.max()
    margin = (high - low).clamp_min(1e-3) / 2
    return torch.linspace(float(low - margin), float(high + margin), points)


LogDensity = Callable[[Tensor], Tensor]
EXACT = 0.01
"""How far from 1 the mass of a density may be that is said to be exact."""


def change_of_variables(
    config: TrainConfig, slope: Callable[[Tensor], tuple[Tensor, Tensor]], points: int = 2049
) -> tuple[Tensor, LogDensity] | None:
    """G's density on the line, log p_z(z) - log |dG/dz| at x = G(z), float64.

    Returns (x in rising order (points,), log density as a function of any points (M,) to (M,)).

    `slope`: from z (N, 1) to (G(z), dG/dz), as `Trainer.slope`. z runs over a lattice of the whole prior; between its
    images the logarithm is interpolated, and beyond them, where the prior has no end, G goes on straight. None where z
    is no single number or its density has no closed form, where G is told classes, and where G is not strictly monotone
    on the lattice: then several z make one x, or one x is all that many z make.
    """
    prior = PRIORS[config.prior]
    if config.latent_dim != 1 or config.n_classes or prior.log_density is None or prior.quantile is None:
        return None
    log_prior = prior.log_density
    end = float(prior.quantile(torch.tensor(1.0, dtype=torch.float64)))
    # a normal prior has 2e-9 of its mass beyond 6
    z = torch.linspace(-min(end, 6.0), min(end, 6.0), points, dtype=torch.float64)
    x, slopes = slope(z[:, None].float())
    rising = torch.sign(slopes[0])
    if not (torch.isfinite(x).all() and (rising * slopes > 0).all() and (rising * x.diff() > 0).all()):
        return None
    if rising < 0:
        z, x, slopes = z.flip(0), x.flip(0), slopes.flip(0)
    logarithms = log_prior(z) - slopes.abs().log()

    def log_density(at: Tensor) -> Tensor:
        found = torch.from_numpy(np.interp(at.numpy(), x.numpy(), logarithms.numpy()))
        for i, outside in ((0, at < x[0]), (-1, at > x[-1])):
            beyond = (
                log_prior(z[i] + (at - x[i]) / slopes[i]) - slopes[i].abs().log()
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
    """Points of equal mass that stand for either distribution in an expectation, and where all pairs of a real and a
    fake count.
    """

    def __init__(self, data: DataSet, samples: Tensor):
        self._grid = axis(spread(samples, 10_000)).double()
        self.at, self._step = self._grid.float()[:, None], float(self._grid[1] - self._grid[0])
        self._edges = torch.cat([self._grid - self._step / 2, self._grid[-1:] + self._step / 2])
        self._fine = torch.linspace(
            float(self._grid[0]), float(self._grid[-1]), (GRID - 1) * self.FINE + 1, dtype=torch.float64
        )
        some = spread(samples, self.KERNEL)[: self.KERNEL, 0]
        width = bandwidth_of(some, self._step)
        self.density = data.density or (lambda x: kernel_density(some, x, width).to(x.dtype))
        self.scene = {"dim": 1, "real": rounded(samples[:256, 0], 5)}

    def frame(self, probe: Probe) -> dict[str, Any]:
        """The four things of Goodfellow et al. 2014, Figure 1, and what theory says of them.

        {"dim", "z" and "x": G's lines from z to x = G(z), "real": x of reals, "grid": GRID points, and there "d": D(x)
        (as `objectives.shown` has it), "data_density", "g_density": its mean over the stretch around each point, so
        that nothing narrow falls between two, and "best": the best D against this G; "method": where G's density is
        from, "change of variables" or "kernel", then of width "bandwidth" (else null); "value": what D ascends, in
        expectation; "value_best": what the best D reaches against the same densities on the same cells, so never less;
        "jsd", "kl_data_g", "kl_g_data": in nats, by quadrature;
        "average": {"g_density"} of the average of G where there is one}. A KL that is infinite, as where G cannot reach
        some of the data, is null. "best" and "value_best" are null where theory has none point by point (wasserstein,
        relativistic-average), and with "value" where D judges packs or is told classes.
        """
        c, objective = probe.config, probe.objective
        many, (samples, *_) = held(probe.sample(many_noise(c))[:, 0]), probe.watch()
        x, g, width = self._of_g(probe, many)
        p, cell = self.density(x), _cells(x)
        of_p, of_g = (self._stretches(x, density * cell) for density in (p, g))
        curves = {
            "z": probe.fixed_noise[: len(samples), 0],
            "x": samples[:, 0],
            "grid": self._grid,
            "d": shown(objective, probe.score(self.at)),
            "data_density": self.density(self._grid),
            "g_density": of_g[1:-1] / self._step,
            "real": probe.fixed_reals[:256, 0],
        }
        found: dict[str, Any] = {"dim": 1, **{name: rounded(held(v), 5) for name, v in curves.items()}}
        found |= {"method": "kernel" if width else "change of variables", "bandwidth": width}
        # numbers are there where the quadrature holds what it integrates: not of a G that has thrown its samples to the
        # ends of the world
        sound = all(abs(theory.mass(density, cell) - 1) < 2 * EXACT for density in (p, g))
        apart: dict[str, float] = dict(theory.divergences(p, g, cell, 2 * EXACT)) if sound else {}
        for name, key in (("jsd", "jsd"), ("kl_data_g", "kl"), ("kl_g_data", "reverse_kl")):
            found[name] = number(apart.get(key, math.nan))
        found |= {"best": None, "value": None, "value_best": None}
        if c.packing == 1 and not (c.n_classes or c.minibatch_stddev):
            if not (sound and objective.best is not None):
                found["value"] = number(self._value(probe, x, p * cell, many))
            if objective.best is not None:
                best = theory.optimal_discriminator(of_p[1:-1].log(), of_g[1:-1].log(), c.objective, c.label_smoothing)
                found["best"] = rounded(held(shown(objective, best)), 5)
                # all pairs of thousands of points would be too many
                densities = (of_p, of_g, 1.0) if objective.pairs else (p, g, cell)
                if sound:
                    # both on the same cells: then no D is above the best, whatever the quadrature and a kernel miss
                    at = torch.cat([x[:1], self._grid, x[-1:]]) if objective.pairs else x
                    masses = theory.probabilities(*densities, 2 * EXACT)
                    found["value"] = number(self._value_of_densities(probe, at, *masses))
                    found["value_best"] = number(theory.value_at_optimum(*densities, c.objective, 2 * EXACT))
        if probe.has_average:
            x, g, _ = self._of_g(probe, held(probe.sample(many_noise(c), average=True)[:, 0]), average=True)
            found["average"] = {"g_density": rounded(self._stretches(x, g * _cells(x))[1:-1] / self._step, 5)}
        return found

    def _of_g(self, probe: Probe, many: Tensor, average: bool = False) -> tuple[Tensor, Tensor, float | None]:
        """Points in rising order that data and G can both be integrated on, and G's density there.

        Third, the width of the kernel that the density needed, None where it needed none.
        """
        exact = change_of_variables(probe.config, lambda z: probe.slope(z, average))
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
        """The fine grid of the data and G's points, in rising order.

        A density that ends with the points does so right beside the last of them.
        """
        ends = points[[0, -1]] + torch.tensor([-1e-9, 1e-9]) * (1 + points[[0, -1]].abs())
        return torch.cat([self._fine, points, ends]).sort().values

    def _stretches(self, x: Tensor, masses: Tensor) -> Tensor:
        """The probability of the stretch around each point of the curves, and of what lies left and right of them all.

        (GRID + 2,), in rising order; their sum is 1.
        """
        edges, between, shares = self._edges.numpy(), ((x[1:] + x[:-1]) / 2).numpy(), (masses / masses.sum()).numpy()
        below = np.interp(edges, between, shares.cumsum()[:-1])
        above = np.interp(edges, between, shares[::-1].cumsum()[::-1][1:])
        # each half from its own end: a tail is no difference of two numbers near 1
        parts = np.where(below[1:] < 0.5, np.diff(below), -np.diff(above))
        return torch.from_numpy(np.concatenate([below[:1], parts, above[-1:]]))

    def _value_of_densities(self, probe: Probe, x: Tensor, p: Tensor, g: Tensor) -> float:
        """Minus the objective's loss of D, in expectation, where x (M,) has probability p of the data and g of G.

        For objectives that have a best D point by point: their loss is a sum of what each real, each fake, or for
        `pairs` each pair of them, costs.
        """
        loss, s = torch.vmap(probe.objective.d_loss), probe.score(x[:, None].float()).cpu().double()
        if probe.objective.pairs:
            count = len(s)
            pairs = loss(s.repeat_interleave(count)[:, None], s.repeat(count)[:, None])
            return -float(torch.outer(p, g).flatten() @ pairs)
        s, zero = s[:, None], torch.zeros(len(s), 1, dtype=s.dtype)
        return -float(p @ loss(s, zero) + g @ loss(zero, s) - loss(zero[:1], zero[:1])[0])

    def _value(self, probe: Probe, x: Tensor, masses: Tensor, many: Tensor) -> float:
        """Minus the objective's loss of D, in expectation.

        Over points of equal mass of the data (masses (M,) at x) and of G.
        """
        c, count = probe.config, self.PAIRS if probe.objective.pairs else self.EQUAL
        level = (torch.arange(count, dtype=torch.float64) + 0.5) / count
        real = torch.from_numpy(
            np.interp(level.numpy(), ((masses.cumsum(0) - masses / 2) / masses.sum()).numpy(), x.numpy())
        )
        quantile = PRIORS[c.prior].quantile
        if c.latent_dim == 1 and quantile is not None:
            fake = probe.sample(quantile(level)[:, None].float())
        else:
            fake = many.sort().values[(level * len(many)).long()][:, None]
        of_real, of_fake = (probe.score(points).cpu().double() for points in (real[:, None].float(), fake))
        if probe.objective.pairs:
            of_real, of_fake = of_real.repeat(count), of_fake.repeat_interleave(count)
        return -float(probe.objective.d_loss(of_real, of_fake))


def _cells(x: Tensor) -> Tensor:
    """What each of the points (M,), in rising order, counts in an integral: half the way to both neighbours."""
    between = torch.nn.functional.pad(x.diff(), (1, 1))
    return (between[1:] + between[:-1]) / 2
