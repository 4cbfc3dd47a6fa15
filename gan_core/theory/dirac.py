"""Dirac-GAN: the smallest game there is, one parameter each (arXiv:1801.04406, section 2).

The data are a point mass at 0, the generator is a point mass at theta, and the discriminator is the line D(x) = level
+ psi x. The level is what D answers where it cannot tell: 0 for all objectives but least squares, whose targets 0 and 1
make it 1/2. Whatever the objective, the only rest is at theta = psi = 0.

D scores reals high, as everywhere in this program. The paper's D (Mescheder, Geiger and Nowozin 2018) is high on fakes,
L = E f(D(G(z))) + E f(-D(x)) with f(t) = -log(1 + e^-t); its psi is minus ours, and its eigenvalues are the ones given
here: f'(0) = 1/2 and f''(0) = -1/4 for the original game.

With e the noise, d_loss = E A(r) + E B(f) and g_loss = E C(f), r = level + psi e and f = level + psi (theta + e); A',
B' and C' are the `slopes` of the objective's record in `gan_core.config.games`.

Everything is a pure function of numbers; numpy is all it needs.
"""

from __future__ import annotations

import cmath
import functools
import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..config import Choice, ConfigError, Float
from ..config.games import GAMES, HOLDS

HOW = ("alternating", "simultaneous")
"""Alternating: G answers D as it is after its updates. Simultaneous: as it was before them."""
FAR = 1e6
"""A trajectory ends where a coordinate is beyond this."""
NODES = np.linspace(-7, 7, 57)
WEIGHTS = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()
"""The trapezoidal rule for means over N(0, 1). For smooth integrands it errs by about exp(-2 pi w / 0.25), w the
distance of the nearest pole from the real line: pi / (|psi| sigma) here, so that it beats Gauss and Hermite's rule
where D is steep."""


@dataclass(frozen=True)
class Game:
    """What is played. ConfigError where a value cannot be.

    `objective`, `penalty`: names as in OBJECTIVES and PENALTIES. `weight`: gamma of R1 and R2, lambda of WGAN-GP and
    DRAGAN. `clip`: |psi| <= clip after each update of D, 0 for no bound. `noise`: standard deviation of the Gaussian
    instance noise on all that D sees.
    """

    objective: str = "minimax"
    penalty: str = "none"
    weight: float = 0.3
    clip: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        for name, accepts in ACCEPTS.items():
            object.__setattr__(self, name, accepts.check(name, getattr(self, name)))

    def replace(self, **changes: Any) -> Game:
        """The same with some of it changed; ConfigError where a name or a value cannot be."""
        unknown = set(changes) - {f.name for f in fields(self)}
        if unknown:
            name = sorted(unknown)[0]
            raise ConfigError(name, changes[name], f"; use {', '.join(ACCEPTS)}", unknown=True)
        return replace(self, **changes)


ACCEPTS = {
    "objective": Choice(GAMES),
    "penalty": Choice(HOLDS),
    "weight": Float(0, 100),
    "clip": Float(0, 100),
    "noise": Float(0, 10),
}


# --------------------------------------------------------------------------- the losses' slopes


def _sigmoid(s: Any) -> Any:
    """Of a float as a float, of an array as an array, without overflow."""
    if isinstance(s, float):
        return 1 / (1 + math.exp(-s)) if s > 0 else 1 - 1 / (1 + math.exp(max(s, -700.0)))
    found = np.tanh(s * 0.5)
    found += 1.0
    found *= 0.5
    return found


def _d(theta: Any, psi: Any, game: Game) -> Any:
    """Minus the slope of D's loss, penalty included, in psi."""
    slopes, level = GAMES[game.objective].slopes, GAMES[game.objective].undecided
    if not game.noise:
        fake = level + psi * theta
        found = -slopes.fake(fake, _sigmoid(fake)) * theta
    elif slopes.margin is not None:
        found = _noisy_hinge(theta, psi, game.noise, slopes.margin)
    else:
        x = _draws(game.noise, slopes.independent)
        moved = _over_nodes(theta) + x
        real, fake = level + _over_nodes(psi) * x, level + _over_nodes(psi) * moved
        found = -((slopes.fake(fake, _sigmoid(fake)) * moved + slopes.real(real, _sigmoid(real)) * x) @ WEIGHTS)
    hold = HOLDS[game.penalty]
    if not game.weight or not hold.strength:
        return found
    # strength (|psi| - at)^2; at 0, where it has a kink, the slope that automatic differentiation takes
    sign = (psi > 0) * 1.0 - (psi < 0) * 1.0
    return found - 2 * hold.strength * game.weight * (abs(psi) - hold.at) * sign


def _g(theta: Any, psi: Any, game: Game) -> Any:
    """Minus the slope of G's loss in theta."""
    slopes, level = GAMES[game.objective].slopes, GAMES[game.objective].undecided
    # what is piecewise linear for D has a straight slope for G
    if not game.noise or slopes.margin is not None:
        fake = level + psi * theta
        return -slopes.generator(fake, _sigmoid(fake)) * psi
    fake = level + _over_nodes(psi) * (_over_nodes(theta) + _draws(game.noise, slopes.independent))
    return -(slopes.generator(fake, _sigmoid(fake)) @ WEIGHTS) * psi


@functools.lru_cache(maxsize=64)
def _draws(noise: float, independent: int) -> np.ndarray:
    """The nodes as draws of the sum of that many independent noises of one deviation; not to be written to."""
    return noise * math.sqrt(independent) * NODES


def _over_nodes(parameter: Any) -> Any:
    return parameter if isinstance(parameter, float) else np.asarray(parameter)[..., None]


_erf = np.vectorize(math.erf, otypes=[float])


def _noisy_hinge(theta: Any, psi: Any, noise: float, margin: float) -> Any:
    """-E[A'(psi e) e] - E[B'(psi (theta + e)) (theta + e)] in closed form: quadrature would not see the hinge's kinks.

    With s = |psi| sigma and the kinks at +-c, the real term is active where sign(psi) e < sigma c / s and the fake one
    where sign(psi) e > -sigma m, m = (c + psi theta) / s.
    """
    theta, psi = np.asarray(theta, float), np.asarray(psi, float)
    spread = np.maximum(np.abs(psi) * noise, 1e-12)
    real, fake = np.minimum(margin / spread, 40), np.clip((margin + psi * theta) / spread, -40, 40)
    inside = 0.5 * (1 + _erf(fake / math.sqrt(2)))
    density = (np.exp(-0.5 * real**2) + np.exp(-0.5 * fake**2)) / math.sqrt(2 * math.pi)
    found = -theta * inside - noise * np.sign(psi) * density
    return found if found.ndim else float(found)


# --------------------------------------------------------------------------- the game in continuous time


def field(theta: Any, psi: Any, game: Game) -> tuple[Any, Any]:
    """The gradient vector field v = (-dL_G / dtheta, -dL_D / dpsi): where each player wants to go (section 2.1).

    Arrays of one shape, float64, or two floats; returns the same. Clipping belongs to the update and does not show
    here. Noise is averaged over: in closed form for the hinge, else by the trapezoidal rule.
    """
    return _g(theta, psi, game), _d(theta, psi, game)


def jacobian(game: Game) -> np.ndarray | None:
    """The Jacobian of `field` at theta = psi = 0, (2, 2) float64: rows d(dtheta), d(dpsi), columns theta, psi.

        [[0, f'(0)], [-f'(0), -(A'' + B'') sigma^2 - gamma]]

    for the paper's lemmas 2.2, 3.2 and 3.3 at once (gamma twice with R1 and R2). None where there is none: a penalty
    that wants a slope of 1 pushes psi away from 0 on either side, so the field jumps.
    """
    hold = HOLDS[game.penalty]
    if hold.at and game.weight:
        return None
    objective = GAMES[game.objective]
    slopes, level = objective.slopes, objective.undecided
    turn = slopes.fake(level, _sigmoid(level))
    damping = slopes.curvature * slopes.independent * game.noise**2 + 2 * hold.strength * game.weight
    return np.array([[0.0, turn], [-turn, -damping]])


def eigenvalues(matrix: np.ndarray) -> tuple[complex, complex]:
    """Of a real (2, 2) matrix, the one with the larger imaginary part, then the larger real part, first."""
    (a, b), (c, d) = np.asarray(matrix, float).tolist()
    half, root = (a + d) / 2, cmath.sqrt(((a - d) / 2) ** 2 + b * c)
    return half + root, half - root


# --------------------------------------------------------------------------- the game in steps


def trajectory(
    theta0: float,
    psi0: float,
    game: Game,
    lr: float,
    steps: int,
    how: str = "alternating",
    k: int = 1,
    decay: float = 0.0,
) -> np.ndarray:
    """Gradient descent from (theta0, psi0): (n + 1, 2) float64, the start first.

    n = steps, or fewer where it went beyond FAR.
    A step is k updates of D, clipping included, then one of G, which looks at D before those updates ("simultaneous")
    or after them ("alternating", as training does it). Step n has the rate lr / (1 + decay n). ConfigError where a
    number cannot be.
    """
    _check(lr, how, k)
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= 1_000_000:
        raise ConfigError("steps", steps, "use a whole number from 0 to 1,000,000")
    if not (math.isfinite(decay) and decay >= 0):
        raise ConfigError("decay", decay, "use a number that is not negative")
    theta, psi = float(theta0), float(psi0)
    if not (abs(theta) <= FAR and abs(psi) <= FAR):
        raise ConfigError("start", (theta0, psi0), f"use numbers from {-FAR:g} to {FAR:g}")
    path, clip, after = [(theta, psi)], game.clip or math.inf, how == "alternating"
    for n in range(steps):
        rate, before = lr / (1 + decay * n), psi
        for _ in range(k):
            psi = float(min(clip, max(-clip, psi + rate * _d(theta, psi, game))))
        theta = float(theta + rate * _g(theta, psi if after else before, game))
        if not (abs(theta) <= FAR and abs(psi) <= FAR):
            break
        path.append((theta, psi))
    return np.array(path)


def update(game: Game, lr: float, how: str = "alternating", k: int = 1) -> np.ndarray | None:
    """The Jacobian of one step at theta = psi = 0, (2, 2) float64; None where the field has none.

    Of the game without noise and penalty, with h = lr and a = f'(0): eigenvalues 1 +- h a i with simultaneous steps and
    k = 1 (lemma 2.4), and 1 - alpha^2 / 2 +- sqrt((1 - alpha^2 / 2)^2 - 1), alpha = sqrt(k) h a, with alternating ones
    (lemma 2.5): on the unit circle up to alpha = 2.
    """
    _check(lr, how, k)
    flow = jacobian(game)
    if flow is None:
        return None
    (a, b), (c, d) = flow
    by_d = np.linalg.matrix_power(np.array([[1.0, 0.0], [lr * c, 1 + lr * d]]), k)
    by_g = np.array([[1 + lr * a, lr * b], [0.0, 1.0]])
    return by_g @ by_d if how == "alternating" else np.array([by_g[0], by_d[1]])


def _check(lr: float, how: str, k: int) -> None:
    if not (math.isfinite(lr) and lr > 0):
        raise ConfigError("lr", lr, "use a number above 0")
    if how not in HOW:
        raise ConfigError("how", how, f"use one of {', '.join(HOW)}")
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= 1000:
        raise ConfigError("k", k, "use a whole number from 1 to 1,000")


# --------------------------------------------------------------------------- what becomes of it

TOLERANCE = 1e-9


def of_flow(values: tuple[complex, complex] | None) -> str:
    """What eigenvalues say of the game in continuous time, near its equilibrium: "converges", "circles" or "diverges".

    Without eigenvalues (None) it "does not converge": the equilibrium pushes the game away.
    """
    return "does not converge" if values is None else _word(max(v.real for v in values))


def of_steps(values: tuple[complex, complex] | None) -> str:
    """The same of the eigenvalues of one step, whose moduli say how the distance grows from step to step."""
    return "does not converge" if values is None else _word(max(abs(v) for v in values) - 1)


def _word(excess: float) -> str:
    return "circles" if abs(excess) <= TOLERANCE else "converges" if excess < 0 else "diverges"
