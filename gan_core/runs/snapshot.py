"""A run at one moment, each of its small files read once: what pages, the queue and live views are functions of."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..config import LIVE, ConfigError, TrainConfig
from . import layout
from .changes import Change, changes
from .control import Control, read_control
from .status import ACTIVE, TRAINS, read_status

if TYPE_CHECKING:
    from .folder import Run


@dataclass(frozen=True)
class Snapshot:
    """A consistent reading of a run.

    sequence: a word that changes whenever something a page shows has changed; it is no newer than the rest, so a page
    that has it misses nothing. status: as `Run.status`. control: what is asked of the worker.
    """

    run: Run
    sequence: str
    status: dict[str, Any]
    control: Control

    @classmethod
    def of(cls, run: Run) -> Snapshot:
        """The run as it is now."""
        marks = []
        for name in layout.SHOWN:
            with contextlib.suppress(OSError):
                stat = (run.folder / name).lstat()
                marks.append(f"{stat.st_mtime_ns:x}.{stat.st_size:x}")
        status = read_status(run.folder)
        # a worker that has vanished changes the state and no file
        return cls(run, "-".join(marks) + status["state"][:2], status, read_control(run.folder))

    @property
    def state(self) -> str:
        """One of `runs.STATES`."""
        return self.status["state"]

    @property
    def step(self) -> int:
        """Steps made so far."""
        return self.status["step"]

    @property
    def is_active(self) -> bool:
        """Queued, or held by a living worker."""
        return self.state in ("queued", *ACTIVE)

    @property
    def trains(self) -> bool:
        """Whether it takes a place on the machine: one that is paused takes none, nor one that does not answer."""
        return self.state in TRAINS and not self.status.get("silent")

    @property
    def present(self) -> TrainConfig:
        """The configuration with the live values that the run has come to."""
        live: Any = self.status.get("live")
        with contextlib.suppress(ConfigError, TypeError):
            return self.run.config.replace(**{name: live[name] for name in LIVE if name in live})
        return self.run.config

    @property
    def beside(self) -> str | None:
        """Id of the run that this one races with, None where it runs alone."""
        return self.control["beside"]

    @functools.cached_property
    def evaluations(self) -> dict[str, list]:
        """As `Run.evaluations()`, read when first asked for."""
        return self.run.evaluations()

    @functools.cached_property
    def events(self) -> list[dict[str, Any]]:
        """As `Run.events()`, read when first asked for."""
        return self.run.events()

    @functools.cached_property
    def changes(self) -> list[Change]:
        """What was changed of it, and when, oldest first."""
        return changes(self.events, self.run.config)

    @property
    def asked(self) -> str | None:
        """What a worker at its step was asked for and has not done yet: "stop" or "pause". A step can take long."""
        return next((wish for wish in ("stop", "pause") if self.trains and self.control[wish]), None)
