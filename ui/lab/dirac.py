"""The Dirac-GAN of the Lab page: its settings, how an address holds them, and all that is drawn of them.

Knows nothing of Streamlit.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from gan_core.config import Choice, ConfigError, Float, Int
from gan_core.config.games import GAMES
from gan_core.theory import dirac
from gan_core.theory.dirac import Game

from ..shared.settings import written

PREFIX = "dirac_"
"""Of the names in an address, which other sections of the page share."""
REACH = 2.0
"""Of a start, on either axis."""
BOTH = "both"

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


# --------------------------------------------------------------------------- what is drawn

EXTENT = 2.2
"""The plane shows both parameters from minus this to this."""
ARROWS = 21
_PIECES = 4


def drawn(setup: Setup, with_field: bool = True) -> dict[str, Any]:
    """Trajectories, eigenvalues and words, and the field; as JSON takes it."""
    game = setup.game
    flow = dirac.jacobian(game)
    values = None if flow is None else dirac.eigenvalues(flow)
    body: dict[str, Any] = {
        "paths": {how: _path(setup, how) for how in setup.hows},
        "flow": {
            "values": _pairs(values),
            "text": in_words(values),
            "word": dirac.of_flow(values),
            "why": why_flow(setup, values),
        },
        "steps": {},
    }
    for how in setup.hows:
        matrix = dirac.update(game, setup.lr, how, setup.k)
        found = None if matrix is None else dirac.eigenvalues(matrix)
        body["steps"][how] = {
            "values": _pairs(found),
            "text": in_words(found),
            "moduli": None if found is None else [abs(v) for v in found],
            "word": outcome(setup, how, found),
            "why": why_steps(setup, how, found),
        }
    if with_field:
        body["field"] = arrows(game)
    return body


def _path(setup: Setup, how: str) -> list[list[float]]:
    path = dirac.trajectory(setup.theta, setup.psi, setup.game, setup.lr, setup.steps, how, setup.k)
    return np.round(path.T, 5).tolist()


def _pairs(values: tuple[complex, complex] | None) -> list[list[float]] | None:
    return None if values is None else [[v.real, v.imag] for v in values]


def arrows(game: Game) -> list[list[float]]:
    """Short pieces of the field's integral curves, one a cell of the plane.

    Each is [speed relative to the fastest, x0, y0, x1, y1, ...], the head last. Their length grows with the square root
    of the speed, so that the slow ones near the centre can still be seen.
    """
    cell = 2 * EXTENT / ARROWS
    middle = -EXTENT + cell * (np.arange(ARROWS) + 0.5)
    # v(-theta, -psi) = -v(theta, psi) in every game: one half is enough
    theta, psi = (a.ravel()[: ARROWS**2 // 2 + 1] for a in np.meshgrid(middle, middle))
    speed = np.hypot(*dirac.field(theta, psi, game))
    share = np.sqrt(speed / max(speed.max(), 1e-12))
    reach = 0.85 * cell * share
    curve = [(theta, psi)]
    for direction in (-1, 1):
        x, y = theta, psi
        for _ in range(_PIECES // 2):
            # the midpoint rule, along the direction alone
            u, v = _unit(*dirac.field(x, y, game))
            half = direction * reach / _PIECES / 2
            u, v = _unit(*dirac.field(x + half * u, y + half * v, game))
            x, y = x + 2 * half * u, y + 2 * half * v
            curve.insert(0, (x, y)) if direction < 0 else curve.append((x, y))
    points = np.stack([c for pair in curve for c in pair], axis=1)
    pieces = np.column_stack([share, points])
    mirrored = pieces[-2::-1] * np.array([1] + [-1] * points.shape[1])
    return (np.round(np.vstack([pieces, mirrored]), 3) + 0.0).tolist()


def _unit(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    length = np.maximum(np.hypot(u, v), 1e-12)
    return u / length, v / length


# --------------------------------------------------------------------------- in words


def number(value: float, digits: int = 2) -> str:
    """With a real minus, and no minus before 0."""
    text = f"{value:.{digits}f}"
    return ("0" if float(text) == 0 else text).replace("-", "−")


def in_words(values: tuple[complex, complex] | None) -> str:
    """Two eigenvalues as people write them: "−0.15 ± 0.48i", "−0.1 and −0.9"."""
    if values is None:
        return "none"
    a, b = values
    if abs(a.imag) < 5e-7:
        low, high = sorted((a.real, b.real))
        return number(a.real, 3) if abs(a - b) < 5e-4 else f"{number(high, 3)} and {number(low, 3)}"
    real = "" if abs(a.real) < 5e-7 else number(a.real, 3) + " "
    return f"{real}{'± ' if real else '±'}{number(abs(a.imag), 3)}i"


def why_flow(setup: Setup, values: tuple[complex, complex] | None) -> str:
    """What the eigenvalues in continuous time mean, in a sentence or two."""
    if values is None:
        return (
            "There are no eigenvalues: the penalty wants a slope of ±1 and pushes ψ away from 0 on "
            "either side, so the game cannot rest at the equilibrium."
        )
    real, text = max(v.real for v in values), in_words(values)
    if real < -dirac.TOLERANCE:
        if abs(values[0].imag) < 5e-7:
            return (
                f"The eigenvalues {text} are real and negative: damped so much that the game converges without turning."
            )
        return (
            f"The eigenvalues {text} have a negative real part: every turn is damped, so the game "
            "spirals in and converges."
        )
    if GAMES[setup.objective].slopes.settles:
        return (
            f"The eigenvalues are {text}: no real part, so nothing damps the turn close to the "
            "equilibrium. Further out the curved loss pulls inwards, "
            "but ever less the nearer it comes."
        )
    sentence = f"The eigenvalues are {text}: no real part, nothing damps the turn, so the game circles."
    if setup.noise:
        sentence += " The loss is straight near the equilibrium, where blur changes nothing: noise does not help here."
    if setup.clip:
        sentence += " The box cuts larger circles down until they just touch it; inside it changes nothing."
    return sentence


def outcome(setup: Setup, how: str, values: tuple[complex, complex] | None) -> str:
    """What becomes of a trajectory, in a word or two.

    `dirac.of_steps`, which speaks of the neighbourhood of the equilibrium, and no more than is sure further out, where
    a box or the bend of the loss may hold what is thrown out of the centre. It is sure where the loss is straight, and
    for the plain game with simultaneous steps, whose every step leads further out (arXiv:1801.04406, lemma 2.4).
    """
    word = dirac.of_steps(values)
    slopes = GAMES[setup.objective].slopes
    plain = slopes.zero_sum and how == "simultaneous" and setup.penalty == "none" and not setup.noise
    sure = not setup.clip and (plain or slopes.straight)
    return "does not converge" if word == "diverges" and not sure else word


def why_steps(setup: Setup, how: str, values: tuple[complex, complex] | None) -> str:
    """What the eigenvalues of one step mean, in a sentence or two."""
    if values is None:
        return f"{NAME[how]} steps of {written(setup.lr)} cannot rest there either."
    size, word = max(abs(v) for v in values), dirac.of_steps(values)
    begin = f"{NAME[how]} steps of {written(setup.lr)}: modulus {number(size, 3) if word != 'circles' else 1}; "
    if word == "circles":
        turn = number(math.degrees(abs(cmath.phase(values[0]))), 1)
        if GAMES[setup.objective].slopes.settles:
            return begin + (
                f"near the centre each turns by {turn}° and neither stretches nor shrinks. Only "
                "the curved loss draws it in, ever more slowly."
            )
        return begin + f"each turns by {turn}° and neither stretches nor shrinks. It circles."
    change = 100 * abs(size - 1)
    much = f"{number(change, 1 if change >= 0.1 else 3)} %"
    if word == "converges":
        return begin + f"in the end each shrinks the distance by {much}. It converges."
    grows = (
        f"near the centre each leads {much} further out. "
        if change < 100
        else f"near the centre each leads {number(size, 1)} times as far out. "
    )
    return begin + grows + ("It diverges." if outcome(setup, how, values) == "diverges" else "It cannot settle there.")


NAME = {"alternating": "Alternating", "simultaneous": "Simultaneous", BOTH: "Both"}


# --------------------------------------------------------------------------- try this


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
            "G runs to where D points, then D turns round, and nobody ever wins. Alternating steps "
            "keep the distance, simultaneous ones spiral out."
        ),
        Setup(how=BOTH, theta=0.8),
    ),
    "clipping": Trial(
        "Clipping cycles",
        (
            "D’s slope ψ must stay within ±0.6, as in the Wasserstein GAN. That bounds the game but "
            "damps nothing: it ends in a cycle that touches the box."
        ),
        Setup("wasserstein", clip=0.6, theta=1.4, psi=0.4, lr=0.1),
    ),
    "r1": Trial(
        "R1 converges",
        (
            "The penalty pulls D’s slope back to 0 while G is on its way. The eigenvalues get the "
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
