"""Modes of 1,000 found on Stacked MNIST, beside published numbers: `python -m benchmarks.stacked_mnist --setting A|B`.

A: the DCGAN of VEEGAN's and PacGAN's table; 50 epochs of 2,000 steps; 26,000 samples. Meant for a GPU: without one it
   is not run, unless --device cpu asks for it.
B: Unrolled GAN's tiny networks, with a D of a quarter or half of G's channels; 500,000 steps; 25,600 samples. Runs on
    a CPU; with --steps in minutes.

A recipe is a `TrainConfig`, trained by gan_core's own trainer. A batch is 64 (A) or 128 (B) packs. A classifier
trained here on MNIST names each channel of each sample; modes are the distinct triples; KL is that of their histogram
against the uniform one over 1,000, in nats. The oracle draws triples evenly. MNIST must lie unpacked in
$GAN_DATA_DIR/MNIST/raw.
"""

from __future__ import annotations

import argparse
import functools
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core import TrainConfig
from gan_core.data import load
from gan_core.look.probe import Probe
from gan_core.method.train import steps as steps_of
from gan_core.method.trainer import Trainer
from gan_core.metrics import class_counts, class_kl, load_classifier

from .ensembles import evaluation_noise
from .mixtures import machine, mean_and_error, say, told

CLASSES = 1000


@dataclass(frozen=True)
class Setting:
    """`steps`: of the published runs, `per_epoch` of them an epoch.

    `samples`: how many are evaluated. `sizes`: widths of D (B) by name.
    """

    config: TrainConfig
    steps: int
    per_epoch: int
    samples: int
    sizes: dict[str, int | None]
    published: dict[str, dict[str, str]]


SETTINGS = {
    "A": Setting(
        TrainConfig(
            data="stacked-mnist",
            resolution=28,
            batch_size=64,
            architecture="stacked-dcgan",
            width=64,
            latent_dim=100,
            prior="uniform",
            objective="non-saturating",
            lr_d=2e-4,
            lr_g=2e-4,
            beta1=0.5,
        ),
        100_000,
        2000,
        26_000,
        {"full": None},
        {
            "full": {
                "DCGAN": "99 / 3.40",
                "ALI": "16 / 5.40",
                "Unrolled": "48.7 / 4.32",
                "VEEGAN": "150 / 2.95",
                "PacDCGAN2-4": "1000 / 0.06-0.07",
            }
        },
    ),
    "B": Setting(
        TrainConfig(
            data="stacked-mnist",
            resolution=28,
            batch_size=128,
            architecture="stacked-tiny",
            width=2,
            latent_dim=256,
            prior="normal",
            objective="non-saturating",
            lr_d=2e-4,
            lr_g=1e-4,
            beta1=0.5,
            beta2=0.99,
        ),
        500_000,
        200,
        25_600,
        {"quarter": 2, "half": 4},
        {
            "quarter": {"DCGAN": "30.6 / 5.99", "Unrolled-10": "327 / 4.66", "PacDCGAN4": "667 / 1.81"},
            "half": {"DCGAN": "628 / 2.58", "Unrolled-10": "817 / 1.43", "PacDCGAN4": "820 / 1.15"},
        },
    ),
}

RECIPES: dict[str, dict] = {
    "dcgan": {},
    "packing-2": {"packing": 2},
    "packing-4": {"packing": 4},
    "relativistic+r1+r2": {
        "objective": "relativistic",
        "penalty": "r1+r2",
        "penalty_weight": 1.0,
        "ema_half_life": 10_000,
    },
    "relativistic+r1+r2, packing-4": {
        "objective": "relativistic",
        "penalty": "r1+r2",
        "penalty_weight": 1.0,
        "ema_half_life": 10_000,
        "packing": 4,
    },
}
"""Name -> fields that differ from the setting's published protocol. `dcgan` and `packing-m` are that protocol."""


def config_of(setting: str, recipe: str, size: str, steps: int, device: str = "auto") -> TrainConfig:
    """The configuration of a recipe; batches are as many packs as the published ones."""
    base, changes = SETTINGS[setting].config, RECIPES[recipe]
    width = SETTINGS[setting].sizes[size] or base.width
    return base.replace(
        batch_size=base.batch_size * changes.get("packing", 1), width=width, steps=steps, device=device, **changes
    )


def counterpart(setting: str, recipe: str, size: str) -> str:
    """The published row to stand beside a recipe: its own, or else the best."""
    rows = SETTINGS[setting].published[size]
    name = {"dcgan": "DCGAN"}.get(recipe, list(rows)[-1])
    return f"{name}: {rows[name]}"


def score(triples: Tensor) -> tuple[int, float]:
    """(modes, KL from uniform in nats) of triples int64 (N,) in 0 ... 999, or of their logits (N, 1000)."""
    counts = class_counts(triples) if triples.ndim == 2 else torch.bincount(triples, minlength=CLASSES)
    return int((counts > 0).sum()), class_kl(counts)


@functools.cache
def oracle(samples: int, repetitions: int = 100) -> str:
    """Modes / KL of a sampler that draws the triples evenly: mean over repetitions."""
    random = torch.Generator().manual_seed(0)
    found = [score(torch.randint(CLASSES, (samples,), generator=random)) for _ in range(repetitions)]
    modes, kl = (sum(column) / repetitions for column in zip(*found, strict=True))
    return f"{modes:.0f} / {kl:.4f}"


def judged(images: Tensor) -> tuple[int, float]:
    """(modes, KL) of images (N, 3, 28, 28) in [-1, 1], by the classifier."""
    classifier = load_classifier("stacked-mnist", 28)
    # the triples alone are kept: 26,000 rows of 1,000 logits would be 100 MB
    return score(torch.cat([classifier.predict(part).argmax(1) for part in images.split(1000)]))


def samples_of(trainer: Trainer, n: int) -> Tensor:
    """n samples of G, or of its average where there is one, from noise of their own: (n, 3, 28, 28), on the CPU."""
    c = trainer.config
    return torch.cat(
        [Probe(trainer).sample(part, average=bool(c.ema_half_life)).cpu() for part in evaluation_noise(c, n).split(500)]
    )


def train(config: TrainConfig, samples: int) -> tuple[int, float, float]:
    """One run: (modes, KL, seconds of training). Says every half a minute how far it is."""
    trainer = Trainer(config)
    torch.set_num_threads(trainer.plan.threads)
    begin = said = time.monotonic()
    for report in steps_of(trainer):
        if time.monotonic() - said > 30:
            said = time.monotonic()
            report.metrics()  # waits for the device, and raises where the run has broken
            say(f"seed {config.seed}: step {report.step:,} of {config.steps:,}, {said - begin:.0f} s")
    report.metrics()
    seconds = time.monotonic() - begin
    return *judged(samples_of(trainer, samples)), seconds


HEAD = "| setting | D | recipe | ours: modes / KL | published | oracle | seconds a run |\n|---|---|---|---|---|---|---|"


def row(setting: str, size: str, recipe: str, steps: int, found: list[tuple[int, float, float]] | None) -> str:
    """One line of the table; `found`: (modes, KL, seconds) of each seed, or None where nothing was run."""
    s = SETTINGS[setting]
    short = "" if steps == s.steps else f", SHORTENED: {steps:,} of {s.steps:,} steps"
    if found is None:
        ours, took = "not run: no GPU at hand", ""
    else:
        modes, kl, seconds = zip(*found, strict=True)
        ours = (
            f"{told(*mean_and_error(modes), 1)} / {told(*mean_and_error(kl), 3)} ({len(found)} "
            f"seed{'s' * (len(found) > 1)})"
        )
        took = f"{sum(seconds) / len(seconds):,.0f}"
    return (
        f"| {setting} | {size} | {recipe}{short} | {ours} | {counterpart(setting, recipe, size)} | {oracle(s.samples)} "
        f"| {took} |"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stacked_mnist",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--setting", choices=tuple(SETTINGS), default="B")
    parser.add_argument(
        "--recipe",
        nargs="+",
        choices=RECIPES,
        default=["dcgan", "packing-4", "relativistic+r1+r2"],
        metavar="NAME",
        help="; ".join(RECIPES),
    )
    parser.add_argument(
        "--size",
        nargs="+",
        choices=("quarter", "half"),
        default=["quarter"],
        help="B: channels of D, as a share of G's (default quarter)",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="instead of the published number")
    length.add_argument("--epochs", type=int, help="the same in epochs, of 2,000 steps (A) or 200 (B)")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each recipe, from seed 0 (default 1)")
    parser.add_argument("--samples", type=int, help="instead of 26,000 (A) or 25,600 (B)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    options = parser.parse_args(arguments)
    setting = SETTINGS[options.setting]
    steps = options.steps or (options.epochs * setting.per_epoch if options.epochs else setting.steps)
    sizes = options.size if options.setting == "B" else ["full"]
    idle = options.setting == "A" and options.device == "auto" and not torch.cuda.is_available()
    print(machine(), flush=True)
    if not idle:
        classifier = load_classifier("stacked-mnist", 28)
        print(f"judged by {classifier.name}", flush=True)
        images = load(setting.config)
        modes, kl = judged(images.batch(torch.arange(min(options.samples or setting.samples, len(images)))))
        print(f"the real stacks themselves, so judged: {modes} / {kl:.4f}", flush=True)
    print(HEAD, flush=True)
    for size in sizes:
        for recipe in options.recipe:
            found = None
            if not idle:
                config = config_of(options.setting, recipe, size, steps, options.device)
                found = [
                    train(config.replace(seed=seed), options.samples or setting.samples)
                    for seed in range(options.seeds)
                ]
            print(row(options.setting, size, recipe, steps, found), flush=True)


if __name__ == "__main__":
    main()
