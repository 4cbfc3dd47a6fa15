"""All runs: where they are, which there are, the one of an id, and what each is called."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from ..config import DRAWN, TrainConfig, called, data_kind, shown
from ..config.presets import PRESETS
from . import layout
from .files import RunError, read_json
from .folder import Run
from .snapshot import Snapshot
from .status import ACTIVE

GAME = ("architecture", "width", "depth", "latent_dim", "resolution", "objective", "penalty", "conditioning")
"""Fields by which a configuration is known as that of a preset."""

AT_REST = 2_000_000_000
"""Nanoseconds after which another change is sure to give a file another time."""

Mark = tuple[int, ...]
_opened_before: dict[str, tuple[Mark, Run | BrokenRun]] = {}
_read_before: dict[str, tuple[Mark, Snapshot]] = {}


@dataclass(frozen=True)
class BrokenRun:
    """A folder among the runs that cannot be opened, and the reason in a sentence."""

    folder: Path
    reason: str

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self.folder.name


def runs_dir() -> Path:
    """Where the runs are: $GAN_RUNS_DIR, else runs/."""
    return Path(os.environ.get("GAN_RUNS_DIR") or "runs")


def list_runs(root: str | os.PathLike | None = None) -> list[Run | BrokenRun]:
    """All runs in a folder, newest first; one that cannot be read is listed with the reason and hurts no other."""
    root = os.fspath(root) if root is not None else runs_dir()
    try:
        with os.scandir(root) as entries:
            folders = [entry.path for entry in entries if not entry.name.startswith(".") and _is_folder(entry)]
    except OSError:
        return []
    age = lambda r: (isinstance(r, Run), r.created if isinstance(r, Run) else 0.0, r.id)  # noqa: E731
    return sorted(map(_opened, folders), key=age, reverse=True)


def _is_folder(entry: os.DirEntry) -> bool:
    with contextlib.suppress(OSError):  # a link in a circle
        return entry.is_dir()
    return False


def snapshots(*known: Snapshot) -> list[Snapshot]:
    """All runs that open as they are now, newest first, each read once; `known` were read just now.

    One that nobody works at is read anew only where its files have changed.
    """
    read = {one.run.id: one for one in known}
    return [read.get(run.id) or _snapshot(run) for run in list_runs() if isinstance(run, Run)]


def _snapshot(run: Run) -> Snapshot:
    """The run as it is now. Whether a process lives that has hold of it no file tells: then all is read anew."""
    folder = str(run.folder)
    mark, kept = _mark(folder, layout.STATUS, layout.CONTROL), _read_before.get(folder)
    if kept and kept[0] == mark:
        return Snapshot(run, kept[1].sequence, kept[1].status, kept[1].control)
    now = run.snapshot()
    if now.state not in (*ACTIVE, "crashed") and time.time_ns() - max(mark[::3], default=0) > AT_REST:
        _read_before[folder] = mark, now
    return now


def find(run_id: str, root: str | os.PathLike | None = None) -> Run:
    """The run of that id. Raises RunError.

    An id may come from anybody: it is compared with the folders that exist, never made into a path.
    """
    root = Path(root) if root is not None else runs_dir()
    names = os.listdir(root) if root.is_dir() else []
    if run_id not in names or run_id.startswith("."):
        left = read_json(layout.withdrawn(root / run_id) / layout.STATUS) if f".{run_id}" in names else None
        if left and left.get("message"):
            raise RunError(str(left["message"]))
        raise RunError(f"There is no run called “{shown(str(run_id), 80)}” here.")
    found = _opened(str(root / run_id))
    if isinstance(found, BrokenRun):
        raise RunError(f"The run “{run_id}” cannot be opened: {found.reason}")
    return found


def _opened(folder: str) -> Run | BrokenRun:
    """The run in a folder, read anew only where its config.json has changed: each of thousands costs a look at it.

    One that cannot be opened is also tried again when anything in it has come or gone.
    """
    known = _opened_before.get(folder)
    mark = _mark_of(folder, known[1] if known else None)
    if known is None or known[0] != mark:
        try:
            found: Run | BrokenRun = Run.open(folder)
        except RunError as error:
            found = BrokenRun(Path(folder), str(error))
        _opened_before[folder] = known = _mark_of(folder, found), found
    return known[1]


def _mark_of(folder: str, found: Run | BrokenRun | None) -> Mark:
    """What is other when config.json is; for a folder that is no run, when anything in it has come or gone."""
    return _mark(folder, layout.CONFIG, *(("", *layout.PLACES) if isinstance(found, BrokenRun) else ()))


def _mark(folder: str, *names: str) -> Mark:
    """Time, size and number of these files of a folder, for those that exist: other when one of them is."""
    mark: Mark = ()
    for name in names:
        with contextlib.suppress(OSError):
            stat = os.lstat(f"{folder}/{name}")
            mark += (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return mark


def label_of(config: TrainConfig) -> str:
    """A short name for a configuration: its preset's, where the networks and data are those of one.

    Any other is called by its architecture and data.
    """
    place, colon, path = config.data.partition(":")
    data = called(config.data) if not colon or place == DRAWN else Path(path).name
    kin = [name for name, preset in PRESETS.items() if _is_game_of(config, preset.config)]
    # of presets that differ in their data alone, the one whose data these are
    own = next((name for name in kin if PRESETS[name].config.data == config.data), None)
    return own or f"{kin[0] if kin else config.architecture} on {data}"


def _is_game_of(config: TrainConfig, other: TrainConfig) -> bool:
    """Whether a configuration has the networks and the game of another, on data of the same kind.

    A system for points of a line is not one for those of the plane, though its networks may be alike.
    """
    alike = config.is_image or data_kind(other.data).shape == data_kind(config.data).shape
    return alike and all(getattr(other, field) == getattr(config, field) for field in GAME)
