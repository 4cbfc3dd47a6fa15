"""What a field of a configuration accepts: one of a few values, a number in a range, true or false."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from .glossary import FieldWords
from .outside import shown


class ConfigError(ValueError):
    """A configuration that cannot be trained.

    The message names the field, the value and what is allowed. `field` is the name of the field to
    blame, or None where the configuration as a whole could not be read.
    """

    def __init__(self, field: str | None, value: Any, allowed: str, unknown: bool = False):
        self.field, self.value, self.allowed = field, value, allowed
        if field is None:
            super().__init__(allowed)
        elif unknown:
            super().__init__(f"{shown(repr(field), 500)} is not a field of a configuration{allowed}")
        else:
            super().__init__(f"{field} = {shown(repr(value), 500)} is not possible: {allowed}")


class Accepts(Protocol):
    """What the classes below have in common."""

    def check(self, field: str, value: Any) -> Any:
        """The value as the field holds it; `ConfigError`, which blames `field`, where it is none of the field's."""
        ...

    def parse(self, text: str) -> Any:
        """The value that a text from a command line or an address stands for, unchecked."""
        ...


@dataclass(frozen=True)
class Choice:
    """One of a few values.

    `among` is read at each use: what others add to it, where it is a mapping such as the words on a field, is accepted
    at once.
    """

    among: Collection

    @property
    def options(self) -> tuple:
        """The values, in the order in which a form offers them."""
        return tuple(self.among)

    def check(self, field: str, value: Any) -> Any:
        """The option equal to `value`; `ConfigError`, with the nearest one where there is one, if there is none."""
        # bool is an int to Python, and 1 == True; only an int may stand for a float
        for option in self.options:
            if value == option and (type(value) is type(option) or (type(value) is int and type(option) is float)):
                return option
        names = [str(o) for o in self.options]
        raise ConfigError(field, value, f"use one of {', '.join(names)}{nearest(value, names)}")

    def parse(self, text: str) -> Any:
        """The option written as `text`, upper or lower case; the text itself where there is none."""
        for option in self.options:
            if str(option).lower() == text.lower() or (isinstance(option, float) and f"{option:g}" == text):
                return option
        return text


@dataclass(frozen=True)
class Int:
    """A whole number from `low` to `high`; None too where `optional`."""

    low: int
    high: int
    optional: bool = False

    def check(self, field: str, value: Any) -> int | None:
        """The number; `ConfigError` where it is none, or out of range."""
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            none = ", or none" if self.optional else ""
            raise ConfigError(field, value, f"use a whole number from {self.low:,} to {self.high:,}{none}")
        return value

    def parse(self, text: str) -> Any:
        """The number, or None, written as `text`; the text itself where it is neither."""
        return _number(int, text, self.optional)


@dataclass(frozen=True)
class Float:
    """A finite number from `low` to `high`, `high` excluded where `below`; None too where `optional`."""

    low: float
    high: float
    below: bool = False
    optional: bool = False

    def check(self, field: str, value: Any) -> float | None:
        """The number as a float; `ConfigError` where it is none, or out of range."""
        if value is None and self.optional:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            # nan fails every comparison, infinity and huge integers the upper one
            if self.low <= value <= self.high and not (self.below and value == self.high):
                return float(value)
        none = ", or none" if self.optional else ""
        raise ConfigError(
            field, value, f"use a number from {self.low:g} to {'below ' if self.below else ''}{self.high:g}{none}"
        )

    def parse(self, text: str) -> Any:
        """The number, or None, written as `text`; the text itself where it is neither."""
        return _number(float, text, self.optional)


@dataclass(frozen=True)
class Bool:
    """True or false."""

    def check(self, field: str, value: Any) -> bool:
        """The value; `ConfigError` where it is neither True nor False."""
        if not isinstance(value, bool):
            raise ConfigError(field, value, "use true or false")
        return value

    def parse(self, text: str) -> Any:
        """True or False, upper or lower case; the text itself where it is neither."""
        return {"true": True, "false": False}.get(text.lower(), text)


@dataclass(frozen=True)
class Field:
    """All that there is to know of a field.

    Attributes:
        name: its name in `TrainConfig`.
        default: its value in the `starter` preset.
        words: what it is called and what it does.
        accepts: its values.
        group: the group of a form that asks for it.
        off: values with which it does nothing.
        of: the field of which it is a detail, without a meaning where that one is off; None for no detail.
        live: whether a running trainer takes a change on at its next step; all others need a new run.
    """

    name: str
    default: Any
    words: FieldWords
    accepts: Accepts
    group: str
    off: tuple = ()
    of: str | None = None
    live: bool = False

    @property
    def label(self) -> str:
        """What it is called, in a few words."""
        return self.words.label

    @property
    def help(self) -> str:
        """What it is, and what it does when too large or too small."""
        return self.words.help


def nearest(value: Any, names: Collection[str]) -> str:
    """The end of a sentence that suggests the name most like `value`; empty where none is."""
    near = difflib.get_close_matches(value[:80], names, 1) if isinstance(value, str) else []
    return f" (did you mean {near[0]!r}?)" if near else ""


def _number(kind: type, text: str, optional: bool) -> Any:
    if optional and text.lower() in ("none", ""):
        return None
    try:
        return kind(text)
    except ValueError:
        return text
