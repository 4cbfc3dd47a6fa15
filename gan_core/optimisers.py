"""The optimiser: PyTorch's own fused arithmetic, without the class around it.

torch.optim.Adam imports PyTorch's compiler with its first step: two seconds and 90 MB for every process that trains or only
shows an untrained network, for something never used here, and its bookkeeping is a tenth of a small network's step.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim.adam import adam

EPS = 1e-8


class Adam:
    """Adam (Kingma and Ba 2014, arXiv:1412.6980) over all parameters in one call. eps 1e-8, no weight decay.

    `lr` and `betas` may be set at any time. `found_inf`: None, or a float tensor on the parameters' device; where it is 1, `step` changes nothing.
    """

    SLOTS = ("step", "exp_avg", "exp_avg_sq")

    def __init__(self, parameters: Iterable[Tensor], lr: float, betas: tuple[float, float]):
        self.parameters, self.lr, self.betas = list(parameters), lr, betas
        self.found_inf: Tensor | None = None
        # moments lie in memory as their parameters do; one step count each, as the fused kernels want it
        self.exp_avg = [torch.zeros_like(p) for p in self.parameters]
        self.exp_avg_sq = [torch.zeros_like(p) for p in self.parameters]
        self.steps = [torch.zeros((), dtype=torch.float32, device=p.device) for p in self.parameters]

    def zero_grad(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One update from the parameters' gradients; all must have one."""
        adam(
            self.parameters,
            [p.grad for p in self.parameters],
            self.exp_avg,
            self.exp_avg_sq,
            [],
            self.steps,
            fused=True,
            found_inf=self.found_inf,
            amsgrad=False,
            beta1=self.betas[0],
            beta2=self.betas[1],
            lr=self.lr,
            weight_decay=0.0,
            eps=EPS,
            maximize=False,
        )

    def tensors(self) -> dict[str, Tensor]:
        """The whole state by name, "0.exp_avg" for the first parameter's first moment and so on. The tensors themselves, not copies."""
        rows = zip(self.steps, self.exp_avg, self.exp_avg_sq, strict=True)
        return {f"{i}.{slot}": t for i, row in enumerate(rows) for slot, t in zip(self.SLOTS, row, strict=True)}
