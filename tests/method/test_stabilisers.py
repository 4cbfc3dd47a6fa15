"""What each stabiliser does in a step."""

from __future__ import annotations

import math

import pytest
import torch
from small import tiny
from torch import nn

from gan_core.look.probe import Probe
from gan_core.method.memory import restore, state_of
from gan_core.method.trainer import Trainer
from gan_core.method.unrolled import Unrolled
from gan_core.method.update import Update
from gan_core.networks import FAMILIES, build


def first_update(digits, **changes) -> tuple[Trainer, dict[str, float]]:
    trainer = Trainer(tiny("mlp", **changes), digits)
    return trainer, trainer.turn("d").metrics()


def test_the_penalty_enters_ds_loss_with_its_weight(digits):
    _, plain = first_update(digits)
    for weight in (0.0, 0.5, 3.0):
        _, found = first_update(digits, penalty="r1", penalty_weight=weight)
        assert found["loss_d"] == pytest.approx(plain["loss_d"] + weight * found["penalty"], rel=1e-5)
        assert found["value"] == pytest.approx(plain["value"], rel=1e-5), "the value of the game leaves the penalty out"


def test_a_lazy_penalty_is_computed_every_nth_time_n_times_as_strong(digits):
    trainer, every = (
        Trainer(tiny("mlp", penalty="r2", penalty_every=3, penalty_weight=2.0, k=2, lr_d=0.0, lr_g=0.0), digits),
        [],
    )
    for _ in range(6):
        metrics = trainer.turn("d").metrics()
        every.append(metrics["penalty"])
        if math.isfinite(metrics["penalty"]):
            assert metrics["loss_d"] == pytest.approx(-metrics["value"] + 6.0 * metrics["penalty"], rel=1e-5)
        else:
            assert metrics["loss_d"] == pytest.approx(-metrics["value"])
    assert [math.isfinite(v) for v in every] == [True, False, False] * 2


def test_clipped_weights_stay_in_their_box(digits):
    trainer = Trainer(tiny("mlp", objective="wasserstein", lr_d=0.1), digits)
    trainer.turn("d")
    most = [float(p.detach().abs().max()) for p in trainer.discriminator.parameters()]
    assert (
        max(most) == pytest.approx(0.01)
        and max(float(p.detach().abs().max()) for p in trainer.generator.parameters()) > 0.05
    )
    free = Trainer(tiny("mlp", objective="wasserstein", penalty="wgan-gp", lr_d=0.1), digits)
    free.turn("d")
    assert max(float(p.detach().abs().max()) for p in free.discriminator.parameters()) > 0.01, (
        "the penalty takes the place of clipping"
    )


def test_instance_noise_fades_evenly_and_is_gone(digits):
    trainer = Trainer(tiny("mlp", instance_noise=0.8, instance_noise_steps=10), digits)
    x = torch.zeros(4000, 1, 4, 4)
    for step, sd in ((0, 0.8), (5, 0.4), (9, 0.08)):
        trainer.step = step
        assert float(trainer._present(x).std()) == pytest.approx(sd, rel=0.03)
    trainer.step = 10
    assert torch.equal(trainer._present(x), x)


def test_a_gradient_is_never_longer_than_the_clip_and_keeps_its_direction(digits):
    runs = {}
    for clip in (0.0, 1e-3, 1e3):
        trainer = Trainer(tiny("mlp", clip_grad=clip), digits)
        metrics = trainer.turn("d").metrics()
        runs[clip] = metrics["grad_norm_d"], torch.cat([p.grad.flatten() for p in trainer.discriminator.parameters()])
    (before, free), (after, clipped) = runs[0.0], runs[1e-3]
    assert torch.equal(runs[1e3][1], free), "a short one is left as it is"
    assert before == pytest.approx(after), "what is shown is the length before"
    assert float(clipped.norm()) == pytest.approx(1e-3, rel=1e-4)
    torch.testing.assert_close(clipped / clipped.norm(), free / free.norm())


@pytest.mark.parametrize("anneal, middle", [("linear", 0.55), ("cosine", 0.55), ("none", 1.0)])
def test_rates_and_beta2_go_where_they_should(anneal, middle, digits):
    trainer = Trainer(
        tiny("mlp", anneal=anneal, anneal_steps=10, lr_d=1e-3, lr_g=2e-3, lr_end=0.1, beta2=0.9, beta2_end=0.99), digits
    )
    for step, share in ((0, 1.0), (5, middle), (10, 0.1), (50, 0.1)):
        share = 1.0 if anneal == "none" else share
        trainer.step = step
        trainer._set_rates()
        assert trainer.optimiser_d.lr == pytest.approx(1e-3 * share) and trainer.optimiser_g.lr == pytest.approx(
            2e-3 * share
        )
        assert trainer.optimiser_g.betas[1] == pytest.approx(
            0.9 if anneal == "none" else 0.9 + 0.09 * (1 - share) / 0.9
        )


def test_the_average_follows_at_its_half_life(digits):
    config = tiny("dcgan", ema_half_life=8, batch_size=4)
    trainer = Trainer(config, digits)
    trainer.average.seen = 10**6  # past its beginning, in which it follows faster
    slow = {k: v.double() for k, v in trainer.average.tensors().items()}
    for _ in range(5):
        trainer.turn()
        for name, live in trainer.generator.state_dict().items():
            # after 4 of 8 images a weight counts 2^-1/2 of what it did
            slow[name] = (
                live.double() if "num_batches" in name else 0.5**0.5 * slow[name] + (1 - 0.5**0.5) * live.double()
            )
    for name, found in trainer.average.tensors().items():
        torch.testing.assert_close(found.double(), slow[name], rtol=1e-5, atol=1e-6, msg=name)


def test_the_average_forgets_the_random_start(digits):
    trainer = Trainer(tiny("mlp", ema_half_life=10**8), digits)
    trainer.turn()
    assert all(
        torch.equal(a, b)
        for a, b in zip(trainer.average.tensors().values(), trainer.generator.state_dict().values(), strict=True)
    )
    for _ in range(10):
        trainer.turn()
    assert not all(
        torch.equal(a, b)
        for a, b in zip(trainer.average.tensors().values(), trainer.generator.state_dict().values(), strict=True)
    )


def test_averaging_leaves_training_as_it_was(digits):
    runs = []
    for half_life in (0, 100):
        trainer = Trainer(tiny("dcgan", ema_half_life=half_life), digits)
        for _ in range(3):
            trainer.turn()
        runs.append(state_of(trainer)["tensors"])
    assert all(torch.equal(v, runs[1][k]) for k, v in runs[0].items())


def test_the_gradient_of_an_unrolled_game_agrees_with_finite_differences(digits):
    """d f(G, D^2(G)) / dG in float64, D^2 recomputed from scratch for every moved weight of G."""
    config = tiny(
        "mlp",
        unrolled=2,
        precision="float64",
        width=3,
        lr_d=0.05,
        lr_g=0.0,
        reuse_fakes=False,
        objective="relativistic",
    )
    trainer = Trainer(config, digits)
    trainer.turn("d")  # Adam's moments are no longer zero
    start = trainer.random.get_state()

    def loss() -> float:
        trainer.random.set_state(start)
        return trainer.turn("g").metrics()["loss_g"]

    loss()
    parameter = list(trainer.generator.parameters())[-2]
    gradient, flat = parameter.grad.clone().flatten(), parameter.data.view(-1)
    for i in range(0, len(flat), len(flat) // 6):
        kept, sides = float(flat[i]), []
        for move in (1e-5, -1e-5):
            flat[i] = kept + move
            sides.append(loss())
        flat[i] = kept
        assert float(gradient[i]) == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=2e-4, abs=1e-9)


def test_unrolling_sees_d_as_it_will_be_and_leaves_it_as_it_is(digits):
    plain, ahead = (Trainer(tiny("mlp", unrolled=n, lr_d=0.01), digits) for n in (0, 5))
    before = state_of(ahead)
    a, b = plain.turn("g").metrics(), ahead.turn("g").metrics()
    assert b["d_fake_after"] < a["d_fake_after"] - 0.01, "five updates on, D believes less in these fakes"
    after = state_of(ahead)["tensors"]
    assert not [k for k, v in before["tensors"].items() if "discriminator" in k and not torch.equal(v, after[k])]


@pytest.mark.parametrize("changes", [{}, {"d_loss_scale": 0.5}, {"label_smoothing": 0.2, "objective": "least-squares"}])
def test_one_unrolled_update_is_the_update_that_d_would_make(changes, digits):
    trainer = Trainer(tiny("mlp", precision="float64", unrolled=1, lr_d=1e-2, **changes), digits)
    for _ in range(3):
        trainer.turn("d")
    batch = trainer._real(trainer.order.next())
    state = trainer.random.get_state()
    fake = trainer.generator(trainer.noise(4)).detach()
    seen = Update("d", trainer.discriminator, trainer.optimiser_d, shown_real=batch[0], shown_fake=fake)
    ahead = Unrolled(trainer.discriminator, trainer.optimiser_d, lambda d: trainer._loss_ahead(d, seen), 1)
    trainer.random.set_state(state)
    trainer._update_d(trainer.optimiser_d, batch)
    for name, parameter in trainer.discriminator.named_parameters():
        # Adam adds its eps beside the root, the unrolled one below it: that is all they may differ by
        torch.testing.assert_close(ahead.parameters[name], parameter, rtol=0, atol=2e-6)


def test_a_state_from_another_kind_of_device_goes_on_with_other_noise(digits):
    first, second = (Trainer(tiny("mlp"), digits) for _ in range(2))
    first.turn()
    state = state_of(first)
    state["tensors"]["random"] = torch.zeros(16, dtype=torch.uint8)  # as long as a GPU's
    state["counters"]["device"] = "cuda"
    restore(second, state)
    assert math.isfinite(second.turn().metrics()["loss_d"]) and second.step == 2


def test_a_state_after_the_head_start_does_not_make_it_again(digits):
    trainer, again = (Trainer(tiny("mlp", pretrain_d=3), digits) for _ in range(2))
    updates = trainer.head_start()
    next(updates)
    with pytest.raises(RuntimeError, match="head start"):
        state_of(trainer)
    list(updates)
    restore(again, state_of(trainer))
    again.turn()
    assert again.d_updates == 4


def test_a_conditional_generator_is_asked_for_classes_as_the_data_have_them(digits):
    trainer, asked = Trainer(tiny("mlp", conditioning="concatenation"), digits), []
    trainer.generator.register_forward_pre_hook(lambda module, inputs: asked.append(inputs[1]))
    for _ in range(2):
        Probe(trainer).sample(torch.zeros(3000, 5))
    shares = torch.bincount(digits.labels, minlength=10) / len(digits)
    assert torch.equal(asked[0], asked[1]), "the same ones each time"
    found = torch.bincount(asked[0], minlength=10) / 3000
    assert (found - shares).abs().max() < 0.04 and (found - shares).abs().max() > 1e-4, (
        "by chance, not in turn: or it would beat a perfect sampler"
    )


def test_reals_and_fakes_of_one_update_carry_the_same_labels(digits):
    trainer, seen = Trainer(tiny("mlp", conditioning="concatenation"), digits), []
    for network in (trainer.generator, trainer.discriminator):
        network.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[1].tolist()))
    trainer.turn()
    reals = digits.labels[trainer.order._order[:4]].tolist()
    assert seen[0] == reals and all(labels in (reals, reals + reals) for labels in seen)


def test_fixed_samples_are_a_grid_of_class_by_noise(digits):
    trainer = Trainer(tiny("mlp", conditioning="concatenation", samples=32), digits)
    assert trainer.config.grid == (10, 3) and trainer.config.shown == 30
    z, y = Probe(trainer).fixed_noise[:30].view(10, 3, -1), Probe(trainer).fixed_labels[:30].view(10, 3)
    assert (
        torch.equal(y, torch.arange(10)[:, None].expand(10, 3))
        and torch.equal(z, z[:1].expand_as(z))
        and not torch.equal(z[0, 0], z[0, 1])
    )


@pytest.mark.parametrize("family", list(FAMILIES))
def test_batch_norm_has_its_own_eps(family):
    """A published defect: BatchNorm(n, 0.8) puts 0.8 into eps."""
    for network in build(tiny(family)):
        for module in network.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                assert module.eps <= 1e-3 and 0 < module.momentum <= 0.5
