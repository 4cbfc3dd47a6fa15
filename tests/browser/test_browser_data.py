"""Choosing data in the Lab as a person does: thumbnails, the brush, a file dropped into the sidebar."""

from __future__ import annotations

import math

import numpy as np
import pytest
from acting import data_of, open_brush, settle, stroke, wait, wait_for_data

from gan_core.config import drawing
from gan_core.config.drawing import CELLS, REACH

PAGE = "/lab"


def ink_of(name: str) -> np.ndarray:
    """A drawing's ink, rows from below."""
    place, _, code = name.partition(":")
    assert place == "drawn"
    return np.frombuffer(drawing.decode(code), np.uint8).reshape(CELLS, CELLS).astype(int)


def wait_for_words(page, words: str) -> None:
    """Until the sidebar's choice of data says so."""
    wait(page, "w => document.querySelector('.st-key-data_picker')?.innerText.includes(w)", words)


def tiles(page) -> dict[str, str]:
    """Whether each thumbnail is pressed, by name."""
    script = "all => Object.fromEntries(all.map(b => [b.dataset.name, b.getAttribute('aria-pressed')]))"
    return page.eval_on_selector_all(".thumbnails button", script)


def test_a_drawing_becomes_the_data_and_the_address_is_the_drawing(visit):
    page = visit(PAGE)
    page.wait_for_selector(".thumbnails [data-name=draw]")
    before = data_of(page)
    open_brush(page)
    assert data_of(page) == before, "an empty sheet is no data yet"
    stroke(page, [(-1.5 + 0.1 * i, 1.0) for i in range(31)])
    first = wait_for_data(page, "drawn:")
    ink = ink_of(first)
    # a level line at y = 1, from -1.5 to 1.5
    assert ink[29:31].max(0)[7:33].min() >= 5 and not ink[:20].any() and not ink[:, 0].any()
    rows = (np.arange(CELLS) + 0.5) / CELLS * 2 * REACH - REACH
    assert float((ink.sum(1) * rows).sum() / ink.sum()) == pytest.approx(1.0, abs=0.05)
    assert ink[:, 10:30].sum(0).std() < 0.15 * ink[:, 10:30].sum(0).mean(), "as dark at its begin as on its way"

    stroke(page, [(0.0, -1.0)])
    second = wait_for_data(page, "drawn:", first)
    assert ink_of(second)[10, 20] >= 5 and (ink_of(second)[20:] == ink[20:]).all()
    page.click("[data-tool=undo]")
    assert wait_for_data(page, "drawn:", second) == first
    assert tiles(page)["draw"] == "true"

    # whoever gets the address has the drawing before him
    other = visit(page.url.partition("127.0.0.1")[2].partition("/")[2].join(["/", ""]))
    other.wait_for_selector(".brush canvas")
    wait(other, "() => document.querySelector('.brush .hint').hidden")
    assert tiles(other)["draw"] == "true" and data_of(other) == first
    # and goes on from it
    stroke(other, [(1.0, -1.0)])
    assert (ink_of(wait_for_data(other, "drawn:", first))[20:] == ink[20:]).all()


def test_an_eraser_a_cleared_sheet_and_a_page_without_ink(visit):
    page = visit(PAGE)
    page.wait_for_selector(".thumbnails [data-name=draw]")
    open_brush(page)
    page.click("[data-tool=large]")
    stroke(page, [(-1.0, 0.0), (1.0, 0.0)])
    whole = wait_for_data(page, "drawn:")
    page.click("[data-tool=eraser]")
    stroke(page, [(0.0, 1.5), (0.0, -1.5)])
    parted = wait_for_data(page, "drawn:", whole)
    assert not ink_of(parted)[:, 19:21].any() and ink_of(parted)[:, 10].any() and ink_of(parted)[:, 30].any()
    page.click("[data-tool=clear]")
    page.wait_for_selector(".brush .hint")
    settle(page)
    assert data_of(page) == parted and page.is_visible(".brush .hint"), "an empty sheet changes nothing"


def test_the_brush_works_without_a_mouse(visit):
    page = visit(PAGE)
    page.wait_for_selector(".thumbnails [data-name=draw]")
    page.focus(".thumbnails [data-name=draw]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".brush canvas")
    page.focus(".brush canvas")
    page.keyboard.press("Space")
    dot = wait_for_data(page, "drawn:")
    row, column = np.unravel_index(ink_of(dot).argmax(), (CELLS, CELLS))
    assert math.hypot(row - 19.5, column - 19.5) < 2, "it begins in the middle"
    page.keyboard.down("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.up("Space")
    assert ink_of(wait_for_data(page, "drawn:", dot))[19:21, 20:36].max(0).min() >= 4


def test_fingers_draw_too_and_do_not_scroll(visit):
    page = visit(PAGE, has_touch=True)
    page.wait_for_selector(".thumbnails [data-name=draw]")
    open_brush(page)
    page.locator(".brush canvas").scroll_into_view_if_needed()
    box = page.locator(".brush canvas").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    ink = ink_of(wait_for_data(page, "drawn:"))
    assert ink[30, 10] >= 5 and not ink[:20].any()
    assert page.eval_on_selector(".brush canvas", "c => getComputedStyle(c).touchAction") == "none"


def test_thumbnails_show_all_data_and_choose_them(visit):
    page = visit(PAGE)
    page.wait_for_selector(".thumbnails [data-name=moons]")
    names = {
        "ring",
        "grid",
        "two-gaussians",
        "line",
        "moons",
        "swiss-roll",
        "pinwheel",
        "spirals",
        "checkerboard",
        "draw",
        "file",
    }
    assert set(tiles(page)) == names and list(tiles(page).values()).count("true") == 1
    picture = "n => document.querySelector(`.thumbnails [data-name=${n}] canvas`).toDataURL()"
    wait(page, "() => document.querySelector('.thumbnails [data-name=moons] canvas').width > 20")
    still, other = page.evaluate(picture, "moons"), page.evaluate(picture, "spirals")
    assert still != other
    page.hover(".thumbnails [data-name=moons]")
    wait(page, f"before => ({picture})('moons') !== before", still)
    assert page.evaluate(picture, "spirals") == other, "only the one that is looked at moves"
    page.click(".thumbnails [data-name=moons]")
    assert wait_for_data(page, "moons") == "moons"
    page.focus(".thumbnails [data-name=spirals]")
    page.keyboard.press("Enter")
    assert wait_for_data(page, "spirals") == "spirals"
    wait(
        page, "() => document.querySelector('.thumbnails [data-name=spirals]').getAttribute('aria-pressed') === 'true'"
    )
    assert [name for name, on in tiles(page).items() if on == "true"] == ["spirals"]


def test_thumbnails_keep_still_for_those_who_want_it(visit):
    page = visit(PAGE)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_selector(".thumbnails [data-name=moons]")
    settle(page)
    picture = "() => document.querySelector('.thumbnails [data-name=moons] canvas').toDataURL()"
    still = page.evaluate(picture)
    page.hover(".thumbnails [data-name=moons]")
    page.wait_for_timeout(500)
    assert page.evaluate(picture) == still


def test_a_file_is_read_at_once_and_a_bad_one_changes_nothing(visit):
    page = visit(PAGE)
    page.click(".thumbnails [data-name=file]")
    page.wait_for_selector(".st-key-upload_file input", state="attached")
    before = data_of(page)

    def drop(name: str, content: bytes) -> None:
        page.set_input_files(
            ".st-key-upload_file input", files=[{"name": name, "mimeType": "text/csv", "buffer": content}]
        )

    drop("words.csv", b"hello\nworld\n")
    wait_for_words(page, "“words.csv” has no column of numbers")
    assert data_of(page) == before
    drop("mine.csv", b"x,y\n" + b"".join(b"%d,%d\n" % (i % 3, i % 2) for i in range(1204)) + b"a,b\n,\nnan,1\n")
    wait_for_words(page, "1,204 points; 3 rows that are not two numbers are left out.")
    assert wait_for_data(page, "points:").endswith(".csv")
    wait(page, "() => document.querySelector('.thumbnails [data-name=file]').getAttribute('aria-pressed') === 'true'")
    good = data_of(page)
    drop("words.csv", b"hello\nworld\n")
    wait_for_words(page, "“words.csv” has no column of numbers")
    assert data_of(page) == good
