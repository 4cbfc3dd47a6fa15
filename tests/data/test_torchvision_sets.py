"""torchvision's sets: real files, downloads from a server of our own, and none."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import io
import pickle
import shutil
import socket
import struct
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from data_sets import MNIST_FILES, config, leftovers, needs_mnist, never, truncate
from serving import PATIENCE

from gan_core.data import DataError, cache, load, prepare, torchvision_sets


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
