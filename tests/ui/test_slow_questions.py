"""What takes its time holds nobody up: no quick route, no other visitor, and nothing for longer than it is wanted."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Future

import pytest
from starlette.requests import Request

from gan_core.processes import fleet as fleets
from gan_core.processes.client import Asked
from ui.server import answers, routes
from ui.server.answers import AT_ONCE, VISITOR


class Renderer:
    """Answers nothing by itself; `asked` is what it was asked, `dropped` what nobody waits for any more."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.dropped: list[int] = []

    def drop(self, number: int) -> None:
        self.dropped.append(number)

    def question(self, question, seconds: float = 60.0) -> Asked:
        self.asked.append(Asked(self, len(self.asked), seconds, Future()))  # type: ignore[arg-type]
        return self.asked[-1]


@pytest.fixture
def renderer(monkeypatch) -> Renderer:
    found = Renderer()
    monkeypatch.setattr(fleets, "shared", lambda: type("Fleet", (), {"asked": staticmethod(found.question)}))
    monkeypatch.setattr(answers, "LOOK", 0.01)
    answers._answers.clear()
    return found


def request(path: str, cookie: str = "", gone: asyncio.Event | None = None) -> Request:
    """A request whose asker goes when `gone` is set."""

    async def receive() -> dict:
        if gone is not None:
            await gone.wait()
            return {"type": "http.disconnect"}
        await asyncio.sleep(3600)
        return {}

    path, _, query = path.partition("?")
    headers = [(b"host", b"localhost"), *([(b"cookie", f"{VISITOR}={cookie}".encode())] if cookie else [])]
    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": headers, "path_params": {}}
    return Request({**scope, "method": "GET", "client": ("127.0.0.1", 1)}, receive)


preview = answers.answer(routes.HANDLERS["/preview"])
dirac = answers.answer(routes.HANDLERS["/dirac"])


def body(answer) -> dict:
    return json.loads(bytes(answer.body))


async def begun(renderer: Renderer, count: int) -> None:
    while len(renderer.asked) < count:
        await asyncio.sleep(0.001)


def test_a_hundred_slow_questions_hold_no_thread_and_no_quick_route(renderer):
    async def visit() -> None:
        slow = [
            asyncio.ensure_future(preview(request(f'/preview?config={{"seed":{i}}}', cookie=str(i))))
            for i in range(100)  # noqa: E501
        ]
        await begun(renderer, 100)
        assert dirac(request("/dirac?field=0")).status_code == 200
        assert not any(one.done() for one in slow)
        for asked in renderer.asked:
            asked.future.set_result({"fine": asked.number})
        assert {body(answer)["fine"] for answer in await asyncio.gather(*slow)} == set(range(100))

    asyncio.run(visit())
    assert renderer.dropped == []


def test_a_question_is_dropped_when_its_asker_goes_and_when_its_time_is_up(renderer, monkeypatch):
    async def visit() -> None:
        gone = asyncio.Event()
        asking = asyncio.ensure_future(preview(request("/preview", gone=gone)))
        await begun(renderer, 1)
        assert renderer.dropped == []
        gone.set()
        assert "error" in body(await asking) and renderer.dropped == [0]
        late = await answers.ask(request("/preview"), {"do": "preview"}, seconds=0.05)
        pytest.fail(f"answered: {late}")

    with pytest.raises(fleets.AskError, match="No answer within"):
        asyncio.run(visit())
    assert renderer.dropped == [0, 1]


def test_a_visitor_has_so_many_questions_at_once_and_another_is_answered_meanwhile(renderer):
    async def visit() -> None:
        path = '/preview?config={"seed":%d}'
        mine = [asyncio.ensure_future(preview(request(path % i, cookie="greedy"))) for i in range(AT_ONCE + 3)]
        done, _ = await asyncio.wait(mine, return_when=asyncio.FIRST_COMPLETED)
        await begun(renderer, AT_ONCE)
        await asyncio.sleep(0.05)
        refused = [body(one.result())["error"] for one in mine if one.done()]
        assert len(refused) == 3 and all("at once" in words for words in refused) and len(renderer.asked) == AT_ONCE
        other = asyncio.ensure_future(preview(request(path % 99, cookie="patient")))
        await begun(renderer, AT_ONCE + 1)
        for asked in renderer.asked:
            asked.future.set_result({"fine": 1})
        assert body(await other) == {"fine": 1}
        await asyncio.gather(*mine)
        assert answers._under_way == {}, "and they are counted no longer"

    asyncio.run(visit())


def test_visitors_of_one_address_are_told_apart(renderer):
    async def visit() -> None:
        asking = asyncio.ensure_future(preview(request("/preview")))
        await begun(renderer, 1)
        renderer.asked[0].future.set_result({"fine": 1})
        first = (await asking).headers["set-cookie"]
        asking = asyncio.ensure_future(preview(request('/preview?config={"seed":5}', cookie="known")))
        await begun(renderer, 2)
        renderer.asked[1].future.set_result({"fine": 1})
        assert VISITOR in first and "HttpOnly" in first and "set-cookie" not in (await asking).headers

    asyncio.run(visit())


def test_what_nests_too_deeply_is_a_mistake_of_the_asker(renderer):
    deep = "[" * 3000 + "]" * 3000
    answer = asyncio.run(preview(request(f'/preview?config={{"width":{deep}}}')))
    assert answer.status_code == 400 and "nested deeper than" in body(answer)["error"]
