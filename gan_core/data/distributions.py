"""Distributions on the line and in the plane: how to draw from them and, where it has a closed form, their density."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..config import TrainConfig
from .dataset import DataSet, Distribution, Draw, draws

_CHUNK = 1 << 16


def rows(density: Callable[[Tensor], Tensor], dim: int) -> Callable[[Tensor], Tensor]:
    """`density` of points as they come: (M, dim), or (M,) on the line; a bounded number of them at a time."""

    def log_prob(x: Tensor) -> Tensor:
        x = x.reshape(-1, dim)
        return torch.cat([density(part) for part in x.split(_CHUNK)]) if len(x) else x.new_empty(0)

    return log_prob


def _scalar(log_density: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return rows(lambda x: log_density(x[:, 0]), 1)


def _flat(inside: Tensor, volume: float, like: Tensor) -> Tensor:
    """The log density of a uniform distribution."""
    return torch.where(inside, like.new_tensor(-math.log(volume)), like.new_tensor(-math.inf))


# --------------------------------------------------------------------------- mixtures of Gaussians


def mixture(modes: list[tuple[float, ...]], sigma: float, extent: float) -> Distribution:
    """Equal parts of N(mode, sigma² I)."""
    centres = torch.tensor(modes, dtype=torch.float64)
    count, dim = centres.shape

    def sample(n: int, random: torch.Generator) -> Draw:
        labels = torch.randint(count, (n,), generator=random)
        return centres.float()[labels] + sigma * torch.randn(n, dim, generator=random), labels

    def log_density(x: Tensor) -> Tensor:
        at = centres.to(x)
        squares = torch.stack([(x[:, d, None] - at[:, d]) ** 2 for d in range(dim)]).sum(0)
        return (
            torch.logsumexp(squares / (-2 * sigma**2), 1)
            - math.log(count)
            - dim * math.log(sigma * math.sqrt(2 * math.pi))
        )

    return Distribution(dim, extent, sample, rows(log_density, dim), centres.float(), sigma)


def ring(count: int = 8, radius: float = 1.0, sigma: float = 0.01) -> Distribution:
    """Means on a circle at angles 2 pi i / count, i = 0 ... count - 1 (PacGAN, arXiv:1712.04086, section 4.1)."""
    angles = [2 * math.pi * i / count for i in range(count)]
    return mixture([(radius * math.cos(a), radius * math.sin(a)) for a in angles], sigma, radius + 0.2)


def grid(sigma: float = 0.05) -> Distribution:
    """25 means in {-4, -2, 0, 2, 4}² (PacGAN, arXiv:1712.04086, section 4.1)."""
    return mixture([(2.0 * i, 2.0 * j) for i in range(-2, 3) for j in range(-2, 3)], sigma, 4.5)


# --------------------------------------------------------------------------- others with a density


def gaussian(mean: float = 1.5, deviation: float = 0.5) -> Distribution:
    """N(mean, deviation²) on the line."""

    def sample(n: int, random: torch.Generator) -> Draw:
        return torch.randn(n, 1, generator=random) * deviation + mean, None

    constant = math.log(deviation * math.sqrt(2 * math.pi))
    return Distribution(
        1, abs(mean) + 4 * deviation, sample, _scalar(lambda x: -0.5 * ((x - mean) / deviation) ** 2 - constant)
    )


def uniform(end: float = 1.0) -> Distribution:
    """Flat on [-end, end]."""

    def sample(n: int, random: torch.Generator) -> Draw:
        return (2 * torch.rand(n, 1, generator=random) - 1) * end, None

    def log_density(x: Tensor) -> Tensor:
        return _flat(x.abs() <= end, 2 * end, x)

    return Distribution(1, end, sample, _scalar(log_density))


def laplace(scale: float = 0.5) -> Distribution:
    """Density exp(-|x| / scale) / (2 scale)."""

    def sample(n: int, random: torch.Generator) -> Draw:
        sign = torch.randint(2, (n, 1), generator=random) * 2 - 1
        return sign * torch.empty(n, 1).exponential_(1 / scale, generator=random), None

    return Distribution(1, 6 * scale, sample, _scalar(lambda x: x.abs() / -scale - math.log(2 * scale)))


def line(half: float = 2.4, angle: float = math.pi / 6, sigma: float = 0.05) -> Distribution:
    """Uniform on a segment of length 2 half through 0, plus N(0, sigma² I).

    Along the segment the density is [Phi((t + half) / sigma) - Phi((t - half) / sigma)] / (2 half), across it N(0,
    sigma²).
    """
    cos, sin = math.cos(angle), math.sin(angle)

    def sample(n: int, random: torch.Generator) -> Draw:
        along = (2 * torch.rand(n, generator=random) - 1) * half
        return torch.stack([along * cos, along * sin], 1) + sigma * torch.randn(n, 2, generator=random), None

    def log_density(x: Tensor) -> Tensor:
        along, across = (x[:, 0] * cos + x[:, 1] * sin).abs(), x[:, 1] * cos - x[:, 0] * sin
        # by symmetry at |t|, where both terms are in the lower tail and their logarithms exact
        upper = torch.special.log_ndtr((half - along) / sigma)
        lower = torch.special.log_ndtr((-half - along) / sigma)
        inside = upper + torch.log1p(-torch.exp(lower - upper)) - math.log(2 * half)
        return inside - 0.5 * (across / sigma) ** 2 - math.log(sigma * math.sqrt(2 * math.pi))

    return Distribution(2, half * max(abs(cos), abs(sin)) + 4 * sigma, sample, rows(log_density, 2))


def checkerboard(side: float = 1.0) -> Distribution:
    """Uniform on 8 of the 16 squares of a 4 x 4 board around 0, those that touch at their corners only."""
    corners = torch.tensor([(i, j) for i in range(4) for j in range(4) if (i + j) % 2 == 0], dtype=torch.float32) - 2

    def sample(n: int, random: torch.Generator) -> Draw:
        labels = torch.randint(8, (n,), generator=random)
        # a hair's breadth off the edges, beyond which rounding could carry a point into the next square
        inside = torch.rand(n, 2, generator=random) * (1 - 2**-20) + 2**-21
        return (corners[labels] + inside) * side, labels

    def log_density(x: Tensor) -> Tensor:
        square = torch.floor(x / side)
        within = ((square >= -2) & (square < 2)).all(1) & (square.sum(1) % 2 == 0)
        return _flat(within, 8 * side**2, x)

    return Distribution(2, 2 * side, sample, rows(log_density, 2))


# --------------------------------------------------------------------------- shapes without one


def moons(noise: float = 0.08, scale: float = 1.5) -> Distribution:
    """Two half circles of radius `scale`, each reaching into the other."""

    def sample(n: int, random: torch.Generator) -> Draw:
        labels = torch.randint(2, (n,), generator=random)
        t, sign = math.pi * torch.rand(n, generator=random), 1.0 - 2.0 * labels
        points = torch.stack([sign * t.cos() + labels - 0.5, sign * (t.sin() - 0.25)], 1)
        return (points + noise * torch.randn(n, 2, generator=random)) * scale, labels

    return Distribution(2, 1.5 * scale + 4 * noise * scale, sample)


def swiss_roll(noise: float = 0.06, scale: float = 0.2) -> Distribution:
    """r = scale * t at angle t, t uniform from 3/2 pi to 9/2 pi."""

    def sample(n: int, random: torch.Generator) -> Draw:
        t = 1.5 * math.pi * (1 + 2 * torch.rand(n, generator=random))
        points = torch.stack([t * t.cos(), t * t.sin()], 1) * scale
        return points + noise * torch.randn(n, 2, generator=random), None

    return Distribution(2, 4.5 * math.pi * scale + 2 * noise, sample)


def pinwheel(arms: int = 5, scale: float = 1.5) -> Distribution:
    """Gaussians stretched along the radius, turned more the farther out (Johnson et al. 2016, arXiv:1603.06277)."""

    def sample(n: int, random: torch.Generator) -> Draw:
        labels = torch.randint(arms, (n,), generator=random)
        radial, tangential = (torch.randn(2, n, generator=random) * torch.tensor([[0.3], [0.1]])).unbind()
        radial = radial + 1
        turn = labels * (2 * math.pi / arms) + 0.25 * radial.exp()
        points = torch.stack(
            [radial * turn.cos() - tangential * turn.sin(), radial * turn.sin() + tangential * turn.cos()], 1
        )
        return points * scale, labels

    return Distribution(2, 1.9 * scale, sample)


def spirals(noise: float = 0.08, end: float = 2.8) -> Distribution:
    """Two arms of one and a half turns, one the other's mirror image in 0."""

    def sample(n: int, random: torch.Generator) -> Draw:
        labels = torch.randint(2, (n,), generator=random)
        # the square root spreads the points evenly over the length of an arm, nearly
        share = torch.rand(n, generator=random).sqrt()
        angle, radius = 3 * math.pi * share, end * share * (1 - 2 * labels)
        return torch.stack([radius * angle.cos(), radius * angle.sin()], 1) + noise * torch.randn(
            n, 2, generator=random
        ), labels

    return Distribution(2, end + 3 * noise, sample)


DISTRIBUTIONS: dict[str, Distribution] = {
    "ring": ring(),
    "grid": grid(),
    "two-gaussians": mixture([(-1.5, 0.0), (1.5, 0.0)], 0.4, 3.2),
    "line": line(),
    "moons": moons(),
    "swiss-roll": swiss_roll(),
    "pinwheel": pinwheel(),
    "spirals": spirals(),
    "checkerboard": checkerboard(),
    "gaussian": gaussian(),
    "two-gaussians-1d": mixture([(-1.5,), (1.5,)], 0.4, 3.2),
    "uniform-1d": uniform(),
    "laplace": laplace(),
}


def load(config: TrainConfig) -> DataSet:
    """100,000 draws from the distribution that a configuration names, the same each time: float32 (100000, D)."""
    return draws(DISTRIBUTIONS[config.data])
