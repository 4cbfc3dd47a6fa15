"""What can be said of settings before any run has them: pictures, times, networks; and the Lab's two parameters."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..lab import dirac, dirac_drawn
from ..shared import run_list
from .answers import FOR_AN_HOUR, BadRequest, ask, ask_once, config, reply, whole


async def preview(request: Request) -> Response:
    """What there is to see before the first step."""
    return reply(await ask_once(request, {"do": "preview", "config": config(request)}))


async def timing(request: Request) -> Response:
    """How long a step takes here, now: asked for again it is measured again."""
    return reply(await ask(request, {"do": "timing", "config": config(request)}))


def line(request: Request) -> Response:
    """Which runs train, are held or wait, in a word that changes when any of that does."""
    return reply({"line": run_list.line()})


async def networks(request: Request) -> Response:
    """Layers, shapes and parameters of both networks."""
    return reply(await ask_once(request, {"do": "networks", "config": config(request)}))


async def slow(request: Request) -> Response:
    """The first step of the settings in the address, in slow motion."""
    return reply(await ask_once(request, {"do": "slow", "config": config(request)}))


async def thumbnails(request: Request) -> Response:
    """All distributions of ?dim=2 or 1 dimensions, as `thumbnails.thumbnails` gives them."""
    found = await ask_once(request, {"do": "thumbnails", "dim": whole(request.query_params, "dim", 2)})
    return JSONResponse(found, headers=FOR_AN_HOUR)


def two_parameters(request: Request) -> Response:
    """The Dirac-GAN of the settings in the address: trajectories, eigenvalues, and its field unless field=0."""
    setup, notes = dirac.from_query(request.query_params, prefix="")
    if notes:
        raise BadRequest(notes[0])
    return reply(dirac_drawn.drawn(setup, request.query_params.get("field") != "0"))
