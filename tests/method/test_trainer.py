"""The trainer's step: which network learns what from which samples, what is measured, and what ends it."""

from __future__ import annotations

import copy
import dataclasses
import math

import pytest
import torch
from small import Recorder, exact, small

import gan_core
from gan_core.config.measures import MEASURES
from gan_core.method.guard import NonFiniteError
from gan_core.method.memory import state_of
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.train import steps, train
from gan_core.method.trainer import Trainer

# --------------------------------------------------------------------------- how many updates of which network


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


@pytest.mark.parametrize(
    "player, name", [("discriminator", "D's logits on real samples"), ("generator", "fake samples")]
)
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
