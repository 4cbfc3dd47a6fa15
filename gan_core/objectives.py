"""What the two networks minimise: pure functions on logits.

With s the discriminator's logit, D(x) = sigmoid(s). Everything is written with softplus(s) = log(1 + e^s), since
-log D = softplus(-s) and -log(1 - D) = softplus(s) are exact where sigmoid followed by log overflows.

All take real logits of shape (N,) and fake logits of shape (M,) and return a scalar to minimise. An objective that scores fakes
against reals needs both in the generator's loss as well, so both losses have the one signature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor
from torch.nn import functional as F

# PyTorch takes softplus(s) = s from s = 20 on, where 2e-9 is missing; at 40 nothing is, in float64 either
softplus = partial(F.softplus, threshold=40.0)


@dataclass(frozen=True)
class Objective:
    """A game.

    `d_loss(real_logits, fake_logits)` is minimised over D, `g_loss(real_logits, fake_logits)` over G.
    `probability`: D's logit stands for a probability, so that sigmoid(logit) may be called D(x).
    `pairs`: g_loss looks at the real logits too; where it does not, None will do for them.
    """

    title: str
    formula: str
    paper: str
    d_loss: Callable[[Tensor, Tensor], Tensor]
    g_loss: Callable[[Tensor | None, Tensor], Tensor]
    probability: bool = True
    pairs: bool = False


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


_GOODFELLOW = "Goodfellow et al. 2014, arXiv:1406.2661"

OBJECTIVES: dict[str, Objective] = {
    "minimax": Objective("Minimax (saturating)", r"\min_G \max_D \; \mathbb{E}\log D(x) + \mathbb{E}\log(1 - D(G(z)))", _GOODFELLOW, cross_entropy, saturating),
    "non-saturating": Objective("Non-saturating", r"\max_G \; \mathbb{E}\log D(G(z))", _GOODFELLOW, cross_entropy, non_saturating),
}
