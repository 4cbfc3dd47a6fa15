"""The step-wise trainer: `train(config)` is a generator that yields a `Report` after every step.

One step is k updates of D, each on fresh reals and fresh noise, then one of G (Goodfellow et al. 2014, algorithm 1).
Nothing inside a step waits for the device, and nothing here knows of files, processes or pages.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from . import hardware
from .config import LIVE, ConfigError, TrainConfig
from .data import DataSet, load
from .networks import build
from .networks.layers import Dropout, as_in_training
from .objectives import OBJECTIVES
from .optimisers import Adam
from .penalties import PENALTIES
from .priors import PRIORS

MEASURES = ("loss_d", "loss_g", "value", "d_real", "d_fake", "d_fake_after", "grad_norm_d", "grad_norm_g")
"""What every step measures on the device, in the order of `Report.measures`."""

TURNS = ("both", "d", "g")
"""What one step may consist of: a whole step, or a single update of one network."""


WATCHED = 64
"""Samples in the batch that is looked at, at the least: fewer make poor batch statistics."""


class NonFiniteError(ArithmeticError):
    """A tensor stopped being finite. The update that would have used it was not made, so the weights still are; the step is half done."""

    def __init__(self, step: int, tensor: str):
        self.step, self.tensor = step, tensor
        super().__init__(f"At step {step:,} the {tensor} stopped being finite. The learning rates are probably too large for this objective.")


def stream(seed: int, name: str) -> int:
    """A seed for one of a run's independent random streams; different names give unrelated streams."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=7).digest(), "big")


def fixed_noise(config: TrainConfig) -> Tensor:
    """The noise that is drawn again and again to watch a run learn: float32 (max(config.samples, WATCHED), latent_dim), on the CPU.

    The first `config.samples` are shown; the others only steady the batch statistics.
    """
    return PRIORS[config.prior].draw(max(config.samples, WATCHED), config.latent_dim, torch.Generator().manual_seed(stream(config.seed, "fixed noise")), None)


def fixed_reals(config: TrainConfig, data: DataSet) -> Tensor:
    """The real samples shown beside the fixed noise: float32 (as many, *shape), on the data's device; some twice if the data are few."""
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(stream(config.seed, "fixed reals")))
    return data.batch(order[torch.arange(max(config.samples, WATCHED)) % len(data)].to(data.samples.device))


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
            raise RuntimeError("the training has moved on since this report; take its state before asking for the next one")
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
        # converting to channels_last only concerns 4-d weights; others are left as they are
        self.generator, self.discriminator = (n.to(device, memory_format=self.plan.memory_format) for n in build(config))
        self.random = torch.Generator(device).manual_seed(stream(config.seed, "noise"))
        for module in self.discriminator.modules():
            if isinstance(module, Dropout):
                module.random = self.random
        self._mixes_batch = any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in self.discriminator.modules())
        self.optimiser_d = self._adam(self.discriminator, config.lr_d)
        self.optimiser_g = self._adam(self.generator, config.lr_g)
        self.order = Shuffle(len(self.data), config.batch_size, stream(config.seed, "order"), device)
        self.fixed_noise = fixed_noise(config).to(device)
        self.fixed_reals = fixed_reals(config, self.data)
        self.objective, self.penalty = OBJECTIVES[config.objective], PENALTIES[config.penalty]
        self._score = torch.sigmoid if self.objective.probability else nn.Identity()
        self.step = 0
        self.seconds = self.images_per_second = 0.0
        self._waited = 0, 0.0
        self._nothing = torch.full((), float("nan"), device=device)
        self._head_start: Iterator[int] | None = None
        # on a GPU: 1 once anything was not finite, and when that was, as 2 * step (+ 1 for G)
        self._broken, self._broken_at = torch.zeros((), device=device), torch.zeros((), device=device, dtype=torch.int64)

    # ---- one step

    @property
    def total_steps(self) -> int:
        """The step at which the run will be finished: `config.steps`, or however many the rest of its epochs take with the present k."""
        if self.config.steps is not None:
            return self.config.steps
        return self.step + max(0, math.ceil((self.config.epochs * len(self.data) - self.order.position) / self._per_step))

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
        """One step: k updates of D and one of G, or a single update of `"d"` or `"g"`. Raises `NonFiniteError`."""
        begin = time.perf_counter()
        c, measures, fake = self.config, dict.fromkeys(MEASURES, self._nothing), None
        for _ in self.head_start():
            pass
        if what != "g":
            updates = c.k if what == "both" else 1
            for update in range(updates):
                # a graph through G is worth its cost only for the fakes that G's step scores again
                again = c.reuse_fakes and what == "both" and update == updates - 1
                fake = self._update_d(self.optimiser_d, self.order, measures, graph=again)
        if what != "d":
            self._update_g(fake if c.reuse_fakes else None, measures)
        self.step += 1
        took = time.perf_counter() - begin
        self.seconds += took
        if self.plan.device.type == "cpu":
            rate = self._per_step / max(took, 1e-9)
            # an average over roughly the last second
            self.images_per_second += min(1.0, took) * (rate - self.images_per_second) if self.images_per_second else rate
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

    def _update_d(self, optimiser: Adam, order: Shuffle, measures: dict[str, Tensor], graph: bool = False) -> Tensor:
        """One update of D on fresh reals and fresh fakes; returns the fakes, with a graph to G where asked."""
        with self._autocast():
            with nullcontext() if graph else torch.no_grad():
                fake = self.generator(self.noise(self.config.batch_size))
            real = self.data.batch(order.next(), self.plan.dtype, channels_last=self.plan.memory_format is torch.channels_last)
            scored = fake.detach()
            real_logits, fake_logits = self._score_both(real, scored)
        game = self.objective.d_loss(real_logits, fake_logits)
        loss = self.config.d_loss_scale * game + self.penalty(self.discriminator, real, scored)
        seen = {"fake samples": scored, "D's logits on reals": real_logits, "D's logits on fakes": fake_logits, "loss of D": loss}
        norm = self._descend(self.discriminator, optimiser, loss, seen)
        # what D ascends; for the original game's objectives that is V(G, D)
        with torch.no_grad():
            score = self._score
            measures |= {
                "loss_d": loss.detach(),
                "value": -game.detach(),
                "d_real": score(real_logits).mean(),
                "d_fake": score(fake_logits).mean(),
                "grad_norm_d": norm,
            }
        return fake

    def _score_both(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """D's logits on reals and on fakes. One pass where D treats every sample by itself; two where batch statistics would mix them."""
        if self._mixes_batch:
            return self._full(self.discriminator(real)), self._full(self.discriminator(fake))
        logits = self._full(self.discriminator(torch.cat([real.to(fake.dtype), fake])))
        return logits[: len(real)], logits[len(real) :]

    def _update_g(self, fake: Tensor | None, measures: dict[str, Tensor]) -> None:
        """One update of G, on `fake` (with its graph) or on fresh fakes; D is frozen, so no gradient of its weights is computed."""
        self._freeze_d(True)
        try:
            with self._autocast():
                if fake is None:
                    fake = self.generator(self.noise(self.config.batch_size))
                logits = self.discriminator(fake)
            logits = self._full(logits)
            loss = self.objective.g_loss(None, logits)
            seen = {"fake samples": fake, "D's logits on fakes": logits, "loss of G": loss}
            norm = self._descend(self.generator, self.optimiser_g, loss, seen)
        finally:
            self._freeze_d(False)
        with torch.no_grad():
            measures |= {"loss_g": loss.detach(), "d_fake_after": self._score(logits).mean(), "grad_norm_g": norm}

    def _descend(self, network: nn.Module, optimiser: Adam, loss: Tensor, seen: Mapping[str, Tensor]) -> Tensor:
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
        optimiser = self._adam(self.discriminator, self.config.pretrain_lr)
        order = Shuffle(len(self.data), self.config.batch_size, stream(self.config.seed, "order of the head start"), self.plan.device)
        for number in range(1, self.config.pretrain_d + 1):
            self._update_d(optimiser, order, {})
            yield number

    # ---- parts

    def noise(self, n: int) -> Tensor:
        """n latent vectors from the training's own stream: (n, latent_dim)."""
        return PRIORS[self.config.prior].draw(n, self.config.latent_dim, self.random, self.plan.device).to(self.plan.dtype)

    def _autocast(self) -> AbstractContextManager:
        if self.plan.autocast is None:
            return nullcontext()
        return torch.autocast(self.plan.device.type, dtype=self.plan.autocast)

    def _full(self, logits: Tensor) -> Tensor:
        """Logits in the weights' precision: losses are never computed in bfloat16."""
        return logits.to(self.plan.dtype)

    def _adam(self, network: nn.Module, lr: float) -> Adam:
        return Adam(network.parameters(), lr, (self.config.beta1, self.config.beta2))

    def change(self, **live: float) -> None:
        """Take on new learning rates or k. Raises `ConfigError` for any other field or a value out of range."""
        for name, value in live.items():
            if name not in LIVE:
                raise ConfigError(name, value, f"it cannot change while a run trains; only {', '.join(LIVE)} can")
        self.config = self.config.replace(**live)
        self.optimiser_d.lr, self.optimiser_g.lr = self.config.lr_d, self.config.lr_g

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

        Batch norm uses the statistics of these very batches; see `as_in_training`. float32 (config.samples, *shape) and (config.samples,).
        """
        with as_in_training(self.generator), as_in_training(self.discriminator):
            fake = self.generator(self.fixed_noise.to(self.plan.dtype))
            found = fake, self.discriminator(self.fixed_reals.to(self.plan.dtype)), self.discriminator(fake)
        shown = (t[: self.config.samples].float() for t in found)
        return tuple(shown)

    @torch.no_grad()
    def sample(self, z: Tensor) -> Tensor:
        """G's samples for z (n, latent_dim) in evaluation mode: float32 (n, *sample_shape). Training does not notice."""
        return _evaluate(self.generator, z.to(self.plan.device, self.plan.dtype)).float()

    @torch.no_grad()
    def score(self, samples: Tensor) -> Tensor:
        """D's logits on samples (n, *sample_shape) in evaluation mode: float32 (n,). Training does not notice."""
        return _evaluate(self.discriminator, samples.to(self.plan.device, self.plan.dtype)).float()

    # ---- state

    def state(self) -> dict[str, Any]:
        """{"tensors": str -> Tensor (copies, on the CPU), "counters": str -> number or str}, enough to go on exactly."""
        tensors = {"random": self.random.get_state()}
        for name, network, optimiser in self.players():
            tensors |= {f"{name}.{key}": t for key, t in network.state_dict().items()}
            tensors |= {f"optimiser.{name}.{key}": t for key, t in optimiser.tensors().items()}
        counters = {
            "config": self.config.to_json(),
            "step": self.step,
            "position": self.order.position,
            "seconds": self.seconds,
            "images_per_second": self.images_per_second,
            "precision": self.plan.precision,
        }
        # a memory format is not part of a tensor's value: saved plainly, and taken on again when loaded
        plain = {name: t.detach().to("cpu", copy=True, memory_format=torch.contiguous_format) for name, t in tensors.items()}
        return {"tensors": plain, "counters": counters}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a state. Raises ValueError where it belongs to other networks."""
        tensors, counters = state["tensors"], state["counters"]
        try:
            for name, network, optimiser in self.players():
                network.load_state_dict({key: tensors[f"{name}.{key}"] for key in network.state_dict()})
                for key, tensor in optimiser.tensors().items():
                    tensor.copy_(tensors[f"optimiser.{name}.{key}"])
        except (KeyError, RuntimeError) as error:
            raise ValueError(f"this state does not belong to this configuration: {error}") from None
        self.random.set_state(tensors["random"].cpu())
        self.step, self.order.position = counters["step"], counters["position"]
        self.seconds, self.images_per_second = counters["seconds"], counters["images_per_second"]
        self._waited = self.order.position, self.seconds

    def players(self) -> tuple[tuple[str, nn.Module, Adam], ...]:
        """(name, network, optimiser) of both."""
        return ("generator", self.generator, self.optimiser_g), ("discriminator", self.discriminator, self.optimiser_d)


def train(config: TrainConfig, state: Mapping[str, Any] | None = None, data: DataSet | None = None) -> Generator[Report, Mapping[str, Any] | None, None]:
    """Train a GAN step by step: yields a `Report` after each step until the configuration's total is reached.

        for report in train(config):
            print(report.step, report.metrics())

    `state`: what `Report.state()` returned; the training goes on from there, bit for bit on the CPU.
    `send()` takes changes from the next step on: {"lr_d": 1e-4}, {"lr_g": ...}, {"k": 2}, and {"turn": "d"} or "g" to make that
    one step an update of D or of G alone. It raises `ConfigError` for anything else, after which the generator is spent:
    go on with `train(config, state)`. Other errors: `DataError`, `NonFiniteError`, RuntimeError where the device is not there.
    """
    trainer = Trainer(config, data)
    if state is not None:
        trainer.load_state(state)
    yield from trainer.steps()


def _evaluate(network: nn.Module, inputs: Tensor) -> Tensor:
    """The network's output in evaluation mode, its mode restored: running statistics are used and not moved, no random number is drawn."""
    network.eval()
    try:
        return network(inputs)
    finally:
        network.train()


def _first_non_finite(network: nn.Module, seen: Mapping[str, Tensor]) -> str:
    for name, tensor in seen.items():
        if not bool(torch.isfinite(tensor).all()):
            return name
    for name, parameter in network.named_parameters():
        if parameter.grad is not None and not bool(torch.isfinite(parameter.grad).all()):
            return f"gradient of {name}"
    return "norm of the gradient"
