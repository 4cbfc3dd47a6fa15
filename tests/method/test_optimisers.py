"""The optimisers against PyTorch's own, and against what they say of the updates to come."""

from __future__ import annotations

import pytest
import torch

from gan_core import TrainConfig, preset
from gan_core.method.memory import restore, state_of
from gan_core.method.optimisers import EPS, OPTIMISERS
from gan_core.method.trainer import Trainer

THEIRS = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.5, 0.9), eps=EPS),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=EPS),
    "sgd": lambda p: torch.optim.SGD(p, lr=0.02),
}


def weights() -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=random).requires_grad_() for shape in ((3, 4), (4,), (1, 2, 2))]


def loss(parameters: list[torch.Tensor]) -> torch.Tensor:
    return sum((p**2 + (3 * p).sin()).sum() for p in parameters)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_each_does_what_pytorchs_does(kind):
    mine, theirs = weights(), weights()
    optimiser, reference = OPTIMISERS[kind](mine, 0.02, (0.5, 0.9)), THEIRS[kind](theirs)
    for _ in range(20):
        for parameters, one in ((mine, optimiser), (theirs, reference)):
            one.zero_grad()
            loss(parameters).backward()
            one.step()
    for a, b in zip(mine, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_the_updates_ahead_are_those_that_come(kind):
    parameters = weights()
    optimiser = OPTIMISERS[kind](parameters, 0.02, (0.5, 0.9))

    def step() -> None:
        optimiser.zero_grad()
        loss(parameters).backward()
        optimiser.step()

    for _ in range(5):
        step()
    before = {name: t.clone() for name, t in optimiser.tensors().items()}
    update, foreseen = optimiser.ahead(), [p.detach().clone() for p in parameters]
    for _ in range(3):
        leaves = [p.requires_grad_() for p in foreseen]
        foreseen = [p.detach() for p in update(leaves, torch.autograd.grad(loss(leaves), leaves))]
    assert all(torch.equal(t, before[name]) for name, t in optimiser.tensors().items()), "looking ahead moves nothing"
    for _ in range(3):
        step()
    for a, b in zip(parameters, foreseen, strict=True):
        torch.testing.assert_close(a.detach(), b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_what_is_not_finite_changes_nothing(kind):
    parameters = weights()
    optimiser = OPTIMISERS[kind](parameters, 0.02, (0.5, 0.9))
    loss(parameters).backward()
    optimiser.step()
    before = [t.detach().clone() for t in (*parameters, *optimiser.tensors().values())]
    optimiser.found_inf = torch.ones(())
    parameters[0].grad[0, 0] = float("nan")
    optimiser.step()
    for t, old in zip((*parameters, *optimiser.tensors().values()), before, strict=True):
        assert torch.equal(t.detach(), old)


def small(**changes) -> TrainConfig:
    return preset("plane").replace(width=8, batch_size=16, samples=8, **changes)


@pytest.mark.parametrize("kind", OPTIMISERS)
def test_training_goes_on_bit_for_bit_with_each(kind):
    config = small(optimiser_d=kind, optimiser_g=kind)
    straight, first = Trainer(config), Trainer(config)
    for _ in range(6):
        straight.turn()
    for _ in range(3):
        first.turn()
    resumed = Trainer(config)
    restore(resumed, state_of(first))
    for _ in range(3):
        resumed.turn()
    a, b = state_of(straight)["tensors"], state_of(resumed)["tensors"]
    assert a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_each_network_has_its_own_optimiser_and_memory():
    trainer = Trainer(small(optimiser_d="sgd", optimiser_g="rmsprop", unrolled=2))
    before = [p.detach().clone() for p in trainer.discriminator.parameters()]
    trainer.turn("d")
    # without memory a step is the rate times the gradient
    for old, new in zip(before, trainer.discriminator.parameters(), strict=True):
        torch.testing.assert_close(new.detach(), old - trainer.config.lr_d * new.grad)
    trainer.turn()
    names = state_of(trainer)["tensors"]
    assert any(name.startswith("optimiser.generator.") for name in names) and not any(
        name.startswith("optimiser.discriminator.") for name in names
    )


def test_another_objective_and_penalty_hold_from_the_next_step_on():
    changes = {"objective": "hinge", "penalty": "r1", "penalty_weight": 0.5}
    changed, other = Trainer(small()), Trainer(small(**changes))
    for _ in range(3):
        changed.turn()
    restore(other, state_of(changed))
    changed.change(**changes)
    a, b = changed.turn().metrics(), other.turn().metrics()
    for name in ("loss_d", "loss_g", "penalty", "d_real"):
        assert a[name] == b[name]
    assert a["penalty"] > 0


def test_another_optimiser_or_an_average_begins_afresh_from_a_state():
    old = Trainer(small())
    for _ in range(4):
        old.turn()
    new = Trainer(small(optimiser_g="sgd", ema_half_life=500))
    restore(new, state_of(old))
    assert new.step == 4
    for mine, its in zip(new.generator.parameters(), old.generator.parameters(), strict=True):
        assert torch.equal(mine, its)
    for mine, its in zip(new.average.network.parameters(), old.generator.parameters(), strict=True):
        assert torch.equal(mine, its)
    new.turn()


def test_layers_of_each_network():
    trainer = Trainer(small(depth=1, width_d=12, depth_d=3, activation="tanh"))
    sizes = [
        [tuple(p.shape) for p in n.parameters() if p.ndim == 2] for n in (trainer.generator, trainer.discriminator)
    ]
    assert sizes == [[(8, 2), (2, 8)], [(12, 2), (12, 12), (12, 12), (1, 12)]]
    assert sum(isinstance(m, torch.nn.Tanh) for m in trainer.discriminator.modules()) == 3
