"""What a form may ask follows from what a configuration accepts: neither knows better than the other."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import configs, values_of

from gan_core.config import ARCHITECTURES, FIELDS, Choice, ConfigError, TrainConfig
from gan_core.config.asking import asks, choices
from gan_core.config.rules import NEEDS, conflicts

CHOICES = [name for name, field in FIELDS.items() if isinstance(field.accepts, Choice)]


@given(configs(), st.sampled_from(CHOICES))
def test_what_is_not_offered_is_refused_or_something_else_and_what_is_offered_meets_its_needs(config, name):
    offered = choices(name, config)
    assert set(offered) <= set(FIELDS[name].accepts.options) and getattr(config, name) in offered
    for option in FIELDS[name].accepts.options:
        tried = TrainConfig.draft({**config.to_dict(), name: option})
        if option not in offered:
            assert getattr(tried, name) != option or name in {error.field for error in conflicts(tried)}, option
        elif option != getattr(config, name):
            assert not any(need.fails(tried) for need in NEEDS if need.field == name), option


@given(configs(), st.data())
def test_where_nothing_is_asked_another_value_is_refused_or_changes_nothing(config, data):
    silent = [name for name in FIELDS if not asks(name, config)]
    assume(silent)
    name = data.draw(st.sampled_from(silent))
    value = data.draw(values_of(FIELDS[name].accepts))
    try:
        changed = config.replace(**{name: value})
    except ConfigError as error:
        assert error.field == name
    else:
        same = changed == config or changed.n_classes == config.n_classes and not changed.is_on(name)
        # the one field that any D takes, but only one that needs it is asked for
        assert same or name == "weight_clip", (name, value)


def test_a_field_is_asked_for_where_another_value_is_possible():
    probes = {
        "depth": range(1, 9),
        "width_d": (1, 64),
        "depth_d": (1, 3),
        "label_smoothing": (0.1,),
        "weight_clip": (0.05,),
        "classes": (2, 5),
        "penalty_weight": (1.0,),
        "anneal_steps": (100,),
    }
    bases = (
        TrainConfig(),
        TrainConfig(architecture="mlp", objective="wasserstein", anneal="linear"),
        TrainConfig(architecture="stacked-tiny", objective="hinge", penalty="r1"),
        TrainConfig(architecture="conv-minimax", width=None),
        TrainConfig(data="folder:/tmp", conditioning="concatenation", classes=3),
    )
    seen = {name: set() for name in probes}
    for config in bases:
        for name, values in probes.items():
            possible = False
            for value in values:
                try:
                    possible |= config.replace(**{name: value}).is_on(name)
                except ConfigError as error:
                    assert error.field == name
            asked = asks(name, config)
            seen[name].add(asked)
            assert asked == possible or (name == "weight_clip" and possible), (name, config)
    assert all(found == {True, False} for found in seen.values()), "each is asked for here and not there"


def test_a_value_that_should_not_be_is_asked_for_that_it_can_be_mended():
    draft = TrainConfig.draft({"objective": "hinge", "label_smoothing": 0.1, "activation": "relu"})
    assert (
        asks("label_smoothing", draft) and asks("activation", draft) and choices("activation", draft) == (None, "relu")
    )
    points = TrainConfig.draft({"data": "swiss-roll", "augment": "translation", "conditioning": "projection"})
    assert asks("augment", points) and asks("resolution", points) and asks("conditioning", points)
    *fit, present = choices("architecture", points)
    assert {"mlp", "mlp-dropout", "maxout"} <= set(fit) and present == "dcgan", "the present one is last"
    assert not any(ARCHITECTURES[name].convolutional for name in fit)


def test_an_image_has_a_number_of_pixels_and_a_point_none():
    assert choices("resolution", TrainConfig()) == (28, 32, 64, 128)
    points = TrainConfig(data="ring", resolution=None, architecture="mlp")
    assert choices("resolution", points) == (None,) and not asks("resolution", points)
    assert choices("batch_size", points) is None


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.of])
def test_a_detail_is_of_a_field_that_can_be_off(name):
    of = FIELDS[FIELDS[name].of]
    assert of.off and of.group == FIELDS[name].group and list(FIELDS).index(of.name) < list(FIELDS).index(name)
    assert not TrainConfig().is_on(of.name) and not TrainConfig().is_on(name) and not asks(name, TrainConfig())


def test_what_is_off_does_nothing_and_what_is_on_is_said():
    assert {name for name, field in FIELDS.items() if field.off and TrainConfig().is_on(name)} == {"resolution"}
    config = TrainConfig(penalty="r1", penalty_every=4, packing=2)
    assert all(config.is_on(name) for name in ("penalty", "penalty_every", "penalty_weight", "packing"))
    assert not config.replace(penalty="none").is_on("penalty_every"), "a detail of what is off"
