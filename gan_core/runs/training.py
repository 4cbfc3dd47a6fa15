"""One process's hold on one run: it trains and writes the run folder, and obeys the folder's control file."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import torch

from ..config import LIVE, ConfigError, TrainConfig
from ..config.measures import COLUMNS
from ..data import DataError
from ..look import pictures, scene
from ..look.noise import many_noise
from ..look.probe import Probe
from ..method.guard import NonFiniteError
from ..method.memory import restore, state_of, tensors_of
from ..method.report import Report
from ..method.trainer import Trainer
from ..metrics import Evaluator
from ..networks import parameter_count
from . import layout
from .catalogue import find
from .control import control_from
from .files import RunError, append_line, read_json, write_bytes, write_json
from .folder import Run
from .lock import Lock
from .making import set_head
from .rewind import rewind
from .states import load_state, save_state, save_tensors
from .status import holder
from .tables import Table

FLUSH = 0.25
"""Seconds between two writes of metrics and status: what a kill can lose."""
GLANCE = {"images": 0.5, "points": 0.12}
"""Seconds between two pictures of the newest samples, at the least: dots shall be seen to move."""
LOOKING = {"images": 0.03, "points": 0.12}
"""Share of the time that may go into pictures that the timeline does not keep."""
STATES = 64 << 20
"""Bytes that the states of a run on points may take: from each of them it can be forked."""
RESERVE = 256 * 1024
"""Bytes put by in the run folder so that a full disk can still be told of."""

DISK_FULL = "The disk is full. What had been written is safe: free some space, then continue."


def geometric(step: int) -> bool:
    """0, 1, 2, 5, 10, 20, 50, 100, ..."""
    return step == 0 or str(step).rstrip("0") in ("1", "2", "5")


def spacing(steps: int, pieces: int) -> int:
    """The round number (1, 2, 5, 10, ...) of steps that cuts `steps` into at most `pieces`."""
    size = 1
    while steps / size > pieces:
        size = next(s for s in range(size + 1, 10 * size + 1) if geometric(s))
    return size


def hold(run: Run, leave: threading.Event, tell: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """Trains a run until it is finished, stopped, failed or `leave` is set; returns its last status. Raises RunError where another process holds it.

    `tell` is called with the status whenever it is written.
    """
    lock = Lock(run.folder)
    try:
        return Session(run, leave, tell).go()
    finally:
        lock.release()


class Session:
    """The writing side of a run folder while it trains. `status` is what status.json says."""

    def __init__(self, run: Run, leave: threading.Event, tell: Callable[[dict[str, Any]], None] | None = None):
        self.run, self.leave, self.tell = run, leave, tell
        before = read_json(run.folder / "status.json") or {}
        self.status: dict[str, Any] = {
            **before,
            **holder(),
            "state": "starting",
            "message": "",
            "queue_position": None,
            "saved_step": None,
        }
        done = before.get("turns_done")
        self._turns_done = control_from({"turns": done})["turns"]
        self.saved_step: int | None = None
        self._rows: list[tuple[Report, torch.Tensor]] = []
        self._writing = threading.Lock()
        self._control_seen: Any = None
        self._asked = control_from({})
        self._flushed = self._glanced = self._saved = self._due = self._looked = time.monotonic()
        self._other: float | None = None
        self._glance_cost = self._save_cost = self._evaluation_cost = 0.0
        self._evaluated = -math.inf

    # ---- the whole of it

    def go(self) -> dict[str, Any]:
        over = threading.Event()
        beat = threading.Thread(target=self._beat, args=(over,), daemon=True)
        beat.start()
        try:
            self._reserve()
            self._publish()
            self._prepare()
            self._end(*self._train())
        except BaseException as error:
            self._fail(error)
        finally:
            over.set()
            beat.join()
        return self.status

    def _prepare(self) -> None:
        """Data, networks, and the saved state if there is one; the folder is cut back to the step the training goes on from."""
        state, config = None, self.run.config
        found = load_state(self.run.folder)
        if found is not None:
            state = found
            live = TrainConfig.from_json(state["counters"]["config"]).to_dict()
            self._read_control()
            # together: what was at the time of the state need not go with the rest of a fork's settings
            config = self._taken(config, {name: live[name] for name in LIVE} | self._asked["live"])
        else:
            self._read_control()
            config = self._taken(config, self._asked["live"])
        self.trainer = Trainer(config)
        torch.set_num_threads(self.trainer.plan.threads)
        self.probe = Probe(self.trainer)
        if state is not None:
            restore(self.trainer, state)
            self.saved_step = self.trainer.step
        rewind(self.run, self.trainer.step)
        self._evaluated_step = max(self.run.evaluations()["step"], default=-1)
        self.metrics = Table(self.run.folder / "metrics.table")
        self._schedule()
        data = self.trainer.data
        set_head(
            self.run,
            layout=pictures.layout(config, names=data.classes),
            torch=torch.__version__,
            data_size=len(data),
            skipped=data.skipped,
        )
        self._columns = config.grid[1] if config.grid else None
        if config.is_image:
            write_bytes(
                self.run.folder / "real.png",
                pictures.sheet(self.probe.fixed_reals[: config.shown].cpu(), self._columns),
            )
        else:
            self._view = scene.points_view(self.trainer.data)
            write_bytes(self.run.folder / "real.json", scene.points_scene(self.trainer.data))
        self._head_start = self.trainer.head_start()
        self._evaluator = Evaluator(config, self.trainer.data)
        self._refresh()
        self.status |= {
            "data_size": len(self.trainer.data),
            "skipped": self.trainer.data.skipped,
            "device": self.trainer.plan.device.type,
            "precision": self.trainer.plan.precision,
            "has_average": self.trainer.average is not None,
            "parameters": {
                "generator": parameter_count(self.trainer.generator),
                "discriminator": parameter_count(self.trainer.discriminator),
            },
        }
        self._draw(keep=self._kept(self.trainer.step))
        if self.trainer.step == 0:
            self._checkpoint()
        self._log("continued" if state else "started", step=self.trainer.step)

    def _train(self) -> tuple[str, str]:
        """Steps until something ends them; returns the final state and a sentence."""
        trainer = self.trainer
        while trainer.step < trainer.total_steps:
            self._read_control()
            if self.leave.is_set():
                return (
                    "interrupted",
                    "The app was stopped while this run was training. It was saved and continues from here.",
                )
            if self._asked["stop"]:
                return "stopped", ""
            turn = "both"
            if self._asked["pause"]:
                turn = next(iter(self._pending()), None)
                if turn is None:
                    self._wait()
                    continue
            if self.status["state"] != "training":
                self._enter("training")
            if next(self._head_start, None):
                continue  # an update of D's head start: the control file is looked at between any two
            if self._too_early():
                continue
            if self._asked["pause"]:
                self._turns_done[turn] += 1
            self._step(turn)
            if self._asked["pause"] and not self._pending():
                self._draw(keep=True)
                self._flush()
        return "finished", ""

    def _pending(self) -> list[str]:
        """Kinds of single steps that were asked for and have not all been made."""
        return [t for t, n in self._asked["turns"].items() if n > self._turns_done[t]]

    def _too_early(self) -> bool:
        """Whether the next step is not due yet, at the speed that was asked for or because the other side of a race is behind; waits for a moment if so."""
        now, speed = time.monotonic(), self._asked["speed"]
        if (speed and now < self._due) or self._leads(now):
            if now - self._flushed > FLUSH:
                self._flush()
            time.sleep(0.02 if not speed else min(0.02, max(0.001, self._due - now)))
            return True
        if speed:
            # a step that came late does not hurry the next ones
            self._due = max(self._due + 1 / speed, now)
        return False

    def _leads(self, now: float) -> bool:
        """Whether this run is further than the one that it keeps step with, by more than that one's status may be old."""
        if self._asked["beside"] is None:
            return False
        if now - self._looked > 0.05:
            self._looked, self._other = now, None
            with contextlib.suppress(RunError, OSError):
                status = find(self._asked["beside"], self.run.folder.parent).status
                if status["state"] in ("queued", "starting", "training"):
                    # it may have come so much further since it wrote this
                    self._other = status["step"] + max(1.0, FLUSH * float(status.get("steps_per_second") or 0.0))
        return self._other is not None and self.trainer.step > self._other

    def _step(self, turn: str) -> None:
        trainer, completed = self.trainer, self.trainer.order.completed
        report = trainer.turn(turn)
        epoch_ended = trainer.order.completed != completed
        self._rows.append((report, report.measures))
        now = time.monotonic()
        if epoch_ended or self._kept(trainer.step):
            self._draw(keep=True)
        elif now - self._glanced > max(GLANCE[self._kind], self._glance_cost / LOOKING[self._kind]):
            self._draw(keep=False)
        if self._kept_weights(trainer.step, epoch_ended):
            self._checkpoint()
        if now - self._flushed > FLUSH:
            self._flush()
        # saving may take a fiftieth of the time: small networks lose two seconds to a kill, at most
        if now - self._saved > min(60.0, max(2.0, 50 * self._save_cost)):
            self._save()

    # ---- states

    def _enter(self, state: str) -> None:
        self.status |= {"state": state, "message": ""}
        self._refresh()
        self._publish()

    def _wait(self) -> None:
        """Paused: everything is on disk, and the control file is looked at fifty times a second."""
        if self.status["state"] != "paused":
            self._flush()
            if self.status.get("frame") != self.trainer.step:
                self._draw(keep=True)
            self._save()
            self._enter("paused")
        time.sleep(0.02)

    def _end(self, state: str, message: str) -> None:
        self._flush()
        self._draw(keep=True)
        if self.trainer.step:
            self._checkpoint()
            self._save()
        self.status |= {"state": state, "message": message}
        self._refresh()
        self._publish()
        self._log(state, step=self.trainer.step)

    def _fail(self, error: BaseException) -> None:
        """Writes down what happened, as far as the disk lets it."""
        self.status["state"] = "failed"
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            self.status["message"] = DISK_FULL
        elif isinstance(error, NonFiniteError):
            with contextlib.suppress(OSError, NonFiniteError):
                self._flush()
            kept = (
                f"The last good state, of step {self.saved_step:,}, is kept: lower them and continue."
                if self.saved_step
                else "Lower them and start again."
            )
            self.status["message"] = f"{error} {kept}"
        elif isinstance(error, (DataError, ConfigError, RunError)):
            self.status["message"] = str(error)
        elif isinstance(error, (MemoryError, torch.OutOfMemoryError)) or "allocate memory" in str(error):
            self.status["message"] = "Out of memory. Choose a smaller batch, width or resolution."
        elif isinstance(error, KeyboardInterrupt):
            self.status |= {
                "state": "interrupted",
                "message": "Interrupted from the keyboard. It can be continued from its last saved state.",
            }
        else:
            trace = "".join(traceback.format_exception(error))
            with contextlib.suppress(OSError), open(self.run.folder / "log.txt", "a") as log:
                log.write(trace)
            self.status["message"] = (
                f"The training stopped with an error: {type(error).__name__}: {error}. The whole of it is in log.txt."
            )
        with contextlib.suppress(OSError):
            (self.run.folder / ".reserve").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._publish()
            self._log(self.status["state"], message=self.status["message"])

    # ---- control

    def _read_control(self) -> None:
        """Looks at the control file if it has changed, and takes on live values from it. One call of stat where it has not."""
        path = self.run.folder / "control.json"
        try:
            seen = path.stat()
        except OSError:
            return
        if (mark := (seen.st_mtime_ns, seen.st_ino)) == self._control_seen:
            return
        self._control_seen = mark
        raw = read_json(path)
        if raw is None:
            print("control.json is not a JSON object; it is ignored", flush=True)
            return
        self._asked = control_from(raw)
        if hasattr(self, "trainer"):
            wanted = self._taken(self.trainer.config, self._asked["live"])
            new = {
                name: getattr(wanted, name)
                for name in LIVE
                if getattr(wanted, name) != getattr(self.trainer.config, name)
            }
            if new:
                self.trainer.change(**new)
                self._log("changed", step=self.trainer.step, **new)
                self._refresh()
                self._publish()

    def _taken(self, config: TrainConfig, live: dict[str, Any]) -> TrainConfig:
        """`config` with live values: all of them, or, where they cannot go together, those that can; a foreign control file must not end a run."""
        try:
            return config.replace(**live)
        except ConfigError:
            for name, value in live.items():
                try:
                    config = config.replace(**{name: value})
                except ConfigError as error:
                    print(f"control.json: {error}", flush=True)
            return config

    # ---- writing

    def _schedule(self) -> None:
        """Which steps the timeline and the checkpoints keep, besides geometric ones and the ends of epochs."""
        self._kind = "images" if self.trainer.config.is_image else "points"
        self._frame_every = max(100, spacing(self.trainer.total_steps, 500))
        size, frames = (
            sum(t.nbytes for t in tensors_of(self.trainer).values()),
            self.trainer.total_steps / self._frame_every,
        )
        self._frames_a_state = math.ceil(max(1.0, size * frames / STATES))
        self._small = 100 * size < STATES  # then the states of the first steps count for little
        self._weights_every_epoch = spacing(self.trainer.total_epochs, 20)

    def _kept(self, step: int) -> bool:
        return geometric(step) or step % self._frame_every == 0

    def _kept_weights(self, step: int, epoch_ended: bool) -> bool:
        if self._kind == "points":
            return geometric(step) or step % (self._frame_every * self._frames_a_state) == 0
        return (geometric(step) and step >= 100) or (
            epoch_ended and self.trainer.order.completed % self._weights_every_epoch == 0
        )

    def _refresh(self) -> None:
        t = self.trainer
        rate = self._rate()
        self.status |= {
            "step": t.step,
            "total_steps": t.total_steps,
            "epoch": min(t.order.epoch, t.total_epochs),
            "epochs": t.total_epochs,
            "images_per_second": rate * t.config.batch_size * t.config.k,
            "steps_per_second": rate,
            "seconds": t.clock.seconds,
            "eta": (t.total_steps - t.step) / rate if rate else None,
            "live": {name: getattr(t.config, name) for name in LIVE},
            "saved_step": self.saved_step,
            "turns_done": dict(self._turns_done),
        }

    def _rate(self) -> float:
        """Steps a second, of late, and no more than were asked for."""
        c = self.trainer.config
        rate = self.trainer.clock.images_per_second / (c.batch_size * c.k)
        return min(rate, self._asked["speed"] or math.inf)

    def _publish(self) -> None:
        with self._writing:
            self.status["heartbeat"] = time.time()
            write_json(self.run.folder / "status.json", self.status)
        if self.tell:
            self.tell(self.status)

    def _beat(self, over: threading.Event) -> None:
        """Keeps the heartbeat going through a long step."""
        while not over.wait(1.0):
            if time.time() - self.status.get("heartbeat", 0) > 0.9:
                with contextlib.suppress(OSError, RuntimeError), self._writing:
                    if not over.is_set():
                        self.status["heartbeat"] = time.time()
                        write_json(self.run.folder / "status.json", dict(self.status))

    def _flush(self) -> None:
        """Metrics of the steps since the last flush, in one transfer from the device, and the status."""
        self._flushed = time.monotonic()
        if self._rows:
            values = self.trainer.wait(torch.stack([measures for _, measures in self._rows]))
            rows = [report.row(found) for (report, _), found in zip(self._rows, values, strict=True)]
            self._rows.clear()
            self.metrics.append({name: [row[name] for row in rows] for name in COLUMNS})
        self._refresh()
        self._publish()

    def _draw(self, keep: bool) -> None:
        """A frame of the fixed noise, for the timeline to keep or as a glance, of which only the last two stay."""
        begin = time.monotonic()
        trainer, step, frames = self.trainer, self.trainer.step, self.run.folder / ("frames" if keep else "glances")
        if trainer.config.is_image:
            samples, *scores = self.probe.watch()
            sheets = {"png": samples, "average.png": self.probe.watch_average()}
            for suffix, tiles in sheets.items():
                if tiles is not None:
                    write_bytes(frames / f"{step:08d}.{suffix}", pictures.sheet(tiles.cpu(), self._columns))
            words = json.dumps(
                {name: [round(v, 4) for v in t.tolist()] for name, t in zip(("d_real", "d_fake"), scores, strict=True)}
            ).encode()
        else:
            try:
                words = scene.points_frame(self.probe, self._view)
            except (ArithmeticError, RuntimeError, ValueError):
                # networks in an odd state may have no picture; the training is worth more than that
                print(f"no picture of step {step}:\n{traceback.format_exc()}", flush=True)
                return
        # the .json comes last: a frame is there once it is complete
        write_bytes(frames / f"{step:08d}.json", words)
        if not keep:
            newest = set(sorted({f.name.partition(".")[0] for f in frames.glob("[0-9]*")})[-2:])
            for old in frames.glob("[0-9]*"):
                if old.name.partition(".")[0] not in newest:
                    old.unlink(missing_ok=True)
        self.status["frame"] = step
        self._glanced = time.monotonic()
        self._glance_cost = self._glanced - begin
        if keep and (geometric(step) or self._glanced - self._evaluated > self._evaluation_cost / LOOKING[self._kind]):
            self._evaluate()

    def _evaluate(self) -> None:
        """How close G's samples are to the data, at this step, in numbers; by its average where there is one."""
        begin = time.monotonic()
        t = self.trainer
        if self._evaluated_step == t.step:
            return
        found = self._evaluator.evaluate(
            self.probe.sample(many_noise(t.config, self._evaluator.count), average=True).cpu()
        )
        rounded = {name: round(v, 6) if math.isfinite(v) else None for name, v in found.items()}
        append_line(self.run.folder / "evaluations.jsonl", {"step": t.step, **rounded})
        self._evaluated_step = t.step
        self._evaluated = time.monotonic()
        self._evaluation_cost = self._evaluated - begin

    def _checkpoint(self) -> None:
        """The weights of both networks at this step; of a run on points, whose networks are small, its whole state."""
        t = self.trainer
        if (
            t.step
            and self._kind == "points"
            and (self._small or t.step % (self._frame_every * self._frames_a_state) == 0)
        ):
            state = state_of(t)
            save_tensors(
                self.run.checkpoint_file(t.step), state["tensors"], {"step": t.step, "counters": state["counters"]}
            )
            return
        tensors = {f"{name}.{k}": v for name, network, _ in t.players() for k, v in network.state_dict().items()}
        if t.average is not None:
            tensors |= {f"average.{k}": v for k, v in t.average.tensors().items()}
        save_tensors(self.run.checkpoint_file(t.step), tensors, {"step": t.step})

    def _save(self) -> None:
        """The complete state; the one before it stays beside it, in case this one is damaged later."""
        if self.trainer.step == 0:
            return  # nothing to save that the seed does not give; a head start cut short is made again from its beginning
        begin = time.monotonic()
        self._flush()  # on a GPU only this finds out that something broke: what came after must not be saved
        state = state_of(self.trainer)
        if all(bool(torch.isfinite(t).all()) for t in state["tensors"].values() if t.is_floating_point()):
            save_state(self.run.folder, state)
            self.saved_step = self.status["saved_step"] = self.trainer.step
        self._saved = time.monotonic()
        self._save_cost = self._saved - begin

    def _log(self, what: str, **details: Any) -> None:
        append_line(self.run.folder / layout.EVENTS, {"time": time.time(), "what": what, **details})

    def _reserve(self) -> None:
        (self.run.folder / ".reserve").write_bytes(b"\0" * RESERVE)
