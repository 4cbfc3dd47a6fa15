"""Who is answered: browsers that came by one of the server's own names, from one of its own pages."""

from __future__ import annotations

import asyncio
import json
import socket

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from ui.server import routes
from ui.server.hosts import VARIABLE, OwnHosts, refusal

OWN = ["localhost:8501", "127.0.0.1:8501", "LOCALHOST", "[::1]:8501", "192.168.1.7:8501", "localhost.:80"]
FOREIGN = ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "", "a b", "[::"]


async def here(websocket) -> None:
    await websocket.accept()
    await websocket.close()


PAGES = [Route("/", lambda request: PlainTextResponse("a page")), WebSocketRoute("/_stcore/stream", here)]
WHOLE = Starlette(routes=[*PAGES, *routes.api("")], middleware=[Middleware(OwnHosts)])
ALONE = Starlette(routes=routes.api(""))


def spoken(app, kind: str, path: str, headers: dict[str, str]) -> list[dict]:
    """What an app answers to a request or a websocket with these headers, as ASGI messages."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": raw,
        "method": "GET",
    }
    scope |= {"method": "GET", "http_version": "1.1", "scheme": "http", "root_path": "", "client": None, "server": None}
    said: list[dict] = []

    async def receive() -> dict:
        return {"type": "websocket.connect" if kind == "websocket" else "http.request"}

    async def send(message) -> None:
        said.append(message)

    asyncio.run(app(scope, receive, send))
    return said


def get(path: str, app=WHOLE, **headers: str) -> tuple[int, bytes]:
    start, *parts = spoken(app, "http", path, {name.replace("_", "-"): value for name, value in headers.items()})
    return start["status"], b"".join(part.get("body", b"") for part in parts)


def stream(**headers: str) -> bool:
    """Whether a websocket is accepted."""
    return spoken(WHOLE, "websocket", "/_stcore/stream", headers)[0]["type"] == "websocket.accept"


@pytest.mark.parametrize("host", [*OWN, socket.gethostname()])
def test_its_own_names_are_answered(host):
    headers = {"host": host, "origin": f"http://{host}"}
    assert get("/", **headers) == (200, b"a page") and stream(**headers) and get("/api/dirac", **headers)[0] == 200


@pytest.mark.parametrize("host", FOREIGN)
def test_a_name_that_is_not_its_own_is_answered_by_nothing(host):
    for path in ("/", "/api/dirac", "/api/plotly.min.js", "/api/runs/x/live"):
        code, body = get(path, host=host)
        assert code == 403 and VARIABLE in json.loads(body)["error"], path
    assert not stream(host=host)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost:8501.evil.example", "null", "http://localhost:9999", "x"]
)
def test_a_page_of_another_site_is_not_answered_whether_or_not_the_browser_says_how_far_it_is(origin):
    headers = {"host": "localhost:8501", "origin": origin}
    assert get("/api/dirac", **headers)[0] == 403 and not stream(**headers)


def test_a_link_on_another_site_opens_a_page_and_no_route():
    headers = {"host": "localhost:8501", "sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert get("/", **headers)[0] == 200 and get("/api/dirac", **headers)[0] == 403


def test_further_names_can_be_listed_for_a_server_behind_a_proxy(monkeypatch):
    ask = {"host": "gan.example.org", "origin": "https://gan.example.org"}
    assert refusal(ask)
    monkeypatch.setenv(VARIABLE, "teach.example.org, GAN.example.org")
    assert refusal(ask) is None
    assert refusal({"host": "127.0.0.1:8501", "origin": "https://gan.example.org"}) is None, "the proxy renames it"
    assert refusal({"host": "gan.example.org", "origin": "https://other.example.org"})


def test_the_routes_alone_turn_others_away_too():
    assert get("/api/dirac", ALONE, host="evil.example")[0] == 403
    assert get("/api/dirac", ALONE, host="localhost", sec_fetch_site="same-site")[0] == 403
