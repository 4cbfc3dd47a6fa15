"""Looking at a training leaves no trace in it."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from small import exact, same, small

from gan_core.look.noise import fixed_noise
from gan_core.look.probe import Probe
from gan_core.method.memory import state_of
from gan_core.method.trainer import Trainer
from gan_core.networks.layers import Dropout


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
