"""The data of a section in the Lab, in the sidebar: thumbnails to choose from, a brush, and a place to drop a file."""

from __future__ import annotations

import streamlit as st

from gan_core.config import DATA, DRAWN, drawing

from ..shared import desk, views
from ..shared.sentences import plain
from ..shared.settings import problem
from . import uploads

OPENS = {DRAWN: "draw", "points": "file"}
"""Data that come with a tool of their own: the tool is there as soon as they are chosen."""


def draw(dim: int = 2) -> None:
    """The choice among the data of one or two dimensions; what is chosen goes into the settings."""
    value = str(desk.settings().values["data"])
    place, colon, path = value.partition(":")
    drawn = path if colon and place == DRAWN else None
    if drawn:
        st.session_state.drawing = drawn
    kept = st.session_state.get("drawing")
    tool = _tool(value) if dim == 2 else None
    with st.container(key="data_picker"):
        chosen, key = OPENS.get(place) if colon else value, f"thumbnails_{dim}"
        views.show(
            "lab/thumbnails",
            key=key,
            thumbnails={"dim": dim, "chosen": chosen, "open": tool, "drawing": kept},
            on_chosen_change=lambda: _chosen(key),
        )
        if tool == "draw":
            views.show(
                "lab/brush",
                key="brush",
                brush={"drawing": kept, "seen": st.session_state.get("brush_seen", 0)},
                on_moved_change=_drew,
            )
        if tool == "file":
            _file(path if colon and place == "points" else "")
        _notes()


def _tool(value: str) -> str | None:
    """Which tool is open: the one that was asked for with these data, else the one that they come with."""
    asked, asked_with = st.session_state.get("data_tool", (None, None))
    return asked if asked_with == value else OPENS.get(value.partition(":")[0])


def _choose(name: str) -> None:
    desk.settings().choose_data(name)
    desk.show_settings()


def _chosen(view: str) -> None:
    """A thumbnail was pressed."""
    wish = st.session_state[view].get("chosen")
    name = wish.get("name") if isinstance(wish, dict) else None
    st.session_state.upload = None
    if name in OPENS.values():
        if name == "draw" and st.session_state.get("drawing"):
            _choose(f"{DRAWN}:{st.session_state.drawing}")
        st.session_state.data_tool = (name, str(desk.settings().values["data"]))
    elif isinstance(name, str) and name in DATA:
        st.session_state.data_tool = (None, name)
        _choose(name)


def _drew() -> None:
    """A stroke has ended.

    The browser sends the whole drawing, and a number by which it knows that this was understood.
    """
    wish = st.session_state.brush.get("moved")
    if not isinstance(wish, dict) or not isinstance(wish.get("drawing"), str):
        return
    if type(wish.get("n")) is int:
        st.session_state.brush_seen = wish["n"]
    try:
        drawing.decode(wish["drawing"])
    except ValueError:
        return  # no brush of ours sends this
    _choose(f"{DRAWN}:{wish['drawing']}")


def _file(path: str) -> None:
    """A file of points: what is read of it is said right here, and only what can be trained on becomes the data."""
    st.file_uploader(
        "File of points",
        type=list(uploads.SUFFIXES),
        key="upload_file",
        on_change=_uploaded,
        max_upload_size=uploads.LARGEST,
        label_visibility="collapsed",
        help="Two columns of numbers. It stays on the machine that the app runs on.",
    )
    said = st.session_state.get("upload")
    if said:
        st.caption(f":red[{plain(said['refused'])}]" if "refused" in said else plain(said["read"]))
    elif path:
        st.caption(plain(f"The points of {path.rpartition('/')[2]}."))
    else:
        st.caption("Two columns of numbers, x and y. Rows that are not numbers are left out.")


def _uploaded() -> None:
    file = st.session_state.upload_file
    if file is None:
        st.session_state.upload = None
        return
    try:
        name, words = uploads.take(file.name, file.getvalue())
    except uploads.Refused as error:
        st.session_state.upload = {"refused": str(error)}
        return
    st.session_state.upload = {"read": words}
    _choose(name)


def _notes() -> None:
    settings = desk.settings()
    if settings.error is not None and settings.error.field == "data":
        st.caption(f":red[{plain(problem(settings.error))}]")
    for note in settings.notes:
        st.caption(plain(note))
