"""Values, texts and files of any form."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = ("", " ", "a", "config", "run", "ring", "nan", "None", "true", "../..", "/etc/passwd", "C:\\x", "~root", "%s%n")
ODD = (
    "\0",
    "\ud800",
    "\u202e",
    "\ufeff",
    "é" * 300,
    "x" * 5000,
    "💥",
    "<script>alert(1)</script>",
    "'\"`$(id)",
    "\r\nX: y",
)
NUMBERS = (0, -1, 1, 2, 3, 7, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 0.5, -0.0, 1e308, 1e-320)


def nested(depth: int, draw: random.Random) -> str:
    """JSON that goes so deep."""
    left, right = draw.choice([("[", "]"), ('{"a":', "}"), ('[{"b":', "}]")])
    return left * depth + "1" + right * depth


def value(draw: random.Random, depth: int = 0) -> Any:
    """A value that JSON can hold, or that Python takes for one."""
    kind = draw.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return draw.choice([None, True, False])
    if kind == 1:
        return draw.choice(NUMBERS)
    if kind == 2:
        return draw.choice(
            [float("nan"), float("inf"), -float("inf"), draw.uniform(-1e6, 1e6), draw.randrange(-9, 999)]
        )
    if kind == 3:
        return text(draw)
    if kind in (4, 5):
        return draw.choice([[], {}, [1], {"a": 1}, "training", "finished", 10, 20])
    if kind == 6:
        return [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {text(draw)[:20]: value(draw, depth + 1) for _ in range(draw.randrange(4))}


def text(draw: random.Random) -> str:
    """Any text."""
    return "".join(
        draw.choice([*WORDS, *ODD, str(draw.choice(NUMBERS)), chr(draw.randrange(1, 0x3000))])
        for _ in range(draw.choice([1, 1, 1, 2, 5]))
    )


def written(draw: random.Random) -> bytes:
    """The content of a file that shall hold JSON."""
    made = draw.randrange(6)
    if made == 0:
        return nested(draw.choice([5, 900, 5_000, 200_000]), draw).encode()
    if made == 1:
        return draw.randbytes(draw.choice([0, 1, 7, 100, 5000]))
    if made == 2:
        return draw.choice(
            [b"null", b"[]", b"{}", b"3", b'"x"', b"\xff\xfe{}", b"{" * 10, b'{"a": 1e999}', b"1" * 5000]
        )
    return json.dumps(value(draw)).encode()


def altered(value_: Any, draw: random.Random) -> Any:
    """A JSON value with one of its parts, however deep, another one, away, or there twice."""
    if isinstance(value_, dict) and value_ and draw.random() < 0.85:
        name = draw.choice(sorted(value_))
        if draw.random() < 0.15:
            return {k: v for k, v in value_.items() if k != name}
        return {**value_, name: altered(value_[name], draw)}
    if isinstance(value_, list) and value_ and draw.random() < 0.7:
        place = draw.randrange(len(value_))
        return [*value_[:place], altered(value_[place], draw), *value_[place + draw.randrange(2) :]]
    if isinstance(value_, int | float) and not isinstance(value_, bool) and draw.random() < 0.4:
        return draw.choice([-value_, value_ + 1, value_ * 1000, value_ - 1, str(value_), value_ / 3])
    return value(draw)


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Bytes of which some are others, missing, or there too much."""
    kind = draw.randrange(7)
    if kind == 0:
        return content[: draw.randrange(len(content) + 1)]
    if kind == 1:
        return content + draw.randbytes(draw.choice([1, 8, 1000]))
    if kind == 2:
        return b""
    changed = bytearray(content)
    if changed and kind in (3, 4):
        start = draw.choice([16, 300, len(changed)])  # what a file says of itself comes first
        for _ in range(draw.choice([1, 1, 3, 40])):
            changed[draw.randrange(min(start, len(changed)))] ^= 1 << draw.randrange(8)
    elif changed and kind == 5:
        place, length = draw.randrange(len(changed)), draw.choice([1, 8, 64])
        changed[place : place + length] = draw.choice([b"\xff", b"\0"]) * length
    else:
        place, length = draw.randrange(len(changed) + 1), draw.choice([1, 3, 64])
        del changed[place : place + length]
    return bytes(changed)


def gone(path: Path) -> None:
    """Removes whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()


def replaced(path: Path, draw: random.Random, targets: list[Path]) -> str:
    """Puts something that is no plain file, or far too long, where a file or folder was; says what."""
    was_folder = path.is_dir()
    gone(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, Callable[[], Any]] = {
        "a link": lambda: path.symlink_to(
            draw.choice([*targets, Path("/dev/zero"), Path("/proc/self"), path, Path("x")])
        ),
        "a pipe": lambda: os.mkfifo(path),
        "a folder": lambda: (path / draw.choice(["x", "config.json", "frames"])).mkdir(parents=True),
        "far too long": lambda: _sparse(path, draw.choice([2**27, 2**31, 2**36])),
        "a file": lambda: path.write_bytes(written(draw)),
        "nothing": lambda: None,
    }
    kind = draw.choice([k for k in kinds if k != ("a folder" if was_folder else "a file")])
    kinds[kind]()
    return kind


def _sparse(path: Path, size: int) -> None:
    with open(path, "wb") as file:
        file.write(b'{"a": ')
        file.truncate(size)
