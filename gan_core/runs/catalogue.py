"""All runs: where they are, which there are, the one of an id, and what each is called."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from ..config import DRAWN, TrainConfig, called, data_kind, shown
from ..config.presets import PRESETS
from . import layout
from .files import RunError, read_json
from .folder import Run
from .snapshot import Snapshot

GAME = ("architecture", "width", "depth", "latent_dim", "resolution", "objective", "penalty", "conditioning")
"""Fields by which a configuration is known as that of a preset."""

_opened_before: dict[Path, tuple[tuple[int, ...], Run | BrokenRun]] = {}


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
    root = Path(root) if root is not None else runs_dir()
    try:
        folders = [f for f in root.iterdir() if f.is_dir() and not f.name.startswith(".")]
    except OSError:
        return []
    age = lambda r: (isinstance(r, Run), r.created if isinstance(r, Run) else 0.0, r.id)  # noqa: E731
    return sorted(map(_opened, folders), key=age, reverse=True)


def snapshots(*known: Snapshot) -> list[Snapshot]:
    """All runs that open as they are now, newest first, each read once; `known` were read just now."""
    read = {one.run.id: one for one in known}
    return [read.get(run.id) or run.snapshot() for run in list_runs() if isinstance(run, Run)]


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
    found = _opened(root / run_id)
    if isinstance(found, BrokenRun):
        raise RunError(f"The run “{run_id}” cannot be opened: {found.reason}")
    return found


def _opened(folder: Path) -> Run | BrokenRun:
    """The run in a folder, read anew only where its config.json has changed: each of hundreds costs a few stats.

    One that cannot be opened is also tried again when anything in it has come or gone.
    """
    known = _opened_before.get(folder)
    mark = _mark(folder, whole=known is not None and isinstance(known[1], BrokenRun))
    if known is None or known[0] != mark:
        try:
            found: Run | BrokenRun = Run.open(folder)
        except RunError as error:
            found = BrokenRun(folder, str(error))
        _opened_before[folder] = known = _mark(folder, whole=isinstance(found, BrokenRun)), found
    return known[1]


def _mark(folder: Path, whole: bool) -> tuple[int, ...]:
    """What is other when config.json is, or (`whole`) when anything in the folder has come or gone."""
    mark: tuple[int, ...] = ()
    for path in (folder / layout.CONFIG, *((folder, *(folder / place for place in layout.PLACES)) if whole else ())):
        with contextlib.suppress(OSError):
            stat = path.lstat()
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
