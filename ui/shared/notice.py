"""The line below the transport bar: what went wrong, or what else is going on."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from gan_core.runs import Snapshot

from .desk import Desk
from .run_list import active_runs
from .sentences import plain, said
from .settings import Settings, problem


def draw(here: Desk, sides: Sequence[Snapshot | None]) -> None:
    """One line that is always there, so that nothing moves when something is said; `sides`: the run of each."""
    told = said(shown=True)
    lines = [f":{'green' if one.kind == 'done' else 'red'}[{plain(one.sentence)}]" for one in told]
    for side, now in zip(here.sides, sides, strict=True):
        lines += [f"{'' if side is here else '**B** '}{line}" for line in wrong(now, side.settings)]
    if sides[0] is None and not lines:
        active = [run for run in active_runs() if here.offers(run.config)]
        if active:
            links = [f"[{plain(run.name)}](?{urlencode({**here.more, 'run': run.id})})" for run in active[:3]]
            lines.append(f":material/visibility: Running now: {', '.join(links)}")
    with st.container(horizontal=True, gap="small", key="notice_line", vertical_alignment="center"):
        st.markdown("  \n".join(lines) if lines else "&nbsp;", width="content")
        if undo := next((one.undo for one in told if one.undo), None):
            st.button("Undo", key="undo_said", type="tertiary", on_click=undo)


def wrong(now: Snapshot | None, settings: Settings) -> list[str]:
    """What is wrong with the settings."""
    if settings.error is None:
        return []
    first = "The run keeps what it has." if now is not None and now.is_active else "This cannot be trained."
    return [f":red[{first} {plain(problem(settings.error))}]"]
