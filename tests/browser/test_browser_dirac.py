"""The Dirac-GAN as a person plays it: a real server, a real Chromium."""

from __future__ import annotations

from urllib.parse import urlsplit

import numpy as np
import pytest
from acting import query, wait

from ui.lab import dirac_drawn, dirac_words
from ui.lab.dirac import TRIALS

OUTCOME = "() => document.querySelector('.dirac')?.dataset.outcome"


@pytest.fixture
def open_game(visit):
    """`open_game(path, ...)`: the Lab page of a visitor of its own, drawn."""

    def open_page(path: str = "/lab?section=dirac", **options):
        page = visit(path, **options)
        wait(page, OUTCOME)
        return page

    return open_page


def spot(page, theta: float, psi: float) -> tuple[float, float]:
    """Where a point of the plane is on the screen."""
    box = page.locator(".dirac .plane canvas").bounding_box()
    size, left, bottom, top = box["width"], 36, 34, 8
    x = left + (theta + dirac_drawn.EXTENT) / (2 * dirac_drawn.EXTENT) * (size - left - 8)
    y = top + (dirac_drawn.EXTENT - psi) / (2 * dirac_drawn.EXTENT) * (size - bottom - top)
    return box["x"] + x, box["y"] + y


def drawing(page) -> str:
    return page.evaluate("() => document.querySelector('.dirac .plane canvas').toDataURL()")


def distance(page) -> float:
    return float(page.inner_text(".dirac .legend b").replace("−", "-"))


def to_the_end(page) -> None:
    page.focus(".dirac .timeline input")
    page.keyboard.press("End")
    wait(
        page,
        "() => { const r = document.querySelector('.dirac .timeline input'); return +r.max > 1 && r.value === r.max }",
    )


def test_click_sets_the_start_and_the_trajectory_follows(open_game):
    page = open_game()
    page.mouse.click(*spot(page, -0.8, 0.6))
    wait(page, "() => location.search.includes('dirac_psi')")
    assert float(query(page)["dirac_theta"]) == pytest.approx(-0.8, abs=0.02) and float(
        query(page)["dirac_psi"]
    ) == pytest.approx(0.6, abs=0.02)
    to_the_end(page)
    assert distance(page) == pytest.approx(1.0, abs=0.1), "the plain game keeps its distance"
    before = drawing(page)
    # dragging moves it before the button is released, and the address waits for the release
    page.mouse.move(*spot(page, 0.3, 0.2))
    page.mouse.down()
    page.mouse.move(*spot(page, 1.5, -1.0), steps=6)
    wait(page, "() => +document.querySelector('.dirac .legend b')?.innerText > 1.5")
    assert drawing(page) != before and float(query(page)["dirac_theta"]) == pytest.approx(-0.8, abs=0.02)
    page.mouse.up()
    wait(page, "() => location.search.includes('dirac_theta=1.')")


def test_touch_sets_the_start(open_game):
    page = open_game(width=800, has_touch=True)
    page.locator(".dirac .plane canvas").scroll_into_view_if_needed()
    page.touchscreen.tap(*spot(page, 0.5, 0.9))
    wait(page, "() => location.search.includes('dirac_psi')")
    assert float(query(page)["dirac_theta"]) == pytest.approx(0.5, abs=0.02) and float(
        query(page)["dirac_psi"]
    ) == pytest.approx(0.9, abs=0.02)


def test_keyboard_moves_the_start_and_plays(open_game):
    page = open_game("/lab?dirac_theta=1&dirac_psi=0.5", reduced_motion="reduce")
    # where motion is unwelcome the whole path is there at once
    assert page.evaluate(
        "() => { const r = document.querySelector('.dirac .timeline input'); return r.value === r.max }"
    )
    page.focus(".dirac .plane canvas")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    wait(
        page,
        "() => location.search.includes('dirac_theta=0.95') && location.search.includes('dirac_psi=0.75')",
    )
    assert page.get_attribute(".dirac .timeline button", "aria-label") == "Play"
    page.keyboard.press("Space")
    assert page.get_attribute(".dirac .timeline button", "aria-label") == "Pause"
    wait(
        page,
        "() => { const r = document.querySelector('.dirac .timeline input'); return r.value > 5 && r.value < +r.max }",
    )


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [("circles", "light", 1440), ("clipping", "dark", 1440), ("r1", "light", 800), ("noise", "dark", 800)],
)
def test_each_trial_shows_what_it_says_and_can_be_shared(open_game, name, scheme, width):
    page = open_game(width=width, scheme=scheme)
    page.click(f"[data-trial={name}]")
    wait(page, "n => document.querySelector(`[data-trial=${n}]`).classList.contains('on')", name)
    wanted = TRIALS[name].setup
    held = {"section": "dirac", **wanted.query()}
    wait(page, "n => [...new URLSearchParams(location.search)].length === n", len(held))
    assert query(page) == held
    body = dirac_drawn.drawn(wanted)
    assert body["flow"]["why"] in page.inner_text(".dirac .why")
    assert page.evaluate(OUTCOME) == "; ".join(
        f"{how} {body['steps'][how]['word']}" for how in ("alternating", "simultaneous") if how in body["steps"]
    )
    to_the_end(page)
    ends = [
        float(np.hypot(*(c[-1] for c in body["paths"][how])))
        for how in ("alternating", "simultaneous")
        if how in body["paths"]
    ]
    assert distance(page) == pytest.approx(ends[0], abs=0.006)
    # nothing sticks out to the right
    assert page.evaluate(
        "() => document.querySelector('.dirac').scrollWidth <= document.querySelector('.dirac').clientWidth + 1"
    )

    other = open_game("/lab?" + urlsplit(page.url).query, width=width, scheme=scheme)
    to_the_end(other)
    assert query(other) == query(page)
    for part in (".dirac .why", ".dirac .legend"):
        assert other.inner_text(part) == page.inner_text(part)
    page.mouse.move(2, 2)
    for one in (page, other):
        one.evaluate("() => document.activeElement.blur()")
    assert drawing(other) == drawing(page)


def test_dials_and_choices_change_the_game(open_game):
    page = open_game("/lab?dirac_penalty=r1")
    page.focus("[data-dial=weight]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    weight = float(page.inner_text(".dial:has([data-dial=weight]) output"))
    assert weight > 0.3
    wait(page, "w => new URLSearchParams(location.search).get('dirac_weight') === String(w)", weight)
    wait(
        page,
        "w => document.querySelector('.dirac .why')?.innerText.includes(w)",
        dirac_words.number(-weight / 2, 3),
    )
    page.click(".st-key-lab_how button:has-text('Simultaneous')")
    wait(page, "() => document.querySelector('.dirac').dataset.outcome.startsWith('simultaneous')")
    wait(page, "() => location.search.includes('dirac_how=simultaneous')")
    assert float(query(page)["dirac_weight"]) == weight
    # to another page and back: the settings are kept
    page.get_by_role("link", name="Latent").click()
    page.wait_for_selector(".dirac", state="detached")
    page.get_by_role("link", name="Lab").click()
    wait(page, "() => document.querySelector('.dirac')?.dataset.outcome?.startsWith('simultaneous')")
    wait(page, "() => location.search.includes('dirac_weight')")
