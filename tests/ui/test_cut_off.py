"""Runs that were cut off are offered until somebody deals with them; a run that is left is said, and one comes back."""

from __future__ import annotations

import pytest
from visiting import TRAIN, desk_of, only_run, press, said, settings_of, sound

from gan_core import runs
from gan_core.config.presets import preset

LAB = "pages/lab.py"
NOBODY = 2**22 + 1
"""No process has this number."""


def cut_off(name: str, state: str = "interrupted", step: int = 7) -> runs.Run:
    run = runs.create(preset(name), state="stopped")
    runs.set_state(run, state, message="It was cut off.", step=step, **runs.holder(NOBODY))
    return run


@pytest.mark.parametrize(("state", "words"), [("interrupted", "was interrupted"), ("training", "crashed")])
@pytest.mark.parametrize("path", [TRAIN, LAB])
def test_a_run_that_was_cut_off_is_offered_until_it_is_dealt_with(open_page, runs_root, path, state, words):
    """`training` without a process: the worker was killed."""
    run = cut_off("plane", state)
    assert f"**{run.name}** {words} at step 7." in said(open_page(path)), "when the app is opened"
    page = press(open_page(path), "dismiss_0")
    assert run.status["state"] == "stopped" and run.status["step"] == 7, "a run as any other that was stopped"
    for visitor in (page.run(), open_page(path)):
        assert words not in said(visitor)


def test_it_is_offered_where_it_belongs_and_by_what_is_looked_at_itself(open_page, runs_root):
    images, points, ended = cut_off("starter"), cut_off("plane"), cut_off("ring", "stopped")
    assert f"**{images.name}** was" in said(open_page()) and f"**{points.name}** was" in said(open_page())
    lab = open_page(LAB)
    assert (
        images.name not in said(lab) and f"**{points.name}** was" in said(lab) and f"**{ended.name}**" not in said(lab)
    )
    assert f"**{points.name}** was" not in said(open_page(LAB, run=points.id)), "the status line says so"
    points.folder.rename(points.folder.parent.parent / "gone")
    assert "was interrupted" not in said(lab.run())


def test_many_are_two_lines_and_a_number(open_page, runs_root):
    for _ in range(5):
        cut_off("plane")
    page = open_page()
    assert said(page).count("was interrupted") == 2 and "and 3 more" in said(page)
    for left in (4, 3, 2, 1, 0):
        press(page, "dismiss_0")
        assert said(page).count("was interrupted") == min(2, left)


def test_continue_goes_on_and_shows_it(open_page, runs_root, until):
    run = cut_off("plane", step=0)
    page = press(open_page(), "continue_0")
    assert desk_of(page).run_id == run.id and settings_of(page).config == run.config
    until(lambda: run.status["step"] >= 1, "its first step")
    assert "was interrupted" not in said(page.run())


def test_what_another_visitor_has_dealt_with_is_left_alone(open_page, runs_root):
    run = cut_off("plane")
    one, other = open_page(), open_page()
    press(one, "dismiss_0")
    runs.set_state(run, "finished")
    sound(other.button(key="dismiss_0").click().run())
    assert run.status["state"] == "finished" and "was interrupted" not in said(other)


@pytest.mark.parametrize("button", ["reset", "new_seed"])
def test_a_run_that_is_left_is_said_to_be_kept_and_one_click_goes_back(open_page, until, button):
    """It trains again; the settings are those from before, and what began meanwhile is stopped."""
    page = press(open_page(TRAIN, preset="plane", steps="100000"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    press(page.run(), button)
    assert desk_of(page).run_id is None
    assert f"{run.name} was stopped and is kept in the list of runs." in said(page)
    press(page, "undo_said")
    assert desk_of(page).run_id == run.id and settings_of(page).config == run.config
    at = run.status["step"]
    until(lambda: run.status["state"] == "training" and run.status["step"] > at, "that it goes on")
    assert "is kept" not in said(page.run())


def test_a_race_that_is_left_comes_back_with_both_sides(open_page, runs_root):
    ids = []
    for k in (1, 2):
        ids.append(runs.create(preset("plane").replace(k=k), state="stopped").id)
    page = open_page(LAB, run=ids[0], race=ids[1])
    press(page, "reset")
    assert "are kept in the list of runs" in said(page) or "is kept in the list of runs" in said(page)
    press(page, "undo_said")
    assert [side.run_id for side in desk_of(page).sides] == ids
    assert [side.settings.config.k for side in desk_of(page).sides] == [1, 2]
