"""A run is its folder. This file is the only one that knows the folder's layout: it reads it, and it writes it.

    config.json      the configuration as validated, with versions; written once
    status.json      state, step, rates, process, heartbeat; replaced atomically
    control.json     what is asked of the worker: pause, stop, single steps, live values; replaced atomically
    metrics.table    one record per step, append-only
    frames/STEP.*    the fixed noise drawn at that step: a .png of tiles (images only; .average.png by the average of G) and a .json of scores or points
    evaluations.jsonl  how close G was to the data at some of these steps, one JSON object a line
    glances/STEP.*   the same between two frames: only the newest two stay
    real.png         a fixed batch of real images, tiled like a frame; for points real.json, what all frames share
    checkpoints/     weights of both networks at a step, safetensors; of a run on points the whole state, to fork from
    state.safetensors  everything a training needs to go on exactly
    log.txt, events.jsonl

No pickle is read from a folder, ever, and reading needs no torch until networks are asked for.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import re
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import __version__
from ..config import DRAWN, FIELDS, LIVE, ConfigError, TrainConfig, called, data_kind
from ..config.presets import NETWORKS, PRESETS
from .tables import Table, TableError

if TYPE_CHECKING:
    from torch import nn

FORMAT = 1
GAME = ("architecture", "width", "depth", "latent_dim", "resolution", "objective", "penalty", "conditioning")
"""Fields by which a configuration is known as that of a preset."""
ACTIVE = ("starting", "training", "paused")
"""States in which a worker process holds the run."""
STATES = ("queued", *ACTIVE, "finished", "stopped", "failed", "interrupted", "crashed")
_NUMBERS = {"step": 0, "epoch": 0, "images_per_second": 0.0, "seconds": 0.0, "queued_at": 0.0}
_PERHAPS = {"total_steps": None, "eta": None, "saved_step": None, "frame": None}
SILENCE = 10.0
"""Seconds without a heartbeat after which a worker is taken for dead. It beats every second, also during a long step."""
STARTING = 30.0
"""Seconds a process that starts to train is given until its first heartbeat: it imports torch first."""

METRICS = {
    "step": "<i8",
    "epoch": "<i4",
    **dict.fromkeys(
        (
            "loss_d",
            "loss_g",
            "value",
            "d_real",
            "d_fake",
            "d_fake_after",
            "grad_norm_d",
            "grad_norm_g",
            "penalty",
            "images_per_second",
        ),
        "<f4",
    ),
    "seconds": "<f8",
}


_ASKING = threading.Lock()
"""Two tabs that ask at once must not lose each other's wish."""


class RunError(RuntimeError):
    """A run that cannot be read or cannot do what was asked; the message is a sentence for the person who asked."""


def runs_dir() -> Path:
    """Where the runs are: $GAN_RUNS_DIR, else runs/."""
    return Path(os.environ.get("GAN_RUNS_DIR") or "runs")


# --------------------------------------------------------------------------- small atomic files


def write_json(path: Path, value: Any) -> None:
    """Replaces a file in one step: a reader sees the old text or the new one, never half of either."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(3)}")
    try:
        temporary.write_text(json.dumps(value))
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """The same for bytes."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; None where there is no file or it does not hold one."""
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


# --------------------------------------------------------------------------- the reader


@dataclass(frozen=True)
class BrokenRun:
    """A folder among the runs that cannot be opened, and the reason in a sentence."""

    folder: Path
    reason: str

    @property
    def id(self) -> str:
        return self.folder.name


class Run:
    """A run, read from its folder. Every property looks at the disk anew; nothing is ever written except by `ask` and its kin."""

    def __init__(self, folder: Path, head: dict[str, Any], config: TrainConfig):
        self.folder, self._head, self.config = folder, head, config

    @classmethod
    def open(cls, folder: str | os.PathLike) -> Run:
        """Raises RunError with a sentence where the folder is not a run of this program."""
        folder = Path(folder)
        if not folder.is_dir():
            raise RunError(f"There is no run at {folder}: no such folder.")
        head = read_json(folder / "config.json")
        if head is None or not isinstance(head.get("config"), dict):
            raise RunError(f"{folder.name} is not a run: its config.json is missing or cannot be read.")
        if not isinstance(head.get("format"), int) or not isinstance(head.get("created", 0.0), (int, float)):
            raise RunError(f"{folder.name} is not a run of this program: its config.json has an unknown form.")
        if head["format"] > FORMAT:
            raise RunError(f"{folder.name} was written by a newer version of this program (format {head['format']}).")
        try:
            return cls(folder, head, TrainConfig.from_dict(head["config"]))
        except ConfigError as error:
            raise RunError(f"{folder.name} has a configuration this version cannot train: {error}") from None

    # ---- what it is

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def name(self) -> str:
        return str(self._head.get("name") or self.folder.name)

    @property
    def created(self) -> float:
        """Unix time in seconds."""
        return float(self._head.get("created") or 0.0)

    # ---- how it is

    @property
    def status(self) -> dict[str, Any]:
        """State, step, rates and so on, with `message` saying in a sentence what happened where something did.

        A run whose worker has vanished is reported as "crashed" whatever its file says.
        """
        raw = read_json(self.folder / "status.json")
        if raw is None or not _plausible(raw):
            lost = "The file that says how this run is doing is missing or damaged. It can be continued from its last saved state."
            raw = {"state": "interrupted", "message": lost}
        status = {**_NUMBERS, **_PERHAPS, "message": "", "epochs": self.config.epochs, **raw}
        if status["state"] in ACTIVE and not _alive(status):
            saved = status.get("saved_step")
            kept = (
                f"Continue takes it up from step {saved:,}."
                if saved
                else "Nothing had been saved yet: Continue starts it again from step 0."
            )
            gone = f"The training process vanished at step {status['step']:,} without a word (ended from outside, out of memory, or power lost)."
            status |= {"state": "crashed", "message": f"{gone} {kept}"}
        if status["state"] != "training":
            status["eta"] = None
        return status

    @property
    def present(self) -> TrainConfig:
        """The configuration with the live values that the run has come to."""
        live = self.status.get("live")
        with contextlib.suppress(ConfigError, TypeError):
            return self.config.replace(**{name: live[name] for name in LIVE if name in live})
        return self.config

    @property
    def beside(self) -> str | None:
        """Id of the run that this one races with, None where it runs alone."""
        return self.control()["beside"]

    @property
    def origin(self) -> dict[str, Any] | None:
        """{"run": id, "step"} of the state that this run was forked from; None where it began by itself."""
        origin = self._head.get("origin")
        return origin if isinstance(origin, dict) else None

    @property
    def is_active(self) -> bool:
        """Queued, or held by a living worker."""
        return self.status["state"] in (*ACTIVE, "queued")

    def sequence(self) -> str:
        """A cheap word that changes whenever something a page shows has changed."""
        marks = []
        for name in ("status.json", "metrics.table", "evaluations.jsonl", "frames", "checkpoints"):
            with contextlib.suppress(OSError):
                stat = (self.folder / name).stat()
                marks.append(f"{stat.st_mtime_ns:x}.{stat.st_size:x}")
        return "-".join(marks) + self.status["state"][:2]

    def metrics(self, start: int = 0) -> dict[str, np.ndarray]:
        """Columns by name, all of the same length: `step`, `epoch`, the measures of `Report.metrics()`, from record `start` on.

        Measures that a step did not make (a step of D alone has no loss_g) are nan.
        """
        return self._columns(lambda table: table.read(start))

    def window(self, newest: int, before: int) -> dict[str, np.ndarray]:
        """The same columns of the `newest` records and of at most `before` older ones, at a cost that does not grow with the length of the run."""
        return self._columns(lambda table: table.sparse(newest, before))

    def _columns(self, read: Callable[[Table], np.ndarray]) -> dict[str, np.ndarray]:
        try:
            table = Table(self.folder / "metrics.table")
            if not {"step", "epoch"} <= set(table.dtype.names):
                raise TableError("another table")
            rows = read(table)
        except (OSError, TableError, ValueError):
            rows = np.empty(0, np.dtype(list(METRICS.items())))
        # a run of an older version has not measured everything
        return {
            name: np.ascontiguousarray(rows[name] if name in rows.dtype.names else np.full(len(rows), np.nan, kind))
            for name, kind in METRICS.items()
        }

    def evaluations(self) -> dict[str, list]:
        """Columns by name, all of the same length: `step`, and what `gan_core.metrics.Evaluator` measured there (None where it did not).

        What older versions called kl is KL(G || data), and has today's name.
        """
        rows = [row for row in _json_lines(self.folder / "evaluations.jsonl") if isinstance(row.get("step"), int)]
        today = {"kl": "kl_g_data", "kl_oracle": "kl_g_data_oracle"}
        found = [{today.get(name, name): value for name, value in row.items()} for row in rows]
        names = dict.fromkeys(name for row in found for name in row)
        return {name: [row.get(name) for row in found] for name in ("step", *(n for n in names if n != "step"))}

    # ---- pictures

    @property
    def layout(self) -> dict[str, int] | None:
        """How tiles lie in a frame: {"count", "columns", "rows", "height", "width", "channels"}; None for data that are points."""
        return self._head.get("layout")

    def frames(self) -> list[int]:
        """Steps of which a frame is kept, in order. `status["frame"]` may be newer: that one is a glance, and soon gone."""
        return _steps(self.folder / "frames", ".json")

    def frame(self, step: int, average: bool = False) -> bytes:
        """PNG of the fixed noise at that step, by G or by its average, or JSON for points (which holds both). RunError where there is none."""
        suffix = ".json" if not self.layout else ".average.png" if average else ".png"
        return self._frame_file(step, suffix)

    def scores(self, step: int) -> dict[str, list[float]] | None:
        """D's logits on the real batch and on the frame, as in training (`Trainer.watch`): {"d_real", "d_fake"}."""
        try:
            return json.loads(self._frame_file(step, ".json"))
        except (RunError, ValueError):
            return None

    def _frame_file(self, step: int, suffix: str) -> bytes:
        name = f"{int(step):08d}{suffix}"
        for folder in ("frames", "glances"):
            with contextlib.suppress(OSError):
                return (self.folder / folder / name).read_bytes()
        raise RunError(f"{self.id} has no picture of step {step}.")

    def real(self) -> bytes:
        """PNG of a fixed batch of real images, laid out like a frame; for points JSON of some of them and of what all frames share."""
        try:
            return (self.folder / ("real.png" if self.config.is_image else "real.json")).read_bytes()
        except OSError:
            raise RunError(f"{self.id} has no picture of its real samples yet.") from None

    # ---- networks

    def checkpoints(self) -> list[int]:
        """Steps whose weights are kept, in order."""
        return _steps(self.folder / "checkpoints", ".safetensors")

    def checkpoint_file(self, step: int) -> Path:
        """Where the weights of a kept step are."""
        return self.folder / f"checkpoints/{step:08d}.safetensors"

    def nearest_checkpoint(self, step: int | None = None) -> int:
        """The kept step nearest to `step`, the newest for None. RunError where there is none yet."""
        kept = self.checkpoints()
        if not kept:
            raise RunError(f"{self.id} has no saved networks yet.")
        return kept[-1] if step is None else min(kept, key=lambda s: (abs(s - step), -s))

    def load_networks(self, step: int | None = None, average: bool = False) -> tuple[nn.Module, nn.Module]:
        """(G, D) in evaluation mode on the CPU, from the checkpoint nearest to `step` (None: the newest). Raises RunError.

        `average`: the moving average of G instead of G; RunError where the run keeps none.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from ..networks import build

        if average and not self.config.ema_half_life:
            raise RunError(f"{self.id} keeps no average of G (ema_half_life = 0).")
        kept = self.nearest_checkpoint(step)
        pair = dict(zip(("average" if average else "generator", "discriminator"), build(self.config), strict=True))
        try:
            tensors = load_file(self.checkpoint_file(kept))
            for name, network in pair.items():
                network.load_state_dict({key: tensors[f"{name}.{key}"] for key in network.state_dict()})
        except (OSError, KeyError, RuntimeError, SafetensorError) as error:
            raise RunError(f"The networks of {self.id} at step {kept:,} cannot be read: {error}") from None
        generator, discriminator = pair.values()
        return generator.eval(), discriminator.eval()

    def load_generator(self, step: int | None = None, average: bool = False) -> nn.Module:
        """G in evaluation mode on the CPU from the checkpoint nearest to `step` (None: the newest): z (N, latent_dim) -> samples. Raises RunError.

        A conditional G takes labels too: G(z, labels), int64 (N,). `average`: its moving average.
        """
        return self.load_networks(step, average)[0]

    # ---- what happened

    def events(self) -> list[dict[str, Any]]:
        """What happened to the run besides training (started, paused, changes, continued), oldest first."""
        return _json_lines(self.folder / "events.jsonl")

    # ---- asking something of the worker

    def control(self) -> dict[str, Any]:
        """What is asked of the worker at present."""
        return control_from(read_json(self.folder / "control.json") or {})

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
        """Adds a wish to the control file: pause or go on, stop, `count` single steps ("both", "d" or "g"), live values.

        Going on, and a pause, also call off single steps that have not been made. `speed`: at most so many steps a second, 0 for as many as there can be.
        `beside`: id of a run that this one shall keep step with, as long as that one is at work.

        Raises ConfigError for a live value that is out of range, RunError where the folder cannot be written.
        """
        for name, value in live.items():
            if name not in LIVE:
                raise ConfigError(name, value, f"it cannot change while a run trains; only {', '.join(LIVE)} can")
        self.config.replace(**live)
        with _ASKING:
            asked = self.control()
            asked["live"] |= live
            done = control_from({"turns": self.status.get("turns_done")})["turns"]
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
            with _told():
                write_json(self.folder / "control.json", asked)


def control_from(raw: dict[str, Any]) -> dict[str, Any]:
    """A control file's content, whatever of it can be used: {"pause", "stop", "turns": {turn: count}, "live": {field: value}, "speed", "beside"}."""
    turns, live, speed = raw.get("turns"), raw.get("live"), raw.get("speed")
    return {
        "pause": raw.get("pause") is True,
        "stop": raw.get("stop") is True,
        "turns": {
            turn: value if isinstance(value := (turns if isinstance(turns, dict) else {}).get(turn), int) else 0
            for turn in ("both", "d", "g")
        },
        "live": {name: live[name] for name in LIVE if name in live} if isinstance(live, dict) else {},
        "beside": beside if isinstance(beside := raw.get("beside"), str) else None,
        "speed": float(speed) if isinstance(speed, (int, float)) and 0 < speed < 1e6 else 0.0,
    }


def _json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of one a line; a line that a kill cut short is passed over."""
    found = []
    with contextlib.suppress(OSError):
        for line in path.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    return [row for row in found if isinstance(row, dict)]


def _steps(folder: Path, suffix: str) -> list[int]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(int(n.removesuffix(suffix)) for n in names if re.fullmatch(rf"[0-9]{{1,12}}{re.escape(suffix)}", n))


def _plausible(status: dict[str, Any]) -> bool:
    """Whether a status has a state we know and numbers where there must be some."""
    sound = all(isinstance(status.get(name, 0), (int, float)) for name in _NUMBERS)
    return (
        status.get("state") in STATES
        and sound
        and all(isinstance(status.get(name), (int, float, type(None))) for name in _PERHAPS)
    )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turns a file that cannot be written into a sentence."""
    try:
        yield
    except OSError as error:
        advice = " Free some space and try again." if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        raise RunError(f"This could not be written to the run's folder: {error.strerror or error}.{advice}") from None


def _alive(status: dict[str, Any]) -> bool:
    if status.get("host") == socket.gethostname() and os.name == "posix":
        try:
            os.kill(int(status["pid"]), 0)
        except (ProcessLookupError, KeyError, ValueError, TypeError, OverflowError):
            return False
        except PermissionError:
            pass
    beat = status.get("heartbeat")
    return isinstance(beat, (int, float)) and time.time() - beat < SILENCE


_read: dict[Path, tuple[tuple[int, ...], Run | BrokenRun]] = {}


def _opened(folder: Path) -> Run | BrokenRun:
    """The run in a folder, read anew only where its config.json has changed: a list of hundreds costs a few stats each."""
    try:
        stat = (folder / "config.json").stat()
        mark = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except OSError:
        mark = ()
    known = _read.get(folder)
    if known is None or known[0] != mark:
        try:
            known = mark, Run.open(folder)
        except RunError as error:
            known = mark, BrokenRun(folder, str(error))
        _read[folder] = known
    return known[1]


def list_runs(root: str | os.PathLike | None = None) -> list[Run | BrokenRun]:
    """All runs in a folder, newest first; one that cannot be read is listed with the reason and hurts no other."""
    root = Path(root) if root is not None else runs_dir()
    found: list[Run | BrokenRun] = []
    try:
        folders = [f for f in root.iterdir() if f.is_dir() and not f.name.startswith(".")]
    except OSError:
        return []
    for folder in folders:
        found.append(_opened(folder))
    return sorted(
        found, key=lambda r: (isinstance(r, Run), r.created if isinstance(r, Run) else 0.0, r.id), reverse=True
    )


def find(run_id: str, root: str | os.PathLike | None = None) -> Run:
    """The run of that id. An id may come from anybody: it is compared with the folders that exist, never made into a path. Raises RunError."""
    root = Path(root) if root is not None else runs_dir()
    names = os.listdir(root) if root.is_dir() else []
    if run_id not in names or run_id.startswith("."):
        raise RunError(f"There is no run called “{str(run_id)[:80]}” here.")
    found = _opened(root / run_id)
    if isinstance(found, BrokenRun):
        raise RunError(f"The run “{run_id}” cannot be opened: {found.reason}")
    return found


# --------------------------------------------------------------------------- the writer


class Lock:
    """Makes sure that one process at a time writes a run; the system lets go of it when the process ends in any way. Raises RunError."""

    def __init__(self, folder: Path):
        try:
            self.file = open(folder / "lock", "a")
        except OSError as error:
            raise RunError(f"The run folder {folder} cannot be written: {error.strerror}.") from None
        try:
            import fcntl
        except ImportError:  # Windows: the heartbeat has to do
            return
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.close()
            raise RunError(f"{folder.name} is being trained by another process already.") from None

    def release(self) -> None:
        self.file.close()


def holder(pid: int | None = None, grace: float = 0.0) -> dict[str, Any]:
    """What the status of a run says of the process that holds it (None: this one), which may stay silent for `grace` seconds more than usual."""
    return {"pid": os.getpid() if pid is None else pid, "host": socket.gethostname(), "heartbeat": time.time() + grace}


def create(
    config: TrainConfig,
    folder: str | os.PathLike | None = None,
    name: str | None = None,
    state: str = "queued",
    about: dict[str, Any] | None = None,
) -> Run:
    """A new run folder, in state "queued", or "starting" where this process is about to train it itself; `folder` None: a fresh one under `runs_dir()`.

    `about`: what else its config.json shall say of it (`Run.origin`). Raises RunError where there is a run already or the
    folder cannot be written.
    """
    label = name or label_of(config)
    if folder is None:
        folder = _fresh(label)
    folder = Path(folder)
    if (folder / "config.json").exists():
        raise RunError(f"{folder} holds a run already; add --resume to continue it, or choose another folder.")
    try:
        (folder / "frames").mkdir(parents=True, exist_ok=True)
        (folder / "checkpoints").mkdir(exist_ok=True)
        Table(folder / "metrics.table", METRICS)
        (folder / "glances").mkdir(exist_ok=True)
        status = {"state": state, "total_steps": config.steps, "queued_at": time.time(), "epochs": config.epochs}
        write_json(folder / "status.json", status if state == "queued" else {**status, **holder(grace=STARTING)})
        head = {
            "format": FORMAT,
            "program": __version__,
            "python": platform.python_version(),
            "created": time.time(),
            "name": label,
            **(about or {}),
        }
        write_json(folder / "config.json", {**head, "config": config.to_dict()})
    except OSError as error:
        raise RunError(f"The run folder {folder} cannot be written: {error.strerror or error}.") from None
    return Run.open(folder)


def _fresh(label: str) -> Path:
    """A folder that no run has."""
    return (
        runs_dir()
        / f"{time.strftime('%Y-%m-%d-%H%M%S')}-{re.sub(r'[^a-z0-9]+', '-', label.lower()).strip('-')[:40]}-{secrets.token_hex(2)}"
    )


def fork(run: Run, step: int, config: TrainConfig) -> Run:
    """A new run that goes on with `config` from where `run` was at the step nearest to `step` of which the whole state was kept.

    What `run` was until then becomes its past, where the pictures still mean the same. Raises RunError where no such state was kept or the
    networks are others.
    """
    old, new = run.config.to_dict(), config.to_dict()
    if fixed := [FIELDS[name].metadata["label"] for name in SHAPES if old[name] != new[name]]:
        raise RunError(f"A fork keeps its networks; {', '.join(fixed)} cannot change. Start a new run for that.")
    states = {s: run.checkpoint_file(s) for s in run.checkpoints() if s and _is_state(run.checkpoint_file(s))}
    if not states:
        raise RunError("Nothing to fork from was kept: that takes a run on points that has made its first step.")
    if saved := run.status["saved_step"]:
        states[saved] = run.folder / "state.safetensors"
    at = min(states, key=lambda s: (abs(s - step), -s))
    if config.steps is not None and config.steps <= at:
        config = config.replace(steps=at + config.steps)
    name = f"{label_of(config)} from step {at:,}"
    # made where nobody looks for runs: a queue that saw it half made would begin it from nothing
    place = _fresh(name)
    draft = place.with_name(f".{place.name}")
    forked = create(config, draft, name, about={"origin": {"run": run.id, "step": at}})
    try:
        shutil.copyfile(states[at], forked.folder / "state.safetensors")
        if all(old[name] == new[name] for name in PICTURED):
            for name in ("metrics.table", "evaluations.jsonl"):
                if (run.folder / name).exists():
                    shutil.copyfile(run.folder / name, forked.folder / name)
            for name, suffix in (("frames", ".json"), ("checkpoints", ".safetensors")):
                for kept in _steps(run.folder / name, suffix):
                    if kept <= at:
                        shutil.copyfile(
                            run.folder / name / f"{kept:08d}{suffix}", forked.folder / name / f"{kept:08d}{suffix}"
                        )
        set_state(forked, "queued", step=at, saved_step=at)
        # the state brings the live values of its own time; those of the configuration are asked for
        forked.ask(speed=run.control()["speed"], **{name: new[name] for name in LIVE})
        os.rename(draft, place)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(error, OSError):
            raise RunError(f"The fork could not be written: {error.strerror or error}.") from None
        raise
    return Run.open(place)


PICTURED = ("data", "seed", "prior", "samples")
"""Fields without which the pictures of a run's past show other dots than those to come."""


SHAPES = (
    *(n for n in NETWORKS if n != "prior"),
    "conditioning",
    "classes",
    "packing",
    "minibatch_stddev",
    "spectral_norm",
)
"""Fields that a state's networks were built by."""


def _is_state(path: Path) -> bool:
    """Whether a file of weights holds all that a training needs to go on: then its header has the counters too."""
    with contextlib.suppress(OSError, ValueError, AttributeError), open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        # a damaged file may name any length
        return length < path.stat().st_size and "counters" in json.loads(file.read(length)).get("__metadata__", {})
    return False


def label_of(config: TrainConfig) -> str:
    """A short name for a configuration: its preset's, where the networks and data are those of one, else architecture and data."""
    place, colon, path = config.data.partition(":")
    data = called(config.data) if not colon or place == DRAWN else Path(path).name
    for name, found in PRESETS.items():
        # a system for points of a line is not one for those of the plane, though its networks may be alike
        alike = config.is_image or data_kind(found.config.data).shape == data_kind(config.data).shape
        if alike and all(getattr(found.config, field) == getattr(config, field) for field in GAME):
            return name if found.config.data == config.data else f"{name} on {data}"
    return f"{config.architecture} on {data}"


def set_head(run: Run, **values: Any) -> None:
    """Adds to config.json what is only known once a run has started: versions, tile layout."""
    run._head |= values
    write_json(run.folder / "config.json", run._head)


def set_config(run: Run, config: TrainConfig) -> None:
    """Replaces the configuration of a run that nobody holds."""
    run.config = config
    set_head(run, config=config.to_dict())


def lengthen(run: Run, epochs: int, steps: int | None) -> None:
    """Gives a run that nobody holds a new total. Rates that went down over the whole run stay where they have arrived. Raises RunError."""
    config, total = run.config.replace(epochs=epochs, steps=steps), run.status["total_steps"]
    if steps is not None and steps < run.status["step"]:
        raise RunError(f"{run.id} is at step {run.status['step']:,} already; ask for more than that.")
    if config.anneal != "none" and config.anneal_steps is None and total and config != run.config:
        config = config.replace(anneal_steps=total)
    set_config(run, config)


def set_state(run: Run, state: str, message: str = "", **more: Any) -> None:
    """Changes the state of a run that no worker holds. RunError where the folder cannot be written."""
    status = read_json(run.folder / "status.json") or {}
    with _told():
        write_json(run.folder / "status.json", {**status, "state": state, "message": message, **more})


def log_event(run: Run, what: str, **details: Any) -> None:
    with open(run.folder / "events.jsonl", "a") as file:
        file.write(json.dumps({"time": time.time(), "what": what, **details}) + "\n")
