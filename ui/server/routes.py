"""All routes that the live views of the pages talk to. All of them GET, none of them changes a run."""

from __future__ import annotations

from starlette.routing import Route

from . import files, live, runs, settings
from .answers import answer

HANDLERS = {
    "/ui/{version}/{file:path}": files.static,
    "/plotly.min.js": files.plotly,
    "/preview": settings.preview,
    "/timing": settings.timing,
    "/line": settings.line,
    "/networks": settings.networks,
    "/dirac": settings.two_parameters,
    "/slow": settings.slow,
    "/thumbnails": settings.thumbnails,
    "/trials/{name}": runs.trial,
    "/runs/{id}/live": live.live,
    "/runs/{id}/frames/{step:int}": runs.frame,
    "/runs/{id}/scores/{step:int}": runs.scores,
    "/runs/{id}/real": runs.real,
    "/runs/{id}/networks": runs.networks,
    "/runs/{id}/walk": runs.walk,
    "/runs/{id}/point": runs.point,
    "/runs/{id}/evaluate": runs.evaluate,
    "/runs/{id}/slow": runs.slow,
}
"""Path below /api -> handler."""


def api(base: str) -> list[Route]:
    """All routes, under `base` + /api."""
    return [Route(f"{base}/api{path}", answer(handler), methods=["GET"]) for path, handler in HANDLERS.items()]
