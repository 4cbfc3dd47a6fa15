"""The Lab page without a browser: its sections, what its addresses hold, its own controls, both sides of a race."""

from __future__ import annotations

import pytest
from visiting import desk_of, only_run, press, said, sound

from gan_core import runs
from gan_core.config import data_kind
from gan_core.config.presets import PRESETS, preset
from ui.lab.dirac import Setup

LAB = "pages/lab.py"


@pytest.fixture
def visit(open_page):
    """`visit(**query)`: the Lab as a new visitor finds it."""
    return lambda **query: open_page(LAB, **query)


@pytest.mark.parametrize(("section", "dim"), [("plane", 2), ("line", 1)])
def test_a_section_offers_presets_of_its_own_dimension(visit, section, dim):
    page = visit(section=section)
    assert page.session_state["place"] == section
    offered = {name for name, one in PRESETS.items() if data_kind(one.config.data).shape == (dim,)}
    assert set(page.selectbox(key="preset").options) == {PRESETS[name].title for name in offered}
    assert desk_of(page).settings.preset in offered


def test_the_stages_of_figure_1_are_those_of_the_line(visit):
    stages = [f"stage_{name}" for name in "abcd"]
    assert [b.key for b in visit(section="line").button if b.key in stages] == stages
    assert not [b.key for b in visit(section="plane").button if b.key in stages]


def test_an_address_of_the_lab_is_believed_as_little_as_any_other_input(visit):
    page = visit(section="cellar", speed="7", layers="real,moon,d", slow="1", **{"try": "chess"})
    assert page.session_state["place"] == "plane" and desk_of(page).more == {"layers": "real,d", "slow": "1"}
    for part in ("no section “cellar”", "speed = “7”", "nothing to try called “chess”"):
        assert part in said(page), part


def test_an_address_with_something_to_try_brings_its_settings_unless_it_has_its_own(visit):
    from ui.lab.trials import TRIALS

    name, trial = next((n, t) for n, t in TRIALS.items() if t.section == "plane" and not t.rival)
    page = visit(**{"try": name})
    here = desk_of(page)
    assert here.settings.config == trial.config
    run = only_run()
    assert here.run_id == run.id and run.config == trial.config, "a link to a trial begins it"
    assert page.selectbox(key="speed").value == here.more["speed"] and run.control()["speed"] == float(
        here.more["speed"]
    )
    # an address with settings of its own, or a run, is that of a page in use: nothing begins
    assert desk_of(visit(**{"try": name, "preset": "plane"})).settings.config == preset("plane")
    assert desk_of(visit(**{"try": name, "run": run.id})).run_id == run.id == only_run().id


def test_a_link_to_a_race_begins_both_sides(visit):
    from ui.lab.trials import TRIALS

    name, trial = next((n, t) for n, t in TRIALS.items() if t.section == "plane" and t.rival)
    here = desk_of(visit(**{"try": name}))
    assert [runs.find(side.run_id).config for side in here.sides] == [trial.config, trial.rival_config]


def test_speed_slow_motion_and_race_are_kept_on_the_desk_and_taken_back(visit):
    page = visit()
    sound(page.selectbox(key="speed").set_value("3").run())
    sound(page.toggle(key="slow_motion").set_value(True).run())
    sound(page.toggle(key="racing").set_value(True).run())
    here = desk_of(page)
    assert here.more == {"speed": "3", "slow": "1"} and here.rival is not None and here.at_rival
    sound(page.selectbox(key="speed").set_value("full").run())
    sound(page.toggle(key="slow_motion").set_value(False).run())
    sound(page.toggle(key="racing").set_value(False).run())
    assert here.more == {} and here.rival is None and not here.at_rival


@pytest.mark.parametrize(
    ("at_rival", "order"), [(True, ["words_b_view", "words_a_view"]), (False, ["words_a_view", "words_b_view"])]
)
def test_a_race_says_what_is_going_on_on_both_sides_the_one_changed_last_first(visit, monkeypatch, at_rival, order):
    from ui.lab import game

    page = sound(visit().toggle(key="racing").set_value(True).run())
    shown, show = [], game.views.show
    monkeypatch.setattr(game.views, "show", lambda view, key, **more: (shown.append(key), show(view, key, **more))[1])
    desk_of(page).at_rival = at_rival
    sound(page.run())
    assert [key for key in shown if key.startswith("words_")] == order
    assert {"closeness_a_view", "closeness_b_view"} <= set(shown) and "closeness_view" not in shown


def test_what_is_changed_in_a_race_is_what_its_sides_differ_in(visit):
    page = sound(visit().toggle(key="racing").set_value(True).run())
    assert "the same as A so far" in said(page)
    sound(page.selectbox(key="set_objective").set_value("hinge").run())
    here = desk_of(page)
    assert here.rival.settings.config == here.settings.config.replace(objective="hinge")
    assert "the same as A so far" not in said(page)
    press(page, "new_seed")
    assert here.rival.settings.config.seed == here.settings.config.seed


def test_page_opens_an_address_and_notes_what_it_left_out(visit):
    page = visit(dirac_objective="hinge", dirac_penalty="r7", dirac_lr="0.05", dirac_psi="99")
    assert page.session_state["dirac"] == Setup("hinge", lr=0.05)
    assert page.selectbox(key="lab_objective").value == "hinge"
    assert "penalty = 'r7'" in said(page) and "psi = 99.0" in said(page)
    page.selectbox(key="lab_penalty").set_value("r1").run()
    assert not page.exception and page.session_state["dirac"] == Setup("hinge", "r1", lr=0.05)
    assert "Left out" not in said(page) and "Flattens D at real samples" in said(page) and "1801.04406" in said(page)


def test_page_leaves_the_settings_of_the_train_page_alone(visit):
    page = visit(dirac_objective="hinge")
    assert all(desk.settings.config.objective != "hinge" for desk in page.session_state["desks"].values())


def test_a_started_race_opens_from_its_address_with_what_changed_while_it_ran(visit):
    plane = preset("plane")
    a, b = runs.create(plane), runs.create(plane.replace(objective="hinge"))
    runs.set_state(a, "stopped", step=5, live={"lr_g": 0.005, "objective": "least-squares"})
    runs.set_state(b, "stopped", step=5)
    page = visit(run=a.id, race=b.id)
    here = page.session_state["desks"]["plane"]
    assert (here.run_id, here.rival.run_id) == (a.id, b.id)
    # as the runs are now, so that going on or forking changes nothing
    assert here.settings.config == plane.replace(lr_g=0.005, objective="least-squares")
    assert here.rival.settings.config.objective == "hinge"


def test_a_race_of_an_address_leaves_out_what_cannot_be(visit):
    page = visit(race="", **{"b.objective": "hinge", "b.width": "-3", "b.nonsense": "1"})
    here = page.session_state["desks"]["plane"]
    assert here.rival.settings.config == here.settings.config.replace(objective="hinge")
    assert "width = -3" in said(page)
