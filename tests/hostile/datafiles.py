"""Files of data in any form: read as `folder:`, as `points:`, and as the data sets that are kept in files."""

from __future__ import annotations

import gzip
import io
import os
import random
import struct
import zipfile
from pathlib import Path

import numpy as np

import gan_core
from gan_core import data
from gan_core.config import TrainConfig

from . import forms
from .asking import command
from .judging import Judge

IMAGES = ("png", "jpeg", "gif", "bmp", "webp", "tiff", "ppm")
TEXTS = (
    b"1,2\n",
    b"1;2\n",
    b"1\t2\n",
    b'"1","2"\n',
    b"nan,inf\n",
    b"1e999,-1e999\n",
    b"x,y\n",
    b"\xff\xfe1\x00,\x002\x00\n",
    b"1,2,3\n",
)


def image(draw: random.Random) -> bytes:
    """A picture, perhaps with a size that it does not have."""
    from PIL import Image

    kind = draw.choice(IMAGES)
    mode = draw.choice(["RGB", "L", "1"] + (["RGBA", "P", "LA"] if kind in ("png", "tiff") else []))
    size = draw.choice([(1, 1), (8, 8), (3, 200), (64, 64), (1, 3000)])
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind)
    content = buffer.getvalue()
    if kind == "png" and draw.random() < 0.3:  # a bomb
        import zlib

        side = draw.choice([0, 9000, 60_000, 2**31 - 1])
        head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        content = content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
    return content


def array(draw: random.Random) -> bytes:
    """A .npy, or one that says what it is not."""
    kind = draw.choice(["<f4", "<f8", ">f8", "<i8", "|u1", "<c16", "|b1", "<U4", "<M8[s]", "O", "|V8"])
    shape = draw.choice([(40, 2), (2,), (40, 3), (0, 2), (), (5, 2, 2), (2, 40)])
    buffer = io.BytesIO()
    try:
        np.save(buffer, np.random.default_rng(1).normal(size=shape).astype(kind), allow_pickle=True)
    except (TypeError, ValueError):
        np.save(buffer, np.zeros((40, 2)))
    content = buffer.getvalue()
    if draw.random() < 0.5:
        told = draw.choice(
            [
                "(99999999999999999999, 2)",
                "(-1, 2)",
                "(2**70, 2)",
                "(1000000000, 2)",
                "((), 2)",
                "(40, 2.5)",
                "40",
                "('a', 2)",
                "(1" + ",1" * 70 + ")",
            ]
        )
        head = "{{'descr': {}, 'fortran_order': {}, 'shape': {}, }}".format(
            draw.choice(
                ["'<f8'", "'<f4'", "'|O'", "[('a', '<f8'), ('b', '<f8')]", "'<f99'", "None", "'" + "x" * 3000 + "'"]
            ),
            draw.choice(["False", "True", "3"]),
            draw.choice([told, "(40, 2)"]),
        )
        packed = head.encode().ljust(118) + b"\n"
        content = b"\x93NUMPY\x01\0" + struct.pack("<H", len(packed)) + packed + content[-640:]
    return content


def table(draw: random.Random) -> bytes:
    """A table as text, or what looks like one."""
    rows = b"".join(b"%d,%d\n" % (draw.randrange(99), draw.randrange(99)) for _ in range(draw.choice([3, 40])))
    odd = b"".join(draw.choice(TEXTS) for _ in range(draw.randrange(30)))
    encoded = draw.choice([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"# x\n"])
    long = draw.choice([b"", b"", b"9" * 100_000, b"," * 50_000, b'"' + b"a" * 300_000, b"1," * 70_000 + b"\n"])
    parts = [encoded, rows, odd, long]
    draw.shuffle(parts)
    return b"".join(parts)


def archive(draw: random.Random) -> bytes:
    """A .zip, or an .npz, whose members may lead elsewhere."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for _ in range(draw.randrange(1, 5)):
            name = draw.choice(
                ["a.png", "../../canary/letter.txt", "/tmp/evil", "arr_0.npy", "x/" * 200 + "a", "a\0b", "b.csv"]
            )
            packed.writestr(
                name or "a", draw.choice([array, table, image])(draw) if draw.random() < 0.9 else b"\0" * 2**24
            )
    return buffer.getvalue()


def idx(draw: random.Random) -> bytes:
    """A file of MNIST's format, packed or not."""
    count = draw.choice([0, 1, 30, 2**31, 60_000])
    head = struct.pack(">IIII", draw.choice([0x803, 0x801, 0x1234]), count, 28, draw.choice([28, 0, 2**31]))
    content = head + bytes(min(count, 30) * 784)
    return gzip.compress(content) if draw.random() < 0.5 else content


FORMS = {"image": image, "npy": array, "csv": table, "npz": archive, "zip": archive, "idx": idx}
ENDINGS = ("png", "jpg", "npy", "npz", "csv", "txt", "tsv", "zip", "gz", "xlsx", "")


def content(draw: random.Random) -> tuple[str, bytes]:
    """A file of one of these kinds, often damaged; and of which."""
    kind = draw.choice(list(FORMS))
    made = FORMS[kind](draw)
    for _ in range(draw.choice([0, 0, 1, 1, 2])):
        made = forms.damaged(made, draw)
    return kind, made


def case(draw: random.Random, home: Path, place: Path, judge: Judge) -> str:
    """A file or a folder of data, read in one of the ways in which data come in."""
    way = draw.choice(["points", "points", "folder", "folder", "idx", "upload", "command"])
    if way == "folder":
        name = _folder(draw, home, place / "pictures")
        config = TrainConfig(data=f"folder:{place / 'pictures'}", resolution=28)
        judge.of("folder", lambda: _checked(data.load(config)))
        return f"folder: {name}"
    kind, made = content(draw)
    if way == "idx":
        raw = place / "data" / draw.choice(["MNIST", "FashionMNIST"]) / "raw"
        raw.mkdir(parents=True)
        for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "train-images-idx3-ubyte.gz"):
            if draw.random() < 0.7:
                (raw / name).write_bytes(idx(draw) if draw.random() < 0.8 else made)
        set_name = "mnist" if raw.parent.name == "MNIST" else "fashion-mnist"
        config = judge.of("config", lambda: TrainConfig(data=set_name))
        return f"idx: {raw.parent.name} {config and judge.of('idx', lambda: _checked(data.load(config)))}"
    path = place / f"table.{draw.choice(ENDINGS)}"
    path.write_bytes(made)
    if draw.random() < 0.15:
        kind = forms.replaced(path, draw, [home / "canary", home / "canary" / "letter.txt"])
    if way == "upload":
        from gan_core.processes import fleet
        from ui.lab import uploads

        from .asking import Answers

        fleet.shared = lambda: Answers()  # type: ignore[assignment,return-value]
        name = forms.text(draw) + path.suffix
        judge.of("upload", lambda: uploads.take(name, made[: 2**25]), (uploads.Refused,))
        return f"upload of {kind} as {name!r}"
    if way == "command":
        command(
            judge, "train", "--data", f"points:{path}", "--preset", "plane", "--steps", "2", "--out", str(place / "run")
        )
        return f"command on {kind}"
    judge.of("points", lambda: _checked(data.load(gan_core.preset("plane").replace(data=f"points:{path}"))))
    return f"points: {kind} as {path.name}"


def _checked(found: data.DataSet) -> int:
    assert len(found) > 0 and (found.is_image or bool(found.samples.isfinite().all()))
    return len(found)


def _folder(draw: random.Random, home: Path, folder: Path) -> str:
    """A folder of images with anything in it."""
    folder.mkdir()
    done = []
    for number in range(draw.randrange(1, 9)):
        sub = folder / draw.choice(["", "", "class a", "b", ".hidden"])
        sub.mkdir(exist_ok=True)
        path = sub / f"{number}.{draw.choice(ENDINGS)}"
        kind, made = content(draw) if draw.random() < 0.4 else ("image", image(draw))
        path.write_bytes(made)
        if draw.random() < 0.1:
            kind = forms.replaced(
                path, draw, [home / "canary", folder, folder / "..", Path("/proc"), Path("/dev/zero")]
            )
        done.append(kind)
    if draw.random() < 0.05:
        _deep(folder, draw.choice([100, 1500]))
        done.append("deep")
    return ", ".join(done)


def _deep(folder: Path, depth: int) -> None:
    here = os.getcwd()
    try:
        os.chdir(folder)
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
