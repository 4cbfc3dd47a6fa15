"""Sentences to the reader about what he has just done: said once, shown as long as what they are about is as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import NamedTuple, ParamSpec, TypeVar

import streamlit as st

from gan_core.config import ConfigError
from gan_core.processes import fleet
from gan_core.runs import RunError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

BRIEF = 8.0
"""Seconds that it is shown that something was done."""


class Said(NamedTuple):
    """A sentence, of the kind "error" or "done", and what takes back what was done."""

    kind: str
    sentence: str
    undo: Callable[[], None] | None = None

    @property
    def is_brief(self) -> bool:
        """Whether it is news for a moment only."""
        return self.kind == "done" and self.undo is None


def say(sentence: str, kind: str = "error", undo: Callable[[], None] | None = None) -> None:
    """Show a sentence below the transport bar, until something else is done or has happened.

    `kind`: "error", or "done", which is shown for a moment only unless a button that calls `undo` stands beside it.
    """
    _forget_shown()
    kept = st.session_state.setdefault("said", [])
    if all((kind, sentence) != (one.kind, one.sentence) for one in kept):
        kept.append(Said(kind, sentence, undo))


def said(moment: Hashable = None) -> list[Said]:
    """All of now; those that were shown at another `moment` are about what is not so any more."""
    now, shown = time.monotonic(), st.session_state.get("said_shown")
    if shown is None:
        if moment is not None:
            st.session_state.said_shown = moment, now
    elif moment not in (None, shown[0]):
        forget()
    elif now - shown[1] > BRIEF:
        st.session_state.said = [one for one in st.session_state.get("said", []) if not one.is_brief]
    return st.session_state.get("said", [])


def forget() -> None:
    """Nothing said so far matters any more."""
    st.session_state.said = []
    st.session_state.pop("said_shown", None)


def _forget_shown() -> None:
    if st.session_state.get("said_shown") is not None:
        forget()


def attempt(action: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result | None:
    """Do something that may be refused; the refusal is said and None returned."""
    _forget_shown()
    try:
        return action(*args, **kwargs)
    except (ConfigError, RunError, fleet.AskError) as error:
        say(str(error))
    except OSError as error:
        say(f"That did not work: {error.strerror or error}.")
    return None


def plain(text: object) -> str:
    """Text that Markdown shows as it is."""
    return "".join("\\" + c if c in "\\`*_{}[]()<>#+-.!|$~:" else c for c in str(text))
