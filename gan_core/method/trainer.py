"""The step-wise trainer: `train(config)` is a generator that yields a `Report` after every step.

One step is k updates of D, each on fresh reals and fresh noise, then one of G (Goodfellow et al. 2014, algorithm 1; `k_g` of G where asked).
Nothing inside a step waits for the device, and nothing here knows of files, processes or pages.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from ..config import LIVE, ConfigError, TrainConfig
from ..data import DataSet, check_labels, load
from ..networks import as_in_training, build, mixes_batch
from ..networks.layers import Dropout
from . import hardware
from .augment import augment
from .average import Average
from .objectives import OBJECTIVES, Objective, shown
from .optimisers import OPTIMISERS, Optimiser
from .penalties import PENALTIES, Penalty
from .priors import PRIORS
from .unrolled import Unrolled

MEASURES = ("loss_d", "loss_g", "value", "d_real", "d_fake", "d_fake_after", "grad_norm_d", "grad_norm_g", "penalty")
"""What every step measures on the device, in the order of `Report.measures`. `penalty` is before its weight, nan where it was not computed."""

TURNS = ("both", "d", "g")
"""What one step may consist of: a whole step, or a single update of one network."""


Batch = tuple[Tensor, Tensor | None]
"""Real samples (B, *shape) and their labels (B,), or None where nobody is told them."""

WATCHED = 64
"""Samples in the batch that is looked at, at the least: fewer make poor batch statistics."""


class NonFiniteError(ArithmeticError):
    """A tensor stopped being finite. The update that would have used it was not made, so the weights still are; the step is half done."""

    def __init__(self, step: int, tensor: str):
        self.step, self.tensor = step, tensor
        super().__init__(
            f"At step {step:,} the {tensor} stopped being finite. The learning rates are probably too large for this objective."
        )


def stream(seed: int, name: str) -> int:
    """A seed for one of a run's independent random streams; different names give unrelated streams."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=7).digest(), "big")


def _watched(config: TrainConfig) -> int:
    """How many fixed samples there are: those on show, and what it takes for steady batch statistics and full packs."""
    return -(-max(config.shown, WATCHED) // config.packing) * config.packing


def fixed_noise(config: TrainConfig) -> Tensor:
    """The noise that is drawn again and again to watch a run learn: float32 (n, latent_dim) with n >= WATCHED, on the CPU.

    The first `config.shown` are on show; the others only steady the batch statistics. With class labels each class has the same noise vectors.
    """
    n = _watched(config)
    z = PRIORS[config.prior].draw(
        n, config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "fixed noise")), None
    )
    if config.grid:
        rows, columns = config.grid
        z[: config.shown] = z[:columns].repeat(rows, 1)
    return z


def fixed_labels(config: TrainConfig) -> Tensor | None:
    """The labels that go with the fixed noise, a class after the other: int64 (n,), on the CPU; None where there are no classes."""
    if not config.grid:
        return None
    rows, columns = config.grid
    return torch.cat(
        [
            torch.arange(rows).repeat_interleave(columns),
            torch.arange(_watched(config) - config.shown) % config.n_classes,
        ]
    )


def fixed_reals(config: TrainConfig, data: DataSet) -> Tensor:
    """Indices of the real samples shown beside the fixed noise: int64 (as many,), on the data's device; some twice if the data are few."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(stream(config.seed, "fixed reals")))
    return order[torch.arange(_watched(config)) % len(data)].to(data.samples.device)


class Shuffle:
    """Batches of indices without end: every sample once per epoch, in an order that depends on (seed, epoch) alone.

    A batch may straddle two epochs, so all are full. `position` counts the samples handed out and is the whole state.
    """

    def __init__(self, size: int, batch: int, seed: int, device: torch.device):
        self.size, self.batch, self.seed, self.device = size, batch, seed, device
        self.position = 0
        self._epoch, self._order = -1, torch.empty(0, dtype=torch.int64)

    @property
    def epoch(self) -> int:
        """1-based number of the epoch in which the last batch began."""
        return max(self.position - self.batch, 0) // self.size + 1

    @property
    def completed(self) -> int:
        """Number of epochs of which every sample has been handed out."""
        return self.position // self.size

    def next(self) -> Tensor:
        """int64 (batch,)."""
        parts, missing = [], self.batch
        while missing:
            epoch, start = divmod(self.position, self.size)
            if epoch != self._epoch:
                random = torch.Generator(self.device).manual_seed(stream(self.seed, f"order of epoch {epoch}"))
                self._epoch, self._order = epoch, torch.randperm(self.size, generator=random, device=self.device)
            parts.append(self._order[start : start + missing])
            self.position += len(parts[-1])
            missing -= len(parts[-1])
        return parts[0] if len(parts) == 1 else torch.cat(parts)


class Report:
    """What one step did. Valid until the generator is resumed, except for `step`, `epoch` and `metrics()`.

    `step`: 1-based number of the step. `epoch`: 1-based number of the pass over the data. `seconds`: time spent training so far.
    `measures`: float tensor (len(MEASURES),) still on the device; nan where the step did not measure (a step of D alone has no loss_g).
    """

    __slots__ = ("step", "epoch", "seconds", "images_per_second", "measures", "trainer")

    def __init__(self, trainer: Trainer, measures: Tensor):
        self.trainer, self.measures = trainer, measures
        self.step, self.epoch, self.seconds = trainer.step, trainer.order.epoch, trainer.seconds
        self.images_per_second = trainer.images_per_second

    def metrics(self) -> dict[str, float]:
        """All quantities of the step by name. The only thing here that waits for the device."""
        values = self.trainer.wait(self.measures)
        return {
            "step": self.step,
            "epoch": self.epoch,
            **dict(zip(MEASURES, values, strict=True)),
            "images_per_second": self.images_per_second,
            "seconds": self.seconds,
        }

    def state(self) -> dict[str, Any]:
        """The whole state of the training, copied: pass it to `train` to go on, bit for bit on the CPU."""
        if self.step != self.trainer.step:
            raise RuntimeError(
                "the training has moved on since this report; take its state before asking for the next one"
            )
        return self.trainer.state()


class Trainer:
    """Two networks, their optimisers, the data and the random streams. `turn()` makes one step.

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
            n.to(device, memory_format=self.plan.memory_format) for n in build(config)
        )
        self.random = torch.Generator(device).manual_seed(stream(config.seed, "noise"))
        for module in self.discriminator.modules():
            if isinstance(module, Dropout):
                module.random = self.random
        self.average = Average(self.generator, config.ema_half_life) if config.ema_half_life else None
        self._mixes_batch = mixes_batch(self.discriminator)
        self.optimiser_d = self._optimiser(config.optimiser_d, self.discriminator, config.lr_d)
        self.optimiser_g = self._optimiser(config.optimiser_g, self.generator, config.lr_g)
        self.order = Shuffle(len(self.data), config.batch_size, stream(config.seed, "order"), device)
        labels = fixed_labels(config)
        self.fixed_noise, self.fixed_labels = (
            fixed_noise(config).to(device),
            None if labels is None else labels.to(device),
        )
        chosen = fixed_reals(config, self.data)
        self.fixed_reals, self._fixed_real_labels = self.data.batch(chosen), self._labels_of(chosen)
        self.step = self.d_updates = 0
        self.seconds = self.images_per_second = 0.0
        self._waited = 0, 0.0
        self._nothing = torch.full((), float("nan"), device=device)
        self._head_start: Iterator[int] | None = None
        # on a GPU: 1 once anything was not finite, and when that was, as 2 * step (+ 1 for G)
        self._broken, self._broken_at = (
            torch.zeros((), device=device),
            torch.zeros((), device=device, dtype=torch.int64),
        )

    # ---- one step

    @property
    def total_steps(self) -> int:
        """The step at which the run will be finished: `config.steps`, or however many the rest of its epochs take with the present k."""
        if self.config.steps is not None:
            return self.config.steps
        return self.step + max(
            0, math.ceil((self.config.epochs * len(self.data) - self.order.position) / self._per_step)
        )

    @property
    def total_epochs(self) -> int:
        """The epoch in which the run will end."""
        if self.config.steps is None:
            return self.config.epochs
        end = self.order.position + (self.total_steps - self.step) * self._per_step
        return max(end - self.config.batch_size, 0) // len(self.data) + 1

    @property
    def _per_step(self) -> int:
        return self.config.batch_size * self.config.k

    def turn(self, what: str = "both") -> Report:
        """One step: k updates of D and k_g of G, or a single update of `"d"` or `"g"`. Raises `NonFiniteError`."""
        begin = time.perf_counter()
        c, measures, fake, batch = self.config, dict.fromkeys(MEASURES, self._nothing), None, None
        self._anneal()
        for _ in self.head_start():
            pass
        if what != "g":
            updates = c.k if what == "both" else 1
            for update in range(updates):
                # a graph through G is worth its cost only for the fakes that G's step scores again
                again = c.reuse_fakes and what == "both" and update == updates - 1
                batch = self._real(self.order.next())
                fake = self._update_d(self.optimiser_d, batch, measures, graph=again)
        if what != "d":
            for update in range(c.k_g if what == "both" else 1):
                # the fakes' graph serves once
                self._update_g(fake if c.reuse_fakes and update == 0 else None, batch, measures)
        self.step += 1
        took = time.perf_counter() - begin
        self.seconds += took
        if self.plan.device.type == "cpu":
            rate = self._per_step / max(took, 1e-9)
            # an average over roughly the last second
            self.images_per_second += (
                min(1.0, took) * (rate - self.images_per_second) if self.images_per_second else rate
            )
        return Report(self, torch.stack(list(measures.values())))

    def steps(self) -> Generator[Report, Mapping[str, Any] | None, None]:
        """Turns until the configuration's total is reached; see `train` for what `send()` takes."""
        sent: Mapping[str, Any] | None = None
        while self.step < self.total_steps:
            live = dict(sent or {})
            what = live.pop("turn", "both")
            if what not in TURNS:
                raise ConfigError("turn", what, f"use one of {', '.join(TURNS)}")
            if live:
                self.change(**live)
            sent = yield self.turn(what)

    def _update_d(self, optimiser: Optimiser, batch: Batch, measures: dict[str, Tensor], graph: bool = False) -> Tensor:
        """One update of D on a batch of reals and fresh fakes of the same labels; returns the fakes, with a graph to G where asked."""
        c, (real, labels) = self.config, batch
        with self._autocast():
            with nullcontext() if graph else torch.no_grad():
                fake = call(self.generator, self.noise(c.batch_size), labels)
            real, scored = self._present(real), self._present(fake.detach())
            real_logits, fake_logits = self._score_both(self.discriminator, real, scored, labels)
        game = self.objective.d_loss(real_logits, fake_logits)
        loss = self._loss_d(game, real_logits)
        if self.d_updates % c.penalty_every == 0:
            # in full precision: a slope is a difference, and squared
            penalty = self.penalty(
                lambda x: call(self.discriminator, x, labels),
                self._full(real),
                self._full(scored),
                self.random,
                c.packing,
            )
            loss = loss + c.penalty_weight * c.penalty_every * penalty
            measures["penalty"] = penalty.detach()
        seen = {
            "fake samples": scored,
            "D's logits on reals": real_logits,
            "D's logits on fakes": fake_logits,
            "loss of D": loss,
        }
        norm = self._descend(self.discriminator, optimiser, loss, seen)
        self.d_updates += 1
        with torch.no_grad():
            if c.clip:
                torch._foreach_clamp_min_(optimiser.parameters, -c.clip)
                torch._foreach_clamp_max_(optimiser.parameters, c.clip)
            measures |= {
                "loss_d": loss.detach(),
                # what D ascends; for the original game's objectives that is V(G, D)
                "value": -game.detach(),
                "d_real": shown(self.objective, real_logits).mean(),
                "d_fake": shown(self.objective, fake_logits).mean(),
                "grad_norm_d": norm,
            }
        return fake

    def _update_g(self, fake: Tensor | None, batch: Batch | None, measures: dict[str, Tensor]) -> None:
        """One update of G, on `fake` (with its graph) or on fresh fakes; D is frozen, so no gradient of its weights is computed.

        `batch`: the reals of D's last update, for objectives and labels that need some; None where D was not updated in this step.
        """
        c = self.config
        if batch is None and (self.objective.pairs or c.n_classes or c.unrolled):
            batch = self._real(
                torch.randint(len(self.data), (c.batch_size,), generator=self.random, device=self.plan.device)
            )
        real, labels = batch or (None, None)
        self._freeze_d(True)
        try:
            with self._autocast():
                if fake is None:
                    fake = call(self.generator, self.noise(c.batch_size), labels)
                scored, judge = self._present(fake), self.discriminator
                if self.objective.pairs or c.unrolled:
                    real = self._present(real)
                if c.unrolled:
                    judge = Unrolled(
                        judge, self.optimiser_d, lambda d: self._ahead(d, real, scored, labels), c.unrolled
                    )
                if self.objective.pairs:
                    real_logits, logits = self._score_both(judge, real, scored, labels)
                else:
                    real_logits, logits = None, self._full(call(judge, scored, labels))
            loss = self.objective.g_loss(real_logits, logits)
            seen = {"fake samples": fake, "D's logits on fakes": logits, "loss of G": loss}
            norm = self._descend(self.generator, self.optimiser_g, loss, seen)
        finally:
            self._freeze_d(False)
        if self.average is not None:
            self.average.follow(c.batch_size)
        with torch.no_grad():
            measures |= {
                "loss_g": loss.detach(),
                "d_fake_after": shown(self.objective, logits).mean(),
                "grad_norm_g": norm,
            }

    def _loss_d(self, game: Tensor, real_logits: Tensor) -> Tensor:
        """What D minimises, its penalty aside: the game's loss, with smoothed labels where asked, scaled."""
        smoothing = self.config.label_smoothing
        return self.config.d_loss_scale * (
            game + self.objective.smoothing(real_logits, smoothing) if smoothing else game
        )

    def _ahead(self, judge: Callable[..., Tensor], real: Tensor, fake: Tensor, labels: Tensor | None) -> Tensor:
        """That loss for an unrolled D."""
        logits = self._score_both(judge, real, fake, labels)
        return self._loss_d(self.objective.d_loss(*logits), logits[0])

    def _score_both(
        self, judge: Callable[..., Tensor], real: Tensor, fake: Tensor, labels: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """D's logits on reals and on fakes. One pass where D treats every sample by itself; two where batch statistics would mix them."""
        if self._mixes_batch:
            return self._full(call(judge, real, labels)), self._full(call(judge, fake, labels))
        both = labels if labels is None else torch.cat([labels, labels])
        real_logits, fake_logits = self._full(call(judge, torch.cat([real.to(fake.dtype), fake]), both)).chunk(2)
        return real_logits, fake_logits

    def _present(self, x: Tensor) -> Tensor:
        """Samples as D is shown them in training: augmented, and under what is left of the instance noise."""
        c = self.config
        x = augment(x, c.augment, self.random)
        left = c.instance_noise * max(0.0, 1 - self.step / c.instance_noise_steps)
        return x + left * torch.randn(x.shape, generator=self.random, device=x.device, dtype=x.dtype) if left else x

    def _descend(self, network: nn.Module, optimiser: Optimiser, loss: Tensor, seen: Mapping[str, Tensor]) -> Tensor:
        """Gradient and optimiser step; returns the gradient's norm (a scalar). Makes no step once anything was not finite."""
        optimiser.zero_grad()
        loss.backward()
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm([p.grad for p in optimiser.parameters])))
        if self.plan.device.type == "cpu":
            if not math.isfinite(norm.item()):
                raise NonFiniteError(self.step + 1, _first_non_finite(network, seen))
        else:
            # looking would wait for the device: it skips the update itself, now and ever after, and `wait` finds out
            bad = (~torch.isfinite(norm)).float()
            now = 2 * (self.step + 1) + (optimiser is self.optimiser_g)
            self._broken_at = torch.where((bad > self._broken), now, self._broken_at)
            self._broken = torch.maximum(self._broken, bad)
            optimiser.found_inf = self._broken
        if self.config.clip_grad:
            torch._foreach_mul_([p.grad for p in optimiser.parameters], (self.config.clip_grad / norm).clamp(max=1.0))
        optimiser.step()
        return norm.detach()

    def _freeze_d(self, frozen: bool) -> None:
        for parameter in self.optimiser_d.parameters:
            parameter.requires_grad_(not frozen)

    def head_start(self) -> Iterator[int]:
        """D's head start, one update per `next()`, numbered from 1; the first `turn()` makes what is left of it.

        `pretrain_d` updates by an optimiser of their own, on an order of their own, so that step 1 begins epoch 1.
        """
        if self.step == 0 and self._head_start is None:
            self._head_start = self._make_head_start()
        yield from self._head_start or ()

    def _make_head_start(self) -> Iterator[int]:
        optimiser = self._optimiser(self.config.optimiser_d, self.discriminator, self.config.pretrain_lr)
        order = Shuffle(
            len(self.data),
            self.config.batch_size,
            stream(self.config.seed, "order of the head start"),
            self.plan.device,
        )
        for number in range(1, self.config.pretrain_d + 1):
            self._update_d(optimiser, self._real(order.next()), {})
            yield number

    # ---- parts

    def _real(self, index: Tensor) -> Batch:
        """The real samples of `index` and their labels, None for those where G and D are not told them."""
        return self.data.batch(
            index, self.plan.dtype, channels_last=self.plan.memory_format is torch.channels_last
        ), self._labels_of(index)

    def _labels_of(self, index: Tensor) -> Tensor | None:
        return self.data.labels.index_select(0, index) if self.config.n_classes else None

    def noise(self, n: int) -> Tensor:
        """n latent vectors from the training's own stream: (n, latent_dim)."""
        return (
            PRIORS[self.config.prior].draw(n, self.config.latent_dim, self.random, self.plan.device).to(self.plan.dtype)
        )

    def _autocast(self) -> AbstractContextManager:
        if self.plan.autocast is None:
            return nullcontext()
        return torch.autocast(self.plan.device.type, dtype=self.plan.autocast)

    def _full(self, logits: Tensor) -> Tensor:
        """Logits in the weights' precision: losses are never computed in bfloat16."""
        return logits.to(self.plan.dtype)

    def _optimiser(self, kind: str, network: nn.Module, lr: float) -> Optimiser:
        return OPTIMISERS[kind](network.parameters(), lr, (self.config.beta1, self.config.beta2))

    @property
    def objective(self) -> Objective:
        return OBJECTIVES[self.config.objective]

    @property
    def penalty(self) -> Penalty:
        return PENALTIES[self.config.penalty]

    def change(self, **live: float | str) -> None:
        """Take on new learning rates, k, another objective or penalty, or its weight. Raises `ConfigError` for any other field or a value out of range."""
        for name, value in live.items():
            if name not in LIVE:
                raise ConfigError(name, value, f"it cannot change while a run trains; only {', '.join(LIVE)} can")
        self.config = self.config.replace(**live)
        self._anneal()

    def _anneal(self) -> None:
        """Learning rates and Adam's second memory as they are at this step."""
        c = self.config
        past = min(1.0, self.step / (c.anneal_steps or max(1, self.total_steps))) if c.anneal != "none" else 0.0
        if c.anneal == "cosine":
            past = (1 - math.cos(math.pi * past)) / 2
        share, beta2 = (
            1 + past * (c.lr_end - 1),
            c.beta2 if c.beta2_end is None else c.beta2 + past * (c.beta2_end - c.beta2),
        )
        for optimiser, lr in ((self.optimiser_d, c.lr_d), (self.optimiser_g, c.lr_g)):
            optimiser.lr, optimiser.betas = lr * share, (c.beta1, beta2)

    def wait(self, measures: Tensor) -> list:
        """The measures as numbers, (len(MEASURES),) or (n, len(MEASURES)). Waits for the device; raises `NonFiniteError`."""
        begin = time.perf_counter()
        values = measures.tolist()
        if self.plan.device.type != "cpu":
            # a GPU works on while the steps are merely asked for: only here is it known how long they took
            self.seconds += time.perf_counter() - begin
            position, seconds = self._waited
            if self.order.position > position and self.seconds > seconds:
                self.images_per_second = (self.order.position - position) / (self.seconds - seconds)
            self._waited = self.order.position, self.seconds
            if at := int(self._broken_at):
                raise NonFiniteError(at // 2, f"gradient of {'G' if at % 2 else 'D'}")
        return values

    # ---- looking, without leaving a trace

    @torch.no_grad()
    def watch(self) -> tuple[Tensor, Tensor, Tensor]:
        """(samples of the fixed noise, D's logits on the fixed reals, D's logits on the samples), as the networks are in training.

        Batch norm uses the statistics of these very batches; see `as_in_training`. float32 (config.shown, *shape) and (config.shown,); the
        logit of a pack is that of each sample in it.
        """
        with as_in_training(self.generator), as_in_training(self.discriminator):
            fake = call(self.generator, self.fixed_noise.to(self.plan.dtype), self.fixed_labels)
            d_real = self._score_watched(self.fixed_reals.to(self.plan.dtype), self._fixed_real_labels)
            d_fake = self._score_watched(fake, self.fixed_labels)
        n = self.config.shown
        return fake[:n].float(), d_real[:n].float(), d_fake[:n].float()

    def _score_watched(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """D's logits on x (n, ...), (n,): that of a pack for each sample in it. Packs are made of samples far apart, whose classes differ, as in training."""
        m = self.config.packing
        order = torch.arange(len(x), device=x.device).view(m, -1).T.flatten()
        logits = call(self.discriminator, x[order], labels if labels is None else labels[order]).repeat_interleave(m)
        return torch.empty_like(logits).index_copy_(0, order, logits)

    @torch.no_grad()
    def watch_average(self) -> Tensor | None:
        """The same samples by the average of G, float32 (config.shown, *shape); None where there is none."""
        if self.average is None:
            return None
        with as_in_training(self.average.network):
            return call(self.average.network, self.fixed_noise.to(self.plan.dtype), self.fixed_labels)[
                : self.config.shown
            ].float()

    @torch.no_grad()
    def sample(self, z: Tensor, labels: Tensor | None = None, average: bool = False) -> Tensor:
        """G's samples for z (n, latent_dim) in evaluation mode: float32 (n, *sample_shape). Training does not notice.

        `labels`: int64 (n,); where G wants some and none are given, those of n draws from the data, the same ones each time: classes are then
        as frequent as in the data, and by chance as uneven. `average`: by the average of G, where there is one.
        """
        network = self.average.network if average and self.average is not None else self.generator
        labels = self.labels_of_samples(len(z)) if labels is None else labels
        labels = labels if labels is None else labels.to(self.plan.device)
        return _evaluate(network, z.to(self.plan.device, self.plan.dtype), labels).float()

    def labels_of_samples(self, n: int) -> Tensor | None:
        """The labels that `sample` gives G where it is given none, int64 (n,); None where G wants none."""
        if not self.config.n_classes:
            return None
        random = torch.Generator().manual_seed(stream(self.config.seed, "labels of samples"))
        return self.data.labels[torch.randint(len(self.data), (n,), generator=random).to(self.data.labels.device)]

    def slope(self, z: Tensor, average: bool = False) -> tuple[Tensor, Tensor]:
        """G(z) and dG/dz, float64 (n,) both on the CPU, for z (n, 1) and samples of shape (1,), in evaluation mode. Training does not notice."""
        network = self.average.network if average and self.average is not None else self.generator
        with torch.enable_grad():
            z = z.detach().clone().to(self.plan.device, self.plan.dtype).requires_grad_()
            x = _evaluate(network, z, None)
            (slope,) = torch.autograd.grad(x.sum(), z)
        return x.detach()[:, 0].cpu().double(), slope[:, 0].cpu().double()

    @torch.no_grad()
    def score(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """D's logits on samples (n, *sample_shape) in evaluation mode: float32 (n,). Training does not notice.

        Where D judges packs, each sample is judged in the company of the first fixed reals; where it wants labels and gets none, by the class
        that suits the sample best.
        """
        if self.config.n_classes and labels is None:
            return torch.stack(
                [self.score(samples, torch.full((len(samples),), c)) for c in range(self.config.n_classes)]
            ).amax(0)
        return self._judge(samples, labels)

    def pull(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """Where G's loss pulls each fake: minus its gradient in that fake, times their number; float32 (n, *sample_shape). Training does not notice.

        D judges as in `score`; `labels` (n,) are those G was given, where it wants some. An objective that scores fakes against reals scores
        each against all fixed reals, so that a fake's arrow hangs on no single one of them.
        """
        with torch.enable_grad():
            x = samples.detach().clone().requires_grad_()
            logits, real = self._judge(x, labels), None
            if self.objective.pairs:
                real = self._judge(self.fixed_reals, self._fixed_real_labels).detach()
                real, logits = real.repeat(len(x)), logits.repeat_interleave(len(real))
            (gradient,) = torch.autograd.grad(self.objective.g_loss(real, logits), x)
        return -len(x) * gradient

    def _judge(self, samples: Tensor, labels: Tensor | None) -> Tensor:
        """D's logits as `score` gives them, with a gradient in the samples where one is asked for."""
        m = self.config.packing
        x = samples.to(self.plan.device, self.plan.dtype)
        labels = labels if labels is None else labels.to(self.plan.device)
        if m > 1:
            company = self.fixed_reals[: m - 1].to(x.dtype).expand(len(x), m - 1, *x.shape[1:])
            x = torch.cat([x[:, None], company], 1).flatten(0, 1)
            if labels is not None:
                labels = torch.cat(
                    [labels[:, None], self._fixed_real_labels[: m - 1].expand(len(labels), m - 1)], 1
                ).flatten()
        return _evaluate(self.discriminator, x, labels).float()

    # ---- state

    def state(self) -> dict[str, Any]:
        """{"tensors": str -> Tensor (copies, on the CPU), "counters": str -> number or str}, enough to go on exactly.

        Raises RuntimeError in the middle of D's head start, whose optimiser is no part of it.
        """
        if self.step == 0 and 0 < self.d_updates < self.config.pretrain_d:
            raise RuntimeError("D's head start is under way; take the state before it or after it")
        tensors = {"random": self.random.get_state()} | self._tensors()
        counters = {
            "config": self.config.to_json(),
            "step": self.step,
            "d_updates": self.d_updates,
            "averaged": self.average.seen if self.average is not None else 0,
            "position": self.order.position,
            "seconds": self.seconds,
            "images_per_second": self.images_per_second,
            "precision": self.plan.precision,
            "device": self.plan.device.type,
        }
        # a memory format is not part of a tensor's value: saved plainly, and taken on again when loaded
        plain = {
            name: t.detach().to("cpu", copy=True, memory_format=torch.contiguous_format) for name, t in tensors.items()
        }
        return {"tensors": plain, "counters": counters}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a state. Raises ValueError, with nothing changed, where it belongs to other networks.

        A state from another kind of device goes on with other noise, since its random numbers cannot be had here. One of a training with another
        optimiser, or without an average of G, has no memory for the present one, which begins afresh.
        """
        tensors, counters = state["tensors"], state["counters"]
        mine, afresh = self._tensors(), self._afresh(TrainConfig.from_json(counters["config"]))
        mine = {name: tensor for name, tensor in mine.items() if not name.startswith(afresh)}
        for name, tensor in mine.items():
            if name not in tensors or tensors[name].shape != tensor.shape:
                raise ValueError(
                    f"this state does not belong to this configuration: {name} is {'missing' if name not in tensors else 'of another shape'}"
                )
        with torch.no_grad():
            for name, tensor in mine.items():
                tensor.copy_(tensors[name])
        self.step, self.order.position = counters["step"], counters["position"]
        if counters.get("device", self.plan.device.type) == self.plan.device.type:
            self.random.set_state(tensors["random"].cpu())
        else:
            self.random.manual_seed(stream(self.config.seed, f"noise after step {self.step}"))
        self.d_updates = counters.get("d_updates", 0)
        if self.average is not None:
            if "average." in afresh:
                self.average = Average(self.generator, self.config.ema_half_life)
            else:
                self.average.seen = counters["averaged"]
        if self.d_updates >= self.config.pretrain_d:
            self._head_start = iter(())
        self.seconds, self.images_per_second = counters["seconds"], counters["images_per_second"]
        self._waited = self.order.position, self.seconds

    def _afresh(self, before: TrainConfig) -> tuple[str, ...]:
        """Beginnings of the names of tensors that a state of `before` does not have for this configuration."""
        now, names = self.config, ()
        for network, field in (("generator", "optimiser_g"), ("discriminator", "optimiser_d")):
            if getattr(before, field) != getattr(now, field):
                names += (f"optimiser.{network}.",)
        return names if before.ema_half_life else (*names, "average.")

    def _tensors(self) -> dict[str, Tensor]:
        """Everything that training changes in place, by name. The tensors themselves."""
        found: dict[str, Tensor] = {}
        for name, network, optimiser in self.players():
            found |= {f"{name}.{key}": t for key, t in network.state_dict().items()}
            found |= {f"optimiser.{name}.{key}": t for key, t in optimiser.tensors().items()}
        if self.average is not None:
            found |= {f"average.{key}": t for key, t in self.average.tensors().items()}
        return found

    def players(self) -> tuple[tuple[str, nn.Module, Optimiser], ...]:
        """(name, network, optimiser) of both."""
        return ("generator", self.generator, self.optimiser_g), ("discriminator", self.discriminator, self.optimiser_d)


def train(
    config: TrainConfig, state: Mapping[str, Any] | None = None, data: DataSet | None = None
) -> Generator[Report, Mapping[str, Any] | None, None]:
    """Train a GAN step by step: yields a `Report` after each step until the configuration's total is reached.

        for report in train(config):
            print(report.step, report.metrics())

    `state`: what `Report.state()` returned; the training goes on from there, bit for bit on the CPU.
    `send()` takes changes of the fields in `config.LIVE` from the next step on, as {"lr_d": 1e-4} or {"objective": "hinge"}, and
    {"turn": "d"} or "g" to make that one step an update of D or of G alone. It raises `ConfigError` for anything else, after which the generator is spent:
    go on with `train(config, state)`. Other errors: `DataError`, `NonFiniteError`, RuntimeError where the device is not there.
    """
    trainer = Trainer(config, data)
    if state is not None:
        trainer.load_state(state)
    yield from trainer.steps()


def call(network: Callable[..., Tensor], inputs: Tensor, labels: Tensor | None) -> Tensor:
    """The network's output for inputs (N, ...) and their labels (N,), None where it is told none."""
    return network(inputs) if labels is None else network(inputs, labels)


def _evaluate(network: nn.Module, inputs: Tensor, labels: Tensor | None) -> Tensor:
    """The network's output in evaluation mode, its mode restored: running statistics are used and not moved, no random number is drawn."""
    training = network.training
    network.eval()
    try:
        return call(network, inputs, labels)
    finally:
        network.train(training)


def _first_non_finite(network: nn.Module, seen: Mapping[str, Tensor]) -> str:
    for name, tensor in seen.items():
        if not bool(torch.isfinite(tensor).all()):
            return name
    for name, parameter in network.named_parameters():
        if parameter.grad is not None and not bool(torch.isfinite(parameter.grad).all()):
            return f"gradient of {name}"
    return "norm of the gradient"
