"""What surrounds every page: title, navigation, style.

A page is a folder ui/NAME whose `PAGE` says how it is called and where it opens, and a script pages/NAME.py that draws
it. Nothing lists the pages: they are found.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[2] / "pages"
LOGO = Path(__file__).parent / "logo.svg"
STYLE = Path(__file__).parent / "page.css"
NAME = "GAN playground"
ABOUT = "Watch two neural networks learn by playing against each other, and change anything you like."
"""What this is, for those who have come by chance."""

Sketch = tuple[tuple[tuple[str, int, int], ...], ...]
"""Rows of (container, share of the row's width, height in pixels): where what will lie, before it is there."""


@dataclass(frozen=True)
class Page:
    """How a page is called in the navigation, and where it opens: at /`url`; the app itself opens the one without.

    `sketch`: its outlines, which are shown until it comes.
    """

    title: str
    icon: str
    order: float
    url: str
    sketch: Sketch = ()


def pages(folder: Path = PAGES, package: str = "ui") -> dict[Path, Page]:
    """Each page's script, in the order of the navigation. A page's folder itself must need nothing but this module."""
    found = {file: importlib.import_module(f"{package}.{file.stem}").PAGE for file in folder.glob("*.py")}
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))


def draw() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(NAME, page_icon=str(LOGO), layout="wide", initial_sidebar_state="auto")
    st.logo(str(LOGO), size="large")
    shown = [
        st.Page(file, title=page.title, icon=page.icon, url_path=page.url or None, default=not page.url)
        for file, page in pages().items()
    ]
    shown_page = st.navigation(shown, position="top")
    st.html(f"<div class='product'><h1>{NAME}</h1><p>{ABOUT}</p></div>")
    shown_page.run()


def style() -> None:
    """Styles that Streamlit's own elements and the heights of the live ones need from the first moment."""
    st.html(f"<style>{STYLE.read_text()}</style>")
