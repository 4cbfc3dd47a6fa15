"""`train(config)`: the step-wise trainer as a generator function, a `Report` after every step."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from ..config import ConfigError, TrainConfig
from ..data import DataSet
from .memory import restore
from .report import Report
from .trainer import Trainer

TURNS = ("both", "d", "g")
"""What one step may consist of: a whole step, or a single update of one network."""

Steps = Generator[Report, Mapping[str, Any] | None, None]


def train(config: TrainConfig, state: Mapping[str, Any] | None = None, data: DataSet | None = None) -> Steps:
    """Train a GAN step by step: yields a `Report` after each step until the configuration's total is reached.

        for report in train(config):
            print(report.step, report.metrics())

    `state`: what `Report.state()` returned; the training goes on from there, bit for bit on the CPU. `send()` takes
    changes of the fields in `config.LIVE` from the next step on, as {"lr_d": 1e-4} or {"objective": "hinge"}, and
    {"turn": "d"} or "g" to make that one step an update of D or of G alone. It raises `ConfigError` for anything else,
    after which the generator is spent: go on with `train(config, state)`. Other errors: `DataError`, `NonFiniteError`,
    RuntimeError where the device is not there.
    """
    trainer = Trainer(config, data)
    if state is not None:
        restore(trainer, state)
    yield from steps(trainer)


def steps(trainer: Trainer) -> Steps:
    """Turns of a trainer until its configuration's total is reached; see `train` for what `send()` takes."""
    sent: Mapping[str, Any] | None = None
    while trainer.step < trainer.total_steps:
        live = dict(sent or {})
        what = live.pop("turn", "both")
        if what not in TURNS:
            raise ConfigError("turn", what, f"use one of {', '.join(TURNS)}")
        if live:
            trainer.change(**live)
        sent = yield trainer.turn(what)
