"""The five systems by their authors' own loops and by our trainer, at equal steps.

    python -m benchmarks.systems [NAME ...]

The author's loop is benchmarks/reference.py in float32, ours the preset through the trainer of gan_core. Two sides are
trained at a time, each in a process of one thread. At every look (`--looks` in a run) a side appends a row to
OUT/NAME/SIDE.jsonl, saves its 64 samples of fixed noise as OUT/NAME/SIDE-STEP.png and its whole state: killed at any
time, the same command goes on from there, and `--steps` may be larger than before. `--table` prints what there is.

A row has V, averaged over the steps since the row before, and of 1,000 samples, made as in training (batch norm with
the statistics of batches of 250): the share that a classifier names with a probability above 0.95, the classes that
have at least 1 % of the samples so named, and the Fréchet distance to the data in its features. Points have the
Jensen-Shannon divergence instead. MNIST must lie unpacked in $GAN_DATA_DIR/MNIST/raw.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

import gan_core
from gan_core.data import load
from gan_core.look.pictures import sheet
from gan_core.method.memory import restore, state_of
from gan_core.method.trainer import Trainer
from gan_core.metrics import class_counts, frechet_distance, load_classifier
from gan_core.networks import as_in_training
from gan_core.theory import divergence_from_samples

from .ensembles import evaluation_noise
from .mixtures import machine, say
from .reference import LOOPS, Program

STEPS = {"conv-minimax": 10_000, "mlp-tiny": 9000, "mlp-dropout": 2500, "dcgan-64": 700, "gaussian-1d": 4000}
"""How far each is trained, unless asked otherwise."""
OURS = {"conv-minimax": {"precision": "auto", "pretrain_d": 0}}
"""What differs from the preset: float64 has been shown to equal its author's loop, and takes hours longer."""
VALUE = {"conv-minimax": 1, "mlp-tiny": -2}
"""V over the first number that an author prints; -1 for the others, whose loss of D is -V."""
SAMPLES, BATCH, SHOWN, CERTAIN = 1000, 250, 64, 0.95
ROWS = 10
"""Lines of a printed table at the most."""

Row = dict[str, Any]


def config_of(name: str, steps: int, seed: int) -> gan_core.TrainConfig:
    return gan_core.preset(name).replace(**OURS.get(name, {}), steps=steps, seed=seed)


# --------------------------------------------------------------------------- the two sides


class Side(Protocol):
    generator: nn.Module
    precision: str

    @property
    def step(self) -> int: ...

    def advance(self) -> float:
        """One step; V as it was seen in it."""
        ...

    def shaped(self, z: Tensor) -> Tensor:
        """Noise (n, latent_dim) as the generator takes it."""
        ...

    def state(self) -> dict[str, Any]: ...

    def restore(self, state: dict[str, Any]) -> None: ...


class Shuffled:
    """Batches of images kept as bytes, scaled as the authors do, in a new order each epoch."""

    def __init__(self, images: Tensor, batch: int, seed: int):
        self.images, self.batch, self.position = images, batch, len(images)
        self.random = torch.Generator().manual_seed(seed)
        self.order = torch.empty(0, dtype=torch.int64)

    def __iter__(self) -> Iterator[Tensor]:
        return self

    def __next__(self) -> Tensor:
        if self.position + self.batch > len(self.images):
            self.order, self.position = torch.randperm(len(self.images), generator=self.random), 0
        index = self.order[self.position : self.position + self.batch]
        self.position += self.batch
        return (self.images[index] / 255 - 0.5) / 0.5

    def state(self) -> dict[str, Any]:
        return {"order": self.order, "position": self.position, "random": self.random.get_state()}

    def restore(self, state: dict[str, Any]) -> None:
        self.order, self.position = state["order"], state["position"]
        self.random.set_state(state["random"])


class Author:
    """An author's program in float32, on the pixels that ours has."""

    precision = "float32"

    def __init__(self, name: str, config: gan_core.TrainConfig):
        torch.manual_seed(config.seed)
        self.scale, self.step = VALUE.get(name, -1), 0
        self.batches = Shuffled(load(config).samples, config.batch_size, config.seed) if config.is_image else None
        lean = {"dtype": torch.float32, "lean": True} if name == "conv-minimax" else {}
        self.program: Program = LOOPS[name]("", batches=self.batches, **lean)
        self.generator = self.program.generator
        if config.is_convolutional:  # faster, and no other numbers
            for network in (self.generator, self.program.discriminator):
                network.to(memory_format=torch.channels_last)
        self.latent = (config.latent_dim, 1, 1) if name == "dcgan-64" else (config.latent_dim,)

    def advance(self) -> float:
        printed = next(self.program)
        self.step += 1
        return self.scale * printed[0]

    def shaped(self, z: Tensor) -> Tensor:
        return z.view(-1, *self.latent)

    def _parts(self) -> tuple:
        p = self.program
        return p.generator, p.discriminator, p.optimiser_g, p.optimiser_d, *([self.batches] if self.batches else [])

    def state(self) -> dict[str, Any]:
        parts = [p.state() if isinstance(p, Shuffled) else p.state_dict() for p in self._parts()]
        return {"step": self.step, "parts": parts, "random": torch.get_rng_state()}

    def restore(self, state: dict[str, Any]) -> None:
        for part, saved in zip(self._parts(), state["parts"], strict=True):
            part.restore(saved) if isinstance(part, Shuffled) else part.load_state_dict(saved)
        self.step = state["step"]
        torch.set_rng_state(state["random"])


class Ours:
    """The preset, through the trainer."""

    def __init__(self, name: str, config: gan_core.TrainConfig):
        self.trainer = Trainer(config)
        self.generator, self.precision = self.trainer.generator, self.trainer.plan.precision

    @property
    def step(self) -> int:
        return self.trainer.step

    def advance(self) -> float:
        return self.trainer.turn().metrics()["value"]

    def shaped(self, z: Tensor) -> Tensor:
        return z.to(self.trainer.plan.device, self.trainer.plan.dtype)

    def state(self) -> dict[str, Any]:
        return state_of(self.trainer)

    def restore(self, state: dict[str, Any]) -> None:
        restore(self.trainer, state)


SIDES: dict[str, Callable[[str, gan_core.TrainConfig], Side]] = {"author": Author, "ours": Ours}


# --------------------------------------------------------------------------- what is looked at


class Judge:
    """Scores samples of one system: by name, in the order of the table."""

    def __init__(self, config: gan_core.TrainConfig):
        self.data = load(config)
        if config.is_image:
            self.classifier = load_classifier(config.data, config.sample_shape[-1])
            order = torch.randperm(len(self.data), generator=torch.Generator().manual_seed(0))
            self.real, self.other = (self.data.batch(order[:SAMPLES]), self.data.batch(order[SAMPLES : 2 * SAMPLES]))
            self.features = self.classifier.features(self.real)
        else:
            self.other = self.data.batch(torch.arange(SAMPLES))

    def scores(self, samples: Tensor) -> dict[str, float]:
        if self.data.distribution is not None:
            return {"jsd": float(divergence_from_samples(samples, self.data.distribution)["jsd"])}
        features = self.classifier.features(samples)
        logits = self.classifier.classify(features)
        certain = logits.softmax(1).amax(1) > CERTAIN
        named = class_counts(logits[certain])
        return {
            "certain": float(certain.float().mean()),
            "classes": int((named >= len(samples) / 100).sum()),
            "frechet": frechet_distance(features, self.features),
        }


@torch.no_grad()
def samples_of(side: Side, z: Tensor, shape: tuple[int, ...]) -> Tensor:
    with as_in_training(side.generator):
        return torch.cat([side.generator(side.shaped(part)).float().cpu().view(-1, *shape) for part in z.split(BATCH)])


def whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Writes a file whole or not at all."""
    aside = path.with_name(f"{path.name}.new")
    write(aside)
    os.replace(aside, path)


def measure(name: str, kind: str, steps: int, looks: int, seed: int, out: Path) -> str:
    """Trains one side of a system to `steps`, or on from where it was; returns a sentence."""
    torch.set_num_threads(1)
    config = config_of(name, steps, seed)
    side, judge, z = SIDES[kind](name, config), Judge(config), evaluation_noise(config, SAMPLES)
    folder, every = out / name, max(1, STEPS[name] // looks)
    folder.mkdir(parents=True, exist_ok=True)
    saved, rows, values = folder / f"{kind}.pt", [], []
    if saved.exists():
        before = torch.load(saved, weights_only=False)
        side.restore(before["state"])
        rows = before["rows"]
    else:
        # so that nobody takes the rows of another run for this one's
        (folder / f"{kind}.jsonl").unlink(missing_ok=True)
    begin, used = time.process_time(), rows[-1]["seconds"] if rows else 0.0
    while not rows or side.step < steps:
        if rows:
            values.append(side.advance())
        if not rows or side.step % every == 0 or side.step == steps:
            samples = samples_of(side, z, config.sample_shape)
            row = {
                "step": side.step,
                "value": statistics.fmean(values) if values else None,
                **judge.scores(samples),
                "seconds": round(used + time.process_time() - begin, 1),
                "precision": side.precision,
            }
            rows.append(row)
            values = []
            if config.is_image:
                (folder / f"{kind}-{side.step:05d}.png").write_bytes(sheet(samples[:SHOWN]))
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            whole(folder / f"{kind}.jsonl", lambda path, lines=lines: path.write_text(lines))
            state = {"rows": rows, "state": side.state()}
            whole(saved, lambda path, state=state: torch.save(state, path))
            say(f"{name}, {kind}: {json.dumps(row)}")
    return f"{name}, {kind}: {side.step:,} steps"


# --------------------------------------------------------------------------- the table


COLUMNS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "value": ("V", lambda v: "" if v is None else f"{v:.4f}"),
    "certain": ("recognised", lambda v: f"{v:.0%}"),
    "classes": ("classes", str),
    "frechet": ("Fréchet", lambda v: f"{v:.2f}"),
    "jsd": ("JSD", lambda v: f"{v:.4f}"),
}


def rows_of(path: Path) -> dict[int, Row]:
    return {row["step"]: row for row in map(json.loads, path.read_text().splitlines())} if path.exists() else {}


def table(name: str, out: Path) -> str:
    """The rows of both sides at equal steps, about `ROWS` of them; each cell: author / ours."""
    found = {kind: rows_of(out / name / f"{kind}.jsonl") for kind in SIDES}
    steps = sorted(set.intersection(*(set(rows) for rows in found.values())))
    if not steps:
        return f"{name}: no equal steps yet\n"
    stride = math.ceil(len(steps) / ROWS)
    shown = sorted({*steps[::stride], steps[-1]})
    keys = [key for key in COLUMNS if key in found["ours"][steps[0]]]
    formats = " / ".join(found[kind][steps[-1]]["precision"] for kind in SIDES)
    minutes = " / ".join(f"{found[kind][steps[-1]]['seconds'] / 60:.1f}" for kind in SIDES)
    lines = [
        f"{name} (author / ours): {formats}, {minutes} minutes of CPU time to step {steps[-1]:,}\n",
        f"| step | {' | '.join(COLUMNS[key][0] for key in keys)} |",
        "|---" * (1 + len(keys)) + "|",
    ]
    for step in shown:
        cells = [" / ".join(COLUMNS[key][1](found[kind][step][key]) for kind in SIDES) for key in keys]
        lines.append(f"| {step:,} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.systems",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("systems", nargs="*", default=list(STEPS), metavar="NAME", help=", ".join(STEPS))
    parser.add_argument("--steps", type=int, help="instead of each system's own number")
    parser.add_argument("--looks", type=int, default=40, help="in a run of a system's own length (default 40)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("systems"), help="folder (default: systems)")
    parser.add_argument("--processes", type=int, default=2, help="sides trained at a time (default 2)")
    parser.add_argument("--table", action="store_true", help="train nothing; print what there is")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.systems if name not in STEPS]:
        parser.error(f"no system of the name {', '.join(unknown)}; there are {', '.join(STEPS)}")
    if not options.table:
        tasks = [
            (name, kind, options.steps or STEPS[name], options.looks, options.seed, options.out)
            for name in options.systems
            for kind in SIDES
        ]
        if options.processes == 1:
            for task in tasks:
                say(measure(*task))
        else:
            with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
                for future in [pool.submit(measure, *task) for task in tasks]:
                    say(future.result())
    print(machine())
    for name in options.systems:
        print(f"\n{table(name, options.out)}", end="", flush=True)


if __name__ == "__main__":
    main()
