"""What a run is called by itself."""

from __future__ import annotations

import pytest

from gan_core.config import DATA
from gan_core.config.presets import PRESETS, preset
from gan_core.runs import label_of


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_preset_is_called_by_its_own_name(name):
    assert label_of(preset(name)) == name


def test_a_preset_on_other_data_says_so():
    points = [name for name, kind in DATA.items() if kind.shape == (2,)]
    for data in points:
        own = {"ring": "ring", "grid": "grid"}.get(data)
        assert label_of(preset("ring").replace(data=data)) == (own or f"ring on {data}")
    assert label_of(preset("starter").replace(data="mnist")) == "starter on mnist"


def test_other_networks_are_called_by_their_architecture():
    assert label_of(preset("starter").replace(width=48)) == "dcgan on digits"
