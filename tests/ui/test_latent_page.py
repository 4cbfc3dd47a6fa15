"""The Latent page without a browser."""

from __future__ import annotations

from visiting import LATENT, desk_of, only_run, press, said, sound


def test_latent_without_runs_leads_to_train(open_page):
    page = open_page(LATENT)
    assert "No generator has learnt anything yet" in said(page) and page.button(key="go_train")


def test_latent_offers_every_run_with_networks_and_every_checkpoint(open_page, until):
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 2, "the second step")
    press(page.run(), "stop")
    until(lambda: run.status["state"] == "stopped", "the stop")
    page = open_page(LATENT, run=run.id)
    assert desk_of(page).run_id == run.id
    assert len(page.selectbox(key="walk_step").options) == 1 + len(run.checkpoints())
    sound(page.number_input(key="walk_a").set_value(77).run())
    press(page, "shuffle_b")
    walk = page.session_state["walk"]
    assert walk["a"] == 77 and walk["kind"] == "spherical"
