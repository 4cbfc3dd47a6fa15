"""MNIST, Fashion-MNIST, Kuzushiji-MNIST and CIFAR-10, read and downloaded by torchvision.

torchvision alone would trust a file that was cut off while it was unpacked, and let two processes write the
same file. So everything is downloaded and unpacked in a folder of its own and moved into place when whole.
"""

from __future__ import annotations

import bz2
import contextlib
import errno
import gzip
import http.client
import lzma
import os
import shutil
import socket
import struct
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..config import TrainConfig, data_dir
from .cache import Allocate, Arrays, prepared
from .dataset import DataError, DataSet
from .resize import resize_into

ANSWER_SECONDS = 6.0
"""How long a server may take to answer before we say that there is no network."""


class _Incomplete(Exception):
    """The files are not all there."""


# --------------------------------------------------------------------------- what both kinds share


def load(config: TrainConfig) -> DataSet:
    """The set that a configuration names, uint8 (N, C, R, R). Raises `DataError` where it cannot be had."""
    return read(config.data, config.split, config.sample_shape[-1])


def read(name: str, split: str, resolution: int) -> DataSet:
    """A set of `SOURCES`, its training part or, for "all", both parts; prepared once for each resolution."""
    return prepared(f"{name}-{split}-{resolution}", lambda allocate: build(name, split, resolution, allocate))


def build(name: str, split: str, resolution: int, allocate: Allocate) -> Arrays:
    """The set as uint8 (N, C, resolution, resolution): its training part, or for "all" its test part behind it."""
    source = SOURCES[name]
    with source.parts(data_dir(), (True, False) if split == "all" else (True,)) as parts:
        images = [np.asarray(part.data) for part in parts]
        labels = np.concatenate([np.asarray(part.targets, np.int64) for part in parts])
        classes = tuple(parts[0].classes)
    # torchvision has (N, H, W), or (N, H, W, C) for colour
    images = [i[:, None] if i.ndim == 3 else i.transpose(0, 3, 1, 2) for i in images]
    samples = allocate((len(labels), images[0].shape[1], resolution, resolution))
    start = 0
    for part in images:
        resize_into(samples[start : start + len(part)], part)
        start += len(part)
    return Arrays(samples, labels, classes=classes)


class Source(ABC):
    """One data set of torchvision's: `kind` is the name of its class there, `folder` where its files belong."""

    def __init__(self, title: str, kind: str, folder: str):
        self.title, self.kind, self.folder = title, kind, folder

    @abstractmethod
    def wanted(self) -> str:
        """The files that a person needs, in words."""

    @abstractmethod
    def sites(self) -> list[str]:
        """The addresses that they come from."""

    @abstractmethod
    def read(self, root: Path, trains: tuple[bool, ...]) -> list:
        """Opens the training part for each True and the test part for each False. Raises `_Incomplete`."""

    @abstractmethod
    def gather(self, root: Path, work: Path) -> None:
        """Copies and unpacks what there is in `root` into `work`."""

    @abstractmethod
    def files(self, work: Path) -> list[Path]:
        """What is unpacked in `work`, relative to it."""

    @property
    def torchvision(self) -> Any:
        """Its class. Raises `DataError` where torchvision is not installed."""
        try:
            import torchvision.datasets
        except ImportError:
            raise DataError(
                f"{self.title} is read by torchvision, which is not installed: pip install torchvision, "
                "or use data=digits."
            ) from None
        return getattr(torchvision.datasets, self.kind)

    @contextlib.contextmanager
    def parts(self, root: Path, trains: tuple[bool, ...]) -> Iterator[list]:
        """torchvision's data sets for `trains`, from `root` or from what is downloaded to it."""
        with _workplace(root) as work:
            try:
                yield self.read(root, trains)
                return
            except _Incomplete:
                pass
            self.gather(root, work)
            try:
                parts = self.read(work, trains)
            except _Incomplete:
                self.download(root, work)
                try:
                    parts = self.read(work, trains)
                except _Incomplete as error:
                    raise self.missing(root, f"what was downloaded cannot be read ({error})") from None
            self.keep(work, root)
            yield parts

    def missing(self, root: Path, reason: str) -> DataError:
        """What to say where the files are neither here nor to be had."""
        return DataError(
            f"{self.title} is not on this machine and could not be downloaded: {reason}. "
            f"Connect to the internet and try again, or put {self.wanted()} into {(root / self.folder).resolve()}, "
            "or use digits, the built-in set."
        )

    def download(self, root: Path, work: Path) -> None:
        """Lets torchvision download and unpack the files into `work`. Raises `DataError`."""
        sites = self.sites()
        answering = _answering(sites)
        if not answering:
            hosts = sorted({urllib.parse.urlparse(site).hostname or site for site in sites})
            raise self.missing(root, f"{' and '.join(hosts)} did not answer")
        # of the same name, because torchvision derives the folder from it
        kind = type(self.kind, (self.torchvision,), {"mirrors": answering})
        try:
            with _socket_timeout(20):
                kind(str(work), download=True)
        except (OSError, RuntimeError, EOFError, ValueError, zlib.error) as error:
            raise self.missing(root, " ".join(str(error).split())[:300]) from None

    def keep(self, work: Path, root: Path) -> None:
        """Moves the unpacked files into place, whole ones over whatever is there."""
        with contextlib.suppress(OSError):
            for file in self.files(work):
                target = root / file
                target.parent.mkdir(parents=True, exist_ok=True)
                # a name that no other process has, in case `work` is on another disk and the move is a copy
                aside = target.with_name(f".tmp-{uuid.uuid4().hex}")
                shutil.move(work / file, aside)
                os.replace(aside, target)


@contextlib.contextmanager
def _workplace(root: Path) -> Iterator[Path]:
    """An empty folder beside the data, or elsewhere if that cannot be written; gone at the end."""
    with contextlib.suppress(OSError):
        root.mkdir(parents=True, exist_ok=True)
        for left in root.glob(".tmp-unpack-*"):
            if time.time() - left.stat().st_mtime > 86_400:
                shutil.rmtree(left, ignore_errors=True)
    try:
        folder = tempfile.mkdtemp(prefix=".tmp-unpack-", dir=root)
    except OSError:
        folder = tempfile.mkdtemp(prefix="gan-unpack-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answering(sites: list[str]) -> list[str]:
    """Those of the addresses whose server answers at all, in their order.

    In threads of their own because looking up a name has no time limit, and daemons so that none delays the exit.
    """
    answered: set[str] = set()
    some = threading.Event()

    def ask(site: str) -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(site, method="HEAD"), timeout=ANSWER_SECONDS).close()
        except urllib.error.HTTPError:
            pass  # a refusal is an answer
        except (OSError, ValueError, http.client.HTTPException):
            return
        answered.add(site)
        some.set()

    threads = [threading.Thread(target=ask, args=(site,), daemon=True) for site in sites]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + ANSWER_SECONDS
    for thread in threads:
        while thread.is_alive() and time.monotonic() < deadline:
            thread.join(0.05)
            if some.is_set():
                deadline = min(deadline, time.monotonic() + 1)
                some.clear()
    return [site for site in sites if site in answered]


@contextlib.contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """torchvision sets no limit, and a silent server would hold us for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


# --------------------------------------------------------------------------- IDX files: MNIST and its kin

_IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_OPENERS = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open), (b"", open))


class _Idx(Source):
    def __init__(self, title: str, kind: str):
        super().__init__(title, kind, os.path.join(kind, "raw"))

    def wanted(self) -> str:
        return f"the four files {', '.join(name + '.gz' for name in _IDX)}"

    def sites(self) -> list[str]:
        return list(self.torchvision.mirrors)

    def read(self, root: Path, trains: tuple[bool, ...]) -> list:
        for name in _IDX:
            _check_idx(root / self.folder / name)
        return [self.torchvision(str(root), train=train) for train in trains]

    def gather(self, root: Path, work: Path) -> None:
        """Whole files from `root`, unpacked where they are packed; how they were packed does not matter."""
        (work / self.folder).mkdir(parents=True, exist_ok=True)
        for name in _IDX:
            target = work / self.folder / name
            for source in (root / self.folder / name, *sorted((root / self.folder).glob(name + ".*"))):
                try:
                    _unpack(source, target)
                    _check_idx(target)
                    break
                except (_Incomplete, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                    target.unlink(missing_ok=True)
                    if getattr(error, "errno", None) == errno.ENOSPC:
                        raise DataError(
                            f"{self.title} cannot be unpacked because the disk with {work.parent} is full; "
                            "make room and try again."
                        ) from None

    def files(self, work: Path) -> list[Path]:
        return [Path(self.folder, name) for name in _IDX]


def _unpack(source: Path, target: Path) -> None:
    with open(source, "rb") as file:
        start = file.read(8)
    opener = next(opener for magic, opener in _OPENERS if start.startswith(magic))
    with opener(source, "rb") as packed, open(target, "wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)


def _check_idx(path: Path) -> None:
    """Raises `_Incomplete` unless the file is as long as its own header says."""
    dimensions = 3 if "idx3" in path.name else 1
    try:
        with open(path, "rb") as file:
            head = file.read(4 + 4 * dimensions)
        length = path.stat().st_size
        magic, *shape = struct.unpack(f">{1 + dimensions}I", head)
    except (OSError, struct.error):
        raise _Incomplete(f"{path.name} is missing or cut off") from None
    if (
        magic != 0x800 + dimensions
        or length != len(head) + int(np.prod(shape, dtype=np.int64))
        or (dimensions == 3 and shape[1:] != [28, 28])
    ):
        raise _Incomplete(f"{path.name} is damaged")


# --------------------------------------------------------------------------- CIFAR-10


class _Cifar(Source):
    def __init__(self):
        super().__init__("CIFAR-10", "CIFAR10", "")

    def wanted(self) -> str:
        return "the file cifar-10-python.tar.gz"

    def sites(self) -> list[str]:
        return [self.torchvision.url]

    def read(self, root: Path, trains: tuple[bool, ...]) -> list:
        try:
            return [self.torchvision(str(root), train=train) for train in trains]
        except RuntimeError as error:  # its checksums disagree
            raise _Incomplete(str(error)) from None

    def gather(self, root: Path, work: Path) -> None:
        from torchvision.datasets.utils import check_integrity, extract_archive

        archive = root / self.torchvision.filename
        if check_integrity(archive, self.torchvision.tgz_md5):
            extract_archive(archive, work)

    def files(self, work: Path) -> list[Path]:
        return [path.relative_to(work) for path in (work / self.torchvision.base_folder).iterdir()]


SOURCES: dict[str, Source] = {
    "mnist": _Idx("MNIST", "MNIST"),
    "fashion-mnist": _Idx("Fashion-MNIST", "FashionMNIST"),
    "kmnist": _Idx("Kuzushiji-MNIST", "KMNIST"),
    "cifar10": _Cifar(),
}
