"""Which runs train and which wait: the rules, apart from the processes that follow them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..runs import ACTIVE, Snapshot


class Queue:
    """All runs at one moment, sorted into those that train and those that wait for a place.

    waiting: in the order in which they will begin. held: those of which a worker process has hold, also one of a
    command line. training: by id, those of them that take a place.
    """

    def __init__(self, seen: Iterable[Snapshot], capacity: int):
        seen = list(seen)
        self.capacity = capacity
        self.waiting = sorted(
            (one for one in seen if one.state == "queued"),
            key=lambda one: (one.status["queued_at"] or 0.0, one.run.id),
        )
        self.held = [one for one in seen if one.state in ACTIVE]
        self.training = {one.run.id: one for one in self.held if one.trains}

    @property
    def room(self) -> int:
        """How many more runs may train. One that is paused takes no place, the two of a race take one."""
        return self.capacity - len(self._places())

    def _places(self) -> dict[str, list[Snapshot]]:
        """Those that train, by the place that they take."""
        places: dict[str, list[Snapshot]] = {}
        for i, one in self.training.items():
            places.setdefault(min(i, one.beside) if one.beside in self.training else i, []).append(one)
        return places

    def wait(self, run_id: str) -> float | None:
        """Seconds after which a run that waits begins at the latest, at the present speed of those that train.

        None where that is not known: they have not told how long they take, or one that waits has to end first.
        """
        ends = sorted(max(_left(one) for one in some) for some in self._places().values())
        needed = self.place(run_id) - self.room  # so many places have to become free
        if needed < 1:
            return 0.0
        return ends[needed - 1] if needed <= len(ends) and math.isfinite(ends[needed - 1]) else None

    def may_begin(self, one: Snapshot) -> bool:
        """Whether there is room for a run; the two of a race share their place."""
        return self.room > 0 or one.beside in self.training

    def begin(self) -> list[Snapshot]:
        """Gives those that may begin now their places; returns them in order."""
        begun = []
        for one in list(self.waiting):
            if self.may_begin(one):
                self.waiting.remove(one)
                self.training[one.run.id] = one
                begun.append(one)
        return begun

    def place(self, run_id: str) -> int:
        """1-based place of a run that waits."""
        return [one.run.id for one in self.waiting].index(run_id) + 1

    def before(self, run_id: str) -> list[Snapshot]:
        """What a run that waits is waiting for: the one before it, for the first one all that take a place."""
        place = self.place(run_id)
        return self.waiting[place - 2 : place - 1] if place > 1 else list(self.training.values())


def _left(one: Snapshot) -> float:
    """Seconds that a run trains on; endless where it has not told."""
    eta = one.status.get("eta")
    return float(eta) if isinstance(eta, (int, float)) and eta >= 0 else math.inf
