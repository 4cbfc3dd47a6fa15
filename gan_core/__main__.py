"""The command line: `python -m gan_core presets | train | metrics | sample | evaluate`. Its runs appear in the app, and the app's runs here."""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from . import runs
from .config import FIELDS, LIVE, PLACES, ConfigError, TrainConfig, parse_value
from .config.presets import NETWORKS, PRESETS, networks_for, preset
from .runs import Run, RunError


class BadRequest(Exception):
    """Asked for something that cannot be done; the message is a sentence."""


def main(arguments: list[str] | None = None) -> int:
    """0: done as asked; 1: failed on the way; 2: a bad request. One sentence on stderr for 1 and 2."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (BadRequest, ConfigError, RunError) as error:
        print(f"gan_core: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m gan_core", description="Train generative adversarial networks and look at what they made."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    found = commands.add_parser("presets", help="list the named configurations")
    found.add_argument("--json", action="store_true", help="in full, as JSON")
    found.set_defaults(run=_presets)

    found = commands.add_parser(
        "train",
        help="train a run into a folder",
        epilog="Fields: " + ", ".join(FIELDS) + ". Runs in $GAN_RUNS_DIR (default runs/) appear in the app.",
    )
    found.add_argument("--preset", metavar="NAME", help=f"where to start from: {', '.join(PRESETS)} (default: starter)")
    found.add_argument("--data", metavar="NAME", help="data set, folder:PATH, points:PATH or drawn:CODE")
    found.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="any field of the configuration; may be given again",
    )
    total = found.add_mutually_exclusive_group()
    total.add_argument("--steps", type=int, metavar="N", help="train until step N")
    total.add_argument("--epochs", type=int, metavar="N", help="train until epoch N has passed")
    found.add_argument("--out", required=True, metavar="FOLDER", help="the run folder")
    found.add_argument("--resume", action="store_true", help="go on with the run in FOLDER from its last saved state")
    found.set_defaults(run=_train)

    found = commands.add_parser("metrics", help="print what a run measured")
    found.add_argument("folder")
    found.add_argument("--json", action="store_true", help="every step, as one JSON object of lists")
    found.set_defaults(run=_metrics)

    found = commands.add_parser("sample", help="draw samples from a trained generator")
    found.add_argument("folder")
    found.add_argument("-n", type=int, default=64, help="how many (default 64)")
    found.add_argument("--out", required=True, metavar="FILE", help="a .png of tiles; for points a .csv")
    found.add_argument("--seed", type=int, default=0, help="which samples (default 0)")
    found.add_argument("--step", type=int, help="use the checkpoint nearest to this step (default: the newest)")
    found.add_argument("--average", action="store_true", help="by the moving average of G, where the run keeps one")
    found.add_argument("--label", type=int, help="of this class, where G is told classes (default: each in turn)")
    found.set_defaults(run=_sample)

    found = commands.add_parser("evaluate", help="measure how close a trained generator is to its data")
    found.add_argument("folder")
    found.add_argument("-n", type=int, default=5000, help="how many samples (default 5000)")
    found.add_argument("--step", type=int, help="use the checkpoint nearest to this step (default: the newest)")
    found.add_argument("--average", action="store_true", help="the moving average of G, where the run keeps one")
    found.add_argument(
        "--inception", action="store_true", help="also FID and KID by Inception, whose weights are downloaded once"
    )
    found.add_argument("--json", action="store_true", help="everything, as one JSON object")
    found.set_defaults(run=_evaluate)
    return parser


def _presets(options: argparse.Namespace) -> int:
    if options.json:
        print(
            json.dumps(
                {name: {**dataclasses.asdict(p), "config": p.config.to_dict()} for name, p in PRESETS.items()}, indent=2
            )
        )
    else:
        for name, p in PRESETS.items():
            print(f"{name:14} {p.title}\n{'':14} {p.note}\n")
    return 0


# --------------------------------------------------------------------------- train


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """The fields named on the command line, as values."""
    changes: dict[str, Any] = {}
    for pair in options.set:
        name, equals, text = pair.partition("=")
        if not equals:
            raise BadRequest(f"--set {pair}: write FIELD=VALUE, as in --set lr_d=1e-4")
        changes[name] = parse_value(name, text)
    if options.data:
        changes["data"] = options.data
    place, colon, path = str(changes.get("data", "")).partition(":")
    if colon and path.strip() and place in PLACES:
        # found again from wherever it is continued; and a slip of the pen must not leave a folder behind
        changes["data"] = f"{place}:{(whole := Path(path).expanduser().absolute())}"
        if not whole.exists():
            raise BadRequest(f"--data {place}:{path}: there is no {'folder' if place == 'folder' else 'file'} {whole}")
    if options.steps is not None:
        changes["steps"] = options.steps
    elif options.epochs is not None:
        changes |= {"epochs": options.epochs, "steps": None}
    return changes


def _new(options: argparse.Namespace) -> Run:
    config = preset(options.preset or "starter")
    changes = _changes(options)
    if (
        "data" in changes
        and TrainConfig(data=changes["data"], resolution=None, architecture="mlp").is_image != config.is_image
    ):
        # from images to points or back: the data's own resolution, and networks that can take them, as far as nobody asks for others
        lent = preset(networks_for(changes["data"]))
        changes = {"resolution": None, **{name: getattr(lent, name) for name in NETWORKS}, **changes}
    return runs.create(config.replace(**changes), options.out, state="starting")


def _old(options: argparse.Namespace) -> Run:
    """The run in the folder, with a new total and live values where asked; anything else would be another run."""
    run = Run.open(options.out)
    changes = _changes(options)
    if options.preset and label_differs(options.preset, run, changes):
        raise BadRequest(
            f"{options.out} was not trained from preset {options.preset}; leave --preset out to continue it."
        )
    fixed = [
        name
        for name, value in changes.items()
        if name not in (*LIVE, "steps", "epochs") and value != getattr(run.config, name)
    ]
    if fixed:
        raise BadRequest(f"{', '.join(fixed)} cannot change when a run is continued; train into a new folder instead.")
    changed = run.config.replace(**changes)
    runs.Lock(run.folder).release()  # nothing is touched while another process trains it
    runs.lengthen(run, changed.epochs, changed.steps)
    run.ask(pause=False, stop=False, **{name: changes[name] for name in LIVE if name in changes})
    return run


def label_differs(name: str, run: Run, changes: dict[str, Any]) -> bool:
    """Whether a run's networks and game are others than a preset's (its data and schedule may differ)."""
    mine = preset(name)
    return any(getattr(mine, field) != getattr(run.config, field) for field in runs.GAME if field not in changes)


def _train(options: argparse.Namespace) -> int:
    exists = (Path(options.out) / "config.json").exists()
    if options.resume and exists:
        run = _old(options)
    else:
        run = _new(options)
    from .runs import training as session

    leave = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: leave.set())
    interrupt = signal.signal(signal.SIGINT, lambda *_: leave.set())
    screen = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        status = session.hold(run, leave, screen)
    finally:
        screen.close()
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)
    if status["state"] in ("finished", "stopped"):
        print(
            f"{status['state']} at step {status['step']:,} of {status['total_steps']:,}, {status['seconds']:.1f} s of training: {run.folder}"
        )
        return 0
    message = (
        f"Interrupted at step {status['step']:,} and saved; --resume continues it."
        if status["state"] == "interrupted"
        else status["message"]
    )
    print(f"gan_core: {message}", file=sys.stderr)
    return 1


class _Lines:
    """Progress as plain lines, every few seconds, for logs."""

    def __init__(self) -> None:
        self.told = time.monotonic()

    def __call__(self, status: dict[str, Any]) -> None:
        if status["state"] == "training" and time.monotonic() - self.told > 5:
            self.told = time.monotonic()
            print(line(status), flush=True)

    def close(self) -> None:
        pass


class _Bar:
    """Progress as one line that is redrawn on a terminal."""

    def __call__(self, status: dict[str, Any]) -> None:
        if status["state"] in ("training", "paused") and status.get("total_steps"):
            done = int(24 * status["step"] / status["total_steps"])
            print(f"\r\x1b[K[{'█' * done}{'·' * (24 - done)}] {line(status)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def line(status: dict[str, Any]) -> str:
    """A status in words."""
    left = f" · {duration(status['eta'])} left" if status.get("eta") is not None else ""
    progress = f"step {status['step']:,} of {status['total_steps']:,} · epoch {status['epoch']} of {status['epochs']}"
    return f"{status['state']} · {progress} · {status['images_per_second']:,.0f} images/s{left}"


def duration(seconds: float) -> str:
    """h:mm:ss or m:ss."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


# --------------------------------------------------------------------------- reading a run


def _metrics(options: argparse.Namespace) -> int:
    found = Run.open(options.folder).metrics()
    if options.json:
        # JSON has no nan: a measure that a step did not make is null
        print(
            json.dumps(
                {name: [v if math.isfinite(v) else None for v in column.tolist()] for name, column in found.items()}
            )
        )
        return 0
    steps = found["step"]
    print("  ".join(f"{name[:12]:>12}" for name in found))
    for row in sorted({*range(0, len(steps), max(1, len(steps) // 20)), len(steps) - 1} - {-1}):
        print("  ".join(f"{column[row]:>12.5g}" for column in found.values()))
    return 0


def _sample(options: argparse.Namespace) -> int:
    if not 1 <= options.n <= 10_000:
        raise BadRequest(f"-n {options.n}: draw from 1 to 10,000 samples")
    if not 0 <= options.seed < 2**63:
        raise BadRequest(f"--seed {options.seed}: use a whole number from 0 to {2**63 - 1}")
    run = Run.open(options.folder)
    suffix = Path(options.out).suffix.lower()
    if suffix in (".csv", ".txt") if run.config.is_image else suffix in (".png", ".jpg", ".jpeg"):
        raise BadRequest(
            f"--out {options.out}: this run's samples are {'images; name a .png' if run.config.is_image else 'points; name a .csv'}"
        )
    import torch

    from .look import pictures
    from .metrics import draw

    config = run.config
    if options.label is not None and not 0 <= options.label < config.n_classes:
        allowed = f"classes are 0 to {config.n_classes - 1}" if config.n_classes else "this run's G is told no classes"
        raise BadRequest(f"--label {options.label}: {allowed}")
    labels = torch.full((options.n,), options.label) if options.label is not None else None
    samples = torch.cat(
        [
            part
            for part, _ in draw(
                config, run.load_generator(options.step, options.average), options.n, options.seed, labels
            )
        ]
    )
    try:
        if run.config.is_image:
            Path(options.out).write_bytes(pictures.sheet(samples))
        else:
            Path(options.out).write_text(
                "\n".join(",".join(f"{v:.6g}" for v in row) for row in samples.tolist()) + "\n"
            )
    except OSError as error:
        raise BadRequest(f"{options.out} cannot be written: {error.strerror}") from None
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    if not 20 <= options.n <= 1_000_000:
        raise BadRequest(f"-n {options.n}: evaluate from 20 to 1,000,000 samples")
    run = Run.open(options.folder)
    from .data import DataError
    from .metrics import evaluate_generator

    progress = (
        (lambda share, words: print(f"\r\x1b[K{share:4.0%} {words}", end="", file=sys.stderr, flush=True))
        if sys.stderr.isatty()
        else None
    )
    try:
        found = evaluate_generator(
            run.config,
            run.load_generator(options.step, options.average),
            n=options.n,
            inception=options.inception,
            progress=progress,
        )
    except (DataError, ValueError) as error:
        print(f"gan_core: {error}", file=sys.stderr)
        return 1
    finally:
        if progress:
            print("\r\x1b[K", end="", file=sys.stderr)
    if options.json:
        print(json.dumps(found))
        return 0
    width = max((len(row["title"]) for row in found["rows"]), default=0)
    for row in found["rows"]:
        kind = next((k for k in ("oracle", "floor") if row.get(k) is not None), None)
        beside = f"{kind} {row[kind]:.4g}" if kind else ""
        value = "–" if row["value"] is None else f"{row['value']:.4g}"
        print(f"{row['title']:{width}}  {value:>9}  {beside:18} n = {row['n']:,}")
    for note in found["notes"]:
        print(f"note: {note}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
