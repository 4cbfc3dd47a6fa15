"""`Run`: the reader of a run folder, and what may be asked of the worker that holds it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import LIVE, ConfigError, TrainConfig, parse_json, shown, unusable
from ..config.measures import COLUMNS
from . import layout
from .control import Control, changed_control, read_control, turns_from
from .files import MOST, Foreign, RunError, check_plain, read_bytes, read_json, read_lines
from .snapshot import Snapshot
from .states import is_state, load_tensors
from .status import read_status
from .tables import Table, TableError

if TYPE_CHECKING:
    from torch import nn

RENAMED = {"kl": "kl_g_data", "kl_oracle": "kl_g_data_oracle"}
"""Evaluations as older versions called them, and today's names."""


class Run:
    """A run, read from its folder. Every property looks at the disk anew; `snapshot()` reads once what changes.

    Nothing is ever written except by `ask`.
    """

    def __init__(self, folder: Path, head: dict[str, Any], config: TrainConfig):
        self.folder, self.head, self.config = folder, head, config

    @classmethod
    def open(cls, folder: str | os.PathLike) -> Run:
        """Raises RunError with a sentence where the folder is not a run of this program."""
        if wrong := unusable(os.fspath(folder)):
            raise RunError(f"There is no run at “{shown(os.fspath(folder))}”: {wrong}.")
        # a run is called by the name of its folder, which "." does not say
        folder = Path(folder) if Path(folder).name not in ("", "..") else Path(folder).resolve()
        if not folder.is_dir():
            raise RunError(f"There is no run at {folder}: no such folder.")
        try:
            check_plain(folder, layout.PLACES, layout.FILES)
        except Foreign as error:
            thing = Path(str(error.filename)).relative_to(folder.parent)
            raise RunError(f"{folder.name} is not opened: {thing} {error.strerror}, which no run has.") from None
        except OSError as error:
            raise RunError(f"{folder.name} cannot be read: {error.strerror}.") from None
        head = read_json(folder / layout.CONFIG)
        if head is None or not isinstance(head.get("config"), dict):
            raise RunError(f"{folder.name} is not a run: its config.json is missing or cannot be read.")
        if not isinstance(head.get("format"), int) or not isinstance(head.get("created", 0.0), (int, float)):
            raise RunError(f"{folder.name} is not a run of this program: its config.json has an unknown format.")
        if head["format"] > layout.FORMAT:
            raise RunError(f"{folder.name} was written by a newer version of this program (format {head['format']}).")
        try:
            return cls(folder, head, TrainConfig.from_dict(head["config"]))
        except ConfigError as error:
            raise RunError(f"{folder.name} has a configuration this version cannot train: {error}") from None

    # ---- what it is

    @property
    def id(self) -> str:
        """Name of its folder."""
        return self.folder.name

    @property
    def name(self) -> str:
        """What it is called in lists."""
        return str(self.head.get("name") or self.folder.name)

    @property
    def created(self) -> float:
        """Unix time in seconds."""
        return float(self.head.get("created") or 0.0)

    @property
    def origin(self) -> dict[str, Any] | None:
        """{"run": id, "step"} of the state that this run was forked from; None where it began by itself."""
        origin = self.head.get("origin")
        return origin if isinstance(origin, dict) else None

    # ---- how it is

    def snapshot(self) -> Snapshot:
        """The run as it is now, each of its small files read once."""
        return Snapshot.of(self)

    @property
    def status(self) -> dict[str, Any]:
        """State, step, rates and so on, with `message` saying in a sentence what happened where something did.

        A run whose worker has vanished is reported as "crashed" whatever its file says.
        """
        return read_status(self.folder)

    @property
    def is_active(self) -> bool:
        """Queued, or held by a living worker."""
        return self.snapshot().is_active

    @property
    def present(self) -> TrainConfig:
        """The configuration with the live values that the run has come to."""
        return self.snapshot().present

    def sequence(self) -> str:
        """A cheap word that changes whenever something a page shows has changed."""
        return self.snapshot().sequence

    def metrics(self, start: int = 0) -> dict[str, np.ndarray]:
        """Columns by name, all of the same length: `step`, `epoch`, the measures of a step; from record `start` on.

        Measures that a step did not make (a step of D alone has no loss_g) are nan.
        """
        return self._columns(lambda table: table.read(start))

    def window(self, newest: int, before: int, until: int | None = None) -> dict[str, np.ndarray]:
        """The same columns of the `newest` records and of at most `before` older ones.

        until: as if that step were the last one made. What this costs does not grow with the length of the run.
        """
        return self._columns(lambda table: table.sparse(newest, before, until))

    def _columns(self, read: Callable[[Table], np.ndarray]) -> dict[str, np.ndarray]:
        try:
            table = Table(self.folder / layout.METRICS)
            if not {"step", "epoch"} <= set(table.names):
                raise TableError("another table")
            rows = read(table)
            _check_rows(rows)
        except (OSError, TableError, ValueError):
            rows = np.empty(0, np.dtype(list(COLUMNS.items())))
        # a run of an older version has not measured everything
        return {
            name: np.ascontiguousarray(
                rows[name] if name in (rows.dtype.names or ()) else np.full(len(rows), np.nan, kind)
            )
            for name, kind in COLUMNS.items()
        }

    def evaluations(self) -> dict[str, list]:
        """Columns by name, all of the same length: `step`, and what `gan_core.metrics.Evaluator` measured there.

        None where it did not measure.
        """
        rows = [row for row in read_lines(self.folder / layout.EVALUATIONS) if isinstance(row.get("step"), int)]
        found = [{RENAMED.get(name, name): value for name, value in row.items()} for row in rows]
        names = dict.fromkeys(name for row in found for name in row)
        return {name: [row.get(name) for row in found] for name in ("step", *(n for n in names if n != "step"))}

    def events(self) -> list[dict[str, Any]]:
        """What happened to the run besides training, oldest first: {"time", "what", "step", ...}.

        what: "started", "continued" (from a saved state: later steps are made again), "changed" (live fields by name,
        and under "was" what they were), "paused", "resumed", or the state in which a worker left the run. A fork has
        those of its past too, then "forked".
        """
        return read_lines(self.folder / layout.EVENTS)

    # ---- pictures

    @property
    def layout(self) -> dict[str, Any] | None:
        """How tiles lie in a frame: {"count", "columns", "rows", "height", "width", "channels"}; None for points."""
        return self.head.get("layout")

    def frames(self) -> list[int]:
        """Steps of which a frame is kept, in order.

        `status["frame"]` may be newer: that one is a glance, and soon gone.
        """
        return layout.steps_in(self.folder / layout.FRAMES, layout.FRAME)

    def frame(self, step: int, average: bool = False) -> bytes:
        """PNG of the fixed noise at that step, by G or by its average, or JSON for points (which holds both).

        Raises RunError where there is none.
        """
        return self._frame_file(step, layout.FRAME if not self.layout else ".average.png" if average else ".png")

    def scores(self, step: int) -> dict[str, list[float]] | None:
        """D's logits on the real batch and on the frame, as the networks are in training: {"d_real", "d_fake"}."""
        try:
            return parse_json(self._frame_file(step, layout.FRAME))
        except (RunError, ValueError):
            return None

    def _frame_file(self, step: int, suffix: str) -> bytes:
        for place in (layout.FRAMES, layout.GLANCES):
            with contextlib.suppress(OSError):
                return read_bytes(self.folder / place / layout.of_step(step, suffix), MOST)
        raise RunError(f"{self.id} has no picture of step {step}.")

    def real(self) -> bytes:
        """PNG of a fixed batch of real images, laid out like a frame.

        For points JSON of some of them and of what all frames share. Raises RunError where there is none.
        """
        try:
            return read_bytes(self.folder / layout.real_name(self.config.is_image), MOST)
        except OSError:
            raise RunError(f"{self.id} has no picture of its real samples yet.") from None

    # ---- networks

    def checkpoints(self) -> list[int]:
        """Steps whose weights are kept, in order."""
        return layout.steps_in(self.folder / layout.CHECKPOINTS, layout.WEIGHTS)

    def checkpoint_file(self, step: int) -> Path:
        """Where the weights of a kept step are."""
        return self.folder / layout.CHECKPOINTS / layout.of_step(step, layout.WEIGHTS)

    def state_until(self, step: int) -> int | None:
        """The newest step up to `step` whose whole state is kept, so that a fork can begin there; None for none."""
        kept = (s for s in reversed(self.checkpoints()) if 0 < s <= step and is_state(self.checkpoint_file(s)))
        return next(kept, None)

    def nearest_checkpoint(self, step: int | None = None) -> int:
        """The kept step nearest to `step`, the newest for None. Raises RunError where there is none yet."""
        kept = self.checkpoints()
        if not kept:
            raise RunError(f"{self.id} has no saved networks yet.")
        return kept[-1] if step is None else min(kept, key=lambda s: (abs(s - step), -s))

    def load_networks(self, step: int | None = None, average: bool = False) -> tuple[nn.Module, nn.Module]:
        """(G, D) in evaluation mode on the CPU, from the checkpoint nearest to `step` (None: the newest).

        `average`: the moving average of G instead of G. Raises RunError, also where the run keeps no average.
        """
        from safetensors import SafetensorError

        from ..networks import build

        if average and not self.config.ema_half_life:
            raise RunError(f"{self.id} keeps no average of G (ema_half_life = 0).")
        kept = self.nearest_checkpoint(step)
        generator, discriminator = build(self.config)
        try:
            tensors = load_tensors(self.checkpoint_file(kept))
            for name, network in (("average" if average else "generator", generator), ("discriminator", discriminator)):
                network.load_state_dict({key: tensors[f"{name}.{key}"] for key in network.state_dict()})
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            why = {KeyError: "some weights are missing", RuntimeError: "the weights are those of other networks"}.get(
                type(error), error.strerror if isinstance(error, OSError) else "the file is damaged"
            )
            raise RunError(f"The networks of {self.id} at step {kept:,} cannot be read: {why}.") from None
        return generator.eval(), discriminator.eval()

    def load_generator(self, step: int | None = None, average: bool = False) -> nn.Module:
        """G in evaluation mode on the CPU from the checkpoint nearest to `step` (None: the newest). Raises RunError.

        It takes z (N, latent_dim), a conditional one labels too, int64 (N,). `average`: its moving average.
        """
        return self.load_networks(step, average)[0]

    # ---- asking something of the worker

    def control(self) -> Control:
        """What is asked of the worker at present."""
        return read_control(self.folder)

    def ask(
        self,
        *,
        pause: bool | None = None,
        stop: bool | None = None,
        turn: str | None = None,
        count: int = 1,
        speed: float | None = None,
        beside: str | None = None,
        **live: float | str,
    ) -> None:
        """Adds a wish to the control file: pause or go on, stop, single steps, live values.

        `turn`: "both", "d" or "g", `count` times. Going on, and a pause, also call off single steps that have not been
        made. `speed`: at most so many steps a second, 0 for as many as there can be. `beside`: id of a run that this
        one shall keep step with, as long as that one is at work.

        Raises ConfigError for a live value that is out of range, RunError where the folder cannot be written.
        """
        for name, value in live.items():
            if name not in LIVE:
                raise ConfigError(name, value, f"it cannot change while a run trains; only {', '.join(LIVE)} can")
        self.config.replace(**live)
        with changed_control(self.folder) as asked:
            asked["live"] |= live
            done = turns_from(self.status.get("turns_done"))
            if pause is not None:
                asked["pause"] = pause
                asked["turns"] = done
            if speed is not None:
                asked["speed"] = speed
            if beside is not None:
                asked["beside"] = beside
            if stop is not None:
                asked["stop"] = stop
            if turn is not None:
                asked["turns"][turn] = max(asked["turns"][turn], done[turn]) + count
                asked["pause"] = True


def _check_rows(rows: np.ndarray) -> None:
    """Raises TableError where rows are not those of steps, one after another: a table from elsewhere says anything."""
    kinds = [rows.dtype[name] for name in rows.dtype.names or ()]
    if any(kind.kind not in "iuf" or kind.shape for kind in kinds):
        raise TableError("other than numbers")
    steps = rows["step"]
    if len(steps) and not (steps[0] >= 0 and (steps[1:] >= steps[:-1]).all()):
        raise TableError("steps out of order")
