"""What D will be after a few more updates, as a function of what G does now (Metz et al. 2017, arXiv:1611.02163)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from .optimisers import Optimiser


class Unrolled:
    """D after `steps` updates of `loss(discriminator)`, differentiable through all of them; called like D itself.

    Each update is that of D's optimiser, with its present rate and memory, on `loss` (the trainer's leaves penalty and
    clipping aside). Neither D nor its optimiser is changed, its running statistics included.
    """

    def __init__(
        self,
        discriminator: nn.Module,
        optimiser: Optimiser,
        loss: Callable[[Callable[..., Tensor]], Tensor],
        steps: int,
    ):
        self.discriminator = discriminator
        self.buffers = {name: b.clone() for name, b in discriminator.named_buffers()}
        self.parameters = {name: p.detach().requires_grad_() for name, p in discriminator.named_parameters()}
        update = optimiser.ahead()
        for _ in range(steps):
            gradients = torch.autograd.grad(loss(self), list(self.parameters.values()), create_graph=True)
            self.parameters = dict(zip(self.parameters, update(list(self.parameters.values()), gradients), strict=True))

    def __call__(self, *inputs: Tensor) -> Tensor:
        """What D will say of the inputs."""
        return functional_call(self.discriminator, (self.parameters, self.buffers), inputs)
