"""Sentences to the reader about what he has just done: said once, shown until he does something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

import streamlit as st

from gan_core.config import ConfigError
from gan_core.processes import fleet
from gan_core.runs import RunError

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Said(NamedTuple):
    """A sentence, of the kind "error" or "done", and what takes back what was done."""

    kind: str
    sentence: str
    undo: Callable[[], None] | None = None


def say(sentence: str, kind: str = "error", undo: Callable[[], None] | None = None) -> None:
    """Show a sentence below the transport bar, until the next press of a button, with a button that calls `undo`."""
    _forget_shown()
    kept = st.session_state.setdefault("said", [])
    if all((kind, sentence) != (one.kind, one.sentence) for one in kept):
        kept.append(Said(kind, sentence, undo))


def said(shown: bool = False) -> list[Said]:
    """All since the last press; `shown`: they have been read now, and the next press takes their place."""
    if shown:
        st.session_state.said_shown = True
    return st.session_state.get("said", [])


def forget() -> None:
    """Nothing said so far matters any more."""
    st.session_state.said = []


def _forget_shown() -> None:
    if st.session_state.pop("said_shown", False):
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
