"""The document that a page opens with: Streamlit's own, and the page's outlines in it from the first moment on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.file_util import get_static_dir

from ui.server import opening
from ui.shared import frame

PAGES = list(frame.pages().values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_the_document_is_streamlits_and_holds_the_page_in_outlines(page):
    theirs, ours = (Path(get_static_dir()) / "index.html").read_text(), opening.document(page)
    scripts = re.findall(r'<script type="module"[^>]*>|<link rel="modulepreload"[^>]*>', theirs)
    assert scripts and all(script in ours for script in scripts)
    assert f"<title>{frame.NAME}</title>" in ours and frame.STYLE.read_text() in ours
    body = ours[ours.index("<body>") :]
    assert body.index(opening.SKIP) < body.index('id="root"') < body.index('class="sketch"')
    assert all(f">{one.title}</b>" in body for one in PAGES)
    assert re.findall(r'data-part="(\w+)"', body) == [name for row in page.sketch for name, _, _ in row] != []


def test_the_outlines_have_the_theme_s_colours():
    ours = opening.document(PAGES[0])
    dark = re.search(r"html\[data-opens=dark\]\{([^}]*)\}", ours)
    assert dark and "background:#10131A" in dark[1] and "None" not in dark[1]


def test_each_page_has_a_document_under_any_base():
    assert [route.path for route in opening.routes("/base")] == [f"/base/{page.url}" for page in PAGES]
