"""The Train page without a browser: the transport bar, the run it shows, the remedies, the address."""

from __future__ import annotations

import pytest
from visiting import APP, TRAIN, desk_of, only_run, press, said, settings_of, sound, told

from gan_core import runs
from gan_core.advice.finding import Finding
from gan_core.config.presets import preset
from ui.shared import findings, remedy


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
