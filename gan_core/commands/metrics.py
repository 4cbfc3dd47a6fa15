"""`metrics`: what a run measured."""

from __future__ import annotations

import argparse
import json
import math

from ..runs import Run
from .request import Commands, path

ROWS = 20
"""About so many steps are printed, of all."""


def add(commands: Commands) -> None:
    """Says what may be given."""
    parser = commands.add_parser("metrics", help="print what a run measured")
    parser.add_argument("folder", type=path, help="a run's folder")
    parser.add_argument("--json", action="store_true", help="every step, as one JSON object of lists")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints some steps as a table, or all as JSON."""
    found = Run.open(options.folder).metrics()
    if options.json:
        # JSON has no nan: a measure that a step did not make is null
        plain = {name: [v if math.isfinite(v) else None for v in column.tolist()] for name, column in found.items()}
        print(json.dumps(plain))
        return 0
    count = len(found["step"])
    print("  ".join(f"{name[:12]:>12}" for name in found))
    for row in sorted({*range(0, count, max(1, count // ROWS)), count - 1} - {-1}):
        print("  ".join(f"{column[row]:>12.5g}" for column in found.values()))
    return 0
