"""The transport bar: what each button means now, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from gan_core import fleet
from gan_core.runs import Run

from . import routes, session, views
from .settings import Settings, label, problem, show

ONGOING = ("queued", "starting", "training")
CONTINUES = ("paused", "stopped", "interrupted", "crashed", "failed")


def meaning(run: Run | None, settings: Settings) -> tuple[str, str]:
    """Label of the start button, and what it does: "new", "continue", "extend", or "" where it is dead."""
    if run is None:
        return "Start", "" if settings.error else "new"
    state = run.status["state"]
    if state in CONTINUES:
        return ("Resume" if state == "paused" else "Continue"), "continue"
    if state == "finished":
        if settings.error is None and settings.extends(run.config):
            return "Train on", "extend"
        return "Start again", "" if settings.error else "new"
    return "Start", ""


HELP = {
    "start": "Train with the settings on the left.",
    "pause": "Hold after the current step. The worker keeps everything in memory.",
    "stop": "Save everything and end the worker. One click continues it.",
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
    run, settings = session.run(), session.settings()
    state = run.status["state"] if run else "ready"
    label, action = meaning(run, settings)
    may_step = (run is None and settings.error is None) or state == "paused"
    with st.container(horizontal=True, gap="xsmall", key="transport"):
        _button(label, "start", _start, bool(action), 116, type="primary")
        _button("Pause", "pause", _pause, state in ONGOING, 80)
        _button("Stop", "stop", _stop, state in (*ONGOING, "paused"), 72)
        with st.container(horizontal=True, gap="xsmall", key="steps", width="content"):
            _button("Step D", "step_d", _turn, may_step, 78, args=("d",))
            _button("Step G", "step_g", _turn, may_step, 78, args=("g",))
            _button("Step both", "step_both", _turn, may_step, 98, args=("both",))
        _button("Reset", "reset", _reset, run is not None, 78)
        _button("New seed", "new_seed", _new_seed, True, 98)
    with st.container(key="status"):
        # the view also puts the help on the buttons: Streamlit's own draws every button twice
        titles = HELP | ({"start": START_HELP[action]} if run is not None else {})
        views.show("status", key="status_view", titles=titles, on_state_change=_noticed)
    with st.container(key="notice"):
        _notice(run, settings)


def _button(label: str, key: str, action: Callable, alive: bool, width: int, **more: Any) -> None:
    st.button(label, key=key, on_click=action, disabled=not alive, width=width, **more)


def _notice(run: Run | None, settings: Settings) -> None:
    """One line that is always there: what went wrong, what is pending, or what else is going on."""
    lines = [f":{'green' if kind == 'done' else 'red'}[{session.plain(text)}]" for kind, text in session.said()]
    if settings.error is not None:
        first = "The run keeps what it has." if run is not None and run.is_active else "This cannot be trained."
        lines.append(f":red[{first} {session.plain(problem(settings.error))}]")
    elif run is not None and not settings.extends(run.config):
        pending = settings.restarts(run.config)
        if pending:
            more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
            verb = "take" if len(pending) > 1 else "takes"
            when = "Start again" if run.status["state"] == "finished" else "Reset"
            lines.append(f":material/restart_alt: {session.plain(', '.join(pending[:3]))}{more}: {verb} effect with **{when}**.")
    if run is None and not lines:
        active = session.active_runs()
        if active:
            links = ", ".join(f"[{session.plain(r.name)}](?run={r.id})" for r in active[:3])
            lines.append(f":material/visibility: Running now: {links}")
    st.markdown("  \n".join(lines) if lines else "&nbsp;")


# --------------------------------------------------------------------------- what the buttons do


def _start() -> None:
    run, settings = session.run(), session.settings()
    _, action = meaning(run, settings)
    if action == "new":
        started = session.attempt(fleet.shared().start, settings.config)
        if started is not None:
            st.session_state.run_id = started.id
    elif action in ("continue", "extend"):
        wanted = settings.live_changes(run.status.get("live") or {})
        if action == "extend":
            wanted |= {"epochs": settings.config.epochs, "steps": settings.config.steps}
        session.attempt(lambda: fleet.shared().resume(run, run.config.replace(**wanted) if wanted else None))


def _pause() -> None:
    if run := session.run():
        session.attempt(fleet.shared().pause, run)


def _stop() -> None:
    if run := session.run():
        session.attempt(fleet.shared().stop, run)


def _turn(who: str) -> None:
    run = session.run()
    if run is None:
        run = session.attempt(fleet.shared().start, session.settings().config, turn=who)
        if run is not None:
            st.session_state.run_id = run.id
    else:
        session.attempt(fleet.shared().turn, run, who)


def _reset() -> None:
    run = session.run()
    if run is not None and run.is_active:
        session.attempt(fleet.shared().stop, run)
    st.session_state.said = []
    session.choose(None)


def _new_seed() -> None:
    _reset()
    session.new_seed()


def _noticed() -> None:
    """The browser saw the run's state change; the rerun that follows gives the buttons their meaning."""


def remedy() -> None:
    """A remedy that the diagnosis offers was chosen. The browser says which finding it belongs to; what it changes is looked up here."""
    wish, run, settings = st.session_state.words_view.get("remedy"), session.run(), session.settings()
    if run is None or not isinstance(wish, dict):
        return
    st.session_state.said = []
    found = next((f for f in routes.findings(run, run.sequence()) if f["kind"] == wish.get("kind")), None)
    if found is None:
        return session.say("This is no longer found: nothing was changed.", "done")
    for name, value in found["remedy"].items():
        settings.set(name, value)
    session.show_settings()
    if settings.error is not None:
        return
    if wish.get("restart"):
        if run.is_active:
            session.attempt(fleet.shared().stop, run)
        started = session.attempt(fleet.shared().start, settings.config)
        if started is not None:
            st.session_state.run_id = started.id
    elif found["at_once"] and run.is_active and session.attempt(lambda: (fleet.shared().change(run, **found["remedy"]), True)):
        session.say(", ".join(f"{label(n)} is {show(n, v)}" for n, v in found["remedy"].items()) + " from the next step on.", "done")
