"""What the page tells every view of the objective."""

from __future__ import annotations

import pytest

from gan_core.config.games import GAMES
from gan_core.config.presets import preset
from ui.shared import views


@pytest.mark.parametrize("name", ["starter", "plane"])
def test_a_view_knows_all_objectives_of_images_and_of_points(name):
    """A run that trains may take on another one, and the browser hears of it from the run first."""
    config = preset(name).replace(objective="hinge", penalty="r1")
    told = views.games(config)
    assert told["games"].keys() == GAMES.keys() and told["game"] == told["games"]["hinge"]
    assert told["penalty"] and not views.games(config.replace(penalty="none"))["penalty"]


def test_settings_look_alike_where_they_differ_in_later_steps_alone():
    """The pictures of one may then stand for the other's; those of other networks, data or noise may not."""
    config = preset("plane")
    for later in ({"lr_d": 1e-5}, {"optimiser_g": "sgd"}, {"penalty": "r1", "penalty_weight": 3.0}):
        assert views.look(config.replace(**later)) == views.look(config), later
    for first in ({"seed": 9}, {"width": 7}, {"data": "grid"}, {"objective": "hinge"}, {"latent_dim": 3}, {"k": 4}):
        assert views.look(config.replace(**first)) != views.look(config), first
