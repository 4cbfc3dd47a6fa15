"""The document that a page opens with: Streamlit's own, with a sketch of the page in it from the first moment on.

Streamlit's document is empty until its scripts have come, have asked the server who it is, and have run the page: one
to three seconds without anything, white in the dark theme too. Ours adds

- a sketch of the page, in the theme's colours, which goes as soon as the page is there (`sketch.css`);
- the styles that the page's containers need, so that nothing jumps when they come;
- a way past the navigation and the form, for those who use a keyboard;
- where the server is. Streamlit's scripts look for it below the address of the page first, where it answers 404 on
  purpose: two questions, two errors in the console, on every page but the first.
"""

from __future__ import annotations

import functools
import html
import json
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from ..shared import frame

SKIP = "Skip navigation and settings"
SKETCH = Path(__file__).parents[1] / "shared" / "sketch.css"

_SCRIPT = """
const page = %s
const path = location.pathname.replace(/\\/$/, '')
const base = page && path.endsWith('/' + page) ? path.slice(0, -page.length - 1) : path
window.__streamlit = { BACKEND_BASE_URL: location.origin + base }
let kept = ''
try { kept = localStorage.getItem(`stActiveTheme-${location.pathname}-v2`) ?? '' } catch {}
const chosen = /"name":"[^"]*?(dark|light)/i.exec(kept)?.[1].toLowerCase()
const usual = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
document.documentElement.dataset.opens = chosen ?? usual
function skip(event) {
  event.preventDefault()
  const places = ['.st-key-transport button:enabled', '.stMain :is(button:enabled, input:enabled, a[href])']
  const goal = places.map((place) => document.querySelector(place)).find(Boolean)
  goal?.focus({ focusVisible: true })
  goal?.scrollIntoView({ block: 'nearest' })
}
"""


def routes(base: str) -> list[Route]:
    """The document of each page, under `base`."""
    return [Route(f"{base}/{page.url}", functools.partial(_answer, page), methods=["GET"]) for page in _pages()]


def _pages() -> list[frame.Page]:
    return list(frame.pages().values())


def _answer(page: frame.Page, _request: Request) -> Response:
    return HTMLResponse(document(page), headers={"Cache-Control": "no-cache"})


@functools.cache
def document(page: frame.Page) -> str:
    """Streamlit's document with what this module says above."""
    theirs = (Path(get_static_dir()) / "index.html").read_text()
    style = f"{_colours()}\n{SKETCH.read_text()}\n{frame.STYLE.read_text()}"
    head = f"<title>{frame.NAME}</title><style>{style}</style><script>{_SCRIPT % json.dumps(page.url)}</script>"
    body = f'<a class="skip" href="#" onclick="skip(event)">{SKIP}</a>'
    made = theirs.replace("<title>Streamlit</title>", head).replace("<body>", f"<body>{body}")
    return made.replace('<div id="root"></div>', f'<div id="root"></div>{sketch(page)}')


def sketch(page: frame.Page) -> str:
    """The page in outlines: its navigation in words, and a frame for each part that will come."""
    names = "".join(f"<b{' class=here' * (one == page)}>{html.escape(one.title)}</b>" for one in _pages())
    rows = "".join(
        "<div>"
        + "".join(
            f'<i data-part="{name}" style="--share:{share};--height:{height}px"></i>' for name, share, height in row
        )
        + "</div>"
        for row in page.sketch
    )
    side = "<aside>" + "<i></i>" * 9 + "</aside>"
    return f'<div class="sketch" aria-hidden="true">{side}<header>{names}</header><main>{rows}</main></div>'


def _colours() -> str:
    """The theme's own, for both themes: the sketch comes before Streamlit has said which one."""
    names = {"ground": "backgroundColor", "ink": "textColor", "soft": "secondaryBackgroundColor", "line": "borderColor"}
    rules = []
    for theme in ("light", "dark"):
        colours = {name: st.get_option(f"theme.{theme}.{option}") for name, option in names.items()}
        colours["side"] = st.get_option(f"theme.{theme}.sidebar.backgroundColor")
        told = "".join(f"--opens-{name}:{colour};" for name, colour in colours.items())
        rules.append(f"html[data-opens={theme}]{{{told}color-scheme:{theme};background:{colours['ground']}}}")
    return "\n".join(rules)
