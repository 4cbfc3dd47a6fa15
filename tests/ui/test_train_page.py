"""The Train page without a browser: the transport bar, the run it shows, the remedies, the address."""

from __future__ import annotations

import pytest
from PIL import Image
from visiting import APP, TRAIN, desk_of, only_run, press, said, settings_of, sound, told

from gan_core import runs
from gan_core.advice.finding import Finding
from gan_core.config.presets import preset
from gan_core.processes import fleet
from ui.shared import findings, remedy, sentences


@pytest.mark.parametrize("path", [TRAIN, APP])
def test_ready_page_has_everything_in_its_place(open_page, path):
    page = open_page(path)
    alive = {
        key
        for key in ("start", "pause", "stop", "step_d", "step_g", "step_both", "reset", "new_seed")
        if not page.button(key=key).disabled
    }
    assert alive == {"start", "step_d", "step_g", "step_both", "new_seed"}
    assert page.selectbox(key="preset").value == "starter" and page.selectbox(key="data").value == "digits"
    assert page.button(key="start").label == "Start"
    assert not runs.list_runs(), "looking makes no run"


def test_start_pause_step_stop_and_reset(open_page, until):
    page = press(open_page(TRAIN, preset="starter", batch_size="16", seed="5"), "start")
    run = only_run()
    assert run.config == preset("starter").replace(batch_size=16, seed=5)
    until(lambda: run.status["step"] >= 3, "the third step")
    press(page.run(), "pause")
    until(lambda: run.status["state"] == "paused", "the pause")
    assert page.run().button(key="start").label == "Resume"
    held = run.status["step"]
    press(page, "step_both")
    until(lambda: run.status["step"] == held + 1 and run.status["state"] == "paused", "the single step")
    press(page.run(), "start")
    until(lambda: run.status["step"] > held + 2, "the steps after the pause")
    press(page.run(), "stop")
    until(lambda: run.status["state"] == "stopped", "the stop")
    assert page.run().button(key="start").label == "Continue"
    # Reset never overwrites settings, and the run stays
    press(page, "reset")
    assert page.button(key="start").label == "Start"
    assert settings_of(page).config == run.config and only_run().id == run.id
    press(page, "new_seed")
    assert settings_of(page).config.replace(seed=5) == run.config


def test_live_change_reaches_the_run_and_others_wait_for_a_new_start(open_page, until):
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().text_input(key="set_lr_d").set_value("1e-3").run())
    until(lambda: run.status["live"]["lr_d"] == 1e-3, "the new learning rate")
    sound(page.number_input(key="set_batch_size").set_value(32).run())
    assert "1 setting waits for Reset" in told(page) and "Batch size 64 → 32" in told(page)
    sound(page.text_input(key="set_lr_g").set_value("banana").run())
    assert "“banana”: use a number from 0 to 1" in said(page)
    assert run.control()["live"] == {"lr_d": 1e-3}, "nonsense reaches no run"


def test_penalty_weight_changes_while_it_trains(open_page, until):
    page = press(open_page(TRAIN, preset="ring"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().text_input(key="set_penalty_weight").set_value("0.05").run())
    until(lambda: run.status["live"]["penalty_weight"] == 0.05, "the new weight")


def test_remedies_are_applied_at_once_put_into_the_settings_or_started_with(open_page, until, monkeypatch):
    """What the browser sends is the kind of a finding and no more; what it changes is looked up again."""
    found = [
        Finding("d-wins", "D wins", "numbers", "meaning", {"lr_d": 1e-5}, "slower", (1, 2)),
        Finding("collapse", "", "", "", {"packing": 2}, "", (1, 2)),
    ]
    monkeypatch.setattr(findings.diagnosis, "of_run", lambda run, past: found)
    findings._kept.clear()
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")

    def choose(kind: str, restart: bool) -> list:
        class State(dict):
            __getattr__ = dict.__getitem__

            def __setattr__(self, name, value):
                self[name] = value

        words = {"remedy": {"kind": kind, "restart": restart}}
        state = State(
            desks=page.session_state["desks"], place=page.session_state["place"], said=[], findings_view=words
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("streamlit.session_state", state)
            remedy.choose()
        return state["said"]

    assert choose("d-wins", False) and settings_of(page).config.lr_d == 1e-5
    until(lambda: run.status["live"]["lr_d"] == 1e-5, "the smaller rate")
    choose("collapse", False)
    assert settings_of(page).config.packing == 2 and run.is_active and run.config.packing == 1, (
        "packing needs a new start"
    )
    assert "nothing was changed" in choose("oscillation", False)[0][1]
    choose("collapse", True)
    until(lambda: run.status["state"] == "stopped", "the end of the old run")
    assert desk_of(page).run_id != run.id and runs.find(desk_of(page).run_id).config == run.config.replace(
        lr_d=1e-5, packing=2
    )


def test_an_address_is_believed_as_little_as_any_other_input(open_page):
    page = open_page(TRAIN, preset="nope", lr_d="huge", batch_size="0", run="../../etc", depth="99", k="2")
    words = said(page)
    for part in ("“nope”", "lr_d", "batch_size", "depth", "There is no run called “../../etc”"):
        assert part in words, words
    assert settings_of(page).config == preset("starter").replace(k=2)


def test_folders_that_are_no_runs_are_listed_with_their_reason(open_page, runs_root):
    (runs_root / "empty *bold*").mkdir()
    (runs_root / "half").mkdir()
    (runs_root / "half" / "config.json").write_bytes(b'{"format": 1, "conf\xff')
    (runs_root / "a file").write_text("no folder")
    page = open_page()
    assert [e.label for e in page.expander if "cannot be opened" in e.label] == ["2 folders cannot be opened"]
    assert "empty *bold* is not a run: its config.json is missing or cannot be read." in said(page)
    assert desk_of(open_page(TRAIN, run="half")).run_id is None


def test_data_that_cannot_be_had_leave_no_run_and_the_form_as_it_is(open_page, until, tmp_path):
    page = open_page()
    sound(page.selectbox(key="data").set_value("folder").run())
    assert page.button(key="start").disabled and "own size of Folder" not in said(page)
    place = tmp_path / "photos"
    sound(page.text_input(key="data_path").set_value(str(place)).run())
    assert page.button(key="start").disabled and f"there is no folder {place}; check the path." in said(page)
    assert settings_of(page).values["data"] == f"folder:{place}"

    place.mkdir()
    sound(page.text_input(key="data_path").set_value(f"{place} ").run())
    press(page, "start")
    until(lambda: not runs.list_runs(), "the run to be taken back")
    before = settings_of(page).config
    assert f"The folder {place} has no files in it" in said(sound(page.run()))
    assert page.button(key="start").label == "Start" and not page.button(key="start").disabled
    assert desk_of(page).run_id is None and settings_of(page).config == before

    for name in ("ape", "cat", "ship"):
        (place / name).mkdir()
        Image.new("RGB", (9, 7)).save(place / name / "1.png")
    sound(page.text_input(key="data_path").set_value(str(place)).run())
    assert "has no files" not in said(page), "what was said was about the folder as it was"
    sound(page.selectbox(key="set_conditioning").set_value("concatenation").run())
    assert settings_of(page).error is None and settings_of(page).config.n_classes == 3
    assert "3 classes, one for each sub-folder: ape, cat, ship" in said(page)
    for name in ("a", "b"):
        (tmp_path / "other" / name).mkdir(parents=True)
        Image.new("RGB", (9, 7)).save(tmp_path / "other" / name / "1.png")
    sound(page.text_input(key="data_path").set_value(str(tmp_path / "other")).run())
    assert settings_of(page).config.n_classes == 2, "counted anew in another folder"


def test_before_a_start_it_is_said_what_trains_and_what_would_wait(open_page, monkeypatch, until):
    monkeypatch.setattr(fleet.shared(), "capacity", 1)
    assert "in line" not in said(open_page())
    first = press(open_page(TRAIN, seed="1"), "start")
    one = runs.find(desk_of(first).run_id)
    until(lambda: one.status["state"] == "training", "the first to train")
    second = open_page(TRAIN, preset="starter", seed="2")
    assert "1 run is training on this machine, as many as it trains at once" in said(second)
    assert "in line as number 1" in said(second) and "Training now: [starter]" in said(second)
    sound(second.number_input(key="set_batch_size").set_value(100_000).run())
    assert second.button(key="start").disabled and "in line" not in said(second), "what cannot start does not wait"
    sound(second.number_input(key="set_batch_size").set_value(64).run())
    press(second, "start")
    other = runs.find(desk_of(second).run_id)
    third = open_page(TRAIN, preset="starter", seed="3")
    assert "in line as number 2" in said(third)
    notice = next(m.value for m in third.markdown if "Training now" in m.value)
    trains, _, waits = notice.partition("Waiting in line")
    assert one.id in trains and other.id in waits and one.id not in waits and other.id not in trains
    fleet.shared().pause(one)
    until(lambda: other.status["state"] == "training", "the place of the paused one")
    words = said(sound(third.run()))
    assert "in line as number 1" in words and "Paused: [starter]" in words and "Waiting in line:" not in words
    for run in (one, other):
        fleet.shared().stop(run)
    until(lambda: not one.is_active and not other.is_active, "both to end")
    assert "in line" not in said(sound(third.run())) and "Training now" not in said(third)


def test_what_is_said_leaves_when_what_it_is_about_has_changed(open_page, monkeypatch, until):
    """A refusal stays until settings, run or state are others; that something was done is news for a moment."""
    page = open_page(TRAIN, preset="nope")
    assert "“nope”" in said(page) and "“nope”" in said(sound(page.run())), "nothing has changed"
    sound(page.number_input(key="set_batch_size").set_value(32).run())
    assert "“nope”" not in said(page)
    press(page, "start")
    run = only_run()
    until(lambda: run.status["state"] == "training", "the training")
    sound(page.run())
    for rate in ("1e-4", "2e-4"):
        sound(page.text_input(key="set_lr_d").set_value(rate).run())
        assert "from the next step on" in said(page) and "from the next step on" in said(sound(page.run()))
        if rate == "1e-4":
            press(page, "pause")
            until(lambda: run.status["state"] == "paused", "the pause")
            assert "from the next step on" not in said(sound(page.run()))
            press(page, "start")
            until(lambda: run.status["state"] == "training", "the training")
            sound(page.run())
    monkeypatch.setattr(sentences, "BRIEF", 0.0)
    assert "from the next step on" not in said(sound(page.run()))


def test_a_run_that_vanishes_is_said_and_left(open_page, until):
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    press(page.run(), "stop")
    until(lambda: run.status["state"] == "stopped", "the stop")
    run.folder.rename(run.folder.parent.parent / "moved away")
    sound(page.run())
    assert f"There is no run called “{run.id}” here." in said(page)
    assert page.run().button(key="start").label == "Start"
