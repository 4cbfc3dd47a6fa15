"""How fast we train, against a plain loop, on the real MNIST: `python -m benchmarks.training [PRESET[:PRECISION] ...]`.

Ours and the author's loop (benchmarks/reference.py) take turns in one process, a second or so each, so that a machine
that slows down slows both. Prints steps per second of both (medians over the rounds), the ratio (median over the
rounds), and the share of the measured matrix-multiply peak that our step's arithmetic reaches. MNIST must lie
unpacked in $GAN_DATA_DIR/MNIST/raw.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator

import torch
from torch.utils.flop_counter import FlopCounterMode

import gan_core
from gan_core.method import train
from gan_core.method.trainer import Trainer

from .reference import LOOPS

CASES = ("mlp-tiny", "mlp-dropout", "dcgan-64", "dcgan-64:float32", "conv-minimax", "conv-minimax:auto")


def rate(steps: Iterator, seconds: float) -> float:
    """Steps per second over at least `seconds` and two steps."""
    begin, made = time.perf_counter(), 0
    while made < 2 or time.perf_counter() - begin < seconds:
        next(steps)
        made += 1
    return made / (time.perf_counter() - begin)


def peak(dtype: torch.dtype) -> float:
    """The best rate of a square matrix product here, in FLOP/s."""
    a = torch.randn(1536, 1536).to(dtype)
    best = 0.0
    for _ in range(8):
        begin = time.perf_counter()
        a @ a
        best = max(best, 2 * 1536**3 / (time.perf_counter() - begin))
    return best


def ours(config: gan_core.TrainConfig) -> tuple[Trainer, Iterator]:
    trainer, threads = Trainer(config), torch.get_num_threads()

    def steps() -> Iterator[dict]:
        reports = train.steps(trainer)
        while True:
            torch.set_num_threads(trainer.plan.threads)  # as the worker does
            report = next(reports)
            torch.set_num_threads(threads)
            yield report.metrics()  # every measure of every step, as the worker takes them

    return trainer, steps()


def compare(case: str, root: str, seconds: float, rounds: int) -> str:
    name, _, precision = case.partition(":")
    config = gan_core.preset(name)
    config = config.replace(precision=precision or config.precision, pretrain_d=0, epochs=10_000)
    trainer, mine = ours(config)
    theirs = LOOPS[name](root)
    next(mine), next(theirs)
    with FlopCounterMode(display=False) as counter:
        next(mine)
    pairs = [(rate(mine, seconds), rate(theirs, seconds)) for _ in range(rounds)]
    fast, slow = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    share = counter.get_total_flops() * fast / peak(trainer.plan.autocast or trainer.plan.dtype)
    return f"| {case} | {trainer.plan.precision} | {fast:,.2f} | {slow:,.2f} | {ratio:.2f} | {share:.0%} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=CASES, metavar="PRESET[:PRECISION]")
    parser.add_argument("--seconds", type=float, default=2.0, help="per turn (default 2)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each (default 5)")
    options = parser.parse_args()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}")
    print(
        "| preset | precision | ours, steps/s | plain loop, steps/s | ratio | share of matmul peak "
        "|\n|---|---|---|---|---|---|"
    )
    for case in options.cases:
        print(compare(case, os.environ.get("GAN_DATA_DIR", "data"), options.seconds, options.rounds), flush=True)


if __name__ == "__main__":
    main()
