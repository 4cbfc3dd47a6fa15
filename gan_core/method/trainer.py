"""The trainer: algorithm 1 of Goodfellow et al. 2014, a step at a time (`train.train` is the generator over it).

One step is k updates of D, each on fresh reals and fresh noise, then one of G (`k_g` of G where asked).
Nothing inside a step waits for the device, and nothing here knows of files, processes or pages.
Looking at a training is `look.probe`, saving it is `method.memory`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from ..config import LIVE, ConfigError, TrainConfig
from ..config.measures import MEASURES
from ..data import DataSet, check_labels, load
from ..networks import build, mixes_batch
from ..networks.conditioning import told
from ..networks.layers import Dropout
from . import hardware
from .augment import augment
from .average import Average
from .clock import Clock
from .guard import Guard
from .objectives import OBJECTIVES, Objective, shown
from .optimisers import OPTIMISERS, Optimiser
from .order import Shuffle, stream
from .penalties import PENALTIES
from .priors import PRIORS
from .report import Report
from .schedule import rates
from .unrolled import Unrolled
from .update import NOBODY, Update, Watcher

Batch = tuple[Tensor, Tensor | None]
"""Real samples (B, *shape) and their labels (B,), or None where nobody is told them."""
Judge = Callable[..., Tensor]
"""From samples, and their labels where it is told them, to logits: D, or D as it will be."""


class Trainer:
    """Two networks, their optimisers, the data and the random streams. `turn()` makes one of `total_steps` steps.

    Raises `DataError` where the data cannot be had, RuntimeError where the device is not there.
    """

    def __init__(self, config: TrainConfig, data: DataSet | None = None):
        self.config = config
        self.plan = hardware.plan(config)
        device = self.plan.device
        self.data = (data or load(config)).to(device)
        check_labels(config, self.data)
        # converting to channels_last only concerns 4-d weights; others are left as they are
        self.generator, self.discriminator = (
            n.to(device).to(memory_format=self.plan.memory_format) for n in build(config)
        )
        self.random = torch.Generator(device).manual_seed(stream(config.seed, "noise"))
        for module in self.discriminator.modules():
            if isinstance(module, Dropout):
                module.random = self.random
        self.average = Average(self.generator, config.ema_half_life) if config.ema_half_life else None
        self.optimiser_d = self._optimiser(config.optimiser_d, self.discriminator, config.lr_d)
        self.optimiser_g = self._optimiser(config.optimiser_g, self.generator, config.lr_g)
        self.order = Shuffle(len(self.data), config.batch_size, stream(config.seed, "order"), device)
        self.step = self.d_updates = 0
        # fixed: neither a live change of k nor a single step moves the end of a run
        self.total_steps = config.total_steps(len(self.data))
        self.clock, self.guard = Clock(device.type == "cpu"), Guard(device)
        self.head_start_left: Iterator[int] | None = None
        self._mixes_batch, self._not_measured = mixes_batch(self.discriminator), torch.full((), math.nan, device=device)

    # ---- algorithm 1

    def turn(self, what: str = "both", watch: Watcher = NOBODY) -> Report:
        """One step: k updates of D and k_g of G, or a single update of `"d"` or `"g"`.

        `watch` looks on, update by update. Raises `NonFiniteError`.
        """
        c = self.config
        of_d, of_g = {"both": (c.k, c.k_g), "d": (1, 0), "g": (0, 1)}[what]
        measures, fake, batch = dict.fromkeys(MEASURES, self._not_measured), None, None
        with self.clock.step(self.images_per_step):
            self._set_rates()
            for _ in self.head_start():
                pass
            for number in range(of_d):
                # a graph through G is worth its cost only for the fakes that G's step scores again
                again = c.reuse_fakes and of_g > 0 and number == of_d - 1
                batch = self._real(self.order.next())
                fake, measured = self._update_d(self.optimiser_d, batch, graph=again, watch=watch)
                measures |= measured
            for number in range(of_g):
                # the fakes' graph serves once
                again = c.reuse_fakes and number == 0
                measures |= self._update_g(fake if again else None, batch, watch=watch)
            self.step += 1
        return Report(self, torch.stack([measures[name] for name in MEASURES]))

    def _update_d(
        self, optimiser: Optimiser, batch: Batch, graph: bool = False, watch: Watcher = NOBODY
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """One update of D on a batch of reals and fresh fakes of the same labels.

        Returns the fakes, with a graph to G where asked, and what was measured.
        """
        c, u = self.config, Update("d", self.discriminator, optimiser, real=batch[0], labels=batch[1])
        watch.begin(u)
        with self.autocast():
            u.z = self.noise(c.batch_size)
            with nullcontext() if graph else torch.no_grad():
                u.fake = told(self.generator, u.z, u.labels)
            u.shown_real, u.shown_fake = self._present(u.real), self._present(u.fake.detach())
            u.real_logits, u.fake_logits = self._score_both(u.network, u.shown_real, u.shown_fake, u.labels)
        game = self.objective.d_loss(u.real_logits, u.fake_logits)
        u.loss = self.loss_d(game, u.real_logits)
        if self.d_updates % c.penalty_every == 0:
            u.penalty = self._penalty(u)
            u.loss = u.loss + c.penalty_weight * c.penalty_every * u.penalty
        norm = self._descend(u, watch)
        self.d_updates += 1
        with torch.no_grad():
            if c.clip:
                torch._foreach_clamp_min_(optimiser.parameters, -c.clip)
                torch._foreach_clamp_max_(optimiser.parameters, c.clip)
            measured = {
                "loss_d": u.loss.detach(),
                # what D ascends; for the original game's objectives that is V(G, D)
                "value": -game.detach(),
                "d_real": shown(self.objective, u.real_logits).mean(),
                "d_fake": shown(self.objective, u.fake_logits).mean(),
                "grad_norm_d": norm,
            }
            if u.penalty is not None:
                measured["penalty"] = u.penalty.detach()
        watch.done(u)
        return u.fake, measured

    def _update_g(self, fake: Tensor | None, batch: Batch | None, watch: Watcher = NOBODY) -> dict[str, Tensor]:
        """One update of G, on `fake` (with its graph) or on fresh fakes; returns what was measured.

        D is frozen, so no gradient of its weights is computed. `batch`: the reals of D's last update, for objectives
        and labels that need some; None where D was not updated in this step.
        """
        c = self.config
        if batch is None and (self.objective.pairs or c.n_classes or c.unrolled):
            index = torch.randint(len(self.data), (c.batch_size,), generator=self.random, device=self.plan.device)
            batch = self._real(index)
        u = Update("g", self.generator, self.optimiser_g)
        if batch is not None:
            u.real, u.labels = batch
        watch.begin(u)
        self._freeze_d(True)
        try:
            with self.autocast():
                if fake is None:
                    u.z = self.noise(c.batch_size)
                    fake = told(self.generator, u.z, u.labels)
                u.fake = fake
                u.shown_fake, judge = self._present(u.fake), self.discriminator
                if self.objective.pairs or c.unrolled:
                    u.shown_real = self._present(u.real)
                if c.unrolled:
                    judge = Unrolled(judge, self.optimiser_d, lambda d: self._loss_ahead(d, u), c.unrolled)
                if self.objective.pairs:
                    u.real_logits, u.fake_logits = self._score_both(judge, u.shown_real, u.shown_fake, u.labels)
                else:
                    u.fake_logits = self.full(told(judge, u.shown_fake, u.labels))
            u.loss = self.objective.g_loss(u.real_logits, u.fake_logits)
            norm = self._descend(u, watch)
        finally:
            self._freeze_d(False)
        if self.average is not None:
            self.average.follow(c.batch_size)
        watch.done(u)
        with torch.no_grad():
            return {
                "loss_g": u.loss.detach(),
                "d_fake_after": shown(self.objective, u.fake_logits).mean(),
                "grad_norm_g": norm,
            }

    def _descend(self, u: Update, watch: Watcher) -> Tensor:
        """Gradient and optimiser step; returns the gradient's norm (a scalar), as it was before clipping."""
        watch.scored(u)
        u.optimiser.zero_grad()
        u.loss.backward()
        watch.graded(u)
        gradients = u.optimiser.gradients()
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        self.guard.admit(u, norm, self.step + 1)
        if self.config.clip_grad:
            torch._foreach_mul_(gradients, (self.config.clip_grad / norm).clamp(max=1.0))
        u.optimiser.step()
        return norm.detach()

    def loss_d(self, game: Tensor, real_logits: Tensor) -> Tensor:
        """What D minimises, its penalty aside: the game's loss, with smoothed labels where asked, scaled."""
        smoothing, more = self.config.label_smoothing, self.objective.smoothing
        smoothed = game + more(real_logits, smoothing) if smoothing and more else game
        return self.config.d_loss_scale * smoothed

    def _loss_ahead(self, judge: Judge, u: Update) -> Tensor:
        """That loss for an unrolled D."""
        logits = self._score_both(judge, u.shown_real, u.shown_fake, u.labels)
        return self.loss_d(self.objective.d_loss(*logits), logits[0])

    def _penalty(self, u: Update) -> Tensor:
        """The gradient penalty before its weight, in full precision: a slope is a difference, and squared.

        The slope is that of what D says of a sample as the data have it: augmentation and instance noise are drawn
        afresh and are part of the function (as in Karras et al. 2020, arXiv:2006.06676, and R3GAN's code).
        """
        labels = u.labels
        return PENALTIES[self.config.penalty](
            # reals and fakes have the same labels, and may be shown together
            lambda x: told(
                self.discriminator, self._present(x), labels if labels is None else labels.repeat(len(x) // len(labels))
            ),
            self.full(u.real),
            self.full(u.fake.detach()),
            self.random,
            self.config.packing,
            self._mixes_batch,
        )

    # ---- its parts

    def _score_both(self, judge: Judge, real: Tensor, fake: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """D's logits on reals and on fakes: in one pass, or in two where D mixes the samples of a batch."""
        if self._mixes_batch:
            return self.full(told(judge, real, labels)), self.full(told(judge, fake, labels))
        both = labels if labels is None else torch.cat([labels, labels])
        real_logits, fake_logits = self.full(told(judge, torch.cat([real.to(fake.dtype), fake]), both)).chunk(2)
        return real_logits, fake_logits

    def _present(self, x: Tensor) -> Tensor:
        """Samples as D is shown them in training: augmented, and under what is left of the instance noise."""
        c = self.config
        x = augment(x, c.augment, self.random)
        left = c.instance_noise * max(0.0, 1 - self.step / c.instance_noise_steps)
        return x + left * torch.randn(x.shape, generator=self.random, device=x.device, dtype=x.dtype) if left else x

    def _freeze_d(self, frozen: bool) -> None:
        for parameter in self.optimiser_d.parameters:
            parameter.requires_grad_(not frozen)

    def _real(self, index: Tensor) -> Batch:
        """The real samples of `index` and their labels, None for those where G and D are not told them."""
        channels_last = self.plan.memory_format is torch.channels_last
        return self.data.batch(index, self.plan.dtype, channels_last=channels_last), self.labels_of(index)

    def labels_of(self, index: Tensor) -> Tensor | None:
        """Labels of the samples of `index`, int64 (n,); None where G and D are not told them."""
        labels = self.data.labels if self.config.n_classes else None
        return None if labels is None else labels.index_select(0, index)

    def noise(self, n: int) -> Tensor:
        """Latent vectors from the training's own stream: (n, latent_dim)."""
        draw = PRIORS[self.config.prior].draw
        return draw(n, self.config.latent_dim, self.random, self.plan.device).to(self.plan.dtype)

    def autocast(self) -> AbstractContextManager:
        """Multiplications in the plan's number format."""
        kind, dtype = self.plan.device.type, self.plan.autocast
        return nullcontext() if dtype is None else torch.autocast(kind, dtype=dtype)

    def full(self, x: Tensor) -> Tensor:
        """In the weights' precision: losses are never computed in bfloat16."""
        return x.to(self.plan.dtype)

    def _optimiser(self, kind: str, network: nn.Module, lr: float) -> Optimiser:
        return OPTIMISERS[kind](network.parameters(), lr, (self.config.beta1, self.config.beta2))

    @property
    def objective(self) -> Objective:
        """The game that is played now."""
        return OBJECTIVES[self.config.objective]

    def players(self) -> tuple[tuple[str, nn.Module, Optimiser], ...]:
        """(name, network, optimiser) of both."""
        g = "generator", self.generator, self.optimiser_g
        return g, ("discriminator", self.discriminator, self.optimiser_d)

    # ---- D's head start

    def head_start(self) -> Iterator[int]:
        """D's head start, one update per `next()`, numbered from 1; the first `turn()` makes what is left of it.

        `pretrain_d` updates by an optimiser of their own, on an order of their own, so that step 1 begins epoch 1.
        """
        if self.step == 0 and self.head_start_left is None:
            self.head_start_left = self._make_head_start()
        yield from self.head_start_left or ()

    def _make_head_start(self) -> Iterator[int]:
        c = self.config
        optimiser = self._optimiser(c.optimiser_d, self.discriminator, c.pretrain_lr)
        order = Shuffle(len(self.data), c.batch_size, stream(c.seed, "order of the head start"), self.plan.device)
        for number in range(1, c.pretrain_d + 1):
            self._update_d(optimiser, self._real(order.next()))
            yield number

    # ---- how far, how fast

    @property
    def images_per_step(self) -> int:
        """Real samples that D sees in a whole step."""
        return self.config.batch_size * self.config.k

    def change(self, **live: float | str) -> None:
        """Take on new values of the fields in `LIVE`.

        Raises `ConfigError` for any other field or value out of range.
        """
        for name in live.keys() - set(LIVE):
            raise ConfigError(name, live[name], f"it cannot change while a run trains; only {', '.join(LIVE)} can")
        self.config = self.config.replace(**live)
        self._set_rates()

    def _set_rates(self) -> None:
        now = rates(self.config, self.step, self.total_steps)
        self.optimiser_d.lr, self.optimiser_g.lr = now.lr_d, now.lr_g
        self.optimiser_d.betas = self.optimiser_g.betas = now.betas

    def wait(self, measures: Tensor) -> list:
        """The measures as numbers, (len(MEASURES),) or (n, len(MEASURES)).

        Waits for the device; raises `NonFiniteError`.
        """
        with self.clock.wait():
            values = measures.tolist()
        self.guard.check()
        return values
