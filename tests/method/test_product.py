"""Everything goes with everything: objective x penalty x family x k x precision, one real train step each."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from small import tiny
from torch import nn

from gan_core import OBJECTIVES, PENALTIES
from gan_core.config import FIELDS
from gan_core.look.probe import Probe
from gan_core.method.memory import restore, state_of
from gan_core.method.trainer import Trainer
from gan_core.networks import FAMILIES

PRECISIONS = ("float32", "bfloat16", "float64")


def snapshot(network: nn.Module) -> dict[str, torch.Tensor]:
    return {k: v.detach().clone() for k, v in network.state_dict().items()}


def moved(before: dict[str, torch.Tensor], network: nn.Module, trained: bool) -> list[str]:
    """Names of weights (or of everything else) that differ from before."""
    weights = dict(network.named_parameters())
    return [k for k, v in network.state_dict().items() if (k in weights) is trained and not torch.equal(before[k], v)]


@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.slow
def test_one_step_of_every_combination(family, precision, digits):
    for number, (objective, penalty) in enumerate(itertools.product(OBJECTIVES, PENALTIES)):
        # fresh fakes with k = 2, the same ones with k = 1: both roads, in turn, and each pair takes both of them
        k = 1 + (number + number // len(PENALTIES) + PRECISIONS.index(precision)) % 2
        config = tiny(
            family,
            objective=objective,
            penalty=penalty,
            k=k,
            precision=precision,
            reuse_fakes=k == 1,
            penalty_weight=0.1,
            lr_d=1e-3,
            lr_g=1e-3,
        )
        trainer, what = Trainer(config, digits), (objective, penalty, k)
        g, d = snapshot(trainer.generator), snapshot(trainer.discriminator)
        metrics = trainer.turn().metrics()
        assert all(math.isfinite(v) for v in metrics.values()), (what, metrics)
        assert (metrics["penalty"] > 0) == (penalty != "none"), what
        assert trainer.order.position == 4 * k and trainer.d_updates == k, what
        # a residual block begins as the identity: in its first step only the weights that open it move
        share = 0.25 if family == "residual" else 0.8
        assert len(moved(g, trainer.generator, True)) > share * len(list(trainer.generator.parameters())), what
        # (where only differences of scores count, D's last bias has no gradient)
        assert len(moved(d, trainer.discriminator, True)) > min(share, 0.6) * len(
            list(trainer.discriminator.parameters())
        ), what
        for network in (trainer.generator, trainer.discriminator):
            assert all(torch.isfinite(v).all() for v in network.state_dict().values()), what
            assert all(p.requires_grad and p.dtype == trainer.plan.dtype for p in network.parameters()), what


@pytest.mark.parametrize("objective, penalty", list(itertools.product(OBJECTIVES, PENALTIES)))
def test_a_turn_moves_its_own_network_only(objective, penalty, digits):
    config = tiny("mlp", objective=objective, penalty=penalty, lr_d=1e-3, lr_g=1e-3)
    trainer = Trainer(config, digits)
    for turn, mine, other in (("d", "discriminator", "generator"), ("g", "generator", "discriminator")):
        networks = {name: getattr(trainer, name) for name in (mine, other)}
        before = {name: snapshot(n) for name, n in networks.items()}
        trainer.turn(turn)
        assert moved(before[mine], networks[mine], True) and not moved(before[other], networks[other], True)


COMBINATIONS = [
    {"objective": objective, "penalty": penalty, "penalty_every": 1 + i % 3, "k": 1 + i % 2}
    for i, (objective, penalty) in enumerate(itertools.product(OBJECTIVES, PENALTIES))
]
STABILISED = [
    {"spectral_norm": True, "objective": "hinge"},
    {"minibatch_stddev": True},
    {"packing": 2, "objective": "relativistic", "penalty": "r1"},
    {"label_smoothing": 0.1},
    {"instance_noise": 0.3, "instance_noise_steps": 4},
    {"augment": "colour+translation+cutout", "penalty": "wgan-gp"},
    {"unrolled": 2},
    {"clip_grad": 0.5},
    {"ema_half_life": 50},
    {"anneal": "cosine", "anneal_steps": 6, "beta2_end": 0.9},
    {"anneal": "linear", "lr_end": 0.1},
    {"objective": "wasserstein", "k": 2},
    {"conditioning": "concatenation"},
    {"conditioning": "concatenation", "packing": 2, "reuse_fakes": False},
    {"conditioning": "projection", "objective": "hinge", "spectral_norm": True},
]


@pytest.mark.parametrize(
    "number, changes",
    list(enumerate(COMBINATIONS + STABILISED)),
    ids=lambda v: "-".join(map(str, v.values())) if isinstance(v, dict) else "",
)
def test_resume_is_exact(number, changes, digits):
    family = (
        "dcgan"
        if changes.get("conditioning") == "projection" or "augment" in changes
        else ("mlp", "dcgan", "mlp-dropout")[number % 3]
    )
    config = tiny(family, **changes)
    whole, first, second = Trainer(config, digits), Trainer(config, digits), Trainer(config, digits)
    for _ in range(3):
        whole.turn(), first.turn()
    restore(second, state_of(first))
    for _ in range(3):
        whole.turn(), second.turn()
    a, b = state_of(whole), state_of(second)
    assert a["tensors"].keys() == b["tensors"].keys()
    assert not [name for name in a["tensors"] if not torch.equal(a["tensors"][name], b["tensors"][name])]
    assert (
        a["counters"]["d_updates"] == b["counters"]["d_updates"]
        and a["counters"]["averaged"] == b["counters"]["averaged"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("family", list(FAMILIES))
@pytest.mark.parametrize("conditioning", FIELDS["conditioning"].accepts.options)
def test_every_family_trains_and_is_watched_with_labels_and_packs(family, conditioning, digits):
    if conditioning == "projection" and family not in ("dcgan", "residual", "stacked-dcgan", "stacked-tiny"):
        return
    packing = 1 if conditioning == "projection" else 2
    trainer = Trainer(tiny(family, conditioning=conditioning, packing=packing, samples=20, ema_half_life=100), digits)
    state = state_of(trainer)
    for look in (
        Probe(trainer).watch,
        Probe(trainer).watch_average,
        lambda: Probe(trainer).sample(Probe(trainer).fixed_noise),
        lambda: Probe(trainer).score(Probe(trainer).fixed_reals[:5]),
    ):
        look()
    after = state_of(trainer)
    assert not [k for k, v in state["tensors"].items() if not torch.equal(v, after["tensors"][k])], (
        "looking leaves no trace"
    )
    trainer.turn()
    fake, d_real, d_fake = Probe(trainer).watch()
    assert fake.shape == (20, 1, 28, 28) and d_real.shape == d_fake.shape == (20,)
    assert Probe(trainer).score(Probe(trainer).fixed_reals[:5]).shape == (5,) and Probe(trainer).sample(
        torch.randn(3, 5), average=True
    ).shape == (3, 1, 28, 28)
