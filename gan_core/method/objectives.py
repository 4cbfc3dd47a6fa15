"""What the two networks minimise, as pure functions on logits, and what theory says of it.

With s the discriminator's logit, D(x) = sigmoid(s) for the objectives whose D is a probability. Everything is written
with softplus(s) = log(1 + e^s), since -log D = softplus(-s) and -log(1 - D) = softplus(s) are exact where sigmoid
followed by log overflows.

All losses take real logits of shape (N,) and fake logits of shape (M,) and return a scalar to minimise. An objective
that scores fakes against reals needs both in the generator's loss as well, so both losses have the one signature.
`OBJECTIVES` holds one record an objective; what of it can be known without torch is in its `Game`
(`gan_core.config.games`), its words and formulas are in `gan_core.config.glossary`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from ..config.games import GAMES, Game

# PyTorch takes softplus(s) = s from s = 20 on, where 2e-9 is missing; at 40 nothing is, in float64 either
softplus = partial(F.softplus, threshold=40.0)


class Distances(Protocol):
    """How far apart data p and generator g are, each number computed when it is asked for; see `theory.Apart`."""

    @property
    def jsd(self) -> float:
        """Jensen-Shannon divergence in nats, from 0 to ln 2."""
        ...

    @property
    def jsd_of_pairs(self) -> float:
        """JSD(p x g, g x p): how well the two orders of a pair can be told apart."""
        ...

    @property
    def tv(self) -> float:
        """Total variation, from 0 to 1."""
        ...

    @property
    def le_cam(self) -> float:
        """The integral of (p - g)^2 / (p + g), from 0 to 2."""
        ...

    @property
    def w1(self) -> float:
        """Wasserstein distance, on the line only."""
        ...


@dataclass(frozen=True)
class Objective:
    """A game: its losses, and what theory says of the best D.

    Attributes:
        game: what is known of it without torch.
        d_loss: (real_logits, fake_logits) -> scalar, minimised over D.
        g_loss: (real_logits, fake_logits) -> scalar, minimised over G. None will do for the reals unless `pairs`.
        smoothing: (real_logits, s) -> what one-sided label smoothing by s adds to d_loss (Salimans et al. 2016,
            arXiv:1606.03498); None where D has no target.
        best: (log_p, log_g, s) -> score of the best unrestricted D where the data have log density log_p and the
            generator log_g, both (...), with label smoothing s, element by element; 0 where neither has mass, or
            whatever cannot tell. None where no score can be told point by point.
        best_value: distances -> what the best D reaches, minus the smallest d_loss; None where theory has no closed
            form.
    """

    game: Game
    d_loss: Callable[[Tensor, Tensor], Tensor]
    g_loss: Callable[[Any, Tensor], Tensor]
    smoothing: Callable[[Tensor, float], Tensor] | None = None
    best: Callable[[Tensor, Tensor, float], Tensor] | None = None
    best_value: Callable[[Distances], float] | None = None

    @property
    def probability(self) -> bool:
        """Whether D's logit stands for a probability, so that sigmoid(logit) may be called D(x)."""
        return self.game.probability

    @property
    def level(self) -> float | None:
        """The mean score, D(x) or the logit, of both where D cannot tell; None where any will do."""
        return self.game.level

    @property
    def pairs(self) -> bool:
        """Whether g_loss looks at the real logits too."""
        return self.game.pairs


# --------------------------------------------------------------------------- the original game (arXiv:1406.2661)


def value(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """V(G, D) = E log D(x) + E log(1 - D(G(z))), in nats: at most 0, -ln 4 where D = 1/2 (arXiv:1406.2661, eq. 1)."""
    return -(softplus(-real_logits).mean() + softplus(fake_logits).mean())


def cross_entropy(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D's loss in the original game: -V, the binary cross entropy with targets 1 and 0, its two terms summed."""
    return -value(real_logits, fake_logits)


def saturating(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """E log(1 - D(G(z))): G descends what D ascends. Its gradient in the logit, -D(G(z)), vanishes where D is sure."""
    return -softplus(fake_logits).mean()


def non_saturating(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """-E log D(G(z)): same fixed point, but a gradient of -(1 - D(G(z))), largest where D is sure (section 3)."""
    return softplus(-fake_logits).mean()


def cross_entropy_smoothing(real_logits: Tensor, s: float) -> Tensor:
    """With target 1 - s on reals, (1 - s) softplus(-r) + s softplus(r) = softplus(-r) + s r: the second term."""
    return s * real_logits.mean()


def log_ratio(log_p: Tensor, log_g: Tensor, s: float = 0.0) -> Tensor:
    """log p - log g, 0 where neither has any mass; smoothing does not enter.

    The logit of D* = p / (p + g) (arXiv:1406.2661, proposition 1). Also the best score of relativistic pairing, to
    which any constant may be added: there the loss' derivative at x, p(x) E_g sigmoid(D(y) - D(x)) - g(x) E_p
    sigmoid(D(x) - D(y)), is 0, and the loss is convex in D.
    """
    return (log_p - log_g).masked_fill(torch.isneginf(log_p) & torch.isneginf(log_g), 0.0)


def best_logit(log_p: Tensor, log_g: Tensor, s: float) -> Tensor:
    """The logit of D* = (1 - s) p / (p + g) (arXiv:1606.03498, section 3.4); 0 where neither has any mass."""
    if not s:
        return log_ratio(log_p, log_g)
    # (1 - s) p / (s p + g)
    logit = math.log1p(-s) + log_p - torch.logaddexp(math.log(s) + log_p, log_g)
    return logit.masked_fill(torch.isneginf(log_p) & torch.isneginf(log_g), 0.0)


# --------------------------------------------------------------------------- least squares (arXiv:1611.04076, eq. 9: a
# = 0, b = c = 1)


def squares(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E (r - 1)^2 / 2 + E f^2 / 2."""
    return 0.5 * (real_logits - 1).square().mean() + 0.5 * fake_logits.square().mean()


def squares_g(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """E (f - 1)^2 / 2."""
    return 0.5 * (fake_logits - 1).square().mean()


def squares_smoothing(real_logits: Tensor, s: float) -> Tensor:
    """(r - (1 - s))^2 / 2 - (r - 1)^2 / 2 = s (r - 1) + s^2 / 2."""
    return s * (real_logits - 1).mean() + s * s / 2


def best_square(log_p: Tensor, log_g: Tensor, s: float) -> Tensor:
    """(1 - s) p / (p + g) itself (arXiv:1611.04076, section 3.2, with targets 0 and 1 - s).

    (1 - s) / 2 where neither has any mass.
    """
    return (1 - s) * torch.sigmoid(log_ratio(log_p, log_g))


# --------------------------------------------------------------------------- Wasserstein (arXiv:1701.07875), hinge
# (arXiv:1705.02894, 1802.05957)


def critic(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E f - E r: minus the estimate of the Wasserstein distance by a critic of slope at most 1."""
    return fake_logits.mean() - real_logits.mean()


def critic_g(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """-E f."""
    return -fake_logits.mean()


def hinge(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E max(0, 1 - r) + E max(0, 1 + f)."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def best_sign(log_p: Tensor, log_g: Tensor, s: float) -> Tensor:
    """The sign of p - g (arXiv:1705.02894)."""
    return torch.sign(log_ratio(log_p, log_g))


# --------------------------------------------------------------------------- relativistic (arXiv:1807.00734)


def pairing(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(r - f)): each real against one fake. Batches of one size.

    RpGAN (arXiv:1807.00734, section 4.1), as in R3GAN (arXiv:2501.05441, eq. 2).
    """
    return softplus(fake_logits - real_logits).mean()


def pairing_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(f - r)): the same with the roles exchanged."""
    return softplus(real_logits - fake_logits).mean()


def average(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(r - E f)) + E softplus(f - E r): each real against the average fake, and the other way round.

    RaGAN (arXiv:1807.00734, section 4.2).
    """
    return softplus(fake_logits.mean() - real_logits).mean() + softplus(fake_logits - real_logits.mean()).mean()


def average_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(f - E r)) + E softplus(r - E f)."""
    return average(fake_logits, real_logits)


OBJECTIVES: dict[str, Objective] = {
    objective.game.name: objective
    for objective in (
        Objective(
            GAMES["minimax"],
            cross_entropy,
            saturating,
            cross_entropy_smoothing,
            best_logit,
            # arXiv:1406.2661, theorem 1
            lambda apart: 2 * apart.jsd - 2 * math.log(2),
        ),
        Objective(
            GAMES["non-saturating"],
            cross_entropy,
            non_saturating,
            cross_entropy_smoothing,
            best_logit,
            lambda apart: 2 * apart.jsd - 2 * math.log(2),
        ),
        Objective(
            GAMES["least-squares"],
            squares,
            squares_g,
            squares_smoothing,
            best_square,
            # -1/2 of the integral of p g / (p + g); the Pearson divergence of arXiv:1611.04076 is that of G's loss, and
            # for other targets
            lambda apart: apart.le_cam / 8 - 0.25,
        ),
        # a best critic depends on the whole of both densities; its value is for slopes of at most 1
        Objective(GAMES["wasserstein"], critic, critic_g, best_value=lambda apart: apart.w1),
        # the hinge is the surrogate loss of total variation (arXiv:math/0510521)
        Objective(GAMES["hinge"], hinge, critic_g, best=best_sign, best_value=lambda apart: -2 * (1 - apart.tv)),
        # D tells the two orders of a pair apart
        Objective(
            GAMES["relativistic"],
            pairing,
            pairing_g,
            best=log_ratio,
            best_value=lambda apart: apart.jsd_of_pairs - math.log(2),
        ),
        Objective(GAMES["relativistic-average"], average, average_g),
    )
}
"""Every objective's record, by name."""


def shown(objective: Objective, logits: Tensor) -> Tensor:
    """Logits as people are shown them: D(x) in (0, 1) where D is a probability, else the scores themselves."""
    return torch.sigmoid(logits) if objective.probability else logits
