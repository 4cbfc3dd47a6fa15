"""The settings without a page: what follows when data or networks change, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_core.config import DATA, FIELDS, Choice, Float, Int, TrainConfig
from gan_core.config.presets import PRESETS, preset
from ui.shared.settings import Settings


def chosen(**values) -> Settings:
    settings = Settings()
    for name, value in values.items():
        settings.set(name, value)
    return settings


def test_what_other_networks_cannot_have_gives_way_with_a_note():
    settings = chosen(architecture="mlp", width_d=8, depth_d=2, activation="relu")
    assert settings.error is None
    settings.set("architecture", "dcgan")
    assert settings.error is None and settings.config.width_d is settings.config.activation is None
    assert [note.partition(" is now ")[0] for note in settings.notes] == ["Width of D", "Depth of D", "Activation"]
    assert settings.notes[0] == "Width of D is now as G's: the layers of these networks are fixed."

    settings = chosen(conditioning="projection", depth=2)
    settings.set("architecture", "conv-minimax")
    assert settings.config.conditioning == "concatenation" and settings.config.depth is None
    assert settings.error is None and any("have no feature maps" in note for note in settings.notes)


def test_what_an_objective_cannot_have_waits_for_its_owner():
    settings = chosen(label_smoothing=0.1)
    settings.set("objective", "hinge")
    assert settings.error is not None and settings.error.field == "label_smoothing" and not settings.notes
    assert settings.values["label_smoothing"] == 0.1 and settings.config.objective == "non-saturating"


@pytest.mark.parametrize("architecture", ["conv-minimax", "stacked-dcgan", "stacked-tiny"])
def test_networks_of_one_resolution_keep_it_with_other_images(architecture):
    settings = chosen(width=None, architecture=architecture)
    settings.choose_data("cifar10")
    assert settings.error is None and settings.config.resolution == 28
    assert settings.notes == [f"Resolution stays 28: {architecture} knows no other, so the 32-pixel images are scaled."]


def test_points_have_no_pixels_and_perhaps_no_labels():
    settings = chosen(augment="translation", conditioning="projection")
    settings.choose_data("swiss-roll")
    assert settings.error is None and not settings.config.is_image
    assert (settings.config.augment, settings.config.conditioning) == ("none", "none")
    words = " ".join(settings.notes)
    assert "Resolution is now none: Swiss roll (2-D) has no pixels." in words
    assert "Augmentation is now None: Swiss roll (2-D) has no pixels." in words
    assert "Class label is now None: Swiss roll (2-D) has no labels." in words

    settings = chosen(conditioning="projection")
    settings.choose_data("ring")
    assert settings.config.conditioning == "concatenation" and settings.config.n_classes == 8


def _values(accepts):
    if isinstance(accepts, Choice):
        return st.sampled_from(accepts.options)
    if isinstance(accepts, Int):
        some = st.integers(accepts.low, min(accepts.high, accepts.low + 300))
        return st.none() | some if accepts.optional else some
    if isinstance(accepts, Float):
        return st.floats(0, 0.99, allow_subnormal=False)
    return st.booleans()


CHANGES = st.dictionaries(st.sampled_from([n for n in FIELDS if n != "data"]), st.none(), max_size=6).flatmap(
    lambda names: st.fixed_dictionaries({n: _values(FIELDS[n].accepts) for n in names})
)


@given(
    st.sampled_from(list(PRESETS)),
    st.sampled_from([*DATA, "folder:/home/me/a b&c=d?é", "points:/home/me/x y.csv"]),
    CHANGES,
)
def test_settings_survive_the_way_through_an_address(name, data, changes):
    chosen = Settings()
    chosen.choose_preset(name)
    chosen.choose_data(data)
    for field, value in changes.items():
        before = chosen.config
        chosen.set(field, value)
        assert chosen.error is None or chosen.config == before, (
            "what cannot be trained leaves the last settings in force"
        )
    back = Settings.from_query(chosen.query())
    assert back.config == chosen.config and back.preset == chosen.preset and not back.notes


@given(st.dictionaries(st.sampled_from([*FIELDS, "preset", "run", "x"]), st.text(max_size=12), max_size=5))
def test_any_address_gives_settings_that_can_be_trained(query):
    found = Settings.from_query(query)
    assert found.error is None and TrainConfig.from_dict(found.values) == found.config


@settings(max_examples=20)
@given(st.sampled_from(list(PRESETS)))
def test_a_run_that_is_opened_fills_the_form(name):
    found = Settings()
    found.adopt(preset(name))
    assert found.preset == name and found.config == preset(name) and not found.live_changes({})
