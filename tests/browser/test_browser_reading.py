"""What can be read, heard, hit and reached on every page, in both themes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from acting import settle, wait

READING = Path(__file__).with_name("reading.js").read_text()
PAGES = {
    "train": ("/", ".st-key-networks table"),
    "plane": ("/lab", ".st-key-trials .cards button"),
    "line": ("/lab?section=line", ".st-key-trials .cards button"),
    "dirac": ("/lab?section=dirac", ".dirac .why p"),
    "latent": ("/latent", ".stMain button"),
}
"""Where each is, and what comes last on it."""
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "slider", "switch", "checkbox", "radio", "spinbutton"}
NAMED |= {"image", "img", "progressbar"}
CODE = re.compile(r":\w+(/\w*)?:|\b[a-z]+_[a-z]+\b|^\W*$")
"""A shortcode, a name of a program, or no word at all."""


TERMS = """async () => {
    const style = document.querySelector('link[href$="/style.css"]')?.href
    if (!style) return [] // a page without views, as Latent is where nothing has been trained
    const { TERMS } = await import(style.replace('style.css', 'terms.js'))
    const said = [...document.querySelectorAll('.gan p, .gan .legend')].filter((e) => e.checkVisibility())
    const words = (e) => {
      const copy = e.cloneNode(true)
      for (const button of copy.querySelectorAll('button, [hidden]')) button.remove()
      return copy.textContent
    }
    return Object.entries(TERMS).filter(([, one]) => said.some((e) => one.pattern.test(words(e))))
      .map(([name, one]) => [name, one.words()])
}"""
"""The terms that the page uses in its sentences, and what each means."""


def heard(page) -> list[tuple[str, str]]:
    """What a screen reader meets on the page: what each thing is, and its name."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]


def names(page) -> list[str]:
    """What a screen reader says of each thing that has to have a name, where it is no words."""
    return [f"{role} {name!r}" for role, name in heard(page) if role in NAMED and CODE.search(name) and name != "?"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_heard_and_reached(visit, name):
    path, last = PAGES[name]
    page = visit(path, before=READING)
    page.wait_for_selector(last)
    settle(page)
    for term, words in page.evaluate(TERMS):
        page.locator(f"dfn[data-term={term}]").focus()
        assert page.inner_text(".gan-bubble") == words, term
    for fold in page.query_selector_all("[data-testid=stSidebar] [data-testid=stExpander] summary"):
        fold.click()
    settle(page)
    assert names(page) == []
    assert page.evaluate("reading.unheard()") == []
    if name in ("train", "plane"):
        # one name for a chart, whatever Plotly writes into it
        page.wait_for_selector(".curves .js-plotly-plot .xtick")
        assert {role for role, _ in heard(page)} >= {"heading", "figure"}
        charts = page.locator(".curves .chart .title").all_inner_texts()
        assert sorted(told for role, told in heard(page) if role == "figure") == sorted(charts)
        assert not [role for role, _ in heard(page) if role.lower().startswith(("svg", "graphics"))]
    assert page.evaluate("reading.small()") == []
    assert page.evaluate("reading.tiny()") == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait(page, "s => getComputedStyle(document.querySelector('.stApp')).colorScheme === s", scheme)
        settle(page)
        assert page.evaluate("reading.faint()") == [], scheme

    # the first stop leads past the navigation and the form to what this page is for
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
    page.reload()
    page.wait_for_selector(last)
    settle(page)
    unseen = []
    for stop in range(9):
        page.keyboard.press("Tab")
        if stop == 0:
            assert page.evaluate("() => document.activeElement.className") == "skip"
            assert page.locator(".skip").evaluate("e => getComputedStyle(e).clipPath") == "none"
        else:
            unseen.append(page.evaluate("reading.ring()"))
    assert [one for one in unseen if one] == []
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.closest('.stMain') !== null")
    if name != "latent" and name != "dirac":
        assert page.evaluate("() => document.activeElement.closest('.st-key-transport') !== null")
    assert page.evaluate("reading.ring()") == ""


def test_the_outlines_lie_where_the_page_comes(app, visit):
    """Before Streamlit's scripts have run, each frame covers most of what will stand there; then it goes."""
    page = visit("/")
    for path in ("/", "/lab"):
        page.route("**/static/js/**", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(app.url + path)
        outlines = page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('.sketch [data-part]')].map((e) => {
                const { left, top, right, bottom } = e.getBoundingClientRect()
                return [e.dataset.part, [left, top, right, bottom]]
            }))"""
        )
        page.unroute_all()
        page.goto(app.url + path)
        page.wait_for_selector(".st-key-curves .gan")
        settle(page)
        assert page.locator(".sketch").evaluate("e => getComputedStyle(e).display") == "none"
        for part, (left, top, right, bottom) in outlines.items():
            box = page.locator(f".st-key-{part}").first.bounding_box()
            wide = min(right, box["x"] + box["width"]) - max(left, box["x"])
            high = min(bottom, box["y"] + box["height"]) - max(top, box["y"])
            share = max(wide, 0) * max(high, 0) / (box["width"] * box["height"])
            assert share > 0.6, (path, part, share)
