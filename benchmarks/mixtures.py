"""Modes found in ring and grid beside published numbers: `python -m benchmarks.mixtures --data ring|grid|all`.

--protocol quick: small networks, minutes on two cores; every recipe is a `TrainConfig`, all seeds are trained at once
(benchmarks/ensembles.py). --protocol pacgan: the networks and the 400,000 updates of PacGAN's Table 1
(arXiv:1712.04086); hours on a CPU, or shortened by --epochs. --speed: seeds side by side against one by one.

Evaluation is PacGAN's (gan_core.evaluate_mixture): 2,500 samples; high quality (HQ) within 3 standard deviations of a
mode; a mode counts with at least one such sample; evenness over modes (PacGAN: reverse KL) compares the histogram of
modes over the high-quality samples with the uniform one, in nats. The oracle is a perfect sampler with as many samples;
an HQ share above its 98.9 % means modes that are too narrow.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch

from gan_core import TrainConfig
from gan_core.config.presets import MIXTURE
from gan_core.look.probe import Probe
from gan_core.method import train
from gan_core.method.trainer import Trainer
from gan_core.metrics import evaluate_mixture, mixture_oracle

from .ensembles import Ensemble, evaluation_noise
from .pacgan import PacGAN

SAMPLES = 2500
MODES = {"ring": 8, "grid": 25}
Score = tuple[float, float, float]
"""Modes, high-quality share in percent, evenness over modes."""

PUBLISHED: dict[str, dict[str, str]] = {
    "ring": {
        "GAN": "6.3±0.5 / 98.2±0.2 / 0.45±0.09",
        "ALI": "6.6±0.3 / 97.6±0.4 / 0.36±0.04",
        "PacGAN2": "7.9±0.1 / 95.6±2.0 / 0.07±0.03",
        "PacGAN3": "7.8±0.1 / 97.7±0.3 / 0.10±0.02",
        "PacGAN4": "7.8±0.1 / 95.9±1.4 / 0.07±0.02",
    },
    "grid": {
        "GAN": "17.3±0.8 / 94.8±0.7 / 0.70±0.07",
        "ALI": "24.1±0.4 / 95.7±0.6 / 0.14±0.03",
        "PacGAN2": "23.8±0.7 / 91.3±0.8 / 0.13±0.04",
        "PacGAN3": "24.6±0.4 / 94.2±0.4 / 0.06±0.02",
        "PacGAN4": "24.8±0.2 / 93.6±0.6 / 0.04±0.01",
    },
}
"""PacGAN's Table 1 (arXiv:1712.04086): modes / HQ % / evenness, 10 runs each, 400,000 updates of each network."""
BEST = {"ring": "PacGAN2", "grid": "PacGAN4"}
"""The published row with the smallest evenness (of two equal ones, that with more modes)."""

BASE = MIXTURE.replace(objective="non-saturating", penalty="none", precision="float32", device="cpu")
"""What all quick recipes share: the networks and rates of the presets `ring` and `grid`."""
STEPS = 40_000

RECIPES: dict[str, dict] = {
    "relativistic+r1+r2": {"objective": "relativistic", "penalty": "r1+r2", "penalty_weight": 0.3},
    "non-saturating": {"objective": "non-saturating"},
    "non-saturating+r1": {"objective": "non-saturating", "penalty": "r1", "penalty_weight": 0.3},
    "wgan-gp, k=1": {"objective": "wasserstein", "penalty": "wgan-gp", "penalty_weight": 0.1},
    "packing-2": {"objective": "non-saturating", "packing": 2},
    "packing-4": {"objective": "non-saturating", "packing": 4},
}
"""Name -> fields of `TrainConfig` that differ from `BASE`."""
COUNTERPARTS = {"non-saturating": "GAN", "packing-2": "PacGAN2", "packing-4": "PacGAN4"}
"""The published row that a recipe is to be compared with; others with the best one."""


def config_of(recipe: str, data: str, steps: int | None = None) -> TrainConfig:
    """The configuration of a quick recipe on a data set."""
    return BASE.replace(data=data, steps=steps or STEPS, **RECIPES[recipe])


# --------------------------------------------------------------------------- scores and their table


def scores(samples: torch.Tensor, data: str) -> list[Score]:
    """PacGAN's three numbers for each seed of samples (S, n, 2); modes 0, HQ 0 and nan where samples are not finite."""
    found = []
    for of_seed in samples:
        if not bool(torch.isfinite(of_seed).all()):
            found.append((0.0, 0.0, math.nan))
            continue
        score = evaluate_mixture(of_seed, data)
        found.append((score["modes"], 100 * score["high_quality"], score["reverse_kl"]))
    return found


def mean_and_error(values: Iterable[float]) -> tuple[float, float]:
    """Mean and standard error of the finite values; nan where there are none, an error of nan for a single one."""
    finite = [v for v in values if math.isfinite(v)]
    if len(finite) < 2:
        return (finite or [math.nan])[0], math.nan
    return statistics.fmean(finite), statistics.stdev(finite) / math.sqrt(len(finite))


def told(value: float, error: float, digits: int) -> str:
    if math.isnan(value):
        return "none"
    return f"{value:.{digits}f}" + ("" if math.isnan(error) else f"±{error:.{digits}f}")


def summary(found: list[Score]) -> str:
    """modes / HQ % / evenness of all seeds, mean ± standard error.

    Also how many seeds have no KL because no sample was of high quality.
    """
    columns = list(zip(*found, strict=True))
    text = " / ".join(told(*mean_and_error(column), digits) for column, digits in zip(columns, (2, 2, 4), strict=True))
    lost = sum(math.isnan(kl) for kl in columns[2])
    return text + (f" ({lost} without a KL)" if lost else "")


def oracle(data: str) -> str:
    """The scores of a perfect sampler, mean over 200 draws of as many samples."""
    spread = mixture_oracle(data, SAMPLES)
    return f"{spread['modes'].mean:g} / {100 * spread['high_quality'].mean:.2f} / {spread['reverse_kl'].mean:.4f}"


HEAD = (
    "| data | recipe | ours: modes / HQ % / evenness | all modes in | published | oracle | seconds "
    "|\n|---|---|---|---|---|---|---|"
)


def row(data: str, recipe: str, found: list[Score], against: str, seconds: float) -> str:
    """One line of the table. `against`: the published row to stand beside it."""
    whole = sum(modes == MODES[data] for modes, _, _ in found)
    published = f"{against}: {PUBLISHED[data][against]}"
    return (
        f"| {data} | {recipe} | {summary(found)} | {whole} of {len(found)} | {published} | {oracle(data)} | "
        f"{seconds:,.0f} |"
    )


def machine() -> str:
    """This machine in words."""
    name = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        name = next(
            (line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")),
            name,
        )
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores of {name}, {torch.get_num_threads()} of them used{load}; torch {torch.__version__}"


# --------------------------------------------------------------------------- the protocols


def quick(
    data: str, recipe: str, seeds: range, steps: int | None = None, progress: bool = False
) -> tuple[list[Score], float]:
    """A recipe trained from all seeds at once: (scores of each seed, seconds)."""
    begin = time.perf_counter()
    ensemble = Ensemble(config_of(recipe, data, steps), seeds)
    for step in range(1, ensemble.config.steps + 1):
        ensemble.step()
        if progress and step % 1000 == 0:
            say(
                f"{recipe}, step {step:,}, {time.perf_counter() - begin:.0f} s: "
                f"{summary(scores(ensemble.sample(SAMPLES), data))}"
            )
    return scores(ensemble.sample(SAMPLES), data), time.perf_counter() - begin


def single(config: TrainConfig, seed: int) -> Score:
    """One seed by gan_core's own trainer, evaluated on the same noise as in an ensemble."""
    trainer = Trainer(config.replace(seed=seed))
    for _ in train.steps(trainer):
        pass
    z = evaluation_noise(trainer.config, SAMPLES)
    return scores(Probe(trainer).sample(z, average=bool(config.ema_half_life))[None], config.data)[0]


def pacgan(data: str, packing: int, seeds: range, epochs: int, device: str) -> Iterator[tuple[int, list[Score], float]]:
    """PacGAN's protocol: (epoch, scores of each run, seconds so far) after every epoch."""
    begin = time.perf_counter()
    runs = PacGAN(data, packing, seeds, device)
    for epoch in range(1, epochs + 1):
        for _ in range(runs.per_epoch):
            runs.update()
        yield epoch, scores(runs.sample(SAMPLES), data), time.perf_counter() - begin


def speed(data: str, recipe: str, seeds: range, steps: int, rounds: int = 5) -> str:
    """Milliseconds for one step of all seeds: side by side, one by one, and by gan_core's trainer one by one.

    Medians over turns taken in one process.
    """
    config = config_of(recipe, data)
    together = Ensemble(config, seeds)
    alone = [Ensemble(config, [seed]) for seed in seeds]
    trainers = [Trainer(config.replace(seed=seed)) for seed in seeds]
    turns = {
        "side by side": lambda: together.step(),
        "one by one": lambda: [e.step() for e in alone],
        "gan_core's trainer": lambda: [t.turn() for t in trainers],
    }
    taken: dict[str, list[float]] = {name: [] for name in turns}
    for turn in range(rounds + 1):
        for name, act in turns.items():
            begin = time.perf_counter()
            for _ in range(steps):
                act()
            if turn:  # the first only warms up
                taken[name].append((time.perf_counter() - begin) / steps)
    median = {name: 1000 * statistics.median(values) for name, values in taken.items()}
    ratios = {
        n: statistics.median(a / b for a, b in zip(taken[n], taken["side by side"], strict=True))
        for n in list(turns)[1:]
    }
    each = ", ".join(f"{name} {ms:.1f} ms" for name, ms in median.items())
    return (
        f"{len(seeds)} seeds of {recipe} on {data}, one step of all: {each}; ratios "
        f"{', '.join(f'{r:.2f} ({n})' for n, r in ratios.items())}"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mixtures", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", choices=("ring", "grid", "all"), default="all")
    parser.add_argument("--protocol", choices=("quick", "pacgan"), default="quick")
    parser.add_argument(
        "--recipe",
        nargs="+",
        choices=RECIPES,
        default=list(RECIPES),
        metavar="NAME",
        help=f"quick: {', '.join(RECIPES)}",
    )
    parser.add_argument(
        "--packing", nargs="+", type=int, choices=(1, 2, 3, 4), default=[1, 2, 3, 4], metavar="M", help="pacgan: 1 to 4"
    )
    parser.add_argument("--seeds", type=int, default=10, help="runs of each, from seed 0 (default 10)")
    parser.add_argument("--steps", type=int, help="quick: instead of the recipe's own number")
    parser.add_argument(
        "--epochs", type=int, default=400, help="pacgan: of 1,000 updates each (default 400, as published)"
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda"),
        default="auto",
        help="pacgan only; quick recipes are too small for a GPU",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=int(os.environ.get("GAN_THREADS", 0)) or None,
        help="CPU threads (default: $GAN_THREADS, or all)",
    )
    parser.add_argument("--speed", action="store_true", help="only measure how long a step takes")
    parser.add_argument("--progress", action="store_true", help="quick: scores every 1,000 steps, to stderr")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    sets = list(MODES) if options.data == "all" else [options.data]
    seeds = range(options.seeds)
    print(machine(), flush=True)
    if options.speed:
        for data in sets:
            print(speed(data, options.recipe[0], seeds, options.steps or 20), flush=True)
        return
    if options.protocol == "quick":
        print(HEAD, flush=True)
        for data in sets:
            for recipe in options.recipe:
                found, seconds = quick(data, recipe, seeds, options.steps, options.progress)
                steps = options.steps or STEPS
                print(
                    row(data, f"{recipe}, {steps:,} steps", found, COUNTERPARTS.get(recipe, BEST[data]), seconds),
                    flush=True,
                )
        return
    device = ("cuda" if torch.cuda.is_available() else "cpu") if options.device == "auto" else options.device
    print(
        "PacGAN's protocol on "
        f"{device}{'' if options.epochs == 400 else f', SHORTENED: {options.epochs} of 400 epochs'}",
        flush=True,
    )
    print(HEAD, flush=True)
    told_at = time.monotonic()
    for data in sets:
        for packing in options.packing:
            for epoch, found, seconds in pacgan(data, packing, seeds, options.epochs, device):  # noqa: B007
                if time.monotonic() - told_at > 30:
                    told_at = time.monotonic()
                    say(
                        f"{data}, packing {packing}: epoch {epoch} of {options.epochs}, {seconds:,.0f} s: "
                        f"{summary(found)}"
                    )
            short = "" if options.epochs == 400 else f", {options.epochs} of 400 epochs"
            print(
                row(data, f"packing {packing}{short}", found, "GAN" if packing == 1 else f"PacGAN{packing}", seconds),
                flush=True,
            )


def say(text: str) -> None:
    """Progress, apart from the table."""
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
