"""The settings without a page: what follows when data or networks change, and in which words."""

from __future__ import annotations

import pytest

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
    assert settings.notes[0] == "Width of D is now as G's: these networks have their own."

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
