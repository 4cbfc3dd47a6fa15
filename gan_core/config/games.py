"""What is known of each objective and each penalty without computing anything: one record each, for all to read.

Needs neither torch nor numpy. The losses themselves are in `gan_core.method.objectives`, whose records refer to these,
and `gan_core.method.penalties`; their words are in `glossary.TERMS`. Tests hold every fact against the functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Slope = Callable[[Any, Any], Any]
"""The derivative of a loss in one score s, as a function of s and of its sigmoid p: two floats or two arrays, and the
same back."""


@dataclass(frozen=True)
class Slopes:
    """An objective's losses where D scores one real r and one fake f: d_loss = A(r) + B(f), g_loss = C(f).

    Where fakes are scored against reals, f is the difference and A is 0.

    Attributes:
        real: A'.
        fake: B'.
        generator: C'.
        curvature: A'' + B'' where D cannot tell.
        margin: half the distance of the kinks of a piecewise linear d_loss, A' = -1 below it and B' = 1 above minus it;
            None where A and B are smooth.
        independent: how many independent samples a score depends on.
        zero_sum: whether C = -B, so that G descends what D ascends.
        straight: whether all slopes are constant.
        settles: whether the curvature further out, which the slope at the equilibrium does not show, takes energy out
            of the Dirac-GAN: without a penalty, d(theta^2 + psi^2)/dt < 0 off the axes. It arrives, ever more slowly
            (arXiv:1801.04406, appendix).
    """

    real: Slope
    fake: Slope
    generator: Slope
    curvature: float
    margin: float | None = None
    independent: int = 1
    zero_sum: bool = False
    straight: bool = False
    settles: bool = False


@dataclass(frozen=True)
class Game:
    """What the numbers of an objective mean.

    Attributes:
        name: its key in `GAMES`, in `OBJECTIVES` and in the words of `glossary.TERMS`.
        value: name of what D maximises, minus its loss without penalty.
        draw: what that is where D cannot tell and answers its best.
        slopes: the derivatives of its losses.
        losses: D's and G's loss as plain text.
        most: the most that what D maximises can be; None where there is no bound.
        probability: D's logit stands for a probability.
        level: the mean score, D(x) or the logit itself, of reals and fakes alike where D cannot tell them apart; None
            where any will do.
        target: D aims at a target on reals, which holds its scores in place and which label smoothing can move.
        pairs: G's loss looks at reals too.
        clip: the bound on D's weights where nothing else bounds its slope; 0 for an objective that needs no bound.
        saturates: D's certainty takes G's gradient away: G gets the share D(G(z)) of D's slope.
        plain_score: G's loss is minus the mean score of its fakes, which may lie anywhere.
        costless: logits of reals and of fakes that cost D nothing, or for a linear loss 0 and 0; None where the two are
            only compared.
        far: difference of the mean scores of reals and fakes that is large: the distance of the targets, or where the
            logistic of it is nearly 1. None for a probability, and where there is no such number.
        clear: how far from the middle a score counts as sure; 0 where there is no such number.
    """

    name: str
    value: str
    draw: float
    slopes: Slopes
    losses: tuple[str, str]
    most: float | None = 0.0
    probability: bool = False
    level: float | None = None
    target: bool = False
    pairs: bool = False
    clip: float = 0.0
    saturates: bool = False
    plain_score: bool = False
    costless: tuple[float, float] | None = None
    far: float | None = None
    clear: float = 0.0

    @property
    def undecided(self) -> float:
        """The logit of a D that cannot tell."""
        return 0.0 if self.probability or self.level is None else self.level

    def told(self) -> dict[str, Any]:
        """The facts that a browser is told, as JSON takes them: all but functions and infinities."""
        return {name: fact for name, fact in asdict(self).items() if name not in ("slopes", "costless")}


_CROSS_ENTROPY = "mean −ln D(x) + mean −ln(1 − D(G(z)))"

GAMES: dict[str, Game] = {
    game.name: game
    for game in (
        Game(
            "minimax",
            "V(G, D)",
            -math.log(4),
            Slopes(lambda s, p: p - 1, lambda s, p: p, lambda s, p: -p, curvature=0.5, zero_sum=True),
            (_CROSS_ENTROPY, "mean ln(1 − D(G(z)))"),
            probability=True,
            level=0.5,
            target=True,
            saturates=True,
            costless=(math.inf, -math.inf),
        ),
        Game(
            "non-saturating",
            "V(G, D)",
            -math.log(4),
            Slopes(lambda s, p: p - 1, lambda s, p: p, lambda s, p: p - 1, curvature=0.5, settles=True),
            (_CROSS_ENTROPY, "mean −ln D(G(z))"),
            probability=True,
            level=0.5,
            target=True,
            costless=(math.inf, -math.inf),
        ),
        Game(
            "least-squares",
            "−Loss_D",
            -0.25,
            Slopes(lambda s, p: s - 1, lambda s, p: s, lambda s, p: s - 1, curvature=2.0, settles=True),
            ("mean (D(x) − 1)² / 2 + mean D(G(z))² / 2", "mean (D(G(z)) − 1)² / 2"),
            level=0.5,
            target=True,
            costless=(1.0, 0.0),
            far=1.0,
            clear=0.5,
        ),
        Game(
            "wasserstein",
            "estimated distance",
            0.0,
            Slopes(
                lambda s, p: 0 * s - 1,
                lambda s, p: 0 * s + 1,
                lambda s, p: 0 * s - 1,
                curvature=0.0,
                zero_sum=True,
                straight=True,
            ),
            ("−mean D(x) + mean D(G(z))", "−mean D(G(z))"),
            most=None,
            clip=0.01,
            plain_score=True,
            costless=(0.0, 0.0),
        ),
        Game(
            "hinge",
            "−Loss_D",
            -2.0,
            Slopes(
                lambda s, p: -1.0 * (s < 1),
                lambda s, p: 1.0 * (s > -1),
                lambda s, p: 0 * s - 1,
                curvature=0.0,
                margin=1.0,
            ),
            ("mean max(0, 1 − D(x)) + mean max(0, 1 + D(G(z)))", "−mean D(G(z))"),
            level=0.0,
            plain_score=True,
            costless=(math.inf, -math.inf),
            far=2.0,
            clear=1.0,
        ),
        Game(
            "relativistic",
            "−Loss_D",
            -math.log(2),
            Slopes(lambda s, p: 0 * s, lambda s, p: p, lambda s, p: p - 1, curvature=0.25, independent=2, settles=True),
            ("mean ln(1 + exp(D(G(z)) − D(x)))", "mean ln(1 + exp(D(x) − D(G(z))))"),
            pairs=True,
            far=4.0,
            clear=1.0,
        ),
        Game(
            "relativistic-average",
            "−Loss_D",
            -math.log(4),
            # both terms are softplus of the same law: mean fake minus one real, one fake minus the mean real
            Slopes(lambda s, p: 0 * s, lambda s, p: 2 * p, lambda s, p: 2 * (p - 1), curvature=0.5, settles=True),
            (
                "mean ln(1 + exp(mean D(G(z)) − D(x))) + mean ln(1 + exp(D(G(z)) − mean D(x)))",
                "mean ln(1 + exp(mean D(x) − D(G(z)))) + mean ln(1 + exp(D(x) − mean D(G(z))))",
            ),
            pairs=True,
            far=4.0,
            clear=1.0,
        ),
    )
}
"""Every objective's record, by name."""


@dataclass(frozen=True)
class Hold:
    """What a penalty holds the slope of D to.

    Where D has the same slope everywhere, the penalty is strength * (|slope| - at)^2, before its weight.
    """

    strength: float
    at: float = 0.0


HOLDS: dict[str, Hold] = {
    "none": Hold(0.0),
    "wgan-gp": Hold(1.0, at=1.0),
    "r1": Hold(0.5),
    "r2": Hold(0.5),
    "r1+r2": Hold(1.0),
    "dragan": Hold(1.0, at=1.0),
}
"""Every penalty's record, by name."""
