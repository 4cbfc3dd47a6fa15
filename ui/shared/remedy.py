"""What follows when a reader takes up a remedy that the diagnosis offers."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gan_core.processes import fleet
from gan_core.runs import Snapshot

from . import at_once, desk, pending, sentences
from .findings import findings


def choose() -> None:
    """A remedy was chosen. The browser says which finding it belongs to; what it changes is looked up here."""
    wish, now, settings = st.session_state.findings_view.get("remedy"), desk.now(), desk.settings()
    if now is None or not isinstance(wish, dict):
        return
    sentences.forget()
    found = next((f for f in findings(now) if f["kind"] == wish.get("kind")), None)
    if found is None:
        return sentences.say("This is no longer found: nothing was changed.", "done")
    if wish.get("back") and found["back"] is not None:
        return _go_back(now, found)
    for name, value in found["remedy"].items():
        settings.set(name, value)
    desk.show_settings()
    if settings.error is not None:
        return
    if wish.get("restart"):
        if now.is_active:
            sentences.attempt(fleet.shared().stop, now.run)
        started = sentences.attempt(fleet.shared().start, settings.config)
        if started is not None:
            desk.side().run_id = started.id
    elif found["at_once"] and now.is_active:
        at_once.change(now.run, found["remedy"])
    elif waits := pending.of(settings, now):
        sentences.say(pending.sentence(one for name, one in waits.items() if name in found["remedy"]), "done")


def _go_back(now: Snapshot, found: dict[str, Any]) -> None:
    """A new run goes on from the step before the change; the one that it comes from is ended and stays in the list."""
    forked = sentences.attempt(fleet.shared().fork, now.run, found["back"], now.present.replace(**found["remedy"]))
    if forked is None:
        return
    sentences.attempt(fleet.shared().stop, now.run)
    desk.side().run_id = forked.id
    desk.settings().adopt(forked.config)
    desk.show_settings()
    sentences.say(f"A new run, from step {found['back']:,} of {now.run.name}, before the change.", "done")
