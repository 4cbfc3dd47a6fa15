"""What a training leaves in its run folder: measures, frames, evaluations, weights and states."""

from __future__ import annotations

import json
import math
import traceback
from typing import Any

import torch

from ...config.measures import COLUMNS
from ...look import pictures, scene
from ...look.noise import many_noise
from ...look.probe import Probe
from ...method.memory import state_of
from ...method.report import Report
from ...method.trainer import Trainer
from ...metrics import Evaluator
from .. import layout
from ..files import append_line, remove, write_bytes
from ..folder import Run
from ..making import set_head
from ..states import save_state, save_tensors
from ..tables import Table
from .cadence import Cadence, geometric
from .rhythm import Rhythm

GLANCE = {"images": 0.5, "points": 0.12}
"""Seconds between two pictures of the newest samples, at the least: dots shall be seen to move."""
LOOKING = {"images": 0.03, "points": 0.12}
"""Share of the time that may go into pictures that the timeline does not keep, and as much again into evaluations."""


class Writer:
    """Writes the folder of a run at the step where its trainer is; it belongs at that step already (`rewind`).

    `status`: gets "frame" and "saved_step", the steps of the newest picture and of the newest saved state.
    """

    def __init__(self, run: Run, trainer: Trainer, cadence: Cadence, status: dict[str, Any]):
        self.run, self.trainer, self.cadence, self.status = run, trainer, cadence, status
        config, kind = trainer.config, "images" if trainer.config.is_image else "points"
        self.probe, self.evaluator = Probe(trainer), Evaluator(config, trainer.data)
        self.metrics = Table(run.folder / layout.METRICS)
        self.glancing = Rhythm(GLANCE[kind], LOOKING[kind])
        self._evaluating = Rhythm(0.0, LOOKING[kind], at_once=True)
        self._evaluated_step = max(run.evaluations()["step"], default=-1)
        self._reports: list[Report] = []
        self._columns = config.grid[1] if config.grid else None
        self._view = None if config.is_image else scene.points_view(trainer.data)

    def begin(self) -> None:
        """What is only known once there are data, and the first pictures."""
        config, data = self.trainer.config, self.trainer.data
        set_head(
            self.run,
            layout=pictures.layout(config, names=data.classes),
            torch=torch.__version__,
            data_size=len(data),
            skipped=data.skipped,
        )
        if config.is_image:
            real = pictures.sheet(self.probe.fixed_reals[: config.shown].cpu(), self._columns)
        else:
            real = scene.points_scene(data)
        write_bytes(self.run.folder / layout.real_name(config.is_image), real)
        self.draw(keep=self.cadence.keeps_frame(self.trainer.step))
        if self.trainer.step == 0:
            self.checkpoint()

    # ---- measures

    def add(self, report: Report) -> None:
        """Takes a step's measures, which stay on the device until they are written."""
        self._reports.append(report)

    def flush(self) -> None:
        """Writes the measures of the steps since the last time, in one transfer from the device.

        Raises NonFiniteError where that shows that something broke.
        """
        if not self._reports:
            return
        values = self.trainer.wait(torch.stack([report.measures for report in self._reports]))
        rows = [report.row(found) for report, found in zip(self._reports, values, strict=True)]
        self._reports.clear()
        self.metrics.append({name: [row[name] for row in rows] for name in COLUMNS})

    # ---- pictures

    def draw(self, keep: bool) -> None:
        """A frame of the fixed noise, for the timeline to keep or as a glance, of which only the last two stay."""
        step, folder = self.trainer.step, self.run.folder / (layout.FRAMES if keep else layout.GLANCES)
        with self.glancing.measured():
            frame = self._frame()
            if frame is None:
                return
            for suffix, content in frame.items():
                write_bytes(folder / layout.of_step(step, suffix), content)
            if not keep:
                self._forget_glances()
        self.status["frame"] = step
        if keep and (geometric(step) or self._evaluating.due()):
            self.evaluate()

    def _frame(self) -> dict[str, bytes] | None:
        """The files of a frame by their suffix; the last one completes it. None where no picture can be made."""
        if self._view is None:
            samples, *scores = self.probe.watch()
            tiles = {".png": samples, ".average.png": self.probe.watch_average()}
            sheets = {
                suffix: pictures.sheet(some.cpu(), self._columns) for suffix, some in tiles.items() if some is not None
            }
            rounded = [[round(score, 4) for score in of_one.tolist()] for of_one in scores]
            return {**sheets, layout.FRAME: json.dumps(dict(zip(("d_real", "d_fake"), rounded, strict=True))).encode()}
        try:
            return {layout.FRAME: scene.points_frame(self.probe, self._view)}
        except (ArithmeticError, RuntimeError, ValueError):
            # networks in an odd state may have no picture; the training is worth more than that
            print(f"no picture of step {self.trainer.step}:\n{traceback.format_exc()}", flush=True)
            return None

    def _forget_glances(self) -> None:
        place = self.run.folder / layout.GLANCES
        files = list(layout.files_of_steps(place))
        newest = sorted({step for step, _ in files})[-2:]
        for step, file in files:
            if step not in newest:
                remove(file)

    def evaluate(self) -> None:
        """How close G's samples are to the data at this step, in numbers; by its average where there is one."""
        step = self.trainer.step
        if self._evaluated_step == step:
            return
        with self._evaluating.measured():
            z = many_noise(self.trainer.config, self.evaluator.count)
            found = self.evaluator.evaluate(self.probe.sample(z, average=True).cpu())
            numbers = {name: round(v, 6) if math.isfinite(v) else None for name, v in found.items()}
            append_line(self.run.folder / layout.EVALUATIONS, {"step": step, **numbers})
        self._evaluated_step = step

    # ---- networks

    def checkpoint(self) -> None:
        """The weights of both networks at this step; of a run on points, whose networks are small, its whole state."""
        t, about = self.trainer, {"step": self.trainer.step}
        if self.cadence.keeps_state(t.step):
            state = state_of(t)
            tensors, about = state["tensors"], {**about, "counters": state["counters"]}
        else:
            networks = {name: network.state_dict() for name, network, _ in t.players()}
            if t.average is not None:
                networks["average"] = t.average.tensors()
            tensors = {f"{name}.{key}": tensor for name, own in networks.items() for key, tensor in own.items()}
        save_tensors(self.run.checkpoint_file(t.step), tensors, about)

    def save(self) -> None:
        """The complete state, unless it is one of broken numbers; what was not flushed before may be."""
        state = state_of(self.trainer)
        if all(bool(torch.isfinite(t).all()) for t in state["tensors"].values() if t.is_floating_point()):
            save_state(self.run.folder, state)
            self.status["saved_step"] = self.trainer.step
