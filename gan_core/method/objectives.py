"""What the two networks minimise: pure functions on logits.

With s the discriminator's logit, D(x) = sigmoid(s) for the objectives whose D is a probability. Everything is written with
softplus(s) = log(1 + e^s), since -log D = softplus(-s) and -log(1 - D) = softplus(s) are exact where sigmoid followed by log overflows.

All take real logits of shape (N,) and fake logits of shape (M,) and return a scalar to minimise. An objective that scores fakes
against reals needs both in the generator's loss as well, so both losses have the one signature. Papers and formulas in words are in
`glossary.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

# PyTorch takes softplus(s) = s from s = 20 on, where 2e-9 is missing; at 40 nothing is, in float64 either
softplus = partial(F.softplus, threshold=40.0)


@dataclass(frozen=True)
class Objective:
    """A game.

    `d_loss(real_logits, fake_logits)` is minimised over D, `g_loss(real_logits, fake_logits)` over G.
    `probability`: D's logit stands for a probability, so that sigmoid(logit) may be called D(x).
    `level`: the mean score (D(x), or the logit itself) of reals and fakes alike where D cannot tell them apart; None where any level will do.
    `pairs`: g_loss looks at the real logits too; where it does not, None will do for them.
    `smoothing(real_logits, s)`: what one-sided label smoothing by s adds to d_loss (Salimans et al. 2016, arXiv:1606.03498); None where D has no target.
    """

    d_loss: Callable[[Tensor, Tensor], Tensor]
    g_loss: Callable[[Tensor | None, Tensor], Tensor]
    probability: bool = False
    level: float | None = None
    pairs: bool = False
    smoothing: Callable[[Tensor, float], Tensor] | None = None


# --------------------------------------------------------------------------- the original game (arXiv:1406.2661)


def value(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """V(G, D) = E log D(x) + E log(1 - D(G(z))), in nats; at most 0, and -ln 4 where D = 1/2 everywhere (arXiv:1406.2661, eq. 1)."""
    return -(softplus(-real_logits).mean() + softplus(fake_logits).mean())


def cross_entropy(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D's loss in the original game: -V, the binary cross entropy with targets 1 and 0, its two terms summed."""
    return -value(real_logits, fake_logits)


def saturating(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """E log(1 - D(G(z))): G descends what D ascends. Its gradient in the logit is -D(G(z)), which vanishes where D is sure."""
    return -softplus(fake_logits).mean()


def non_saturating(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """-E log D(G(z)): same fixed point, but a gradient of -(1 - D(G(z))), largest where D is sure (arXiv:1406.2661, section 3)."""
    return softplus(-fake_logits).mean()


def cross_entropy_smoothing(real_logits: Tensor, s: float) -> Tensor:
    """With target 1 - s on reals, (1 - s) softplus(-r) + s softplus(r) = softplus(-r) + s r: the second term."""
    return s * real_logits.mean()


# --------------------------------------------------------------------------- least squares (arXiv:1611.04076, eq. 9: a = 0, b = c = 1)


def squares(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E (r - 1)^2 / 2 + E f^2 / 2."""
    return 0.5 * (real_logits - 1).square().mean() + 0.5 * fake_logits.square().mean()


def squares_g(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """E (f - 1)^2 / 2."""
    return 0.5 * (fake_logits - 1).square().mean()


def squares_smoothing(real_logits: Tensor, s: float) -> Tensor:
    """(r - (1 - s))^2 / 2 - (r - 1)^2 / 2 = s (r - 1) + s^2 / 2."""
    return s * (real_logits - 1).mean() + s * s / 2


# --------------------------------------------------------------------------- Wasserstein (arXiv:1701.07875), hinge (arXiv:1705.02894, 1802.05957)


def critic(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E f - E r: minus the estimate of the Wasserstein distance by a critic of slope at most 1."""
    return fake_logits.mean() - real_logits.mean()


def critic_g(real_logits: Tensor | None, fake_logits: Tensor) -> Tensor:
    """-E f."""
    return -fake_logits.mean()


def hinge(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E max(0, 1 - r) + E max(0, 1 + f)."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


# --------------------------------------------------------------------------- relativistic (arXiv:1807.00734)


def pairing(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(r - f)): each real against one fake (RpGAN, arXiv:1807.00734 section 4.1; as in R3GAN, arXiv:2501.05441, eq. 2). Batches of one size."""
    return softplus(fake_logits - real_logits).mean()


def pairing_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(f - r)): the same with the roles exchanged."""
    return softplus(real_logits - fake_logits).mean()


def average(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(r - E f)) + E softplus(f - E r): each real against the average fake, and the other way round (RaGAN, arXiv:1807.00734, section 4.2)."""
    return softplus(fake_logits.mean() - real_logits).mean() + softplus(fake_logits - real_logits.mean()).mean()


def average_g(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """E softplus(-(f - E r)) + E softplus(r - E f)."""
    return average(fake_logits, real_logits)


OBJECTIVES: dict[str, Objective] = {
    "minimax": Objective(cross_entropy, saturating, probability=True, level=0.5, smoothing=cross_entropy_smoothing),
    "non-saturating": Objective(
        cross_entropy, non_saturating, probability=True, level=0.5, smoothing=cross_entropy_smoothing
    ),
    "least-squares": Objective(squares, squares_g, level=0.5, smoothing=squares_smoothing),
    "wasserstein": Objective(critic, critic_g),
    "hinge": Objective(hinge, critic_g, level=0.0),
    "relativistic": Objective(pairing, pairing_g, pairs=True),
    "relativistic-average": Objective(average, average_g, pairs=True),
}


def shown(objective: Objective, logits: Tensor) -> Tensor:
    """Logits as people are shown them: D(x) in (0, 1) for objectives with a probability, the scores themselves for others."""
    return torch.sigmoid(logits) if objective.probability else logits
