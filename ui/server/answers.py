"""How the routes answer: mistakes as {"error": sentence}, results as JSON, and what was asked before from memory."""

from __future__ import annotations

import base64
import functools
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gan_core.config import ConfigError, TrainConfig
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


def answer(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Wrap a handler: turns what can go wrong into a sentence, and other sites away.

    A page of another site has no business here: it could not read the answer, but it could keep the machine busy.
    """

    @functools.wraps(handler)
    def wrapped(request: Request) -> Response:
        if sentence := refusal(request.headers):
            return error(sentence, 403)
        try:
            return handler(request)
        except (BadRequest, ConfigError) as wrong:
            return error(str(wrong), 400)
        except fleet.AskError as wrong:
            # not a 5xx: browsers print those to the console, and a data set that is not there yet is no failure
            return error(str(wrong), 200)
        except RunError as wrong:
            return error(str(wrong), 404)
        except (OSError, KeyError) as wrong:
            return error(f"The run's folder could not be read: {wrong}", 404)

    return wrapped


def error(sentence: str, status: int) -> Response:
    """The answer that something is wrong."""
    return JSONResponse({"error": sentence}, status_code=status, headers=NOT_KEPT)


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
    return JSONResponse(finite(_with_images(body)), headers=NOT_KEPT)


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
            value = "data:image/png;base64," + base64.b64encode(value).decode() if is_png else json.loads(value)
        shown[name] = value
    return shown


def ask_once(question: dict[str, Any], version: int = 0, timeout: float = 60.0) -> dict[str, Any]:
    """What the renderer answers; the same question about the same version of things is asked once only."""
    key = json.dumps([question, version], sort_keys=True)
    return _answers.get(key) or _answers.keep(key, fleet.shared().ask(question, timeout))


_answers: Recent[dict[str, Any]] = Recent(32)
