"""The facts of each game, told without torch, against the functions that are trained with."""

from __future__ import annotations

import pytest

from gan_core.config.games import GAMES
from gan_core.config.glossary import TERMS


def test_what_a_game_means_to_a_reader_agrees_with_its_objective():
    import torch

    from gan_core.method.objectives import OBJECTIVES

    assert set(GAMES) == set(OBJECTIVES) == set(TERMS["objective"])
    for name, game in GAMES.items():
        objective = OBJECTIVES[name]
        assert (game.probability, game.level) == (objective.probability, objective.level), name
        # at a draw, D answering its best, every sample scores the level: a probability's logit is 0
        logits = torch.full(
            (64,), 0.0 if objective.probability or game.level is None else game.level, dtype=torch.float64
        )
        assert -objective.d_loss(logits, logits).item() == pytest.approx(game.draw), name
        sure = -objective.d_loss(
            torch.full((64,), 1.0 if name == "least-squares" else 90.0),
            torch.full((64,), 0.0 if name == "least-squares" else -90.0),
        ).item()
        assert game.most is None or sure == pytest.approx(game.most, abs=1e-6), name
