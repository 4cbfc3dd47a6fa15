"""What the eigenvalues of the Dirac-GAN say, in words."""

from __future__ import annotations

import cmath
import math

from gan_core.config.games import GAMES
from gan_core.theory import dirac

from ..shared.settings import written
from .dirac import NAME, Setup


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
