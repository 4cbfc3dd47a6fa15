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
MET = {"plane": {"manifold", "pull", "best", "sigma", "critic"}, "line": {"best"}}
"""Terms that a reader meets at once, those in the cards of trials among them."""
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "slider", "switch", "checkbox", "radio", "spinbutton"}
NAMED |= {"image", "img", "progressbar"}
CODE = re.compile(r":\w+(/\w*)?:|\b[a-z]+_[a-z]+\b|^\W*$")
"""A shortcode, a name of a program, or no word at all."""


TERMS = """async () => {
    const style = document.querySelector('link[href$="/style.css"]')?.href
    if (!style) return [] // a page without views, as Latent is where nothing has been trained
    const { TERMS } = await import(style.replace('style.css', 'terms.js'))
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const unread = 'script, style, noscript, option, .unseen, .gan-bubble, .sketch'
    const found = {}
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const home = node.parentElement
      if (home.closest(unread) || !home.checkVisibility({ visibilityProperty: true })) continue
      const cut = home.closest('details:not([open]) summary span')?.getBoundingClientRect()
      for (const [name, { pattern }] of Object.entries(TERMS)) {
        const at = node.textContent.search(pattern)
        if (at < 0 || name in found) continue
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 1)
        if (cut && range.getBoundingClientRect().bottom > cut.bottom + 1) continue // of a note that is folded
        found[name] = home
        home.setAttribute('data-first', `${home.dataset.first ?? ''} ${name}`)
      }
    }
    return Object.entries(found).map(([name]) => [name, TERMS[name].pattern.source, TERMS[name].words()])
}"""
"""The terms that a reader meets on the page, each marked where it comes first: its pattern, and what it means."""


def check_terms(page) -> set[str]:
    """Each term is explained where it comes first: by a mark, by its button, or by the help of its field."""
    settle(page)  # terms are marked a moment after all else
    found = page.evaluate(TERMS)
    for term, pattern, words in found:
        first = page.locator(f"[data-first~={term}]")
        label = first.locator("xpath=ancestor-or-self::*[@data-testid='stWidgetLabel']")
        if label.count():
            label.locator("[data-testid=stTooltipIcon] button, [data-testid=stTooltipIcon]").first.hover()
            page.wait_for_selector("[data-testid=stTooltipContent]")
        else:
            first.hover()
            told = page.locator(".gan-bubble").inner_text()
            own = first.evaluate("e => e.matches('dfn')")
            assert told == words if own else re.search(pattern, told, re.IGNORECASE), (term, told)
        page.mouse.move(0, 0)
    return {term for term, _, _ in found}


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
    assert check_terms(page) >= MET.get(name, set())
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
