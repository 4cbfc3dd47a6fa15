"""Distributions that a person draws: their text, their density, and that nobody has to read the text."""

from __future__ import annotations

import base64
import io
import json
import math
import zlib

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gan_core import data
from gan_core.__main__ import main
from gan_core.config import DATA, ConfigError, TrainConfig, data_kind, drawing
from gan_core.config.drawing import CELLS, LEVELS, REACH
from gan_core.data import drawn
from gan_core.processes import fleet, renderer
from gan_core.runs import create, label_of
from ui.lab import uploads
from ui.shared import pending
from ui.shared.settings import Settings, problem

INK = (
    st.binary(min_size=CELLS * CELLS, max_size=CELLS * CELLS)
    .map(lambda raw: bytes(b % (LEVELS + 1) for b in raw))
    .filter(any)
)
SIDE = 2 * REACH / CELLS


def inked(**cells: int) -> bytes:
    """Ink in a few cells: c3r5=7 puts 7 into column 3 of row 5 from below."""
    ink = bytearray(CELLS * CELLS)
    for name, level in cells.items():
        column, row = map(int, name[1:].split("r"))
        ink[CELLS * row + column] = level
    return bytes(ink)


def a_face() -> bytes:
    """Two eyes and a mouth, of several levels."""
    x, y = np.meshgrid(*[(np.arange(CELLS) + 0.5) * SIDE - REACH] * 2)
    eyes = 15 * np.exp(-((np.abs(x) - 0.8) ** 2 + (y - 0.8) ** 2) / 0.05)
    mouth = 9 * np.exp(-((np.hypot(x, y) - 1.4) ** 2) / 0.02) * (y < -0.3)
    return np.round(np.maximum(eyes, mouth)).astype(np.uint8).tobytes()


FACE = drawing.encode(a_face())
NAME = f"drawn:{FACE}"


def points_config(name: str = NAME, **more) -> TrainConfig:
    return TrainConfig(data=name, resolution=None, architecture="mlp", **more)


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw)).rstrip(b"=").decode()


# --------------------------------------------------------------------------- the text


@given(INK)
def test_what_was_drawn_comes_back(ink):
    code = drawing.encode(ink)
    assert drawing.decode(code) == ink
    assert len(code) < 1100 < drawing.LONGEST and set(code) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    )


def test_rows_go_from_below_and_the_first_of_two_cells_is_the_upper_half_of_a_byte():
    """What the browser relies on when it writes a code of its own."""
    raw = zlib.decompress(base64.urlsafe_b64decode(drawing.encode(inked(c0r0=1, c1r0=2, c39r39=15)) + "=="))
    assert len(raw) == CELLS * CELLS // 2 and raw[0] == 0x12 and raw[-1] == 0x0F and not any(raw[1:-1])


@pytest.mark.parametrize("code", ["eNoTYhgFo2AU4AD8ADtvACI", "eJwTYhgFo2AU4AD8ADtvACI"], ids=["python", "browser"])
def test_a_code_that_either_half_wrote_is_read(code):
    """The browser's own test reads the first (tests/js/drawing.test.js); the second is what it writes."""
    assert drawing.decode(code) == inked(c0r0=1, c1r0=2, c39r39=15)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "damaged"),
        ("nonsense", "damaged"),
        ("ü" * 20, "damaged"),
        (FACE[:-9], "damaged"),
        (FACE[:40] + ("A" if FACE[40] != "A" else "B") + FACE[41:], "damaged"),
        (FACE + "AAAA", "damaged"),
        (packed(bytes([1]) * 799), "damaged"),
        (packed(bytes([1]) * 801), "damaged"),
        (packed(bytes(CELLS * CELLS // 2)), "empty"),
        ("A" * 1501, "1,500"),
    ],
    ids=["nothing", "text", "letters", "cut", "changed", "longer", "too-few", "too-many", "no-ink", "too-long"],
)
def test_a_code_that_is_none_is_refused_in_a_sentence_that_does_not_repeat_it(code, words):
    with pytest.raises(ConfigError) as caught:
        points_config(f"drawn:{code}")
    message = str(caught.value)
    assert words in message and "a drawing" in message and len(message) < 200 and (len(code) < 5 or code not in message)
    assert caught.value.field == "data" and (len(code) < 5 or code not in problem(caught.value))


def test_a_code_that_unfolds_to_gigabytes_is_not_unfolded(monkeypatch):
    bomb = packed(bytes(900_000))
    assert len(bomb) <= drawing.LONGEST
    unfolded = []

    class Watched:
        def __init__(self, reader):
            self.reader = reader

        def __getattr__(self, name):
            return getattr(self.reader, name)

        def decompress(self, *arguments):
            unfolded.append(found := self.reader.decompress(*arguments))
            return found

    real = zlib.decompressobj
    monkeypatch.setattr(drawing.zlib, "decompressobj", lambda: Watched(real()))
    with pytest.raises(ValueError, match="damaged"):
        drawing.decode(bomb)
    assert sum(map(len, unfolded)) <= 801


@given(st.text(max_size=60))
def test_no_text_breaks_the_configuration(text):
    try:
        points_config(f"drawn:{text}")
    except ConfigError as error:
        assert error.field == "data"


def test_ink_of_another_size_or_depth_cannot_be_written():
    for ink in (bytes(10), bytes([LEVELS + 1]) * CELLS * CELLS):
        with pytest.raises(ValueError, match="cells"):
            drawing.encode(ink)


# --------------------------------------------------------------------------- the density


def middles() -> torch.Tensor:
    """The middles of all cells, (CELLS², 2), row by row from below."""
    at = (torch.arange(CELLS, dtype=torch.float64) + 0.5) * SIDE - REACH
    return torch.stack([at.repeat(CELLS), at.repeat_interleave(CELLS)], 1)


@given(INK)
def test_the_density_integrates_to_one_and_is_the_share_of_the_ink(ink):
    density = drawn.drawn(drawing.encode(ink)).log_prob(middles()).exp()
    assert float(density.sum()) * SIDE**2 == pytest.approx(1)
    levels = np.frombuffer(ink, np.uint8)
    np.testing.assert_allclose(density.numpy() * SIDE**2, levels / levels.sum(), atol=1e-12)


def test_samples_follow_the_density():
    levels = np.frombuffer(a_face(), np.uint8).reshape(CELLS, CELLS).astype(float)
    found = data.load(points_config())
    assert found.samples.shape == (100_000, 2) and found.samples.dtype == torch.float32
    edges = np.linspace(-REACH, REACH, CELLS + 1)
    # row by row from below: the second coordinate first
    counts = np.histogram2d(found.samples[:, 1].numpy(), found.samples[:, 0].numpy(), [edges, edges])[0]
    expected = levels / levels.sum() * len(found)
    assert counts.sum() == len(found) and not counts[levels == 0].any()
    # chi-square over the inked cells: mean K - 1, deviation sqrt(2 (K - 1))
    inked = levels > 0
    chi = (((counts - expected)[inked]) ** 2 / expected[inked]).sum()
    k = inked.sum() - 1
    assert abs(chi - k) < 6 * math.sqrt(2 * k)
    # within a cell they are spread evenly
    place = ((found.samples.double() + REACH) / SIDE) % 1
    assert place.mean(0).tolist() == pytest.approx([0.5, 0.5], abs=0.01) and place.std(0).tolist() == pytest.approx(
        [12**-0.5] * 2, abs=0.01
    )


@given(INK)
def test_no_sample_is_impossible(ink):
    found = drawn.drawn(drawing.encode(ink))
    samples, labels = found.sample(500, torch.Generator().manual_seed(0))
    assert labels is None and torch.isfinite(found.log_prob(samples)).all()


def test_the_least_of_all_random_numbers_falls_on_ink(monkeypatch):
    """Zero comes once in 2^53 draws; a cell without ink must not get it."""
    monkeypatch.setattr(drawn.torch, "rand", lambda *shape, generator, dtype: torch.zeros(*shape, dtype=dtype))
    found = drawn.drawn(drawing.encode(inked(c7r30=2)))
    samples, _ = found.sample(3, torch.Generator())
    assert torch.isfinite(found.log_prob(samples)).all()


def test_nothing_outside_and_the_edges_belong_to_one_cell_each():
    found = drawn.drawn(drawing.encode(inked(c0r0=15, c39r39=5)))
    at = torch.tensor([[-2.0, -2.0], [-2.01, -2.0], [1.99, 1.99], [2.0, 2.0], [math.inf, 0.0], [0.0, 0.0]])
    density = found.log_prob(at).exp()
    assert density.tolist() == pytest.approx([75.0, 0, 25.0, 0, 0, 0], rel=1e-5)
    assert density.dtype == torch.float32 and found.log_prob(at.double()).dtype == torch.float64


def test_one_drawing_is_one_distribution():
    first, second = data.load(points_config()), data.load(points_config(seed=3))
    assert first.distribution is second.distribution and torch.equal(first.samples, second.samples)
    assert data_kind(NAME).known and not data_kind(NAME).is_image and data_kind(NAME).shape == (2,)
    for i in range(40):
        drawn.drawn(drawing.encode(inked(c0r0=1 + i % 15, c1r1=1 + i // 15)))
    assert drawn.drawn.cache_info().currsize <= 16


# --------------------------------------------------------------------------- its name, in files and in words


def test_a_configuration_and_an_address_carry_the_drawing():
    config = points_config()
    assert TrainConfig.from_json(config.to_json()) == config and json.loads(config.to_json())["data"] == NAME
    settings = Settings()
    settings.choose_data(NAME)
    assert settings.error is None and settings.config.data == NAME and not settings.config.is_image
    assert Settings.from_query(settings.query()).config == settings.config


def test_nobody_is_shown_a_code(tmp_path):
    settings = Settings()
    settings.choose_data(NAME)
    other = settings.config.replace(data=f"drawn:{drawing.encode(inked(c3r5=7))}")
    run = create(settings.config, root_folder := tmp_path / "run")
    words = [
        label_of(settings.config),
        label_of(other),
        run.name,
        *settings.notes,
        *map(str, pending.of(settings, create(other, tmp_path / "other").snapshot()).values()),
        pending.head(pending.of(settings, create(points_config("ring"), tmp_path / "ring").snapshot()).values()),
    ]
    for bad in (
        {"architecture": "dcgan"},
        {"resolution": 28},
        {"conditioning": "concatenation"},
        {"augment": "translation"},
    ):
        with pytest.raises(ConfigError) as caught:
            settings.config.replace(**bad)
        words += [str(caught.value), problem(caught.value)]
    assert all(FACE[:12] not in text and len(text) < 200 for text in words), words
    assert label_of(settings.config).endswith("on a drawing")
    assert json.loads((root_folder / "config.json").read_text())["config"]["data"] == NAME


def test_one_drawing_after_another_is_told_from_none(tmp_path):
    settings = Settings()
    settings.choose_data(NAME)
    other = settings.config.replace(data=f"drawn:{drawing.encode(inked(c3r5=7))}")
    waits = pending.of(settings, create(other, tmp_path / "other").snapshot())
    assert [str(one) for one in waits.values()] == ["Data set another drawing"]
    assert not pending.of(settings, create(settings.config, tmp_path / "same").snapshot())


def test_an_address_with_a_bad_drawing_says_so_and_keeps_the_rest():
    settings = Settings.from_query({"preset": "ring", "data": f"drawn:{FACE[:-9]}", "seed": "3"})
    assert settings.config.data == "ring" and settings.config.seed == 3
    assert len(settings.notes) == 1 and "drawing" in settings.notes[0] and len(settings.notes[0]) < 200


def test_the_command_line_takes_a_drawing_and_does_not_look_for_a_file(capsys, tmp_path):
    assert main(["train", "--preset", "ring", "--data", NAME, "--steps", "2", "--out", str(tmp_path / "run")]) == 0
    said = capsys.readouterr()
    assert FACE[:12] not in said.out + said.err
    assert main(["train", "--preset", "ring", "--data", f"drawn:{FACE[:-9]}", "--out", str(tmp_path / "other")]) == 2
    assert len(capsys.readouterr().err) < 300 and not (tmp_path / "other").exists()


# --------------------------------------------------------------------------- thumbnails, and files of points


def test_thumbnails_are_draws_of_the_distributions_themselves():
    found = renderer.answer({"do": "thumbnails", "dim": 2})
    assert [one["name"] for one in found["sets"]] == [name for name, kind in DATA.items() if kind.shape == (2,)]
    board = next(one for one in found["sets"] if one["name"] == "checkerboard")
    points = (
        torch.tensor(list(base64.b64decode(board["draws"]))).reshape(-1, 2) / 255 * 2 * board["extent"]
        - board["extent"]
    )
    assert len(points) >= 900 and board["title"] == "Checkerboard"
    # all but those that the rounding to 256 places puts across an edge
    assert torch.isfinite(data.DISTRIBUTIONS["checkerboard"].log_prob(points)).float().mean() > 0.97


def test_thumbnails_of_the_line_have_a_density():
    found = renderer.answer({"do": "thumbnails", "dim": 1})
    assert [one["name"] for one in found["sets"]] == [name for name, kind in DATA.items() if kind.shape == (1,)]
    flat, peaks = (
        next(list(base64.b64decode(one["density"])) for one in found["sets"] if one["name"] == name)
        for name in ("uniform-1d", "two-gaussians-1d")
    )
    assert set(flat) == {0, 255} and flat[0] == flat[-1] == 0
    assert 0 < peaks[len(peaks) // 2] < 10 and max(peaks) == 255
    assert "2" in renderer.answer({"do": "thumbnails", "dim": 3})["error"]


@pytest.fixture
def reads(monkeypatch, tmp_path):
    """The data folder of this test, and the renderer's answers without its process."""

    class Fleet:
        def ask(self, question, timeout):
            found = renderer.answer(question)
            if "error" in found:
                raise fleet.AskError(found["error"])
            return found

    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(uploads.fleet, "shared", Fleet)
    return tmp_path / "data" / "uploads"


ROWS = b"x,y\n" + b"".join(b"%d.5,%d.25\n" % (i % 3, i % 2) for i in range(1204))


def test_a_file_of_points_becomes_the_data(reads):
    name, words = uploads.take("mine.CSV", ROWS + b"a,b\n,\nnan,1\n")
    assert words == "1,204 points; 3 rows that are not two numbers are left out."
    place, _, path = name.partition(":")
    assert place == "points" and [str(file) for file in reads.iterdir()] == [path] and path.endswith(".csv")
    assert len(data.load(points_config(name))) == 1204
    # the same again is the same file, and another name changes nothing
    assert (
        uploads.take("../../other.csv", ROWS + b"a,b\n,\nnan,1\n") == (name, words) and len(list(reads.iterdir())) == 1
    )
    assert uploads.in_words({"rows": 8, "skipped": 1}).endswith("1 row that is not two numbers is left out.")
    assert uploads.in_words({"rows": 8, "skipped": 0}) == "8 points."


def pickled() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([[1, print]] * 20, dtype=object), allow_pickle=True)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("words.csv", b"hello\nworld\n" * 10, "no column of numbers"),
        ("nothing.txt", b"", "empty"),
        ("few.csv", b"1,2\n3,4\n", "at least 8"),
        ("objects.npy", pickled(), "cannot be read as a .npy array"),
        ("table.xlsx", ROWS, ".csv, .txt, .tsv or .npy"),
        ("huge.csv", bytes(50_000_001), "50 MB"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence_and_not_kept(reads, name, content, words):
    with pytest.raises(uploads.Refused) as caught:
        uploads.take(name, content)
    message = str(caught.value)
    assert words in message and f"“{name}”" in message and str(reads) not in message and message.endswith(".")
    assert not reads.exists() or not list(reads.iterdir())
