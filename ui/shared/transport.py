"""The transport bar: what each button means now, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Set
from copy import deepcopy
from functools import partial
from typing import Any

import streamlit as st

from gan_core.processes import fleet
from gan_core.runs import Snapshot

from . import cut_off, desk, notice, run_list, sentences, views
from .desk import Desk
from .sentences import attempt
from .settings import Settings
from .speed import steps_a_second

ONGOING = ("queued", "starting", "training")
CONTINUES = ("paused", "stopped", "interrupted", "crashed", "failed")


def meaning(now: Snapshot | None, settings: Settings) -> tuple[str, str]:
    """Label of the start button, and what it does: "new", "continue", "extend", or "" where it is dead."""
    if now is None:
        return "Start", "" if settings.error else "new"
    if now.state in CONTINUES:
        return ("Resume" if now.state == "paused" else "Continue"), "continue"
    if now.state == "finished":
        if settings.error is None and settings.extends(now.run.config):
            return "Train on", "extend"
        return "Start again", "" if settings.error else "new"
    return "Start", ""


HELP = {
    "start": "Train with the settings on the left.",
    "pause": "Pause after the current step. The worker keeps everything in memory.",
    "stop": "Save everything and end the worker. One click continues the run.",
    "step_d": "One update of the discriminator only, while paused.",
    "step_g": "One update of the generator only, while paused.",
    "step_both": "One whole step while paused: k updates of D, then one of G.",
    "reset": "Back to step 0 with the same seed and the settings on the left. The run so far stays in the list.",
    "new_seed": "Like Reset, with other random numbers.",
}
START_HELP = {
    "continue": "Go on from the last saved state.",
    "extend": "The run is finished and the schedule is longer now: go on from its end.",
    "new": "A new run with the settings on the left.",
    "": "It is training already.",
}


def draw() -> None:
    """The bar and the lines below it."""
    here = desk.here()
    sides = [desk.now(side) for side in here.sides]
    now, settings = sides[0], here.settings
    said = sentences.said(notice.moment(here, sides))
    states = [one.state if one else "ready" for one in sides]
    # one transport for both sides of a race: what one of them still does counts
    state = next((s for s in states if s in ONGOING), states[0])
    label, action = meaning(now, settings) if state not in ONGOING else ("Start", "")
    may_step = (now is None and settings.error is None) or state == "paused"
    with st.container(key="bar"), st.container(horizontal=True, gap="xsmall", key="transport"):
        _button(label, "start", start, bool(action), 116, type="primary")
        _button("Pause", "pause", pause, state in ONGOING, 80)
        _button("Stop", "stop", _stop, state in (*ONGOING, "paused"), 72)
        with st.container(horizontal=True, gap="xsmall", key="steps", width="content"):
            _button("Step D", "step_d", turn, may_step, 78, args=("d",))
            _button("Step G", "step_g", turn, may_step, 78, args=("g",))
            _button("Step both", "step_both", turn, may_step, 98, args=("both",))
        _button("Reset", "reset", reset, now is not None, 78)
        _button("New seed", "new_seed", _new_seed, True, 98)
    with st.container(key="status"):
        # the view also puts the help on the buttons: Streamlit's own draws every button twice
        titles = HELP | ({"start": START_HELP[action]} if now is not None else {})
        views.show(
            "shared/status",
            key="status_view",
            of=here,
            titles=titles,
            wrong=here.settings.error is not None,
            told=[one.sentence for one in said],
            line=run_list.line() if now is None else "",
            speed=steps_a_second(here),
            brief=sentences.BRIEF if any(one.is_brief for one in said) else 0,
            side="A" if here.rival else "",
            on_state_change=_noticed,
        )
        if here.rival:
            wrong = here.rival.settings.error is not None
            views.show(
                "shared/status", key="status_b_view", of=here.rival, wrong=wrong, side="B", on_state_change=_noticed
            )
    with st.container(key="notice"):
        notice.draw(here, sides)
        cut_off.draw()


def _button(label: str, key: str, action: Callable, alive: bool, width: int, **more: Any) -> None:
    st.button(label, key=key, on_click=action, disabled=not alive, width=width, **more)


# --------------------------------------------------------------------------- what the buttons do


def start() -> None:
    """Begin, go on or train longer, whichever it is for the run that is looked at; both sides of a race together."""
    here, first = desk.here(), None
    sides = [desk.now(side) for side in here.sides]
    _, action = meaning(sides[0], here.settings)
    for side, now in zip(here.sides, sides, strict=True):
        _, mine = meaning(now, side.settings)
        if action == "new":
            started = attempt(fleet.shared().start, side.settings.config, speed=steps_a_second(here), beside=first)
            if started is not None:
                side.run_id, first = started.id, started
        elif now is not None and mine in ("continue", "extend"):
            run, wanted = now.run, side.settings.live_changes(now.status.get("live") or {})
            if mine == "extend":
                wanted |= {"epochs": side.settings.config.epochs, "steps": side.settings.config.steps}
            attempt(run.ask, speed=steps_a_second(here))
            attempt(
                lambda run=run, wanted=wanted: fleet.shared().resume(
                    run, run.config.replace(**wanted) if wanted else None
                )
            )


def pause() -> None:
    """Hold what trains."""
    for now in map(desk.now, desk.here().sides):
        if now is not None and now.state in ONGOING:
            attempt(fleet.shared().pause, now.run)


def _stop() -> None:
    for now in map(desk.now, desk.here().sides):
        if now is not None and now.is_active:
            attempt(fleet.shared().stop, now.run)


def turn(who: str, count: int = 1) -> None:
    """Single steps: `count` of the kind `who`, of a run that begins with them where there is none."""
    here, first = desk.here(), None
    for side in here.sides:
        run = desk.run(side)
        if run is None:
            speed = steps_a_second(here)
            run = attempt(fleet.shared().start, side.settings.config, turn=who, count=count, speed=speed, beside=first)
            if run is not None:
                side.run_id, first = run.id, run
        else:
            attempt(fleet.shared().turn, run, who, count)


def reset() -> None:
    """Back to before the first step, on both sides. The runs so far stay in the list; a click goes back to them."""
    here, before = desk.here(), deepcopy(desk.here())
    left = [now for side in here.sides if (now := desk.now(side)) is not None]
    _stop()
    sentences.forget()
    for side in here.sides:
        side.run_id = None
    if not left:
        return
    names, many = " and ".join(dict.fromkeys(now.run.name for now in left)), len(left) > 1
    stopped = any(now.is_active for now in left)
    were = ("were stopped and are" if many else "was stopped and is") if stopped else ("are" if many else "is")
    ongoing = {now.run.id for now in left if now.state in ONGOING}
    sentences.say(f"{names} {were} kept in the list of runs.", "done", undo=partial(_back, before, ongoing))


def _back(before: Desk, ongoing: Set[str]) -> None:
    """The desk as it was; those of its runs that were at work go on, and what has begun since is stopped."""
    _stop()
    sentences.forget()
    st.session_state.desks[st.session_state.place] = before
    desk.show_settings()
    for run in filter(None, map(desk.run, before.sides)):
        if run.id in ongoing:
            attempt(fleet.shared().resume, run)


def _new_seed() -> None:
    reset()
    desk.new_seed()


def _noticed() -> None:
    """The browser saw the run's state change; the rerun that follows gives the buttons their meaning."""
