"""The command line: `python -m gan_core presets | train | metrics | sample | evaluate`.

Its runs appear in the app, and the app's runs here.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any


def main(arguments: list[str] | None = None) -> int:
    """0: done as asked; 1: failed on the way; 2: a bad request; 130: interrupted before there was anything to save.

    One sentence on stderr for all but 0.
    """
    try:
        return _main(arguments)
    except KeyboardInterrupt:
        print("gan_core: Interrupted from the keyboard; nothing was changed.", file=sys.stderr)
        return 128 + signal.SIGINT


def _main(arguments: list[str] | None) -> int:
    # all that takes its time is imported below, so that Ctrl-C is met with a sentence meanwhile
    from .commands.request import BadRequest
    from .config import ConfigError, shown
    from .runs import RunError

    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (BadRequest, ConfigError, RunError) as error:
        print(f"gan_core: {shown(str(error), 4000)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    import argparse

    from .commands import COMMANDS

    parser = argparse.ArgumentParser(
        prog="python -m gan_core", description="Train generative adversarial networks and look at what they made."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def _raise_again(lost: Any) -> None:
    """An interrupt that came where Python cannot raise it, as while a module is cleared away, is not lost."""
    if lost.exc_type is KeyboardInterrupt:
        signal.raise_signal(signal.SIGINT)
    else:
        sys.__unraisablehook__(lost)


if __name__ == "__main__":
    sys.unraisablehook = _raise_again
    sys.exit(main())
