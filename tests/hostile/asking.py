"""Addresses of pages and requests to the routes, in the process itself."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import random
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware

import gan_core.__main__ as program
from gan_core.config import FIELDS, TrainConfig
from gan_core.config.presets import PRESETS
from gan_core.processes import fleet, renderer
from gan_core.processes.client import Asked
from gan_core.processes.line import Line
from gan_core.processes.queue import Queue
from gan_core.runs import Snapshot, snapshots
from ui.lab import dirac
from ui.server import answers, hosts, opening, routes
from ui.shared.settings import Settings

from . import forms
from .judging import Judge

PATIENCE = 4.0
"""Seconds that an answer may take here."""
QUICK = "/api/line"
NAMES = (
    *("config", "run", "rival", "last", "step", "which", "kind", "count", "seed", "label", "set", "a", "b", "dim"),
    *(
        "since",
        "events",
        "curves",
        "field",
        "data",
        "preset",
        "race",
        "b.preset",
        "b.width",
        "layers",
        "speed",
        "slow",
        "try",
    ),
)
HEADERS = (
    "host",
    "origin",
    "cookie",
    "range",
    "accept-encoding",
    "sec-fetch-site",
    "if-none-match",
    "content-length",
    "x",
)


def command(judge: Judge, *arguments: str) -> None:
    """A command as a person gives it: it ends with 0, 1 or 2, and says why where it is not 0."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = judge.of(arguments[0], lambda: _ended(list(arguments)))
    said = err.getvalue()
    if code not in (0, 1, 2, None):
        judge.fail(arguments[0], f"it ended with {code}")
    if code in (1, 2):
        judge.sentence(arguments[0], "\n".join(said.strip().splitlines()[-3:]))


def _ended(arguments: list[str]) -> int:
    try:
        return program.main(arguments)
    except SystemExit as ended:  # argparse
        return int(ended.code or 0)


class Answers:
    """Stands for the fleet: questions are answered in this process, in a line of their own, and nothing is started."""

    capacity = 1

    def __init__(self) -> None:
        self.futures: dict[Any, Future] = {}
        self.line = Line("fuzz", self._reply)

    def _reply(self, number: Any, found: Any) -> None:
        self.futures.pop(number).set_result({"error": "No answer in time."} if found is None else found)

    def asked(self, question: dict[str, Any], timeout: float = 60.0) -> Asked:
        """As `Fleet.asked`."""
        from gan_core import runs

        if "run" in question:
            question = {**question, "root": str(runs.runs_dir().resolve())}
        asked = Asked(self, len(self.futures) + time.monotonic_ns(), timeout)  # type: ignore[arg-type]
        self.futures[asked.number] = asked.future
        self.line.submit(asked.number, lambda: renderer.answer(question), time.monotonic() + PATIENCE)
        return asked

    def ask(self, question: dict[str, Any], timeout: float = 60.0) -> dict[str, Any]:
        """As `Fleet.ask`."""
        return self.asked(question, timeout).answer()

    def drop(self, number: Any) -> None:
        """Nobody waits any more."""
        self.line.drop(number)

    def queue(self, *known: Snapshot) -> Queue:
        """As `Fleet.queue`."""
        return Queue(snapshots(*known), self.capacity)


class Asker:
    """Asks the app's routes, another visitor's quick question beside each; `waits` are the seconds that one took."""

    def __init__(self, judge: Judge):
        self.judge, self.waits = judge, []
        self.app = Starlette(routes=[*routes.api(""), *opening.routes("")], middleware=[Middleware(hosts.OwnHosts)])
        self.answers = Answers()
        fleet.shared = lambda: self.answers  # type: ignore[assignment,return-value]
        answers._under_way.clear()

    def get(
        self, path: str, method: str = "GET", headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b""
    ) -> None:
        """One request; its answer is judged."""
        try:
            code, said = asyncio.run(self._both(path, method, headers or [(b"host", b"localhost")], body))
        except Exception as error:
            import traceback

            text = "".join(traceback.format_exception(error)[-6:])
            return self.judge.fail(f"{method} {path[:300]}", text)
        name = f"{method} {path[:300]} -> {code}"
        if code >= 500 or code < 200:
            self.judge.fail(name, said[:300].decode(errors="replace"))
        with contextlib.suppress(ValueError, RecursionError):
            found = json.loads(said)
            if isinstance(found, dict) and isinstance(found.get("error"), str):
                return self.judge.sentence(name, found["error"])
        if code < 400:
            self.judge.outcomes["success"] += 1
        return None

    async def _both(self, path: str, method: str, headers: list[tuple[bytes, bytes]], body: bytes) -> tuple[int, bytes]:
        asked = asyncio.ensure_future(self._one(path, method, headers, body))
        while not asked.done():
            begin = time.monotonic()
            await self._one(QUICK, "GET", [(b"host", b"localhost")], b"")
            self.waits.append(time.monotonic() - begin)
            self.answers.line.drop_late()
            await asyncio.wait({asked}, timeout=0.05)
        return asked.result()

    async def _one(self, path: str, method: str, headers: list[tuple[bytes, bytes]], body: bytes) -> tuple[int, bytes]:
        raw, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode("ascii", "replace"),
            "query_string": query.encode("ascii", "replace"),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        said: list[dict[str, Any]] = []
        sent = False

        async def receive() -> dict[str, Any]:
            nonlocal sent
            if sent:
                await asyncio.sleep(3600)
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        await self.app(scope, receive, send)
        code = next(m["status"] for m in said if m["type"] == "http.response.start")
        return code, b"".join(m.get("body", b"") for m in said if m["type"] == "http.response.body")


# --------------------------------------------------------------------------- routes


def request_case(draw: random.Random, home: Path, place: Path, judge: Judge) -> tuple[str, list[float]]:
    """Some requests to the routes."""
    import shutil

    shutil.copytree(home / "templates" / draw.choice(["points", "images"]), place / "runs" / "one")
    asker, asked = Asker(judge), []
    for _ in range(draw.choice([1, 2, 3])):
        path = _path(draw)
        method = draw.choice(["GET"] * 8 + ["HEAD", "POST", "PUT", "OPTIONS", "X"])
        headers = [(b"host", b"localhost")]
        for _ in range(draw.choice([0, 0, 1, 2])):
            headers.append((draw.choice(HEADERS).encode(), forms.text(draw).encode("utf-8", "replace")))
        asked.append(f"{method} {path[:400]} {headers}")
        asker.get(path, method, headers, draw.choice([b"", forms.written(draw)]))
    return "; ".join(asked), asker.waits


def _path(draw: random.Random) -> str:
    """A path below the routes, most of whose parts may be, with a query."""
    template = draw.choice([f"/api{path}" for path in routes.HANDLERS] + ["/", "/lab", "/latent"])
    parts = {
        "{id}": lambda: draw.choice(["one", "one", "one", "two", ".", "..", forms.text(draw)]),
        "{step:int}": lambda: str(draw.choice([0, 10, 20, 10**30, -1, "x"])),
        "{name}": lambda: draw.choice(["ring", "lead", forms.text(draw)]),
        "{version}": lambda: forms.text(draw),
        "{file:path}": lambda: draw.choice(["shared/mount.js", "../app.py", "%2e%2e/app.py", forms.text(draw)]),
    }
    for name, made in parts.items():
        if name in template:
            template = template.replace(name, quote(made().encode("utf-8", "replace"), safe=""))
    query = {draw.choice(NAMES): _argument(draw) for _ in range(draw.choice([0, 1, 2, 4]))}
    if draw.random() < 0.4:
        query["config"] = _config(draw)
    raw = urlencode({name: text.encode("utf-8", "replace") for name, text in query.items()})
    if draw.random() < 0.05:
        raw = draw.choice(["%", "%ff=%fe", "&&&===", "a" * 9000, "config=%00", "config"])
    return f"{template}?{raw}" if raw else template


def _argument(draw: random.Random) -> str:
    return draw.choice([lambda: forms.text(draw), lambda: str(draw.choice(forms.NUMBERS)), lambda: _config(draw)])()


def _config(draw: random.Random) -> str:
    """A configuration as text, some of whose fields are anything."""
    kind = draw.randrange(8)
    if kind == 0:
        return forms.written(draw).decode(errors="replace")
    base = draw.choice(list(PRESETS.values())).config.to_dict() if kind < 4 else {}
    for _ in range(draw.choice([0, 1, 1, 2, 4])):
        base[draw.choice([*FIELDS, "x"])] = _field(draw)
    return json.dumps(base)


def _field(draw: random.Random) -> Any:
    own = draw.choice(list(PRESETS.values())).config.to_dict()
    return draw.choice(
        [lambda: forms.value(draw), lambda: draw.choice(forms.NUMBERS), lambda: own[draw.choice(list(own))]]
    )()


# --------------------------------------------------------------------------- addresses


def address_case(draw: random.Random, home: Path, place: Path, judge: Judge) -> str:
    """The query of a page's address, through all that reads one."""
    query = {draw.choice([*FIELDS, *NAMES]): _argument(draw) for _ in range(draw.choice([1, 2, 5, 12]))}
    if draw.random() < 0.5:
        query["preset"] = draw.choice(list(PRESETS))
    for name in dirac.FIELDS:
        if draw.random() < 0.1:
            query[dirac.PREFIX + name] = _argument(draw)
    if draw.random() < 0.3:
        where = draw.choice(["folder:", "points:", "drawn:", "stacked:", ""])
        query["data"] = where + draw.choice([str(home / "canary"), "/proc", "/dev/zero", forms.text(draw)])
    found = judge.of("settings", lambda: Settings.from_query(query))
    for note in found.notes if found else []:
        judge.sentence("note", note)
    if found is not None:
        judge.of("address", lambda: urlencode(found.query()).encode("ascii"))
        if found.error:
            judge.sentence("settings", str(found.error))
    said = judge.of("dirac", lambda: dirac.from_query(query))
    for note in said[1] if said else []:
        judge.sentence("note", note)
    judge.of("json", lambda: TrainConfig.from_json(_config(draw)))
    if draw.random() < 0.06:
        _page(draw.choice(["pages/train.py", "pages/lab.py", "pages/latent.py"]), query, judge)
    return json.dumps(query)[:1000]


def _page(page: str, query: dict[str, str], judge: Judge) -> None:
    """A whole page, without a browser."""
    from streamlit.testing.v1 import AppTest

    stands = Answers()
    fleet.shared = lambda: stands  # type: ignore[assignment,return-value]
    test = AppTest.from_file(str(Path(program.__file__).parents[1] / page), default_timeout=60)
    for name, text in query.items():
        test.query_params[name] = text.encode("utf-8", "replace").decode()  # as every browser's address is
    judge.of(page, test.run)
    for error in test.exception:
        judge.fail(page, f"{error.message} {' '.join(error.stack_trace)[-600:]}")
    for element in (*test.markdown, *test.caption):
        if "Left out" in element.value:
            judge.sentence(page, element.value)
