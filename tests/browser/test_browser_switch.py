"""What is on the page belongs to the run whose name stands there, however slowly the server answers."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

from acting import settle, wait

from gan_core import preset, runs
from gan_core.runs.training.session import hold

CANVASES = "[...document.querySelectorAll('.st-key-interpolation canvas, .st-key-walk canvas')]"
BLANK = """(canvas) => {
    if (!canvas.width || !canvas.height) return true
    const data = new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)
    return data.every((pixel) => pixel === data[0])
}"""


def trained(app, name: str, preset_name: str, **changes) -> runs.Run:
    run = runs.create(
        preset(preset_name).replace(steps=2, **changes), app.runs / name.replace(" ", "-"), name, "starting"
    )
    hold(run, threading.Event())
    return run


def choose(page, run: runs.Run) -> None:
    """In the picker, as a person does."""
    page.locator(".stSelectbox", has_text="Run").first.locator("input").click()
    page.locator("[role=option]", has_text=run.name).first.click()
    wait(page, "id => new URLSearchParams(location.search).get('run') === id", run.id)
    settle(page)


def test_latent_shows_nothing_of_another_run(app, visit):
    """Between runs of images, of points, and to and fro; answers wait, and those of the run before come late."""
    digits, other = trained(app, "first digits", "starter"), trained(app, "other digits", "starter", seed=5)
    ring = trained(app, "a ring", "plane")
    page, held, late = visit(f"/latent?run={digits.id}"), [], []
    wait(page, f"() => {CANVASES}.length > 3 && !{CANVASES}.some({BLANK})")
    seen = f"() => {CANVASES}.map((canvas) => canvas.toDataURL())"
    first = page.evaluate(seen)
    page.route(lambda url: urlsplit(url).path.endswith(("/walk", "/point")), lambda route: held.append(route))
    for run in (other, ring):
        choose(page, run)
        assert page.evaluate(f"() => {CANVASES}.every({BLANK})"), f"nothing of {run.name} is known yet"
        assert not page.inner_text(".st-key-latent_picture .score"), "no score either"
        for route in late:
            route.continue_()
        late, held[:] = held[:], []
        settle(page)
        assert page.evaluate(f"() => {CANVASES}.every({BLANK})"), "answers about another run say nothing of this one"
    choose(page, digits)
    wait(page, f"first => JSON.stringify(({seen})()) === JSON.stringify(first)", first)
    for route in late:
        route.continue_()
    page.unroute_all()
    choose(page, other)
    wait(page, f"() => {CANVASES}.length > 3 && !{CANVASES}.some({BLANK})")
    after = page.evaluate(seen)
    assert after != first
    page.reload()
    wait(page, f"after => JSON.stringify(({seen})()) === JSON.stringify(after)", after)
