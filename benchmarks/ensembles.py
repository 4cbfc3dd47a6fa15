"""Several seeds of one configuration trained at once, in networks with a leading dimension of seeds.

    ensemble = Ensemble(config, seeds=range(10))     # fully connected networks, any objective, gradient penalties
    ensemble.step()                                  # one step of each, as gan_core's Trainer makes it
    ensemble.sample(2500)                            # (10, 2500, D)

Small networks are bound by the number of calls: ten of them side by side make as many calls as one. Every seed draws
what `Trainer` would draw from its own random streams, so that an ensemble is S runs of the trainer up to rounding (a
test holds it to that).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from gan_core import PRIORS, TrainConfig, build
from gan_core.data import load
from gan_core.method.average import RAMP
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.optimisers import Adam
from gan_core.method.order import Shuffle, stream
from gan_core.method.penalties import EPS
from gan_core.networks.conditioning import Pack

# backward of LeakyReLU: `out` and `grad` may be the same tensor
_through_leaky = torch.ops.aten.leaky_relu_backward.grad_input


class Layers:
    """S multilayer perceptrons of one shape, their derivatives written out; in the networks' precision, on the CPU.

    Linear layers with LeakyReLU between them are piecewise linear. With a_l the layers' inputs, m_l the activation's
    slopes and u_l the derivative of the logit by layer l's output, the gradient by the input is g = W_1 u_1, and the
    derivative of any function of g by the weights is t_l^T u_l, where t_0 = v is that function's derivative by g and
    t_l = m_l (t_(l-1) W_l) is v carried forward. A loss with derivative c by the logit and a gradient penalty thus
    share one product for each layer, (c a_l + t_l)^T u_l: four matrix products a layer instead of the six of
    automatic differentiation, and nothing to build or to free.
    """

    def __init__(self, networks: list[nn.Module]):
        linears = [[m for m in network.modules() if isinstance(m, nn.Linear)] for network in networks]
        for network in networks:
            extra = {type(m) for m in network.modules()} - {nn.Sequential, nn.Flatten, nn.Linear, nn.LeakyReLU, Pack}
            if extra or not linears[0]:
                raise ValueError(
                    "only linear layers and LeakyReLU can be stacked, not "
                    f"{', '.join(sorted(t.__name__ for t in extra)) or 'nothing'}"
                )
        self.slope = next((m.negative_slope for m in networks[0].modules() if isinstance(m, nn.LeakyReLU)), 1.0)
        self.sizes = [linears[0][0].in_features, *(m.out_features for m in linears[0])]
        self.seeds = len(networks)
        pairs = list(zip(self.sizes, self.sizes[1:], strict=False))
        self.flat = torch.empty(self.seeds * sum(i * o + o for i, o in pairs), dtype=linears[0][0].weight.dtype)
        """All parameters, so that the optimiser and the average each take one call."""
        self.flat.grad = torch.empty_like(self.flat)
        self.weights, self.biases = self._views(self.flat, pairs)
        self.weight_grads, self.bias_grads = self._views(self.flat.grad, pairs)
        for layer, of_layer in enumerate(zip(*linears, strict=True)):
            self.weights[layer].copy_(torch.stack([m.weight.detach().mT for m in of_layer]))
            self.biases[layer].copy_(torch.stack([m.bias.detach()[None] for m in of_layer]))
        self._memory: dict[tuple, Tensor] = {}

    def _views(self, flat: Tensor, pairs: list[tuple[int, int]]) -> tuple[list[Tensor], list[Tensor]]:
        """(S, inputs, outputs) and (S, 1, outputs) of each layer."""
        weights, biases, at = [], [], 0
        for i, o in pairs:
            for shape, views in (((self.seeds, i, o), weights), ((self.seeds, 1, o), biases)):
                views.append(flat[at : at + math.prod(shape)].view(shape))
                at += math.prod(shape)
        return weights, biases

    def _scratch(self, *key, shape: tuple[int, ...]) -> Tensor:
        """Memory for a result, the same at every step: fresh memory of this size costs more than filling it."""
        found = self._memory.get(key)
        if found is None or found.shape != shape:
            found = self._memory[key] = self.flat.new_empty(shape)
        return found

    def write(self, networks: list[nn.Module], flat: Tensor | None = None) -> None:
        """The parameters back into single networks."""
        weights, biases = self._views(
            self.flat if flat is None else flat, list(zip(self.sizes, self.sizes[1:], strict=False))
        )
        with torch.no_grad():
            for seed, network in enumerate(networks):
                for layer, module in enumerate(m for m in network.modules() if isinstance(m, nn.Linear)):
                    module.weight.copy_(weights[layer][seed].mT)
                    module.bias.copy_(biases[layer][seed, 0])

    def forward(self, x: Tensor, purpose: str = "") -> list[Tensor]:
        """x (S, N, inputs) -> [x, output of each layer after its activation].

        Valid until the next call with the same purpose and N.
        """
        found = [x]
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            out = self._scratch(purpose, "a", layer, x.shape[1], shape=(self.seeds, x.shape[1], weight.shape[2]))
            torch.baddbmm(bias, found[-1], weight, out=out)
            found.append(torch.nn.functional.leaky_relu_(out, self.slope) if layer < len(self.weights) - 1 else out)
        return found

    def adjoints(self, outputs: list[Tensor], top: Tensor) -> list[Tensor]:
        """Derivatives by each layer's output before its activation.

        `top` (S, N, outputs): the derivative by the last. `outputs`: of `forward`.
        """
        found = [top]
        for layer in range(len(self.weights) - 1, 0, -1):
            weight = self.weights[layer].mT
            out = self._scratch("u", layer, top.shape[1], shape=(self.seeds, top.shape[1], weight.shape[2]))
            (torch.mul if weight.shape[1] == 1 else torch.bmm)(found[0], weight, out=out)
            found.insert(0, _through_leaky(out, outputs[layer], self.slope, True, grad_input=out))
        return found

    def by_input(self, first: Tensor) -> Tensor:
        """Derivative by the input, (S, N, inputs), given that by the first layer's output."""
        return torch.bmm(first, self.weights[0].mT)

    def carried(self, v: Tensor, outputs: list[Tensor]) -> list[Tensor]:
        """v (S, N, inputs) carried forward along the linear pieces that `outputs` lie in.

        [v, t_1, ...], one for each layer's input.
        """
        found = [v]
        for layer, weight in enumerate(self.weights[:-1]):
            out = self._scratch("t", layer, v.shape[1], shape=(self.seeds, v.shape[1], weight.shape[2]))
            torch.bmm(found[-1], weight, out=out)
            found.append(_through_leaky(out, outputs[layer + 1], self.slope, True, grad_input=out))
        return found

    def set_grads(self, inputs: list[Tensor], adjoints: list[Tensor], bias_weight: Tensor | None = None) -> None:
        """Gradients of all parameters.

        `bias_weight` (S, N, 1): what each sample's adjoint counts in the biases' gradients; None is 1.
        """
        for layer, (a, u) in enumerate(zip(inputs, adjoints, strict=True)):
            torch.bmm(a.mT, u, out=self.weight_grads[layer])
            if bias_weight is None:
                torch.sum(u, 1, True, out=self.bias_grads[layer])
            else:
                torch.bmm(bias_weight.mT, u, out=self.bias_grads[layer])


# --------------------------------------------------------------------------- training

UNDERSTOOD = {
    *(
        "data",
        "resolution",
        "batch_size",
        "architecture",
        "width",
        "depth",
        "latent_dim",
        "prior",
        "init",
        "objective",
        "weight_clip",
        "penalty",
    ),
    *(
        "penalty_weight",
        "penalty_every",
        "k",
        "d_loss_scale",
        "packing",
        "ema_half_life",
        "lr_d",
        "lr_g",
        "beta1",
        "beta2",
        "anneal",
        "anneal_steps",
    ),
    *("lr_end", "beta2_end", "epochs", "steps", "seed", "samples", "precision", "device"),
}
"""Fields of a configuration that an ensemble follows; the others must be at their defaults."""


def evaluation_noise(config: TrainConfig, n: int) -> Tensor:
    """n latent vectors that only evaluation sees: float32 (n, latent_dim), on the CPU; they depend on `config.seed`."""
    return PRIORS[config.prior].draw(
        n, config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "evaluation")), None
    )


class Ensemble:
    """One configuration trained from several seeds at once. Raises ValueError for what it cannot do as `Trainer` would.

    `config.steps` is the length of the run. The data are those of `gan_core.data.load`, the same for all seeds.
    """

    def __init__(self, config: TrainConfig, seeds: Iterable[int]):
        plain = TrainConfig()
        odd = [
            f.name
            for f in dataclasses.fields(config)
            if f.name not in UNDERSTOOD and getattr(config, f.name) != getattr(plain, f.name)
        ]
        if odd or config.steps is None or config.penalty == "dragan":
            raise ValueError(
                f"an ensemble needs a number of steps, no dragan, and cannot follow: {', '.join(odd) or 'nothing else'}"
            )
        self.config, self.seeds = config, list(seeds)
        self.networks = [build(config.replace(seed=seed)) for seed in self.seeds]
        self.generator, self.discriminator = (Layers([pair[i] for pair in self.networks]) for i in (0, 1))
        self.average = self.generator.flat.clone()
        self.optimiser_d, self.optimiser_g = (
            Adam([n.flat], 0.0, (0.0, 0.0)) for n in (self.discriminator, self.generator)
        )
        self.data = load(config).samples.to(self.generator.flat)
        self.random = [torch.Generator().manual_seed(stream(seed, "noise")) for seed in self.seeds]
        self.orders = [
            Shuffle(len(self.data), config.batch_size, stream(seed, "order"), self.data.device) for seed in self.seeds
        ]
        self.objective = OBJECTIVES[config.objective]
        self.steps = self.d_updates = 0

    @torch.no_grad()
    def step(self) -> None:
        """k updates of D, then one of G, on the fakes that D has just learnt from."""
        c = self.config
        self._anneal()
        for _ in range(c.k):
            real = self.data[torch.stack([order.next() for order in self.orders])]
            drawn = self.generator.forward(
                self._draw(lambda random: PRIORS[c.prior].draw(c.batch_size, c.latent_dim, random, None)), "training"
            )
            self._update_d(real, drawn[-1])
        self._update_g(real, drawn)
        self.steps += 1

    def _update_d(self, real: Tensor, fake: Tensor) -> None:
        c, d = self.config, self.discriminator
        real, fake = self._packed(real), self._packed(fake)
        n = real.shape[1]
        points, sloped = [real, fake], slice(0, 0)
        weight = c.penalty_weight * c.penalty_every if self.d_updates % c.penalty_every == 0 else 0.0
        if c.penalty != "none" and weight:
            sloped = {
                "r1": slice(0, n),
                "r2": slice(n, 2 * n),
                "r1+r2": slice(0, 2 * n),
                "wgan-gp": slice(2 * n, 3 * n),
            }[c.penalty]
        if sloped.start == 2 * n:
            # one coefficient for each pack, as `wgan_gp` draws them
            at = self._draw(lambda random: torch.rand(n, generator=random, dtype=self.data.dtype))
            points.append(torch.lerp(fake, real, at.unsqueeze(2)))
        outputs = d.forward(torch.cat(points, 1), "d")
        logits = outputs[-1].squeeze(2)
        c_real, c_fake = self._by_logits(self.objective.d_loss, logits[:, :n], logits[:, n : 2 * n])
        by_logit = torch.zeros_like(logits)
        by_logit[:, :n], by_logit[:, n : 2 * n] = c.d_loss_scale * c_real, c.d_loss_scale * c_fake
        by_logit = by_logit.unsqueeze(2)
        adjoints = d.adjoints(outputs, torch.ones_like(by_logit))
        inputs = [
            torch.mul(a, by_logit, out=d._scratch("q", i, a.shape[1], shape=a.shape))
            for i, a in enumerate(outputs[:-1])
        ]
        if sloped.stop:
            slopes = d.by_input(adjoints[0][:, sloped])
            for sum_, t in zip(
                inputs, d.carried(self._by_slopes(slopes) * (weight / n), [o[:, sloped] for o in outputs]), strict=True
            ):
                sum_[:, sloped] += t
        d.set_grads(inputs, adjoints, by_logit)
        self.optimiser_d.step()
        self.d_updates += 1
        if c.clip:
            d.flat.clamp_(-c.clip, c.clip)

    def _by_slopes(self, g: Tensor) -> Tensor:
        """Derivative of n times the penalty (before its weight) by D's gradients g (S, n, inputs)."""
        if self.config.penalty != "wgan-gp":
            return g  # of |g|^2 / 2
        norm = (g.square().sum(2, True) + EPS).sqrt()
        return 2 * (norm - 1) / norm * g

    def _update_g(self, real: Tensor, drawn: list[Tensor]) -> None:
        c, d, g = self.config, self.discriminator, self.generator
        fake = drawn[-1]
        real_logits = d.forward(self._packed(real), "real")[-1].squeeze(2) if self.objective.pairs else None
        outputs = d.forward(self._packed(fake), "fake")
        by_logit = self._by_logits(self.objective.g_loss, real_logits, outputs[-1].squeeze(2))[1]
        by_fake = d.by_input(d.adjoints(outputs, by_logit.unsqueeze(2))[0])
        g.set_grads(drawn[:-1], g.adjoints(drawn, by_fake.view(fake.shape)))
        self.optimiser_g.step()
        if c.ema_half_life:
            seen = self.steps * c.batch_size
            half_life = min(c.ema_half_life, RAMP * seen)
            self.average.lerp_(g.flat, 1 - (0.5 ** (c.batch_size / half_life) if half_life else 0.0))

    def _by_logits(self, loss: Callable, real: Tensor | None, fake: Tensor) -> tuple[Tensor | None, Tensor]:
        """Derivatives of each seed's loss by its own logits (S, n)."""
        with torch.enable_grad():
            leaves = [t if t is None else t.detach().requires_grad_() for t in (real, fake)]
            each = torch.vmap(loss)(*leaves) if real is not None else torch.vmap(lambda f: loss(None, f))(leaves[1])
            given = [t for t in leaves if t is not None]
            found = list(torch.autograd.grad(each.sum(), given, allow_unused=True, materialize_grads=True))
        return (found[0] if real is not None else None), found[-1]

    def _packed(self, x: Tensor) -> Tensor:
        """(S, N, D) -> (S, N / m, m D)."""
        return x.reshape(len(x), x.shape[1] // self.config.packing, -1)

    def _draw(self, draw: Callable[[torch.Generator], Tensor]) -> Tensor:
        """One draw from each seed's own stream, stacked."""
        return torch.stack([draw(random) for random in self.random]).to(self.data)

    def _anneal(self) -> None:
        """Learning rates and Adam's second memory as `Trainer` has them at this step."""
        c = self.config
        past = min(1.0, self.steps / (c.anneal_steps or c.steps)) if c.anneal != "none" else 0.0
        if c.anneal == "cosine":
            past = (1 - math.cos(math.pi * past)) / 2
        share, beta2 = (
            1 + past * (c.lr_end - 1),
            c.beta2 if c.beta2_end is None else c.beta2 + past * (c.beta2_end - c.beta2),
        )
        for optimiser, lr in ((self.optimiser_d, c.lr_d), (self.optimiser_g, c.lr_g)):
            optimiser.lr, optimiser.betas = lr * share, (c.beta1, beta2)

    @torch.no_grad()
    def sample(self, n: int) -> Tensor:
        """n samples of each seed's G, or of its average where there is one, from noise of its own: (S, n, D)."""
        c = self.config
        z = torch.stack(
            [
                PRIORS[c.prior].draw(n, c.latent_dim, torch.Generator().manual_seed(stream(seed, "evaluation")), None)
                for seed in self.seeds
            ]
        ).to(self.data)
        if not c.ema_half_life:
            return self.generator.forward(z, "evaluation")[-1].clone()
        kept = self.generator.flat.clone()
        self.generator.flat.copy_(self.average)
        try:
            return self.generator.forward(z, "evaluation")[-1].clone()
        finally:
            self.generator.flat.copy_(kept)
