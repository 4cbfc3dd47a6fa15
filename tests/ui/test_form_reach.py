"""Fields are found by name, what differs from the preset is shown and taken back, and rates go by steps."""

from __future__ import annotations

import pytest
from visiting import TRAIN, desk_of, only_run, press, said, settings_of, sound

from gan_core.config import FIELDS
from gan_core.config.asking import asks
from gan_core.config.glossary import TERMS
from gan_core.config.presets import preset
from ui.shared import search
from ui.shared.settings import Settings


def drawn(page) -> set[str]:
    """Fields that the form shows."""
    kinds = ("selectbox", "number_input", "text_input", "toggle")
    return {w.key.removeprefix("set_") for kind in kinds for w in page.get(kind) if w.key.startswith("set_")}


def keys(page, prefix: str) -> set[str]:
    return {b.key.removeprefix(prefix) for b in page.button if b.key.startswith(prefix)} - {"all"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_found_by_its_label_and_its_name(name):
    for text in (FIELDS[name].label, name, name.replace("_", " "), FIELDS[name].label.upper()):
        assert name in search.found(text), text


@pytest.mark.parametrize("name", TERMS)
def test_a_field_is_found_by_what_may_be_chosen(name):
    for term in TERMS[name].values():
        assert name in search.found(term.title), term.title


def test_what_is_called_so_comes_before_what_is_explained_so():
    rates = search.found("learning rate")
    assert set(rates[:2]) == {"lr_d", "lr_g"} and len(rates) > 2
    assert search.found("Mescheder") and "beta1" in search.found("adam β1") and not search.found("zebra")
    assert not search.found("   ")


def test_the_form_shows_what_is_searched_for_and_why_some_of_it_is_not_there(open_page):
    page = open_page()
    every = drawn(page)
    sound(page.text_input(key="search").set_value("penalty").run())
    assert "penalty" in drawn(page) < every and "batch_size" not in drawn(page)
    assert "Weight of the penalty: has an effect only with “Gradient penalty”." in said(page)
    sound(page.selectbox(key="set_penalty").set_value("r1").run())
    assert "penalty_weight" in drawn(page) and "an effect only" not in said(page)
    sound(page.text_input(key="search").set_value("zebra").run())
    assert not drawn(page) and "No setting matches in its name or explanation." in said(page)
    sound(page.text_input(key="search").set_value("").run())
    assert drawn(page) == every | {"penalty_weight", "penalty_every"}
    assert settings_of(page).config == preset("starter").replace(penalty="r1"), "searching changes nothing"


def test_what_differs_from_the_preset_is_counted_shown_and_taken_back(open_page):
    page = open_page(TRAIN, preset="ring", batch_size="32", lr_d="1e-3", seed="9")
    assert page.button(key="show_changed").label == "3 changed · show" and keys(page, "back_") == {
        "batch_size",
        "lr_d",
        "seed",
    }
    press(page, "show_changed")
    assert drawn(page) == {"batch_size", "lr_d", "seed"}
    press(page, "back_seed")
    assert settings_of(page).config == preset("ring").replace(batch_size=32, lr_d=1e-3)
    assert drawn(page) == {"batch_size", "lr_d"} and page.button(key="show_changed").label == "2 changed · show all"
    press(page, "back_all")
    assert settings_of(page).config == preset("ring") and settings_of(page).preset == "ring"
    assert "All settings are as in the preset" in said(page) and len(drawn(page)) > 20


def test_back_to_the_preset_is_a_change_as_any_other_for_a_run(open_page, until):
    page = press(open_page(TRAIN, preset="ring", lr_d="1e-3", batch_size="32"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    press(page.run(), "back_lr_d")
    until(lambda: run.status["live"]["lr_d"] == preset("ring").lr_d, "the preset's rate")
    press(page.run(), "back_batch_size")
    assert keys(page, "undo_") == {"batch_size"} and not keys(page, "back_"), "it waits, and is the preset's"
    press(page, "undo_batch_size")
    assert keys(page, "back_") == {"batch_size"} and not keys(page, "undo_")
    press(page, "times_2_lr_g")
    until(lambda: run.status["live"]["lr_g"] == 2 * preset("ring").lr_g, "twice the rate")
    press(page.run(), "back_all")
    until(lambda: run.status["live"]["lr_g"] == preset("ring").lr_g, "all of the preset's reach the run as well")
    assert keys(page, "undo_") == {"batch_size"}


@pytest.mark.parametrize("mend", ["undo_penalty_weight", "back_all"])
def test_what_goes_back_while_something_else_is_wrong_reaches_the_run_once_that_is_mended(open_page, until, mend):
    page = press(open_page(TRAIN, preset="ring", lr_d="1e-3"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().text_input(key="set_penalty_weight").set_value("much").run())
    press(page, "back_lr_d")
    press(page, "times_2_lr_g")
    assert not run.control()["live"], "nothing is sent as long as it cannot be trained"
    press(page, mend)
    wanted = {name: settings_of(page).values[name] for name in ("lr_d", "lr_g")}
    assert wanted["lr_d"] == preset("ring").lr_d and settings_of(page).error is None
    assert wanted["lr_g"] == preset("ring").lr_g * (1 if mend == "back_all" else 2)
    until(lambda: {name: run.status["live"][name] for name in wanted} == wanted, "both rates")
    assert not keys(page.run(), "undo_")


def test_a_rate_goes_by_steps_and_a_run_follows(open_page, until):
    page = press(open_page(TRAIN, preset="plane", steps="100000"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    for name in ("lr_d", "lr_g"):
        was = getattr(run.config, name)
        press(page.run(), f"times_2_{name}")
        assert float(page.text_input(key=f"set_{name}").value) == 2 * was
        until(lambda name=name, was=was: run.status["live"][name] == 2 * was, "twice the rate")
        press(page, f"times_0.5_{name}")
        press(page, f"times_0.5_{name}")
        until(lambda name=name, was=was: run.status["live"][name] == was / 2, "half the rate")
    high = FIELDS["lr_d"].accepts.high
    sound(page.text_input(key="set_lr_d").set_value(str(high)).run())
    press(page, "times_2_lr_d")
    assert "use a number from" in said(page) and settings_of(page).values["lr_d"] == high
    assert desk_of(page).run_id == run.id


def test_one_explanation_stands_once(open_page):
    """Of two fields with the same choice the first explains it; with different ones both do."""
    adam, rmsprop = (TERMS["optimiser_d"][name].does for name in ("adam", "rmsprop"))
    page = open_page()
    assert said(page).count(adam) == 1
    sound(page.selectbox(key="set_optimiser_g").set_value("rmsprop").run())
    assert said(page).count(adam) == 1 and said(page).count(rmsprop) == 1


def test_only_what_is_of_use_counts_as_changed():
    for name in ("ring", "starter", "wgan-gp"):
        settings = Settings()
        settings.choose_preset(name)
        settings.set("penalty", "none")
        settings.set("penalty_weight", 0.125)
        assert "penalty_weight" not in settings.changed and all(asks(f, settings.draft) for f in settings.changed)
