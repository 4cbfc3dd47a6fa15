"""The routes that the live views talk to, served on a port of their own."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import threading
from urllib.parse import urlencode

import numpy as np
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from gan_core import runs
from gan_core.config import TrainConfig
from gan_core.config.presets import preset
from gan_core.processes import fleet
from ui.server import answers, routes
from ui.shared import browser


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


LEAVES = st.floats() | st.integers() | st.text(max_size=3)


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


def addresses(run_id: str) -> list[str]:
    """Every route that there is."""
    filled = {"{id}": run_id, "{step:int}": "1", "{name}": "collapse", "{version}": "v", "{file:path}": "x.js"}
    return [f"/base/api{_filled(path, filled)}" for path in routes.HANDLERS]


def _filled(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(name, value)
    return path


DEEP = [f'{{"data": {"[" * depth}{"]" * depth}}}' for depth in (33, 400, 990, 3_000)]


ODD = ['{"data": "folder:\\ud800"}', '{"\\ud800": 1}', '{"width": 1e999}', "9" * 5000]


@pytest.mark.parametrize("text", [*DEEP, *ODD], ids=range(8))
def test_no_route_fails_of_json_that_nobody_wrote(client, finished, text):
    """Whether it reads that part of the address or not."""
    for address in addresses(finished.id):
        if address.endswith(("/timing", "/evaluate")) and "runs" in address:
            continue  # takes its time, and reads no JSON
        answer = client.get(address, {"config": text, **dict.fromkeys(("set", "step", "a", "seed"), text[:300])})
        assert answer.status_code < 500, address
        if "/runs/" not in address and {"preview", "timing", "networks", "slow"} & {address.rpartition("/")[2]}:
            assert answer.status_code == 400 and answer.json()["error"], address


@pytest.mark.parametrize("name", ["config.json", "status.json", "control.json", "events.jsonl", "evaluations.jsonl"])
@pytest.mark.parametrize("depth", [100, 900, 50_000])
def test_no_route_fails_of_json_in_a_run_that_is_nested_too_deeply(client, finished, name, depth):
    sent = finished.folder.with_name("sent")
    shutil.copytree(finished.folder, sent)
    try:
        (sent / name).write_text('{"step": 3, "more": ' + "[" * depth + "]" * depth + "}\n")
        (sent / "frames" / "00000000.json").write_text('{"a":' * depth + "1" + "}" * depth)
        for address in ("live?curves=1", "scores/0", "frames/0", "real"):
            answer = client.get(f"/base/api/runs/sent/{address}")
            assert answer.status_code == (404 if name == "config.json" else 200), (address, answer.text)
            assert name != "config.json" or "config.json" in answer.json()["error"]
    finally:
        shutil.rmtree(sent)


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
