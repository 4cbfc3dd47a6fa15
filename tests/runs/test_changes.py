"""What a run's events say of its changes, also after a fork, a crash and by older versions."""

from __future__ import annotations

from gan_core.config import TrainConfig
from gan_core.runs import Change, config_at
from gan_core.runs.changes import changes

CONFIG = TrainConfig()
RATE = {"lr_d": 2e-2}


def changed(step: int, **values) -> dict:
    return {"time": 1.0, "what": "changed", "step": step, **values}


def test_a_change_says_what_it_was_before_also_where_the_event_does_not():
    begun, told = {"what": "started", "step": 0}, {"was": {"lr_d": CONFIG.lr_d}}
    first = Change(300, "changed", RATE, {"lr_d": CONFIG.lr_d})
    assert changes([begun, changed(300, **RATE, **told)], CONFIG) == changes([begun, changed(300, **RATE)], CONFIG)
    then = changes([begun, changed(300, **RATE), {"what": "paused", "step": 500}, changed(700, lr_d=1e-4)], CONFIG)
    assert then == [first, Change(700, "changed", {"lr_d": 1e-4}, RATE)]


def test_steps_that_are_made_anew_take_their_changes_along():
    events = [
        {"what": "started", "step": 0},
        changed(300, **RATE),
        changed(400, k=3),
        {"what": "continued", "step": 350},
    ]
    assert [one.step for one in changes(events, CONFIG)] == [300]
    again = [*events, changed(350, k=3, was={"k": 1})]
    assert [(one.step, one.what) for one in changes(again, CONFIG)] == [(300, "changed"), (350, "continued")]
    # saved just before a change, which is made again
    twice = [*events[:2], {"what": "continued", "step": 300}, changed(300, **RATE)]
    assert [(one.step, one.what) for one in changes(twice, CONFIG)] == [(300, "changed")]


def test_what_a_fork_begins_with_is_told_from_what_is_changed_later():
    events = [
        {"what": "started", "step": 0},
        {"what": "forked", "step": 500, "run": "another"},
        {"what": "continued", "step": 500},
        changed(500, **RATE),
        changed(600, k=2),
    ]
    assert [one.what for one in changes(events, CONFIG)] == ["forked", "changed"]


def test_foreign_events_do_no_harm():
    strange = [{}, {"what": "changed"}, changed("far", k=2), changed(5, nonsense=1), {"what": 7, "step": 1}]  # type: ignore[arg-type]
    assert changes(strange, CONFIG) == [] and len(changes([changed(5, k=2, was=9)], CONFIG)) == 1


def test_the_configuration_of_any_step_is_known():
    made = changes([changed(300, **RATE), changed(700, k=2)], CONFIG)
    present = CONFIG.replace(lr_d=2e-2, k=2)
    assert config_at(present, made, 701) == present and config_at(present, made, 300) == CONFIG
    assert config_at(present, made, 700) == config_at(present, made, 301) == CONFIG.replace(lr_d=2e-2)
