"""A person's own images: any sizes and modes, in class folders or not."""

from __future__ import annotations

import hashlib
import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..config import TrainConfig, unusable
from ..config.folders import absent, classes_of, listing
from .cache import Allocate, Arrays, prepared
from .dataset import DataError, DataSet

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
    """The files of a folder: `files`, relative to `root` and sorted.

    `key` changes whenever one of them does; `place` does not.
    """

    root: Path
    files: tuple[str, ...]
    place: str
    key: str

    def build(self, resolution: int, allocate: Allocate) -> Arrays:
        """Samples (N, 3, resolution, resolution) in the order of the names. Raises `DataError` if none can be read."""
        samples = allocate((len(self.files), 3, resolution, resolution))
        read: list[str] = []

        def decode(file: str) -> np.ndarray | None:
            return decode_image(self.root / file, resolution)

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
        return Arrays(samples[: len(read)], labels, len(self.files) - len(read), classes)


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
    found = listing(root)
    if not found:
        raise DataError(f"The folder {root} has no files in it; put JPEG, PNG or WebP images there.")
    place = "folder-" + hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    fingerprint = hashlib.sha256()
    for file, size, changed in found:
        fingerprint.update(b"%s\0%d\0%d\0" % (os.fsencode(file), size, changed))
    return Folder(root, tuple(file for file, _, _ in found), place, f"{place}-{fingerprint.hexdigest()[:16]}")


def _classes(files: list[str]) -> tuple[tuple[str, ...], np.ndarray | None]:
    """Class names, and labels int64 (N,), None where there are no classes."""
    found = classes_of(files)
    if not found:
        return (), None
    classes = tuple(sorted(set(found)))
    number = {name: i for i, name in enumerate(classes)}
    return classes, np.array([number[name] for name in found], np.int64)


# --------------------------------------------------------------------------- one image


def decode_image(path: Path, resolution: int) -> np.ndarray | None:
    """The square in the middle of an image, upright, as uint8 (R, R, 3); None if it cannot be read."""
    from PIL import Image

    try:
        with Image.open(path, formats=FORMATS) as image:
            turn = _orientation(image)
            image.draft(None, (2 * resolution, 2 * resolution))  # a JPEG is decoded no larger than needed
            if image.width * image.height > MAX_PIXELS:
                return None
            image = _to_rgb(image)
            side = min(image.size)
            left, top = (image.width - side) / 2, (image.height - side) / 2
            image = image.resize(
                (resolution, resolution),
                Image.Resampling.LANCZOS,
                box=(left, top, left + side, top + side),
                reducing_gap=3.0,
            )
            return np.asarray(image if turn is None else image.transpose(turn))
    except Exception:  # Pillow's decoders raise almost anything on damaged files
        return None


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


def _to_rgb(image):
    """RGB with 8 bits; what is transparent becomes white, and 16 or more bits are scaled, not cut off."""
    from PIL import Image

    if image.mode[0] in "IF":
        values = np.asarray(image, np.float32)
        if image.mode.startswith("I;16") or (image.mode == "I" and values.max() > 255):
            values = values * (255 / max(65535, values.max()))
        elif image.mode == "F" and values.max() <= 1:
            values = values * 255
        image = Image.fromarray(np.nan_to_num(values).round().clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
