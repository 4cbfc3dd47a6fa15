"""The trainer's arithmetic: against plain PyTorch written the systems' authors' way, and against its own promises."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import json
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import gan_core
from gan_core import runs
from gan_core.config import ConfigError, TrainConfig
from gan_core.config.measures import MEASURES
from gan_core.data import DataSet, load
from gan_core.look.noise import fixed_noise
from gan_core.look.probe import Probe
from gan_core.method.guard import NonFiniteError
from gan_core.method.memory import restore, state_of
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.optimisers import Adam
from gan_core.method.order import Shuffle
from gan_core.method.train import steps, train
from gan_core.method.trainer import Trainer
from gan_core.networks.layers import Dropout
from gan_core.runs import states

CLOCK = ("seconds", "images_per_second")
"""What depends on the machine's speed, and is no part of exactness."""


def some_digits(count: int = 60, resolution: int = 28) -> DataSet:
    """The first real digits, at any resolution."""
    digits = load(TrainConfig())
    samples, labels = digits.samples[:count], digits.labels[:count]
    if resolution != 28:
        samples = F.interpolate(samples.float(), size=resolution, mode="bilinear").to(torch.uint8)
    return DataSet(samples, labels)


def small(name: str, **changes) -> tuple[TrainConfig, DataSet | None]:
    """A preset with its own networks and game, on a few digits in small batches."""
    config = gan_core.preset(name)
    if not config.is_image:
        return config.replace(batch_size=16, steps=1000, **changes), None
    config = config.replace(
        data="digits", split="train", batch_size=6 if name == "dcgan-64" else 16, steps=1000, **changes
    )
    return config, some_digits(60, config.resolution)


def same(a: dict, b: dict) -> None:
    """Two trainer states are equal bit for bit, but for the clock."""
    assert a["tensors"].keys() == b["tensors"].keys()
    different = [k for k in a["tensors"] if not torch.equal(a["tensors"][k], b["tensors"][k])]
    assert not different, different
    assert {k: v for k, v in a["counters"].items() if k not in CLOCK} == {
        k: v for k, v in b["counters"].items() if k not in CLOCK
    }


def exact(metrics: dict[str, float]) -> str:
    """Metrics as text that is equal where they are equal bit for bit, nan included."""
    return repr({k: v for k, v in metrics.items() if k not in CLOCK})


def weights(network: nn.Module) -> dict[str, torch.Tensor]:
    return {k: v.detach().clone() for k, v in network.state_dict().items()}


def equal(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(a[k], b[k]) for k in a)


# --------------------------------------------------------------------------- how many updates of which network


@pytest.fixture
def updates(monkeypatch):
    """A list that grows by the first parameter of every optimiser that makes a step."""
    made = []
    original = Adam.step

    def step(self):
        made.append(self.parameters[0])
        original(self)

    monkeypatch.setattr(Adam, "step", step)
    return made


@pytest.mark.parametrize("reuse", [True, False])
@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_step_is_k_updates_of_d_then_one_of_g(updates, k, reuse):
    config, data = small("mlp-tiny", k=k, reuse_fakes=reuse)
    trainer = Trainer(config, data)
    d, g = next(trainer.discriminator.parameters()), next(trainer.generator.parameters())
    for step in range(1, 4):
        updates.clear()
        report = trainer.turn()
        assert ["D" if p is d else "G" if p is g else "?" for p in updates] == ["D"] * k + ["G"]
        assert report.step == step
    # Adam's own count says the same
    assert {int(n) for n in trainer.optimiser_d.steps} == {3 * k}
    assert {int(n) for n in trainer.optimiser_g.steps} == {3}
    config = config.replace(k_g=2)
    trainer = Trainer(config, data)
    trainer.turn()
    assert {int(n) for n in trainer.optimiser_d.steps} == {k} and {int(n) for n in trainer.optimiser_g.steps} == {2}


def test_the_head_start_is_updates_of_d_alone_before_the_first_step(updates):
    config, data = small("conv-minimax", pretrain_d=4, k=2)
    trainer = Trainer(config, data)
    d = next(trainer.discriminator.parameters())
    assert not updates
    g_before = {k: v.clone() for k, v in trainer.generator.named_parameters()}
    assert list(trainer.head_start()) == [1, 2, 3, 4] and [p is d for p in updates] == [True] * 4
    assert all(torch.equal(v, g_before[k]) for k, v in trainer.generator.named_parameters())
    updates.clear()
    trainer = Trainer(config, data)
    d = next(trainer.discriminator.parameters())
    trainer.turn()
    assert [p is d for p in updates] == [True] * (4 + 2) + [False]
    updates.clear()
    assert trainer.turn().epoch == 1
    assert len(updates) == 3, "a head start is made once"


def test_the_head_start_has_its_own_rate_and_leaves_the_first_epoch_whole():
    config, data = small("conv-minimax", pretrain_d=3)
    still = Trainer(config.replace(pretrain_lr=0.0), data)
    before = {k: v.clone() for k, v in still.discriminator.named_parameters()}
    list(still.head_start())
    assert all(torch.equal(v, before[k]) for k, v in still.discriminator.named_parameters())
    assert still.order.position == 0
    moved = Trainer(config, data)
    list(moved.head_start())
    # Adam's first steps are each about as long as the rate
    change = max(float((v - before[k]).detach().abs().max()) for k, v in moved.discriminator.named_parameters())
    assert 1e-3 < change < 4e-3


# --------------------------------------------------------------------------- against plain PyTorch


class Recorder:
    """What a trainer drew: noise, indices and dropout masks, in order."""

    def __init__(self, trainer: Trainer):
        self.noise, self.index = [], []
        self.masks: list[list[torch.Tensor]] = []  # of each dropout layer, row by row
        draw, batch = trainer.noise, trainer.data.batch

        def noise(n):
            self.noise.append(draw(n).clone())
            return self.noise[-1].clone()

        def picked(index, *args, **kwargs):
            self.index.append(index.clone())
            return batch(index, *args, **kwargs)

        trainer.noise, trainer.data.batch = noise, picked
        for module in trainer.discriminator.modules():
            if isinstance(module, Dropout):
                self.masks.append([])
                module.register_forward_hook(functools.partial(self._mask, self.masks[-1]))

    @staticmethod
    def _mask(rows: list, module: Dropout, args: tuple, output: torch.Tensor) -> None:
        x = args[0].detach()
        factor = torch.where(x != 0, output.detach() / x, 0.0)  # where x is 0, so is its gradient: a ReLU came before
        kept = factor[factor != 0]
        torch.testing.assert_close(kept, torch.full_like(kept, 1 / 0.7), rtol=1e-4, atol=0)
        assert len(kept) / int((x != 0).sum()) == pytest.approx(0.7, abs=0.05)
        rows += factor


class MaskedDropout(nn.Module):
    """Dropout of 0.3 with the masks (0, or about 1 / 0.7) that the trainer drew."""

    def __init__(self, masks: list):
        super().__init__()
        self.masks = masks

    def forward(self, x):
        rows, self.masks[:] = self.masks[: len(x)], self.masks[len(x) :]
        return x * torch.stack(rows)


class Shaped(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


def author_networks(name: str, masks: list) -> tuple[nn.Module, nn.Module]:
    """The networks as reference/systems.md spells them, in float64, D ending in a sigmoid as its authors write it."""
    if name == "mlp-tiny":
        g = [nn.Linear(32, 128), nn.LeakyReLU(0.01), nn.Linear(128, 784), nn.Tanh(), Shaped(1, 28, 28)]
        d = [Shaped(784), nn.Linear(784, 64), nn.LeakyReLU(0.01), nn.Linear(64, 1)]
    elif name == "mlp-dropout":
        g = [
            nn.Linear(100, 256),
            nn.ReLU(),
            nn.Linear(256, 512),
            nn.ReLU(),
            nn.Linear(512, 1024),
            nn.ReLU(),
            nn.Linear(1024, 784),
            nn.Tanh(),
            Shaped(1, 28, 28),
        ]
        d = [Shaped(784)]
        for (a, b), rows in zip(((784, 1024), (1024, 512), (512, 256)), masks, strict=True):
            d += [nn.Linear(a, b), nn.ReLU(), MaskedDropout(rows)]
        d += [nn.Linear(256, 1)]
    elif name == "conv-minimax":
        g = [
            nn.Linear(9, 4096),
            nn.BatchNorm1d(4096),
            nn.ReLU(),
            Shaped(256, 4, 4),
            nn.Conv2d(256, 256, 1),
            nn.BatchNorm2d(256),
            nn.ReLU(),
        ]
        g += [
            nn.ConvTranspose2d(256, 128, 4, 2, 1),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 3, 2, 1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
        ]
        g += [nn.ConvTranspose2d(64, 1, 2, 2, 1), nn.Tanh()]
        d = []
        for a, b in ((1, 4), (4, 16), (16, 64), (64, 128)):
            d += [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.MaxPool2d(2)]
        d += [Shaped(128), nn.Linear(128, 1)]
    elif name == "dcgan":  # width 4 at 28 pixels
        g = [Shaped(64, 1, 1), nn.ConvTranspose2d(64, 8, 7, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
        g += [
            nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.ConvTranspose2d(4, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        ]
        d = [
            nn.Conv2d(1, 4, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4, 8, 4, 2, 1, bias=False),
            nn.BatchNorm2d(8),
            nn.LeakyReLU(0.2),
        ]
        d += [nn.Conv2d(8, 1, 7, 1, 0, bias=False)]
    return nn.Sequential(*g).double(), nn.Sequential(*d, nn.Sigmoid()).double()


def author_training(config, images, pair, drawn: Recorder, steps: int, losses: list) -> None:
    """`steps` steps as the systems' authors write them: D's output a probability, log of it, no frozen network, no fused optimiser."""
    g, d = pair
    betas = (config.beta1, config.beta2)
    optimiser_g = torch.optim.Adam(g.parameters(), lr=config.lr_g, betas=betas, foreach=False, fused=False)
    optimiser_d = torch.optim.Adam(d.parameters(), lr=config.lr_d, betas=betas, foreach=False, fused=False)

    def update_d(optimiser, scale):
        z = drawn.noise.pop(0)
        fake = g(z)
        real = images[drawn.index.pop(0)].double() / 127.5 - 1
        on_real, on_fake = d(real).flatten(), d(fake.detach()).flatten()
        loss = scale * (
            F.binary_cross_entropy(on_real, torch.ones_like(on_real))
            + F.binary_cross_entropy(on_fake, torch.zeros_like(on_fake))
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        return fake

    if config.pretrain_d:
        early = torch.optim.Adam(d.parameters(), lr=config.pretrain_lr, betas=betas, foreach=False, fused=False)
        for _ in range(config.pretrain_d):
            update_d(early, 1.0)
    for _ in range(steps):
        for _ in range(config.k):
            fake = update_d(optimiser_d, config.d_loss_scale)
        if not config.reuse_fakes:
            fake = g(drawn.noise.pop(0))
        scored = d(fake).flatten()
        if config.objective == "minimax":
            loss = torch.log(1 - scored).mean()
        else:
            loss = F.binary_cross_entropy(scored, torch.ones_like(scored))
        optimiser_g.zero_grad()
        loss.backward()
        optimiser_g.step()
        losses.append(loss.item())


@pytest.mark.parametrize(
    "name, changes",
    [
        ("mlp-tiny", {}),
        ("mlp-tiny", {"k": 2, "reuse_fakes": True}),
        ("mlp-dropout", {}),
        ("conv-minimax", {"pretrain_d": 2, "k": 2}),
        ("starter", {"width": 4, "latent_dim": 64, "reuse_fakes": True}),
        ("starter", {"width": 4, "latent_dim": 64, "objective": "minimax", "reuse_fakes": False, "k": 2}),
    ],
)
def test_training_equals_the_authors_loop(name, changes):
    config, data = small(name, precision="float64", **changes)
    trainer = Trainer(config, data)
    drawn = Recorder(trainer)
    pair = author_networks("dcgan" if name == "starter" else name, drawn.masks)
    for mine, theirs in zip((trainer.generator, trainer.discriminator), pair, strict=True):
        ours, reference = list(mine.state_dict().values()), theirs.state_dict()
        assert [tuple(t.shape) for t in ours] == [tuple(t.shape) for t in reference.values()], (
            "other layers than the system's"
        )
        theirs.load_state_dict(dict(zip(reference, ours, strict=True)))
    reports = [trainer.turn().metrics() for _ in range(3)]
    losses: list[float] = []
    author_training(config, data.samples, pair, drawn, 3, losses)
    assert not drawn.noise and not drawn.index and not any(drawn.masks), (
        "the trainer drew more than the algorithm needs"
    )
    for mine, theirs in zip((trainer.generator, trainer.discriminator), pair, strict=True):
        for (key, ours), reference in zip(mine.state_dict().items(), theirs.state_dict().values(), strict=True):
            torch.testing.assert_close(
                ours, reference, rtol=1e-7, atol=1e-9, msg=lambda text, key=key: f"{key}: {text}"
            )
    per_step = config.k + 1
    assert [r["loss_d"] for r in reports] == pytest.approx(
        losses[config.pretrain_d :][config.k - 1 :: per_step], rel=1e-9
    )
    assert [r["loss_g"] for r in reports] == pytest.approx(losses[config.pretrain_d :][config.k :: per_step], rel=1e-9)


# --------------------------------------------------------------------------- who learns from what


@pytest.mark.parametrize("reuse", [True, False])
def test_no_gradient_reaches_the_network_that_is_not_learning(reuse, monkeypatch):
    config, data = small("starter", width=4, reuse_fakes=reuse, precision="float32")
    trainer = Trainer(config, data)
    networks = {"D": trainer.discriminator, "G": trainer.generator}
    trainer.turn()
    seen = []

    def watch(player, other):
        before = {}
        update = getattr(trainer, f"_update_{player.lower()}")

        def wrapped(*args, **kwargs):
            before["weights"] = {k: v.detach().clone() for k, v in networks[other].named_parameters()}
            before["grads"] = {
                k: None if v.grad is None else v.grad.clone() for k, v in networks[other].named_parameters()
            }
            result = update(*args, **kwargs)
            for k, v in networks[other].named_parameters():
                assert torch.equal(v, before["weights"][k]), f"{other}'s {k} moved in {player}'s update"
                old = before["grads"][k]
                assert (v.grad is None and old is None) or torch.equal(v.grad, old), (
                    f"a gradient reached {other}'s {k} in {player}'s update"
                )
                assert v.requires_grad
            seen.append(player)
            return result

        monkeypatch.setattr(trainer, f"_update_{player.lower()}", wrapped)

    watch("D", "G")
    watch("G", "D")
    trainer.turn()
    assert seen == ["D", "G"]


def test_d_learns_from_fakes_without_a_graph_through_g():
    config, data = small("mlp-tiny", reuse_fakes=False)
    trainer = Trainer(config, data)
    fakes = []
    trainer.generator.register_forward_hook(lambda module, args, output: fakes.append(output.requires_grad))
    trainer.turn()
    assert fakes == [False, True]
    config, data = small("mlp-tiny", reuse_fakes=True, k=3)
    trainer = Trainer(config, data)
    trainer.generator.register_forward_hook(lambda module, args, output: fakes.append(output.requires_grad))
    fakes.clear()
    trainer.turn()
    assert fakes == [False, False, True], "one pass through G for each update of D, none for G's own"


# --------------------------------------------------------------------------- what is measured


@pytest.mark.parametrize("objective", ["minimax", "non-saturating"])
@pytest.mark.parametrize("reuse", [True, False])
def test_metrics_are_what_their_names_say(objective, reuse):
    config, data = small("mlp-tiny", precision="float64", objective=objective, reuse_fakes=reuse, lr_d=1e-2)
    trainer = Trainer(config, data)
    trainer.turn()
    drawn = Recorder(trainer)
    g, d = copy.deepcopy(trainer.generator), copy.deepcopy(trainer.discriminator)
    report = trainer.turn()
    found = report.metrics()
    d_after = copy.deepcopy(trainer.discriminator)
    real = data.samples[drawn.index[0]].double() / 127.5 - 1
    p_real, p_fake = torch.sigmoid(d(real)), torch.sigmoid(d(g(drawn.noise[0])))
    value = torch.log(p_real).mean() + torch.log(1 - p_fake).mean()
    loss_d = -0.5 * value
    grads = torch.autograd.grad(loss_d, list(d.parameters()))
    after = torch.sigmoid(d_after(g(drawn.noise[0 if reuse else 1])))
    loss_g = torch.log(1 - after).mean() if objective == "minimax" else -torch.log(after).mean()
    grads_g = torch.autograd.grad(loss_g, list(g.parameters()))
    expected = {
        "step": 2,
        "epoch": 1,
        "loss_d": loss_d.item(),
        "loss_g": loss_g.item(),
        "value": value.item(),
        "d_real": p_real.mean().item(),
        "d_fake": p_fake.mean().item(),
        "d_fake_after": after.mean().item(),
        "grad_norm_d": math.sqrt(sum(float((x**2).sum()) for x in grads)),
        "grad_norm_g": math.sqrt(sum(float((x**2).sum()) for x in grads_g)),
    }
    assert {k: found[k] for k in expected} == pytest.approx(expected, rel=1e-9)
    assert all(type(v) in (int, float) for v in found.values()), found
    assert found["images_per_second"] > 0
    assert found["d_fake_after"] < found["d_fake"], "after D's update D believes the same or like fakes less"


def test_reports_carry_exactly_the_documented_names():
    config, data = small("mlp-tiny")
    report = next(train(config, data=data))
    wanted = {
        "step",
        "epoch",
        "loss_d",
        "loss_g",
        "value",
        "d_real",
        "d_fake",
        "d_fake_after",
        "grad_norm_d",
        "grad_norm_g",
        "penalty",
        "images_per_second",
    }
    assert wanted <= report.metrics().keys()
    assert set(MEASURES) < wanted


def test_metrics_of_an_older_report_stay_true():
    config, data = small("mlp-tiny")
    trainer = Trainer(config, data)
    first = trainer.turn()
    early = exact(first.metrics())
    for _ in range(3):
        trainer.turn()
    assert exact(first.metrics()) == early
    with pytest.raises(RuntimeError, match="moved on"):
        first.state()


# --------------------------------------------------------------------------- looking leaves no trace


@pytest.mark.parametrize("name", ["mlp-dropout", "conv-minimax", "starter", "gaussian-1d"])
def test_looking_leaves_training_bit_identical(name):
    config, data = small(name, width=None if name == "mlp-dropout" else 16)
    alone, watched = Trainer(config, data), Trainer(config, data)
    look_at = torch.zeros(3, *config.sample_shape)
    numbers = []
    for step in range(6):
        numbers.append((exact(alone.turn().metrics()), exact(watched.turn().metrics())))
        probe = Probe(watched)
        probe.watch()
        probe.sample(probe.fixed_noise)
        probe.sample(torch.randn(5, config.latent_dim))
        probe.score(look_at)
        state_of(watched)
        # anything else in the process may use the global random state
        torch.manual_seed(step)
        torch.rand(1000)
        np.random.seed(step)
    same(state_of(alone), state_of(watched))
    for a, b in numbers:
        assert a == b


@pytest.mark.parametrize("name", ["mlp-dropout", "conv-minimax", "starter"])
def test_samples_and_scores_are_in_evaluation_mode(name):
    config, data = small(name)
    trainer = Trainer(config, data)
    trainer.turn()
    z = torch.randn(8, config.latent_dim)
    together, alone = Probe(trainer).sample(z), torch.cat([Probe(trainer).sample(row[None]) for row in z])
    torch.testing.assert_close(
        together, alone, rtol=1e-3, atol=2e-2 if trainer.plan.autocast else 1e-5
    )  # batch norm by its running statistics
    assert torch.equal(Probe(trainer).score(together), Probe(trainer).score(together)), "dropout in a score"
    assert together.dtype == torch.float32 and not together.requires_grad
    assert trainer.generator.training and trainer.discriminator.training


def test_fixed_noise_stays_fixed_and_is_the_seeds_own():
    config, data = small("mlp-tiny")
    trainer = Trainer(config, data)
    before = Probe(trainer).fixed_noise.clone()
    first, reals = Probe(trainer).watch()[0], Probe(trainer).fixed_reals.clone()
    for _ in range(3):
        trainer.turn()
    assert torch.equal(Probe(trainer).fixed_noise, before) and torch.equal(Probe(trainer).fixed_reals, reals)
    assert first.shape == (config.samples, *config.sample_shape) and not torch.equal(Probe(trainer).watch()[0], first)
    assert torch.equal(fixed_noise(config), before)
    torch.testing.assert_close(
        Probe(trainer).watch()[0], Probe(trainer).sample(before[: config.samples])
    )  # nothing here depends on the batch
    assert not torch.equal(fixed_noise(config.replace(seed=1)), before)


@pytest.mark.parametrize("name", ["starter", "conv-minimax", "mlp-dropout"])
def test_what_is_watched_is_what_training_sees(name):
    """Batch norm by the statistics of the batch that is looked at, no dropout; the running statistics do not move."""
    config, data = small(name, width=16, precision="float64", samples=5)
    trainer = Trainer(config, data)
    trainer.turn()
    before = state_of(trainer)
    samples, real, fake = Probe(trainer).watch()
    same(before, state_of(trainer))
    assert samples.shape == (5, 1, 28, 28) and real.shape == fake.shape == (5,)
    assert all(torch.equal(a, b) for a, b in zip(Probe(trainer).watch(), (samples, real, fake), strict=True)), (
        "two looks differ"
    )
    g, d = copy.deepcopy(trainer.generator).train(), copy.deepcopy(trainer.discriminator).train()
    for module in d.modules():
        if isinstance(module, Dropout):
            module.p = 0.0
    with torch.no_grad():
        drawn = g(Probe(trainer).fixed_noise.double())
        torch.testing.assert_close(samples, drawn[:5].float())
        torch.testing.assert_close(fake, d(drawn)[:5].float())
        torch.testing.assert_close(real, d(Probe(trainer).fixed_reals.double())[:5].float())
    assert trainer.generator.training and trainer.discriminator.training


def test_a_failing_look_leaves_the_networks_in_training_mode():
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    with pytest.raises(RuntimeError):
        Probe(trainer).sample(torch.zeros(2, 3))
    assert trainer.generator.training


# --------------------------------------------------------------------------- exact resume


def through_a_file(state: dict, folder) -> dict:
    states.save_tensors(folder / "state.safetensors", state["tensors"], {"counters": state["counters"]})
    return runs.load_state(folder)


@pytest.mark.parametrize("name", list(gan_core.PRESETS))
def test_resume_is_exact_for_every_preset(name, tmp_path):
    """N steps, save, load, N steps equals 2N steps, bit for bit, through a file and over the end of an epoch."""
    config, data = small(name)
    n = 3 if name != "dcgan-64" else 2
    whole = Trainer(config, data)
    expected = [exact(whole.turn().metrics()) for _ in range(2 * n)]
    first = train(config, data=data)
    *_, report = itertools.islice(first, n)
    state = through_a_file(report.state(), tmp_path)
    first.close()
    second = train(config, state, data=data)
    reports = list(itertools.islice(second, n))
    assert [r.step for r in reports] == list(range(n + 1, 2 * n + 1))
    assert [exact(r.metrics()) for r in reports] == expected[n:]
    same(reports[-1].state(), state_of(whole))


@pytest.mark.parametrize("stop", range(1, 8))
def test_resume_is_exact_at_any_step_with_k_2_and_short_epochs(stop, tmp_path):
    """20 samples in batches of 6, twice a step: every step but one lies across or right at an epoch's end."""
    config, _ = small("mlp-dropout", k=2, width=16)
    config, data = config.replace(batch_size=6), some_digits(20)
    whole = Trainer(config, data)
    for _ in range(8):
        whole.turn()
    part = Trainer(config, data)
    for _ in range(stop):
        part.turn()
    rest = Trainer(config, data)
    restore(rest, through_a_file(state_of(part), tmp_path))
    for _ in range(8 - stop):
        report = rest.turn()
        assert report.epoch == (report.step * 12 - 6) // 20 + 1
    same(state_of(rest), state_of(whole))


def test_resume_from_before_the_first_step_and_after_a_head_start():
    config, data = small("conv-minimax", pretrain_d=2, width=16)
    whole = Trainer(config, data)
    fresh = state_of(whole)
    whole.turn(), whole.turn()
    from_zero = list(itertools.islice(train(config, fresh, data=data), 2))
    same(from_zero[-1].state(), state_of(whole))
    one = Trainer(config, data)
    one.turn()
    again = next(train(config, state_of(one), data=data))
    same(again.state(), state_of(whole))


def test_a_state_is_a_copy_and_may_be_used_twice():
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    trainer.turn()
    state = state_of(trainer)
    frozen = {k: v.clone() for k, v in state["tensors"].items()}
    ends = []
    for _ in range(2):
        again = Trainer(config, data)
        restore(again, state)
        again.turn()
        ends.append(state_of(again))
    trainer.turn()
    assert equal(state["tensors"], frozen)
    same(ends[0], ends[1])
    same(ends[0], state_of(trainer))
    assert all(t.device.type == "cpu" for t in state["tensors"].values())
    json.dumps(state["counters"])


def test_a_state_is_complete():
    """The tables' defect list: resume without optimiser state, random state or data order."""
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    trainer.turn(), trainer.turn()
    state = state_of(trainer)
    for part in (
        "optimiser.discriminator.0.exp_avg",
        "random",
        "position",
        "discriminator.3.running_mean",
        "optimiser.generator.0.step",
    ):
        assert part in state["tensors"] or part in state["counters"], part
    expected = exact(trainer.turn().metrics())
    for part in ("exp_avg", "exp_avg_sq", "random", "position"):
        broken = {"tensors": {k: v.clone() for k, v in state["tensors"].items()}, "counters": dict(state["counters"])}
        for key, tensor in broken["tensors"].items():
            if key.endswith(f".{part}"):
                tensor.zero_()
        if part == "random":
            broken["tensors"]["random"] = torch.Generator().manual_seed(99).get_state()
        if part == "position":
            broken["counters"]["position"] += 7
        other = Trainer(config, data)
        restore(other, broken)
        other.turn()
        assert exact(other.turn().metrics()) != expected, f"{part} does not matter to a resumed training"


def test_a_state_of_other_networks_is_refused():
    config, data = small("mlp-tiny")
    state = state_of(Trainer(config, data))
    with pytest.raises(ValueError, match="does not belong"):
        restore(Trainer(config.replace(width=48), data), state)
    with pytest.raises(ValueError, match="does not belong"):
        restore(Trainer(small("mlp-dropout")[0], data), state)


@pytest.mark.parametrize("name", ["starter", "mlp-dropout"])
def test_resume_is_exact_across_processes(name, tmp_path, gan, monkeypatch):
    """Through the command line: 4 steps at once here, against 2 here and 2 in a new process; the convolutional one on two threads."""
    from gan_core.__main__ import main

    monkeypatch.setenv("GAN_THREADS", "2" if name == "starter" else "1")
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    arguments = ["train", "--preset", name, "--data", "digits"]
    assert main([*arguments, "--steps", "4", "--out", str(whole)]) == 0
    assert main([*arguments, "--steps", "2", "--out", str(halves)]) == 0
    done = gan("train", "--out", halves, "--resume", "--steps", 4)
    assert done.returncode == 0, done.stderr
    a, b = runs.load_state(whole), runs.load_state(halves)
    same(a, b)
    a, b = (gan_core.Run.open(f).metrics() for f in (whole, halves))
    assert a["step"].tolist() == [1, 2, 3, 4]
    for column in a:
        if column not in CLOCK:
            np.testing.assert_array_equal(a[column], b[column], err_msg=column)


def test_same_seed_same_run_other_seed_other_run():
    config, data = small("starter", width=4)

    def after(config):
        trainer = Trainer(config, data)
        trainer.turn(), trainer.turn()
        return state_of(trainer)

    first = after(config)
    same(first, after(config))
    other = after(config.replace(seed=1))
    assert not torch.equal(first["tensors"]["generator.1.weight"], other["tensors"]["generator.1.weight"])
    assert not torch.equal(first["tensors"]["random"], other["tensors"]["random"])


def test_two_trainings_side_by_side_do_not_touch_each_other():
    pairs = [small("mlp-dropout", width=16), small("starter", width=4, seed=5)]
    apart = []
    for config, data in pairs:
        *_, last = itertools.islice(train(config, data=data), 4)
        apart.append(last.state())
    together = [train(config, data=data) for config, data in pairs]
    for _ in range(4):
        reports = [next(t) for t in together]
    for report, state in zip(reports, apart, strict=True):
        same(report.state(), state)


# --------------------------------------------------------------------------- order of the data, epochs, totals


@given(size=st.integers(1, 40), batch=st.integers(1, 60), seed=st.integers(0, 2**31 - 1), count=st.integers(1, 20))
def test_every_sample_is_seen_once_per_epoch(size, batch, seed, count):
    order = Shuffle(size, batch, seed, torch.device("cpu"))
    seen, epochs = [], []
    for _ in range(count):
        index = order.next()
        assert index.shape == (batch,) and index.dtype == torch.int64
        epochs.append((len(seen) // size + 1, order.epoch))
        seen += index.tolist()
        assert order.completed == len(seen) // size and order.position == len(seen)
    for start in range(0, len(seen) - size + 1, size):
        assert sorted(seen[start : start + size]) == list(range(size))
    assert all(expected == found for expected, found in epochs)
    again = Shuffle(size, batch, seed, torch.device("cpu"))
    again.position = batch * (count // 2)
    assert [again.next().tolist() for _ in range(count - count // 2)] == [
        seen[i : i + batch] for i in range(batch * (count // 2), batch * count, batch)
    ]


def test_epochs_differ_in_order_and_so_do_seeds():
    def epochs(seed):
        order = Shuffle(50, 50, seed, torch.device("cpu"))
        return [tuple(order.next().tolist()) for _ in range(3)]

    assert len({*epochs(0), *epochs(1)}) == 6
    assert tuple(range(50)) not in epochs(0)


def test_a_run_makes_its_epochs_and_no_more():
    config, _ = small("mlp-tiny")
    config, data = config.replace(batch_size=10, epochs=3, steps=None), some_digits(40)
    trainer = Trainer(config, data)
    drawn = Recorder(trainer)
    reports = list(steps(trainer))
    assert [r.step for r in reports] == list(range(1, 13))
    assert [r.epoch for r in reports] == [1] * 4 + [2] * 4 + [3] * 4
    assert np.bincount(torch.cat(drawn.index).numpy(), minlength=40).tolist() == [3] * 40
    assert trainer.total_steps == 12 and trainer.total_epochs == 3
    assert len(list(train(config.replace(steps=5), data=data))) == 5, "steps override epochs"
    assert len(list(train(config.replace(k=2), data=data))) == 6, "an epoch is a pass of D over the data"
    uneven = Trainer(config.replace(batch_size=16), data)
    assert len(list(steps(uneven))) == 8 and uneven.order.position >= 120


@pytest.mark.parametrize("before, after, at", [(1, 2, 12), (2, 1, 6), (1, 4, 20), (3, 1, 2)])
def test_a_change_of_k_leaves_the_number_of_epochs_as_it_was(before, after, at):
    """Epochs are passes of D over the data, however often D learns per step: changing k on the way must neither cut them short nor add any."""
    config, _ = small("mlp-tiny")
    config, data = config.replace(batch_size=10, epochs=4, steps=None, k=before), some_digits(60)
    trainer = Trainer(config, data)
    going = steps(trainer)
    report = None
    for _ in range(at):
        report = next(going)
    try:
        report = going.send({"k": after})
        for report in going:  # noqa: B007
            pass
    except StopIteration:
        pass
    assert trainer.order.position >= 4 * 60, f"ended in epoch {report.epoch} of 4"
    assert trainer.order.position < 4 * 60 + 10 * after, (
        f"went on after 4 epochs, to sample {trainer.order.position} of 240"
    )


# --------------------------------------------------------------------------- changes on the way


def test_send_changes_rates_and_k_from_the_next_step_on(updates):
    config, data = small("mlp-tiny")
    steps = train(config, data=data)
    trainer = next(steps).trainer
    before = weights(trainer.generator)
    report = steps.send({"lr_g": 0.0})
    assert equal(weights(trainer.generator), before) and report.step == 2
    before = weights(trainer.discriminator)
    steps.send({"lr_d": 0.0, "lr_g": 1e-3})
    assert equal(weights(trainer.discriminator), before)
    next(steps)
    assert equal(weights(trainer.discriminator), before), "a change stays until the next one"
    updates.clear()
    report = steps.send({"k": 3})
    assert len(updates) == 4
    updates.clear()
    next(steps)
    assert len(updates) == 4
    assert (report.trainer.config.k, report.trainer.config.lr_d, report.trainer.config.lr_g) == (3, 0.0, 1e-3)


def test_the_rate_that_is_sent_is_the_rate_that_is_used():
    config, data = small("mlp-tiny", beta1=0.0, beta2=0.0)
    steps = train(config, data=data)
    trainer = next(steps).trainer
    for rate in (1e-2, 1e-4):
        before = weights(trainer.generator)
        steps.send({"lr_g": rate})
        moved = max(float((v - before[k]).abs().max()) for k, v in trainer.generator.state_dict().items())
        assert moved == pytest.approx(rate, rel=1e-2)  # Adam without memory moves every weight by its rate


def test_single_turns_move_one_network_and_measure_what_they_can():
    config, data = small("mlp-tiny", k=3)
    steps = train(config, data=data)
    trainer = next(steps).trainer
    g, d, position = weights(trainer.generator), weights(trainer.discriminator), trainer.order.position
    report = steps.send({"turn": "d"})
    assert equal(weights(trainer.generator), g) and not equal(weights(trainer.discriminator), d)
    assert trainer.order.position == position + config.batch_size, "one update, not k"
    found = report.metrics()
    assert math.isnan(found["loss_g"]) and math.isnan(found["grad_norm_g"]) and math.isfinite(found["loss_d"])
    d, position = weights(trainer.discriminator), trainer.order.position
    report = steps.send({"turn": "g"})
    assert equal(weights(trainer.discriminator), d) and not equal(weights(trainer.generator), g)
    assert trainer.order.position == position
    found = report.metrics()
    assert math.isnan(found["loss_d"]) and math.isfinite(found["loss_g"]) and report.step == 3
    found = next(steps).metrics()
    assert all(math.isfinite(v) for v in found.values()), "a single turn holds for one step only"


@pytest.mark.parametrize(
    "sent, field",
    [
        ({"turn": "x"}, "turn"),
        ({"lr_d": 5}, "lr_d"),
        ({"lr_d": math.nan}, "lr_d"),
        ({"k": 0}, "k"),
        ({"epochs": 3}, "epochs"),
        ({"bogus": 1}, "bogus"),
    ],
)
def test_send_refuses_what_cannot_change(sent, field):
    config, data = small("mlp-tiny")
    steps = train(config, data=data)
    report = next(steps)
    before = state_of(report.trainer)
    with pytest.raises(ConfigError) as caught:
        steps.send(sent)
    assert caught.value.field == field and field in str(caught.value)
    same(before, state_of(report.trainer))


# --------------------------------------------------------------------------- when numbers blow up


def test_an_overflowing_training_ends_with_step_and_tensor():
    """Eight wide layers and a learning rate of 1: the logits overflow float32 within some dozens of steps."""
    config = gan_core.preset("gaussian-1d").replace(depth=8, width=128, lr_d=1.0, lr_g=1.0, batch_size=8, steps=2000)
    trainer = Trainer(config)
    with pytest.raises(NonFiniteError) as caught:
        for _ in steps(trainer):
            pass
    error = caught.value
    assert error.step == trainer.step + 1 < 2000 and error.tensor
    assert f"step {error.step:,}" in str(error) and error.tensor in str(error)
    for network in (trainer.generator, trainer.discriminator):
        assert all(bool(torch.isfinite(v).all()) for v in network.state_dict().values())


@pytest.mark.parametrize("player, name", [("discriminator", "D's logits on reals"), ("generator", "fake samples")])
def test_the_first_tensor_that_broke_is_named(player, name):
    trainer = Trainer(gan_core.preset("gaussian-1d").replace(batch_size=8))
    trainer.turn()
    network = getattr(trainer, player)
    with torch.no_grad():
        list(network.parameters())[-2].fill_(math.inf)
    with pytest.raises(NonFiniteError) as caught:
        trainer.turn()
    assert caught.value.tensor == name and caught.value.step == 2


@pytest.mark.parametrize("which", ["d_loss", "g_loss"])
def test_the_update_that_would_have_used_a_broken_tensor_is_not_made(which, monkeypatch):
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    trainer.turn()
    before = state_of(trainer)
    real = getattr(trainer.objective, which)
    broken = dataclasses.replace(trainer.objective, **{which: lambda *logits: real(*logits) * math.inf})
    monkeypatch.setitem(OBJECTIVES, config.objective, broken)
    with pytest.raises(NonFiniteError) as caught:
        trainer.turn()
    assert caught.value.step == 2 and trainer.step == 1
    after, player = state_of(trainer)["tensors"], "discriminator" if which == "d_loss" else "generator"
    learnt = {k for k, _ in getattr(trainer, player).named_parameters()}
    changed = [k for k in learnt if not torch.equal(before["tensors"][f"{player}.{k}"], after[f"{player}.{k}"])]
    assert not changed, changed
    assert all(bool(torch.isfinite(t).all()) for t in after.values() if t.is_floating_point())


# --------------------------------------------------------------------------- number formats


@pytest.mark.parametrize("name", ["mlp-tiny", "mlp-dropout", "starter", "conv-minimax"])
def test_every_precision_trains(name):
    first = {}
    for precision, dtype in (("float64", torch.float64), ("float32", torch.float32), ("bfloat16", torch.float32)):
        config, data = small(name, precision=precision, pretrain_d=0, width=None if name == "mlp-dropout" else 16)
        trainer = Trainer(config, data)
        assert {p.dtype for n in (trainer.generator, trainer.discriminator) for p in n.parameters()} == {dtype}
        assert trainer.plan.precision == precision
        kinds = set()
        layer = next(m for m in trainer.discriminator if isinstance(m, (nn.Linear, nn.Conv2d)))
        layer.register_forward_hook(lambda m, a, output, kinds=kinds: kinds.add(output.dtype))
        first[precision] = trainer.turn().metrics()
        assert kinds == {torch.bfloat16 if precision == "bfloat16" else dtype}
        assert all(math.isfinite(v) for v in trainer.turn().metrics().values())
        assert {
            t.dtype for t in (*Probe(trainer).watch(), Probe(trainer).sample(torch.zeros(2, config.latent_dim)))
        } == {torch.float32}
    for measure in ("loss_d", "value", "d_real", "d_fake"):
        assert first["float32"][measure] == pytest.approx(first["float64"][measure], rel=1e-3)
        assert first["bfloat16"][measure] == pytest.approx(first["float64"][measure], rel=0.1)


def test_a_device_that_is_not_there_is_named():
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(RuntimeError, match="no usable GPU"):
        Trainer(TrainConfig(device="cuda"))


def test_the_real_mnist(mnist):
    """The preset as it is, on the data it is for."""
    *_, report = itertools.islice(train(gan_core.preset("mlp-tiny")), 3)
    assert len(report.trainer.data) == 60_000 and report.trainer.total_steps == 46_875
    assert all(math.isfinite(v) for v in report.metrics().values())


# --------------------------------------------------------------------------- learning


@pytest.fixture
def reader():
    """A classifier of handwritten digits that are real: samples -> (share it is sure of, number of classes among these)."""
    from sklearn.svm import SVC

    data = load(TrainConfig())
    images, labels = data.samples.flatten(1).numpy() / 255.0, data.labels.numpy()
    judge = SVC(C=5, gamma=0.01).fit(images[:1797], labels[:1797])

    def read(samples: torch.Tensor) -> tuple[float, int]:
        pixels = ((samples.flatten(1) + 1) / 2).numpy()
        margins = np.sort(judge.decision_function(pixels), axis=1)
        sure = margins[:, -1] - margins[:, -2] > 0.9
        return float(sure.mean()), len(set(judge.predict(pixels)[sure]))

    share, classes = read(data.batch(torch.arange(1797, 17970, 80)))
    assert share > 0.9 and classes == 10, "the reader itself cannot read"
    share, _ = read(torch.rand(100, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1)
    assert share < 0.2, "the reader reads digits into noise"
    return read


def test_the_starter_learns_to_draw_digits(reader):
    """A few seconds of the preset that the app opens with: a stranger reads its samples. Without learning rates there is nothing to read."""
    trainer = Trainer(gan_core.preset("starter"))
    z = torch.randn(200, trainer.config.latent_dim, generator=torch.Generator().manual_seed(1))
    assert reader(Probe(trainer).sample(z))[0] < 0.2, "there is something to read before the first step"
    for _ in range(300):
        trainer.turn()
    share, classes = reader(Probe(trainer).sample(z))
    assert share > 0.75 and classes >= 7, f"{share:.0%} of the samples are read as one of {classes} digits"
    idle = Trainer(gan_core.preset("starter").replace(lr_d=0.0, lr_g=0.0))
    for _ in range(30):
        idle.turn()
    assert reader(Probe(idle).sample(z))[0] < 0.2
