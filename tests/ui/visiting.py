"""What the tests of pages without a browser do on a page, and read there."""

from __future__ import annotations

import html
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from gan_core import runs
from ui.shared import desk
from ui.shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TRAIN, LATENT, APP = ("pages/train.py", "pages/latent.py", "app.py")


def sound(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def press(page: AppTest, button: str) -> AppTest:
    assert not page.button(key=button).disabled, f"{button} is dead"
    return sound(page.button(key=button).click().run())


def only_run() -> runs.Run:
    (run,) = runs.list_runs()
    return run


def said(page: AppTest) -> str:
    """All that the page says in words of Streamlit's own elements, as it reads."""
    return re.sub(r"\\(.)", r"\1", "\n".join(e.value for e in (*page.header, *page.markdown, *page.caption)))


def told(page: AppTest) -> str:
    """All that the page says in words of its own HTML."""
    return html.unescape("\n".join(e.proto.body for e in page.get("html")))


def desk_of(page: AppTest) -> desk.Desk:
    return page.session_state["desks"][page.session_state["place"]]


def settings_of(page: AppTest) -> Settings:
    return desk_of(page).settings
