"""What can be asked of one run: its pictures, its networks, walks through its latent space, its evaluation."""

from __future__ import annotations

import dataclasses
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gan_core.advice import trials
from gan_core.runs import Run, RunError, find

from .answers import FOR_AN_HOUR, FOR_EVER, NOT_KEPT, ask, ask_once, error, of_average, reply, step_of, whole


def frame(request: Request) -> Response:
    """The picture of the fixed noise at a step: a PNG of tiles, or for points their JSON."""
    run, step = _run(request), request.path_params["step"]
    kept = step in run.frames()
    try:
        data = run.frame(step, average=of_average(request.query_params))
    except RunError:
        # the newest picture is replaced by one newer still, often just when it is asked for
        return Response(status_code=204, headers=NOT_KEPT)
    return Response(data, media_type=_kind(run), headers=FOR_EVER if kept else NOT_KEPT)


def scores(request: Request) -> Response:
    """D's logits on the samples of a picture."""
    return reply(_run(request).scores(request.path_params["step"]) or {})


def real(request: Request) -> Response:
    """The real samples that are shown: a PNG of tiles, or for points the JSON of what all pictures share."""
    run = _run(request)
    try:
        data = run.real()
    except RunError:
        # it comes with the first picture, and not at all in a run on points of an older version
        return Response(status_code=204, headers=NOT_KEPT)
    return Response(data, media_type=_kind(run), headers=FOR_AN_HOUR)


async def networks(request: Request) -> Response:
    """Layers, shapes and parameters of both networks."""
    run = await run_in_threadpool(_run, request)
    return reply(await ask_once(request, {"do": "networks", "config": run.config.to_dict()}))


async def walk(request: Request) -> Response:
    """Samples along the way from one seed's z to another's."""
    run, query = await run_in_threadpool(_run, request), request.query_params
    question = {
        "do": "walk",
        "run": run.id,
        "step": step_of(query),
        "a": whole(query, "a", 0),
        "b": whole(query, "b", 1),
        "kind": "spherical" if query.get("kind") == "spherical" else "linear",
        "label": whole(query, "label", 0),
        "average": of_average(query),
        "count": min(121, max(2, whole(query, "count", 61))),
    }
    return reply(await ask(request, question))


async def point(request: Request) -> Response:
    """The sample of one seed's z, with some of its coordinates set."""
    run, query = await run_in_threadpool(_run, request), request.query_params
    changed = {}
    for pair in query.get("set", "").split(",")[:32]:
        match = re.fullmatch(r"(\d{1,4}):(-?\d{1,4}(?:\.\d{1,6})?)", pair)
        if match and int(match[1]) < run.config.latent_dim:
            changed[match[1]] = max(-10.0, min(10.0, float(match[2])))
    question = {
        "do": "point",
        "run": run.id,
        "step": step_of(query),
        "seed": whole(query, "seed", 0),
        "set": changed,
        "label": whole(query, "label", 0),
        "average": of_average(query),
    }
    return reply(await ask(request, question))


async def evaluate(request: Request) -> Response:
    """The full evaluation of a kept generator; seconds to a minute, and the same one is made once only."""
    run, query = await run_in_threadpool(_run, request), request.query_params
    kept = run.nearest_checkpoint(step_of(query))
    written = run.checkpoint_file(kept).stat().st_mtime_ns
    question = {"do": "evaluate", "run": run.id, "step": kept, "average": of_average(query)}
    return reply(await ask_once(request, question, written, seconds=600.0))


async def slow(request: Request) -> Response:
    """The step that a paused run would make next, in slow motion."""
    run = await run_in_threadpool(_run, request)
    return reply(await ask(request, {"do": "slow", "run": run.id}))


def trial(request: Request) -> Response:
    """Whether a run, or the other side of its race, answers the question of something to try: {"done", "words"}."""
    name, query = request.path_params["name"], request.query_params
    if name not in trials.TRIALS:
        return error("There is no such thing to try.", 404)
    run, rival = find(query.get("run", "")), query.get("rival")
    last = "B" if query.get("last") == "B" else "A"
    return reply(dataclasses.asdict(trials.check(name, run, find(rival) if rival else None, last)))


def _run(request: Request) -> Run:
    """The run that the address names. Raises RunError."""
    return find(request.path_params["id"])


def _kind(run: Run) -> str:
    """The type of a run's pictures."""
    return "image/png" if run.config.is_image else "application/json"
