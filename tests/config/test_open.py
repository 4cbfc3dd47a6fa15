"""The mappings are open: what is added to one is a possible value at once, and nothing else lists the names."""

from __future__ import annotations

import dataclasses

import pytest

from gan_core.config import ARCHITECTURES, DATA, FIELDS, Architecture, Choice, ConfigError, DataKind, TrainConfig
from gan_core.config.asking import choices
from gan_core.config.games import GAMES
from gan_core.config.glossary import TERMS, Term, title
from gan_core.config.presets import PRESETS, Preset, preset
from ui.shared import form
from ui.shared.settings import Settings, show


@pytest.mark.parametrize("field", list(TERMS))
def test_an_option_with_words_is_an_option(field, monkeypatch):
    new = 0.25 if field == "d_loss_scale" else "mine"
    with pytest.raises(ConfigError):
        TrainConfig(**{field: new})
    monkeypatch.setitem(TERMS[field], new, Term("My own", "Does what I want."))
    monkeypatch.setitem(GAMES, new, dataclasses.replace(GAMES["hinge"], name=new, clip=0.5))
    monkeypatch.setitem(ARCHITECTURES, new, Architecture(width=8, adjustable=True))
    architecture = {} if field in ("architecture", "activation") else {"architecture": "mlp"}
    config = TrainConfig(**{"architecture": "mlp", **architecture, field: new})
    assert getattr(config, field) == new and TrainConfig.from_json(config.to_json()) == config
    assert new in choices(field, TrainConfig(architecture="mlp"))
    assert title(field, new) == "My own" == show(field, new)
    chosen = Settings.from_query({"architecture": "mlp", field: str(new)})
    assert chosen.values[field] == new and not chosen.notes
    if field == "objective":
        assert config.clip == 0.5


def test_every_option_with_a_name_has_words():
    for name, field in FIELDS.items():
        if isinstance(field.accepts, Choice) and name != "resolution":
            assert field.accepts.among is TERMS[name] and all(term.title for term in TERMS[name].values())


def test_a_new_family_has_rules_of_its_own(monkeypatch):
    def never(c):
        yield ConfigError("width", c.width, "use another family")

    monkeypatch.setitem(TERMS["architecture"], "mine", Term("Mine"))
    monkeypatch.setitem(ARCHITECTURES, "mine", Architecture(width=8, batch_norm_g=True, conflicts=never))
    with pytest.raises(ConfigError, match="use another family"):
        TrainConfig(architecture="mine")
    with pytest.raises(ConfigError, match="batch normalisation in mine needs at least 2"):
        TrainConfig(architecture="mine", batch_size=1)


def test_a_new_data_set_is_known_by_name_and_offered(monkeypatch):
    monkeypatch.setitem(DATA, "mine", DataKind("My own (2-D)", (2,), "Points of mine.", 3))
    config = TrainConfig(data="mine", resolution=None, architecture="mlp", conditioning="concatenation")
    assert config.sample_shape == (2,) and config.n_classes == 3
    with pytest.raises(ConfigError, match=r"did you mean 'mine'\?"):
        TrainConfig(data="mime")
    offered = form._sources()
    assert offered["mine"] == "My own (2-D)"
    places = [list(offered).index(name) for name in ("folder", "ring", "mine", "points", "gaussian")]
    assert places == sorted(places)


def test_a_new_preset_can_be_chosen(monkeypatch):
    monkeypatch.setitem(PRESETS, "mine", Preset("Mine", "A note.", TrainConfig(seed=5)))
    assert preset("mine").seed == 5 and Settings.from_query({"preset": "mine"}).config.seed == 5
