"""What a person does in the app, and waits for, as the tests in a browser say it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import serving

from gan_core.config.drawing import REACH

PATIENCE = 1000 * serving.PATIENCE
"""In milliseconds."""


def watch(page, errors: list[str]) -> None:
    """Notes every error on the page's console."""

    def note(message) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))


# --------------------------------------------------------------------------- waiting


def wait(page, script: str, argument: Any = None) -> None:
    """Until a script says so, asked at every frame of the browser."""
    page.wait_for_function(script, arg=argument, timeout=PATIENCE)


def wait_for_step(page, least: int) -> None:
    found = "/step ([\\d,]+)/.exec(document.querySelector('.st-key-status')?.innerText ?? '')"
    wait(page, f"n => {{ const m = {found}; return m && +m[1].replace(/,/g, '') >= n }}", least)


def wait_for_state(page, word: str) -> None:
    wait(page, "w => document.querySelector('.st-key-status')?.innerText.toLowerCase().includes(w)", word)


def wait_for_data(page, start: str, other_than: str | None = None) -> str:
    """Until the address names data that begin so; returns their name."""
    data = "const d = new URLSearchParams(location.search).get('data') ?? ''"
    script = f"([start, old]) => {{ {data}; return d.startsWith(start) && d !== old }}"
    wait(page, script, [start, other_than])
    return data_of(page)


def settle(page) -> None:
    """Until the script of an idle page has run and nothing on the page has changed for a moment."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.evaluate(
        """() => new Promise((done) => {
            const end = () => { watcher.disconnect(); done() }
            let timer = setTimeout(end, 400)
            const watcher = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(end, 400) })
            watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
        })"""
    )


# --------------------------------------------------------------------------- looking


def step(page) -> int:
    """The step that the status line shows."""
    found = re.search(r"step ([\d,]+)", page.inner_text(".st-key-status"))
    return int(found[1].replace(",", "")) if found else 0


def pixels(page, container: str) -> str:
    """What the canvas in a container shows."""
    return page.evaluate("c => document.querySelector(`.st-key-${c} canvas`).toDataURL()", container)


def query(page) -> dict[str, str]:
    """The settings that the page's address holds."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def run_of(page) -> str:
    """The run that the page's address names."""
    return query(page)["run"]


def data_of(page) -> str | None:
    """The data that the page's address names."""
    return query(page).get("data")


# --------------------------------------------------------------------------- doing


def press(page, button: str) -> None:
    page.click(f".st-key-{button} button:not([disabled])")


def open_brush(page) -> None:
    page.click(".thumbnails [data-name=draw]")
    page.wait_for_selector(".brush canvas")
    wait(page, "() => document.querySelector('.brush canvas').clientWidth > 100")


def stroke(page, points: list[tuple[float, float]]) -> None:
    """Draw with the mouse along points of the plane."""
    page.locator(".brush canvas").scroll_into_view_if_needed()
    box = page.locator(".brush canvas").bounding_box()
    at = [
        (box["x"] + (x + REACH) / (2 * REACH) * box["width"], box["y"] + (REACH - y) / (2 * REACH) * box["height"])
        for x, y in points
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at:
        page.mouse.move(*place)
    page.mouse.up()
