"""Settings that a run does not follow: named, marked at their fields, taken back, and kept in the address."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from visiting import TRAIN, desk_of, only_run, press, said, settings_of, sound, told

from gan_core import runs
from gan_core.config import DATA, FIELDS, LIVE, data_kind
from gan_core.config.asking import asks
from gan_core.config.presets import PRESETS, preset
from ui.shared import address, pending
from ui.shared.settings import Settings


def made(config, state: str = "stopped") -> runs.Run:
    return runs.create(config, state=state)


def apart(run, chosen) -> set[str]:
    """What is different in a configuration and of any use there."""
    return {f for f in FIELDS if getattr(run, f) != getattr(chosen, f) and (f == "data" or asks(f, chosen))}


def keys(page, prefix: str) -> set[str]:
    return {b.key.removeprefix(prefix) for b in page.button if b.key.startswith(prefix)} - {"all"}


@pytest.mark.parametrize("name", PRESETS)
def test_all_that_a_preset_changes_is_named_and_can_be_taken_back(runs_root, name):
    """Field by field in any order, or at once; then nothing waits, and the preset is the run's again."""
    run = made(preset("ring"))
    settings = Settings()
    settings.adopt(run.config)
    settings.choose_preset(name)
    waits = pending.of(settings, run.snapshot())
    assert set(waits) == apart(run.config, preset(name))
    assert all(one.button == ("Continue" if f in LIVE else "Reset") for f, one in waits.items())
    words = pending.sentence(waits.values())
    assert all(FIELDS[f].label in words for f in waits)
    while waits:
        f = min(waits)
        settings.put_back(run.config, [f])
        waits = pending.of(settings, run.snapshot())
        assert f not in waits
    assert settings.error is None and settings.config == run.config and settings.preset == "ring"
    settings.choose_preset(name)
    settings.put_back(run.config)
    assert settings.config == run.config and not pending.of(settings, run.snapshot())


@pytest.mark.parametrize(
    ("state", "change", "button"),
    [
        ("finished", {"lr_d": 1e-3}, "Start again"),
        ("finished", {"steps": 90_000}, "Train on"),
        ("stopped", {"lr_d": 1e-3}, "Continue"),
        ("stopped", {"batch_size": 8}, "Reset"),
        ("interrupted", {"steps": 90_000}, "Train on"),
        ("crashed", {"seed": 8}, "Reset"),
    ],
)
def test_what_takes_a_setting_up_is_said(runs_root, state, change, button):
    run = made(preset("ring"), state)
    settings = Settings()
    settings.adopt(run.config)
    for f, value in change.items():
        settings.set(f, value)
    waits = pending.of(settings, run.snapshot())
    assert {one.button for one in waits.values()} == {button}
    assert pending.head(waits.values()) == f"1 setting waits for {button}"


@pytest.mark.parametrize(
    "name", [*(name for name in DATA if name != "digits"), "folder:/some/photos", "points:/some/points.csv"]
)
def test_data_have_the_names_of_the_list_that_they_are_chosen_from(name):
    """Wherever a change of data is told, not the words of the command line."""
    words = str(pending.Pending("data", "digits", name, "Reset"))
    assert data_kind(name).title in words and words.startswith(f"Data set {DATA['digits'].title}")
    assert name.partition(":")[2] in words and "folder:" not in words and "points:" not in words


def test_a_preset_chosen_while_another_runs_waits_and_the_run_stays_as_it_is(open_page, until):
    page = press(open_page(TRAIN, preset="ring"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    before = run.control()
    sound(page.run().selectbox(key="preset").set_value("plane").run())
    changed = apart(run.config, preset("plane"))
    assert run.control() == before and desk_of(page).run_id == run.id
    assert keys(page, "undo_") == changed and keys(page, "apply_") == changed & set(LIVE)
    words = told(page)
    assert f"{len(changed)} settings wait for Reset" in words and all(FIELDS[f].label in words for f in changed)
    assert "All settings are as in the preset" not in said(page) and "in the preset; the run is not" in said(page)

    # the address holds both, and opens as both in another tab
    there = dict(parse_qsl(address.write(desk_of(page))))
    other = open_page(TRAIN, **there)
    assert desk_of(other).run_id == run.id and settings_of(other).config == preset("plane")
    assert keys(other, "undo_") == changed

    # a live field by hand reaches the run alone; one that waits can be sent by itself
    sound(page.text_input(key="set_lr_g").set_value("0.00071").run())
    until(lambda: run.status["live"]["lr_g"] == 0.00071, "the rate")
    assert set(run.control()["live"]) == {"lr_g"} and "lr_g" not in keys(page.run(), "undo_")
    press(page, "undo_width")
    assert settings_of(page).config.width == run.config.width and "width" not in keys(page, "undo_")
    press(page, "undo_all")
    assert settings_of(page).config == run.config.replace(lr_g=0.00071) and not keys(page, "undo_")
    assert "The settings of" in said(page) and page.selectbox(key="preset").value == "ring"


def test_a_live_field_that_waits_is_sent_by_itself(open_page, until):
    page = press(open_page(TRAIN, preset="ring"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    settings_of(page).values["k"] = 3  # as a preset brings it
    settings_of(page)._check()
    press(page.run(), "apply_k")
    until(lambda: run.status["live"]["k"] == 3, "k")
    assert not keys(page.run(), "undo_")


def test_what_could_not_be_sent_is_sent_once_the_settings_are_mended(open_page, until):
    page = press(open_page(TRAIN, preset="ring"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().number_input(key="set_latent_dim").set_value(3).run())
    sound(page.text_input(key="set_penalty_weight").set_value("much").run())
    sound(page.text_input(key="set_lr_d").set_value("1e-5").run())
    assert "lr_d" not in run.control()["live"]
    sound(page.text_input(key="set_penalty_weight").set_value("0.5").run())
    assert run.control()["live"] == {"penalty_weight": 0.5, "lr_d": 1e-5}
    assert keys(page.run(), "undo_") == {"latent_dim"}


def test_an_address_with_a_run_and_one_field_opens_as_both(open_page, runs_root):
    run = made(preset("grid").replace(seed=77))
    page = open_page(TRAIN, run=run.id, batch_size="16")
    assert desk_of(page).run_id == run.id and settings_of(page).config == run.config.replace(batch_size=16)
    assert keys(page, "undo_") == {"batch_size"}


def test_each_side_of_a_race_has_its_own(open_page, runs_root):
    """What waits on the side that the form does not show is said too, and an address opens as both."""
    a, b = made(preset("plane")), made(preset("plane").replace(k=2))
    page = open_page("pages/lab.py", run=a.id, race=b.id, **{"b.k": "2"})
    desk = desk_of(page)
    assert desk.run_id == a.id and desk.rival.run_id == b.id and not keys(page, "undo_")
    desk.rival.settings.set("k", 1)  # as side A has it
    desk.settings.set("latent_dim", 3)
    sound(page.run())
    assert keys(page, "undo_") == {"latent_dim"} and "1 setting waits for Reset" in told(page)
    assert "Side B: 1 setting waits for Continue" in said(page)
    assert "**Side A** &nbsp; k: D updates per G update 1" in said(page), "above the pictures stands what the runs have"
    there = dict(parse_qsl(address.write(desk), keep_blank_values=True))
    other = desk_of(open_page("pages/lab.py", **there))
    assert [(s.run_id, s.settings.config) for s in other.sides] == [(s.run_id, s.settings.config) for s in desk.sides]
    assert [s.settings.preset for s in other.sides] == [s.settings.preset for s in desk.sides]
