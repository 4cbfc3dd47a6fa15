"""A person's own images: any sizes and modes, in class folders or not.

Reading them takes about `MEMORY` bytes at the most, whatever is in the files.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..config import TrainConfig, unusable
from ..config.folders import absent, classes_of, is_inside, listing
from .cache import Allocate, Arrays, prepared
from .dataset import DataError, DataSet
from .plain import open_plain

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "TGA", "ICO", "JPEG2000", "AVIF")
"""What is opened at all; some of Pillow's other formats start foreign programs."""

MAX_PIXELS = 90_000_000
"""Larger images, once reduced as far as their format can do it for nothing, are taken for bombs and skipped."""


def load(config: TrainConfig) -> DataSet:
    """The images of `folder:PATH`: uint8 (N, 3, resolution, resolution). Raises `DataError` where there are none."""
    found, size = find(config.data.partition(":")[2]), config.sample_shape[-1]
    return prepared(
        f"{found.key}-{size}", lambda allocate: found.build(size, allocate), obsolete=f"{found.place}-*-{size}-v*"
    )


@dataclass(frozen=True)
class Folder:
    """The files of a folder: `files`, relative to `root` and sorted, and how many links lead `outside`.

    `key` changes whenever one of them does; `place` does not.
    """

    root: Path
    files: tuple[str, ...]
    outside: int
    place: str
    key: str

    def build(self, resolution: int, allocate: Allocate) -> Arrays:
        """Samples (N, 3, resolution, resolution) in the order of the names. Raises `DataError` if none can be read."""
        samples = allocate((len(self.files), 3, resolution, resolution))
        read: list[str] = []

        def decode(file: str) -> np.ndarray | None:
            path = os.path.realpath(self.root / file)
            return decode_image(path, resolution) if is_inside(path, str(self.root)) else None

        # Pillow decodes and resizes without the interpreter lock
        with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, file by file
            for start in range(0, len(self.files), 256):
                some = self.files[start : start + 256]
                for file, image in zip(some, pool.map(decode, some), strict=True):
                    if image is not None:
                        samples[len(read)] = image.transpose(2, 0, 1)
                        read.append(file)
        if not read:
            raise DataError(
                f"None of the {len(self.files):,} files in {self.root} could be read as an image; use a folder of "
                "JPEG, PNG or WebP files."
            )
        classes, labels = _classes(read)
        return Arrays(samples[: len(read)], labels, len(self.files) - len(read) + self.outside, classes)


def find(path: str) -> Folder:
    """What is in the folder `path` (~ is expanded), at any depth, without hidden files. Raises `DataError`."""
    if wrong := unusable(path) or absent(f"folder:{path}"):
        raise DataError(f"{wrong[0].upper()}{wrong[1:]}.")
    root = Path(path.strip()).expanduser().resolve()
    try:
        os.scandir(root).close()
    except OSError as error:
        raise DataError(
            f"The folder {root} cannot be opened ({error.strerror}); allow this program to read it."
        ) from None
    try:
        found, outside = listing(root)
    except ValueError as error:
        raise DataError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
    if not found:
        if outside:
            raise DataError(f"The folder {root} has only links to files elsewhere; copy the files themselves there.")
        raise DataError(f"The folder {root} has no files in it; put JPEG, PNG or WebP images there.")
    place = "folder-" + hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    fingerprint = hashlib.sha256(b"%d" % outside)
    for file, size, changed in found:
        fingerprint.update(b"%s\0%d\0%d\0" % (os.fsencode(file), size, changed))
    return Folder(root, tuple(file for file, _, _ in found), outside, place, f"{place}-{fingerprint.hexdigest()[:16]}")


def _classes(files: list[str]) -> tuple[tuple[str, ...], np.ndarray | None]:
    """Class names, and labels int64 (N,), None where there are no classes."""
    found = classes_of(files)
    if not found:
        return (), None
    classes = tuple(sorted(set(found)))
    number = {name: i for i, name in enumerate(classes)}
    return classes, np.array([number[name] for name in found], np.int64)


# --------------------------------------------------------------------------- one image


MEMORY = 768 * 2**20
"""Bytes that all images that are being read may take together; one that takes more by itself is skipped."""
SMALL_FILE = 16 * 2**20
"""Bytes of a file that is opened beside others; one that has more is opened alone (`READ_WHOLE`)."""
PER_PIXEL = {"WEBP": 20, "AVIF": 20, "JPEG2000": 24, "TIFF": 8}
"""Bytes that a reader takes for a pixel at the most, where they are more than those of the image itself."""
READ_WHOLE = ("WEBP", "AVIF")
"""Formats whose readers take in the whole file before they say how large the image is."""
STRIP = 1 << 20
"""Pixels that are converted at a time."""


class Budget:
    """Memory that several threads share: each takes its part first, and waits where there is too little left."""

    def __init__(self, most: int):
        self.most, self._taken, self._changed = most, 0, threading.Condition()

    @contextlib.contextmanager
    def take(self, part: int) -> Iterator[None]:
        """A part of it, for as long as the block lasts."""
        with self._changed:
            self._changed.wait_for(lambda: self._taken + part <= self.most)
            self._taken += part
        try:
            yield
        finally:
            with self._changed:
                self._taken -= part
                self._changed.notify_all()


_budget = Budget(MEMORY)


def decode_image(path: str | os.PathLike, resolution: int) -> np.ndarray | None:
    """The square in the middle of an image, upright, as uint8 (R, R, 3); None if it cannot be read, or is too large."""
    from PIL import Image

    try:
        with open_plain(path) as file:
            size = os.fstat(file.fileno()).st_size
            alone = MEMORY if size > SMALL_FILE else 0
            if size > MEMORY:
                return None
            with _budget.take(alone), Image.open(file, formats=FORMATS) as image:
                turn = _orientation(image)
                whole = image.width * image.height
                image.draft(None, (2 * resolution, 2 * resolution))  # a JPEG is decoded no larger than needed
                needed = _memory(image, whole, size)
                if image.width * image.height > MAX_PIXELS or needed > MEMORY:
                    return None
                with _budget.take(0 if alone else needed):
                    square = _middle(image, resolution)
                return np.asarray(square if turn is None else square.transpose(turn))
    except Exception:  # Pillow's decoders raise almost anything on damaged files
        return None


def _memory(image, whole: int, size: int) -> int:
    """Bytes that decoding takes at the most; `whole`: pixels of the image as the file has it, `size`: its bytes."""
    mine = image.width * image.height
    file = size if image.format in READ_WHOLE else 0
    # a progressive JPEG is kept as three planes of 16 bits until its last scan, however small it is decoded
    waiting = 6 * whole if image.info.get("progressive") else 0
    return file + waiting + mine * max(5, PER_PIXEL.get(image.format, 0))


def _middle(image, resolution: int):
    """The square in the middle as RGB of (resolution, resolution).

    A large one is averaged to a few times that first, a strip at a time: converted whole, it would take several times
    its memory.
    """
    from PIL import Image

    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    # the filter looks a little beyond the square
    edge = math.ceil(3 * max(1.0, side / resolution))
    x, y = max(0, int(left) - edge), max(0, int(top) - edge)
    right, bottom = (min(size, math.ceil(at + side) + edge) for size, at in zip(image.size, (left, top), strict=True))
    image.load()
    largest = image.getextrema()[1] if image.mode in ("I", "F") else 0
    # as much as does no harm to the filter that follows; Pillow calls it the reducing gap
    factor = max(1, side // (3 * resolution))
    high = factor * max(1, STRIP // ((right - x) * factor))
    parts = [
        _to_rgb(image.crop((x, start, right, min(start + high, bottom))), largest).reduce(factor)
        for start in range(y, bottom, high)
    ]
    small = Image.new("RGB", (parts[0].width, sum(part.height for part in parts)))
    at = 0
    for part in parts:
        small.paste(part, (0, at))
        at += part.height
    box = tuple(v / factor for v in (left - x, top - y, left - x + side, top - y + side))
    return small.resize((resolution, resolution), Image.Resampling.LANCZOS, box=box)


def _orientation(image):
    """How a camera's note says the image must be turned; the middle square is the same before and after."""
    from PIL import ExifTags, Image

    turns = Image.Transpose
    try:
        noted = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:
        return None
    return {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_270,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_90,
    }.get(noted)


def _to_rgb(image, largest: float):
    """RGB with 8 bits; what is transparent becomes white, and 16 or more bits are scaled, not cut off.

    `image`: a strip of one whose largest value is `largest`, where it has more than 8 bits.
    """
    from PIL import Image

    if image.mode[0] in "IF":
        values = np.asarray(image, np.float32)
        if image.mode.startswith("I;16") or (image.mode == "I" and largest > 255):
            values = values * (255 / max(65535, largest))
        elif image.mode == "F" and largest <= 1:
            values = values * 255
        image = Image.fromarray(np.nan_to_num(values).round().clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
