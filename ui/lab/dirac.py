"""The settings of the Dirac-GAN on the Lab page, how an address holds them, and some worth seeing.

Knows nothing of Streamlit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from gan_core.config import Choice, ConfigError, Float, Int
from gan_core.theory import dirac
from gan_core.theory.dirac import Game

from ..shared.settings import written

PREFIX = "dirac_"
"""Of the names in an address, which other sections of the page share."""
REACH = 2.0
"""Of a start, on either axis."""
BOTH = "both"
NAME = {"alternating": "Alternating", "simultaneous": "Simultaneous", BOTH: "Both"}

ACCEPTS: dict[str, Any] = {
    "objective": dirac.ACCEPTS["objective"],
    "penalty": dirac.ACCEPTS["penalty"],
    "weight": Float(0, 10),
    "clip": Float(0, 2),
    "noise": Float(0, 2),
    "lr": Float(0.01, 5),
    "k": Int(1, 10),
    "how": Choice((*dirac.HOW, BOTH)),
    "steps": Int(50, 2000),
    "theta": Float(-REACH, REACH),
    "psi": Float(-REACH, REACH),
}


@dataclass(frozen=True)
class Setup:
    """All that can be set. ConfigError where a value cannot be."""

    objective: str = "minimax"
    penalty: str = "none"
    weight: float = 0.3
    clip: float = 0.0
    noise: float = 0.0
    lr: float = 0.2
    k: int = 1
    how: str = "alternating"
    steps: int = 500
    theta: float = 1.2
    psi: float = 0.0

    def __post_init__(self) -> None:
        for name, accepts in ACCEPTS.items():
            value = accepts.check(name, getattr(self, name))
            # the pages move in steps of a hundredth; -0.0 is 0
            object.__setattr__(self, name, round(value, 4) + 0.0 if isinstance(value, float) else value)

    @property
    def game(self) -> Game:
        """What is played."""
        return Game(self.objective, self.penalty, self.weight, self.clip, self.noise)

    @property
    def hows(self) -> tuple[str, ...]:
        """The ways of taking steps that are drawn."""
        return dirac.HOW if self.how == BOTH else (self.how,)

    def replace(self, **changes: Any) -> Setup:
        """The same with some of it changed; ConfigError where a value cannot be."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """What an address must say: each setting that is not the usual one."""
        usual = Setup()
        return {PREFIX + name: written(value) for name, value in asdict(self).items() if value != getattr(usual, name)}


FIELDS = tuple(f.name for f in fields(Setup))


def from_query(query: Mapping[str, str], prefix: str = PREFIX) -> tuple[Setup, list[str]]:
    """From an address, believed as little as any other input: what cannot be is left out, with a note."""
    found, notes = {}, []
    for name, accepts in ACCEPTS.items():
        text = query.get(prefix + name)
        if text is None:
            continue
        try:
            found[name] = accepts.check(name, accepts.parse(text[:60]))
        except ConfigError as error:
            notes.append(f"Left out of the address: {error}.")
    return Setup(**found), notes


def merged(setup: Setup, wish: Any) -> Setup:
    """The setup with what the browser says of it; anything that cannot be is ignored."""
    for name, value in wish.items() if isinstance(wish, dict) else ():
        if name in ACCEPTS:
            try:
                setup = setup.replace(
                    **{name: float(value) if isinstance(ACCEPTS[name], Float) and type(value) is int else value}
                )
            except ConfigError:
                continue
    return setup


@dataclass(frozen=True)
class Trial:
    """A set-up worth seeing: its title and two sentences."""

    title: str
    words: str
    setup: Setup


TRIALS = {
    "circles": Trial(
        "The plain game circles",
        (
            "G moves to where D points, then D reverses its slope, and neither player ever wins. Alternating steps "
            "keep the distance; simultaneous steps spiral outwards."
        ),
        Setup(how=BOTH, theta=0.8),
    ),
    "clipping": Trial(
        "Clipping cycles",
        (
            "D’s slope ψ must stay within ±0.6, as in the Wasserstein GAN. This bounds the game but "
            "damps nothing: the game ends in a cycle that touches the bounds."
        ),
        Setup("wasserstein", clip=0.6, theta=1.4, psi=0.4, lr=0.1),
    ),
    "r1": Trial(
        "R1 converges",
        (
            "The penalty reduces D’s slope towards 0 while G moves. The eigenvalues get the "
            "real part −γ/2, and the circle becomes a spiral inwards."
        ),
        Setup(penalty="r1", theta=1.2, psi=1.0),
    ),
    "noise": Trial(
        "Instance noise converges",
        (
            "D sees data and fakes blurred by σ = 0.8, so that a steep D is wrong about both. That "
            "damps like a penalty: the real part is −σ²/4."
        ),
        Setup(noise=0.8, theta=1.2, psi=1.0),
    ),
}
