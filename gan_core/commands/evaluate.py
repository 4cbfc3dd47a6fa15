"""`evaluate`: how close a trained generator is to its data."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ..runs import Run
from .request import BadRequest, Commands, add_checkpoint, path


def add(commands: Commands) -> None:
    """Says what may be given."""
    parser = commands.add_parser("evaluate", help="measure how close a trained generator is to its data")
    parser.add_argument("folder", type=path, help="a run's folder")
    parser.add_argument("-n", type=int, default=5000, help="how many samples (default 5000)")
    add_checkpoint(parser, "the moving average of G, where the run keeps one")
    parser.add_argument(
        "--inception",
        action="store_true",
        help="also FID and KID with the Inception network, whose weights are downloaded once",
    )
    parser.add_argument("--json", action="store_true", help="everything, as one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measures and prints."""
    if not 20 <= options.n <= 1_000_000:
        raise BadRequest(f"-n {options.n}: evaluate from 20 to 1,000,000 samples")
    run = Run.open(options.folder)
    from ..data import DataError
    from ..metrics import evaluate_generator

    generator = run.load_generator(options.step, options.average)
    progress = _progress if sys.stderr.isatty() else None
    try:
        found = evaluate_generator(run.config, generator, n=options.n, inception=options.inception, progress=progress)
    except DataError as error:
        raise BadRequest(str(error)) from None
    except ValueError as error:
        print(f"gan_core: {error}", file=sys.stderr)
        return 1
    finally:
        if progress:
            print("\r\x1b[K", end="", file=sys.stderr)
    if options.json:
        print(json.dumps(found))
    else:
        _print_table(found)
    return 0


def _progress(share: float, words: str) -> None:
    print(f"\r\x1b[K{share:4.0%} {words}", end="", file=sys.stderr, flush=True)


def _print_table(found: dict[str, Any]) -> None:
    width = max((len(row["title"]) for row in found["rows"]), default=0)
    for row in found["rows"]:
        kind = next((k for k in ("oracle", "floor") if row.get(k) is not None), None)
        beside = f"{kind} {row[kind]:.4g}" if kind else ""
        value = "–" if row["value"] is None else f"{row['value']:.4g}"
        print(f"{row['title']:{width}}  {value:>9}  {beside:18} n = {row['n']:,}")
    for note in found["notes"]:
        print(f"note: {note}")
