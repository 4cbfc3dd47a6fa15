"""The process that answers questions: what it draws, what it refuses, and its end."""

from __future__ import annotations

import json
import os
import signal
import threading

import numpy as np
import pytest
from working import TINY, reach

import gan_core
from gan_core import runs
from gan_core.processes.fleet import AskError
from gan_core.processes.questions.settings import PAGE, Piece, between
from gan_core.runs import Run
from gan_core.runs.files import write_bytes


@pytest.fixture
def trained(fleet, until):
    """A short finished run, made once."""
    found = [
        r for r in runs.list_runs() if isinstance(r, Run) and r.name == "mlp-tiny on digits" and r.config.seed == 77
    ]
    run = found[0] if found else fleet.start(TINY.replace(steps=120, seed=77))
    reach(until, run, "finished")
    return run


def size_of(png: bytes) -> tuple[int, int]:
    import io

    from PIL import Image

    return Image.open(io.BytesIO(png)).size


def test_a_preview_shows_what_there_is_before_the_first_step(fleet):
    config = gan_core.preset("starter")
    found = fleet.ask({"do": "preview", "config": config.to_dict()})
    assert size_of(found["real"]) == size_of(found["fake"]) == (8 * 28, 8 * 28)
    assert found["layout"] == {"count": 64, "columns": 8, "rows": 8, "height": 28, "width": 28, "channels": 1}
    assert len(found["d_real"]) == len(found["d_fake"]) == 64
    assert found["data_size"] == 17_970 and found["total_steps"] == -(-config.epochs * 17_970 // 64)
    assert (
        found["networks"]["generator"]["parameters"] == config.latent_dim * 32 * 49 + 64 + 32 * 16 * 16 + 32 + 16 * 16
    )
    points = fleet.ask({"do": "preview", "config": gan_core.preset("gaussian-1d").to_dict()})
    assert points["layout"] is None and json.loads(points["real"])["dim"] == 1
    assert {"z", "x", "grid", "d", "data_density", "g_density", "real"} <= json.loads(points["fake"]).keys()
    timing = fleet.ask({"do": "timing", "config": TINY.to_dict()})
    least, most = timing["seconds_per_step"]
    assert 0 < least < most < 60 and timing["total_steps"] == 100_000 * 17_970 // 16
    assert fleet.ask({"do": "timing", "config": TINY.to_dict()}) != timing, (
        "measured anew, for the machine as it is now"
    )


def test_the_networks_are_described_layer_by_layer(fleet):
    found = fleet.ask({"do": "networks", "config": gan_core.preset("mlp-tiny").to_dict()})
    g = found["generator"]
    assert g["parameters"] == sum(layer["parameters"] for layer in g["layers"]) == 105_360
    assert [(layer["kind"], layer["shape"]) for layer in g["layers"]] == [
        ("Linear", [128]),
        ("LeakyReLU", [128]),
        ("Linear", [784]),
        ("Tanh", [784]),
        ("Unflatten", [1, 28, 28]),
    ]
    assert found["discriminator"]["layers"][-1]["shape"] == []


def test_a_walk_goes_from_the_point_of_one_seed_to_that_of_the_other(fleet, trained):
    import io

    from PIL import Image

    ends = {seed: fleet.ask({"do": "point", "run": trained.id, "seed": seed}) for seed in (3, 4)}
    for kind in ("linear", "spherical"):
        found = fleet.ask({"do": "walk", "run": trained.id, "step": None, "a": 3, "b": 4, "kind": kind, "count": 7})
        layout = found["layout"]
        assert found["step"] == 120 and layout["count"] == 7 and len(found["scores"]) == 7
        assert size_of(found["sheet"]) == (layout["columns"] * 28, layout["rows"] * 28)
        sheet = np.asarray(Image.open(io.BytesIO(found["sheet"]))).astype(int)
        for tile, seed in ((0, 3), (6, 4)):
            row, column = divmod(tile, layout["columns"])
            image = np.asarray(Image.open(io.BytesIO(ends[seed]["image"]))).astype(int)
            assert np.abs(sheet[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28] - image).max() <= 1
            assert found["scores"][tile] == pytest.approx(ends[seed]["score"], abs=1e-3)
        middle = found["scores"][3]
        assert middle not in (found["scores"][0], found["scores"][6])


def test_a_point_is_moved_by_its_coordinates(fleet, trained):
    plain = fleet.ask({"do": "point", "run": trained.id, "seed": 5})
    assert len(plain["z"]) == 16 and plain["range"] == [-3, 3]
    moved = fleet.ask({"do": "point", "run": trained.id, "seed": 5, "set": {"0": 1.25, "3": -0.5}})
    assert moved["z"][0] == 1.25 and moved["z"][3] == -0.5 and moved["z"][1] == plain["z"][1]
    assert moved["image"] != plain["image"]
    again = fleet.ask({"do": "point", "run": trained.id, "z": [0.0] * 32, "step": 0})
    assert again["step"] == 0 and again["z"] == [0.0] * 16


@pytest.mark.parametrize(
    "question",
    [
        {"do": "walk", "run": "no-such-run", "a": 1, "b": 2},
        {"do": "bogus"},
        {},
        {"do": "preview", "config": {"width": -1}},
        {"do": "preview", "config": {"bogus": 1}},
        {"do": "preview", "config": {"data": "folder:/no/such/place", "architecture": "mlp"}},
        {"do": "walk", "a": 1, "b": 2},
        {"do": "walk", "run": "x", "a": {1}, "b": 2},
        {"do": "walk", "run": "x", "a": np.int64(1), "b": 2},
    ],
    ids=str,
)
def test_a_bad_question_gets_a_sentence_and_the_next_one_an_answer(fleet, question):
    with pytest.raises(AskError) as caught:
        fleet.ask(question, timeout=30)
    assert str(caught.value) and "No answer" not in str(caught.value)
    assert fleet.ask({"do": "networks", "config": TINY.to_dict()}, timeout=30)["generator"]["parameters"] == 105_360


def test_questions_on_a_real_run_are_checked(fleet, trained):
    for question, word in (
        ({"do": "point", "run": trained.id, "z": [0.0] * 31}, "32"),
        ({"do": "point", "run": trained.id, "seed": 1, "set": {"32": 1.0}}, "32"),
        ({"do": "point", "run": trained.id, "seed": 1, "set": {"-1": 1.0}}, "-1"),
        ({"do": "walk", "run": trained.id, "a": 1, "b": 2, "kind": "sideways"}, "sideways"),
    ):
        with pytest.raises(AskError) as caught:
            fleet.ask(question)
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "trick", ["..", ".", "", "../outside", "/etc", "a/b", "a\\b", ".hidden", " run", "run\0", 7, None, ["run"]]
)
def test_a_run_id_is_no_path(fleet, place, trick):
    outside = place.parent / "outside"
    if not outside.exists():
        runs.create(TINY, outside)
    with pytest.raises(AskError):
        fleet.ask({"do": "walk", "run": trick, "a": 1, "b": 2})
    assert fleet._renderer.alive


def test_rewritten_networks_are_not_answered_from_memory(fleet, trained):
    """The same step of the same folder may be other networks after a crash and other learning rates."""
    before = fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})
    file = trained.folder / "checkpoints/00000120.safetensors"
    kept = file.read_bytes()
    try:
        write_bytes(file, (trained.folder / "checkpoints/00000000.safetensors").read_bytes())
        assert fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})["image"] != before["image"]
    finally:
        write_bytes(file, kept)
    assert fleet.ask({"do": "point", "run": trained.id, "seed": 5, "step": 120})["image"] == before["image"]


def test_a_killed_renderer_is_replaced(fleet, trained):
    assert fleet.ask({"do": "point", "run": trained.id, "seed": 1})
    renderer = fleet._renderer
    failures = []

    def slow() -> None:
        try:
            fleet.ask(
                {
                    "do": "preview",
                    "config": gan_core.preset("starter").replace(resolution=64, seed=8, width=16).to_dict(),
                },
                timeout=60,
            )
        except AskError as error:
            failures.append(str(error))

    waiting = threading.Thread(target=slow)
    waiting.start()
    os.kill(renderer.child.process.pid, signal.SIGKILL)
    waiting.join(60)
    assert not waiting.is_alive() and len(failures) <= 1 and all("try again" in f for f in failures), (
        "a question in flight must not wait for its timeout"
    )
    renderer.child.process.wait(10)
    found = None
    for _ in range(3):  # a question asked in the very moment of its end may be told to try again
        try:
            found = fleet.ask({"do": "point", "run": trained.id, "seed": 1})
            break
        except AskError as error:
            assert "try again" in str(error)
    assert found and found["step"] == 120 and fleet._renderer is not renderer


@pytest.mark.parametrize("cores", [2, 4, 16])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_range_before_start_holds_for_the_load_of_now_for_one_that_ends_and_for_a_page_that_watches(threads, cores):
    """The cores are shared by this team, other programs, and, once it trains, the page."""
    computes = 0.02

    def takes(others: float) -> float:
        return computes * max(1.0, (threads + others) / cores)

    for others in (0, 1, 3, 8):
        wall = takes(others)
        pieces = [Piece(6, 6 * wall * uneven, 6 * computes * threads) for uneven in (0.8, 1.2, 0.5, 1.5)]
        least, most = between(pieces, threads, cores)
        for then in (takes(0), wall, takes(others + PAGE)):
            assert least <= then * 1.001 and then <= most * 1.001
        stalled = [Piece(1, 60 * wall, computes * threads), *pieces * 20]
        assert between(stalled, threads, cores)[1] < 2 * most, "one that was kept waiting once"
    assert between([Piece(10, 0.1, 5.0)], 0, cores)[0] == pytest.approx(0.01), "what a GPU computes is not seen here"
