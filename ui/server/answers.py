"""How the routes answer: mistakes as {"error": sentence}, results as JSON, and what was asked before from memory."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import inspect
import json
import math
import re
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gan_core.config import ConfigError, TrainConfig, parse_json
from gan_core.processes import fleet
from gan_core.runs import RunError

from ..shared.recent import Recent
from .hosts import refusal

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_AN_HOUR = {"Cache-Control": "private, max-age=3600"}
NOT_KEPT = {"Cache-Control": "no-store"}


# ---- mistakes


class BadRequest(ValueError):
    """A number or name in the address that cannot be; the text says which."""


Handler = Callable[[Request], Response | Awaitable[Response]]
"""A plain function is run in a thread; a coroutine holds none while it waits for an answer that takes its time."""


def answer(handler: Handler) -> Handler:
    """Wrap a handler: turns what can go wrong into a sentence, and other sites away.

    A page of another site has no business here: it could not read the answer, but it could keep the machine busy.
    """

    @functools.wraps(handler)
    def plain(request: Request) -> Response:
        if sentence := refusal(request.headers):
            return error(sentence, 403)
        try:
            return cast(Callable[[Request], Response], handler)(request)
        except MISTAKES as wrong:
            return _told(wrong)

    @functools.wraps(handler)
    async def waiting(request: Request) -> Response:
        if sentence := refusal(request.headers):
            return error(sentence, 403)
        try:
            return _known(request, await cast(Callable[[Request], Awaitable[Response]], handler)(request))
        except MISTAKES as wrong:
            return _told(wrong)

    return waiting if inspect.iscoroutinefunction(handler) else plain


MISTAKES = (BadRequest, ConfigError, fleet.AskError, RunError, OSError, KeyError)


def _told(wrong: Exception) -> Response:
    """The answer to one of `MISTAKES`."""
    if isinstance(wrong, (BadRequest, ConfigError)):
        return error(str(wrong), 400)
    if isinstance(wrong, fleet.AskError):
        # not a 5xx: browsers print those to the console, and a data set that is not there yet is no failure
        return error(str(wrong), 200)
    if isinstance(wrong, RunError):
        return error(str(wrong), 404)
    return error(f"The run's folder could not be read: {wrong}", 404)


def _known(request: Request, response: Response) -> Response:
    """An answer that nobody keeps may carry the visitor's cookie."""
    if VISITOR not in request.cookies and response.headers.get("cache-control") == NOT_KEPT["Cache-Control"]:
        response.set_cookie(VISITOR, secrets.token_hex(16), httponly=True, samesite="strict")
    return response


def error(sentence: str, status: int) -> Response:
    """The answer that something is wrong."""
    return Response(compact({"error": sentence}), status, NOT_KEPT, "application/json")


# ---- what an address asks for


def config(request: Request) -> dict[str, Any]:
    """The configuration in the address, checked. Raises ConfigError."""
    return TrainConfig.from_json(request.query_params.get("config", "{}")[:8000]).to_dict()


def whole(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 0 to 2^31 - 1 out of the address. Raises BadRequest."""
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,10}", text):
        raise BadRequest(f"{name} = {text[:40]!r} is not a whole number.")
    return min(int(text), 2**31 - 1)


def step_of(query: Mapping[str, str]) -> int | None:
    """The step that the address names, None for the newest."""
    return None if query.get("step", "newest") in ("", "newest") else whole(query, "step", 0)


def of_average(query: Mapping[str, str]) -> bool:
    """Whether the average of G is asked for."""
    return query.get("which") == "average"


# ---- answers


def reply(body: Mapping[str, Any]) -> Response:
    """`body` as JSON that nobody keeps."""
    return Response(compact(_with_images(body)), 200, NOT_KEPT, "application/json")


def compact(value: Any) -> bytes:
    """A value as JSON that takes little room, in ASCII: names of files need not be text that can be encoded."""
    return json.dumps(finite(value), allow_nan=False, separators=(",", ":")).encode()


def finite(value: Any) -> Any:
    """`value` with None for numbers that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [finite(v) for v in value]
    return value


def _with_images(body: Mapping[str, Any]) -> dict[str, Any]:
    """PNG bytes become data URLs, JSON bytes what they say."""
    shown = {}
    for name, value in body.items():
        if isinstance(value, bytes):
            is_png = value.startswith(b"\x89PNG")
            value = "data:image/png;base64," + base64.b64encode(value).decode() if is_png else parse_json(value)
        shown[name] = value
    return shown


async def ask(request: Request, question: dict[str, Any], seconds: float = 60.0) -> dict[str, Any]:
    """What the renderer answers. The question is dropped when its asker goes, and where one asks for too much at once.

    Raises AskError.
    """
    with _place_of(request):
        asked = await run_in_threadpool(fleet.shared().asked, question, seconds)
        future, until = asyncio.wrap_future(asked.future), time.monotonic() + seconds
        try:
            while not future.done() and time.monotonic() < until and not await request.is_disconnected():
                await asyncio.wait({future}, timeout=LOOK)
            if not future.done():
                raise fleet.AskError(f"No answer within {seconds:g} seconds; this machine is busy.")
            return asked.checked(future.result())
        finally:
            if not future.done():
                asked.drop()


async def ask_once(
    request: Request, question: dict[str, Any], version: int = 0, seconds: float = 60.0
) -> dict[str, Any]:
    """The same; the same question about the same version of things is asked once only."""
    key = json.dumps([question, version], sort_keys=True)
    return _answers.get(key) or _answers.keep(key, await ask(request, question, seconds))


LOOK = 0.25
"""Seconds between two looks whether an asker is still there."""
VISITOR = "gan_visitor"
"""The cookie that tells visitors of one address apart, as those of a school are."""
AT_ONCE, AT_ONCE_FROM_ONE_ADDRESS = 8, 32
"""Questions to the renderer that a visitor may have under way (a page has three or four), and one without a cookie."""
_under_way: Counter[str] = Counter()


@contextlib.contextmanager
def _place_of(request: Request) -> Iterator[None]:
    """Counts what a visitor has under way. Raises AskError where it is too much."""
    cookie, address = request.cookies.get(VISITOR, "")[:64], request.client.host if request.client else ""
    visitor, most = (cookie, AT_ONCE) if cookie else (address, AT_ONCE_FROM_ONE_ADDRESS)
    if _under_way[visitor] >= most:
        raise fleet.AskError("Too many questions at once; the earlier ones are answered first.")
    _under_way[visitor] += 1
    try:
        yield
    finally:
        _under_way[visitor] -= 1
        if not _under_way[visitor]:
            del _under_way[visitor]


_answers: Recent[dict[str, Any]] = Recent(32)
