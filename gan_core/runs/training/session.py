"""The hold of one process on one run, from the first look at its folder to the last word in it."""

from __future__ import annotations

import contextlib
import math
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import torch

from ...config import LIVE, TrainConfig
from ...method.guard import NonFiniteError
from ...method.memory import restore, tensors_of
from ...method.trainer import Trainer
from ...networks import parameter_count
from .. import layout
from ..control import turns_from
from ..disk import of_disk
from ..files import append_line, open_to_append, remove, write_bytes
from ..folder import Run
from ..lock import Lock
from ..rewind import put_aside, rewind
from ..states import saved_states, state_files
from .cadence import Cadence
from .ending import sentence
from .orders import Orders
from .pace import FLUSH, NAP, Pace, Speed
from .rhythm import Rhythm
from .status_file import StatusFile
from .writer import Writer

RESERVE = 256 * 1024
"""Bytes put by in the run folder so that a full disk can still be told of."""

SAVING = 1 / 50
"""Share of the time that saving may take."""


def hold(run: Run, leave: threading.Event, tell: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """Trains a run until it is finished, stopped, failed or `leave` is set; returns its last status.

    In that "unprepared" tells that it failed before there was anything of it: whoever made the run takes it back.
    `tell` is called with the status whenever it is written. Raises RunError where another process holds the run.
    """
    lock = Lock(run.folder)
    try:
        return Session(run, leave, tell).go()
    finally:
        lock.release()


class Session:
    """Trains a run whose lock this process has. `status` is what status.json says."""

    trainer: Trainer
    writer: Writer
    ready = False

    def __init__(self, run: Run, leave: threading.Event, tell: Callable[[dict[str, Any]], None] | None = None):
        self.run, self.leave = run, leave
        self.file = StatusFile(run, tell)
        self.status = self.file.values
        self.status.pop("unprepared", None)
        self.orders, self.pace = Orders(run, turns_from(self.status.get("turns_done"))), Pace(run)
        self.speed = Speed()
        self.flushing = Rhythm(FLUSH)
        # small networks lose two seconds to a kill, at most
        self.saving = Rhythm(2.0, SAVING, most=60.0)
        self._held = False  # since a pause that the events tell of; single steps do not end it

    # ---- the whole of it

    def go(self) -> dict[str, Any]:
        """From begin to end, whichever it is; returns the last status."""
        with self.file:
            try:
                write_bytes(self.run.folder / layout.RESERVE, bytes(RESERVE))
                self.file.write()
                self._prepare()
                self.ready = True
                self._end(*self._train())
            except BaseException as error:
                self._fail(error)
        return self.status

    def _prepare(self) -> None:
        """Data, networks and the saved state if there is one; the folder is taken back to the step it is of."""
        self.orders.read()
        self.trainer, before = self._begun()
        t = self.trainer
        torch.set_num_threads(t.plan.threads)
        rewind(self.run, t.step)
        size = sum(tensor.nbytes for tensor in tensors_of(t).values())
        epochs = math.ceil(t.total_steps * t.images_per_step / len(t.data))
        self.cadence = Cadence(t.config.is_image, t.total_steps, epochs, size)
        self.writer = Writer(self.run, t, self.cadence, self.status)
        self.head_start = t.head_start()
        self._refresh()
        self.status |= {
            "data_size": len(t.data),
            "skipped": t.data.skipped,
            "device": t.plan.device.type,
            "precision": t.plan.precision,
            "has_average": t.average is not None,
            "parameters": {name: parameter_count(network) for name, network, _ in t.players()},
        }
        self.writer.begin()
        self._log("continued" if t.step else "started", step=t.step)
        self._log_changes(before)

    def _begun(self) -> tuple[Trainer, TrainConfig]:
        """A trainer at the newest saved state that can be gone on from, or at step 0; and the settings it had there.

        Where there are states and none can be read, what the run has made is put aside: it is never written over.
        Raises ValueError where what can be read belongs to other networks.
        """
        foreign = None
        for state in saved_states(self.run.folder):
            before = TrainConfig.from_json(state["counters"]["config"])
            trainer = self._with({name: getattr(before, name) for name in LIVE})
            try:
                restore(trainer, state)
            except ValueError as error:
                foreign = foreign or error
                continue
            self.status["saved_step"] = trainer.step
            return trainer, before
        if foreign:
            raise foreign
        self.status["saved_step"] = None
        if state_files(self.run.folder):
            aside = put_aside(self.run)
            self._log("put aside", folder=aside.name)
            print(f"no saved state can be read: what there was is in {aside.name}; beginning again", flush=True)
        return self._with({}), self.run.config

    def _with(self, live: dict[str, Any]) -> Trainer:
        """A trainer with these live values and those asked for, and the total that the run began with.

        Together: what was at the time of a state need not go with the rest of a fork's settings.
        """
        taken, trainer = self.orders.taken(self.run.config, **live), Trainer(self.run.config)
        trainer.change(**{name: getattr(taken, name) for name in LIVE})
        return trainer

    def _train(self) -> tuple[str, str]:
        """Steps until something ends them; returns the final state and a sentence."""
        trainer, orders = self.trainer, self.orders
        while trainer.step < trainer.total_steps:
            self._obey()
            if self.leave.is_set():
                kept = "It was saved and continues from here." if trainer.step else "It begins again from step 0."
                return "interrupted", f"The app was stopped while this run was training. {kept}"
            if orders.asked["stop"]:
                return "stopped", ""
            turn = orders.pending() if orders.asked["pause"] else "both"
            if turn is None:
                self._wait()
                continue
            if self.status["state"] != "training":
                self._enter("training")
            if self._held and not orders.asked["pause"]:
                self._held = False
                self._log("resumed", step=trainer.step)
            if next(self.head_start, None):
                continue  # an update of D's head start: the control file is looked at between any two
            if delay := self.pace.delay(trainer.step, orders.asked):
                if self.flushing.due():
                    self._flush()
                time.sleep(delay)
                continue
            single = orders.asked["pause"]
            if single:
                orders.done[turn] += 1
            self.status["single"] = turn if single else None
            self._step(turn)
            if orders.asked["pause"] and not orders.pending():
                self.writer.draw(keep=True)
                self._flush()
        return "finished", ""

    def _step(self, turn: str) -> None:
        t, before = self.trainer, self.trainer.order.completed
        self.writer.add(t.turn(turn))
        ended = t.order.completed if t.order.completed != before else None
        if ended is not None or self.cadence.keeps_frame(t.step):
            self.writer.draw(keep=True)
        elif self.writer.glancing.due():
            self.writer.draw(keep=False)
        if self.cadence.keeps_weights(t.step, ended):
            self.writer.checkpoint()
        if self.flushing.due():
            self._flush()
        if self.saving.due():
            self._save()

    def _obey(self) -> None:
        """Looks at what is asked, and takes on live values."""
        if not self.orders.read():
            return
        self.speed.forget()
        now = self.trainer.config
        wanted = self.orders.taken(now)
        new = {name: value for name in LIVE if (value := getattr(wanted, name)) != getattr(now, name)}
        if new:
            self.trainer.change(**new)
            self._log_changes(now)
            self._refresh()
            self.file.write()

    # ---- states

    def _enter(self, state: str) -> None:
        self._refresh()
        self.file.write(state=state, message="")

    def _wait(self) -> None:
        """Paused: everything is on disk, and the control file is looked at fifty times a second."""
        if self.status["state"] != "paused":
            self._flush()
            if self.status.get("frame") != self.trainer.step:
                self.writer.draw(keep=True)
            self._save()
            self._enter("paused")
            self.speed.forget()
            if not self._held:
                self._held = True
                self._log("paused", step=self.trainer.step)
        time.sleep(NAP)

    def _end(self, state: str, message: str) -> None:
        self._flush()
        self.writer.draw(keep=True)
        if self.trainer.step:
            self.writer.checkpoint()
            self._save()
        self._refresh()
        self.file.write(state=state, message=message)
        self._log(state, step=self.trainer.step)

    def _fail(self, error: BaseException) -> None:
        """Writes down what happened, as far as the disk lets it."""
        if isinstance(error, NonFiniteError):
            with contextlib.suppress(OSError, NonFiniteError):
                self._flush()
        # a state that was saved may have gone with the disk
        saved = self.status.get("saved_step") if state_files(self.run.folder) else None
        message = sentence(error, saved, self.run.folder)
        # the data are not there, say, or too large: nothing was made, and there is nothing to go on with
        nothing = not (self.ready or self.status.get("step") or of_disk(error) or message is None)
        if message is None:
            with contextlib.suppress(OSError), open_to_append(self.run.folder / layout.LOG) as log:
                log.write("".join(traceback.format_exception(error)).encode())
            what = f"{type(error).__name__}: {error}"
            message = f"The training stopped with an error: {what}. The full error is in log.txt."
        with contextlib.suppress(OSError):
            remove(self.run.folder / layout.RESERVE)
        state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        self.status |= {"state": state, "message": message, "unprepared": nothing and state == "failed"}
        self.file.last_word()
        with contextlib.suppress(OSError):
            step = self.trainer.step if hasattr(self, "trainer") else self.status.get("step", 0)
            self._log(state, step=step, message=message)

    # ---- writing

    def _flush(self) -> None:
        """The measures of the steps since the last flush, and the status."""
        with self.flushing.measured():
            self.writer.flush()
            self._refresh()
            self.file.write()

    def _save(self) -> None:
        """The complete state. On a GPU only the flush finds out that something broke: then nothing is saved."""
        if self.trainer.step == 0:
            return  # nothing that the seed does not give; a head start cut short is made again from its beginning
        with self.saving.measured():
            self._flush()
            self.writer.save()

    def _refresh(self) -> None:
        """The status of the trainer as it is now."""
        t, c = self.trainer, self.trainer.config
        self.speed.note(t.step)
        rate = self.speed.steps_a_second
        self.status |= {
            "step": t.step,
            "total_steps": t.total_steps,
            "epoch": t.order.epoch,
            "images_per_second": rate * t.images_per_step,
            "steps_per_second": rate,
            "seconds": t.clock.seconds,
            "eta": self.speed.left(t.total_steps - t.step),
            "live": {name: getattr(c, name) for name in LIVE},
            "turns_done": dict(self.orders.done),
        }

    def _log_changes(self, before: TrainConfig) -> None:
        """What the trainer's live values are now, of those that were others in `before`, and what they were."""
        was = {name: getattr(before, name) for name in LIVE}
        new = {name: value for name in LIVE if (value := getattr(self.trainer.config, name)) != was[name]}
        if new:
            self._log("changed", step=self.trainer.step, was={name: was[name] for name in new}, **new)

    def _log(self, what: str, **details: Any) -> None:
        append_line(self.run.folder / layout.EVENTS, {"time": time.time(), "what": what, **details})
