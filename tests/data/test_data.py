"""The data sets, on real files where they are at hand and on odd ones made here."""

import functools
import gzip
import hashlib
import http.server
import io
import os
import pickle
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from serving import PATIENCE

from gan_core import data
from gan_core.config import DATA, DRAWN, PLACES, TrainConfig
from gan_core.data import DataError, DataSet, cache, digits, load, prepare, stacked, torchvision_sets
from gan_core.data import folder as folder_module

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared" / "data"
MNIST_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

needs_mnist = pytest.mark.skipif(
    not (SHARED / "MNIST" / "raw").is_dir(), reason="the MNIST files are not in ../shared/data"
)
needs_photos = pytest.mark.skipif(not (SHARED / "photos.zip").is_file(), reason="photos.zip is not in ../shared/data")


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A data folder of each test's own."""
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def config(name, **fields):
    points = not name.startswith("folder:") and len(DATA[name].shape) == 1
    return TrainConfig(data=name, architecture="mlp", **({"resolution": None} if points else {}), **fields)


def leftovers(folder):
    return [path.name for path in Path(folder).rglob("*") if ".tmp-" in path.name]


def test_every_configured_name_has_a_loader():
    assert set(data.LOADERS) == set(DATA)
    assert set(data.PREFIXES) == {*PLACES, DRAWN}


# --------------------------------------------------------------------------- digits


@pytest.fixture(scope="module")
def digit_set(tmp_path_factory):
    before = os.environ.get("GAN_DATA_DIR")
    os.environ["GAN_DATA_DIR"] = str(tmp_path_factory.mktemp("digits"))
    try:
        return load(config("digits"))
    finally:
        os.environ.pop("GAN_DATA_DIR") if before is None else os.environ.update(GAN_DATA_DIR=before)


def test_digits_are_the_real_ones_enlarged(digit_set):
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    assert digit_set.samples.shape == (17_970, 1, 28, 28) and digit_set.samples.dtype == torch.uint8
    assert np.array_equal(digit_set.labels[:1797], labels)
    assert np.array_equal(digit_set.labels[-1797:], labels)
    # the first variant, made small again, has the counts it was made from
    centre = digit_set.samples[:1797, :, 3:25, 3:25].float() / 255
    again = torch.nn.functional.interpolate(centre, size=(8, 8), mode="area").reshape(1797, 64)
    assert np.corrcoef(again.numpy().ravel(), pixels.ravel())[0, 1] > 0.97


def test_digits_look_like_ink_on_paper(digit_set):
    pixels = digit_set.samples.float() / 255
    edge = torch.cat([pixels[..., 0, :], pixels[..., -1, :], pixels[..., :, 0], pixels[..., :, -1]], -1)
    assert (edge.amax((1, 2)) > 0.2).float().mean() < 0.001, "strokes are cut off by the edge"
    assert 0.08 < pixels.mean() < 0.22  # MNIST: 0.13
    assert ((pixels > 0.1) & (pixels < 0.9)).float().mean() < 0.18, "grey and blurred"
    assert pixels.amax((1, 2, 3)).min() > 0.8, "a digit is faint"


def test_digit_variants_differ_and_stay_recognisable(digit_set):
    variants = digit_set.samples.view(digits.VARIANTS, 1797, 784).float()
    labels = digit_set.labels[:1797]
    for v in (1, 9):
        assert (variants[v] - variants[0]).abs().mean() > 5
        some = torch.arange(0, 1797, 6)
        distance = torch.cdist(variants[v][some], variants[0])
        assert (labels[distance.argmin(1)] == labels[some]).float().mean() > 0.95


@pytest.mark.parametrize("resolution", [32, 64])
def test_digits_at_other_resolutions_show_the_same(digit_set, resolution, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    large = load(config("digits", resolution=resolution)).samples
    assert large.shape == (3594, 1, resolution, resolution)
    small = torch.nn.functional.interpolate(large.float(), size=(28, 28), mode="area")
    assert (small - digit_set.samples[:3594].float()).abs().mean() < 8


def test_digits_are_the_same_each_time(monkeypatch, tmp_path):
    monkeypatch.setattr(digits, "VARIANTS", 3)
    first = load(config("digits"))
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "elsewhere"))
    torch.manual_seed(123)
    state = torch.get_rng_state()
    second = load(config("digits"))
    assert torch.equal(first.samples, second.samples)
    assert torch.equal(torch.get_rng_state(), state), "preparing data moved the training's random generator"


def test_digits_without_their_file_come_from_scikit_learn(digit_set, monkeypatch):
    monkeypatch.setattr(digits.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(digits, "VARIANTS", 2)
    assert torch.equal(load(config("digits")).samples, digit_set.samples[: 2 * 1797])


def test_digits_import_neither_scikit_learn_nor_torchvision(root):
    program = """
import sys
from gan_core.config import TrainConfig
from gan_core.data import load
assert len(load(TrainConfig())) == 17970
assert not {"sklearn", "torchvision", "PIL", "streamlit"} & set(sys.modules), "too much imported"
"""
    subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=REPOSITORY, env={**os.environ, "GAN_DATA_DIR": str(root)}
    )


# --------------------------------------------------------------------------- the prepared cache


def never(*args, **kwargs):
    raise AssertionError("prepared again")


def test_prepared_data_are_not_prepared_again(monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    prepare(config("digits"))
    monkeypatch.setattr(digits, "build", never)
    assert len(load(config("digits"))) == 3594


def truncate(path):
    os.truncate(path, path.stat().st_size // 2)


def zero(path):
    with open(path, "r+b") as file:
        file.seek(128)
        file.write(bytes(path.stat().st_size - 128))


def swap(path):
    np.save(path, np.zeros((5, 1, 28, 28), np.uint8))


def evil(path):
    with open(path, "wb") as file:
        np.save(file, np.array([{"a": 1}], object), allow_pickle=True)


@pytest.mark.parametrize("ending", [".npy", ".labels.npy"])
@pytest.mark.parametrize("damage", [truncate, zero, swap, evil, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_damaged_cache_is_rebuilt(root, damage, ending, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    before = load(config("digits"))
    samples, labels = before.samples.clone(), before.labels.clone()
    del before
    damage(root / "prepared" / f"digits-all-28-v1{ending}")
    for _ in range(2):
        after = load(config("digits"))
        assert torch.equal(after.samples, samples) and torch.equal(after.labels, labels)
        monkeypatch.setattr(digits, "build", never)  # and what was rebuilt is good


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"samples": 3}', "\xff"])
def test_a_damaged_note_in_the_cache_is_rebuilt(root, text, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    prepare(config("digits"))
    (root / "prepared" / "digits-all-28-v1.json").write_text(text, encoding="latin-1")
    assert len(load(config("digits"))) == 1797


def test_data_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path / "file" / "data"))
    assert load(config("digits")).batch(torch.tensor([0])).max() > 0.9


def test_full_disk(root, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 2)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_reserve", full)
    monkeypatch.setattr(cache.np, "save", full)
    data_set = load(config("digits"))
    assert data_set.samples.float().mean() > 20
    assert not list((root / "prepared").iterdir())


def test_changing_loaded_samples_does_not_change_the_cache(monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 1)
    first = load(config("digits"))
    first.samples[0] = 255
    monkeypatch.setattr(digits, "build", never)
    assert load(config("digits")).samples[0].float().mean() < 100


def test_several_at_once(root, monkeypatch):
    monkeypatch.setattr(digits, "VARIANTS", 3)
    with ThreadPoolExecutor(4) as pool:
        sums = list(pool.map(lambda _: int(load(config("digits")).samples.long().sum()), range(4)))
    assert len(set(sums)) == 1
    assert not leftovers(root)


# --------------------------------------------------------------------------- DataSet


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("channels_last", [False, True])
def test_pixels_are_scaled_exactly(dtype, channels_last):
    values = torch.arange(256, dtype=torch.uint8).view(64, 1, 2, 2).expand(64, 3, 2, 2).contiguous()
    index = torch.randperm(64)
    batch = DataSet(values).batch(index, dtype, channels_last)
    exact = values[index].double() / 127.5 - 1
    expected = exact if dtype == torch.float64 else (values[index].float() / 127.5 - 1).to(dtype)
    assert batch.dtype == dtype and torch.equal(batch, expected)
    assert batch.min() == -1 and batch.max() == 1
    assert batch.is_contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    assert (values.view(-1)[:4] == torch.arange(4)).all(), "the data themselves were changed"


def test_points_are_passed_on_as_they_are():
    points = torch.randn(10, 2)
    index = torch.tensor([3, 3, 9])
    assert torch.equal(DataSet(points).batch(index), points[index])
    assert torch.equal(DataSet(points).batch(index, torch.float64), points[index].double())


def test_moving_keeps_everything():
    data_set = DataSet(torch.zeros(4, 1, 2, 2, dtype=torch.uint8), torch.arange(4), 3, ("a", "b"))
    assert data_set.to("cpu") is data_set
    moved = data_set.to("meta")
    assert moved.samples.device.type == moved.labels.device.type == "meta"
    assert (moved.skipped, moved.classes, len(moved)) == (3, ("a", "b"), 4)


# --------------------------------------------------------------------------- torchvision's sets: real MNIST


@pytest.fixture
def mnist_root(root):
    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in MNIST_FILES:
        (raw / f"{name}.gz").symlink_to(SHARED / "MNIST" / "raw" / f"{name}.gz")
    return root


@needs_mnist
def test_real_mnist_from_packed_files(mnist_root, no_network, monkeypatch):
    data_set = load(config("mnist"))
    assert data_set.samples.shape == (60_000, 1, 28, 28) and data_set.labels[:5].tolist() == [5, 0, 4, 1, 9]
    raw = mnist_root / "MNIST" / "raw"
    assert hashlib.md5((raw / MNIST_FILES[0]).read_bytes()).hexdigest() == "6bbc9ace898e44ae57da46a324031adb"
    assert data_set.samples.numpy().tobytes() == (raw / MNIST_FILES[0]).read_bytes()[16:]
    assert not leftovers(mnist_root)

    # cut off by a crash: torchvision alone would trust it
    truncate(raw / MNIST_FILES[2])
    everything = load(config("mnist", split="all", resolution=32))
    assert everything.samples.shape == (70_000, 1, 32, 32) and len(everything.labels) == 70_000
    assert torch.equal(everything.labels[:60_000], data_set.labels)
    assert everything.labels[60_000:60_005].tolist() == [7, 2, 1, 0, 4]
    small = torch.nn.functional.interpolate(
        everything.samples[:500].float(), size=(28, 28), mode="bicubic", antialias=True
    )
    assert (small - data_set.samples[:500].float()).abs().mean() < 6
    monkeypatch.setattr(torchvision_sets, "build", never)
    assert len(load(config("mnist", split="all", resolution=32))) == 70_000


@needs_mnist
def test_mnist_in_a_folder_that_cannot_be_written(mnist_root, no_network, monkeypatch, tmp_path):
    def read_only(*args, dir=None, prefix=None):
        if dir is not None:
            raise PermissionError(13, "Permission denied")
        (tmp_path / "elsewhere").mkdir()
        return str(tmp_path / "elsewhere")

    monkeypatch.setattr(torchvision_sets.tempfile, "mkdtemp", read_only)
    monkeypatch.setattr(cache, "_reserve", lambda *args: (_ for _ in ()).throw(PermissionError()))
    assert len(load(config("mnist"))) == 60_000
    assert not (tmp_path / "elsewhere").exists()


# --------------------------------------------------------------------------- stacked MNIST


def some_digits():
    """50 images that differ, whose labels are no function of their number."""
    random = torch.Generator().manual_seed(0)
    images = torch.randint(256, (50, 1, 28, 28), generator=random, dtype=torch.uint8)
    return DataSet(images, torch.randint(10, (50,), generator=random))


def test_stacked_channels_are_the_digits_that_the_label_says():
    digit = some_digits()
    data_set = stacked.stacked(digit)
    assert len(data_set) == 128_000 and data_set.shape == (3, 28, 28) and data_set.is_image
    some = torch.arange(0, 128_000, 997)
    for image, label in zip(data_set.samples[some], data_set.labels[some].tolist(), strict=True):
        for channel, digit_label in zip(image, (label // 100, label // 10 % 10, label % 10), strict=True):
            (found,) = (digit.samples[:, 0] == channel).all((1, 2)).nonzero()[0]
            assert digit.labels[found] == digit_label
    # of fifty images each is as likely as any other, in each channel, and the channels know nothing of each other
    index = data_set.samples.index
    for counts in [
        *(torch.bincount(index[:, c], minlength=50) for c in range(3)),
        torch.bincount(index[:, 0] * 50 + index[:, 2], minlength=2500),
    ]:
        expected = 128_000 / len(counts)
        assert ((counts - expected) ** 2 / expected).sum() < len(counts) + 5 * (2 * len(counts)) ** 0.5
    assert torch.equal(stacked.stacked(digit).samples.index, index), "another stack each time"
    assert data_set.classes[107] == "107" and len(data_set.classes) == 1000


def test_a_stack_reads_like_a_tensor():
    data_set = stacked.stacked(some_digits())
    samples = data_set.samples
    assert (len(samples), samples.shape, samples.dtype, samples.device.type) == (
        128_000,
        (128_000, 3, 28, 28),
        torch.uint8,
        "cpu",
    )
    index = torch.tensor([5, 5, 127_999])
    whole = torch.stack([samples[5], samples[5], samples[127_999]])
    assert torch.equal(samples[index], whole) and torch.equal(samples.index_select(0, index), whole)
    assert torch.equal(samples[:6][5], samples[5]) and samples[5].shape == (3, 28, 28)
    assert torch.equal(samples[data_set.labels == 123], samples[(data_set.labels == 123).nonzero()[:, 0]])
    with pytest.raises(IndexError):
        samples.index_select(1, index)
    for channels_last in (False, True):
        batch = data_set.batch(index, torch.float32, channels_last)
        assert torch.equal(batch, DataSet(whole).batch(torch.arange(3), torch.float32, channels_last))
        assert batch.is_contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    assert data_set.to("cpu") is data_set
    moved = data_set.to("meta")
    assert moved.samples.device.type == moved.labels.device.type == "meta" and moved.samples.shape == samples.shape
    assert samples.images.numel() + samples.index.numel() * 8 < 10_000_000, "materialised"


@needs_mnist
def test_stacks_of_the_real_mnist(mnist_root, no_network):
    digit, data_set = load(config("mnist")), load(config("stacked-mnist"))
    assert data_set.samples.shape == (128_000, 3, 28, 28)
    first = data_set.samples.index[0]
    assert torch.equal(data_set.samples[0], digit.samples[first, 0])
    a, b, c = digit.labels[first].tolist()
    assert data_set.labels[0] == 100 * a + 10 * b + c
    assert len(data_set.labels.unique()) == 1000
    pieces = sorted(path.name for path in (mnist_root / "prepared").glob("*.npy"))
    assert pieces == ["mnist-train-28-v1.labels.npy", "mnist-train-28-v1.npy"], "the stacks share MNIST's file"
    assert load(config("stacked-mnist", split="all", resolution=32)).samples.index.max() >= 60_000


def test_stacked_mnist_names_the_files_of_mnist(root, no_network):
    with pytest.raises(DataError) as error:
        prepare(config("stacked-mnist"))
    for word in ("MNIST is not on this machine", "MNIST/raw", *(f"{name}.gz" for name in MNIST_FILES)):
        assert word in str(error.value)


# --------------------------------------------------------------------------- torchvision's sets: the download


@pytest.mark.parametrize(
    "name, words",
    [
        ("mnist", ["MNIST/raw", *(f"{name}.gz" for name in MNIST_FILES)]),
        ("fashion-mnist", ["FashionMNIST/raw", "t10k-images-idx3-ubyte.gz"]),
        ("kmnist", ["KMNIST/raw", "t10k-images-idx3-ubyte.gz"]),
        ("cifar10", ["cifar-10-python.tar.gz"]),
    ],
)
def test_without_a_network_the_message_says_what_to_put_where(name, words, root, no_network):
    with pytest.raises(DataError) as error:
        prepare(config(name))
    for word in (*words, str(root), "digits"):
        assert word in str(error.value)
    assert not [path for path in root.rglob("*") if path.is_file()]


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    go_on, answered = threading.Event(), threading.Event()

    def silent(*args, **kwargs):
        go_on.wait(PATIENCE)
        answered.set()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(torchvision_sets, "ANSWER_SECONDS", 0.3)
    with pytest.raises(DataError, match="did not answer"):
        prepare(config("fashion-mnist"))
    assert not answered.is_set(), "it waited for the name server"
    go_on.set()


class Quiet(http.server.SimpleHTTPRequestHandler):
    cut = False
    asked: list[str] = []

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.asked.append(self.path)
        if not self.cut:
            return super().do_GET()
        content = Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])


@pytest.fixture
def site(tmp_path):
    """A folder and the address under which it is served."""
    (tmp_path / "site").mkdir()
    handler = type("Handler", (Quiet,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=tmp_path / "site"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path / "site", f"http://127.0.0.1:{server.server_port}/", handler
    server.shutdown()


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


@pytest.fixture
def small_fashion(site, monkeypatch):
    """A Fashion-MNIST of 20 + 10 images on a server of our own."""
    import torchvision.datasets

    folder, address, handler = site
    random = np.random.default_rng(0)
    images = {}
    for name, count in (("train", 20), ("t10k", 10)):
        images[name] = random.integers(0, 256, (count, 28, 28), np.uint8)
        idx = struct.pack(">4I", 0x803, count, 28, 28) + images[name].tobytes()
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx))
        idx = struct.pack(">2I", 0x801, count) + bytes(i % 10 for i in range(count))
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx))
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", [address])
    monkeypatch.setattr(
        torchvision.datasets.FashionMNIST, "resources", [(f"{n}.gz", md5(folder / f"{n}.gz")) for n in MNIST_FILES]
    )
    return handler, images


def test_download_once(small_fashion, root):
    handler, images = small_fashion
    data_set = load(config("fashion-mnist"))
    assert np.array_equal(data_set.samples[:, 0], images["train"]) and data_set.labels.tolist() == [
        i % 10 for i in range(20)
    ]
    assert data_set.classes[0] == "T-shirt/top"
    asked = len(handler.asked)
    everything = load(config("fashion-mnist", split="all"))
    assert np.array_equal(everything.samples[:, 0], np.concatenate([images["train"], images["t10k"]]))
    assert asked == len(handler.asked) and len(set(handler.asked)) == 4
    assert not leftovers(root)


def test_a_download_that_breaks_off_leaves_nothing_behind(small_fashion, root):
    handler, images = small_fashion
    handler.cut = True
    with pytest.raises(DataError, match="could not be downloaded"):
        prepare(config("fashion-mnist"))
    assert not [path for path in root.rglob("*") if path.is_file()]
    assert socket.getdefaulttimeout() is None
    handler.cut = False
    assert np.array_equal(load(config("fashion-mnist")).samples[:, 0], images["train"])


def test_rubbish_where_the_files_should_be_is_replaced(small_fashion, root):
    handler, images = small_fashion
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / MNIST_FILES[0]).write_bytes(struct.pack(">4I", 0x803, 20, 28, 28) + b"cut off")
    (raw / f"{MNIST_FILES[1]}.gz").write_bytes(b"<html>please log in</html>")
    (raw / f"{MNIST_FILES[2]}.gz").write_bytes(b"\x1f\x8b rubbish")
    assert np.array_equal(load(config("fashion-mnist")).samples[:, 0], images["train"])


def test_cifar_from_archive_and_download(site, root, monkeypatch):
    import torchvision.datasets

    folder, address, handler = site
    kind = torchvision.datasets.CIFAR10
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (30, 3, 32, 32), np.uint8)
    sums = {}
    with tarfile.open(folder / kind.filename, "w:gz") as archive:

        def add(name, content):
            content = pickle.dumps(content)
            sums[name] = hashlib.md5(content).hexdigest()
            about = tarfile.TarInfo(f"{kind.base_folder}/{name}")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))

        add("data_batch_1", {"data": pixels[:20].reshape(20, -1), "labels": [3] * 20})
        add("test_batch", {"data": pixels[20:].reshape(10, -1), "labels": [7] * 10})
        add("batches.meta", {"label_names": ["airplane", "automobile"]})
    monkeypatch.setattr(kind, "url", address + kind.filename)
    monkeypatch.setattr(kind, "tgz_md5", md5(folder / kind.filename))
    monkeypatch.setattr(kind, "train_list", [["data_batch_1", sums["data_batch_1"]]])
    monkeypatch.setattr(kind, "test_list", [["test_batch", sums["test_batch"]]])
    monkeypatch.setattr(kind, "meta", {**kind.meta, "md5": sums["batches.meta"]})

    data_set = load(config("cifar10", resolution=32))
    assert np.array_equal(data_set.samples, pixels[:20]) and data_set.labels.tolist() == [3] * 20
    asked = len(handler.asked)
    everything = load(config("cifar10", resolution=32, split="all"))
    assert np.array_equal(everything.samples, pixels) and len(handler.asked) == asked

    # put there by hand, and a damaged copy of what it holds already unpacked
    root.joinpath("prepared").rename(root / "old")
    (root / kind.base_folder / "data_batch_1").write_bytes(b"cut off")
    shutil.copy(folder / kind.filename, root)
    assert np.array_equal(load(config("cifar10", resolution=32)).samples, pixels[:20])
    assert len(handler.asked) == asked and not leftovers(root)


# --------------------------------------------------------------------------- a person's own images


def folder_config(path, resolution=32):
    return config(f"folder:{path}", resolution=resolution)


def save(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


@pytest.fixture
def photos(tmp_path):
    return tmp_path / "photos"


@needs_photos
def test_real_photos_in_class_folders(tmp_path):
    with zipfile.ZipFile(SHARED / "photos.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg") or name.endswith("/")]
        some = [name for name in names if "/cat" in name or "/ship" in name][:450]
        archive.extractall(tmp_path, some)
        files = sorted(name for name in some if not name.endswith("/"))
        with archive.open(files[0]) as file:
            first = np.asarray(Image.open(file).convert("RGB"))
    for place in (tmp_path / "photos", tmp_path):
        data_set = load(folder_config(place))
        assert data_set.classes == ("cat", "ship") and data_set.skipped == 0
        assert data_set.samples.shape == (len(files), 3, 32, 32)
        assert data_set.labels.tolist() == [int("/ship/" in name) for name in files]
        assert np.array_equal(data_set.samples[0].permute(1, 2, 0), first)


def test_every_mode_comes_out_in_its_colour(photos):
    red = Image.new("RGB", (40, 30), (200, 30, 30))
    ramp = np.full((30, 40), 40_000, np.uint16)
    expected = {
        "a-rgb.png": (red, (200, 30, 30)),
        "b-clear.png": (Image.new("RGBA", (40, 30), (0, 0, 0, 0)), (255, 255, 255)),
        "c-half.png": (Image.new("RGBA", (40, 30), (0, 0, 0, 128)), (127, 127, 127)),
        "d-palette.png": (red.quantize(4), (200, 30, 30)),
        "e-grey.png": (Image.new("L", (40, 30), 77), (77, 77, 77)),
        "f-16bit.png": (Image.fromarray(ramp), (156, 156, 156)),
        "g-16bit.tif": (Image.fromarray(ramp), (156, 156, 156)),
        "h-32bit.tif": (Image.fromarray(ramp.astype(np.int32)), (156, 156, 156)),
        "i-float.tif": (Image.fromarray(np.full((30, 40), 0.5, np.float32)), (128, 128, 128)),
        "j-cmyk.jpg": (Image.new("CMYK", (40, 30), (0, 255, 255, 0)), (255, 0, 0)),
        "k-bit.png": (Image.new("1", (40, 30), 1), (255, 255, 255)),
        "l-grey-clear.png": (Image.new("LA", (40, 30), (10, 0)), (255, 255, 255)),
        "m.webp": (red, (200, 30, 30)),
        "n.gif": (red.quantize(4), (200, 30, 30)),
        "o.bmp": (red, (200, 30, 30)),
        "p no ending": (red, (200, 30, 30)),
    }
    for name, (image, _) in expected.items():
        save(photos / name, image, **({"format": "PNG"} if "." not in name else {}))
    palette = red.quantize(4)
    save(photos / "q-palette-clear.png", palette, transparency=palette.getpixel((0, 0)))
    data_set = load(folder_config(photos))
    assert data_set.skipped == 0 and data_set.labels is None
    for image, (name, (_, colour)) in zip(data_set.samples, expected.items(), strict=False):
        assert (image.float().mean((1, 2)) - torch.tensor(colour)).abs().max() < 5, name
        assert image.float().std((1, 2)).max() < 5, name
    assert data_set.samples[-1].min() == 255


def test_the_middle_square_is_taken(photos):
    for i, (size, box) in enumerate(
        [((300, 100), (100, 0, 200, 100)), ((100, 300), (0, 100, 100, 200)), ((90, 30), (30, 0, 60, 30))]
    ):
        image = Image.new("RGB", size, "blue")
        image.paste((0, 255, 0), box)
        save(photos / f"{i}.png", image)
    for image in load(folder_config(photos)).samples:
        assert image[1, 4:-4, 4:-4].min() > 245 and image[2, 4:-4, 4:-4].max() < 10


def test_small_patterns_are_averaged_not_sampled(photos):
    board = (np.indices((512, 512)).sum(0) % 2 * 255).astype(np.uint8)
    save(photos / "board.png", Image.fromarray(board))
    sample = load(folder_config(photos)).samples.float()
    assert abs(sample.mean() - 127.5) < 2 and sample.std() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(photos, orientation):
    from PIL import ImageOps

    quarters = np.zeros((60, 90, 3), np.uint8)
    quarters[:30, :45], quarters[:30, 45:], quarters[30:, :45] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(photos / "a.jpg", Image.fromarray(quarters), exif=exif, quality=95, subsampling=0)
    upright = ImageOps.fit(ImageOps.exif_transpose(Image.open(photos / "a.jpg")), (32, 32))
    sample = load(folder_config(photos)).samples[0].permute(1, 2, 0)
    assert np.abs(sample.numpy().astype(int) - np.asarray(upright).astype(int)).mean() < 10


def test_what_cannot_be_read_is_skipped_and_counted(photos, monkeypatch):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8))
    for name in ("cat/1.jpg", "cat/2.png", "dog/3.jpg", "cat/4 cut off.jpg", "dog/5 cut off.png"):
        save(photos / name, noise)
    truncate(photos / "cat/4 cut off.jpg")
    truncate(photos / "dog/5 cut off.png")
    (photos / "dog/6.jpg").write_text("not an image")
    (photos / "empty.png").touch()
    monkeypatch.setattr(folder_module, "MAX_PIXELS", 90_000)
    save(photos / "bomb.png", Image.new("1", (1000, 1000)))
    (photos / ".hidden").write_text("not counted")
    (photos / ".git").mkdir()
    (photos / ".git" / "x.png").write_text("not counted")
    data_set = load(folder_config(photos))
    assert (len(data_set), data_set.skipped) == (3, 5)
    assert data_set.classes == ("cat", "dog") and data_set.labels.tolist() == [0, 0, 1]
    again = load(folder_config(photos))
    assert (again.skipped, again.classes) == (5, ("cat", "dog")) and torch.equal(again.samples, data_set.samples)


def test_real_bomb(photos):
    save(photos / "a.png", Image.new("L", (10, 10)))
    save(photos / "bomb.png", Image.new("1", (15_000, 15_000)))  # 27 kB on disk
    assert load(folder_config(photos)).skipped == 1


def test_links_that_go_in_circles(photos):
    save(photos / "cat/1.png", Image.new("L", (10, 10)))
    save(photos / "dog/1.png", Image.new("L", (10, 10)))
    (photos / "cat" / "up").symlink_to(photos, target_is_directory=True)
    (photos / "dog" / "cat").symlink_to(photos / "cat", target_is_directory=True)
    (photos / "self.png").symlink_to(photos / "self.png")
    (photos / "gone.png").symlink_to(photos / "nowhere.png")
    os.mkfifo(photos / "pipe.png")
    data_set = load(folder_config(photos))
    assert data_set.labels.tolist() == [0, 1] and data_set.skipped == 0


def test_a_changed_folder_is_read_again(photos, root, monkeypatch):
    save(photos / "a.png", Image.new("L", (10, 10), 10))
    assert load(folder_config(photos)).samples.unique().tolist() == [10]
    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "decode_image", never)
        assert load(folder_config(photos)).samples.unique().tolist() == [10]
    entries = len(list((root / "prepared").iterdir()))
    save(photos / "b.png", Image.new("L", (10, 10), 20))
    assert load(folder_config(photos)).samples.unique().tolist() == [10, 20]
    (photos / "a.png").unlink()
    (photos / "b.png").rename(photos / "c.png")
    save(photos / "c.png", Image.new("L", (10, 10), 30), compress_level=0)
    assert load(folder_config(photos)).samples.unique().tolist() == [30]
    size = (photos / "c.png").stat().st_size
    save(photos / "c.png", Image.new("L", (10, 10), 40), compress_level=0)
    os.utime(photos / "c.png", ns=(1, 1))
    assert (photos / "c.png").stat().st_size == size
    assert load(folder_config(photos)).samples.unique().tolist() == [40]
    assert len(list((root / "prepared").iterdir())) == entries, "what is out of date stays on the disk"


def test_home_is_expanded(photos, monkeypatch):
    save(photos / "a.png", Image.new("L", (10, 10), 10))
    monkeypatch.setenv("HOME", str(photos.parent))
    assert len(load(folder_config("~/photos"))) == 1


def test_strange_names(photos):
    save(photos / "ümlaut ☃ 'quoted'.png", Image.new("L", (10, 10), 10))
    odd = os.fsencode(photos) + b"/\xff\xfe.png"
    with open(odd, "wb") as file:
        Image.new("L", (10, 10), 20).save(file, "PNG")
    for _ in range(2):
        assert len(load(folder_config(photos))) == 2


@pytest.mark.parametrize("what", ["missing", "empty", "no images", "a file"])
def test_nothing_to_read(what, photos, root):
    if what == "a file":
        photos.write_text("x")
    elif what != "missing":
        photos.mkdir()
    if what == "no images":
        (photos / "notes.txt").write_text("x")
    with pytest.raises(DataError) as error:
        load(folder_config(photos))
    assert str(photos) in str(error.value) and str(error.value).count(";") == 1
    assert not leftovers(root)


def test_class_folders_whose_images_cannot_be_read_are_no_classes(photos):
    for name in ("ape", "bee"):
        save(photos / name / "1.png", Image.new("L", (10, 10)))
    (photos / "ape" / "1.png").write_text("x")
    (photos / "cow").mkdir()
    data_set = load(folder_config(photos))
    assert len(data_set) == 1 and data_set.labels is None
