"""What a command was asked for."""

from __future__ import annotations

import argparse

from ..config import shown, unusable

Commands = argparse._SubParsersAction
"""Where a command adds its own parser."""


class BadRequest(Exception):
    """Asked for something that cannot be done; the message is a sentence."""


def path(text: str) -> str:
    """The type of every argument that names a file or a folder."""
    if wrong := unusable(text):
        raise argparse.ArgumentTypeError(f"“{shown(text)}” cannot be used: {wrong}")
    return text


def add_checkpoint(parser: argparse.ArgumentParser, average: str) -> None:
    """Which of a run's generators is meant; `average`: the help of --average."""
    parser.add_argument("--step", type=int, help="use the checkpoint nearest to this step (default: the newest)")
    parser.add_argument("--average", action="store_true", help=average)
