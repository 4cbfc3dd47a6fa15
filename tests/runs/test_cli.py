"""The command line: exit codes, one sentence on stderr, and what it writes.

A few calls in processes of their own, the rest in this one.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gan_core
from gan_core import runs
from gan_core.__main__ import main
from gan_core.commands.progress import duration, line
from gan_core.runs import Run, training

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def call(capsys):
    """`call("train", ...)` -> (exit code, stdout, stderr), in this process."""

    def run(*arguments) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as left:  # argparse
            code = left.code
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture(scope="module")
def trained(session_data, tmp_path_factory):
    """A finished run of 6 steps, only looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA_DIR", str(session_data))
        patch.setenv("GAN_THREADS", "1")
        folder = tmp_path_factory.mktemp("cli") / "run"
        assert main(["train", "--preset", "mlp-tiny", "--data", "digits", "--steps", "6", "--out", str(folder)]) == 0
        return folder


def one_sentence(err: str) -> bool:
    lines = err.strip().splitlines()
    return "Traceback" not in err and len(lines) >= 1 and ("usage:" in err or len(lines) == 1) and len(lines[-1]) > 20


def test_presets_in_words_and_as_json(call):
    code, out, err = call("presets")
    assert code == 0 and not err and all(name in out for name in gan_core.PRESETS)
    code, out, _ = call("presets", "--json")
    found = json.loads(out)
    assert code == 0 and list(found) == list(gan_core.PRESETS)
    for name, preset in found.items():
        assert (
            gan_core.TrainConfig.from_dict(preset["config"]) == gan_core.preset(name)
            and preset["title"]
            and preset["note"]
        )


def test_train_metrics_and_sample_in_processes_of_their_own(gan, tmp_path):
    folder = tmp_path / "run"
    done = gan(
        "train",
        "--preset",
        "mlp-tiny",
        "--data",
        "digits",
        "--set",
        "batch_size=8",
        "--set",
        "lr_d=1e-3",
        "--steps",
        5,
        "--out",
        folder,
    )
    assert done.returncode == 0 and done.stderr == "" and "finished at step 5 of 5" in done.stdout
    run = Run.open(folder)
    assert (run.config.batch_size, run.config.lr_d, run.config.data, run.config.steps) == (8, 1e-3, "digits", 5)
    done = gan("sample", folder, "-n", 7, "--out", tmp_path / "grid.png")
    assert done.returncode == 0, done.stderr
    assert Image.open(tmp_path / "grid.png").size[0] % 28 == 0
    done = gan("train", "--preset", "mlp-tiny", "--data", "digits", "--set", "lr_d=-1", "--out", tmp_path / "no")
    assert (
        done.returncode == 2 and one_sentence(done.stderr) and "lr_d" in done.stderr and not (tmp_path / "no").exists()
    )


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--preset", "bogus"], ["bogus", "mlp-tiny"]),
        (["--data", "bogus"], ["bogus", "mnist"]),
        (["--set", "lr_d"], ["lr_d", "FIELD=VALUE"]),
        (["--set", "bogus=1"], ["bogus"]),
        (["--set", "width=x"], ["width", "x"]),
        (["--set", "width=-3"], ["width", "-3"]),
        (["--set", "resolution=30"], ["resolution", "30"]),
        (["--steps", "0"], ["steps", "0"]),
        (["--epochs", "-1"], ["epochs", "-1"]),
        (["--steps", "many"], ["many"]),
        (["--steps", "3", "--epochs", "3"], ["--epochs"]),
        (["--data", "gaussian", "--set", "architecture=dcgan"], ["architecture"]),
        (["--set", "depth=7"], ["depth"]),
        (["--bogus"], ["--bogus"]),
    ],
)
def test_bad_requests_exit_2_with_a_sentence_and_leave_no_folder(call, tmp_path, arguments, words):
    code, out, err = call("train", *arguments, "--out", tmp_path / "run")
    assert code == 2 and one_sentence(err), err
    assert all(word in err for word in words), err
    assert not (tmp_path / "run").exists() and "finished" not in out


@pytest.mark.parametrize("command", [[], ["bogus"], ["train"], ["metrics"], ["sample", "x"]])
def test_incomplete_commands_exit_2(call, command):
    code, _, err = call(*command)
    assert code == 2 and "usage" in err


def test_data_that_cannot_be_used_exit_2_and_leave_no_folder(call, tmp_path):
    (tmp_path / "empty").mkdir()
    code, out, err = call("train", "--data", f"folder:{tmp_path / 'empty'}", "--steps", 2, "--out", tmp_path / "run")
    assert code == 2 and one_sentence(err) and "empty" in err
    assert not (tmp_path / "run").exists(), "nothing stands in the way of the next try"


def test_places_that_cannot_be_written_exit_2(call, tmp_path, trained):
    (tmp_path / "file").write_text("")
    code, _, err = call("train", "--out", tmp_path / "file" / "run", "--steps", 1)
    assert code == 2 and one_sentence(err)
    for out in (tmp_path / "no" / "such" / "x.png", tmp_path):
        code, _, err = call("sample", trained, "--out", out)
        assert code == 2 and one_sentence(err), err


# --------------------------------------------------------------------------- resume


@pytest.mark.slow
def test_totals_are_totals(call, tmp_path):
    folder = tmp_path / "run"
    arguments = ["train", "--preset", "mlp-tiny", "--data", "digits", "--set", "batch_size=2000", "--out", folder]
    assert call(*arguments, "--steps", 4)[0] == 0
    code, _, err = call(*arguments, "--steps", 4)
    assert code == 2 and "--resume" in err, "a run is not overwritten"
    code, out, _ = call("train", "--out", folder, "--resume", "--steps", 7)
    assert code == 0 and "step 7 of 7" in out
    run = Run.open(folder)
    assert run.metrics()["step"].tolist() == list(range(1, 8)) and run.config.batch_size == 2000
    code, out, _ = call("train", "--out", folder, "--resume")
    assert code == 0 and run.status["step"] == 7, "nothing is left to do, and that is no failure"
    code, out, _ = call("train", "--out", folder, "--resume", "--epochs", 2)
    assert code == 0 and run.status["step"] == math.ceil(2 * 17_970 / 2000) == 18 and run.status["epoch"] == 2
    assert Run.open(folder).config.steps is None


@pytest.mark.slow
def test_resume_begins_where_there_is_nothing_and_takes_live_values(call, tmp_path):
    folder = tmp_path / "run"
    arguments = ["train", "--preset", "mlp-tiny", "--data", "digits", "--out", folder, "--resume"]
    assert call(*arguments, "--steps", 3)[0] == 0
    assert call("train", "--resume", "--out", folder, "--steps", 5, "--set", "lr_g=1e-3", "--set", "k=2")[0] == 0
    assert (
        Run.open(folder).status["live"].items() >= {"lr_d": 2e-4, "lr_g": 1e-3, "k": 2, "penalty_weight": 10.0}.items()
    )
    assert call(*arguments, "--steps", 6)[0] == 0, "naming the same preset and data again is fine"


@pytest.mark.parametrize(
    "change", [["--set", "batch_size=7"], ["--set", "seed=9"], ["--data", "mnist"], ["--preset", "mlp-dropout"]]
)
def test_resume_refuses_what_would_be_another_run(call, tmp_path, trained, change):
    before = {f.name: f.read_bytes() for f in trained.iterdir() if f.is_file()}
    code, _, err = call("train", "--resume", "--out", trained, "--steps", 9, *change)
    assert code == 2 and one_sentence(err)
    assert {f.name: f.read_bytes() for f in trained.iterdir() if f.is_file()} == before


@pytest.mark.slow
def test_a_run_that_is_being_trained_is_left_alone(call, tmp_path, until):
    config = gan_core.preset("mlp-tiny").replace(data="digits", batch_size=16, epochs=100_000)
    run, leave = runs.create(config, tmp_path / "run"), threading.Event()
    thread = threading.Thread(target=training.hold, args=(run, leave))
    thread.start()
    try:
        until(lambda: run.status["step"] > 3, "the first steps")
        run.ask(pause=True)
        until(lambda: run.status["state"] == "paused", "a pause")
        before = {name: (run.folder / name).read_bytes() for name in ("config.json", "control.json")}
        code, _, err = call("train", "--resume", "--out", run.folder, "--steps", 9)
        assert code == 2 and one_sentence(err) and "another process" in err
        assert {name: (run.folder / name).read_bytes() for name in before} == before and run.status["state"] == "paused"
    finally:
        leave.set()
        thread.join()


def test_an_interrupted_training_is_saved_and_says_how_to_go_on(tmp_path, until):
    folder = tmp_path / "run"
    arguments = [
        "--preset",
        "mlp-tiny",
        "--data",
        "digits",
        "--set",
        "batch_size=16",
        "--epochs",
        "10000",
        "--out",
        str(folder),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "gan_core", "train", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: (folder / "config.json").exists() and Run.open(folder).status["step"] > 5, "the first steps")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1 and one_sentence(err) and "--resume" in err
    status = Run.open(folder).status
    assert status["state"] == "interrupted" and status["saved_step"] == status["step"]


# --------------------------------------------------------------------------- looking


def test_metrics_as_a_table_and_as_json(call, trained):
    code, out, _ = call("metrics", trained)
    assert code == 0 and len(out.strip().splitlines()) == 7 and "loss_d" in out
    code, out, _ = call("metrics", trained, "--json")
    found = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert code == 0 and found["step"] == [1, 2, 3, 4, 5, 6] and {len(v) for v in found.values()} == {6}
    np.testing.assert_allclose(found["loss_d"], Run.open(trained).metrics()["loss_d"])


@pytest.mark.slow
def test_measures_that_were_not_made_are_null(call, tmp_path):
    run = runs.create(gan_core.preset("mlp-tiny").replace(data="digits", steps=1), tmp_path / "run")
    run.ask(turn="d")
    assert training.hold(run, threading.Event())["state"] == "finished"
    _, out, _ = call("metrics", run.folder, "--json")
    assert json.loads(out)["loss_g"] == [None]
    empty = runs.create(run.config, tmp_path / "empty")
    assert (
        call("metrics", empty.folder)[0] == 0 and json.loads(call("metrics", empty.folder, "--json")[1])["step"] == []
    )


@pytest.mark.parametrize("command", [["metrics"], ["sample", "--out", "x.png"]])
def test_what_is_no_run_exits_2(call, tmp_path, command):
    for folder in (tmp_path / "nowhere", tmp_path):
        code, _, err = call(*command, folder)
        assert code == 2 and one_sentence(err)


def test_samples_are_the_generators_and_the_seeds(call, trained, tmp_path):
    import torch

    def draw(name: str, *arguments) -> np.ndarray:
        code, _, err = call("sample", trained, "--out", tmp_path / name, *arguments)
        assert code == 0, err
        return np.asarray(Image.open(io.BytesIO((tmp_path / name).read_bytes())))

    grid = draw("a.png", "-n", 16)
    assert grid.shape == (4 * 28, 4 * 28) and grid.dtype == np.uint8
    assert np.array_equal(grid, draw("b.png", "-n", 16, "--seed", 0)) and not np.array_equal(
        grid, draw("c.png", "-n", 16, "--seed", 1)
    )
    assert not np.array_equal(grid, draw("d.png", "-n", 16, "--step", 0))
    assert draw("e.png").shape == (8 * 28, 8 * 28)
    generator = Run.open(trained).load_generator()
    with torch.no_grad():
        first = generator(torch.randn(16, 32, generator=torch.Generator().manual_seed(0)))[0, 0]
    assert np.abs(((first + 1) * 127.5).round().numpy() - grid[:28, :28]).max() <= 1
    for bad in (["-n", "0"], ["-n", "-1"], ["-n", "99999999"], ["--seed", "x"], ["--seed", "-1"], ["--seed", "9" * 30]):
        code, _, err = call("sample", trained, "--out", tmp_path / "no.png", *bad)
        assert code == 2 and one_sentence(err), bad
    assert not (tmp_path / "no.png").exists()


@pytest.mark.slow
def test_points_are_written_as_csv(call, tmp_path):
    folder = tmp_path / "run"
    assert call("train", "--preset", "gaussian-1d", "--steps", 2, "--out", folder)[0] == 0
    assert call("sample", folder, "-n", 300, "--out", tmp_path / "x.csv")[0] == 0
    found = np.loadtxt(tmp_path / "x.csv", delimiter=",", ndmin=2)
    assert found.shape == (300, 1) and np.isfinite(found).all() and len(np.unique(found)) > 100


# --------------------------------------------------------------------------- words


def test_progress_in_words():
    assert [duration(s) for s in (0, 42.4, 61, 3599.6, 3661)] == ["0:00", "0:42", "1:01", "1:00:00", "1:01:01"]
    status = {
        "state": "training",
        "step": 1204,
        "total_steps": 5000,
        "epoch": 3,
        "images_per_second": 9800.4,
        "eta": 42,
    }
    assert line(status) == "training · step 1,204 of 5,000 · epoch 3 · 9,800 images/s · 0:42 left"
    assert "left" not in line({**status, "eta": None})


def test_a_reader_that_goes_away_is_no_failure():
    code = f"{sys.executable} -m gan_core presets --json | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr


@pytest.mark.slow
def test_going_on_asks_for_more_than_there_is(call, tmp_path):
    out = str(tmp_path / "run")
    assert call("train", "--preset", "gaussian-1d", "--steps", "8", "--set", "anneal=linear", "--out", out)[0] == 0
    code, _, err = call("train", "--resume", "--steps", "4", "--out", out)
    assert code == 2 and "already" in err and gan_core.Run.open(out).config.steps == 8
    assert call("train", "--resume", "--steps", "12", "--out", out)[0] == 0
    assert gan_core.Run.open(out).config.anneal_steps == 8, "rates that have arrived stay there"
    code, _, err = call("train", "--resume", "--preset", "ring", "--out", out)
    assert code == 2 and "preset" in err


def test_a_slip_in_a_path_leaves_no_folder_behind(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = call("train", "--preset", "ring", "--data", "points:typo.csv", "--out", "run")
    assert code == 2 and "typo.csv" in err and not (tmp_path / "run").exists()
    rows = "".join(f"{i % 7},{i % 5}\n" for i in range(60))
    (tmp_path / "right.csv").write_text(rows)
    assert call("train", "--preset", "ring", "--data", "points:right.csv", "--steps", "2", "--out", "run")[0] == 0
    run = gan_core.Run.open(tmp_path / "run")
    assert Path(run.config.data.partition(":")[2]).is_absolute() and run.name.endswith("right.csv")
    code, _, err = call("sample", "run", "--out", "x.png")
    assert code == 2 and ".csv" in err and not (tmp_path / "x.png").exists()


@pytest.mark.slow
def test_points_are_trained_from_a_preset_of_images_with_networks_that_take_them(call, tmp_path):
    assert call("train", "--data", "moons", "--steps", "2", "--out", tmp_path / "run")[0] == 0
    config = Run.open(tmp_path / "run").config
    assert config.sample_shape == (2,) and config.architecture == "mlp" and config.objective == "non-saturating"
    code, _, err = call("train", "--data", "moons", "--set", "architecture=dcgan", "--out", tmp_path / "other")
    assert code == 2 and one_sentence(err) and "points" in err
