"""What is found wrong with a run, and what a kind of finding consists of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..config import LIVE, TrainConfig
from .view import View


@dataclass(frozen=True)
class Finding:
    """Something that goes wrong, and what to do about it.

    kind: one of `KINDS`. title: a few words. evidence: a sentence with the numbers and the steps they come from.
    meaning: what it means.
    remedy: fields of a `TrainConfig` and their new values; `config.replace(**remedy)` never raises. remedy_words: what
    that changes, and why.
    steps: (first, last) step at which it is seen now.
    since: the step since which it goes wrong; since_words: a sentence, with what was changed then.
    lost: no change at once can mend it. back: the step to go back to, whose whole state was kept; None for none.
    """

    kind: str
    title: str
    evidence: str
    meaning: str
    remedy: dict[str, Any]
    remedy_words: str
    steps: tuple[int, int]
    since: int = 0
    since_words: str = ""
    lost: bool = False
    back: int | None = None

    @property
    def live(self) -> bool:
        """Whether a running training can take the remedy on at its next step; else it needs a new run."""
        return not self.lost and set(self.remedy) <= set(LIVE)


class Seen(NamedTuple):
    """That something goes wrong: a sentence with the numbers, and the (first, last) step that they come from.

    begin: the step at which it began, where that is known better than by the first of these.
    """

    evidence: str
    steps: tuple[int, int]
    begin: int | None = None

    @property
    def since(self) -> int:
        """The step at which it began, as far as this tells."""
        return self.steps[0] if self.begin is None else self.begin


Remedy = tuple[dict[str, Any], str]
"""Fields of a configuration and their new values, and a sentence on what that changes, and why."""


@dataclass(frozen=True)
class Kind:
    """A kind of finding.

    Attributes:
        title: a few words.
        meaning: a sentence on what it means for the run.
        detect: (view, names of the kinds found before) -> whether it is seen.
        remedies: configuration -> what to change, the best first; what does not fit it is left out by `remedy_for`.
        lost: where only a new run or a state kept from before helps, a sentence on why; else empty.
    """

    title: str
    meaning: str
    detect: Callable[[View, Collection[str]], Seen | None]
    remedies: Callable[[TrainConfig], Iterable[Remedy]]
    lost: str = ""
