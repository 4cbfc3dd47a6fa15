"""Whatever is given as a name, to any argument of any command, field or address, is answered with a sentence."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest
from unusable_names import LETTER, NOBODY

import gan_core
from gan_core import runs
from gan_core.__main__ import _parser, main
from gan_core.config import FIELDS, ConfigError, TrainConfig, parse_json, shown, unusable
from gan_core.data import DataError, load

REAL = {"here": ".", "above": "..", "device": "/dev/null", "memory": "/proc/self/mem", "root": "/", "dash": "-"}
"""What there is, and is no run and no data of ours."""


@pytest.fixture(scope="module")
def plane(session_data, tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(session_data))
        folder = tmp_path_factory.mktemp("names") / "run"
        assert main(["train", "--preset", "gaussian-1d", "--steps", "2", "--out", str(folder)]) == 0
        return folder


def texts() -> list[tuple[str, argparse.Action]]:
    """Every argument of every command that takes text; one that is new is found by itself."""
    commands = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    kinds = (argparse._StoreAction, argparse._AppendAction)
    return [
        (command, action)
        for command, parser in commands.items()
        for action in parser._actions
        if isinstance(action, kinds) and action.type is not int
    ]


def line(command: str, action: argparse.Action, text: str, plane: Path, out: Path) -> list[str]:
    """A command that is right but for `text`."""
    given = {
        "train": {"--preset": "gaussian-1d", "--steps": "1", "--out": str(out)},
        "sample": {"folder": str(plane), "--out": f"{out}.csv", "-n": "4"},
    }.get(command, {"folder": str(plane)})
    given[action.option_strings[-1] if action.option_strings else action.dest] = text
    named = [f"{name}={value}" if name.startswith("--") else f"{name}{value}" for name, value in given.items()]
    plain = [value for name, value in given.items() if not name.startswith("-")]
    return [command, *(n for n in named if n.startswith("-")), *(["--", *plain] if plain else [])]


def called(arguments: list[str], capsys) -> tuple[int, str]:
    capsys.readouterr()
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    return code, capsys.readouterr().err


def is_sentence(err: str) -> bool:
    *usage, last = err.strip().split("\n")
    return (
        (not usage or usage[0].startswith("usage:")) and 20 < len(last) < 4200 and not re.search(r"[\x00-\x1f]", last)
    )


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("command, action", texts(), ids=lambda v: v if isinstance(v, str) else v.dest)
def test_no_argument_takes_what_nobody_is_called(command, action, text, plane, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if action.type is not None or action.dest != "set":
        tried = [text, f"folder:{text}", f"points:{text}", f"drawn:{text}"] if action.dest == "data" else [text]
    else:
        tried = [text, *(f"{name}={prefix}{text}" for name, prefix in (("data", "folder:"), ("objective", "")))]
    for one in tried:
        if text.startswith("~") and action.dest == "out":
            continue  # a folder may be called so
        code, err = called(line(command, action, one, plane, tmp_path / "out"), capsys)
        assert code == 2 and is_sentence(err), (one, code, err)
    assert not os.listdir(tmp_path), "nothing was made"


@pytest.mark.parametrize("text", REAL.values(), ids=REAL)
@pytest.mark.parametrize("command, action", texts(), ids=lambda v: v if isinstance(v, str) else v.dest)
def test_what_is_there_and_no_run_is_left_alone(command, action, text, plane, tmp_path, capsys, monkeypatch):
    (tmp_path / "letter.txt").write_text("mine")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text("mine")
    monkeypatch.chdir(tmp_path / "in")
    before = os.stat("/dev/null").st_mode
    for one in [f"folder:{text}/nothing", f"points:{text}"] if action.dest == "data" else [text]:
        if (action.dest, text) == ("out", "-"):
            continue  # a file may be called so
        code, err = called(line(command, action, one, plane, tmp_path / "in" / "out"), capsys)
        assert code == 2 and is_sentence(err), (one, code, err)
    assert sorted(str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*")) == ["in", "in/letter.txt", "letter.txt"]
    assert os.stat("/dev/null").st_mode == before, "a device stays one"


def test_a_run_may_be_named_by_a_point(plane, capsys, monkeypatch):
    monkeypatch.chdir(plane)
    assert called(["metrics", "."], capsys) == (0, "") and runs.Run.open(".").id == "run"
    monkeypatch.chdir(plane / "frames")
    assert called(["metrics", ".."], capsys) == (0, "") and runs.Run.open("..").id == "run"


def test_bad_data_are_a_bad_request(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "words.csv").write_text("hello world\n" * 20)
    for data in (f"folder:{tmp_path / 'empty'}", f"points:{tmp_path / 'words.csv'}"):
        preset = "starter" if data.startswith("folder") else "plane"
        code, err = called(["train", "--preset", preset, "--data", data, "--out", str(tmp_path / "run")], capsys)
        assert code == 2 and is_sentence(err) and not (tmp_path / "run").exists(), err


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY)
@pytest.mark.parametrize("place", ["folder", "points"])
def test_no_configuration_and_no_reader_takes_it(place, text):
    assert unusable(text)
    values = {"data": f"{place}:{text}", "resolution": None if place == "points" else 28, "architecture": "mlp"}
    with pytest.raises(ConfigError) as told:
        TrainConfig.from_dict(values)
    assert told.value.field == "data" and str(told.value).isprintable() and len(str(told.value)) < 700
    with pytest.raises(DataError):
        load(TrainConfig.draft({**TrainConfig().to_dict(), **values}))
    for use in (runs.Run.open, lambda name: runs.create(gan_core.preset("plane"), name)):
        if not text.startswith("~"):
            with pytest.raises(runs.RunError) as refused:
                use(text)
            assert str(refused.value).isprintable()
    with pytest.raises(runs.RunError) as missing:
        runs.find(text)
    assert str(missing.value).isprintable() and len(str(missing.value)) < 300


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_tells_of_a_value_at_length(name):
    for value in ("x" * 10**6, [[1] * 10**5], f"a\n{LETTER}", {"a": {}}, 10**400):
        try:
            TrainConfig.from_dict({name: value})
        except ConfigError as error:
            assert len(str(error)) < 1500 and str(error).isprintable()


def test_what_is_cut_keeps_its_ending():
    for name in ("x" * 500 + ".csv", "日" * 90 + ".npy", "a b" * 60 + ".txt"):
        assert len(shown(name, 80)) == 80 and shown(name, 80).endswith(name[-4:])
    assert shown("plain name.csv") == "plain name.csv"


@pytest.mark.parametrize("depth", [33, 200, 900, 5_000, 100_000])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_json_that_is_nested_too_deeply_is_an_error_like_any_other(pair, depth, plane, tmp_path):
    opens, closes = pair[:-1], pair[-1]
    text = opens * depth + "1" + closes * depth
    with pytest.raises(ValueError):
        parse_json(text)
    with pytest.raises(ConfigError):
        TrainConfig.from_json(f'{{"data": {text}}}')


def test_json_of_usual_depth_is_read():
    assert parse_json('{"a": [[[{"b": [1, null, "[[[[[["]}]]]}') == {"a": [[[{"b": [1, None, "[[[[[["]}]]]}
