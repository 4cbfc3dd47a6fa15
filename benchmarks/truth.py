"""What is true of a run, measured on its networks while it trains, beside what the app would keep of it."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_core.config import TrainConfig
from gan_core.data import DataSet
from gan_core.look.probe import Probe
from gan_core.method import train
from gan_core.method.guard import NonFiniteError
from gan_core.method.priors import PRIORS
from gan_core.method.trainer import Trainer
from gan_core.metrics import Evaluator, memorising_ratio

from .failures import Case, config_of, data_of

EVERY = 50
"""Steps between two evaluations, as in a short run of the app."""


@dataclass
class Record:
    """A run: metrics and evaluations as the app keeps them, its last state, and what `Truth` measured."""

    metrics: dict[str, np.ndarray]
    evaluations: dict[str, list]
    status: dict[str, str]
    numbers: dict[str, float]
    seconds: float

    @property
    def truth(self) -> dict[str, bool]:
        """Kind -> whether the run shows it, by the rules that `Truth` names."""
        n, finite = self.numbers, self.status["state"] == "finished"
        return {
            "d-dead": n.get("answers", 1) < 0.02 and n["distance"] > 0.03,
            "collapse": n.get("covered", 1) < 0.65,
            "d-wins": n.get("ranked", 0) > 0.99 and n["distance"] > 0.3,
            "oscillation": n.get("height", 0) > 1 and n["turns"] >= 4,
            "divergence": not finite or ((n["weights"] > 10 or n["score"] > 1000) and n["distance"] > 0.1),
            "memorising": n.get("copies", 1) < 0.75,
        }


def geometric(step: int) -> bool:
    return step == 0 or str(step).rstrip("0") in ("1", "2", "5")


def mean_distance(x: Tensor) -> float:
    return float(torch.cdist(x, x).sum() / (len(x) * (len(x) - 1)))


class Truth:
    """What is true of a run, from its networks. Nothing here is seen by the detectors.

    d-dead: the standard deviation of D's scores of reals and fakes together is below 0.02 of the largest it has had,
        and G's energy distance to the data is still over 3 % of what it was untrained.
    collapse: less than 65 % of the reals have a fake nearby (a quarter of the reals' mean distance, or 1.5 times
        their usual distance to the nearest).
    d-wins: D ranks more than 99 % of fresh pairs rightly (in evaluation mode), and G's energy distance to the data is
        over 30 % of what it was untrained.
    oscillation: G's mean wanders by more than a standard deviation of the data (10th to 90th percentile along one of
        two random directions), and goes from its upper to its lower level or back four times or more.
    divergence: something was not finite; or a network's weights grew tenfold, or a mean score of D passed 1,000, and
        G's energy distance to the data is still over 10 % of what it was untrained.
    memorising: the median distance to the nearest training image in full pixels is below 0.75 of that between reals.
    """

    def __init__(self, trainer: Trainer):
        self.trainer, self.probe = trainer, Probe(trainer)
        random = torch.Generator().manual_seed(5)
        data = trainer.data
        self.real = data.batch(torch.randperm(len(data), generator=random)[:600])
        self.rows = self.real.flatten(1)
        self.axes = torch.randn(self.rows.shape[1], 2, generator=random)
        self.noise = PRIORS[trainer.config.prior].draw(600, trainer.config.latent_dim, random, None)
        self.before, self.weights = self.energy(), self.norms()
        self.path: list[list[float]] = []
        self.largest, self.score, self.widest = 1.0, 0.0, 0.0

    def norms(self) -> list[float]:
        return [
            float(torch.stack([p.detach().norm() for p in network.parameters()]).norm())
            for _, network, _ in self.trainer.players()
        ]

    def energy(self) -> float:
        fake = self.probe.sample(self.noise).flatten(1)
        return 2 * float(torch.cdist(fake, self.rows).mean()) - mean_distance(fake) - mean_distance(self.rows)

    def answers(self) -> float:
        """How far D's scores of reals and fakes are spread."""
        return float(torch.cat([self.probe.score(x) for x in (self.real, self.probe.sample(self.noise))]).std())

    def look(self, measured: dict[str, float]) -> None:
        self.widest = max(self.widest, self.answers())
        self.path.append((self.probe.sample(self.noise[:200]).flatten(1).mean(0) @ self.axes).tolist())
        self.largest = max(self.largest, *(now / first for now, first in zip(self.norms(), self.weights, strict=True)))
        self.score = max(self.score, abs(measured["d_real"]), abs(measured["d_fake"]), abs(measured["loss_g"]))

    def wander(self) -> tuple[float, int]:
        """Height in standard deviations of the data, and turns, of the direction along which G's mean moves more."""
        path = np.array(self.path)
        path = path[int(0.3 * len(path)) :]
        best = (0.0, 0)
        for line, spread in zip(path.T, (self.rows @ self.axes).std(0).tolist(), strict=True):
            low, high = np.percentile(line, [10, 90])
            side, turns = 0, 0
            for x in line:
                now = 1 if x > high - (high - low) / 4 else -1 if x < low + (high - low) / 4 else 0
                turns, side = (turns + (side not in (0, now)), now) if now else (turns, side)
            best = max(best, ((high - low) / spread, turns))
        return best

    def verdict(self, finite: bool) -> dict[str, float]:
        t = self.trainer
        numbers: dict[str, float] = {"weights": self.largest, "score": self.score}
        fake = self.probe.sample(self.noise)
        if finite and bool(torch.isfinite(fake).all()):
            apart = torch.cdist(self.rows, self.rows).fill_diagonal_(math.inf).amin(1).median()
            near = max(mean_distance(self.rows) / 4, 1.5 * float(apart))
            real_scores, fake_scores = self.probe.score(self.real), self.probe.score(fake)
            numbers["answers"] = self.answers() / self.widest
            numbers["covered"] = float((torch.cdist(self.rows, fake.flatten(1)).amin(1) < near).float().mean())
            numbers["distance"] = self.energy() / self.before
            numbers["ranked"] = float((real_scores[:, None] > fake_scores).float().mean())
            numbers["height"], numbers["turns"] = self.wander()
            if t.config.is_image:
                numbers["copies"] = memorising_ratio(fake[:200], dataclasses.replace(t.data, versions=1))
        return {name: float(x) for name, x in numbers.items()}


def record(config: TrainConfig, data: DataSet | None = None, later: dict[int, dict[str, Any]] | None = None) -> Record:
    """Trains and measures as the app does, with live changes after some steps, and looks at what is true."""
    begin = time.process_time()
    torch.set_num_threads(1)
    trainer = Trainer(config, data)
    evaluator, truth = Evaluator(config, trainer.data), Truth(trainer)
    noise = PRIORS[config.prior].draw(evaluator.count, config.latent_dim, torch.Generator().manual_seed(7), None)
    rows: list[dict[str, float]] = []
    looks: list[dict[str, float | None]] = []
    status = {"state": "finished", "message": ""}
    try:
        for report in train.steps(trainer):
            rows.append(report.metrics())
            if later and report.step in later:
                trainer.change(**later[report.step])
            if report.step % 20 == 0:
                truth.look(rows[-1])
            if geometric(report.step) or report.step % EVERY == 0:
                found = evaluator.evaluate(Probe(trainer).sample(noise))
                looks.append(
                    {"step": report.step, **{name: x if math.isfinite(x) else None for name, x in found.items()}}
                )
    except NonFiniteError as error:
        status = {"state": "failed", "message": str(error)}
    metrics = {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}
    evaluations = {name: [look[name] for look in looks] for name in looks[0]} if looks else {}
    return Record(
        metrics, evaluations, status, truth.verdict(status["state"] == "finished"), time.process_time() - begin
    )


def made(
    case: Case, seed: int, keep: Path | None = None, change: dict[str, Any] | None = None, mark: str = ""
) -> Record:
    """The record of a case, with some fields changed; read from the folder `keep` where it is there already."""
    file = keep and keep / f"{case.kind} - {case.name} - {seed}{mark}.npz"
    if file and file.exists():
        with np.load(file) as found:
            return Record(
                {name: found[name] for name in found.files if name != "about"}, **json.loads(str(found["about"]))
            )
    made = record(config_of(case, seed).replace(**(change or {})), data_of(case, seed), case.later)
    if file:
        keep.mkdir(parents=True, exist_ok=True)
        about = {name: getattr(made, name) for name in ("evaluations", "status", "numbers", "seconds")}
        np.savez(file, about=json.dumps(about), **made.metrics)
    return made
