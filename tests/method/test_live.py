"""What is changed while a training goes on, and single turns."""

from __future__ import annotations

import math

import pytest
from small import equal, same, small, weights

from gan_core.config import ConfigError
from gan_core.method.memory import state_of
from gan_core.method.train import train


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
