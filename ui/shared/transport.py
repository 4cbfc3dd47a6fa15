"""The transport bar: what each button means now, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from gan_core.processes import fleet
from gan_core.runs import Run

from . import session, views
from .findings import findings
from .session import Desk
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


FULL = "full"
SPEEDS = {
    "1": "1 step / s",
    "3": "3 steps / s",
    "10": "10 steps / s",
    "30": "30 steps / s",
    "100": "100 steps / s",
    "300": "300 steps / s",
    FULL: "Full speed",
}
"""How fast a run may go, as an address has it."""


def steps_a_second(here: Desk) -> float:
    """The speed that was chosen, 0 for as fast as it goes."""
    chosen = here.more.get("speed", FULL)
    return 0.0 if chosen == FULL else float(chosen)


def draw() -> None:
    """The bar and the lines below it."""
    here = session.desk()
    run, settings = session.run(here), here.settings
    states = [one.status["state"] if (one := session.run(side)) else "ready" for side in here.sides]
    # one transport for both sides of a race: what one of them still does counts
    state = next((s for s in states if s in ONGOING), states[0])
    label, action = meaning(run, settings) if state not in ONGOING else ("Start", "")
    may_step = (run is None and settings.error is None) or state == "paused"
    with st.container(horizontal=True, gap="xsmall", key="transport"):
        _button(label, "start", start, bool(action), 116, type="primary")
        _button("Pause", "pause", pause, state in ONGOING, 80)
        _button("Stop", "stop", _stop, state in (*ONGOING, "paused"), 72)
        with st.container(horizontal=True, gap="xsmall", key="steps", width="content"):
            _button("Step D", "step_d", turn, may_step, 78, args=("d",))
            _button("Step G", "step_g", turn, may_step, 78, args=("g",))
            _button("Step both", "step_both", turn, may_step, 98, args=("both",))
        _button("Reset", "reset", reset, run is not None, 78)
        _button("New seed", "new_seed", _new_seed, True, 98)
    with st.container(key="status"):
        # the view also puts the help on the buttons: Streamlit's own draws every button twice
        titles = HELP | ({"start": START_HELP[action]} if run is not None else {})
        views.show(
            "status",
            key="status_view",
            of=here,
            titles=titles,
            side="A" if here.rival else "",
            on_state_change=_noticed,
        )
        if here.rival:
            views.show("status", key="status_b_view", of=here.rival, side="B", on_state_change=_noticed)
    with st.container(key="notice"):
        _notice(here)


def _button(label: str, key: str, action: Callable, alive: bool, width: int, **more: Any) -> None:
    st.button(label, key=key, on_click=action, disabled=not alive, width=width, **more)


def _notice(here: Desk) -> None:
    """One line that is always there: what went wrong, what is pending, or what else is going on."""
    lines = [
        f":{'green' if kind == 'done' else 'red'}[{session.plain(text)}]" for kind, text in session.said(shown=True)
    ]
    for side in here.sides:
        lines += [f"{'' if side is here else '**B** '}{line}" for line in _pending(session.run(side), side.settings)]
    if session.run(here) is None and not lines:
        active = [one for one in session.active_runs() if here.offers(one.config)]
        if active:
            links = ", ".join(
                f"[{session.plain(r.name)}](?{urlencode({**here.more, 'run': r.id})})" for r in active[:3]
            )
            lines.append(f":material/visibility: Running now: {links}")
    st.markdown("  \n".join(lines) if lines else "&nbsp;")


def _pending(run: Run | None, settings: Settings) -> list[str]:
    """What is wrong with the settings, or which of them wait for a new start."""
    if settings.error is not None:
        first = "The run keeps what it has." if run is not None and run.is_active else "This cannot be trained."
        return [f":red[{first} {session.plain(problem(settings.error))}]"]
    if run is None or settings.extends(run.config):
        return []
    over = run.status["state"] == "finished"
    pending = settings.restarts(run.present, over)
    if not pending:
        return []
    more = f" and {len(pending) - 3} more" if len(pending) > 3 else ""
    verb = "take" if len(pending) > 1 else "takes"
    when = "Start again" if over else "Reset"
    return [f":material/restart_alt: {session.plain(', '.join(pending[:3]))}{more}: {verb} effect with **{when}**."]


# --------------------------------------------------------------------------- what the buttons do


def start() -> None:
    """Begin, go on or train longer, whichever it is for the run that is looked at; both sides of a race together."""
    here, first = session.desk(), None
    _, action = meaning(session.run(here), here.settings)
    for side in here.sides:
        run = session.run(side)
        _, mine = meaning(run, side.settings)
        if action == "new":
            started = session.attempt(
                fleet.shared().start, side.settings.config, speed=steps_a_second(here), beside=first
            )
            if started is not None:
                side.run_id, first = started.id, started
        elif mine in ("continue", "extend"):
            wanted = side.settings.live_changes(run.status.get("live") or {})
            if mine == "extend":
                wanted |= {"epochs": side.settings.config.epochs, "steps": side.settings.config.steps}
            session.attempt(run.ask, speed=steps_a_second(here))
            session.attempt(
                lambda run=run, wanted=wanted: fleet.shared().resume(
                    run, run.config.replace(**wanted) if wanted else None
                )
            )


def pause() -> None:
    """Hold what trains."""
    for run in map(session.run, session.desk().sides):
        if run is not None and run.status["state"] in ONGOING:
            session.attempt(fleet.shared().pause, run)


def _stop() -> None:
    for run in map(session.run, session.desk().sides):
        if run is not None and run.is_active:
            session.attempt(fleet.shared().stop, run)


def turn(who: str, count: int = 1) -> None:
    """Single steps: `count` of the kind `who`, of a run that begins with them where there is none."""
    here, first = session.desk(), None
    for side in here.sides:
        run = session.run(side)
        if run is None:
            speed = steps_a_second(here)
            run = session.attempt(
                fleet.shared().start, side.settings.config, turn=who, count=count, speed=speed, beside=first
            )
            if run is not None:
                side.run_id, first = run.id, run
        else:
            session.attempt(fleet.shared().turn, run, who, count)


def reset() -> None:
    """Back to before the first step, on both sides; the runs so far stay in the list."""
    _stop()
    st.session_state.said = []
    for side in session.desk().sides:
        side.run_id = None


def _new_seed() -> None:
    reset()
    session.new_seed()


def _noticed() -> None:
    """The browser saw the run's state change; the rerun that follows gives the buttons their meaning."""


def remedy() -> None:
    """A remedy that the diagnosis offers was chosen. The browser says which finding it belongs to; what it changes is looked up here."""
    wish, run, settings = st.session_state.words_view.get("remedy"), session.run(), session.settings()
    if run is None or not isinstance(wish, dict):
        return
    st.session_state.said = []
    found = next((f for f in findings(run, run.sequence()) if f["kind"] == wish.get("kind")), None)
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
            session.side().run_id = started.id
    elif (
        found["at_once"]
        and run.is_active
        and session.attempt(lambda: (fleet.shared().change(run, **found["remedy"]), True))
    ):
        session.say(
            ", ".join(f"{label(n)} is {show(n, v)}" for n, v in found["remedy"].items()) + " from the next step on.",
            "done",
        )
