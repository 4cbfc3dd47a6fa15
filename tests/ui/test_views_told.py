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
