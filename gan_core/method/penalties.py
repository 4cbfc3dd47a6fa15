"""Terms on the gradient of D's logit with respect to its input, added to D's loss: any penalty goes with any objective.

    penalty(discriminator, real, fake, random=None, packs=1, mixes=True) -> scalar, before its weight

`discriminator` maps samples (N, ...) to logits; real and fake are (N, ...) of one size and dtype, taken as fixed points
(no gradient reaches whatever made them). One gradient norm per logit: where D judges packs of m samples (N/m logits),
it is that of the whole pack, and `packs` = m keeps the points between packs on the line from one whole pack to the
other. `random` is the generator that the points between or around the samples are drawn from; None is the global one.
`mixes` = False promises that what D says of a sample, or a pack, does not depend on the others in the batch, so that
reals and fakes may be shown to it together. What each penalty holds the slope to is in `gan_core.config.games.HOLDS`,
its words and formula are in `gan_core.config.glossary`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Critic = nn.Module | Callable[[Tensor], Tensor]
Penalty = Callable[..., Tensor]
EPS = 1e-12
"""Inside the square root of a norm, whose slope at 0 would otherwise be infinite, and its gradient nan."""


def squared_slopes(discriminator: Critic, x: Tensor) -> Tensor:
    """|grad_x D(x)|^2 for each logit, (N,), with a graph to D's weights."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        logits = discriminator(x)
        # where D mixes the samples of a batch, their sum counts that influence too
        (gradient,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return gradient.reshape(len(logits), -1).square().sum(1)


def slopes(discriminator: Critic, x: Tensor) -> Tensor:
    """|grad_x D(x)| for each logit, (N,): sqrt(eps + sum of squares)."""
    return (squared_slopes(discriminator, x) + EPS).sqrt()


def _coefficients(like: Tensor, random: torch.Generator | None, packs: int) -> Tensor:
    """Uniform on [0, 1), one for each sample, or each pack of them: (N, 1, ...)."""
    drawn = torch.rand(len(like) // packs, generator=random, device=like.device, dtype=like.dtype)
    return drawn.repeat_interleave(packs).view(-1, *(1,) * (like.ndim - 1))


def none(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """No penalty: a scalar 0 in the samples' dtype, on their device."""
    return real.new_zeros(())


def wgan_gp(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """E (|grad D(x)| - 1)^2 at points drawn evenly between each real and its fake.

    Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.
    """
    between = torch.lerp(fake.detach(), real.detach(), _coefficients(real, random, packs))
    return (slopes(discriminator, between) - 1).square().mean()


def r1(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """E |grad D(x)|^2 / 2 on reals (Mescheder et al. 2018, arXiv:1801.04406, eq. 9, without gamma)."""
    return squared_slopes(discriminator, real).mean() / 2


def r2(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """E |grad D(x)|^2 / 2 on fakes (Mescheder et al. 2018, arXiv:1801.04406, eq. 10, without gamma)."""
    return squared_slopes(discriminator, fake).mean() / 2


def r1_and_r2(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """R1 + R2, one gamma for both (Huang et al. 2024, arXiv:2501.05441). In one pass of D where it mixes no samples."""
    if mixes:
        return r1(discriminator, real, fake) + r2(discriminator, real, fake)
    # as many of one as of the other: the mean over both is half of the sum of their means
    return squared_slopes(discriminator, torch.cat([real, fake])).mean()


def dragan(
    discriminator: Critic,
    real: Tensor,
    fake: Tensor,
    random: torch.Generator | None = None,
    packs: int = 1,
    mixes: bool = True,
) -> Tensor:
    """E (|grad D(x)| - 1)^2 at x = real + 0.5 std(reals) u (Kodali et al. 2017, arXiv:1705.07215).

    u is uniform on [0, 1) in every coordinate. The deviation is that of the whole batch, over all coordinates, as in
    the authors' code; each sample moves a random part of the way there.
    """
    real = real.detach()
    aside = (
        0.5 * real.std(correction=0) * torch.rand(real.shape, generator=random, device=real.device, dtype=real.dtype)
    )
    return (slopes(discriminator, real + _coefficients(real, random, packs) * aside) - 1).square().mean()


PENALTIES: dict[str, Penalty] = {
    "none": none,
    "wgan-gp": wgan_gp,
    "r1": r1,
    "r2": r2,
    "r1+r2": r1_and_r2,
    "dragan": dragan,
}
