"""What the folder asks of the process that holds the run."""

from __future__ import annotations

from typing import Any

from ...config import ConfigError, TrainConfig
from .. import layout
from ..control import control_from
from ..files import read_json
from ..folder import Run


class Orders:
    """The control file as it was last read.

    asked: what it holds. done: single steps made so far, by kind; those asked for count from the run's beginning.
    """

    def __init__(self, run: Run, done: dict[str, int]):
        self.path = run.folder / layout.CONTROL
        self.asked, self.done = control_from({}), done
        self._seen: tuple[int, int] | None = None

    def read(self) -> bool:
        """Reads the file if it has changed; whether it has. One call of stat where it has not."""
        try:
            stat = self.path.lstat()
        except OSError:
            return False
        if (mark := (stat.st_mtime_ns, stat.st_ino)) == self._seen:
            return False
        self._seen = mark
        raw = read_json(self.path)
        if raw is None:
            print("control.json is not a JSON object; it is ignored", flush=True)
            return False
        self.asked = control_from(raw)
        return True

    def pending(self) -> str | None:
        """A kind of single step that was asked for and has not been made."""
        return next((turn for turn, count in self.asked["turns"].items() if count > self.done[turn]), None)

    def taken(self, config: TrainConfig, **live: Any) -> TrainConfig:
        """`config` with `live` and the live values asked for: all of them, or those that can go together.

        A foreign control file must not end a run.
        """
        live |= self.asked["live"]
        try:
            return config.replace(**live)
        except ConfigError:
            for name, value in live.items():
                try:
                    config = config.replace(**{name: value})
                except ConfigError as error:
                    print(f"control.json: {error}", flush=True)
            return config
