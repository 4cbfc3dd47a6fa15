"""Everything that is drawn of the Dirac-GAN: its paths, its eigenvalues with their words, its field."""

from __future__ import annotations

from typing import Any

import numpy as np

from gan_core.theory import dirac
from gan_core.theory.dirac import Game

from .dirac import Setup
from .dirac_words import in_words, outcome, why_flow, why_steps

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
