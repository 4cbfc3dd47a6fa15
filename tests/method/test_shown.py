"""What D is shown: reals and fakes alike are augmented and under noise, in D's step and in G's, and never else."""

from __future__ import annotations

import pytest
import torch

from gan_core import TrainConfig
from gan_core.data import DataSet
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
