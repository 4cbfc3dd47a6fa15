"""The optimisers: PyTorch's own fused arithmetic, without the classes around it.

torch.optim.Adam imports PyTorch's compiler with its first step: two seconds and 90 MB for every process that trains or
only shows an untrained network, for something never used here, and its bookkeeping is a fifth of a small network's
step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

EPS = 1e-8

Ahead = Callable[[Sequence[Tensor], Sequence[Tensor]], list[Tensor]]
"""From parameters and their gradients to the updated parameters, differentiably; each call is one update further."""


class Optimiser:
    """Updates all parameters in one call from their gradients. No weight decay.

    `lr` and `betas` may be set at any time. `found_inf`: None, or a float tensor on the parameters' device; where it is
    1, `step` changes nothing.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]):
        self.parameters, self.lr, self.betas = list(parameters), lr, betas
        self.found_inf: Tensor | None = None

    def zero_grad(self) -> None:
        """Forgets all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def gradients(self) -> list[Tensor]:
        """The gradient of each parameter, as it came out. Raises RuntimeError where one has none."""
        found = [p.grad for p in self.parameters if p.grad is not None]
        if len(found) != len(self.parameters):
            raise RuntimeError("a parameter has no gradient")
        return found

    def step(self) -> None:
        """One update; all parameters must have a gradient."""
        raise NotImplementedError

    def ahead(self) -> Ahead:
        """The updates that would come, from the present rate and memory, which stay as they are.

        eps goes under the root: at 0 a root has no slope.
        """
        raise NotImplementedError

    def tensors(self) -> dict[str, Tensor]:
        """The whole memory by name, "0.exp_avg" for the first parameter's first moment and so on.

        The tensors themselves, not copies.
        """
        return {}

    def _gradients(self) -> list[Tensor]:
        """The gradients, 0 where something is not finite."""
        found_inf = self.found_inf
        if found_inf is None:
            return self.gradients()
        return [torch.where(found_inf > 0, torch.zeros_like(g), g) for g in self.gradients()]


class Adam(Optimiser):
    """Adam (Kingma and Ba 2014, arXiv:1412.6980). eps 1e-8."""

    SLOTS = ("step", "exp_avg", "exp_avg_sq")

    def __init__(self, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]):
        super().__init__(parameters, lr, betas)
        # moments lie in memory as their parameters do; the fused kernels want a step count for each, which may be the
        # same tensor
        self.exp_avg = [torch.zeros_like(p) for p in self.parameters]
        self.exp_avg_sq = [torch.zeros_like(p) for p in self.parameters]
        self.steps = [torch.zeros((), dtype=torch.float32, device=self.parameters[0].device)] * len(self.parameters)

    @torch.no_grad()
    def step(self) -> None:
        """One update of all parameters by PyTorch's fused kernel."""
        self.steps[0].add_(1)
        torch._fused_adam_(
            self.parameters,
            self.gradients(),
            self.exp_avg,
            self.exp_avg_sq,
            [],
            self.steps,
            lr=self.lr,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0.0,
            eps=EPS,
            amsgrad=False,
            maximize=False,
            grad_scale=None,
            found_inf=self.found_inf,
        )
        if self.found_inf is not None:
            self.steps[0].sub_(self.found_inf)

    def ahead(self) -> Ahead:
        """From the present moments, which stay as they are."""
        first, second = list(self.exp_avg), list(self.exp_avg_sq)
        (beta1, beta2), lr = self.betas, self.lr
        counts = [count.double() for count in self.steps]  # 1 - beta^count has few digits left in float32

        def update(parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> list[Tensor]:
            new = []
            for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
                counts[i] = counts[i] + 1
                first[i] = beta1 * first[i] + (1 - beta1) * gradient
                second[i] = beta2 * second[i] + (1 - beta2) * gradient.square()
                size = (second[i] / (1 - beta2 ** counts[i]).to(gradient.dtype) + EPS**2).sqrt()
                new.append(parameter - lr * first[i] / (1 - beta1 ** counts[i]).to(gradient.dtype) / size)
            return new

        return update

    def tensors(self) -> dict[str, Tensor]:
        """Step count and both moments of each parameter."""
        rows = zip(self.steps, self.exp_avg, self.exp_avg_sq, strict=True)
        return {f"{i}.{slot}": t for i, row in enumerate(rows) for slot, t in zip(self.SLOTS, row, strict=True)}


class RMSProp(Optimiser):
    """Each gradient divided by the root of its mean square (Tieleman and Hinton 2012, lecture 6.5).

    The mean square is remembered with beta2. No momentum, eps 1e-8.
    """

    def __init__(self, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]):
        super().__init__(parameters, lr, betas)
        self.square_avg = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """One update of all parameters."""
        gradients, keep = self._gradients(), self.betas[1]
        if self.found_inf is not None:  # nothing is forgotten either
            keep = torch.where(self.found_inf > 0, 1.0, keep)
        torch._foreach_mul_(self.square_avg, keep)
        torch._foreach_addcmul_(self.square_avg, gradients, gradients, 1 - self.betas[1])
        size = torch._foreach_sqrt(self.square_avg)
        torch._foreach_add_(size, EPS)
        torch._foreach_addcdiv_(self.parameters, gradients, size, -self.lr)

    def ahead(self) -> Ahead:
        """From the present mean squares, which stay as they are."""
        squares, lr, beta2 = list(self.square_avg), self.lr, self.betas[1]

        def update(parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> list[Tensor]:
            squares[:] = [beta2 * s + (1 - beta2) * g.square() for s, g in zip(squares, gradients, strict=True)]
            return [p - lr * g / (s + EPS**2).sqrt() for p, g, s in zip(parameters, gradients, squares, strict=True)]

        return update

    def tensors(self) -> dict[str, Tensor]:
        """The mean square of each parameter's gradient."""
        return {f"{i}.square_avg": t for i, t in enumerate(self.square_avg)}


class SGD(Optimiser):
    """Gradient descent as theory writes it: weights minus rate times gradient, without any memory."""

    @torch.no_grad()
    def step(self) -> None:
        """One update of all parameters."""
        torch._foreach_add_(self.parameters, self._gradients(), alpha=-self.lr)

    def ahead(self) -> Ahead:
        """There is no memory that would change."""
        return lambda parameters, gradients: [p - self.lr * g for p, g in zip(parameters, gradients, strict=True)]


OPTIMISERS: dict[str, type[Optimiser]] = {"adam": Adam, "rmsprop": RMSProp, "sgd": SGD}
