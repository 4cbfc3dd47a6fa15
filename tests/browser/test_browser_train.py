"""The app as a person uses it: a real server, a real Chromium, real training."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path

import playwright.sync_api as playwright
import pytest
import serving
from acting import PATIENCE, pixels, press, run_of, settle, step, wait, wait_for_state, wait_for_step, watch

from gan_core.config.presets import preset
from gan_core.runs import Run, create, list_runs


def test_from_start_to_interpolation(app, visit):
    page = visit()
    page.wait_for_selector(".st-key-start button:not([disabled])")
    # before Start: real images and the untrained generator's are there
    wait(page, "() => document.querySelector('.st-key-samples canvas')?.dataset.step === '0'")
    assert "Ready" in page.inner_text(".st-key-status") and step(page) == 0
    untrained = pixels(page, "samples")

    press(page, "start")
    wait_for_step(page, 30)
    wait(page, "before => document.querySelector('.st-key-samples canvas').toDataURL() !== before", untrained)
    wait(page, "() => document.querySelectorAll('.st-key-curves .js-plotly-plot').length === 4")
    # the charts are the ones that were there before, drawn on: nothing was mounted anew
    page.evaluate("() => { for (const c of document.querySelectorAll('.st-key-curves .js-plotly-plot')) c.tag = 1 }")
    traces = "document.querySelector('.st-key-curves .js-plotly-plot').data"
    points = f"() => {traces}.reduce((n, t) => Math.max(n, t.x?.[t.x.length - 1] ?? 0), 0)"
    reached = page.evaluate(points)
    wait(page, f"before => ({points})() > before", reached)
    assert page.evaluate(
        "() => [...document.querySelectorAll('.st-key-curves .js-plotly-plot')].every((c) => c.tag === 1)"
    )

    assert together(page) > 0.6, "picture and words are of one step, also where pictures come late"

    press(page, "pause")
    wait_for_state(page, "paused")
    page.wait_for_selector(".st-key-step_d button:not([disabled])")
    held = step(page)
    press(page, "step_both")
    wait_for_step(page, held + 1)
    page.wait_for_timeout(700)
    assert step(page) == held + 1, "a paused run makes exactly the one step it was asked for"
    wait(page, "() => /D and G took one step each.*before/s.test(document.querySelector('.st-key-words').innerText)")
    press(page, "step_d")
    wait(page, "() => /^D took one step.*G did not change/ms.test(document.querySelector('.st-key-words').innerText)")
    held += 1

    # scrubbing goes back to what was drawn at step 0, and the keyboard does it too
    now = pixels(page, "samples")
    slider = page.locator(".st-key-timeline input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    wait(page, "() => document.querySelector('.st-key-samples canvas').dataset.step === '0'")
    assert pixels(page, "samples") != now
    page.keyboard.press("ArrowRight")
    wait(page, "() => document.querySelector('.st-key-samples canvas').dataset.step === '1'")
    page.keyboard.press("End")
    wait(page, "now => document.querySelector('.st-key-samples canvas').toDataURL() === now", now)

    press(page, "start")
    wait_for_step(page, held + 20)
    press(page, "stop")
    wait_for_state(page, "stopped")
    ended = step(page)
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")  # continues
    wait_for_step(page, ended + 10)

    # the tab is closed; the run goes on and is found again, live, at the plain address
    left = step(page)
    page.close()
    page = visit()
    wait_for_step(page, left + 10)
    assert "run=" in page.url
    page.reload()
    wait_for_step(page, left + 20)

    page.get_by_role("link", name="Latent").click()
    page.wait_for_selector(".st-key-latent_picture canvas")
    wait(page, "() => document.querySelector('.st-key-interpolation input[type=range]:not([disabled])')")
    settle(page)
    slider = page.locator(".st-key-interpolation input[type=range]").first
    slider.focus()
    page.keyboard.press("Home")
    settle(page)
    a = pixels(page, "latent_picture")
    page.keyboard.press("End")
    # the picture moves with the slider
    wait(page, "a => document.querySelector('.st-key-latent_picture canvas').toDataURL() !== a", a)
    settle(page)
    b = pixels(page, "latent_picture")
    # dragging moves it without the button being released
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    wait(
        page,
        "ends => !ends.includes(document.querySelector('.st-key-latent_picture canvas').toDataURL())",
        [a, b],
    )
    page.mouse.up()

    page.get_by_role("link", name="Train").click()
    page.wait_for_selector(".st-key-stop button:not([disabled])")
    press(page, "stop")
    wait_for_state(page, "stopped")


def together(page) -> float:
    """The share of the browser's frames in which the picture is of the step that the words name, with slow pictures."""

    def late(route) -> None:
        page.wait_for_timeout(250)
        route.continue_()

    page.route("**/frames/*", late)
    share = page.evaluate(
        """async () => {
            const read = () => [
              document.querySelector('.st-key-samples canvas').dataset.step,
              document.querySelector('.st-key-timeline .where').textContent.replace(/\\D/g, ''),
            ]
            const begun = performance.now(), steps = new Set()
            let frames = 0, same = 0
            while (performance.now() < begun + 4000 || steps.size < 4) {
              await new Promise(requestAnimationFrame)
              const [picture, words] = read()
              steps.add(picture)
              frames += 1
              same += picture === words
            }
            return same / frames
        }"""
    )
    page.unroute_all(behavior="wait")
    return share


def test_reset_and_settings_are_kept(visit):
    page = visit("/?preset=starter&batch_size=32&lr_d=3e-4&seed=7")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_step(page, 5)
    press(page, "reset")
    wait_for_state(page, "ready")
    wait(page, "() => !location.search.includes('run=')")
    # Reset never overwrites settings
    for part in ("batch_size=32", "lr_d=3e-4", "seed=7"):
        assert part in page.url
    press(page, "new_seed")
    wait(page, "() => !/seed=7(&|$)/.test(location.search)")
    assert "batch_size=32" in page.url


def test_back_and_forward_lead_through_runs_and_pages(app, visit):
    """Run A, run B, the Lab, and back to A; what waits to be applied stays in the address of its run."""
    a, b = (create(preset("ring").replace(seed=n), app.runs / f"run-{n}", state="stopped") for n in (1, 2))
    page = visit(f"/?run={a.id}")
    shows = "id => location.search.includes(`run=${id}`) && document.querySelector('.st-key-set_seed input')"

    def seen(run) -> None:
        """The address, and the form, are those of a run."""
        wait(page, f"([id, seed]) => ({shows})(id)?.value === seed", [run.id, str(run.config.seed)])
        settle(page)

    page.locator(".st-key-fold_schedule summary").click()
    seen(a)
    place = 1 + [one.id for one in list_runs(app.runs) if isinstance(one, Run)].index(b.id)
    option = page.get_by_role("option").nth(place)
    for _ in range(20):  # a rerun that is still under way shuts the list again
        page.locator(".st-key-run_choice input").click()
        with contextlib.suppress(playwright.TimeoutError):
            option.click(timeout=3000)
            break
        page.keyboard.press("Escape")
    seen(b)
    page.locator(".st-key-fold_data summary").click()
    page.locator(".st-key-set_batch_size input").fill("32")
    page.keyboard.press("Enter")
    page.locator(".st-key-undo_batch_size button", has_text="runs with 64").wait_for()
    wait(page, "() => location.search.includes('batch_size=32')")
    page.get_by_role("link", name="Lab").click()
    page.wait_for_selector(".st-key-field canvas")
    settle(page)
    page.go_back()
    seen(b)
    assert "batch_size=32" in page.url
    page.go_back()
    seen(a)
    assert "batch_size=32" not in page.url
    page.go_forward()
    seen(b)
    page.reload()
    page.locator(".st-key-waiting .head", has_text="1 setting waits for Reset").wait_for()
    seen(b)
    page.click(".st-key-undo_all button")
    wait(page, "() => !location.search.includes('batch_size=32') && location.search.includes('run=')")


def test_bad_addresses_are_answered_with_sentences(visit):
    page = visit("/?preset=starter&lr_d=huge&batch_size=0&nonsense=1&run=../../etc")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    words = page.inner_text(".st-key-notice")
    for name in ("lr_d", "batch_size", "run"):
        assert name in words.lower(), words


def test_two_tabs_queue_and_crash(app, visit):
    first, second = visit("/?preset=starter&seed=11"), visit("/?preset=starter&seed=12")
    for page in (first, second):
        page.wait_for_selector(".st-key-start button:not([disabled])")
    press(first, "start")
    wait_for_step(first, 3)
    press(second, "start")
    wait_for_state(second, "wait")  # one run trains at a time here; the other says that it waits, and for whom
    # the worker is killed: the page says so, and the run that waited begins
    os.kill(json.loads((app.runs / run_of(first) / "status.json").read_text())["pid"], signal.SIGKILL)
    wait_for_state(first, "crashed")
    wait_for_step(second, 3)
    press(second, "stop")
    wait_for_state(second, "stopped")
    first.wait_for_selector(".st-key-start button:not([disabled])")
    press(first, "start")  # one click continues
    wait_for_step(first, 5)
    press(first, "stop")
    wait_for_state(first, "stopped")


def test_one_dimension_draws_its_figure(visit):
    page = visit("/?preset=gaussian-1d")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    wait(page, "() => document.querySelector('.st-key-samples canvas')?.dataset.step === '0'")
    before = pixels(page, "samples")
    press(page, "start")
    wait_for_step(page, 200)
    wait(page, "before => document.querySelector('.st-key-samples canvas').toDataURL() !== before", before)
    press(page, "stop")
    wait_for_state(page, "stopped")


def test_points_in_the_plane(visit):
    page = visit("/?preset=ring&batch_size=64&steps=100000")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    wait(page, "() => document.querySelector('.st-key-samples canvas')?.dataset.step === '0'")
    before = pixels(page, "samples")
    names = page.evaluate("() => [...document.querySelectorAll('.st-key-curves .chart')].map((c) => c.ariaLabel)")
    assert names == ["Losses", "D’s mean score", "What D maximises", "Gradients"], (
        "this game has no probability, and a penalty"
    )
    press(page, "start")
    wait_for_step(page, 100)
    wait(page, "before => document.querySelector('.st-key-samples canvas').toDataURL() !== before", before)
    wait(page, "() => /of 8\\b.* modes/.test(document.querySelector('.st-key-words')?.innerText)")
    wait(page, "() => document.querySelectorAll('.st-key-closeness .js-plotly-plot').length >= 3")
    style = "(t) => { const s = getComputedStyle(t); return [s.stroke, parseFloat(s.fontSize)] }"
    texts = page.evaluate(f"() => [...document.querySelectorAll('.js-plotly-plot text')].map({style})")
    assert texts and all(stroke == "none" and size >= 12 for stroke, size in texts), "sharp, and large enough to read"
    press(page, "stop")
    wait_for_state(page, "stopped")
    settle(page)
    page.get_by_role("link", name="Latent").click()
    wait(page, "() => document.querySelector('.st-key-interpolation input[type=range]:not([disabled])')")
    wait(page, "() => document.querySelector('.st-key-latent_picture canvas')?.dataset.at")
    settle(page)
    page.locator(".st-key-interpolation input[type=range]").first.focus()
    page.keyboard.press("Home")
    settle(page)
    begin = pixels(page, "latent_picture")
    page.keyboard.press("End")
    # the point moves along its path
    wait(page, "begin => document.querySelector('.st-key-latent_picture canvas').toDataURL() !== begin", begin)


def test_dots_glide(visit):
    """The module itself, in the browser: dots on their way, and at once for whoever wants no motion."""
    page = visit()
    wait(page, "() => document.querySelector('link[href$=\"style.css\"]')")
    found = page.evaluate(
        """async () => {
            const style = document.querySelector('link[href$="style.css"]').href
            const { Glide } = await import(style.replace('style.css', 'glide.js'))
            const glide = new Glide(() => {})
            glide.to({ dots: [0, 0] })
            glide.to({ dots: [1, 2] })
            await new Promise((done) => setTimeout(done, 120))
            const way = glide.now().dots
            await new Promise((done) => setTimeout(done, 600))
            return { way, end: glide.now().dots }
        }"""
    )
    assert found["end"] == [1, 2] and 0 <= found["way"][0] <= 1
    page.emulate_media(reduced_motion="reduce")
    at_once = page.evaluate(
        """async () => {
            const style = document.querySelector('link[href$="style.css"]').href
            const { Glide } = await import(style.replace('style.css', 'glide.js'))
            const glide = new Glide(() => {})
            glide.to({ dots: [0, 0] })
            glide.to({ dots: [1, 2] })
            return glide.now().dots
        }"""
    )
    assert at_once == [1, 2]


def test_the_average_of_g_beside_g_and_classes_in_rows(visit):
    page = visit("/?preset=starter&ema_half_life=3000&conditioning=concatenation&batch_size=16&samples=20")
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_step(page, 25)
    press(page, "stop")
    wait_for_state(page, "stopped")
    end = step(page)
    wait(page, "n => +document.querySelector('.st-key-samples canvas').dataset.step === n", end)
    seen = [pixels(page, "samples")]
    for name in ("average", "G"):
        # both of them, its average and G are three pictures
        page.locator(".st-key-samples .choice").get_by_role("button", name=name, exact=True).click()
        wait(page, "seen => !seen.includes(document.querySelector('.st-key-samples canvas').toDataURL())", seen)
        seen.append(pixels(page, "samples"))


def test_a_finding_and_its_remedy(visit):
    """D is made to win; the page says so, puts the remedy into the settings, and starts anew with it."""
    page = visit(
        "/?preset=ring&batch_size=32&objective=minimax&penalty=none&lr_d=5e-3&lr_g=1e-6&steps=700&anneal=none"
        "&ema_half_life=0"
    )
    page.wait_for_selector(".st-key-start button:not([disabled])")
    press(page, "start")
    wait_for_state(page, "finished")
    card = page.locator(".st-key-findings .finding[data-kind=d-wins]")
    card.wait_for()
    assert "step" in card.inner_text()
    first = run_of(page)
    card.get_by_role("button", name="Put into the settings").click()
    wait(page, "() => document.querySelector('.st-key-notice')?.innerText.includes('for Start again')")
    wait(page, "() => !location.search.includes('objective=minimax') || !location.search.includes('lr_d=5e-3')")
    card.get_by_role("button", name="Restart with this").click()
    wait(page, "first => /run=/.test(location.search) && !location.search.includes(first)", first)
    wait_for_step(page, 5)
    press(page, "stop")
    wait_for_state(page, "stopped")


@pytest.mark.parametrize("path", ["/", "/lab", "/latent"])
@pytest.mark.parametrize("width, scheme", [(1440, "light"), (800, "dark")])
def test_nothing_overflows_and_everything_is_named(visit, path, width, scheme):
    page = visit(path, width, scheme)
    settle(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    nameless = page.evaluate(
        """() => {
            const named = (e) => e.innerText?.trim() || e.ariaLabel || e.getAttribute('aria-labelledby')
              || e.labels?.length || e.title
            const all = [...document.querySelectorAll('.stMain button, .stMain input')]
            return all.filter((e) => e.offsetParent && !named(e)).map((e) => e.outerHTML.slice(0, 120))
        }"""
    )
    assert not nameless, "a screen reader has no name for these"


def test_the_server_never_loads_torch(app, visit):
    """Garbage collection over torch's objects would cost every rerun a tenth of a second; see design.md."""
    page = visit()
    wait(page, "() => document.querySelector('.st-key-samples canvas')?.dataset.step === '0'")
    maps = Path(f"/proc/{app.process.pid}/maps")
    if not maps.exists():
        pytest.skip("no /proc here")
    assert "libtorch" not in maps.read_text()


def test_stopping_the_app_saves_what_trains(browser, tmp_path, session_data):
    """Ctrl-C in the terminal while a run trains; the app started again continues it with one click."""
    errors: list[str] = []
    for attempt in range(2):
        with serving.serve(tmp_path / "runs", session_data, tmp_path / "server.log") as server:
            context = browser.new_context()
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            if attempt == 0:
                # the first visit of all is one to an inner page: it must find the whole frame there
                page.goto(f"{server.url}/latent")
                page.get_by_role("link", name="Train").first.wait_for()
                assert page.locator('[data-testid="stSidebarNav"]').count() == 0, "the list of bare files"
                page.goto(server.url)
                page.wait_for_selector(".st-key-start button:not([disabled])")
                press(page, "start")
                wait_for_step(page, 20)
            else:
                run = next((tmp_path / "runs").iterdir()).name
                page.goto(f"{server.url}/?run={run}")
                watch(page, errors)
                wait_for_state(page, "interrupted")
                wait_for_step(page, 20)  # the state is there with the page, the numbers come a moment later
                saved = step(page)
                page.wait_for_selector(".st-key-start button:not([disabled])")
                press(page, "start")
                wait_for_step(page, saved + 10)
            context.close()
    assert not errors


def test_an_open_tab_comes_back_to_its_run_when_the_app_was_killed_and_started_again(browser, tmp_path, session_data):
    """Also one that has come by the browser's way back; a bare visit names what was interrupted."""
    server, place = None, (tmp_path / "runs", session_data, tmp_path / "server.log")
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        server = serving.Server(*place)
        server.wait()
        page.goto(f"{server.url}/?preset=plane&width=24")
        page.wait_for_selector(".st-key-start button:not([disabled])")
        press(page, "start")
        wait_for_step(page, 20)
        run = run_of(page)
        for way in ("there", "back"):
            if way == "back":
                page.get_by_role("link", name="Lab").first.click()
                page.wait_for_url("**/lab**")
                page.go_back()
                page.wait_for_url(f"**run={run}**")
                wait_for_state(page, "interrupted")
            page.evaluate("window.before = true")
            server.process.kill()
            server.process.wait()
            server = serving.Server(*place, port=server.port)
            server.wait()
            if way == "back":
                # nothing has changed of its run: the tab learns of the new server when it is used
                press(page, "start")
            page.wait_for_function("() => !window.before")  # it has been loaded anew, with its own address
            wait_for_state(page, "interrupted")
            wait_for_step(page, 20)
            page.wait_for_selector(".st-key-start button:not([disabled])")
            assert run_of(page) == run and "width=24" in page.url, (way, page.url)
        bare = context.new_page()
        bare.goto(server.url)
        bare.locator(".st-key-notice", has_text="was interrupted").wait_for(timeout=PATIENCE)
    finally:
        context.close()
        if server:
            server.stop()
