"""A cache that keeps the newest few of what it was given."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The `size` values kept last, by key."""

    def __init__(self, size: int):
        self.size = size
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, key: str) -> Value | None:
        """The value of that key, None where there is none any more."""
        return self._values.get(key)

    def keep(self, key: str, value: Value) -> Value:
        """Keeps `value`, forgets the oldest where there are too many, and returns it."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self.size:
            self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forgets everything."""
        self._values.clear()
