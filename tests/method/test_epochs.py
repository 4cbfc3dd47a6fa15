"""The order of the data, epochs, and how many steps there are."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from small import Recorder, small, some_digits

from gan_core.method.order import Shuffle
from gan_core.method.train import steps, train
from gan_core.method.trainer import Trainer


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
    assert trainer.total_steps == 12
    assert len(list(train(config.replace(steps=5), data=data))) == 5, "steps override epochs"
    assert len(list(train(config.replace(k=2), data=data))) == 6, "an epoch is a pass of D over the data"
    uneven = Trainer(config.replace(batch_size=16), data)
    assert len(list(steps(uneven))) == 8 and uneven.order.position >= 120


@pytest.mark.parametrize("sent", [{"k": 2}, {"k": 3}, {"turn": "d"}, {"turn": "g"}, {"lr_d": 1e-3}])
def test_the_total_of_a_run_is_one_number_whatever_is_done_to_it(sent):
    config, _ = small("mlp-tiny")
    trainer = Trainer(config.replace(batch_size=10, epochs=4, steps=None, k=2, anneal="linear"), some_digits(60))
    going, totals, rates = steps(trainer), [], []
    next(going)
    with contextlib.suppress(StopIteration):
        for number in range(100):
            going.send(sent if number % 3 == 0 else None)
            totals.append(trainer.total_steps)
            rates.append(trainer.optimiser_g.lr)
    assert set(totals) == {12} and trainer.step == 12, "4 epochs of 60 samples, 20 in a step at the k of the beginning"
    assert rates == sorted(rates, reverse=True), "a schedule goes one way"
