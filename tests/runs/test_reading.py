"""A run folder as its reader tells of it: measures, pictures, scores, networks."""

from __future__ import annotations

import io
import json
import shutil
import threading

import numpy as np
import pytest
import torch
from holding import SHORT, go_on
from PIL import Image

import gan_core
from gan_core import runs
from gan_core.look.noise import fixed_noise
from gan_core.runs import Run, RunError, training


def test_a_finished_run_reads_as_it_is(folder):
    run = Run.open(folder)
    assert (
        run.id == run.folder.name == "one"
        and run.config == SHORT
        and run.created > 1e9
        and run.name == "mlp-tiny on digits"
    )
    assert run.status["state"] == "finished" and run.status["step"] == 30 and not run.is_active
    found = run.metrics()
    assert {len(column) for column in found.values()} == {30}
    assert {
        "step",
        "epoch",
        "loss_d",
        "loss_g",
        "value",
        "d_real",
        "d_fake",
        "d_fake_after",
        "grad_norm_d",
        "grad_norm_g",
        "images_per_second",
        "seconds",
    } <= found.keys()
    assert found["step"].tolist() == list(range(1, 31)) and (np.diff(found["seconds"]) >= 0).all()
    assert run.metrics(28)["step"].tolist() == [29, 30]
    # V is D's loss with the sign turned, halved where the loss is the mean of the two terms
    np.testing.assert_allclose(found["value"], -2 * found["loss_d"], rtol=1e-6)


def test_pictures_have_the_right_size_and_are_what_g_draws(folder):
    run = Run.open(folder)
    layout = run.layout
    assert layout == {"count": 9, "columns": 3, "rows": 3, "height": 28, "width": 28, "channels": 1}
    assert run.frames() == [*range(31)]
    for png in (run.frame(0), run.frame(30), run.real()):
        image = Image.open(io.BytesIO(png))
        assert image.size == (84, 84) and image.mode == "L"
    generator = run.load_generator(30)
    with torch.no_grad():
        tiles = generator(fixed_noise(run.config)[:9])
    drawn = np.asarray(Image.open(io.BytesIO(run.frame(30)))).astype(int)
    for tile in range(9):
        row, column = divmod(tile, 3)
        expected = ((tiles[tile, 0] + 1) * 127.5).round().numpy()
        assert np.abs(drawn[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28] - expected).max() <= 1, (
            f"tile {tile}"
        )
    scores = run.scores(30)
    assert len(scores["d_real"]) == len(scores["d_fake"]) == 9
    with pytest.raises(RunError, match="no picture of step 31"):
        run.frame(31)
    assert run.scores(31) is None


def test_scores_are_those_of_the_networks_of_that_step(folder):
    run = Run.open(folder)
    generator, discriminator = run.load_networks(30)
    with torch.no_grad():
        logits = discriminator(generator(fixed_noise(run.config)[:9]))
    np.testing.assert_allclose(run.scores(30)["d_fake"], logits.numpy(), atol=1e-3)


def test_a_colour_run_has_colour_pictures(runs_root, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(6):
        Image.fromarray(np.random.default_rng(i).integers(0, 255, (40, 30, 3), np.uint8)).save(photos / f"{i}.png")
    config = gan_core.preset("starter").replace(
        data=f"folder:{photos}", resolution=32, width=4, batch_size=4, samples=7, steps=2
    )
    run = runs.create(config)
    assert training.hold(run, threading.Event())["state"] == "finished"
    for png in (run.frame(2), run.real()):
        image = Image.open(io.BytesIO(png))
        assert image.mode == "RGB" and image.size == (run.layout["columns"] * 32, run.layout["rows"] * 32)
    assert run.layout["count"] == 7 and len(run.scores(2)["d_real"]) == 7 and run.status["data_size"] == 6


def test_load_generator_is_the_network_of_the_nearest_checkpoint(folder):
    run = Run.open(folder)
    assert run.checkpoints() == [0, 20, 30]
    start = gan_core.build(run.config)[0].state_dict()
    end = {
        k.removeprefix("generator."): v
        for k, v in runs.load_state(folder)["tensors"].items()
        if k.startswith("generator.")
    }
    for step, expected in ((0, start), (9, start), (26, end), (10**9, end), (None, end)):
        generator = run.load_generator(step)
        assert not generator.training
        assert all(torch.equal(v, expected[k]) for k, v in generator.state_dict().items()), step
    with torch.no_grad():
        z = torch.randn(4, 32)
        assert torch.equal(run.load_generator()(z), run.load_generator()(z))


def test_a_folder_moved_elsewhere_opens_and_goes_on(folder, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    shutil.rmtree(folder)
    there = tmp_path / "elsewhere" / "with a name, of its own"
    shutil.unpack_archive(packed, there)
    run = Run.open(there)
    assert run.id == "with a name, of its own" and run.name == "mlp-tiny on digits"
    assert run.frame(30) and run.load_generator() and len(run.metrics()["step"]) == 30
    assert go_on(there)["state"] == "finished"
    assert run.metrics()["step"].tolist() == list(range(1, 41))


def test_no_absolute_path_is_written_into_a_folder(folder):
    for name in ("config.json", "status.json"):
        assert (
            str(folder.parent.parent) not in (folder / name).read_text() and "/tmp" not in (folder / name).read_text()
        )


def test_metrics_of_an_untouched_run_are_empty_columns():
    found = runs.create(SHORT).metrics()
    assert {len(c) for c in found.values()} == {0} and "loss_d" in found


def test_evaluations_of_an_older_version_have_today_s_names():
    """What was called kl was KL(G || data)."""
    run = runs.create(gan_core.preset("ring"))
    rows = [
        {"step": 0, "jsd": 0.5, "kl": 2.0, "kl_oracle": 0.05},
        {"step": 100, "jsd": 0.4, "kl_data_g": 3.0, "kl_g_data": 1.0, "kl_g_data_oracle": 0.05},
    ]
    (run.folder / "evaluations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = run.evaluations()
    assert "kl" not in found and found["kl_g_data"] == [2.0, 1.0] and found["kl_g_data_oracle"] == [0.05, 0.05]
    assert found["kl_data_g"] == [None, 3.0] and found["step"] == [0, 100]
