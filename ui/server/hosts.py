"""Who may ask: browsers that came to this server by one of its own names, from one of its own pages.

A page of another site can make a browser ask a server on this machine, by its number or by a name of its own that leads
here (DNS rebinding). It could then read and start runs. Both are told by what the browser says of where it is:
`Host` is the name that it came by, `Origin` the site whose page asks, `Sec-Fetch-Site` how far that site is from here.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

VARIABLE = "GAN_HOSTS"
"""Further names of this server, separated by commas, as for one behind a proxy: `gan.example.org`."""


def names() -> set[str]:
    """This server's names, in lower case; every address in numbers is one too, since no site can have another's."""
    own = socket.gethostname().lower()
    asked = [st.get_option("browser.serverAddress"), st.get_option("server.address"), *_listed()]
    return {"localhost", own, f"{own.partition('.')[0]}.local", *(str(name).lower() for name in asked if name)}


def refusal(headers: Mapping[str, str], page: bool = False) -> str | None:
    """Why a request with these headers is not answered, in a sentence; None where it is.

    `page`: of a page, to which other sites may have links.
    """
    host, origin = headers.get("host", ""), headers.get("origin")
    name = _name(host)
    if "host" in headers and not _ours(name):  # every browser sends one
        return f"This server is not called {name[:80]!r}. If it is, start it with {VARIABLE}={name[:80] or 'NAME'}."
    near = page or headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    if not near or (origin and not _own(origin, host)):
        return "Requests from other sites are not answered."
    return None


class OwnHosts:
    """Answers requests and websockets that `refusal` turns away, with 403; lets all others through."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        sentence = refusal(Headers(scope=scope), page=True) if scope["type"] in ("http", "websocket") else None
        if sentence is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).close(1008, sentence)
        else:
            await JSONResponse({"error": sentence}, 403, {"Cache-Control": "no-store"})(scope, receive, send)


def _listed() -> list[str]:
    return [name.strip() for name in os.environ.get(VARIABLE, "").split(",")]


def _name(host: str) -> str:
    """The name in "name:port", in lower case and without the dot that may end it."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return host


def _ours(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        return name in names()


def _own(origin: str, host: str) -> bool:
    """Whether a page's site is this server: as it was asked for, or (behind a proxy) by a name that was listed."""
    try:
        site = urlsplit(origin)
    except ValueError:
        return False
    return site.netloc.lower() == host.lower() or (site.hostname or "") in map(str.lower, filter(None, _listed()))
