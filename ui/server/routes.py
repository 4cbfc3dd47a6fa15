"""The routes that the live views of the pages talk to. All of them GET, none of them changes a run.

Errors are answered as {"error": sentence}. The routes ask `gan_core`'s renderer process for whatever needs torch.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import gzip
import hashlib
import json
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from gan_core.advice import diagnosis, trials
from gan_core.config import ConfigError, TrainConfig
from gan_core.processes import fleet
from gan_core.runs import Run, RunError, list_runs

from ..lab import dirac
from ..shared import curves, registry

UI = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NOT_KEPT = {"Cache-Control": "no-store"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@functools.cache
def version() -> str:
    """Changes when one of our static files does; part of their address, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for name, file in sorted(_browser_files().items()):
        digest.update(name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@functools.cache
def _browser_files() -> dict[str, Path]:
    """The browser half of the pages: "room/name.js" -> file. Nothing else of the folder can be asked for."""
    return {f.relative_to(UI).as_posix(): f for f in UI.glob("*/*") if f.suffix in TYPES}


class BadRequest(ValueError):
    """A number or name in the address that cannot be; the text says which."""


def answer(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Wrap a handler: turns what can go wrong into a sentence, and other sites away.

    Browsers say where a request comes from. A page of another site has no business here: it could not read the
    answer, but it could keep the machine busy.
    """

    @functools.wraps(handler)
    def wrapped(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _error("Requests from other sites are not answered.", 403)
        try:
            return handler(request)
        except registry.UnknownRun as error:
            return _error(str(error), 404)
        except (BadRequest, ConfigError) as error:
            return _error(str(error), 400)
        except fleet.AskError as error:
            # not a 5xx: browsers print those to the console, and a data set that is not there yet is no failure
            return _error(str(error), 200)
        except RunError as error:
            return _error(str(error), 404)
        except (OSError, KeyError) as error:
            return _error(f"The run's folder could not be read: {error}", 404)

    return wrapped


def api(base: str) -> list[Route]:
    """All routes, under `base` + /api."""
    table = {
        "/ui/{version}/{file:path}": static,
        "/plotly.min.js": plotly_js,
        "/preview": preview,
        "/timing": timing,
        "/networks": networks,
        "/dirac": two_parameters,
        "/slow": slow,
        "/thumbnails": thumbnails,
        "/trials/{name}": trial,
        "/runs/{id}/live": live,
        "/runs/{id}/frames/{step:int}": frame,
        "/runs/{id}/scores/{step:int}": scores,
        "/runs/{id}/real": real,
        "/runs/{id}/networks": run_networks,
        "/runs/{id}/walk": walk,
        "/runs/{id}/point": point,
        "/runs/{id}/evaluate": evaluate,
        "/runs/{id}/slow": run_slow,
    }
    return [Route(f"{base}/api{path}", answer(handler), methods=["GET"]) for path, handler in table.items()]


# ---- files


def static(request: Request) -> Response:
    name = request.path_params["file"]
    files = _browser_files()
    if name not in files:
        return _error("There is no such file.", 404)
    return FileResponse(files[name], media_type=TYPES.get(files[name].suffix), headers=FOR_EVER)


def plotly_js(request: Request) -> Response:
    """Plotly from the installed package. Compressed once: the server would compress five megabytes anew for every visitor."""
    local = request.client is None or request.client.host in ("127.0.0.1", "::1")
    if local or "gzip" not in request.headers.get("accept-encoding", ""):
        # a content encoding, even that of no encoding, keeps the compressing middleware away
        return FileResponse(PLOTLY, media_type="text/javascript", headers={**FOR_EVER, "Content-Encoding": "identity"})
    return Response(
        _plotly_gz(),
        media_type="text/javascript",
        headers={**FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"},
    )


@functools.cache
def _plotly_gz() -> bytes:
    return gzip.compress(PLOTLY.read_bytes(), 6)


# ---- before a run


def preview(request: Request) -> Response:
    return _json(_ask_once({"do": "preview", "config": _config(request)}))


def timing(request: Request) -> Response:
    return _json(_ask_once({"do": "timing", "config": _config(request)}))


def networks(request: Request) -> Response:
    return _json(_ask_once({"do": "networks", "config": _config(request)}))


def slow(request: Request) -> Response:
    """The first step of the settings in the address, in slow motion."""
    return _json(_ask_once({"do": "slow", "config": _config(request)}))


def two_parameters(request: Request) -> Response:
    """The Dirac-GAN of the settings in the address: its trajectories and eigenvalues, and its field unless field=0."""
    setup, notes = dirac.from_query(request.query_params, prefix="")
    if notes:
        raise BadRequest(notes[0])
    return JSONResponse(dirac.drawn(setup, request.query_params.get("field") != "0"), headers=NOT_KEPT)


def thumbnails(request: Request) -> Response:
    """All distributions of ?dim=2 or 1 dimensions, as `thumbnails.thumbnails` gives them."""
    found = _ask_once({"do": "thumbnails", "dim": _whole(request.query_params, "dim", 2)})
    return JSONResponse(found, headers={"Cache-Control": "private, max-age=3600"})


def trial(request: Request) -> Response:
    """Whether a run, or the other side of its race, answers the question of something to try: {"done", "words"}."""
    name, query = request.path_params["name"], request.query_params
    if name not in trials.TRIALS:
        return _error("There is no such thing to try.", 404)
    run, rival = registry.find(query.get("run", "")), query.get("rival")
    return JSONResponse(
        dataclasses.asdict(trials.check(name, run, registry.find(rival) if rival else None)), headers=NOT_KEPT
    )


# ---- a run


def live(request: Request) -> Response:
    """Everything the Train page shows of a run, or 204 if nothing has changed since the sequence given."""
    run = registry.find(request.path_params["id"])
    with_curves = request.query_params.get("curves") == "1"
    with registry.lock(run.id):
        sequence, line = run.sequence(), waiting(run) or asked(run)
        if line:
            sequence += "-" + "".join(str(len(v) if isinstance(v, list) else v) for v in line.values())
        if request.query_params.get("since") == sequence:
            return Response(status_code=204, headers=NOT_KEPT)
        kept = _live.get(run.id)
        if kept is None or kept[0] != sequence or (with_curves and not kept[1]):
            body = {
                "sequence": sequence,
                "status": status(run) | line,
                "frames": list(run.frames()),
                "layout": run.layout,
            }
            body |= {"evaluations": evaluations(run), "findings": findings(run, sequence)}
            if with_curves:
                summary = _summaries.get(run.id) or curves.Summary()
                _remember(_summaries, run.id, summary, 16)
                summary.update(run.metrics)
                body["curves"] = summary.drawable()
            kept = (sequence, with_curves, json.dumps(finite(body), allow_nan=False, separators=(",", ":")).encode())
            _remember(_live, run.id, kept, 16)
    return Response(kept[2], media_type="application/json", headers=NOT_KEPT)


_live: OrderedDict[str, tuple[str, bool, bytes]] = OrderedDict()
_summaries: OrderedDict[str, curves.Summary] = OrderedDict()


def status(run: Any) -> dict[str, Any]:
    """The run's status with what the views need beside it."""
    config = run.config
    return {
        **run.status,
        "active": run.is_active,
        "name": run.name,
        "is_image": config.is_image,
        "objective": config.objective,
        "latent_dim": config.latent_dim,
        "head_start": config.pretrain_d,
        "checkpoints": list(run.checkpoints()),
    }


def evaluations(run: Run) -> dict[str, list]:
    """What was measured of G while the run trained, by column: few enough rows to be drawn."""
    found = run.evaluations()
    every = 1 + len(found.get("step", [])) // curves.POINTS
    return {name: column[::-1][::every][::-1] for name, column in found.items()}


def findings(run: Run, sequence: str) -> list[dict[str, Any]]:
    """What `diagnosis.of_run` finds wrong with a run, looked for every two seconds at most while it trains.

    `at_once`: a running worker can take the remedy on.
    """
    kept = _findings.get(run.id)
    now = time.monotonic()
    if kept is None or (kept[0] != sequence and (now - kept[1] > 2 or not run.is_active)):
        found = [dataclasses.asdict(f) | {"at_once": f.live} for f in diagnosis.of_run(run)]
        kept = (sequence, now, found)
        _remember(_findings, run.id, kept, 64)
    return kept[2]


_findings: OrderedDict[str, tuple[str, float, list[dict[str, Any]]]] = OrderedDict()


def asked(run: Any) -> dict[str, Any]:
    """What a worker at its step has been asked for and has not done yet: "pause" or "stop". A step can take many seconds."""
    if run.status["state"] not in ("starting", "training"):
        return {}
    wishes = run.control()
    return next(({"asked": name} for name in ("stop", "pause") if wishes[name]), {})


def waiting(run: Any) -> dict[str, Any]:
    """Where a queued run stands in line, and the names of the runs before it; empty for one that is not queued."""
    if run.status["state"] != "queued":
        return {}
    queue = fleet.shared().queue()
    ids = [one.id for one in queue]
    place = ids.index(run.id) if run.id in ids else 0
    before = queue[place - 1 : place] or [
        one for one in list_runs() if isinstance(one, Run) and one.status["state"] in ("starting", "training", "paused")
    ]
    return {"queue_position": place + 1, "waits_for": [one.name for one in before]}


def frame(request: Request) -> Response:
    run, step = registry.find(request.path_params["id"]), request.path_params["step"]
    kept = step in run.frames()
    try:
        data = run.frame(step, average=request.query_params.get("which") == "average")
    except RunError:
        # the newest picture is replaced by one newer still, often just when it is asked for
        return Response(status_code=204, headers=NOT_KEPT)
    return Response(
        data,
        media_type="image/png" if run.config.is_image else "application/json",
        headers=FOR_EVER if kept else NOT_KEPT,
    )


def scores(request: Request) -> Response:
    run = registry.find(request.path_params["id"])
    return _json(run.scores(request.path_params["step"]) or {})


def real(request: Request) -> Response:
    """The real samples that are shown: a PNG of tiles, or for points the JSON of what all pictures share."""
    run = registry.find(request.path_params["id"])
    try:
        data = run.real()
    except RunError:
        # it comes with the first picture, and not at all in a run on points of an older version
        return Response(status_code=204, headers=NOT_KEPT)
    kind = "image/png" if run.config.is_image else "application/json"
    return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})


def run_networks(request: Request) -> Response:
    return _json(_ask_once({"do": "networks", "config": registry.find(request.path_params["id"]).config.to_dict()}))


def walk(request: Request) -> Response:
    run, query = registry.find(request.path_params["id"]), request.query_params
    kind = "spherical" if query.get("kind") == "spherical" else "linear"
    ask = {
        "do": "walk",
        "run": run.id,
        "step": _step(query),
        "a": _whole(query, "a", 0),
        "b": _whole(query, "b", 1),
        "kind": kind,
    }
    ask |= {"label": _whole(query, "label", 0), "average": query.get("which") == "average"}
    return _json(fleet.shared().ask({**ask, "count": min(121, max(2, _whole(query, "count", 61)))}))


def point(request: Request) -> Response:
    run, query = registry.find(request.path_params["id"]), request.query_params
    changed = {}
    for pair in query.get("set", "").split(",")[:32]:
        match = re.fullmatch(r"(\d{1,4}):(-?\d{1,4}(?:\.\d{1,6})?)", pair)
        if match and int(match[1]) < run.config.latent_dim:
            changed[match[1]] = max(-10.0, min(10.0, float(match[2])))
    ask = {"do": "point", "run": run.id, "step": _step(query), "seed": _whole(query, "seed", 0), "set": changed}
    return _json(
        fleet.shared().ask(ask | {"label": _whole(query, "label", 0), "average": query.get("which") == "average"})
    )


def evaluate(request: Request) -> Response:
    """The full evaluation of a kept generator; seconds to a minute, and the same one is made once only."""
    run, query = registry.find(request.path_params["id"]), request.query_params
    kept = run.nearest_checkpoint(_step(query))
    written = run.checkpoint_file(kept).stat().st_mtime_ns
    question = {"do": "evaluate", "run": run.id, "step": kept, "average": query.get("which") == "average"}
    return _json(_ask_once(question, written, timeout=600.0))


def run_slow(request: Request) -> Response:
    """The step that a paused run would make next, in slow motion."""
    return _json(fleet.shared().ask({"do": "slow", "run": registry.find(request.path_params["id"]).id}))


# ---- helpers


def _config(request: Request) -> dict[str, Any]:
    return TrainConfig.from_json(request.query_params.get("config", "{}")[:8000]).to_dict()


def _whole(query: Any, name: str, default: int) -> int:
    """A whole number from 0 to 2^31 - 1 out of the address."""
    text = query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,10}", text):
        raise BadRequest(f"{name} = {text[:40]!r} is not a whole number.")
    return min(int(text), 2**31 - 1)


def _step(query: Any) -> int | None:
    return None if query.get("step", "newest") in ("", "newest") else _whole(query, "step", 0)


_answers: OrderedDict[str, dict] = OrderedDict()


def _ask_once(request: dict[str, Any], version: int = 0, timeout: float = 60.0) -> dict[str, Any]:
    """What the renderer answers; the same question about the same version of things is asked once only."""
    key = json.dumps([request, version], sort_keys=True)
    kept = _answers.get(key)
    if kept is None:
        kept = fleet.shared().ask(request, timeout)
        _remember(_answers, key, kept, 32)
    return kept


def _remember(cache: OrderedDict, key: str, value: Any, size: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    while len(cache) > size:
        cache.popitem(last=False)


def _json(body: dict[str, Any], **headers: str) -> Response:
    return JSONResponse(finite(_with_images(body)), headers={**NOT_KEPT, **headers})


def finite(value: Any) -> Any:
    """`value` with None for numbers that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {k: finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [finite(v) for v in value]
    return value


def _with_images(body: dict[str, Any]) -> dict[str, Any]:
    """PNG bytes become data URLs, JSON bytes what they say."""
    shown = {}
    for name, value in body.items():
        if isinstance(value, bytes):
            is_png = value.startswith(b"\x89PNG")
            value = "data:image/png;base64," + base64.b64encode(value).decode() if is_png else json.loads(value)
        shown[name] = value
    return shown


def _error(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status_code=status, headers=NOT_KEPT)
