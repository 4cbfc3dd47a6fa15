"""How often the diagnosis is right: `python -m benchmarks.diagnosis [--quick] [--remedies]`.

Trains small runs that are made to fail in one of five ways, and runs that are made to go well, asks
`gan_core.diagnosis` about each of them after every tenth of its steps, and counts. What a run shows is decided twice,
without a look at what the detectors look at: by how it was made, and by a check on the networks themselves (`Truth`):
how much of the data G's samples cover, how far they are from it, how surely D tells fresh samples apart, how G's mean
wanders, how D's weights grow, how far samples are from training images in full pixels. A run that was made to fail
and, by the check, did not is left out and counted as such; a second failure that the check confirms is no false
alarm.

The detectors' constants were set on seed 0, without the runs marked `unseen`; a first table (seeds 10 and 11, all
runs) led to changes in three rules. The table is made with others.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_core.advice.diagnosis import KINDS, diagnose
from gan_core.config import TrainConfig
from gan_core.data import DataSet, load
from gan_core.look.probe import Probe
from gan_core.method import train
from gan_core.method.guard import NonFiniteError
from gan_core.method.priors import PRIORS
from gan_core.method.trainer import Trainer
from gan_core.metrics import Evaluator, memorising_ratio

TUNED, SEEDS = (0,), (20, 21)
EVERY = 50
"""Steps between two evaluations, as in a short run of the app."""
PARTS = 10
"""Times that each run is asked about."""

POINTS = {
    "resolution": None,
    "architecture": "mlp",
    "width": 32,
    "depth": 2,
    "latent_dim": 2,
    "batch_size": 64,
    "steps": 1200,
    "lr_d": 1e-3,
    "lr_g": 1e-3,
    "precision": "float32",
    "device": "cpu",
}
IMAGES = POINTS | {"data": "digits", "resolution": 28, "width": 64, "latent_dim": 16, "batch_size": 32, "samples": 16}
R1 = {"penalty": "r1", "penalty_weight": 0.1}
BOTH = {"objective": "relativistic", "penalty": "r1+r2", "penalty_weight": 0.1}
MOMENTUM = {"beta1": 0.9, "lr_d": 5e-3, "lr_g": 5e-3}


@dataclass(frozen=True)
class Case:
    """A run to make.

    `few`: only so many training images. `digit`: only images of this digit. `unseen`: no constant was set with a look
    at it.
    """

    kind: str
    name: str
    values: dict[str, Any]
    few: int = 0
    digit: int | None = None
    unseen: bool = False


def points(kind: str, name: str, data: str, unseen: bool = False, **values: Any) -> Case:
    return Case(kind, name, POINTS | {"data": data} | values, unseen=unseen)


def images(kind: str, name: str, few: int = 0, digit: int | None = None, unseen: bool = False, **values: Any) -> Case:
    return Case(kind, name, IMAGES | values, few, digit, unseen)


CASES = (
    points("d-wins", "minimax, strong D, ring", "ring", objective="minimax", lr_d=5e-3, lr_g=1e-4, k=3),
    points("d-wins", "slow G, ring", "ring", lr_d=1e-2, lr_g=2e-5),
    points("d-wins", "hinge, slow G", "two-gaussians", objective="hinge", lr_d=5e-3, lr_g=1e-5),
    images("d-wins", "minimax, strong D, digits", objective="minimax", lr_d=2e-3, lr_g=5e-5, k=2),
    points(
        "d-wins", "least squares, slow G, grid", "grid", unseen=True, objective="least-squares", lr_d=5e-3, lr_g=1e-5
    ),
    points(
        "d-wins",
        "relativistic, slow G, pinwheel",
        "pinwheel",
        unseen=True,
        objective="relativistic",
        lr_d=5e-3,
        lr_g=1e-5,
        k=2,
    ),
    points("collapse", "fast G, two Gaussians", "two-gaussians", lr_g=1e-3, lr_d=1e-4),
    points("collapse", "fast G, ring", "ring", lr_g=5e-3, lr_d=1e-3),
    images("collapse", "fast G, digits", lr_g=5e-3, lr_d=5e-4),
    images("collapse", "minimax, fast G, digits", objective="minimax", lr_g=2e-3, lr_d=2e-4),
    points(
        "collapse", "relativistic, fast G, ring", "ring", unseen=True, objective="relativistic", lr_g=5e-3, lr_d=5e-4
    ),
    points(
        "collapse",
        "least squares, fast G",
        "two-gaussians",
        unseen=True,
        objective="least-squares",
        lr_g=1e-3,
        lr_d=1e-4,
    ),
    points("oscillation", "momentum, Gaussian", "gaussian", **MOMENTUM),
    points("oscillation", "momentum, clipped critic", "gaussian", objective="wasserstein", weight_clip=0.1, **MOMENTUM),
    points("oscillation", "momentum, ring", "ring", **MOMENTUM | {"lr_d": 3e-3, "lr_g": 3e-3}),
    points("oscillation", "momentum, uniform", "uniform-1d", **MOMENTUM),
    points("oscillation", "momentum, minimax, Laplace", "laplace", unseen=True, objective="minimax", **MOMENTUM),
    points("oscillation", "momentum, hinge, moons", "moons", unseen=True, objective="hinge", **MOMENTUM),
    points(
        "divergence",
        "unbounded critic",
        "gaussian",
        objective="wasserstein",
        weight_clip=0.0,
        lr_d=2e-2,
        lr_g=2e-2,
        depth=4,
        steps=1600,
    ),
    points("divergence", "rates of 0.3, ring", "ring", lr_d=0.3, lr_g=0.3),
    points("divergence", "least squares, rates of 0.1", "two-gaussians", objective="least-squares", lr_d=0.1, lr_g=0.1),
    points("divergence", "hinge, rates of 0.2", "gaussian", objective="hinge", lr_d=0.2, lr_g=0.2),
    points(
        "divergence",
        "relativistic, rates of 0.3, moons",
        "moons",
        unseen=True,
        objective="relativistic",
        lr_d=0.3,
        lr_g=0.3,
    ),
    points(
        "divergence",
        "unbounded critic, line",
        "line",
        unseen=True,
        objective="wasserstein",
        weight_clip=0.0,
        lr_d=2e-2,
        lr_g=2e-2,
        depth=4,
        steps=1600,
    ),
    *(
        images("memorising", f"{n} images", few=n, penalty="r1", penalty_weight=1.0, width=128, steps=1500)
        for n in (8, 12)
    ),
    images(
        "memorising",
        "16 images, least squares",
        few=16,
        unseen=True,
        objective="least-squares",
        penalty="r1",
        penalty_weight=1.0,
        width=128,
        steps=1500,
    ),
    images(
        "memorising",
        "9 images, relativistic",
        few=9,
        unseen=True,
        width=128,
        steps=1500,
        **BOTH | {"penalty_weight": 1.0},
    ),
    points("healthy", "minimax + R1, Gaussian", "gaussian", objective="minimax", **R1),
    points("healthy", "relativistic, two Gaussians", "two-gaussians", **BOTH),
    points("healthy", "relativistic, ring", "ring", width=64, **BOTH),
    points("healthy", "R1, line", "line", **R1),
    points("healthy", "hinge + R1, moons", "moons", objective="hinge", **R1),
    points("healthy", "least squares + R1, uniform", "uniform-1d", objective="least-squares", **R1),
    points(
        "healthy",
        "clipped critic, two Gaussians (1-D)",
        "two-gaussians-1d",
        objective="wasserstein",
        weight_clip=0.1,
        k=3,
    ),
    images("healthy", "digits", lr_d=5e-4, lr_g=5e-4),
    images("healthy", "digits, relativistic", **BOTH | {"penalty_weight": 1.0}),
    images("healthy", "ones only", digit=1),
    images("healthy", "digits, DCGAN", architecture="dcgan", width=8, depth=None, lr_d=5e-4, lr_g=5e-4, steps=600),
    points("healthy", "R1, spirals", "spirals", unseen=True, **R1),
    points(
        "healthy",
        "relativistic average, checkerboard",
        "checkerboard",
        unseen=True,
        **BOTH | {"objective": "relativistic-average"},
    ),
    points(
        "healthy",
        "WGAN-GP, swiss roll",
        "swiss-roll",
        unseen=True,
        objective="wasserstein",
        penalty="wgan-gp",
        penalty_weight=1.0,
        k=3,
        lr_d=5e-4,
        lr_g=5e-4,
    ),
    points("healthy", "R1, packs of two, two Gaussians", "two-gaussians", unseen=True, packing=2, **R1),
    images(
        "healthy",
        "digits, least squares + R1",
        unseen=True,
        objective="least-squares",
        penalty="r1",
        penalty_weight=1.0,
    ),
)


# --------------------------------------------------------------------------- making a run


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
            "collapse": n.get("covered", 1) < 0.65,
            "d-wins": n.get("ranked", 0) > 0.99 and n["distance"] > 0.3,
            "oscillation": n.get("height", 0) > 1 and n["turns"] >= 4,
            "divergence": not finite or ((n["weights"] > 10 or n["score"] > 1000) and n["distance"] > 0.1),
            "memorising": n.get("copies", 1) < 0.75,
        }


def config_of(case: Case, seed: int) -> TrainConfig:
    return TrainConfig(**case.values, seed=seed)


def data_of(case: Case, seed: int) -> DataSet | None:
    """The part of the digits that a case is about, None for the whole of its data set."""
    if not case.few and case.digit is None:
        return None
    data = load(TrainConfig(**case.values))
    if case.digit is not None:
        index = (data.labels == case.digit).nonzero().flatten()
    else:  # of the first versions, so that no two images are of one original
        index = torch.randperm(1797, generator=torch.Generator().manual_seed(seed))[: case.few]
    return dataclasses.replace(data, samples=data.samples[index], labels=data.labels[index])


def geometric(step: int) -> bool:
    return step == 0 or str(step).rstrip("0") in ("1", "2", "5")


def mean_distance(x: Tensor) -> float:
    return float(torch.cdist(x, x).sum() / (len(x) * (len(x) - 1)))


class Truth:
    """What is true of a run, from its networks. Nothing here is seen by the detectors.

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
        self.largest, self.score = 1.0, 0.0

    def norms(self) -> list[float]:
        return [
            float(torch.stack([p.detach().norm() for p in network.parameters()]).norm())
            for _, network, _ in self.trainer.players()
        ]

    def energy(self) -> float:
        fake = self.probe.sample(self.noise).flatten(1)
        return 2 * float(torch.cdist(fake, self.rows).mean()) - mean_distance(fake) - mean_distance(self.rows)

    def look(self, measured: dict[str, float]) -> None:
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
            numbers["covered"] = float((torch.cdist(self.rows, fake.flatten(1)).amin(1) < near).float().mean())
            numbers["distance"] = self.energy() / self.before
            numbers["ranked"] = float((real_scores[:, None] > fake_scores).float().mean())
            numbers["height"], numbers["turns"] = self.wander()
            if t.config.is_image:
                numbers["copies"] = memorising_ratio(fake[:200], dataclasses.replace(t.data, versions=1))
        return {name: float(x) for name, x in numbers.items()}


def record(config: TrainConfig, data: DataSet | None = None) -> Record:
    """Trains and measures as the app does, and looks at what is true."""
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
    made = record(config_of(case, seed).replace(**(change or {})), data_of(case, seed))
    if file:
        keep.mkdir(parents=True, exist_ok=True)
        about = {name: getattr(made, name) for name in ("evaluations", "status", "numbers", "seconds")}
        np.savez(file, about=json.dumps(about), **made.metrics)
    return made


def through(config: TrainConfig, run: Record) -> Iterator[tuple[int, set[str], dict[str, Any]]]:
    """(step, kinds found, remedy of each) after every tenth of a run, from what was known then."""
    last = int(run.metrics["step"][-1]) if run.metrics else 0
    for part in range(1, PARTS + 1):
        step = last * part // PARTS
        metrics = {name: column[run.metrics["step"] <= step] for name, column in run.metrics.items()}
        known = [s <= step for s in run.evaluations.get("step", ())]
        looks = {name: [x for x, k in zip(column, known, strict=True) if k] for name, column in run.evaluations.items()}
        found = diagnose(config, metrics, looks, run.status if part == PARTS else {"state": "training"})
        yield step, {f.kind for f in found}, {f.kind: f.remedy for f in found}


# --------------------------------------------------------------------------- counting


@dataclass
class Outcome:
    case: Case
    seed: int
    truth: dict[str, bool]
    seen: list[tuple[int, set[str]]]
    """(step, kinds) after every tenth of the run."""
    remedies: dict[str, Any]
    seconds: float

    @property
    def shows(self) -> bool:
        """Whether the run turned out as it was made to."""
        return self.truth[self.case.kind] if self.case.kind != "healthy" else not any(self.truth.values())

    @property
    def final(self) -> set[str]:
        return self.seen[-1][1]

    def wrong(self, kind: str) -> bool:
        """Whether a finding of this kind would be a false alarm."""
        return self.case.kind != kind and not self.truth[kind]


def outcome(job: tuple[Case, int, Path | None]) -> Outcome:
    case, seed, keep = job
    run = made(case, seed, keep)
    seen = list(through(config_of(case, seed), run))
    return Outcome(case, seed, run.truth, [(step, kinds) for step, kinds, _ in seen], seen[-1][2], run.seconds)


def remedied(job: tuple[Outcome, Path | None]) -> tuple[str, bool, bool]:
    """(kind, whether the finding is gone, whether the check says so too) for the same case and seed with its remedy."""
    found, keep = job
    kind, case = found.case.kind, found.case
    change = found.remedies[kind]
    run = made(case, found.seed, keep, change, " - remedied")
    *_, (_, kinds, _) = through(config_of(case, found.seed).replace(**change), run)
    return kind, kind not in kinds, not run.truth[kind]


def table(outcomes: list[Outcome]) -> str:
    lines = [
        "| kind | runs that show it | hits at the end | ever | first seen at step (median) | share of the run | false "
        "alarms at the end | ever | of runs |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS:
        mine = [o for o in outcomes if o.case.kind == kind and o.shows]
        first = [next((step for step, kinds in o.seen if kind in kinds), None) for o in mine]
        known = [(step, step / o.seen[-1][0]) for step, o in zip(first, mine, strict=True) if step is not None]
        others = [o for o in outcomes if o.wrong(kind)]
        when, share = (
            (
                f"{statistics.median(x):,.0f}" if i == 0 else f"{statistics.median(x):.0%}"
                for i, x in enumerate(zip(*known, strict=True))
            )
            if known
            else ("–", "–")
        )
        hits, alarms = sum(kind in o.final for o in mine), sum(kind in o.final for o in others)
        ever = sum(any(kind in kinds for _, kinds in o.seen) for o in others)
        lines.append(
            f"| {kind} | {len(mine)} | {hits} | {len(known)} | {when} | {share} | {alarms} | {ever} | {len(others)} |"
        )
    healthy = [o for o in outcomes if o.case.kind == "healthy" and o.shows]
    clean, always = sum(not o.final for o in healthy), sum(not any(kinds for _, kinds in o.seen) for o in healthy)
    lines.append(f"\nHealthy runs: {len(healthy)}; without any finding at the end {clean}, at all ten looks {always}.")
    return "\n".join(lines)


def confusion(outcomes: list[Outcome]) -> str:
    lines = [
        "| made to show (and, by the check, did) | runs | " + " | ".join(KINDS) + " | nothing |",
        "|---" * (len(KINDS) + 3) + "|",
    ]
    for kind in (*KINDS, "healthy"):
        mine = [o for o in outcomes if o.case.kind == kind and o.shows]
        cells = []
        for other in KINDS:
            found = [o for o in mine if other in o.final]
            true = sum(o.truth[other] for o in found)
            cells.append(f"{len(found)}" + (f" ({true} true)" if found and other != kind else ""))
        lines.append(f"| {kind} | {len(mine)} | " + " | ".join(cells) + f" | {sum(not o.final for o in mine)} |")
    return "\n".join(lines)


QUICK = {
    "minimax, strong D, ring": 600,
    "fast G, two Gaussians": 800,
    "rates of 0.3, ring": 600,
    "minimax + R1, Gaussian": 600,
}


def main(arguments: list[str] | None = None) -> list[Outcome]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="four short runs, to see that it works")
    parser.add_argument(
        "--remedies", action="store_true", help="also train the hits of the first seed again, each with its remedy"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument(
        "--keep", type=Path, help="a folder to keep the runs in; those that are there are not trained again"
    )
    parser.add_argument("--verbose", action="store_true", help="a line for each run")
    options = parser.parse_args(arguments)
    cases = CASES
    if options.quick:
        cases = tuple(
            dataclasses.replace(c, values=c.values | {"steps": QUICK[c.name]}) for c in CASES if c.name in QUICK
        )
        options.seeds = TUNED[:1]
    jobs = [
        (case, seed, options.keep) for seed in options.seeds for case in cases if seed not in TUNED or not case.unseen
    ]
    if options.jobs > 1:
        with ProcessPoolExecutor(options.jobs) as pool:
            outcomes = list(pool.map(outcome, jobs))
    else:
        outcomes = [outcome(job) for job in jobs]
    if options.verbose:
        for o in outcomes:
            seen = " ".join("+".join(k[:2] for k in KINDS if k in kinds) or "." for _, kinds in o.seen)
            true = ",".join(k for k in KINDS if o.truth[k])
            print(f"{o.case.kind:11} {o.case.name:36} {o.seed:3} true: {true or '-':24} found: {seen}")
    seeds, seconds = ", ".join(map(str, options.seeds)), sum(o.seconds for o in outcomes)
    left = [o for o in outcomes if not o.shows]
    print(
        f"{len(outcomes)} runs, seeds {seeds}; {seconds / 60:.1f} minutes of one core. Left out, as they did not turn "
        f"out as made: {len(left)}"
    )
    for o in left:
        print(
            f"- {o.case.kind}: {o.case.name}, seed {o.seed} (the check says: "
            f"{', '.join(k for k in KINDS if o.truth[k]) or 'healthy'})"
        )
    print(f"\n{table(outcomes)}\n\n{confusion(outcomes)}")
    if unseen := [o for o in outcomes if o.case.unseen]:
        print(f"\nOnly the {len(unseen)} runs of cases that no constant was set with:\n\n{table(unseen)}")
    if options.remedies:
        again = [
            (o, options.keep) for o in outcomes if o.seed == options.seeds[0] and o.shows and o.case.kind in o.remedies
        ]
        if options.jobs > 1:
            with ProcessPoolExecutor(options.jobs) as pool:
                results = list(pool.map(remedied, again))
        else:
            results = [remedied(job) for job in again]
        print("\n| kind | trained again with the remedy | finding gone | and, by the check, cured |\n|---|---|---|---|")
        for kind in KINDS:
            mine = [(gone, cured) for k, gone, cured in results if k == kind]
            print(
                f"| {kind} | {len(mine)} | {sum(gone for gone, _ in mine)} | "
                f"{sum(gone and cured for gone, cured in mine)} |"
            )
    return outcomes


if __name__ == "__main__":
    main()
