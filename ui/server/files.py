"""The browser half of the pages, and Plotly."""

from __future__ import annotations

import functools
import gzip

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from .. import words
from ..shared import browser
from .answers import FOR_EVER, error


def static(request: Request) -> Response:
    """One of our own files."""
    name = request.path_params["file"]
    if name == browser.CATALOGUE:
        return Response(words.module(), media_type="text/javascript", headers=FOR_EVER)
    file = browser.files().get(name)
    if file is None:
        return error("There is no such file.", 404)
    return FileResponse(file, media_type=browser.TYPES[file.suffix], headers=FOR_EVER)


def plotly(request: Request) -> Response:
    """Plotly of the installed package. Compressed once: the server would compress its 5 MB anew for every visitor."""
    local = request.client is None or request.client.host in ("127.0.0.1", "::1")
    if local or "gzip" not in request.headers.get("accept-encoding", ""):
        # a content encoding, even that of no encoding, keeps the compressing middleware away
        headers = {**FOR_EVER, "Content-Encoding": "identity"}
        return FileResponse(browser.PLOTLY, media_type="text/javascript", headers=headers)
    headers = {**FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_compressed(), media_type="text/javascript", headers=headers)


@functools.cache
def _compressed() -> bytes:
    return gzip.compress(browser.PLOTLY.read_bytes(), 6)
