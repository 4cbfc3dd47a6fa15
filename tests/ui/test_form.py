"""The form without a browser: every preset, every option, every kind of data, and what is said of mistakes."""

from __future__ import annotations

import pytest
from visiting import TRAIN, said, settings_of, sound

from gan_core.config import FIELDS, Choice, ConfigError, drawing
from gan_core.config.asking import asks, choices
from gan_core.config.glossary import FEATURES, TERMS
from gan_core.config.presets import PRESETS, preset
from ui.shared import terms
from ui.shared.settings import Settings


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_fills_the_form(open_page, name):
    page = open_page()
    sound(page.selectbox(key="preset").set_value(name).run())
    assert settings_of(page).config == preset(name)
    assert page.selectbox(key="data").value == preset(name).data
    assert PRESETS[name].note.split(",")[0] in "".join(e.proto.body for e in page.get("html")).replace("&#x27;", "'")
    shown = [
        n
        for n in ("batch_size", "latent_dim", "k", "epochs", "seed")
        if page.number_input(key=f"set_{n}").value == getattr(preset(name), n)
    ]
    assert len(shown) == 5


def test_impossible_combination_is_a_sentence_and_the_last_settings_stay_in_force(open_page):
    page = open_page(TRAIN, preset="conv-minimax")
    before = settings_of(page).config
    sound(page.selectbox(key="set_resolution").set_value(64).run())
    assert "This cannot be trained. Resolution 64: conv-minimax grows" in said(page)
    assert settings_of(page).config == before and settings_of(page).values["resolution"] == 64
    assert page.button(key="start").disabled
    sound(page.selectbox(key="set_resolution").set_value(28).run())
    assert not page.button(key="start").disabled and "cannot be trained" not in said(page)


def test_data_of_another_kind_bring_networks_that_fit(open_page):
    page = open_page()
    sound(page.selectbox(key="data").set_value("gaussian").run())
    assert settings_of(page).error is None and not settings_of(page).config.is_image
    assert "Networks are now those of" in said(page)
    sound(page.selectbox(key="data").set_value("folder").run())
    assert settings_of(page).config.is_image or settings_of(page).error is not None
    assert "as in /home/me/photos" in said(page) and "folder:/home" not in said(page), "the field is of the path alone"
    for written in ("folder: /no/such/folder", " /no/such/folder "):
        sound(page.text_input(key="data_path").set_value(written).run())
        assert settings_of(page).values["data"] == "folder:/no/such/folder"


@pytest.mark.parametrize(("start", "elsewhere"), [("starter", {"activation"}), ("mlp-tiny", set())])
def test_every_option_of_every_field_can_be_chosen_and_is_explained(open_page, start, elsewhere):
    page = open_page(TRAIN, preset=start)
    tried = 0
    fields = [n for n, f in FIELDS.items() if isinstance(f.accepts, Choice)]
    for name in fields if start == "starter" else ["activation"]:
        if name in elsewhere:
            assert not asks(name, settings_of(page).draft)
            continue
        before = settings_of(page).values[name]
        for option in choices(name, settings_of(page).draft):
            sound(page.selectbox(key=f"set_{name}").set_value(option).run())
            assert settings_of(page).values[name] == option
            term = TERMS.get(name, {}).get(option)
            if term is not None:
                for line in (term.does, *term.paper.partition(", arXiv:")[:1]):
                    assert line in said(page), (name, option)
                formula = terms.unbroken(term.formula.split("\n")[0].split(", ")[0])
                assert any(formula in c.value for c in page.caption), (name, option)
            tried += 1
        sound(page.selectbox(key=f"set_{name}").set_value(before).run())
    assert tried > (50 if start == "starter" else 4)
    assert settings_of(page).config == preset(start), "and back again"


@pytest.mark.parametrize("data", ["ring", "checkerboard", "swiss-roll", "two-gaussians-1d", "stacked-mnist", "points"])
def test_every_kind_of_data_brings_a_form_that_can_be_trained(open_page, data, tmp_path):
    page = open_page(TRAIN, augment="translation", conditioning="projection")
    sound(page.selectbox(key="data").set_value(data).run())
    if data == "points":
        assert settings_of(page).error.field == "data", "a file must be named"
        (tmp_path / "p.csv").write_text("x,y\n1,2\n3,4\n")
        sound(page.text_input(key="data_path").set_value(str(tmp_path / "p.csv")).run())
    chosen = settings_of(page)
    assert chosen.error is None, chosen.error
    keys = {w.key for kind in ("selectbox", "number_input", "text_input", "toggle") for w in page.get(kind)}
    assert ("set_augment" in keys) == ("set_resolution" in keys) == chosen.config.is_image
    if not chosen.config.is_image:
        assert not any("onvolutional" in label for label in page.selectbox(key="set_architecture").options)
    assert ("set_conditioning" in keys) == (data in ("ring", "checkerboard", "two-gaussians-1d", "stacked-mnist"))


def test_details_show_with_what_they_are_details_of(open_page):
    page = open_page()
    on = {"penalty": "r1", "instance_noise": 0.1, "anneal": "cosine", "pretrain_d": 5}
    details = {name: field.of for name, field in FIELDS.items() if field.of in on}
    assert len(details) >= 7
    for detail, of in details.items():
        draft = settings_of(page).draft
        assert not asks(detail, draft) and asks(detail, draft.replace(**{of: on[of]}))
    sound(page.selectbox(key="set_penalty").set_value("r1+r2").run())
    sound(page.text_input(key="set_penalty_weight").set_value("0.1").run())
    sound(page.selectbox(key="set_objective").set_value("relativistic").run())
    assert "Relativistic pairing, R1 + R2 × 0.1, k = 1" in said(page)
    assert not any(w.key == "set_label_smoothing" for w in page.text_input), "this objective has no target to smooth"
    sound(page.toggle(key="set_spectral_norm").set_value(True).run())
    sound(page.number_input(key="set_packing").set_value(2).run())
    assert "spectral norm, packing 2" in said(page) and FEATURES["packing"].does in said(page)


def test_a_drawing_is_shown_as_data_until_others_are_chosen(open_page):
    face = drawing.encode(bytes(7 * (i % 41 == 0) for i in range(drawing.CELLS**2)))
    page = open_page(TRAIN, preset="ring", data=f"drawn:{face}")
    chosen = page.selectbox(key="data")
    assert chosen.value == f"drawn:{face}" and "A drawing (2-D)" in chosen.options
    assert not any(face[:12] in option for option in chosen.options)
    sound(chosen.set_value("moons").run())
    assert page.selectbox(key="data").value == "moons"
    assert "A drawing (2-D)" not in page.selectbox(key="data").options


def test_an_empty_number_means_none(open_page):
    page = open_page(TRAIN, objective="wasserstein")
    field = page.text_input(key="set_weight_clip")
    assert field.value == "" and field.placeholder == "automatic: 0.01"
    sound(field.set_value("0.05").run())
    assert settings_of(page).config.weight_clip == 0.05
    sound(page.text_input(key="set_weight_clip").set_value("").run())
    assert settings_of(page).config.weight_clip is None and settings_of(page).error is None


def test_an_error_in_a_field_that_was_hidden_shows_the_field(open_page):
    page = open_page(TRAIN, label_smoothing="0.1")
    sound(page.selectbox(key="set_objective").set_value("hinge").run())
    assert "Label smoothing 0.1: hinge has no target to smooth" in said(page)
    sound(page.text_input(key="set_label_smoothing").set_value("0").run())
    assert settings_of(page).error is None and settings_of(page).config.objective == "hinge"
    sound(page.selectbox(key="set_penalty").set_value("r1").run())
    sound(page.text_input(key="set_penalty_weight").set_value("much").run())
    sound(page.selectbox(key="set_penalty").set_value("none").run())
    sound(page.text_input(key="set_penalty_weight").set_value("1").run())
    assert settings_of(page).error is None and not any(w.key == "set_penalty_weight" for w in page.text_input)


def test_errors_of_the_form_are_in_its_words():
    from ui.shared.settings import problem

    chosen = Settings()
    chosen.set("batch_size", 0)
    assert isinstance(chosen.error, ConfigError) and problem(chosen.error).startswith("Batch size 0: ")


@pytest.mark.parametrize("field", TERMS)
def test_formulas_stay_whole(field):
    """What `unbroken` adds are braces in pairs, around each outermost pair of parentheses."""
    for term in TERMS[field].values():
        changed = terms.unbroken(term.formula)
        assert changed.replace(r"\!{(", "(").replace("{(", "(").replace(")}", ")") == term.formula.replace(
            "{(", "("
        ).replace(")}", ")")
        assert changed.count("{") == changed.count("}")
