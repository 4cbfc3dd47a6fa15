"""PacGAN's own experiment on mixtures in the plane, several runs at once."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from gan_core import TrainConfig, build
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.optimisers import Adam
from gan_core.method.order import stream


class PacGAN:
    """PacGAN's experiment on a mixture in the plane (arXiv:1712.04086, section 4.1, and its code), many runs at once.

    The pair `maxout` of gan_core, batches of 100 packs, Adam(1e-4, beta1 0.8) and the non-saturating loss; both
    networks' gradients are taken at the same weights, then both are updated. Each run has 100,000 fixed samples; each
    of a pack's m places has its own resampling of them. G's batch norm takes the statistics of 100 samples at a time,
    one batch for each place in the pack; evaluation uses the running ones.
    """

    BATCH, LR, BETAS, LATENT, COUNT, MOMENTUM = 100, 1e-4, (0.8, 0.999), 2, 100_000, 0.05

    def __init__(
        self,
        data: str,
        packing: int,
        seeds: Iterable[int],
        device: torch.device | str = "cpu",
        count: int | None = None,
    ):
        from gan_core.data import DISTRIBUTIONS

        self.packing, self.seeds, self.device, count = packing, list(seeds), torch.device(device), count or self.COUNT
        config = TrainConfig(
            data=data,
            resolution=None,
            architecture="maxout",
            width=None,
            latent_dim=self.LATENT,
            packing=packing,
            batch_size=100 * packing,
        )
        pairs = [build(config.replace(seed=seed)) for seed in self.seeds]
        linears = [[[m for m in net.modules() if isinstance(m, nn.Linear)] for net in pair] for pair in pairs]
        self.pieces = next(m.pieces for m in linears[0][1] if hasattr(m, "pieces"))
        norm = next(m for m in pairs[0][0].modules() if isinstance(m, nn.BatchNorm1d))
        self.eps, hidden = norm.eps, len(linears[0][0]) - 1

        def stacked(which: int, layer: int, name: str) -> Tensor:
            tensors = [getattr(of_seed[which][layer], name).detach() for of_seed in linears]
            return (
                torch.stack([t.mT if t.ndim == 2 else t[None] for t in tensors])
                .contiguous()
                .to(self.device)
                .requires_grad_()
            )

        self.g_weights = [stacked(0, layer, "weight") for layer in range(hidden + 1)]
        width = self.g_weights[0].shape[2]
        self.scales = [
            torch.ones(len(self.seeds), 1, 1, width, device=self.device, requires_grad=True) for _ in range(hidden)
        ]
        self.shifts = [
            torch.zeros(len(self.seeds), 1, 1, width, device=self.device, requires_grad=True) for _ in range(hidden)
        ]
        self.last_bias = stacked(0, hidden, "bias")
        self.d_weights = [stacked(1, layer, "weight") for layer in range(len(linears[0][1]))]
        self.d_biases = [stacked(1, layer, "bias") for layer in range(len(linears[0][1]))]
        self.g_parameters = [*self.g_weights, *self.scales, *self.shifts, self.last_bias]
        self.d_parameters = [*self.d_weights, *self.d_biases]
        self.optimiser_g, self.optimiser_d = (
            Adam(p, self.LR, self.BETAS) for p in (self.g_parameters, self.d_parameters)
        )
        self.means = [torch.zeros_like(s) for s in self.scales]
        self.variances = [torch.ones_like(s) for s in self.scales]
        draws = [
            DISTRIBUTIONS[data].sample(count, torch.Generator().manual_seed(stream(seed, "data")))[0]
            for seed in self.seeds
        ]
        self.data = torch.stack(draws).to(self.device)
        self.random = torch.Generator(self.device).manual_seed(stream(self.seeds[0], "noise"))
        self.places = torch.randint(count, (len(self.seeds), count, packing), generator=self.random, device=self.device)
        self.objective = OBJECTIVES["non-saturating"]
        self.updates = 0

    @property
    def per_epoch(self) -> int:
        return self.data.shape[1] // self.BATCH

    def generate(self, z: Tensor, training: bool) -> Tensor:
        """z (S, m, B, latent) -> (S, m, B, D); in training each [s, m] is a batch of its own."""
        x, (runs, places, batch) = z, z.shape[:3]
        for layer, (scale, shift) in enumerate(zip(self.scales, self.shifts, strict=True)):
            x = torch.bmm(x.reshape(runs, places * batch, -1), self.g_weights[layer]).view(runs, places, batch, -1)
            mean, variance = self.means[layer], self.variances[layer]
            if training:
                variance, mean = torch.var_mean(x, 2, correction=0, keepdim=True)
                with torch.no_grad():
                    self.means[layer].lerp_(mean.mean(1, True), self.MOMENTUM)
                    self.variances[layer].lerp_(variance.mean(1, True), self.MOMENTUM)
            x = ((x - mean) * ((variance + self.eps).rsqrt() * scale) + shift).relu_()
        return torch.baddbmm(self.last_bias, x.reshape(runs, places * batch, -1), self.g_weights[-1]).view(
            runs, places, batch, -1
        )

    def judge(self, x: Tensor) -> Tensor:
        """Packs (S, B, m D) -> logits (S, B)."""
        for weight, bias in zip(self.d_weights[:-1], self.d_biases[:-1], strict=True):
            x = torch.baddbmm(bias, x, weight).unflatten(2, (self.pieces, -1)).amax(2)
        return torch.baddbmm(self.d_biases[-1], x, self.d_weights[-1]).squeeze(2)

    def update(self) -> None:
        """One update of both networks."""
        at = self.updates % self.per_epoch
        runs = len(self.seeds)
        if at == 0:
            self._order = torch.rand(runs, self.data.shape[1], generator=self.random, device=self.device).argsort(1)
        rows = self._order[:, at * self.BATCH : (at + 1) * self.BATCH]
        each = torch.arange(runs, device=self.device)[:, None, None]
        index = self.places.gather(1, rows[:, :, None].expand(-1, -1, self.packing))
        real = self.data[each, index].flatten(2)
        fake = self.generate(
            torch.randn(runs, self.packing, self.BATCH, self.LATENT, generator=self.random, device=self.device), True
        )
        side_by_side = fake.transpose(1, 2).flatten(2)
        scored = side_by_side.detach().requires_grad_()
        # the mean over all logits is the mean of the runs' losses: times their number, each has its own gradient
        fake_logits = self.judge(scored).flatten()
        d_loss = runs * self.objective.d_loss(self.judge(real).flatten(), fake_logits)
        d_grads = torch.autograd.grad(d_loss, self.d_parameters, retain_graph=True)
        (by_fake,) = torch.autograd.grad(runs * self.objective.g_loss(None, fake_logits), scored)
        g_grads = torch.autograd.grad(side_by_side, self.g_parameters, by_fake)
        for parameters, grads, optimiser in (
            (self.d_parameters, d_grads, self.optimiser_d),
            (self.g_parameters, g_grads, self.optimiser_g),
        ):
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.grad = grad.contiguous()  # the fused kernel reads memory in order, whatever the strides say
            optimiser.step()
        self.updates += 1

    @torch.no_grad()
    def sample(self, n: int) -> Tensor:
        """Samples of each run by running statistics: (S, n, D), on the CPU; always the same noise, as published."""
        random = torch.Generator(self.device).manual_seed(stream(self.seeds[0], "evaluation"))
        return self.generate(
            torch.randn(len(self.seeds), 1, n, self.LATENT, generator=random, device=self.device), False
        )[:, 0].cpu()
