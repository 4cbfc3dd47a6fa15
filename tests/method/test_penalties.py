"""Penalties three ways: closed forms, a slow reference in float64, finite differences; and defects of popular code."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from small import some_digits
from torch import nn

from gan_core import PENALTIES
from gan_core.config import TrainConfig
from gan_core.config.games import HOLDS
from gan_core.method.trainer import Trainer
from gan_core.method.update import Watcher
from gan_core.networks.conditioning import told

PULLS = ("wgan-gp", "dragan")
"""Those that pull the slope towards 1."""
ALL = [name for name in PENALTIES if name != "none"]


def linear(w: list[float]) -> nn.Module:
    layer = nn.Linear(len(w), 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([w]))
    return nn.Sequential(layer, nn.Flatten(0))


def small_d(inputs: int = 3, seed: int = 0) -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(inputs, 7), nn.Tanh(), nn.Linear(7, 1), nn.Flatten(0)).double()


def points(n: int, dim: int, seed: int) -> torch.Tensor:
    return torch.randn(n, dim, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def at(seed: int = 5) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(w=st.lists(st.floats(-4, 4), min_size=1, max_size=6), n=st.integers(1, 9))
def test_closed_forms_on_a_linear_critic(w, n):
    d, length = linear(w), math.sqrt(sum(v * v for v in w))
    real, fake = points(n, len(w), 1), points(n, len(w), 2)
    expected = {
        "none": 0.0,
        "wgan-gp": (length - 1) ** 2,
        "dragan": (length - 1) ** 2,
        "r1": length**2 / 2,
        "r2": length**2 / 2,
        "r1+r2": length**2,
    }
    assert list(PENALTIES) == list(HOLDS) and set(expected) == set(HOLDS)
    for name, value in expected.items():
        assert float(PENALTIES[name](d, real, fake, at()).detach()) == pytest.approx(value, abs=1e-5), name
        assert HOLDS[name].strength * (length - HOLDS[name].at) ** 2 == pytest.approx(value), "what its record says"


def overhear(name: str, d, real: torch.Tensor, fake: torch.Tensor, seed: int = 5) -> tuple[float, torch.Tensor]:
    """A penalty's value, and the points that it looked at."""
    seen = []
    value = PENALTIES[name](lambda x: (seen.append(x.detach().clone()), d(x))[1], real, fake, at(seed))
    return float(value.detach()), seen[0]


def slow_gradient(d: nn.Sequential, x: np.ndarray) -> np.ndarray:
    """grad of w2 . tanh(W1 x + b1) + b2 by hand."""
    w1, b1, w2 = (p.detach().numpy() for p in (d[0].weight, d[0].bias, d[2].weight))
    return w1.T @ (w2[0] * (1 - np.tanh(w1 @ x + b1) ** 2))


@pytest.mark.parametrize("seed", range(4))
def test_the_slow_reference_agrees(seed):
    d, real, fake = small_d(seed=seed), points(6, 3, seed), points(6, 3, 100 + seed) + 1
    squares = {
        name: np.mean([np.sum(slow_gradient(d, x) ** 2) for x in batch.numpy()]) / 2
        for name, batch in (("r1", real), ("r2", fake))
    }
    squares["r1+r2"] = squares["r1"] + squares["r2"]
    for name, value in squares.items():
        assert float(PENALTIES[name](d, real, fake)) == pytest.approx(value, rel=1e-12)
    # the points that the pulls look at are theirs to choose: they are overheard, then everything is computed anew
    for name in PULLS:
        value, seen = overhear(name, d, real, fake, seed)
        assert value == pytest.approx(
            np.mean([(np.linalg.norm(slow_gradient(d, x)) - 1) ** 2 for x in seen.numpy()]), rel=1e-9
        )


def test_wgan_gp_looks_between_each_real_and_its_own_fake_with_a_coefficient_of_its_own():
    real, fake = points(64, 3, 1), points(64, 3, 2)
    share = (overhear("wgan-gp", lambda x: x.sum(1), real, fake)[1] - fake) / (real - fake)
    torch.testing.assert_close(
        share, share[:, :1].expand_as(share), msg="the same coefficient in all coordinates of a sample"
    )
    assert share.min() >= 0 and share.max() <= 1 and share[:, 0].std() > 0.2, "another coefficient for each sample"


def test_between_packs_one_coefficient_serves_a_whole_pack():
    real, fake, seen = points(12, 3, 1), points(12, 3, 2), []
    PENALTIES["wgan-gp"](lambda x: (seen.append(x.detach()), x.view(4, 9).sum(1))[1], real, fake, at(), 3)
    share = ((seen[0] - fake) / (real - fake)).view(4, 9)
    torch.testing.assert_close(share, share[:, :1].expand_as(share))
    assert len(set(share[:, 0].tolist())) == 4


def test_dragan_looks_beside_the_reals_within_half_their_deviation():
    real = points(500, 3, 1) * 2
    moved = (overhear("dragan", lambda x: x.sum(1), real, real)[1] - real) / (0.5 * real.std(correction=0))
    assert moved.min() >= 0 and moved.max() <= 1 and moved.std() > 0.15
    assert moved.std(1).mean() > 0.05, "every coordinate moves by itself"


@pytest.mark.parametrize("name", ALL)
def test_gradients_with_respect_to_the_weights_agree_with_finite_differences(name):
    d, real, fake = small_d(), points(4, 3, 1), points(4, 3, 2)
    parameters = list(d.parameters())
    gradients = torch.autograd.grad(PENALTIES[name](d, real, fake, at()), parameters, allow_unused=True)
    h = 1e-6
    for parameter, gradient in zip(parameters, gradients, strict=True):
        flat = parameter.data.view(-1)
        for i in range(len(flat)):
            kept, sides = float(flat[i]), []
            for move in (h, -h):
                flat[i] = kept + move
                sides.append(float(PENALTIES[name](d, real, fake, at())))
            flat[i] = kept
            slope = (sides[0] - sides[1]) / (2 * h)
            assert (0.0 if gradient is None else float(gradient.view(-1)[i])) == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("name", ALL)
def test_the_slope_is_each_samples_own_and_that_of_all_its_coordinates(name):
    # two samples with slopes 3 and 4: over the batch the norm would be 5, per coordinate something else again
    w = torch.tensor([[3.0, 0.0], [0.0, 4.0]], dtype=torch.float64)
    x = torch.zeros(2, 2, dtype=torch.float64)
    value = float(PENALTIES[name](lambda x: (w * x).sum(1), x, x, at()))
    assert value == pytest.approx(
        {"wgan-gp": (4 + 9) / 2, "dragan": (4 + 9) / 2, "r1": 25 / 4, "r2": 25 / 4, "r1+r2": 25 / 2}[name], abs=1e-6
    )


@pytest.mark.parametrize("name", ALL)
def test_a_pack_has_one_slope(name):
    # D of packs of two: 4 samples, 2 logits
    x = torch.zeros(4, 1, dtype=torch.float64)
    value = float(PENALTIES[name](lambda x: x.view(2, 2) @ torch.tensor([3.0, 4.0], dtype=torch.float64), x, x, at()))
    assert value == pytest.approx({"wgan-gp": 16, "dragan": 16, "r1": 12.5, "r2": 12.5, "r1+r2": 25}[name], abs=1e-5)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_flat_critic_has_finite_gradients(name, dtype):
    d = nn.Sequential(nn.Linear(3, 1, dtype=dtype), nn.Flatten(0))
    nn.init.zeros_(d[0].weight)
    x = torch.randn(5, 3, dtype=dtype)
    value = PENALTIES[name](d, x, x + 1, at())
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(d[0].weight.grad).all()


@pytest.mark.parametrize("name", ALL)
def test_no_gradient_reaches_the_samples_and_nothing_of_theirs_is_changed(name):
    d = small_d()
    real, fake = points(4, 3, 1).requires_grad_(), points(4, 3, 2).requires_grad_()
    before = real.detach().clone(), fake.detach().clone()
    PENALTIES[name](d, real, fake, at()).backward()
    assert real.grad is None and fake.grad is None and torch.equal(real, before[0]) and torch.equal(fake, before[1])


@pytest.mark.parametrize("name", PULLS)
def test_random_points_come_from_the_given_stream_alone(name):
    d, real, fake = small_d(), points(8, 3, 1), points(8, 3, 2)
    state = torch.get_rng_state()
    one, two, other = (float(PENALTIES[name](d, real, fake, at(seed))) for seed in (1, 1, 2))
    assert one == two != other and torch.equal(state, torch.get_rng_state())


def test_signs_do_not_matter_but_lengths_do():
    real, fake = points(5, 2, 1), points(5, 2, 2)
    for name in ALL:
        up, down, steep = (
            float(PENALTIES[name](linear(w), real, fake, at())) for w in ([0.6, 0.8], [-0.6, -0.8], [6.0, 8.0])
        )
        assert up == pytest.approx(down) and steep > up


def test_no_penalty_is_nothing():
    x = torch.randn(3, 2, dtype=torch.float64)
    found = PENALTIES["none"](nn.Identity(), x, x)
    assert found.shape == () and float(found) == 0 and found.dtype == torch.float64


# --------------------------------------------------------------------------- passes of D


@pytest.mark.parametrize("packs", [1, 3])
def test_where_d_mixes_no_samples_reals_and_fakes_are_shown_together(packs):
    d, sizes = small_d(3 * packs), []

    def critic(x: torch.Tensor) -> torch.Tensor:
        sizes.append(len(x))
        return d(x.reshape(-1, 3 * packs))

    real, fake = points(6, 3, 1), points(6, 3, 2)
    found = {}
    for mixes in (True, False):
        value = PENALTIES["r1+r2"](critic, real, fake, None, packs, mixes)
        found[mixes] = (value, *torch.autograd.grad(value, [d[0].weight, d[0].bias, d[2].weight]))
    assert sizes == [6, 6, 12]
    for apart, together in zip(found[True], found[False], strict=True):
        torch.testing.assert_close(together, apart, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [name for name in PENALTIES if name != "r1+r2"])
def test_the_others_make_one_pass_or_none_whatever_d_does(name):
    d, sizes = small_d(), []

    def critic(x: torch.Tensor) -> torch.Tensor:
        sizes.append(len(x))
        return d(x)

    values = [
        float(PENALTIES[name](critic, points(6, 3, 1), points(6, 3, 2), at(), 1, mixes).detach())
        for mixes in (True, False)
    ]
    assert sizes == ([] if name == "none" else [6, 6])
    assert values[0] == values[1]


@pytest.mark.parametrize(
    "changes, passes",
    [
        ({"data": "ring", "resolution": None, "architecture": "mlp"}, [16, 16]),
        ({"data": "ring", "resolution": None, "architecture": "mlp", "packing": 2}, [16, 16]),
        ({"architecture": "mlp", "conditioning": "concatenation"}, [16, 16]),
        ({"architecture": "dcgan"}, [8, 8, 8, 8]),
        ({"data": "ring", "resolution": None, "architecture": "mlp", "minibatch_stddev": True}, [8, 8, 8, 8]),
    ],
    ids=["points", "packs", "labels", "batch norm", "deviation of the batch"],
)
def test_the_trainer_shows_both_together_where_d_mixes_no_samples(changes, passes):
    """The passes of one update of D, the game's and the penalty's; and a penalty that is the sum of both parts."""
    config = TrainConfig(
        objective="relativistic", penalty="r1+r2", batch_size=8, width=16, steps=5, precision="float64", **changes
    )
    trainer, sizes, kept = Trainer(config, some_digits() if config.is_image else None), [], []
    trainer.discriminator.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))

    class Kept(Watcher):
        def scored(self, update):
            kept.append(update)

    found = trainer.turn("d", Kept()).metrics()
    assert sizes == passes
    (u,) = [u for u in kept if u.player == "d"]
    # the same weights, not yet updated
    before = Trainer(config, some_digits() if config.is_image else None)
    apart = PENALTIES["r1+r2"](lambda x: told(before.discriminator, x, u.labels), u.real, u.fake.detach())
    assert found["penalty"] == pytest.approx(float(apart.detach()), rel=1e-5)
