"""What is found wrong with a run, as a reader meets it: a D that a change has killed."""

from __future__ import annotations

from acting import run_of, wait, wait_for_state, wait_for_step

import gan_core
from gan_core import runs

WORDS = "[...document.querySelectorAll('.st-key-words .words > p')].map((p) => p.textContent)"


def test_a_d_that_a_change_has_killed_is_named_explained_and_left_behind(app, visit, until):
    # as it is without what holds D's slope down: with that, D survives such a rate
    config = gan_core.preset("plane").replace(steps=900, penalty="none", anneal="none", lr_g=1e-3)
    run = runs.create(config, app.runs / "killed")
    run.ask(turn="both", count=300)  # exactly so many: it goes the same way every time
    page = visit(f"/?run={run.id}")
    wait_for_step(page, 300)
    assert page.locator(".status .alarm").is_hidden()
    run.ask(lr_d=0.1, turn="both", count=400)
    wait_for_step(page, 700)
    run.ask(lr_d=config.lr_d, turn="both", count=200)
    wait_for_state(page, "finished")

    # in the status line, with the cause, for those who hear the page too
    alarm = page.locator(".status .alarm[data-kind=d-dead]")
    alarm.wait_for(state="visible")
    label = alarm.get_attribute("aria-label")
    assert alarm.inner_text() == "D is dead" and "the learning rate of D was set to 0.1 (0.003 before)" in label
    # the first sentence agrees, and praises nothing
    wait(page, f"() => {WORDS}[0].startsWith('D is dead. Since ')")
    first = page.evaluate(f"() => {WORDS}[0]")
    assert "set to 0.1" in first and "close to the data" not in first
    assert "can hardly tell them apart. That is no success here" in first

    # the chip leads to the card
    alarm.click()
    card = page.locator(".finding[data-kind=d-dead]")
    wait(page, "() => document.activeElement?.dataset.kind === 'd-dead'")
    inside = "({ top, bottom }) => top >= 0 && bottom <= innerHeight"
    wait(page, f"() => ({inside})(document.activeElement.getBoundingClientRect())")
    since = card.locator(".since").inner_text()
    page.reload()
    card.wait_for()
    assert card.locator(".since").inner_text() == since, "the same after a reload"

    # what revives it is the state before the change
    card.get_by_role("button", name="Go back to step 300").click()
    wait(page, "old => !location.search.includes(`run=${old}`)", run.id)
    again = runs.Run.open(app.runs / run_of(page))
    assert again.origin == {"run": run.id, "step": 300} and again.present.lr_d == config.lr_d
    until(lambda: again.status["state"] == "finished", "the end of the new run")
    alarm.wait_for(state="hidden")
    card.wait_for(state="detached")
