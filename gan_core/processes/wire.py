"""Messages between two of our own processes over a pipe: JSON, with bytes carried beside it."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO


def pack(message: dict[str, Any]) -> bytes:
    """One message; any value in it, at any depth, may be bytes. TypeError or ValueError for what JSON cannot hold."""
    blobs: list[bytes] = []

    def carry(value: Any) -> Any:
        if isinstance(value, bytes):
            blobs.append(value)
            return {"$bytes": len(blobs) - 1}
        raise TypeError(f"{type(value).__name__} cannot be sent")

    text = json.dumps(message, default=carry).encode()
    return struct.pack(f"<II{len(blobs)}I", len(text), len(blobs), *map(len, blobs)) + text + b"".join(blobs)


def send(sink: BinaryIO, message: dict[str, Any]) -> None:
    """Writes one message."""
    sink.write(pack(message))
    sink.flush()


def receive(source: BinaryIO) -> dict[str, Any] | None:
    """The next message; None at the end of the pipe."""
    head = source.read(8)
    if len(head) < 8:
        return None
    size, count = struct.unpack("<II", head)
    lengths = struct.unpack(f"<{count}I", source.read(4 * count))
    text = source.read(size)
    blobs = [source.read(n) for n in lengths]
    return json.loads(text, object_hook=lambda d: blobs[d["$bytes"]] if "$bytes" in d else d)
