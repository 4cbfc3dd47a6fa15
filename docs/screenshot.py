"""Takes the README's screenshot of the real app: `python docs/screenshot.py`. Needs requirements-dev.txt and Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import serving  # noqa: E402

TRAINED = 2000
"""Steps of the starter preset before the picture is taken."""


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        with serving.serve(folder / "runs", folder / "data", folder / "log") as server, serving.chromium() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light", device_scale_factor=1.5)
            page.goto(server.url)
            page.click(".st-key-start button:not([disabled])", timeout=60_000)
            script = "n => +(/step ([\\d,]+)/.exec(document.querySelector('.st-key-status')?.innerText ?? '')?.[1].replace(/,/g, '') ?? 0) >= n"
            page.wait_for_function(script, arg=TRAINED, timeout=600_000)
            page.screenshot(path=ROOT / "docs" / "train.png")


if __name__ == "__main__":
    main()
