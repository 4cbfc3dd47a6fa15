"""The pages without a browser: the scripts under AppTest, what they are made of, and the routes that their live views talk to."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from gan_core import runs
from gan_core.advice.finding import Finding
from gan_core.config import DATA, FIELDS, Choice, ConfigError, Float, Int, TrainConfig, drawing
from gan_core.config.asking import asks, choices
from gan_core.config.games import GAMES
from gan_core.config.glossary import FEATURES, TERMS
from gan_core.config.presets import PRESETS, preset
from gan_core.processes import fleet
from ui.server import answers, routes
from ui.shared import browser, curves, desk, findings, form, remedy
from ui.shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
TRAIN, LATENT, APP = ("pages/train.py", "pages/latent.py", "app.py")


@pytest.fixture
def open_page(home, runs_root, monkeypatch):
    """`open_page(path, **query)`: the page as a new visitor finds it; no exception on it."""
    monkeypatch.chdir(ROOT)

    def visit(path: str = TRAIN, **query: str) -> AppTest:
        page = AppTest.from_file(str(ROOT / path), default_timeout=60)
        for name, value in query.items():
            page.query_params[name] = value
        return sound(page.run())

    yield visit
    for run in runs.list_runs():
        if isinstance(run, runs.Run) and run.is_active:
            fleet.shared().stop(run)


def sound(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def press(page: AppTest, button: str) -> AppTest:
    assert not page.button(key=button).disabled, f"{button} is dead"
    return sound(page.button(key=button).click().run())


def only_run() -> runs.Run:
    (run,) = runs.list_runs()
    return run


def said(page: AppTest) -> str:
    """All that the page says in words of Streamlit's own elements, as it reads."""
    return re.sub(r"\\(.)", r"\1", "\n".join(e.value for e in (*page.markdown, *page.caption)))


def desk_of(page: AppTest) -> desk.Desk:
    return page.session_state["desks"][page.session_state["place"]]


def settings_of(page: AppTest) -> Settings:
    return desk_of(page).settings


# --------------------------------------------------------------------------- the Train page


@pytest.mark.parametrize("path", [TRAIN, APP])
def test_ready_page_has_everything_in_its_place(open_page, path):
    page = open_page(path)
    alive = {
        key
        for key in ("start", "pause", "stop", "step_d", "step_g", "step_both", "reset", "new_seed")
        if not page.button(key=key).disabled
    }
    assert alive == {"start", "step_d", "step_g", "step_both", "new_seed"}
    assert page.selectbox(key="preset").value == "starter" and page.selectbox(key="data").value == "digits"
    assert page.button(key="start").label == "Start"
    assert not runs.list_runs(), "looking makes no run"


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_fills_the_form(open_page, name):
    page = open_page()
    sound(page.selectbox(key="preset").set_value(name).run())
    assert settings_of(page).config == preset(name)
    assert page.selectbox(key="data").value == preset(name).data
    assert PRESETS[name].note.split(",")[0] in "".join(e.proto.body for e in page.get("html")).replace("&#x27;", "'")
    shown = [
        n
        for n in ("batch_size", "latent_dim", "k", "epochs", "seed")
        if page.number_input(key=f"set_{n}").value == getattr(preset(name), n)
    ]
    assert len(shown) == 5


def test_start_pause_step_stop_and_reset(open_page, until):
    page = press(open_page(TRAIN, preset="starter", batch_size="16", seed="5"), "start")
    run = only_run()
    assert run.config == preset("starter").replace(batch_size=16, seed=5)
    until(lambda: run.status["step"] >= 3, "the third step")
    press(page.run(), "pause")
    until(lambda: run.status["state"] == "paused", "the pause")
    assert page.run().button(key="start").label == "Resume"
    held = run.status["step"]
    press(page, "step_both")
    until(lambda: run.status["step"] == held + 1 and run.status["state"] == "paused", "the single step")
    press(page.run(), "start")
    until(lambda: run.status["step"] > held + 2, "the steps after the pause")
    press(page.run(), "stop")
    until(lambda: run.status["state"] == "stopped", "the stop")
    assert page.run().button(key="start").label == "Continue"
    # Reset never overwrites settings, and the run stays
    press(page, "reset")
    assert page.button(key="start").label == "Start"
    assert settings_of(page).config == run.config and only_run().id == run.id
    press(page, "new_seed")
    assert settings_of(page).config.replace(seed=5) == run.config


def test_live_change_reaches_the_run_and_others_wait_for_a_new_start(open_page, until):
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().text_input(key="set_lr_d").set_value("1e-3").run())
    until(lambda: run.status["live"]["lr_d"] == 1e-3, "the new learning rate")
    sound(page.number_input(key="set_batch_size").set_value(32).run())
    assert "Batch size 64 → 32: takes effect with **Reset**" in said(page)
    sound(page.text_input(key="set_lr_g").set_value("banana").run())
    assert "“banana”: use a number from 0 to 1" in said(page)
    assert run.control()["live"] == {"lr_d": 1e-3}, "nonsense reaches no run"


def test_impossible_combination_is_a_sentence_and_the_last_settings_stay_in_force(open_page):
    page = open_page(TRAIN, preset="conv-minimax")
    before = settings_of(page).config
    sound(page.selectbox(key="set_resolution").set_value(64).run())
    assert "This cannot be trained. Resolution 64: conv-minimax grows" in said(page)
    assert settings_of(page).config == before and settings_of(page).values["resolution"] == 64
    assert page.button(key="start").disabled
    sound(page.selectbox(key="set_resolution").set_value(28).run())
    assert not page.button(key="start").disabled and "cannot be trained" not in said(page)


def test_data_of_another_kind_bring_networks_that_fit(open_page):
    page = open_page()
    sound(page.selectbox(key="data").set_value("gaussian").run())
    assert settings_of(page).error is None and not settings_of(page).config.is_image
    assert "Networks are now those of" in said(page)
    sound(page.selectbox(key="data").set_value("folder").run())
    assert settings_of(page).config.is_image or settings_of(page).error is not None
    sound(page.text_input(key="data_path").set_value("/no/such/folder").run())
    assert settings_of(page).values["data"] == "folder:/no/such/folder"


@pytest.mark.parametrize(("start", "elsewhere"), [("starter", {"activation"}), ("mlp-tiny", set())])
def test_every_option_of_every_field_can_be_chosen_and_is_explained(open_page, start, elsewhere):
    page = open_page(TRAIN, preset=start)
    tried = 0
    fields = [n for n, f in FIELDS.items() if isinstance(f.accepts, Choice)]
    for name in fields if start == "starter" else ["activation"]:
        if name in elsewhere:
            assert not asks(name, settings_of(page).draft)
            continue
        before = settings_of(page).values[name]
        for option in choices(name, settings_of(page).draft):
            sound(page.selectbox(key=f"set_{name}").set_value(option).run())
            assert settings_of(page).values[name] == option
            term = TERMS.get(name, {}).get(option)
            if term is not None:
                for line in (term.does, *term.paper.partition(", arXiv:")[:1]):
                    assert line in said(page), (name, option)
                formula = form.unbroken(term.formula.split("\n")[0].split(", ")[0])
                assert any(formula in c.value for c in page.caption), (name, option)
            tried += 1
        sound(page.selectbox(key=f"set_{name}").set_value(before).run())
    assert tried > (50 if start == "starter" else 4)
    assert settings_of(page).config == preset(start), "and back again"


@pytest.mark.parametrize("data", ["ring", "checkerboard", "swiss-roll", "two-gaussians-1d", "stacked-mnist", "points"])
def test_every_kind_of_data_brings_a_form_that_can_be_trained(open_page, data, tmp_path):
    page = open_page(TRAIN, augment="translation", conditioning="projection")
    sound(page.selectbox(key="data").set_value(data).run())
    if data == "points":
        assert settings_of(page).error.field == "data", "a file must be named"
        sound(page.text_input(key="data_path").set_value(str(tmp_path / "p.csv")).run())
    chosen = settings_of(page)
    assert chosen.error is None, chosen.error
    keys = {w.key for kind in ("selectbox", "number_input", "text_input", "toggle") for w in page.get(kind)}
    assert ("set_augment" in keys) == ("set_resolution" in keys) == chosen.config.is_image
    if not chosen.config.is_image:
        assert not any("onvolutional" in label for label in page.selectbox(key="set_architecture").options)
    assert ("set_conditioning" in keys) == (data in ("ring", "checkerboard", "two-gaussians-1d", "stacked-mnist"))


def test_details_show_with_what_they_are_details_of(open_page):
    page = open_page()
    on = {"penalty": "r1", "instance_noise": 0.1, "anneal": "cosine", "pretrain_d": 5}
    details = {name: field.of for name, field in FIELDS.items() if field.of in on}
    assert len(details) >= 7
    for detail, of in details.items():
        draft = settings_of(page).draft
        assert not asks(detail, draft) and asks(detail, draft.replace(**{of: on[of]}))
    sound(page.selectbox(key="set_penalty").set_value("r1+r2").run())
    sound(page.text_input(key="set_penalty_weight").set_value("0.1").run())
    sound(page.selectbox(key="set_objective").set_value("relativistic").run())
    assert "Relativistic pairing, R1 + R2 × 0.1, k = 1" in said(page)
    assert not any(w.key == "set_label_smoothing" for w in page.text_input), "this objective has no target to smooth"
    sound(page.toggle(key="set_spectral_norm").set_value(True).run())
    sound(page.number_input(key="set_packing").set_value(2).run())
    assert "spectral norm, packing 2" in said(page) and FEATURES["packing"].does in said(page)


def test_a_drawing_is_shown_as_data_until_others_are_chosen(open_page):
    face = drawing.encode(bytes(7 * (i % 41 == 0) for i in range(drawing.CELLS**2)))
    page = open_page(TRAIN, preset="ring", data=f"drawn:{face}")
    chosen = page.selectbox(key="data")
    assert chosen.value == f"drawn:{face}" and "A drawing (2-D)" in chosen.options
    assert not any(face[:12] in option for option in chosen.options)
    sound(chosen.set_value("moons").run())
    assert page.selectbox(key="data").value == "moons"
    assert "A drawing (2-D)" not in page.selectbox(key="data").options


def test_an_empty_number_means_none(open_page):
    page = open_page(TRAIN, objective="wasserstein")
    field = page.text_input(key="set_weight_clip")
    assert field.value == "" and field.placeholder == "automatic: 0.01"
    sound(field.set_value("0.05").run())
    assert settings_of(page).config.weight_clip == 0.05
    sound(page.text_input(key="set_weight_clip").set_value("").run())
    assert settings_of(page).config.weight_clip is None and settings_of(page).error is None


def test_an_error_in_a_field_that_was_hidden_shows_the_field(open_page):
    page = open_page(TRAIN, label_smoothing="0.1")
    sound(page.selectbox(key="set_objective").set_value("hinge").run())
    assert "Label smoothing 0.1: hinge has no target to smooth" in said(page)
    sound(page.text_input(key="set_label_smoothing").set_value("0").run())
    assert settings_of(page).error is None and settings_of(page).config.objective == "hinge"
    sound(page.selectbox(key="set_penalty").set_value("r1").run())
    sound(page.text_input(key="set_penalty_weight").set_value("much").run())
    sound(page.selectbox(key="set_penalty").set_value("none").run())
    sound(page.text_input(key="set_penalty_weight").set_value("1").run())
    assert settings_of(page).error is None and not any(w.key == "set_penalty_weight" for w in page.text_input)


def test_penalty_weight_changes_while_it_trains(open_page, until):
    page = press(open_page(TRAIN, preset="ring"), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    sound(page.run().text_input(key="set_penalty_weight").set_value("0.05").run())
    until(lambda: run.status["live"]["penalty_weight"] == 0.05, "the new weight")


def test_remedies_are_applied_at_once_put_into_the_settings_or_started_with(open_page, until, monkeypatch):
    """What the browser sends is the kind of a finding and no more; what it changes is looked up again."""
    found = [
        Finding("d-wins", "D wins", "numbers", "meaning", {"lr_d": 1e-5}, "slower", (1, 2)),
        Finding("collapse", "", "", "", {"packing": 2}, "", (1, 2)),
    ]
    monkeypatch.setattr(findings.diagnosis, "of_run", lambda run: found)
    findings._kept.clear()
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")

    def choose(kind: str, restart: bool) -> list:
        class State(dict):
            __getattr__ = dict.__getitem__

            def __setattr__(self, name, value):
                self[name] = value

        words = {"remedy": {"kind": kind, "restart": restart}}
        state = State(desks=page.session_state["desks"], place=page.session_state["place"], said=[], words_view=words)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("streamlit.session_state", state)
            remedy.choose()
        return state["said"]

    assert choose("d-wins", False) and settings_of(page).config.lr_d == 1e-5
    until(lambda: run.status["live"]["lr_d"] == 1e-5, "the smaller rate")
    choose("collapse", False)
    assert settings_of(page).config.packing == 2 and run.is_active and run.config.packing == 1, (
        "packing needs a new start"
    )
    assert "nothing was changed" in choose("oscillation", False)[0][1]
    choose("collapse", True)
    until(lambda: run.status["state"] == "stopped", "the end of the old run")
    assert desk_of(page).run_id != run.id and runs.find(desk_of(page).run_id).config == run.config.replace(
        lr_d=1e-5, packing=2
    )


def test_an_address_is_believed_as_little_as_any_other_input(open_page):
    page = open_page(TRAIN, preset="nope", lr_d="huge", batch_size="0", run="../../etc", depth="99", k="2")
    words = said(page)
    for part in ("“nope”", "lr_d", "batch_size", "depth", "There is no run called “../../etc”"):
        assert part in words, words
    assert settings_of(page).config == preset("starter").replace(k=2)


def test_folders_that_are_no_runs_are_listed_with_their_reason(open_page, runs_root):
    (runs_root / "empty *bold*").mkdir()
    (runs_root / "half").mkdir()
    (runs_root / "half" / "config.json").write_bytes(b'{"format": 1, "conf\xff')
    (runs_root / "a file").write_text("no folder")
    page = open_page()
    assert [e.label for e in page.expander if "cannot be opened" in e.label] == ["2 folders cannot be opened"]
    assert "empty *bold* is not a run: its config.json is missing or cannot be read." in said(page)
    assert desk_of(open_page(TRAIN, run="half")).run_id is None


def test_a_run_that_vanishes_is_said_and_left(open_page, until):
    page = press(open_page(), "start")
    run = only_run()
    until(lambda: run.status["step"] >= 1, "the first step")
    press(page.run(), "stop")
    until(lambda: run.status["state"] == "stopped", "the stop")
    run.folder.rename(run.folder.parent.parent / "moved away")
    sound(page.run())
    assert f"There is no run called “{run.id}” here." in said(page)
    assert page.run().button(key="start").label == "Start"


# --------------------------------------------------------------------------- the Latent page


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


# --------------------------------------------------------------------------- torch stays out


@pytest.mark.slow
def test_neither_pages_nor_routes_import_torch(runs_root):
    code = """
import sys
from streamlit.testing.v1 import AppTest
from ui.server import routes
assert routes.api("")
for path in ("app.py", "pages/train.py", "pages/latent.py"):
    page = AppTest.from_file(path, default_timeout=60).run()
    assert not page.exception, page.exception
from gan_core.processes import fleet
fleet.shared().close()
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.stdout.split() == ["False"], done.stdout + done.stderr


# --------------------------------------------------------------------------- settings


def _values(accepts):
    if isinstance(accepts, Choice):
        return st.sampled_from(accepts.options)
    if isinstance(accepts, Int):
        some = st.integers(accepts.low, min(accepts.high, accepts.low + 300))
        return st.none() | some if accepts.optional else some
    if isinstance(accepts, Float):
        return st.floats(0, 0.99, allow_subnormal=False)
    return st.booleans()


CHANGES = st.dictionaries(st.sampled_from([n for n in FIELDS if n != "data"]), st.none(), max_size=6).flatmap(
    lambda names: st.fixed_dictionaries({n: _values(FIELDS[n].accepts) for n in names})
)


@given(
    st.sampled_from(list(PRESETS)),
    st.sampled_from([*DATA, "folder:/home/me/a b&c=d?é", "points:/home/me/x y.csv"]),
    CHANGES,
)
def test_settings_survive_the_way_through_an_address(name, data, changes):
    chosen = Settings()
    chosen.choose_preset(name)
    chosen.choose_data(data)
    for field, value in changes.items():
        before = chosen.config
        chosen.set(field, value)
        assert chosen.error is None or chosen.config == before, (
            "what cannot be trained leaves the last settings in force"
        )
    back = Settings.from_query(chosen.query())
    assert back.config == chosen.config and back.preset == chosen.preset and not back.notes


@given(st.dictionaries(st.sampled_from([*FIELDS, "preset", "run", "x"]), st.text(max_size=12), max_size=5))
def test_any_address_gives_settings_that_can_be_trained(query):
    found = Settings.from_query(query)
    assert found.error is None and TrainConfig.from_dict(found.values) == found.config


@settings(max_examples=20)
@given(st.sampled_from(list(PRESETS)))
def test_a_run_that_is_opened_fills_the_form(name):
    found = Settings()
    found.adopt(preset(name))
    assert (
        found.preset == name
        and found.config == preset(name)
        and not found.restarts(preset(name))
        and not found.live_changes({})
    )


# --------------------------------------------------------------------------- curves


@given(st.integers(1, 30_000), st.integers(0, 2**32 - 1), st.booleans())
def test_thinned_curves_keep_both_ends_and_every_peak(n, seed, with_gaps):
    random = np.random.default_rng(seed)
    values = random.standard_normal(n).cumsum()
    if with_gaps:
        values[random.integers(0, n, n // 7)] = np.nan
    metrics = {"step": np.arange(1, n + 1), **{name: values.astype(np.float32) for name in curves.TRACES}}
    drawn = curves.drawable(metrics)
    assert set(drawn) == set(curves.TRACES)
    good = values[np.isfinite(values)]
    for trace in drawn.values():
        assert len(trace["x"]) == len(trace["y"]) <= 500 and len(trace["sx"]) == len(trace["sy"]) <= 500
        assert trace["x"][0] == trace["sx"][0] == 1 and trace["x"][-1] == trace["sx"][-1] == n
        assert trace["x"] == sorted(set(trace["x"]))
        shown = [v for v in trace["y"] if v is not None]
        if len(good) and max(abs(good)) > 1e-6:
            tolerance = 1e-3 * max(abs(good))
            if good.max() > 0 or not with_gaps:
                assert abs(max(shown) - good.max()) <= tolerance
            if good.min() < 0 or not with_gaps:
                assert abs(min(shown) - good.min()) <= tolerance
    json.dumps(drawn, allow_nan=False)


@given(st.integers(2, 40_000), st.integers(1, 9_000), st.integers(0, 2**32 - 1))
def test_curves_of_a_run_that_grows_are_those_of_the_whole_run(n, piece, seed):
    """Read in pieces or at once, and read again after the run was cut back and went on in another way."""
    random = np.random.default_rng(seed)
    metrics = {
        "step": np.arange(1, n + 1),
        **{name: random.standard_normal(n).astype(np.float32) for name in curves.TRACES},
    }
    other = {name: column[: n // 2].copy() for name, column in metrics.items()}
    other["loss_d"][-1] += 1
    summary = curves.Summary()
    for end in [*range(piece, n, max(piece, n // 20)), n]:
        summary.update(lambda start, end=end: {name: column[start:end] for name, column in metrics.items()})
    assert summary.drawable() == curves.drawable(metrics)
    if n > 3:
        summary.update(lambda start: {name: column[start:] for name, column in other.items()})
        assert summary.drawable() == curves.drawable(other)


def test_smoothing_leaves_out_what_is_not_finite_and_shows_a_vanished_gradient_as_zero():
    values = np.ones(800)
    values[100:200] = np.nan
    values[300] = np.inf
    steps = np.arange(1, 801)
    bold = curves.smooth(curves.blocks_of(steps, values, 1, False))
    assert set(np.round(bold[np.isfinite(bold)], 6)) == {1.0}
    gradient = np.concatenate([np.full(400, 2.0), np.zeros(400)])
    bold = curves.smooth(curves.blocks_of(steps, gradient, 1, True), logarithmic=True)
    assert bold[399] == pytest.approx(2.0) and bold[-1] == 0.0


# --------------------------------------------------------------------------- routes


class Answer:
    def __init__(self, answer: http.client.HTTPResponse):
        self.status_code, self.headers, self.content = answer.status, answer.headers, answer.read()

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self):
        return json.loads(self.content)


class Client:
    """Sends paths as they are: no library puts `..` right before the routes see it."""

    def __init__(self, port: int):
        self.port = port

    def get(self, path: str, params: dict | None = None, headers: dict | None = None, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)
        try:
            connection.request(method, f"{path}?{urlencode(params)}" if params else path, headers=headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def client(home):
    """The routes alone, served under /base on a free port."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes.api("/base")), log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield Client(listening.getsockname()[1])
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def finished(home, monkeypatch, until) -> runs.Run:
    """A run of three steps, made once."""
    monkeypatch.setenv("GAN_RUNS_DIR", str(home))
    config = preset("starter").replace(batch_size=8, samples=4, steps=3)
    run = next((r for r in runs.list_runs() if r.config == config), None)
    if run is None:
        run = fleet.shared().start(config)
        until(lambda: run.status["state"] == "finished", "the end of three steps")
    return runs.find(run.id)


def test_routes_of_a_run(client, finished):
    base = f"/base/api/runs/{finished.id}"
    body = client.get(f"{base}/live?curves=1").json()
    assert body["status"]["state"] == "finished" and body["frames"][0] == 0 and body["layout"]["count"] == 4
    assert body["curves"]["loss_d"]["x"] == [1, 2, 3]
    again = client.get(f"{base}/live", params={"since": body["sequence"]})
    assert again.status_code == 204 and not again.content
    picture = client.get(f"{base}/frames/0")
    assert picture.content.startswith(b"\x89PNG") and "immutable" in picture.headers["cache-control"]
    assert client.get(f"{base}/real").content.startswith(b"\x89PNG")
    assert len(client.get(f"{base}/scores/0").json()["d_fake"]) == 4
    assert client.get(f"{base}/networks").json()["generator"]["parameters"] > 0
    walk = client.get(f"{base}/walk?a=1&b=2&count=99999").json()
    assert "error" not in walk, walk
    assert len(walk["scores"]) == 121 and walk["sheet"].startswith("data:image/png;base64,")
    moved = client.get(f"{base}/point", params={"seed": 1, "set": "0:9999,1:-0.5,777:1,x:y,1:2:3"}).json()
    assert moved["z"][:2] == [10.0, -0.5]


def test_routes_of_a_run_on_points_with_an_average(client, home, monkeypatch, until):
    monkeypatch.setenv("GAN_RUNS_DIR", str(home))
    run = fleet.shared().start(preset("ring").replace(batch_size=32, steps=3, ema_half_life=100, pretrain_d=0))
    until(lambda: run.status["state"] == "finished", "the end of three steps")
    base = f"/base/api/runs/{run.id}"
    body = client.get(f"{base}/live?curves=1").json()
    assert body["findings"] == [] and body["evaluations"]["step"][0] == 0 and body["evaluations"]["modes_total"][0] == 8
    assert body["curves"]["penalty"]["x"] and body["layout"] is None
    scene, frame = client.get(f"{base}/real").json(), client.get(f"{base}/frames/0").json()
    assert scene["dim"] == frame["dim"] == 2 and len(scene["modes"]) == len(frame["hits"]) == 8
    assert len(frame["x"]) == len(frame["average"]["x"]) == 2000
    walk = client.get(f"{base}/walk?count=5&which=average").json()
    assert np.shape(walk["points"]) == (5, 2) and walk["sheet"] is None
    assert len(client.get(f"{base}/point?seed=1").json()["value"]) == 2
    measured = client.get(f"{base}/evaluate").json()
    assert measured["step"] == 3 and {"modes", "reverse_kl", "coverage"} <= {row["key"] for row in measured["rows"]}


def test_routes_of_a_run_with_classes(client, home, monkeypatch, until):
    monkeypatch.setenv("GAN_RUNS_DIR", str(home))
    run = fleet.shared().start(
        preset("starter").replace(
            batch_size=16, steps=2, conditioning="concatenation", samples=20, packing=2, ema_half_life=100
        )
    )
    until(lambda: run.status["state"] == "finished", "the end of two steps")
    base = f"/base/api/runs/{run.id}"
    layout = client.get(f"{base}/live").json()["layout"]
    assert layout["by_class"] and (layout["rows"], layout["columns"], len(layout["names"])) == (10, 2, 10)
    live, average = client.get(f"{base}/frames/2"), client.get(f"{base}/frames/2?which=average")
    assert live.content.startswith(b"\x89PNG") and average.content.startswith(b"\x89PNG")
    walks = [client.get(f"{base}/walk?count=3&label={label}").json() for label in (0, 7, 7000)]
    assert walks[0]["sheet"] != walks[1]["sheet"] and all(len(w["scores"]) == 3 for w in walks), walks


def test_routes_answer_nonsense_with_sentences(client, finished):
    base = f"/base/api/runs/{finished.id}"
    assert client.get(f"{base}/frames/999999").status_code == 204
    for path in (
        f"{base}/walk?a=-1",
        f"{base}/walk?a=1e9",
        f"{base}/point?seed=x",
        "/base/api/preview?config=nonsense",
        '/base/api/preview?config={"lr_d":7}',
    ):
        answer = client.get(path)
        assert answer.status_code == 400 and answer.json()["error"], path
    for path in (f"{base}/frames/-1", f"{base}/frames/x", f"{base}/nothing"):
        assert client.get(path).status_code == 404
    missing = client.get("/base/api/preview", params={"config": TrainConfig(data="folder:/no/such/folder").to_json()})
    assert missing.status_code == 200 and "/no/such/folder" in missing.json()["error"]
    assert client.get(f"{base}/live", method="POST").status_code == 405
    assert client.get(f"{base}/live", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2f..%2fetc", "%2Fetc", "nobody", "a%00b", "x" * 3000])
def test_no_route_leads_out_of_the_runs(client, runs_root, name):
    (runs_root.parent / "config.json").write_text("{}")
    answer = client.get(f"/base/api/runs/{name}/live")
    assert answer.status_code == 404
    assert "root" not in answer.text and len(answer.text) < 400


@pytest.mark.parametrize("name", ["..%2froutes.py", "%2e%2e/routes.py", "nothing.js", "..%2f..%2fapp.py"])
def test_only_our_static_files_are_served(client, name):
    assert client.get(f"/base/api/ui/v/{name}").status_code == 404


def test_static_files_are_served_for_ever(client):
    for file, kind in (("shared/mount.js", "text/javascript"), ("shared/style.css", "text/css")):
        answer = client.get(f"/base/api/ui/{browser.version()}/{file}")
        assert (
            answer.status_code == 200
            and answer.headers["content-type"].startswith(kind)
            and "immutable" in answer.headers["cache-control"]
        )
    assert client.get("/base/api/plotly.min.js").status_code == 200


LEAVES = st.floats() | st.integers() | st.text(max_size=3)


@given(
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    )
)
def test_what_is_not_finite_becomes_null(value):
    json.dumps(answers.finite(value), allow_nan=False)


def test_a_run_that_is_found_is_as_its_folder_in_a_folder(runs_root):
    run = runs.create(preset("starter"))
    assert runs.find(run.id) is runs.find(run.id)
    (run.folder / "config.json").write_text("{}")
    with pytest.raises(runs.RunError, match="cannot be opened"):
        runs.find(run.id)


def test_errors_of_the_form_are_in_its_words():
    from ui.shared.settings import problem

    chosen = Settings()
    chosen.set("batch_size", 0)
    assert isinstance(chosen.error, ConfigError) and problem(chosen.error).startswith("Batch size 0: ")


def test_what_a_game_means_to_a_reader_agrees_with_its_objective():
    import torch

    from gan_core.method.objectives import OBJECTIVES

    assert set(GAMES) == set(OBJECTIVES) == set(TERMS["objective"])
    for name, game in GAMES.items():
        objective = OBJECTIVES[name]
        assert (game.probability, game.level) == (objective.probability, objective.level), name
        # at a draw, D answering its best, every sample scores the level: a probability's logit is 0
        logits = torch.full(
            (64,), 0.0 if objective.probability or game.level is None else game.level, dtype=torch.float64
        )
        assert -objective.d_loss(logits, logits).item() == pytest.approx(game.draw), name
        sure = -objective.d_loss(
            torch.full((64,), 1.0 if name == "least-squares" else 90.0),
            torch.full((64,), 0.0 if name == "least-squares" else -90.0),
        ).item()
        assert game.most is None or sure == pytest.approx(game.most, abs=1e-6), name


@pytest.mark.parametrize("field", TERMS)
def test_formulas_stay_whole(field):
    """What `unbroken` adds are braces in pairs, around each outermost pair of parentheses."""
    for term in TERMS[field].values():
        changed = form.unbroken(term.formula)
        assert changed.replace(r"\!{(", "(").replace("{(", "(").replace(")}", ")") == term.formula.replace(
            "{(", "("
        ).replace(")}", ")")
        assert changed.count("{") == changed.count("}")
