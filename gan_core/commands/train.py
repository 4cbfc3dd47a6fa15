"""`train`: a run, new or gone on with, trained in this process."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import runs
from ..config import FIELDS, LIVE, PLACES, TrainConfig, absent, parse_value, shown, unusable
from ..config.presets import NETWORKS, PRESETS, networks_for, preset
from ..runs import Run, layout
from .progress import Bar, Lines, say
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
        help="any field of the configuration; may be repeated",
    )
    total = parser.add_mutually_exclusive_group()
    total.add_argument("--steps", type=int, metavar="N", help="train until step N")
    total.add_argument("--epochs", type=int, metavar="N", help="train until epoch N has passed")
    parser.add_argument("--out", type=path, required=True, metavar="FOLDER", help="the run folder")
    parser.add_argument("--resume", action="store_true", help="continue the run in FOLDER from its last saved state")
    parser.set_defaults(run=run)


class Leaving:
    """How this process is asked to leave: from the keyboard, by the system, or since its terminal was closed.

    Before the first step it leaves at once; then the training is saved first. `number`: of the signal, None for none.
    """

    SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")

    def __init__(self) -> None:
        self.event, self.trains = threading.Event(), False
        self.number: int | None = None

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """For as long as the block lasts. KeyboardInterrupt is raised in it where there is nothing to save."""
        known = [number for name in self.SIGNALS if (number := getattr(signal, name, None)) is not None]
        # that a closed terminal ends nothing is what nohup is for
        known = [n for n in known if n == signal.SIGINT or signal.getsignal(n) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._asked) for number in known}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _asked(self, number: int, _frame: object) -> None:
        first, self.number = self.number is None, number
        self.event.set()
        if first and not self.trains:
            raise KeyboardInterrupt


def run(options: argparse.Namespace) -> int:
    """Trains until the run is done or the process is asked to end."""
    goes_on = options.resume and os.path.lexists(Path(options.out) / layout.CONFIG)
    leaving, found, status = Leaving(), None, None
    screen = Bar() if sys.stderr.isatty() else Lines()

    def tell(status: dict[str, Any]) -> None:
        leaving.trains = leaving.trains or status["state"] in ("training", "paused")
        screen(status)

    with leaving.heard():
        try:
            found = _old(options) if goes_on else _new(options)
            from ..runs import training

            status = training.hold(found, leaving.event, tell)
        except KeyboardInterrupt:
            pass  # nobody but `leaving` raises it, and below it is told
        finally:
            screen.close()
    if found is None or status is None or (leaving.number and not leaving.trains):
        return _left(leaving, None if goes_on else found)
    return _over(found, status)


def _left(leaving: Leaving, made: Run | None) -> int:
    """Tells that it was ended before the first step; a run that was just made is taken back."""
    if made:
        runs.discard(made)
    number = leaving.number or signal.SIGINT
    how = "Interrupted from the keyboard" if number == signal.SIGINT else f"Ended by {signal.Signals(number).name}"
    say(f"gan_core: {how} before the first step; nothing was changed.", sys.stderr)
    return 128 + number


def _over(found: Run, status: dict[str, Any]) -> int:
    """Tells how a training has ended, and takes back a run that could not be prepared; the exit status."""
    if status["state"] in ("finished", "stopped"):
        steps = f"step {status['step']:,} of {status['total_steps']:,}"
        say(f"{status['state']} at {steps}, {status['seconds']:.1f} s of training: {found.folder}", sys.stdout)
        return 0
    message, code = status["message"], 1
    if status.get("unprepared"):
        runs.discard(found)  # nothing stands in the way of the next try
        code = 2  # data that are not there or cannot be used, settings that take too much
    if status["state"] == "interrupted" and status.get("saved_step") == status["step"]:
        message = f"Interrupted at step {status['step']:,} and saved; --resume continues it."
    say(f"gan_core: {shown(message, 4000)}", sys.stderr)
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
