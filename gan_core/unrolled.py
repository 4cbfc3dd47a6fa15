"""What D will be after a few more updates, as a function of what G does now (Metz et al. 2017, arXiv:1611.02163)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from .optimisers import EPS, Adam


class Unrolled:
    """D after `steps` updates of `loss(discriminator)`, differentiable through all of them; called like D itself.

    Each update is Adam's, with its present rate and moments, on `loss` (the trainer's leaves penalty and clipping aside). Neither D nor its
    optimiser is changed, its running statistics included.
    """

    def __init__(self, discriminator: nn.Module, optimiser: Adam, loss: Callable[[Callable[..., Tensor]], Tensor], steps: int):
        self.discriminator = discriminator
        self.buffers = {name: b.clone() for name, b in discriminator.named_buffers()}
        self.parameters = {name: p.detach().requires_grad_() for name, p in discriminator.named_parameters()}
        first, second = list(optimiser.exp_avg), list(optimiser.exp_avg_sq)
        (beta1, beta2), lr = optimiser.betas, optimiser.lr
        counts = [count.double() for count in optimiser.steps]  # 1 - beta^count has few digits left in float32
        for _ in range(steps):
            gradients = torch.autograd.grad(loss(self), list(self.parameters.values()), create_graph=True)
            for i, (name, gradient) in enumerate(zip(self.parameters, gradients, strict=True)):
                counts[i] = counts[i] + 1
                first[i] = beta1 * first[i] + (1 - beta1) * gradient
                second[i] = beta2 * second[i] + (1 - beta2) * gradient.square()
                # eps goes under the root: a unit that gets no gradient would make its slope infinite
                size = (second[i] / (1 - beta2 ** counts[i]).to(gradient.dtype) + EPS**2).sqrt()
                self.parameters[name] = self.parameters[name] - lr * first[i] / (1 - beta1 ** counts[i]).to(gradient.dtype) / size

    def __call__(self, *inputs: Tensor) -> Tensor:
        return functional_call(self.discriminator, (self.parameters, self.buffers), inputs)
