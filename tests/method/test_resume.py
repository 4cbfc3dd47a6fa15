"""A training goes on from any of its states exactly."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import torch
from small import CLOCK, equal, exact, same, small, some_digits

import gan_core
from gan_core import runs
from gan_core.method.memory import restore, state_of
from gan_core.method.train import train
from gan_core.method.trainer import Trainer
from gan_core.runs import states


def through_a_file(state: dict, folder) -> dict:
    states.save_tensors(folder / "state.safetensors", state["tensors"], {"counters": state["counters"]})
    return runs.load_state(folder)


LARGE = ("conv-minimax", "dcgan-64", "mlp-dropout", "modern", "wgan-gp")
"""Presets whose steps are no quick test."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in LARGE)) for name in gan_core.PRESETS]
)
def test_resume_is_exact_for_every_preset(name, tmp_path):
    """N steps, save, load, N steps equals 2N steps, bit for bit, through a file and over the end of an epoch."""
    config, data = small(name)
    n = 3 if name != "dcgan-64" else 2
    whole = Trainer(config, data)
    expected = [exact(whole.turn().metrics()) for _ in range(2 * n)]
    first = train(config, data=data)
    *_, report = itertools.islice(first, n)
    state = through_a_file(report.state(), tmp_path)
    first.close()
    second = train(config, state, data=data)
    reports = list(itertools.islice(second, n))
    assert [r.step for r in reports] == list(range(n + 1, 2 * n + 1))
    assert [exact(r.metrics()) for r in reports] == expected[n:]
    same(reports[-1].state(), state_of(whole))


@pytest.mark.parametrize("stop", range(1, 8))
def test_resume_is_exact_at_any_step_with_k_2_and_short_epochs(stop, tmp_path):
    """20 samples in batches of 6, twice a step: every step but one lies across or right at an epoch's end."""
    config, _ = small("mlp-dropout", k=2, width=16)
    config, data = config.replace(batch_size=6), some_digits(20)
    whole = Trainer(config, data)
    for _ in range(8):
        whole.turn()
    part = Trainer(config, data)
    for _ in range(stop):
        part.turn()
    rest = Trainer(config, data)
    restore(rest, through_a_file(state_of(part), tmp_path))
    for _ in range(8 - stop):
        report = rest.turn()
        assert report.epoch == (report.step * 12 - 6) // 20 + 1
    same(state_of(rest), state_of(whole))


def test_resume_from_before_the_first_step_and_after_a_head_start():
    config, data = small("conv-minimax", pretrain_d=2, width=16)
    whole = Trainer(config, data)
    fresh = state_of(whole)
    whole.turn(), whole.turn()
    from_zero = list(itertools.islice(train(config, fresh, data=data), 2))
    same(from_zero[-1].state(), state_of(whole))
    one = Trainer(config, data)
    one.turn()
    again = next(train(config, state_of(one), data=data))
    same(again.state(), state_of(whole))


def test_a_state_is_a_copy_and_may_be_used_twice():
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    trainer.turn()
    state = state_of(trainer)
    frozen = {k: v.clone() for k, v in state["tensors"].items()}
    ends = []
    for _ in range(2):
        again = Trainer(config, data)
        restore(again, state)
        again.turn()
        ends.append(state_of(again))
    trainer.turn()
    assert equal(state["tensors"], frozen)
    same(ends[0], ends[1])
    same(ends[0], state_of(trainer))
    assert all(t.device.type == "cpu" for t in state["tensors"].values())
    json.dumps(state["counters"])


def test_a_state_is_complete():
    """The tables' defect list: resume without optimiser state, random state or data order."""
    config, data = small("starter", width=4)
    trainer = Trainer(config, data)
    trainer.turn(), trainer.turn()
    state = state_of(trainer)
    for part in (
        "optimiser.discriminator.0.exp_avg",
        "random",
        "position",
        "discriminator.3.running_mean",
        "optimiser.generator.0.step",
    ):
        assert part in state["tensors"] or part in state["counters"], part
    expected = exact(trainer.turn().metrics())
    for part in ("exp_avg", "exp_avg_sq", "random", "position"):
        broken = {"tensors": {k: v.clone() for k, v in state["tensors"].items()}, "counters": dict(state["counters"])}
        for key, tensor in broken["tensors"].items():
            if key.endswith(f".{part}"):
                tensor.zero_()
        if part == "random":
            broken["tensors"]["random"] = torch.Generator().manual_seed(99).get_state()
        if part == "position":
            broken["counters"]["position"] += 7
        other = Trainer(config, data)
        restore(other, broken)
        other.turn()
        assert exact(other.turn().metrics()) != expected, f"{part} does not matter to a resumed training"


def test_a_state_of_other_networks_is_refused():
    config, data = small("mlp-tiny")
    state = state_of(Trainer(config, data))
    with pytest.raises(ValueError, match="does not belong"):
        restore(Trainer(config.replace(width=48), data), state)
    with pytest.raises(ValueError, match="does not belong"):
        restore(Trainer(small("mlp-dropout")[0], data), state)


@pytest.mark.parametrize("name", ["starter", "mlp-dropout"])
def test_resume_is_exact_across_processes(name, tmp_path, gan, monkeypatch):
    """Through the command line: 4 steps at once here, against 2 here and 2 in a new process.

    The convolutional one on two threads.
    """
    from gan_core.__main__ import main

    monkeypatch.setenv("GAN_THREADS", "2" if name == "starter" else "1")
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    arguments = ["train", "--preset", name, "--data", "digits"]
    assert main([*arguments, "--steps", "4", "--out", str(whole)]) == 0
    assert main([*arguments, "--steps", "2", "--out", str(halves)]) == 0
    done = gan("train", "--out", halves, "--resume", "--steps", 4)
    assert done.returncode == 0, done.stderr
    a, b = runs.load_state(whole), runs.load_state(halves)
    same(a, b)
    a, b = (gan_core.Run.open(f).metrics() for f in (whole, halves))
    assert a["step"].tolist() == [1, 2, 3, 4]
    for column in a:
        if column not in CLOCK:
            np.testing.assert_array_equal(a[column], b[column], err_msg=column)


def test_same_seed_same_run_other_seed_other_run():
    config, data = small("starter", width=4)

    def after(config):
        trainer = Trainer(config, data)
        trainer.turn(), trainer.turn()
        return state_of(trainer)

    first = after(config)
    same(first, after(config))
    other = after(config.replace(seed=1))
    assert not torch.equal(first["tensors"]["generator.1.weight"], other["tensors"]["generator.1.weight"])
    assert not torch.equal(first["tensors"]["random"], other["tensors"]["random"])


def test_two_trainings_side_by_side_do_not_touch_each_other():
    pairs = [small("mlp-dropout", width=16), small("starter", width=4, seed=5)]
    apart = []
    for config, data in pairs:
        *_, last = itertools.islice(train(config, data=data), 4)
        apart.append(last.state())
    together = [train(config, data=data) for config, data in pairs]
    for _ in range(4):
        reports = [next(t) for t in together]
    for report, state in zip(reports, apart, strict=True):
        same(report.state(), state)
