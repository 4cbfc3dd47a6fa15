"""A small convolutional classifier, trained here once for each data set and kept: it names classes and gives features.

Fréchet and kernel distances in its features are comparable with each other, and with nothing that another network has
computed: whatever is computed with it carries its `name`.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..config import TrainConfig, called, data_dir, data_kind, parse_json
from ..data import DataSet, load
from ..method.hardware import multiplies_bf16

VERSION = 1
"""Of the recipe: networks of another version are trained anew."""
FEATURES = 64
SEEN = 45_000
"""About how many images are seen in training; small sets are seen up to 30 times, large ones at least three times."""
HELD_OUT = 0.15
"""Share of the originals that is kept for testing where a data set has no test part of its own."""

Progress = Callable[[float, str], None]


class ClassifierError(ValueError):
    """A data set that no classifier can be trained for; the message says why."""


class _Network(nn.Module):
    def __init__(self, channels: int, resolution: int, classes: int):
        super().__init__()
        self.shrink = max(1, resolution // 32)
        side = resolution // self.shrink // 8
        sizes = (channels, 16, 32, 64)
        blocks = []
        for before, after in zip(sizes, sizes[1:], strict=False):
            # pooled first: a quarter of the work for the two that follow
            blocks += [
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.MaxPool2d(2),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            ]
        self.body: nn.Sequential = nn.Sequential(
            *blocks, nn.Flatten(), nn.Linear(64 * side * side, FEATURES), nn.ReLU()
        )
        self.head = nn.Linear(FEATURES, classes)

    def features(self, x: Tensor) -> Tensor:
        return self.body(F.avg_pool2d(x, self.shrink) if self.shrink > 1 else x)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))

    def scale(self, size: float) -> None:
        """Divides the features by a number, for distances of a handy size, and leaves the logits as they are."""
        if size > 0:
            for parameter in self.body[-2].parameters():  # through the ReLU
                parameter.div_(size)
            self.head.weight.mul_(size)


@dataclass(frozen=True)
class Classifier:
    """A trained classifier of a data set's images.

    `accuracy`: share named rightly of `held_out` images that it was not trained on. `classes`: how many it tells apart.
    """

    network: _Network
    data: str
    shape: tuple[int, ...]
    classes: int
    accuracy: float
    held_out: int

    @property
    def name(self) -> str:
        """What to call whatever is computed with it, as "digits classifier (64 features, 98.9 % accuracy)"."""
        return f"{self.data} classifier ({FEATURES} features, {100 * self.accuracy:.1f} % accuracy)"

    def features(self, images: Tensor) -> Tensor:
        """The layer before the last, float32 (N, 64) on the CPU, for images (N, C, H, W) in [-1, 1].

        Their mean square over the data is 1. Raises ValueError for another shape.
        """
        return self._through(images, self.network.features)

    def predict(self, images: Tensor) -> Tensor:
        """Images (N, C, H, W) in [-1, 1] -> logits float32 (N, classes), on the CPU. ValueError for another shape."""
        return self._through(images, self.network)

    def classify(self, features: Tensor) -> Tensor:
        """What `features` gave -> logits (N, classes): `predict` without doing the work twice."""
        with torch.no_grad():
            head = self.network.head
            return F.linear(features, head.weight.cpu(), head.bias.cpu())

    @torch.no_grad()
    def _through(self, images: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
        if images.ndim != 4 or tuple(images.shape[1:]) != self.shape:
            raise ValueError(
                f"images must have the shape (N, {', '.join(map(str, self.shape))}), not {tuple(images.shape)}"
            )
        device = next(self.network.parameters()).device
        return torch.cat(
            [
                function(part.to(device, torch.float32, memory_format=torch.channels_last)).cpu()
                for part in images.split(500)
            ]
        )


@dataclass(frozen=True)
class StackedClassifier:
    """A classifier of single-channel images, asked about each of three channels: 1,000 classes, 100 a + 10 b + c."""

    single: Classifier
    data: str = "stacked-mnist"

    @property
    def classes(self) -> int:
        """How many triples there are."""
        return self.single.classes**3

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one image: (3, H, W)."""
        return (3, *self.single.shape[1:])

    @property
    def accuracy(self) -> float:
        """Of one channel."""
        return self.single.accuracy

    @property
    def name(self) -> str:
        """What to call whatever is computed with it."""
        return f"{self.single.name}, on each of three channels"

    def features(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) in [-1, 1] -> the three channels' features side by side, float32 (N, 192)."""
        return self.single.features(self._apart(images)).view(len(images), -1)

    def predict(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) in [-1, 1] -> log-probabilities of the triples, float32 (N, 1000)."""
        return self._together(self.single.predict(self._apart(images)))

    def classify(self, features: Tensor) -> Tensor:
        """What `features` gave -> log-probabilities of the triples, float32 (N, 1000)."""
        return self._together(self.single.classify(features.view(3 * len(features), -1)))

    def _apart(self, images: Tensor) -> Tensor:
        if images.ndim != 4 or tuple(images.shape[1:]) != self.shape:
            raise ValueError(
                f"images must have the shape (N, {', '.join(map(str, self.shape))}), not {tuple(images.shape)}"
            )
        return images.reshape(-1, 1, *images.shape[2:])

    def _together(self, logits: Tensor) -> Tensor:
        a, b, c = logits.log_softmax(1).view(-1, 3, self.single.classes).unbind(1)
        return (a[:, :, None, None] + b[:, None, :, None] + c[:, None, None, :]).flatten(1)


# --------------------------------------------------------------------------- having one


def load_classifier(
    data: str, resolution: int, seed: int = 0, progress: Progress | None = None
) -> Classifier | StackedClassifier:
    """The classifier of a data set by name, at a resolution: read from $GAN_DATA_DIR, or trained and kept there.

    Trained on the set's training part and tested on its test part; where there are no parts, on originals kept for
    testing. The weights depend on data, resolution and seed alone. `progress(share, sentence)` is called while it
    trains. Raises ClassifierError where the data carry no labels, DataError where they cannot be had.
    """
    if data == "stacked-mnist":
        return StackedClassifier(_load_single("mnist", resolution, seed, progress))
    return _load_single(data, resolution, seed, progress)


def _load_single(data: str, resolution: int, seed: int, progress: Progress | None) -> Classifier:
    if not data_kind(data).is_image:
        raise ClassifierError(f"{called(data)} consists of points; the classifier needs images")
    train = _load(data, resolution, "train")
    if train.labels is None or train.labels.min() == train.labels.max():
        raise ClassifierError(
            f"{data} has no labels, so there is no classifier to compute features with; sub-folders of images would be "
            "its classes"
        )
    classes = max(int(train.labels.max()) + 1, len(train.classes))
    about = {
        "version": VERSION,
        "data": _short(data),
        "shape": list(train.shape),
        "classes": classes,
        "seed": seed,
        "of": _fingerprint(train, train.labels),
    }
    path = (
        data_dir()
        / "prepared"
        / f"classifier-{_slug(data)}-{resolution}-{about['of']:08x}-s{seed}-v{VERSION}.safetensors"
    )
    found = _read(path, about)
    if found is None:
        network, accuracy, held_out = _train(data, resolution, train, classes, seed, progress)
        _write(path, network, {**about, "accuracy": accuracy, "held_out": held_out})
        found = network, accuracy, held_out
    network, accuracy, held_out = found
    network.requires_grad_(False).eval().to(_device()).to(memory_format=torch.channels_last)
    return Classifier(network, _short(data), train.shape, classes, accuracy, held_out)


def _load(data: str, resolution: int, split: str) -> DataSet:
    return load(TrainConfig(data=data, resolution=resolution, split=split))


def _short(data: str) -> str:
    place, colon, path = data.partition(":")
    return Path(path.rstrip("/")).name or place if colon else data


def _slug(data: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _short(data).lower()).strip("-")[:40] or "data"


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _fingerprint(data: DataSet, labels: Tensor) -> int:
    """A checksum over the labels and 64 places of the samples."""
    flat = data.samples.reshape(-1)
    crc = zlib.crc32(labels.cpu().numpy().tobytes())
    for start in np.linspace(0, max(len(flat) - 1024, 0), 64).astype(int):
        crc = zlib.crc32(flat[start : start + 1024].cpu().numpy().tobytes(), crc)
    return crc


# --------------------------------------------------------------------------- training


def _parts(data: str, resolution: int, train: DataSet) -> tuple[DataSet, Tensor, DataSet, Tensor]:
    """(data set, indices) to train on, and to test on."""
    whole = _load(data, resolution, "all")
    if len(whole) > len(train):
        return train, torch.arange(len(train)), whole, torch.arange(len(train), len(whole))
    groups = train.originals
    # all versions of an original on one side
    order = torch.randperm(int(groups.max()) + 1, generator=torch.Generator().manual_seed(0))
    kept = torch.zeros(len(order), dtype=torch.bool)
    kept[order[: max(1, round(HELD_OUT * len(order)))]] = True
    test = kept[groups]
    return train, torch.nonzero(~test)[:, 0], train, torch.nonzero(test)[:, 0]


def _train(
    data: str, resolution: int, train: DataSet, classes: int, seed: int, progress: Progress | None
) -> tuple[_Network, float, int]:
    fit, fit_index, test, test_index = _parts(data, resolution, train)
    assert fit.labels is not None and test.labels is not None
    device = _device()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Network(train.shape[0], resolution, classes).to(device).to(memory_format=torch.channels_last)
    random = torch.Generator().manual_seed(seed)
    batch = min(128, len(fit_index))
    passes = min(30, max(3, round(SEEN / len(fit_index))))
    steps = passes * math.ceil(len(fit_index) / batch)
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps, pct_start=0.2)
    native = multiplies_bf16(device)
    done, told = 0, time.monotonic()
    network.train()
    for _ in range(passes):
        order = fit_index[torch.randperm(len(fit_index), generator=random)]
        for index in order.split(batch):
            if len(index) > 1:  # batch norm cannot do with one
                x = fit.batch(index, channels_last=True).to(device)
                y = fit.labels[index].to(device)
                with torch.autocast(device.type, torch.bfloat16, enabled=native):
                    logits = network(x)
                loss = F.cross_entropy(logits.float(), y)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            rate.step()
            done += 1
            if progress is not None and time.monotonic() - told > 0.2:
                told = time.monotonic()
                progress(done / steps, f"Training a classifier of {_short(data)}, once: {100 * done / steps:.0f} %")
    network.eval()
    with torch.no_grad():
        right = sum(
            int((network(test.batch(i).to(device)).argmax(1).cpu() == test.labels[i]).sum())
            for i in test_index.split(500)
        )
        network.scale(
            math.sqrt(
                np.mean(
                    [
                        float(network.features(test.batch(i).to(device)).square().mean())
                        for i in test_index[:2000].split(500)
                    ]
                )
            )
        )
    if progress is not None:
        progress(1.0, f"The classifier of {_short(data)} is trained.")
    return network, right / len(test_index), len(test_index)


# --------------------------------------------------------------------------- keeping


def _read(path: Path, about: dict) -> tuple[_Network, float, int] | None:
    """The network in a file, or None where there is none, or it is damaged or of something else."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            note = parse_json((file.metadata() or {})["about"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if any(note[key] != value for key, value in about.items()) or note["crc"] != _checksum(tensors):
            return None
        network = _Network(about["shape"][0], about["shape"][1], about["classes"])
        network.load_state_dict(tensors)
        return network, float(note["accuracy"]), int(note["held_out"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        return None


def _write(path: Path, network: nn.Module, about: dict) -> None:
    """Whole or not at all; where the folder cannot be written the network is simply not kept."""
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    aside = path.with_name(f".tmp-{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, aside, {"about": json.dumps({**about, "crc": _checksum(tensors)})})
        os.replace(aside, path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def _checksum(tensors: dict[str, Tensor]) -> int:
    crc = 0
    for name in sorted(tensors):
        crc = zlib.crc32(tensors[name].contiguous().numpy().tobytes(), zlib.crc32(name.encode(), crc))
    return crc
