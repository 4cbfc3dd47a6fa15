"""`presets`: the named configurations."""

from __future__ import annotations

import argparse
import dataclasses
import json

from ..config.presets import PRESETS
from .request import Commands


def add(commands: Commands) -> None:
    """Says what may be given."""
    parser = commands.add_parser("presets", help="list the named configurations")
    parser.add_argument("--json", action="store_true", help="in full, as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints them."""
    if options.json:
        found = {name: {**dataclasses.asdict(p), "config": p.config.to_dict()} for name, p in PRESETS.items()}
        print(json.dumps(found, indent=2))
        return 0
    for name, p in PRESETS.items():
        print(f"{name:14} {p.title}\n{'':14} {p.note}\n")
    return 0
