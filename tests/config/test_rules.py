"""Fields that must agree: what is refused, in which words, and what follows from others."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import values_of

from gan_core.config import ARCHITECTURES, DATA, DCGAN_DEPTH, FIELDS, ConfigError, TrainConfig, class_folders
from gan_core.config.games import GAMES
from gan_core.config.glossary import TERMS
from gan_core.config.rules import conflicts
from ui.shared import entry, form

POINTS = [name for name, kind in DATA.items() if not kind.is_image]


@pytest.mark.parametrize(
    "values, field",
    [
        ({"resolution": 28, "depth": 3}, "depth"),
        ({"resolution": 64, "depth": 1}, "depth"),
        ({"resolution": 128, "depth": 2}, "depth"),
        ({"resolution": 128, "depth": 7}, "depth"),
        ({"architecture": "conv-minimax", "width": 64, "resolution": 32}, "resolution"),
        ({"architecture": "conv-minimax", "width": 64, "resolution": 64}, "resolution"),
        ({"architecture": "conv-minimax", "width": 64, "depth": 2}, "depth"),
        ({"architecture": "conv-minimax", "width": 24}, "width"),
        ({"architecture": "dcgan", "batch_size": 1}, "batch_size"),
        ({"architecture": "conv-minimax", "width": 64, "batch_size": 1}, "batch_size"),
        ({"data": "gaussian"}, "resolution"),
        ({"data": "gaussian", "resolution": None}, "architecture"),
        ({"data": "gaussian", "resolution": None, "architecture": "conv-minimax", "width": None}, "architecture"),
        ({"prior": "sphere", "latent_dim": 1}, "latent_dim"),
        ({"resolution": 30}, "resolution"),
        ({"data": "folder:"}, "data"),
        ({"data": "folder:  "}, "data"),
    ],
)
def test_impossible_combinations_are_refused_with_a_sentence(values, field):
    with pytest.raises(ConfigError) as caught:
        TrainConfig(**values)
    assert caught.value.field == field and field in str(caught.value), str(caught.value)
    assert len(str(caught.value)) > 30


def test_each_resolution_has_its_depths():
    for resolution, own in DCGAN_DEPTH.items():
        allowed = []
        for depth in range(1, 9):
            try:
                TrainConfig(resolution=resolution, depth=depth)
                allowed.append(depth)
            except ConfigError:
                pass
        assert (
            own in allowed
            and allowed == {28: [1, 2], 32: [1, 2, 3, 4], 64: [2, 3, 4, 5], 128: [3, 4, 5, 6]}[resolution]
        )


def test_images_have_a_resolution_and_points_have_none():
    assert TrainConfig(data="mnist", resolution=None).resolution == 28
    assert TrainConfig(data="cifar10", resolution=None).sample_shape == (3, 32, 32)
    assert TrainConfig(data="folder:/tmp", resolution=None, architecture="mlp").sample_shape == (3, 64, 64)
    assert TrainConfig(data="cifar10", resolution=64).sample_shape == (3, 64, 64)
    for name in POINTS:
        config = TrainConfig(data=name, resolution=None, architecture="mlp")
        assert config.sample_shape == DATA[name].shape and not config.is_image


@given(size=st.integers(1, 100_000), batch=st.integers(1, 512), k=st.integers(1, 5), epochs=st.integers(1, 50))
def test_the_total_is_enough_for_the_epochs_and_no_step_more(size, batch, k, epochs):
    total = TrainConfig(architecture="mlp", batch_size=batch, k=k, epochs=epochs).total_steps(size)
    assert (total - 1) * batch * k < epochs * size <= total * batch * k
    assert TrainConfig(architecture="mlp", batch_size=batch, k=k, epochs=epochs, steps=7).total_steps(size) == 7


@given(st.fixed_dictionaries({name: values_of(field.accepts) for name, field in FIELDS.items()}))
def test_a_rule_can_be_asked_of_any_fields(values):
    """Each stands alone, whatever the others find: the first reason is that for which the configuration is refused."""
    draft = TrainConfig.draft(values)
    found = list(conflicts(draft))
    assert all(isinstance(error, ConfigError) and error.field in FIELDS for error in found)
    try:
        assert TrainConfig.from_dict(draft.to_dict()) == draft and not found
    except ConfigError as error:
        assert (error.field, str(error)) == (found[0].field, str(found[0]))


TYPED = st.none() | st.text() | st.integers() | st.floats() | st.booleans()


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), TYPED))
def test_a_draft_takes_whatever_was_typed(values):
    draft = TrainConfig.draft(values)
    for name, field in FIELDS.items():
        if name not in ("data", "resolution"):
            try:
                assert getattr(draft, name) == field.accepts.check(name, values.get(name, field.default))
            except ConfigError:
                assert getattr(draft, name) == field.default


def test_a_draft_keeps_the_kind_of_data_that_cannot_be_opened():
    for name, is_image in (("folder:", True), ("points:", False), ("drawn:damaged", False), ("nonsense", True)):
        assert TrainConfig.draft({"data": name}).is_image == is_image


@pytest.mark.parametrize("data", ["swiss-roll", "points:/tmp/x.csv"])
def test_data_without_labels_are_not_conditioned_on_whatever_their_number_is_said_to_be(data):
    with pytest.raises(ConfigError, match="has no labels; use none") as caught:
        TrainConfig(data=data, resolution=None, architecture="mlp", conditioning="concatenation", classes=3)
    assert caught.value.field == "conditioning"


def test_the_number_of_classes_is_the_datas_own_or_said(tmp_path):
    assert TrainConfig(conditioning="concatenation").n_classes == 10
    assert TrainConfig(conditioning="concatenation", classes=10).n_classes == 10
    assert TrainConfig(classes=7).n_classes == 0, "nobody is told"
    with pytest.raises(ConfigError, match="digits has 10 classes; use 10, or none"):
        TrainConfig(conditioning="concatenation", classes=7)
    told = TrainConfig(data=f"folder:{tmp_path}", conditioning="concatenation", classes=7)
    assert told.n_classes == 7
    (tmp_path / "a.png").write_bytes(b"")
    for place in (tmp_path, tmp_path / "missing", tmp_path / "a.png"):
        with pytest.raises(ConfigError, match="there are no class folders") as caught:
            TrainConfig(data=f"folder:{place}", conditioning="concatenation")
        assert caught.value.field == "classes"
        assert TrainConfig(data=f"folder:{place}").classes is None, "nobody asked"


def test_the_classes_of_a_folder_are_counted(tmp_path):
    """Wherever a configuration comes from; files that are no images count no more than when they are read."""
    for name in ("sets/ship/1.jpg", "sets/cat/x/2.PNG", "sets/ape/3.webp", "sets/ape/4.webp", "sets/read me.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    data = f"folder:{tmp_path}"
    assert class_folders(data) == ("ape", "cat", "ship")
    config = TrainConfig(data=data, conditioning="concatenation")
    assert config.n_classes == config.classes == 3 and TrainConfig.from_json(config.to_json()) == config
    assert TrainConfig.draft({"data": data, "conditioning": "concatenation"}).classes == 3
    # a folder that is copied elsewhere, and the run with it, keeps its number
    moved = TrainConfig.from_dict({**config.to_dict(), "data": f"folder:{tmp_path / 'gone'}"})
    assert moved.n_classes == 3
    (tmp_path / "dog").mkdir()
    (tmp_path / "dog" / "5.png").write_bytes(b"")
    assert class_folders(data) == ("dog", "sets"), "and counted anew when something was put there"


# --------------------------------------------------------------------------- weight clipping

EVERY = list(itertools.product(ARCHITECTURES, (False, True), TERMS["penalty"], GAMES))


def wasserstein(architecture="dcgan", spectral_norm=False, penalty="none", objective="wasserstein", **more):
    points = {} if ARCHITECTURES[architecture].convolutional else {"data": "ring", "resolution": None}
    values = {"architecture": architecture, "spectral_norm": spectral_norm, "penalty": penalty, "objective": objective}
    return TrainConfig(**values, **points, **more)


def test_a_critic_is_clipped_where_nothing_else_bounds_its_slope_and_the_form_says_so():
    """Of all architectures, with and without spectral norm, with all penalties and objectives."""
    for architecture, spectral_norm, penalty, objective in EVERY:
        config = wasserstein(architecture, spectral_norm, penalty, objective)
        normalised = architecture in ("conv-minimax", "dcgan", "stacked-dcgan", "stacked-tiny")
        held = penalty != "none" or (spectral_norm and not normalised)
        clip = 0.01 if objective == "wasserstein" and not held else 0.0
        assert config.clip == clip and config.is_on("weight_clip") == (clip > 0), config
        assert entry.nothing("weight_clip", config) == f"automatic: {'0.01' if clip else 'off'}", config
        said = form._summary("Objective", config.to_dict(), config)
        assert ("D's weights within ±0.01" in said) == (clip > 0), (config, said)


def test_a_named_bound_is_the_bound_for_any_objective():
    for clip in (0.0, 0.05):
        for objective in GAMES:
            config = wasserstein(objective=objective, weight_clip=clip, penalty="r1")
            assert config.clip == clip and config.is_on("weight_clip") == (clip > 0)
            said = form._summary("Objective", config.to_dict(), config)
            assert ("D's weights within ±0.05" in said) == (clip > 0), said
