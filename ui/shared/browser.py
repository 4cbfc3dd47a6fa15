"""The browser half of the pages: its files, and where the server offers them."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import plotly
import streamlit as st

from .. import words

UI = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""What is served, by the end of its name."""
CATALOGUE = "shared/catalogue.js"
"""The module that is no file: the sentences of `ui.words`."""


@functools.cache
def files() -> dict[str, Path]:
    """The browser half of the pages: "room/name.js" -> file. Nothing else of the folder can be asked for."""
    return {f.relative_to(UI).as_posix(): f for f in UI.glob("*/*") if f.suffix in TYPES}


@functools.cache
def version() -> str:
    """Changes when one of our static files or sentences does.

    It is part of their address, so that browsers may keep them for ever.
    """
    digest = hashlib.sha256(words.module().encode())
    for name, file in sorted(files().items()):
        digest.update(name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def base_path() -> str:
    """The path that the app is served under: empty, or with a leading slash."""
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"/{path}" if path else ""


def address(file: str) -> str:
    """Where one of `files` is offered."""
    return f"{base_path()}/api/ui/{version()}/{file}"


def plotly_address() -> str:
    """Where Plotly's script is offered."""
    return f"{base_path()}/api/plotly.min.js?v={plotly.__version__}"
