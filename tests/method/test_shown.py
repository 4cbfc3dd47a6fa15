"""What D is shown: reals and fakes alike are augmented and under noise, in D's step and in G's, and never else."""

from __future__ import annotations

import pytest
import torch

from gan_core import TrainConfig
from gan_core.data import DataSet
from gan_core.method.penalties import PENALTIES
from gan_core.method.trainer import Trainer

REAL, FAKE = 51, 204
"""Grey levels: reals are 0.6 below the middle, the fakes of the test's own G 0.6 above it."""


@pytest.fixture(params=["non-saturating", "relativistic"])
def seen(request):
    """`seen(turn, **changes)`: what D is given in a turn, reals and fakes: both (n, 1, 28, 28)."""

    def turn(what: str, **changes) -> tuple[torch.Tensor, torch.Tensor]:
        config = TrainConfig(
            data="digits", architecture="mlp", width=4, batch_size=16, samples=4, objective=request.param, **changes
        )
        data = DataSet(torch.full((32, 1, 28, 28), REAL, dtype=torch.uint8), torch.zeros(32, dtype=torch.int64))
        trainer, given = Trainer(config, data), []
        with torch.no_grad():
            # the layer before tanh: whatever z is, G draws one grey
            last = [m for m in trainer.generator.modules() if isinstance(m, torch.nn.Linear)][-1]
            last.weight.zero_()
            last.bias.fill_(torch.atanh(torch.tensor(FAKE / 127.5 - 1)))
        trainer.discriminator.register_forward_pre_hook(lambda module, inputs: given.append(inputs[0].detach()))
        trainer.turn(what)
        x = torch.cat(given)
        # of a fake at most the edge is dark, of a real nothing but for the noise is light
        real = (x < -0.01).flatten(1).sum(1) > (x > 0.01).flatten(1).sum(1)
        return x[real], x[~real]

    turn.pairs = request.param == "relativistic"
    return turn


@pytest.mark.parametrize("turn", ["d", "g"])
def test_reals_and_fakes_alike_are_augmented(seen, turn):
    for group, level in zip(seen(turn, augment="translation+cutout"), (REAL, FAKE), strict=True):
        holes = (group == 0).flatten(1).sum(1)
        assert bool((holes >= 7 * 7).all()) and bool((holes <= 14 * 14).all()), "each has a hole"
        assert len(group) == 0 or len(holes.unique()) > 1, "each has a hole of its own"
        rest = group[(group != 0) & (group != -1)]
        torch.testing.assert_close(rest, torch.full_like(rest, level / 127.5 - 1))


@pytest.mark.parametrize("turn", ["d", "g"])
def test_reals_and_fakes_alike_are_under_the_noise(seen, turn):
    for group, level in zip(seen(turn, instance_noise=0.2), (REAL, FAKE), strict=True):
        if len(group):
            assert float((group - (level / 127.5 - 1)).std()) == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("turn", ["d", "g"])
def test_without_either_they_are_shown_as_they_are(seen, turn):
    real, fake = seen(turn)
    # reals are shown in G's step where fakes are scored against them
    assert len(real) == (16 if turn == "d" or seen.pairs else 0) and len(fake) == 16
    for group, level in ((real, REAL), (fake, FAKE)):
        torch.testing.assert_close(group, torch.full_like(group, level / 127.5 - 1))


def test_the_slope_of_a_penalty_is_that_of_d_with_all_that_it_is_shown_at_the_samples_themselves(monkeypatch):
    """D after augmentation and noise is one function; its slope is taken where the data and G's samples are."""
    config = TrainConfig(
        data="digits",
        architecture="mlp",
        width=4,
        batch_size=16,
        samples=4,
        penalty="r1",
        augment="translation+cutout",
        instance_noise=0.2,
    )
    samples = torch.randint(0, 256, (16, 1, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    trainer, points, given = Trainer(config, DataSet(samples, torch.zeros(16, dtype=torch.int64))), {}, []

    def penalty(discriminator, real, fake, random, packs, mixes):
        points.update(real=real, fake=fake)
        watching = trainer.discriminator.register_forward_pre_hook(lambda module, inputs: given.append(inputs[0]))
        slope = torch.autograd.grad(discriminator(x := real.clone().requires_grad_()).sum(), x)[0]
        watching.remove()
        # where an image has been cut out, and what has been moved out of it, D's answer hangs on nothing
        assert bool(((slope == 0).flatten(1).sum(1) >= 7 * 7).all())
        return real.new_zeros(())

    drawn = []
    trainer.generator.register_forward_hook(lambda module, inputs, output: drawn.append(output.detach()))
    monkeypatch.setitem(PENALTIES, "r1", penalty)
    trainer.turn("d")
    whole = samples / 127.5 - 1
    assert (points["real"].sort(0).values - whole.sort(0).values).abs().max() < 1e-6
    assert torch.equal(points["fake"], drawn[0])
    noise = given[0].detach()[given[0].detach().abs() < 0.05]
    assert len(noise) and not bool((noise == 0).any()), "under the noise too"
