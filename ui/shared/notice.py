"""The line below the transport bar: what went wrong, or what else is going on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from urllib.parse import urlencode

import streamlit as st

from gan_core.processes import fleet
from gan_core.processes.queue import Queue
from gan_core.runs import Snapshot

from .desk import Desk
from .run_list import active_runs
from .sentences import plain, said
from .settings import Settings, problem


def draw(here: Desk, sides: Sequence[Snapshot | None]) -> None:
    """One line that is always there, so that nothing moves when something is said; `sides`: the run of each."""
    told = said(moment(here, sides))
    lines = [f":{'green' if one.kind == 'done' else 'red'}[{plain(one.sentence)}]" for one in told]
    for side, now in zip(here.sides, sides, strict=True):
        lines += [f"{'' if side is here else '**B** '}{line}" for line in wrong(now, side.settings)]
    if sides[0] is None:
        # what cannot be started does not wait for anything
        may_start = here.settings.error is None
        lines += [
            f":material/hourglass_top: {words}" for words in (ahead(fleet.shared().queue()),) if words and may_start
        ]
        lines += others(here)
    with st.container(horizontal=True, gap="small", key="notice_line", vertical_alignment="center"):
        st.markdown("  \n".join(lines) if lines else "&nbsp;", width="content")
        if undo := next((one.undo for one in told if one.undo), None):
            st.button("Undo", key="undo_said", type="tertiary", on_click=undo)


def moment(here: Desk, sides: Sequence[Snapshot | None]) -> Hashable:
    """What a sentence may be about: once any of it is another, the sentence is old."""
    shown = (now and (now.run.id, now.state) for now in sides)
    return st.session_state.place, *shown, *(tuple(side.settings.values.items()) for side in here.sides)


def ahead(queue: Queue) -> str:
    """What a run that is started now would wait for; empty where it begins at once."""
    if queue.room > 0:
        return ""
    count, place = queue.capacity - queue.room, len(queue.waiting) + 1
    busy = "1 run is training" if count == 1 else f"{count} runs are training"
    return f"{busy} on this machine, as many as it trains at once: **Start** puts this one in line as number {place}."


def others(here: Desk) -> list[str]:
    """Other runs at work or in line that belong to this place, by their state, as links."""
    active = [one for one in active_runs() if here.offers(one.run.config)]
    lines = []
    for words, some in (
        (":material/visibility: Training now", [one for one in active if one.trains]),
        (":material/pause: Paused", [one for one in active if one.state == "paused"]),
        (":material/hourglass_top: Waiting in line", [one for one in active if one.state == "queued"]),
    ):
        links = [f"[{plain(one.run.name)}](?{urlencode({**here.more, 'run': one.run.id})})" for one in some[:3]]
        lines += [f"{words}: {', '.join(links)}"] if links else []
    return lines


def wrong(now: Snapshot | None, settings: Settings) -> list[str]:
    """What is wrong with the settings."""
    if settings.error is None:
        return []
    first = "The run keeps what it has." if now is not None and now.is_active else "This cannot be trained."
    return [f":red[{first} {plain(problem(settings.error))}]"]
