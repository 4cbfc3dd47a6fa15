"""The Lab as a person uses it: a real server, a real Chromium, real training."""

from __future__ import annotations

import json

import pytest
from acting import (
    open_brush,
    press,
    query,
    run_of,
    settle,
    step,
    stroke,
    wait,
    wait_for_data,
    wait_for_state,
    wait_for_step,
)

import gan_core

FIELD = ".st-key-field canvas"
SMALL = "width=8&batch_size=32"


def shown(page, canvas: str = FIELD) -> int:
    """The step whose picture is on a canvas."""
    return int(page.evaluate("c => document.querySelector(c)?.dataset.step ?? -1", canvas))


def wait_for_picture(page, least: int, canvas: str = FIELD) -> None:
    wait(page, "([c, n]) => +(document.querySelector(c)?.dataset.step ?? -1) >= n", [canvas, least])


def status_of(app, run_id: str) -> dict:
    return json.loads((app.runs / run_id / "status.json").read_text())


def test_draw_a_distribution_and_train_on_it(app, visit):
    page = visit(f"/lab?{SMALL}&steps=4000")
    page.wait_for_selector(".thumbnails [data-name=draw]")
    open_brush(page)
    stroke(page, [(-1.2, -1.0 + 0.1 * i) for i in range(21)])
    drawn = wait_for_data(page, "drawn:")
    wait_for_picture(page, 0)
    press(page, "start")
    wait_for_picture(page, 300)
    config = json.loads((app.runs / run_of(page) / "config.json").read_text())["config"]
    assert config["data"] == drawn
    real = json.loads((app.runs / run_of(page) / "real.json").read_text())["real"]
    assert max(abs(x + 1.2) for x in real[::2]) < 0.4 and min(real[1::2]) < -0.7 < 0.7 < max(real[1::2]), (
        "the stroke is what there is to learn"
    )
    press(page, "pause")
    wait_for_state(page, "paused")


def test_layers_are_in_the_address_and_a_shared_address_shows_the_same(visit):
    page = visit(f"/lab?{SMALL}&steps=300&seed=5")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_state(page, "finished")
    wait_for_picture(page, 300)
    page.click(".field [data-layer=manifold]")
    page.click(".field [data-layer=pull]")
    wait(page, "() => (new URLSearchParams(location.search).get('layers') ?? '').includes('pull')")
    assert "manifold" not in query(page)["layers"]
    # the scale of the arrows follows the pictures seen before: both pages begin with this one
    page.reload()
    wait_for_picture(page, 300)
    page.mouse.move(5, 5)
    settle(page)
    other = visit(page.url[page.url.index("/lab") :])
    wait_for_picture(other, 300)
    other.mouse.move(5, 5)
    picture = page.evaluate(f"() => document.querySelector('{FIELD}').toDataURL()")
    wait(other, f"picture => document.querySelector('{FIELD}').toDataURL() === picture", picture)
    assert step(other) == 300 and query(other)["run"] == query(page)["run"]


def test_scrub_and_fork(app, visit):
    page = visit(f"/lab?{SMALL}&steps=1000")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_state(page, "finished")
    parent = run_of(page)
    wait_for_picture(page, 1000)
    slider = page.locator(".st-key-timeline input[type=range]")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    at = int(page.inner_text(".st-key-timeline .where").removeprefix("step ").replace(",", ""))
    wait(page, f"n => +document.querySelector('{FIELD}').dataset.step === n", at)
    assert at == 900, "a picture of every 20 steps"
    page.click(".st-key-timeline .fork")
    wait(page, "old => { const r = new URLSearchParams(location.search).get('run'); return r && r !== old }", parent)
    child = run_of(page)
    wait_for_state(page, "finished")
    head = json.loads((app.runs / child / "config.json").read_text())
    assert head["origin"] == {"run": parent, "step": at}
    wait_for_picture(page, 1000)
    a, b = (json.loads((app.runs / run / "frames" / "00001000.json").read_text()) for run in (parent, child))
    assert a == b, "nothing was changed: it ends where its parent ended"


def test_a_race_is_driven_by_one_transport(app, visit, until):
    page = visit(f"/lab?{SMALL}&steps=200000&race=&b.objective=hinge")
    page.wait_for_selector(".st-key-field_b canvas")
    assert "Hinge" in page.inner_text(".st-key-race")
    press(page, "start")
    for side in "ab":
        wait_for_picture(page, 50, f".st-key-field_{side} canvas")
    press(page, "pause")
    wait(page, "() => document.querySelectorAll('.st-key-status .gan').length === 2")
    runs = query(page)["run"], query(page)["race"]
    until(lambda: [status_of(app, run)["state"] for run in runs] == ["paused", "paused"], "both sides to hold")
    configs = [json.loads((app.runs / run / "config.json").read_text())["config"] for run in runs]
    assert {name for name in configs[0] if configs[0][name] != configs[1][name]} == {"objective"}, (
        "one seed, and all else alike"
    )
    press(page, "stop")


def test_slow_motion_plays_the_step_that_the_run_then_makes(app, visit):
    page = visit(f"/lab?{SMALL}&steps=100000")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "step_both")
    wait_for_step(page, 1)
    page.click(".st-key-slow_motion label")
    wait(page, "() => document.querySelector('.slow .sentence')?.textContent.length > 20")
    for _ in range(8):
        # each sub-step says something else
        said = page.inner_text(".slow .sentence")
        page.press(".slow", "ArrowRight")
        wait(page, "said => document.querySelector('.slow .sentence')?.innerText !== said", said)
    before = step(page)
    page.click(".slow .plain:not([disabled])")
    wait_for_step(page, before + 1)
    wait(page, "n => document.querySelector('.slow .plain').disabled === false", 0)
    assert step(page) == before + 1


def test_the_stages_of_figure_one(app, visit):
    page = visit("/lab?section=line&batch_size=64")
    page.wait_for_selector(".st-key-stage_b button:not([disabled])")
    page.click(".st-key-stage_b button")
    wait_for_step(page, 400)
    wait_for_state(page, "paused")
    frame = json.loads((app.runs / run_of(page) / "frames" / "00000400.json").read_text())
    assert frame["method"] in ("change of variables", "kernel")
    assert abs(frame["value"] - frame["value_best"]) < 0.15, "D alone comes near to the best D"
    page.click(".st-key-stage_c button")
    wait_for_step(page, 460)
    wait_for_state(page, "paused")


def test_what_is_impossible_in_an_address_is_said(visit):
    page = visit("/lab?speed=warp&try=nothing&race=&b.width=-3&layers=" + "x" * 500)
    page.wait_for_selector(".st-key-start button:not([disabled])")
    words = page.inner_text(".st-key-notice")
    for part in ("warp", "nothing", "width"):
        assert part in words


IN_VIEW = """() => {
  const box = (one) => document.querySelector(one)?.getBoundingClientRect()
  const [head, bar, question, plot] = ['.stAppHeader', '.st-key-bar', '.tries .task', '.st-key-field'].map(box)
  return bar.top >= head.bottom - 1 && question?.top >= bar.bottom && question.bottom <= plot.top + 8
    && plot.top < innerHeight / 2
}"""
"""Whether transport and question are to be seen below the page's head, and the picture right below them."""


def test_something_to_try_begins_with_one_click_and_knows_the_answer(app, visit):
    page = visit("/lab?section=line")
    assert not page.query_selector(".tries .task") and not page.is_visible(".tries .tick")
    page.click(".tries [data-trial=first]")
    wait(page, "() => new URLSearchParams(location.search).get('try') === 'first'")
    # the page shows what begins: the question, and the picture below it
    wait(page, IN_VIEW)
    wait(page, "() => new URLSearchParams(location.search).get('speed') === '30'")
    first = run_of(page)
    page.goto(page.url.replace("speed=30", "speed=full"))
    press(page, "start")
    wait_for_state(page, "finished")
    first = run_of(page)
    assert json.loads((app.runs / first / "config.json").read_text())["config"]["pretrain_d"] == 300
    assert not page.query_selector(".tries .task.done"), "the set-up itself is not the answer"
    # the learner changes what the question is about
    page.goto(
        app.url
        + page.url[page.url.index("/lab") :].replace("pretrain_d=300", "pretrain_d=0").replace(f"run={first}", "")
    )
    press(page, "start")
    wait(page, "() => document.querySelector('.tries .task.done .state')?.textContent.startsWith('✓')")
    assert run_of(page) != first
    assert page.inner_text(".tries .task .why").startswith("Why it worked: D learns")
    # it is known in this browser from now on
    wait(page, "() => document.querySelector('.tries [data-trial=first].solved .tick')?.offsetHeight > 0")
    assert page.evaluate("localStorage.getItem('gan.solved')") == '["first"]'


MARKS = "ui => [...document.querySelectorAll(`${ui} .strip.marks .sign`)].map((one) => one.getAttribute('aria-label'))"
RANGES = "() => [...document.querySelectorAll('.st-key-curves .plot')].map((one) => one.layout.xaxis.range)"


def what_happened(app, run: str) -> list[tuple[str, int]]:
    """What a run noted of itself, by the step."""
    lines = (app.runs / run / "events.jsonl").read_text().splitlines()
    return [(event["what"], event["step"]) for event in map(json.loads, lines)]


def test_what_happened_is_marked_on_timeline_and_curves_which_are_zoomed_together(app, visit, until):
    page = visit(f"/lab?{SMALL}&steps=200000")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_step(page, 200)
    run = gan_core.Run.open(app.runs / run_of(page))
    press(page, "pause")
    wait_for_state(page, "paused")
    press(page, "start")
    until(lambda: run.events()[-1]["what"] == "resumed", "the end of the pause")
    run.ask(lr_d=0.05)
    wait_for_step(page, run.status["step"] + 800)
    run.ask(lr_d=0.01)
    until(lambda: run.events()[-1].get("lr_d") == 0.01, "the second change")
    wait_for_step(page, run.status["step"] + 300)
    press(page, "pause")
    wait_for_state(page, "paused")
    until(lambda: run.events()[-1]["what"] == "paused", "the second pause")
    whats, (_, held, resumed, changed, again, end) = zip(*what_happened(app, run.id), strict=True)
    assert whats == ("started", "paused", "resumed", "changed", "changed", "paused")
    assert held == resumed <= changed < again < end
    rates = [
        f"Step {changed:,}: Learning rate of D 3e-3 → 0.05",
        f"Step {again:,}: Learning rate of D 0.05 → 0.01",
    ]

    def ours(lines: list[str]) -> list[str]:
        """The first two without what was found: D may be dead by then."""
        return [line for line in lines if "Learning rate" in line or "paused" in line][:2]

    for where in (".st-key-timeline", ".st-key-curves .chart:nth-child(4)", ".st-key-closeness .chart"):
        wait(page, f"([ui, n]) => ({MARKS})(ui).join('|').includes(n)", [where, rates[1]])
        told = "\n".join(page.evaluate(MARKS, where)).splitlines()
        assert ours(told) == rates, f"{where}: a pause of a moment is no mark"
    assert ours(page.inner_text(".st-key-timeline ul").splitlines()) == rates
    # the timeline is linear: a mark stands where its step's share of all steps is
    share = """() => {
        const [mark, slider] = ['.sign', 'input'].map((one) => document.querySelector(`.st-key-timeline ${one}`))
        const [at, box] = [mark, slider].map((one) => one.getBoundingClientRect())
        return (at.left + at.width / 2 - box.left - 8.5) / (box.width - 17)
    }"""
    assert page.evaluate(share) == pytest.approx(changed / end, abs=0.02)
    assert page.evaluate("() => +document.querySelector('.st-key-timeline input').max") == end

    # under the mouse, and with the keyboard, a mark says what happened; a press shows the picture of then
    sign = page.locator(".st-key-curves .chart:nth-child(4) .strip.marks .sign").first
    sign.hover()
    page.wait_for_selector(".gan-bubble")
    assert page.locator(".gan-bubble p").all_inner_texts()[0] == rates[0]
    page.mouse.move(3, 3)
    page.wait_for_selector(".gan-bubble", state="detached")
    page.focus(".st-key-timeline input")
    page.keyboard.press("Shift+Tab")
    wait(page, "n => document.querySelector('.gan-bubble')?.textContent.includes(n)", rates[0])
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait(page, "n => document.querySelector('.gan-bubble')?.textContent.includes(n)", rates[1])
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    wait(page, f"n => Math.abs(+document.querySelector('{FIELD}').dataset.step - n) < n / 2", changed)
    page.click(".st-key-timeline .now")

    # dragged across one chart, all are zoomed, say so, and stay so when they are drawn anew
    whole = page.evaluate(RANGES)
    assert whole == [[0, end]] * len(whole)

    def drag() -> None:
        plot = page.locator(".st-key-curves .chart").first.locator(".nsewdrag")
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 62, steps=5)
        page.mouse.up()
        wait(page, "() => document.querySelectorAll('.curves .zoomed:not([hidden])').length >= 5")

    drag()
    ranges = page.evaluate(RANGES)
    assert 0.2 * end < ranges[0][0] < ranges[0][1] < 0.8 * end and ranges == [ranges[0]] * len(ranges)
    chip = page.locator(".st-key-curves .zoomed").nth(3)
    assert chip.inner_text() == f"zoomed: steps {ranges[0][0]:,.0f}–{ranges[0][1]:,.0f} · reset"
    # the switch of the axis works, says so on the axis, and is remembered; the zoom outlives it and the next step
    scale = page.locator(".st-key-curves .scale").first
    kind = "() => document.querySelector('.st-key-curves .plot').layout.yaxis.type"
    assert page.evaluate(kind) == "linear" and scale.get_attribute("aria-pressed") == "false"
    scale.click()
    wait(page, f"() => ({kind})() === 'log'")
    press(page, "step_both")
    wait_for_step(page, end + 1)
    assert page.evaluate(kind) == "log" and page.evaluate(RANGES)[0] == ranges[0]
    assert "log" in page.locator(".st-key-curves .chart").first.locator(".annotation-text").all_text_contents()
    chip.press("Enter")
    wait(page, f"n => ({RANGES})().every(([a, b]) => a === 0 && b >= n)", end)
    drag()
    plot = page.locator(".st-key-curves .chart").nth(1).locator(".nsewdrag")
    plot.dblclick(position={"x": 60, "y": 60})
    wait(page, "() => !document.querySelector('.curves .zoomed:not([hidden])')")
    page.reload()
    page.wait_for_selector(".st-key-curves .js-plotly-plot")
    wait(page, f"() => ({kind})() === 'log'")
    press(page, "stop")
