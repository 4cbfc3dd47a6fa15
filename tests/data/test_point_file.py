"""A person's files of points, good and bad."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
import torch
from data_sets import config

from gan_core.data import DataError, load, point_file

GOOD = [[0.5, -1.25], [1, 2], [-3, 0.75], [2.5, 1.5], [0, 0], [1.5, -1], [-2, -2], [3, 1e-1], [-0.5, 2]]


def rows(separator=",", lines=GOOD):
    return "\n".join(separator.join(map(str, line)) for line in lines)


def read(path):
    return load(config(f"points:{path}"))


def given(tmp_path, content, name="points.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        rows(),
        rows(";"),
        rows("\t"),
        rows(" "),
        rows("   "),
        rows(", "),
        rows(",\t"),
        rows() + "\n",
        rows().replace("\n", "\r\n") + "\r\n",
        rows().replace("\n", "\r"),
        "x,y\n" + rows(),
        "  x  ;  y  \n" + rows(";"),
        b"\xef\xbb\xbfx,y\n" + rows().encode(),
        b"\xef\xbb\xbf" + rows().encode(),
        ("x\ty\n" + rows("\t")).encode("utf-16"),
        "größe,länge\n".encode("latin-1") + rows().encode(),
        "# made by hand\n\n" + rows() + "\n\n",
        rows(",", [[f'"{x}"', f'"{y}"'] for x, y in GOOD]),
        "name,x,size,y\n" + rows(",", [['"Smith, J."', x, "", y] for x, y in GOOD]),
        ",x,y\n" + rows(",", [[i, x, y] for i, (x, y) in enumerate(GOOD)]),
        "x,y,z\n" + rows(",", [[x, y, 7] for x, y in GOOD]),
        "when,x,y\n" + rows(",", [[f"2024-01-0{i + 1} 10:00", x, y] for i, (x, y) in enumerate(GOOD)]),
        "1_x 2_y\n" + rows(" "),
    ],
)
def test_tables_in_many_forms(tmp_path, content):
    data = read(given(tmp_path, content))
    assert data.samples.tolist() == torch.tensor(GOOD).tolist()
    assert (data.skipped, data.labels, data.distribution, data.density) == (0, None, None, None)


def test_rows_that_are_no_numbers_are_skipped_and_counted(tmp_path):
    bad = ["nan,1", "1,inf", "1", "-inf,nan", "hello,world", ",", '1,"', "1e999,0", '"never closed,1', "1,2 apples"]
    mixed = "\n".join(line for pair in zip(rows().split("\n"), [*bad], strict=False) for line in pair)
    data = read(given(tmp_path, "x,y\n" + mixed + "\n" + bad[-1]))
    assert data.samples.tolist() == torch.tensor(GOOD).tolist() and data.skipped == 10
    again = read(tmp_path / "points.csv")
    assert torch.equal(again.samples, data.samples) and again.skipped == 10


def test_large_tables_are_read_whole(tmp_path, monkeypatch):
    """A part at a time, some of them with damaged rows."""
    monkeypatch.setattr(point_file, "_CHUNK", 7)
    table = (np.arange(4000).reshape(2000, 2) % 23) / 10
    lines = rows("\t", table.tolist()).split("\n")
    for i in (3, 400, 401, 1999):
        lines[i] = "damaged\t1"
    data = read(given(tmp_path, "\n".join(lines)))
    np.testing.assert_allclose(data.samples, np.delete(table, [3, 400, 401, 1999], 0), rtol=1e-6)
    assert data.skipped == 4


def test_a_first_row_with_a_gap_is_no_heading(tmp_path):
    assert read(given(tmp_path, "nan,1\n" + rows())).skipped == 1
    assert read(given(tmp_path, ",1\n" + rows(), "other.csv")).skipped == 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16, np.uint8, ">f4"])
def test_arrays(tmp_path, dtype):
    table = np.arange(40).reshape(20, 2) % 4
    np.save(tmp_path / "a.npy", np.asarray(table, dtype, order="F"))
    assert np.array_equal(read(tmp_path / "a.npy").samples, table)
    (tmp_path / "a.npy").rename(tmp_path / "no ending")
    assert np.array_equal(read(tmp_path / "no ending").samples, table)


def test_array_rows_that_are_not_finite_are_skipped(tmp_path):
    table = np.array(GOOD + [[np.nan, 1], [1, np.inf]])
    np.save(tmp_path / "a.npy", table)
    data = read(tmp_path / "a.npy")
    assert len(data) == len(GOOD) and data.skipped == 2


@pytest.mark.parametrize("factor, shift", [(1e3, 0), (1e-6, 0), (1e-3, 5e3), (1e300, 0), (1e-300, 0), (2, -1e7)])
def test_other_scales_are_brought_to_ours_and_keep_their_form(tmp_path, factor, shift):
    table = np.array(GOOD)
    np.save(tmp_path / "a.npy", table * factor + shift)
    x = read(tmp_path / "a.npy").samples.double().numpy()
    assert np.sqrt((x**2).mean()) == pytest.approx(1, abs=1e-4) and np.abs(x.mean(0)).max() < 1e-4
    centred = table - table.mean(0)
    np.testing.assert_allclose(x, centred / np.sqrt((centred**2).mean()), atol=1e-5)


def test_points_that_are_all_the_same_do_not_divide_by_zero(tmp_path):
    np.save(tmp_path / "a.npy", np.full((10, 2), 700.0))
    assert (read(tmp_path / "a.npy").samples == 0).all()


def array_of(*shape, dtype=float):
    def save(path):
        with open(path, "wb") as file:
            np.save(file, np.ones(shape, dtype), allow_pickle=True)

    return save


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.touch(), "is empty"),
        (lambda path: path.write_text("\n \n\r\n"), "is empty"),
        (lambda path: path.write_bytes(b"\xef\xbb\xbf"), "is empty"),
        (lambda path: path.write_text("# x\n# y\n"), "no column of numbers"),
        (lambda path: path.write_text("x\n" + "1\n" * 20), "only one column of numbers"),
        (lambda path: path.write_text("hello world\n" * 20), "no column of numbers"),
        (lambda path: path.write_text("1,5;2,5\n" * 20), "no column of numbers.*decimal points"),
        (lambda path: path.write_text("1,5\t2,5\n" * 20), "no column of numbers.*decimal points"),
        (lambda path: path.write_text("1,2\n" * 7), "only 7 rows"),
        (lambda path: path.write_text("1,nan\n" * 5 + "1,2\n" * 5), "only 5 rows"),
        (lambda path: path.write_bytes(bytes(range(256)) * 20), "is neither text nor"),
        (lambda path: path.write_bytes(b"\x93NUMPY rubbish"), "cannot be read as a .npy array"),
        (array_of(20, 3), r"array \(20, 3\)"),
        (array_of(20), r"array \(20,\)"),
        (array_of(20, 2, dtype=complex), "complex"),
        (array_of(20, 2, dtype=object), "cannot be read as a .npy array"),
        (array_of(20, 2, dtype="S3"), r"array \(20, 2\)"),
        (array_of(0, 2), "no rows"),
        (lambda path: np.savez(open(path, "wb"), a=np.ones((20, 2))), "archive or a spreadsheet"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path, root, make, words):
    path = tmp_path / "points.csv"
    make(path)
    with pytest.raises(DataError, match=words) as error:
        read(path)
    assert str(path) in str(error.value) and str(error.value).count(";") == 1 and str(error.value).endswith(".")
    assert not list(root.glob("prepared/*"))


def test_a_cut_off_array(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((1000, 2)))
    os.truncate(tmp_path / "a.npy", 5000)
    with pytest.raises(DataError, match="cannot be read as a .npy array"):
        read(tmp_path / "a.npy")


def test_no_pickle_is_opened(tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "opened"),)

    array = np.empty((20, 2), object)
    array[:] = Evil()
    with open(tmp_path / "a.npy", "wb") as file:
        np.save(file, array, allow_pickle=True)
    with pytest.raises(DataError):
        read(tmp_path / "a.npy")
    assert not (tmp_path / "opened").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = given(tmp_path, rows())
    path.chmod(0)
    with pytest.raises(DataError, match="cannot be read"):
        read(path)


def test_a_file_that_breaks_while_it_is_read(tmp_path, monkeypatch):
    path = given(tmp_path, rows())

    def broken(*args):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(point_file, "_read_text", broken)
    with pytest.raises(DataError, match="cannot be read .Input/output error"):
        read(path)


def test_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(point_file, "MAX_ROWS", 50)
    given(tmp_path, "x,y\n" + "1,2\n" * 50, "enough.csv")
    assert len(read(tmp_path / "enough.csv")) == 50
    given(tmp_path, "x,y\n" + "1,2\n" * 51)
    np.save(tmp_path / "a.npy", np.ones((51, 2)))
    for name in ("points.csv", "a.npy"):
        with pytest.raises(DataError, match="too large; at most 50 rows"):
            read(tmp_path / name)
    monkeypatch.setattr(point_file, "MAX_BYTES", 100)
    with pytest.raises(DataError, match="too large"):
        read(tmp_path / "points.csv")


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path, root, monkeypatch):
    path = given(tmp_path, rows())
    before = read(path).samples.clone()
    with monkeypatch.context() as patch:
        patch.setattr(point_file, "_read_text", None)
        assert torch.equal(read(path).samples, before)
    path.write_text(rows(",", [[y, x] for x, y in GOOD]))
    os.utime(path, ns=(1, 1))
    assert torch.equal(read(path).samples, before.flip(1))
    kept = {file.name.rpartition("-v")[0] for file in (root / "prepared").iterdir()}
    assert len(kept) == 1, "what is out of date stays on the disk"


def test_home_is_expanded(tmp_path, monkeypatch):
    given(tmp_path, rows(), "a b.csv")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(read("~/a b.csv")) == len(GOOD)


def test_a_training_step_on_own_points(tmp_path):
    from gan_core import train

    path = given(tmp_path, rows())
    report = next(iter(train(config(f"points:{path}", batch_size=4, steps=1, latent_dim=2))))
    assert math.isfinite(report.metrics()["loss_d"])
