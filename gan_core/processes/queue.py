"""Which runs train and which wait: the rules, apart from the processes that follow them."""

from __future__ import annotations

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
        places = {min(i, one.beside) if one.beside in self.training else i for i, one in self.training.items()}
        return self.capacity - len(places)

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
        """What a run that waits is waiting for: the one before it, for the first one all that are held."""
        place = self.place(run_id)
        return self.waiting[place - 2 : place - 1] if place > 1 else self.held
