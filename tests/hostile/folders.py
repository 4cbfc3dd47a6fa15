"""Run folders that somebody has altered: opened, listed, looked at, gone on with, sampled, forked, asked for."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

from gan_core import runs
from gan_core.runs import Run, layout

from . import forms
from .asking import Asker, command
from .judging import Judge

MINE = ("notes.txt", "frames/holiday.jpg", "checkpoints/7.txt", ".git/HEAD")
"""Files of somebody else, which stay whatever is done with the run."""


def case(draw: random.Random, home: Path, place: Path, judge: Judge) -> str:
    """One altered folder; returns what was done to it, in words."""
    root = place / "runs"
    folder, neighbour = root / "one", root / "two"
    shutil.copytree(home / "templates" / draw.choice(["points", "images"]), folder)
    shutil.copytree(home / "templates" / "points", neighbour)
    mine = {}
    if draw.random() < 0.3:
        for name in MINE:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("mine")
            mine[folder / name] = "mine"
    done = [alter(folder, draw, home) for _ in range(draw.choice([1, 1, 1, 2, 3]))]
    use(folder, draw, judge)
    listed = {one.id: one for one in runs.list_runs(root)}
    if not isinstance(listed.get("two"), Run):
        judge.fail("list", "its neighbour is not listed")
    for path, content in mine.items():
        if folder.is_dir() and not folder.is_symlink() and path.parent.is_dir() and not path.parent.is_symlink():
            aside = any(path.name in {p.name for p in old.rglob("*")} for old in folder.glob(f"{layout.ASIDE}.*"))
            if not aside and not (path.exists() and path.read_text() == content) and not _altered(path, folder, done):
                judge.fail("mine", f"{path.relative_to(folder)} is gone or other")
    return f"{folder.name}: " + ", ".join(done)


def _altered(path: Path, folder: Path, done: list[str]) -> bool:
    """Whether the case itself has done something to it."""
    name = str(path.relative_to(folder))
    return any(name in what or name.split("/")[0] + " " in what for what in done)


def alter(folder: Path, draw: random.Random, home: Path) -> str:
    """One thing that somebody has done to a run folder."""
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    named = [*layout.FILES, layout.CONFIG, *layout.PLACES]
    name = draw.choice([*files, *named, *named])
    path = folder / name
    kind = draw.choice(["damaged", "replaced", "json", "altered", "swapped", "counters", "header", "extra", "gone"])
    if not path.parent.is_dir() or path.parent.is_symlink():
        return "nothing"
    if kind == "damaged" and name in files and path.stat().st_size < 2**25:
        path.write_bytes(forms.damaged(path.read_bytes(), draw))
    elif kind == "replaced":
        canary = home / "canary"
        kind = forms.replaced(path, draw, [canary, canary / "letter.txt", folder.parent / "two" / "config.json"])
    elif kind == "json":
        target = folder / draw.choice([layout.CONFIG, layout.STATUS, layout.CONTROL, layout.EVENTS, layout.EVALUATIONS])
        if target.parent.is_dir() and (not target.exists() or target.is_file()):
            forms.gone(target)
            target.write_bytes(forms.written(draw))
        name = target.name
    elif kind == "altered":
        name = _alter_json(folder, draw)
    elif kind == "swapped" and name in files:
        other = draw.choice(files)
        content = (folder / other).read_bytes() if (folder / other).is_file() else b""
        if len(content) < 2**25:
            path.write_bytes(content)
        kind = f"swapped with {other}"
    elif kind == "counters":
        name = _alter_tensors(folder, draw)
    elif kind == "header" and (folder / layout.METRICS).is_file():
        name = _alter_table(folder / layout.METRICS, draw)
    elif kind == "extra":
        name = draw.choice(
            [".x.1.aaaaaa", "..state.new.9.bbbbbb", "state.new", "before.1", "frames/²².json", "x" * 200]
        )
        target = folder / name
        if target.parent.is_dir() and not target.exists():
            kind = f"extra: {forms.replaced(target, draw, [home / 'canary'])}"
    elif kind == "gone":
        forms.gone(path)
    return f"{name} {kind}"


def _alter_json(folder: Path, draw: random.Random) -> str:
    name = draw.choice([layout.CONFIG, layout.CONFIG, layout.STATUS, layout.CONTROL, layout.EVENTS, layout.EVALUATIONS])
    path = folder / name
    try:
        if name.endswith("l"):
            rows = [json.loads(line) for line in path.read_text().splitlines()]
            path.write_text("".join(json.dumps(row) + "\n" for row in forms.altered(rows, draw)))
        else:
            path.write_text(json.dumps(forms.altered(json.loads(path.read_text()), draw)))
    except (OSError, ValueError, TypeError, UnicodeError):
        pass
    return f"{name} in one part"


def _alter_tensors(folder: Path, draw: random.Random) -> str:
    """What a file of weights says of itself, or its counters."""
    files = [*folder.glob("*.safetensors"), *folder.glob("checkpoints/*.safetensors")]
    files = [file for file in files if file.is_file() and not file.is_symlink() and file.stat().st_size < 2**25]
    if not files:
        return "nothing"
    path = draw.choice(sorted(files))
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    try:
        head: Any = json.loads(raw[8 : 8 + length])
        about = head.get("__metadata__", {})
        if "counters" in about and draw.random() < 0.8:
            about["counters"] = json.dumps(forms.altered(json.loads(about["counters"]), draw))
        else:
            head = forms.altered(head, draw)
        packed = json.dumps(head).encode()
    except (ValueError, AttributeError, UnicodeError, TypeError):
        return "nothing"
    length = len(packed) if draw.random() < 0.9 else draw.choice([0, 2**63, len(packed) * 2])
    path.write_bytes(length.to_bytes(8, "little") + packed + raw[8 + int.from_bytes(raw[:8], "little") :])
    return f"{path.name} (what it says of itself)"


def _alter_table(path: Path, draw: random.Random) -> str:
    raw = path.read_bytes()[: 2**25]
    try:
        head = json.dumps(forms.altered(json.loads(raw[:1024]), draw)).encode()
    except ValueError:
        return "nothing"
    path.write_bytes(head.ljust(1023)[:1023] + b"\n" + raw[1024:])
    return f"{path.name} (its columns)"


def use(folder: Path, draw: random.Random, judge: Judge) -> None:
    """All that is done with a run, in the order in which a person would."""
    run = judge.of("open", lambda: Run.open(folder))
    judge.of("find", lambda: runs.find(folder.name))
    for one in judge.of("list", lambda: runs.list_runs(folder.parent)) or []:
        if isinstance(one, runs.BrokenRun):
            judge.sentence("broken", one.reason)
    judge.of("snapshots", runs.snapshots)
    if run is not None:
        look(run, draw, judge)
    asker = Asker(judge)
    for path in ("live?curves=1", "frames/10", "scores/10", "real", "networks", "walk?count=3", "point?seed=1", "slow"):
        if draw.random() < 0.5:
            asker.get(f"/api/runs/{folder.name}/{path}")
    out = folder.parent.parent / f"out{draw.choice(['.png', '.csv', ''])}"
    if draw.random() < 0.5:
        command(judge, "sample", str(folder), "-n", "9", "--out", str(out))
    if draw.random() < 0.3:
        command(judge, "metrics", str(folder))
    if run is not None and draw.random() < 0.3:
        judge.of("fork", lambda: runs.fork(run, draw.choice([0, 10, 99]), run.config))
    if draw.random() < 0.8:
        command(judge, "train", "--resume", "--out", str(folder), "--steps", str(draw.choice([22, 25])))
        again = judge.of("open again", lambda: Run.open(folder))
        if again is not None:
            judge.of("status again", lambda: _message(again, judge))


def look(run: Run, draw: random.Random, judge: Judge) -> None:
    """All that can be read of a run."""
    judge.of("status", lambda: _message(run, judge))
    now = judge.of("snapshot", run.snapshot)
    if now is not None:
        for name in ("present", "evaluations", "events", "changes", "asked", "trains", "is_active", "beside"):
            judge.of(name, lambda name=name: getattr(now, name))
    for name in ("name", "created", "origin", "layout"):
        judge.of(name, lambda name=name: getattr(run, name))
    for name in ("metrics", "evaluations", "events", "frames", "checkpoints", "control", "real", "sequence"):
        judge.of(name, getattr(run, name))
    judge.of("window", lambda: run.window(5, 5, draw.choice([None, 0, 10])))
    steps = judge.of("frames", run.frames) or [0]
    judge.of("frame", lambda: run.frame(draw.choice(steps), draw.random() < 0.3))
    judge.of("scores", lambda: run.scores(draw.choice(steps)))
    judge.of("state_until", lambda: run.state_until(99))
    judge.of("networks", lambda: run.load_networks(draw.choice([None, 0, 10])))
    judge.of("ask", lambda: run.ask(pause=False))


def _message(run: Run, judge: Judge) -> None:
    status = run.status
    if status["message"]:
        judge.sentence("status", status["message"])
    f"{status['step']:,}"
