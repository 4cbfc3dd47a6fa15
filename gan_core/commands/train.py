"""`train`: a run, new or gone on with, trained in this process."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from .. import runs
from ..config import FIELDS, LIVE, PLACES, TrainConfig, absent, parse_value, shown, unusable
from ..config.presets import NETWORKS, PRESETS, networks_for, preset
from ..runs import Run
from .progress import Bar, Lines
from .request import BadRequest, Commands, path


def add(commands: Commands) -> None:
    """Says what may be given."""
    parser = commands.add_parser(
        "train",
        help="train a run into a folder",
        epilog="Fields: " + ", ".join(FIELDS) + ". Runs in $GAN_RUNS_DIR (default runs/) appear in the app.",
    )
    names = ", ".join(PRESETS)
    parser.add_argument("--preset", metavar="NAME", help=f"where to start from: {names} (default: starter)")
    parser.add_argument("--data", metavar="NAME", help="data set, folder:PATH, points:PATH or drawn:CODE")
    parser.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help="any field of the configuration; may be given again",
    )
    total = parser.add_mutually_exclusive_group()
    total.add_argument("--steps", type=int, metavar="N", help="train until step N")
    total.add_argument("--epochs", type=int, metavar="N", help="train until epoch N has passed")
    parser.add_argument("--out", type=path, required=True, metavar="FOLDER", help="the run folder")
    parser.add_argument("--resume", action="store_true", help="go on with the run in FOLDER from its last saved state")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Trains until the run is done or the process is asked to end."""
    exists = os.path.lexists(Path(options.out) / runs.layout.CONFIG)
    found = _old(options) if options.resume and exists else _new(options)
    from ..runs import training

    leave = threading.Event()
    before = {name: signal.signal(name, lambda *_: leave.set()) for name in (signal.SIGTERM, signal.SIGINT)}
    screen = Bar() if sys.stderr.isatty() else Lines()
    try:
        status = training.hold(found, leave, screen)
    finally:
        screen.close()
        for name, handler in before.items():
            signal.signal(name, handler)
    if status["state"] in ("finished", "stopped"):
        steps = f"step {status['step']:,} of {status['total_steps']:,}"
        print(f"{status['state']} at {steps}, {status['seconds']:.1f} s of training: {found.folder}")
        return 0
    message, code = status["message"], 1
    if status.get("unprepared"):
        runs.discard(found)  # nothing stands in the way of the next try
        code = 2  # data that are not there or cannot be used, settings that take too much
    if status["state"] == "interrupted":
        message = f"Interrupted at step {status['step']:,} and saved; --resume continues it."
    print(f"gan_core: {shown(message, 4000)}", file=sys.stderr)
    return code


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """The fields named on the command line, as values."""
    changes: dict[str, Any] = {}
    for pair in options.set:
        name, equals, text = pair.partition("=")
        if not equals:
            raise BadRequest(f"--set {shown(pair)}: write FIELD=VALUE, as in --set lr_d=1e-4")
        changes[name] = parse_value(name, text)
    if options.data is not None:
        changes["data"] = options.data
    place, colon, where = str(changes.get("data", "")).partition(":")
    if colon and place in PLACES and not unusable(where):
        # found again from wherever it is continued; and a slip of the pen must not leave a folder behind
        changes["data"] = f"{place}:{Path(where.strip()).expanduser().absolute()}"
        if wrong := absent(changes["data"]):
            raise BadRequest(f"--data {place}:{shown(where)}: {wrong}")
    if options.steps is not None:
        changes["steps"] = options.steps
    elif options.epochs is not None:
        changes |= {"epochs": options.epochs, "steps": None}
    return changes


def _new(options: argparse.Namespace) -> Run:
    config = preset("starter" if options.preset is None else options.preset)
    changes = _changes(options)
    if "data" in changes and _is_image(changes["data"]) != config.is_image:
        # from images to points or back: the data's own resolution, and networks that can take them, as far as nobody
        # asks for others
        lent = preset(networks_for(changes["data"]))
        changes = {"resolution": None, **{name: getattr(lent, name) for name in NETWORKS}, **changes}
    return runs.create(config.replace(**changes), options.out, state="starting")


def _is_image(data: str) -> bool:
    return TrainConfig(data=data, resolution=None, architecture="mlp").is_image


def _old(options: argparse.Namespace) -> Run:
    """The run in the folder, with a new total and live values where asked; anything else would be another run."""
    run = Run.open(options.out)
    changes = _changes(options)
    if options.preset is not None and _differs(options.preset, run, changes):
        raise BadRequest(
            f"{options.out} was not trained from preset {options.preset}; leave --preset out to continue it."
        )
    free = (*LIVE, "steps", "epochs")
    fixed = [name for name, value in changes.items() if name not in free and value != getattr(run.config, name)]
    if fixed:
        raise BadRequest(f"{', '.join(fixed)} cannot change when a run is continued; train into a new folder instead.")
    changed = run.config.replace(**changes)
    runs.Lock(run.folder).release()  # nothing is touched while another process trains it
    runs.lengthen(run, changed.epochs, changed.steps)
    run.ask(pause=False, stop=False, **{name: changes[name] for name in LIVE if name in changes})
    return run


def _differs(name: str, run: Run, changes: dict[str, Any]) -> bool:
    """Whether a run's networks and game are others than a preset's (its data and schedule may differ)."""
    mine = preset(name)
    return any(getattr(mine, field) != getattr(run.config, field) for field in runs.GAME if field not in changes)
