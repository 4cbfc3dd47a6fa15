"""The command line: `python -m gan_core presets | train | metrics | sample | evaluate`.

Its runs appear in the app, and the app's runs here.
"""

from __future__ import annotations

import argparse
import os
import sys

from .commands import COMMANDS
from .commands.request import BadRequest
from .config import ConfigError, shown
from .runs import RunError


def main(arguments: list[str] | None = None) -> int:
    """0: done as asked; 1: failed on the way; 2: a bad request. One sentence on stderr for 1 and 2."""
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
    parser = argparse.ArgumentParser(
        prog="python -m gan_core", description="Train generative adversarial networks and look at what they made."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
