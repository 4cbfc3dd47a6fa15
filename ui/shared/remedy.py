"""What follows when a reader takes up a remedy that the diagnosis offers."""

from __future__ import annotations

import streamlit as st

from gan_core.processes import fleet

from . import at_once, desk, pending, sentences
from .findings import findings


def choose() -> None:
    """A remedy was chosen. The browser says which finding it belongs to; what it changes is looked up here."""
    wish, now, settings = st.session_state.words_view.get("remedy"), desk.now(), desk.settings()
    if now is None or not isinstance(wish, dict):
        return
    sentences.forget()
    found = next((f for f in findings(now) if f["kind"] == wish.get("kind")), None)
    if found is None:
        return sentences.say("This is no longer found: nothing was changed.", "done")
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
