"""Every page at the widths that are supported: nothing leaves it, nothing is cut, what belongs together is in view.

One run of images, with an average of G, one of points that has a finding, and one to race with it, for all of them.
"""

from __future__ import annotations

import pytest
from acting import PATIENCE, data_of, wait, wait_for_data

IMAGES, POINTS, OTHER = "widths-images", "widths-points", "widths-other"
PAGES = {
    "train": f"/?run={IMAGES}",
    "plane": f"/lab?run={POINTS}",
    "line": "/lab?section=line",
    "race": f"/lab?run={POINTS}&race={OTHER}",
    "dirac": "/lab?section=dirac",
    "latent": f"/latent?run={IMAGES}",
}
READY = {"dirac": ".dirac .plane canvas", "latent": ".dimensions .dim output"}
"""What comes last on a page; else it is the first button of the transport and a canvas."""
IN_VIEW = {
    "train": (".st-key-transport", ".status .line", ".st-key-samples canvas", ".st-key-timeline", ".st-key-curves"),
    "plane": (".st-key-transport", ".status .line", ".st-key-field canvas", ".st-key-timeline"),
    "line": (".st-key-transport", ".status .line", ".st-key-field canvas", ".st-key-timeline"),
    "race": (
        ".st-key-transport",
        ".status .line",
        ".st-key-field_a h2",
        ".st-key-field_b h2",
        ".st-key-field_b canvas",
    ),
    "dirac": (".dirac .plane canvas", ".dirac .timeline"),
    "latent": (".interpolation .slide", ".latent-picture canvas", ".latent-picture .score", ".dimensions .row"),
}
"""What is seen without scrolling where there is room: at 1440 by 900 and at 1920 by 1080."""

FAULTS = """(inView) => {
  const found = []
  const main = document.querySelector('[data-testid=stMain]')
  const said = (e) => `${e.tagName}.${e.className} “${(e.innerText ?? '').slice(0, 40)}”`
  for (const e of [document.scrollingElement, main])
    if (e.scrollWidth > e.clientWidth) found.push(`${said(e)} is ${e.scrollWidth} wide in ${e.clientWidth}`)
  for (const e of main.querySelectorAll('*')) {
    const style = getComputedStyle(e)
    const box = e.getBoundingClientRect()
    if (!box.width || style.visibility === 'hidden' || e.closest('svg, .unseen, [hidden]')) continue
    if (style.clip !== 'auto' || style.clipPath !== 'none') continue
    if (style.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1) found.push(`${said(e)} is cut`)
    const words = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
    if (words && (box.left < -1 || box.right > innerWidth + 1)) found.push(`${said(e)} leaves the page`)
  }
  for (const head of main.querySelectorAll('.gan .head')) {
    // what a line above a view says stands beside each other; a view beside it begins where this one ends
    const boxes = [...head.children].map((e) => e.getBoundingClientRect()).filter((box) => box.width)
    const over = boxes.some((box, i) => boxes[i + 1] && box.right > boxes[i + 1].left + 8)
    const room = head.parentElement.getBoundingClientRect()
    if (over || boxes.some((box) => box.right > room.right + 8)) found.push(`${said(head)} has no room`)
  }
  const grid = [...main.querySelectorAll('.curves .chart')].map((e) => [e, e.getBoundingClientRect()])
  for (const [one, a] of grid)
    for (const [other, b] of grid)
      if (one !== other && a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 1 && b.bottom > a.top + 1)
        found.push(`${said(one)} lies on ${said(other)}`)
  for (const side of 'ab')
    for (const part of ['field', 'curves', 'words']) {
      const box = main.querySelector(`.st-key-race .st-key-${part}_${side}`)
      const name = box?.querySelector('h1, h2, h3, [role=heading]')
      const top = box?.querySelector('.gan')?.getBoundingClientRect().top
      const told = name?.innerText.startsWith(`Side ${side.toUpperCase()}`)
      if (box && !(told && name.getBoundingClientRect().bottom <= top))
        found.push(`${part} of ${side} does not say whose it is`)
    }
  for (const canvas of main.querySelectorAll('.picture > canvas')) {
    const [a, b] = [canvas.getBoundingClientRect(), canvas.parentElement.getBoundingClientRect()]
    if (Math.abs(a.width - b.width) > 2 || Math.abs(a.height - b.height) > 2)
      found.push(`${said(canvas.parentElement)} is ${b.width} x ${b.height}, its picture ${a.width} x ${a.height}`)
  }
  const buttons = [...main.querySelectorAll('.st-key-transport button')].filter((b) => b.offsetWidth)
  const tops = new Set(buttons.map((b) => Math.round(b.getBoundingClientRect().top)))
  if (tops.size > 1) found.push(`the transport has ${tops.size} rows`)
  for (const b of buttons) {
    const { width, height } = b.getBoundingClientRect()
    if (width < 40 || height < 38) found.push(`${said(b)} is ${width} x ${height}`)
    if (!b.innerText.trim()) found.push(`${said(b)} has no name`)
  }
  for (const name of inView) {
    const box = document.querySelector(name)?.getBoundingClientRect()
    if (!box?.height || box.top < 0 || box.bottom > innerHeight + 1) found.push(`${name} is not in view`)
  }
  return found
}"""


@pytest.fixture(scope="module")
def _runs(_app, gan) -> None:
    small = {
        IMAGES: ("starter", 60, {"ema_half_life": 500, "width": 8}),
        OTHER: ("plane", 60, {"objective": "hinge"}),
        POINTS: ("plane", 900, {"lr_g": 0.005, "lr_d": 0.001, "penalty": "none", "anneal": "none"}),
    }
    for name, (preset, steps, values) in small.items():
        if (_app.runs / name).exists():
            continue  # made before another file's tests came between
        changes = [word for pair in values.items() for word in ("--set", "{}={}".format(*pair))]
        done = gan("train", "--preset", preset, *changes, "--steps", steps, "--out", _app.runs / name)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def see(visit, _runs):
    """`see(name, width, height)`: a page with all that is on it."""

    def open_page(name: str, width: int, height: int, **options):
        page = visit(PAGES[name], width=width, **options)
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        page.wait_for_selector(READY.get(name, ".st-key-new_seed button"))
        wait(page, "() => document.querySelector('[data-testid=stMain] canvas')?.width > 40")
        if name == "plane":
            # a finding, in the status line and as a card; its card makes no column longer than the one beside it
            wait(page, "() => document.querySelector('.status .alarm')?.offsetWidth")
            wait(page, "() => document.querySelector('.findings .finding')?.offsetWidth")
            assert page.locator("[data-testid=stColumn] .findings .finding").count() == 0
        if name not in READY:
            wait(page, "() => document.querySelectorAll('.curves .chart').length > 3")
        return page

    return open_page


def check(page, width: int, height: int, in_view: tuple[str, ...] = ()) -> None:
    """Waits until nothing is wrong at this size; says what is where that does not come."""
    page.set_viewport_size({"width": width, "height": height})
    try:
        page.wait_for_function(f"(inView) => !({FAULTS})(inView).length", arg=in_view, timeout=PATIENCE / 6)
    except Exception:
        faults = page.evaluate(FAULTS, in_view)
        assert not faults, f"at {width} x {height}: " + "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_phone_and_on_a_tablet(see, name):
    page = see(name, 390, 844, has_touch=True, is_mobile=True)
    check(page, 390, 844)
    if name == "latent":
        # the sample stays in sight while each of the sliders that change it is reached
        for row in (0, 11):
            page.locator(".dimensions .dim").nth(row).scroll_into_view_if_needed()
            assert page.evaluate(
                """(row) => {
                  const of = (e) => e.getBoundingClientRect()
                  const slider = of(document.querySelectorAll('.dimensions .dim input')[row])
                  const picture = of(document.querySelector('.dimensions canvas'))
                  const seen = [slider, picture].every((box) => box.top >= 0 && box.bottom <= innerHeight)
                  return seen && picture.bottom <= slider.top && slider.right <= innerWidth
                }""",
                row,
            )
    if name == "dirac":
        # the dials are in the sidebar, which leaves the picture that they change in sight
        page.get_by_test_id("stExpandSidebarButton").tap()
        wait(
            page,
            """() => {
              const picture = document.querySelector('.dirac .plane canvas').getBoundingClientRect()
              const bar = document.querySelector('[data-testid=stSidebar]').getBoundingClientRect()
              return picture.top >= 0 && picture.bottom <= bar.top + picture.height / 8 && bar.bottom <= innerHeight + 1
            }""",
        )
        page.locator(".dials .dial input:enabled").first.scroll_into_view_if_needed()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").dispatch_event("click")
    if name == "plane":
        wait(page, "() => document.querySelector('.status .line').innerText.includes('900')")
        before = data_of(page)
        page.get_by_test_id("stExpandSidebarButton").tap()
        page.locator(".thumbnails [data-name=moons]").tap()
        assert wait_for_data(page, "moons") != before
        wait(page, "() => document.querySelector('[data-testid=stSidebar]').dataset.collapsed === 'false'")
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").dispatch_event("click")
    check(page, 800, 1100)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_window_and_on_a_large_screen(see, name):
    page = see(name, 1440, 900)
    check(page, 1440, 900, IN_VIEW[name])
    picture = "document.querySelector('[data-testid=stMain] .picture canvas, .dirac .plane canvas').clientHeight"
    before = page.evaluate(picture)
    check(page, 1920, 1080, IN_VIEW[name])
    # more room makes a larger picture
    wait(page, f"least => {picture} > least", before + 40)
