"""Takes the README's screenshots of the app: `python docs/screenshot.py`. Needs requirements-dev.txt and Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import serving  # noqa: E402

PICTURES = {"train.png": ("/", 2000), "lab.png": ("/lab?steps=4000", 1500)}
"""File: the page, and the step at which it is taken."""


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        with serving.serve(folder / "runs", folder / "data", folder / "log") as server, serving.chromium() as browser:
            for name, (path, trained) in PICTURES.items():
                context = browser.new_context(
                    viewport={"width": 1440, "height": 900}, color_scheme="light", device_scale_factor=1.5
                )
                page = context.new_page()
                page.goto(server.url + path)
                page.click(".st-key-start button:not([disabled])", timeout=60_000)
                script = """n => {
                    const said = document.querySelector('.st-key-status')?.innerText ?? ''
                    return +(/step ([\\d,]+)/.exec(said)?.[1].replace(/,/g, '') ?? 0) >= n
                }"""
                page.wait_for_function(script, arg=trained, timeout=600_000)
                page.screenshot(path=ROOT / "docs" / name)
                page.click(".st-key-stop button")
                page.wait_for_selector(".st-key-status [data-state=stopped]")
                context.close()


if __name__ == "__main__":
    main()
