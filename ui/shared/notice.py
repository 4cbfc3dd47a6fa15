"""The line below the transport bar: what went wrong, what is pending, or what else is going on."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from gan_core.runs import Run

from . import desk
from .desk import Desk
from .run_list import active_runs
from .sentences import plain, said
from .settings import Settings, problem


def draw(here: Desk) -> None:
    """One line that is always there, so that nothing moves when something is said."""
    lines = [f":{'green' if kind == 'done' else 'red'}[{plain(text)}]" for kind, text in said(shown=True)]
    for side in here.sides:
        lines += [f"{'' if side is here else '**B** '}{line}" for line in pending(desk.run(side), side.settings)]
    if desk.run(here) is None and not lines:
        active = [run for run in active_runs() if here.offers(run.config)]
        if active:
            links = [f"[{plain(run.name)}](?{urlencode({**here.more, 'run': run.id})})" for run in active[:3]]
            lines.append(f":material/visibility: Running now: {', '.join(links)}")
    st.markdown("  \n".join(lines) if lines else "&nbsp;")


def pending(run: Run | None, settings: Settings) -> list[str]:
    """What is wrong with the settings, or which of them wait for a new start."""
    if settings.error is not None:
        first = "The run keeps what it has." if run is not None and run.is_active else "This cannot be trained."
        return [f":red[{first} {plain(problem(settings.error))}]"]
    if run is None or settings.extends(run.config):
        return []
    over = run.status["state"] == "finished"
    waits = settings.restarts(run.present, over)
    if not waits:
        return []
    more = f" and {len(waits) - 3} more" if len(waits) > 3 else ""
    verb = "take" if len(waits) > 1 else "takes"
    when = "Start again" if over else "Reset"
    return [f":material/restart_alt: {plain(', '.join(waits[:3]))}{more}: {verb} effect with **{when}**."]
