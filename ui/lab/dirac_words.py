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
            "There are no eigenvalues: the penalty asks for a slope of ±1 and pushes ψ away from 0 on "
            "both sides, so the game cannot stay at the equilibrium."
        )
    real, text = max(v.real for v in values), in_words(values)
    if real < -dirac.TOLERANCE:
        if abs(values[0].imag) < 5e-7:
            return (
                f"The eigenvalues {text} are real and negative: the damping is so strong that the game converges "
                "without rotating."
            )
        return (
            f"The eigenvalues {text} have a negative real part: the rotation is damped, so the game "
            "spirals inwards and converges."
        )
    if GAMES[setup.objective].slopes.settles:
        return (
            f"The eigenvalues are {text}: no real part, so nothing damps the rotation close to the "
            "equilibrium. Further out the curvature of the loss moves the game inwards, but more and more weakly as "
            "the game approaches the equilibrium."
        )
    sentence = f"The eigenvalues are {text}: no real part, so nothing damps the rotation and the game circles."
    if setup.noise:
        sentence += (
            " Near the equilibrium this loss is linear, and averaging over noise does not change it: noise "
            "does not help here."
        )
    if setup.clip:
        sentence += (
            " Clipping reduces larger circles until they just touch the limits of ψ; smaller circles do not change."
        )
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
        return f"{NAME[how]} steps of {written(setup.lr)} do not stay there either."
    size, word = max(abs(v) for v in values), dirac.of_steps(values)
    begin = f"{NAME[how]} steps of {written(setup.lr)}: modulus {number(size, 3) if word != 'circles' else 1}; "
    if word == "circles":
        turn = number(math.degrees(abs(cmath.phase(values[0]))), 1)
        if GAMES[setup.objective].slopes.settles:
            return begin + (
                f"near the centre each step rotates the game by {turn}° and keeps its distance from the equilibrium. "
                "Only the curvature of the loss brings the game closer, more and more slowly."
            )
        return (
            begin
            + f"each step rotates the game by {turn}° and keeps its distance from the equilibrium. The game circles."
        )
    change = 100 * abs(size - 1)
    much = f"{number(change, 1 if change >= 0.1 else 3)} %"
    if word == "converges":
        return begin + f"near the equilibrium each step reduces the distance by {much}. The game converges."
    grows = (
        f"near the centre each step increases the distance by {much}. "
        if change < 100
        else f"near the centre each step multiplies the distance by {number(size, 1)}. "
    )
    return (
        begin
        + grows
        + ("The game diverges." if outcome(setup, how, values) == "diverges" else "The game cannot settle there.")
    )
