"""Distributions against their densities, and a person's files of points, good and bad."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
import torch

from gan_core.config import DATA, TrainConfig
from gan_core.data import DISTRIBUTIONS, DataError, DataSet, check_labels, load, points

KNOWN = [name for name, kind in DATA.items() if kind.known]
MIXTURES = ["ring", "grid", "two-gaussians", "two-gaussians-1d"]


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A data folder of each test's own."""
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def config(name, **fields):
    return TrainConfig(data=name, architecture="mlp", resolution=None, **fields)


# --------------------------------------------------------------------------- what all distributions share


def test_the_configuration_and_the_distributions_agree():
    assert set(DISTRIBUTIONS) == {name for name, kind in DATA.items() if not kind.is_image}
    for name, distribution in DISTRIBUTIONS.items():
        assert DATA[name].shape == (distribution.dim,)
        assert DATA[name].known == (distribution.log_prob is not None)
        assert name not in MIXTURES or (len(distribution.modes) == DATA[name].classes and distribution.sigma > 0)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_data_set(name):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    data, distribution, kind = load(config(name)), DISTRIBUTIONS[name], DATA[name]
    assert torch.equal(torch.get_rng_state(), before), "drawing the data moved the training's random generator"
    assert data.samples.shape == (100_000, *kind.shape) and data.samples.dtype == torch.float32 and not data.is_image
    assert data.distribution is distribution and (data.density is not None) == kind.known
    assert torch.equal(load(config(name)).samples, data.samples), "the data are the same each time"
    other, _ = distribution.sample(100, torch.Generator().manual_seed(1))
    assert other.dtype == torch.float32 and not torch.equal(other, data.samples[:100])
    if kind.classes:
        assert data.labels.dtype == torch.int64 and torch.bincount(data.labels).shape == (kind.classes,)
        expected, freedom = 100_000 / kind.classes, kind.classes - 1
        assert ((torch.bincount(data.labels) - expected) ** 2 / expected).sum() < freedom + 6 * math.sqrt(2 * freedom)
        check_labels(config(name, conditioning="concatenation"), data)
    else:
        assert data.labels is None
    assert (data.samples.abs() > distribution.extent).any(1).float().mean() < 0.005
    if name not in ("ring", "grid"):
        assert (data.samples.abs() > 3.2).any(1).float().mean() < 0.005 and data.samples.std() > 0.4


@pytest.mark.parametrize("name", KNOWN)
def test_densities_take_points_as_they_come(name):
    distribution = DISTRIBUTIONS[name]
    x = load(config(name)).samples[:1000]
    for dtype in (torch.float32, torch.float64):
        assert distribution.log_prob(x.to(dtype)).shape == (1000,) and distribution.log_prob(x.to(dtype)).dtype == dtype
    torch.testing.assert_close(distribution.log_prob(x).double(), distribution.log_prob(x.double()), rtol=0, atol=1e-3)
    assert torch.isfinite(distribution.log_prob(x)).all(), "a sample has no density"
    assert distribution.log_prob(x[:0]).shape == (0,)
    torch.testing.assert_close(DataSet(x, distribution=distribution).density(x), distribution.log_prob(x).exp())
    if distribution.dim == 1:
        assert torch.equal(distribution.log_prob(x[:, 0]), distribution.log_prob(x))
    # more than one chunk, and far away: no nan, and nothing there
    far = torch.full((70_000, distribution.dim), 1e3, dtype=torch.float64)
    assert (distribution.log_prob(far).exp() == 0).all() and not distribution.log_prob(far).isnan().any()


@pytest.mark.parametrize("name", ["uniform-1d", "checkerboard"])
def test_outside_of_the_support_the_logarithm_is_minus_infinity(name):
    end = DISTRIBUTIONS[name].extent
    outside = torch.full((1, DATA[name].shape[0]), end + 1e-4)
    assert DISTRIBUTIONS[name].log_prob(outside).item() == -math.inf
    inside = DISTRIBUTIONS[name].log_prob(load(config(name)).samples[:1].double()).item()
    assert inside == pytest.approx(-math.log(2 if name == "uniform-1d" else 8), rel=1e-14), "a float64 of a float32"
    if name == "checkerboard":
        assert DISTRIBUTIONS[name].log_prob(torch.tensor([[0.5, 0.5], [0.5, -0.5]])).tolist() == [
            pytest.approx(-math.log(8)),
            -math.inf,
        ]


@pytest.mark.parametrize("name", [name for name in KNOWN if DATA[name].shape == (1,)])
def test_on_the_line_draws_follow_their_density(name):
    data = load(config(name))
    grid = torch.linspace(-12, 12, 480_001, dtype=torch.float64)
    density = data.density(grid)
    assert torch.trapezoid(density, grid) == pytest.approx(1, abs=1e-4)
    cumulative = torch.cumulative_trapezoid(density, grid)
    observed = torch.searchsorted(data.samples.flatten().sort().values.double(), grid[1:], right=True) / len(data)
    assert (cumulative - observed).abs().max() < 1.95 / math.sqrt(len(data))  # Kolmogorov, 0.1 %


@pytest.mark.parametrize("name", ["two-gaussians", "line", "checkerboard"])
def test_in_the_plane_draws_follow_their_density(name):
    data = load(config(name))
    blocks, fine, low, high = 24, 30, -4.0, 4.0
    side = (high - low) / (blocks * fine)
    axis = low + side * (torch.arange(blocks * fine, dtype=torch.float64) + 0.5)
    density = data.density(torch.cartesian_prod(axis, axis)).view(blocks, fine, blocks, fine)
    masses = density.sum((1, 3)).flatten() * side**2
    assert masses.sum() == pytest.approx(1, abs=1e-4)
    place = ((data.samples.double() - low) / (side * fine)).floor().long().clamp(0, blocks - 1)
    counts = torch.bincount(place[:, 0] * blocks + place[:, 1], minlength=blocks**2)
    enough = masses * len(data) > 10
    expected = torch.cat([masses[enough], 1 - masses[enough].sum(0, keepdim=True)]) * len(data)
    observed = torch.cat([counts[enough], counts[~enough].sum(0, keepdim=True)])
    freedom = int(enough.sum())
    assert freedom > 20
    assert ((observed - expected) ** 2 / expected.clamp(min=1)).sum() < freedom + 5 * math.sqrt(2 * freedom)


# --------------------------------------------------------------------------- each by itself


def test_the_gaussian_of_earlier_runs_is_unchanged():
    draws = torch.randn(100_000, 1, generator=torch.Generator().manual_seed(0)) * 0.5 + 1.5
    assert torch.equal(load(config("gaussian")).samples, draws)


def test_ring_and_grid_are_the_papers():
    ring, grid = DISTRIBUTIONS["ring"], DISTRIBUTIONS["grid"]
    assert (ring.sigma, grid.sigma) == (0.01, 0.05)
    angles = torch.atan2(ring.modes[:, 1].double(), ring.modes[:, 0].double()) % (2 * math.pi)
    torch.testing.assert_close(angles, torch.arange(8).double() * 2 * math.pi / 8, rtol=0, atol=1e-6)
    torch.testing.assert_close(ring.modes.norm(dim=1), torch.ones(8))
    assert torch.pdist(ring.modes).min() > 0.76, "eight different modes: 2 sin(pi / 8) apart"
    assert sorted(map(tuple, grid.modes.tolist())) == [
        (float(i), float(j)) for i in (-4, -2, 0, 2, 4) for j in (-4, -2, 0, 2, 4)
    ]


@pytest.mark.parametrize("name", ["ring", "grid", "two-gaussians"])
def test_draws_of_a_mixture_follow_it(name):
    data, distribution = load(config(name)), DISTRIBUTIONS[name]
    nearest = torch.cdist(data.samples, distribution.modes).argmin(1)
    assert (nearest == data.labels).float().mean() > (0.999 if name == "two-gaussians" else 0.999999)
    off = (data.samples - distribution.modes[data.labels]) / distribution.sigma
    assert abs(off.mean()) < 5 / math.sqrt(off.numel()) and off.std() == pytest.approx(
        1, abs=5 / math.sqrt(2 * off.numel())
    )
    assert abs(float((off[:, 0] * off[:, 1]).mean())) < 5 / math.sqrt(len(off))
    # radii of a normal in the plane: 1 - exp(-r²/2), so 98.89 % are high quality
    radii = off.norm(dim=1).sort().values.double()
    expected = 1 - torch.exp(-0.5 * radii**2)
    assert (expected - torch.arange(1, len(off) + 1) / len(off)).abs().max() < 1.95 / math.sqrt(len(off))
    assert (radii < 3).double().mean() == pytest.approx(1 - math.exp(-4.5), abs=5 * math.sqrt(0.011 / len(off)))


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_narrow_modes_integrate_to_one(name):
    """On a fine grid around each mode: a grid over the whole plane would step over them."""
    distribution = DISTRIBUTIONS[name]
    step = distribution.sigma / 4
    axis = step * (torch.arange(-32, 32, dtype=torch.float64) + 0.5)
    around = torch.cartesian_prod(axis, axis)
    masses = torch.stack(
        [distribution.log_prob(mode.double() + around).exp().sum() * step**2 for mode in distribution.modes]
    )
    torch.testing.assert_close(masses, torch.full_like(masses, 1 / len(masses)), rtol=1e-6, atol=0)


def test_line_is_thin_and_straight():
    data = load(config("line")).samples.double()
    values, vectors = torch.linalg.eigh(torch.cov(data.T))
    assert values.sqrt().tolist() == pytest.approx([0.05, math.sqrt(4.8**2 / 12 + 0.05**2)], rel=0.02)
    assert (vectors[:, 1] @ torch.tensor([math.cos(math.pi / 6), 0.5], dtype=torch.float64)).abs() > 0.9999
    # far along the line and far from it the logarithm stays exact: no 0 - 0
    along = torch.tensor([[math.cos(math.pi / 6), 0.5]], dtype=torch.float64)
    assert DISTRIBUTIONS["line"].log_prob(along * 5).item() == pytest.approx(-0.5 * (2.6 / 0.05) ** 2, rel=0.01)


def test_shapes_without_a_density_have_their_form():
    data = load(config("moons"))
    x = data.samples.double() / 1.5
    sign = 1.0 - 2 * data.labels
    centre = torch.stack([data.labels - 0.5, -0.25 * sign], 1)
    off = x - centre
    assert (off.norm(dim=1) - 1).std() == pytest.approx(0.08, rel=0.05) and (sign * off[:, 1] > -0.4).all()

    x = load(config("swiss-roll")).samples.double()
    angle, radius = torch.atan2(x[:, 1], x[:, 0]), x.norm(dim=1)
    turns = (radius / 0.2 - angle) / (2 * math.pi)
    assert (turns - turns.round()).std() * 2 * math.pi * 0.2 == pytest.approx(0.06, rel=0.1)

    data = load(config("pinwheel"))
    means = torch.stack([data.samples[data.labels == k].double().mean(0) for k in range(5)])
    turn = torch.tensor(
        [[math.cos(0.4 * math.pi), -math.sin(0.4 * math.pi)], [math.sin(0.4 * math.pi), math.cos(0.4 * math.pi)]],
        dtype=torch.float64,
    )
    torch.testing.assert_close(means @ turn.T, means.roll(-1, 0), rtol=0, atol=0.03)
    assert (means.norm(dim=1) > 1).all()

    data = load(config("spirals"))
    x = data.samples.double() * (1 - 2.0 * data.labels[:, None])  # the second arm laid upon the first
    outer = x[x.norm(dim=1) > 1]
    turns = torch.atan2(outer[:, 1], outer[:, 0]) / (2 * math.pi) - outer.norm(dim=1) / 2.8 * 1.5
    assert ((turns - turns.round()).abs() < 0.15).double().mean() > 0.99, "the two arms are mixed up"


# --------------------------------------------------------------------------- a person's own points

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
    monkeypatch.setattr(points, "_CHUNK", 7)
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
        (lambda path: path.write_bytes(bytes(range(256)) * 20), "is no text"),
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

    monkeypatch.setattr(points, "_read_text", broken)
    with pytest.raises(DataError, match="cannot be read .Input/output error"):
        read(path)


def test_too_many_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(points, "MAX_ROWS", 50)
    given(tmp_path, "x,y\n" + "1,2\n" * 50, "enough.csv")
    assert len(read(tmp_path / "enough.csv")) == 50
    given(tmp_path, "x,y\n" + "1,2\n" * 51)
    np.save(tmp_path / "a.npy", np.ones((51, 2)))
    for name in ("points.csv", "a.npy"):
        with pytest.raises(DataError, match="too large; at most 50 rows"):
            read(tmp_path / name)
    monkeypatch.setattr(points, "MAX_BYTES", 100)
    with pytest.raises(DataError, match="too large"):
        read(tmp_path / "points.csv")


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path, root, monkeypatch):
    path = given(tmp_path, rows())
    before = read(path).samples.clone()
    with monkeypatch.context() as patch:
        patch.setattr(points, "_read_text", None)
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


# --------------------------------------------------------------------------- labels for conditional training


def conditional(name, **fields):
    architecture = (
        {"architecture": "mlp"}
        if name.startswith("folder:") or DATA[name].is_image
        else {"architecture": "mlp", "resolution": None}
    )
    return TrainConfig(data=name, conditioning="concatenation", **architecture, **fields)


def test_labels_must_be_there_and_fit():
    pixels = torch.zeros(6, 1, 28, 28, dtype=torch.uint8)
    labels = torch.tensor([0, 1, 2, 0, 1, 2])
    check_labels(conditional("digits"), DataSet(pixels, labels))
    check_labels(conditional("folder:x", classes=3), DataSet(pixels, labels, classes=("a", "b", "c")))
    check_labels(TrainConfig(), DataSet(pixels))  # nobody asks for labels
    with pytest.raises(DataError, match="no labels.*sub-folder of its own"):
        check_labels(conditional("folder:x", classes=3), DataSet(pixels))
    with pytest.raises(DataError, match="no labels"):
        check_labels(conditional("digits"), DataSet(pixels))
    with pytest.raises(DataError, match="has 3 classes, not 2; set classes=3"):
        check_labels(conditional("folder:x", classes=2), DataSet(pixels, labels))
    for classes in (2, 4):
        with pytest.raises(DataError, match=f"has 3 classes, not {classes}; set classes=3"):
            check_labels(conditional("folder:x", classes=classes), DataSet(pixels, labels, classes=("a", "b", "c")))


def test_loading_checks_labels(tmp_path):
    from PIL import Image

    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("L", (10, 10)).save(tmp_path / name / "1.png")
    assert load(conditional(f"folder:{tmp_path}", classes=2)).labels.tolist() == [0, 1]
    with pytest.raises(DataError, match="set classes=2"):
        load(conditional(f"folder:{tmp_path}", classes=3))
    with pytest.raises(DataError, match="no labels"):
        load(conditional(f"folder:{tmp_path / 'cat'}", classes=2))


def test_ring_labels_fit_conditional_training():
    assert load(conditional("ring")).labels.max() == 7
