"""`sample`: samples of a trained generator, in a file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ..runs import Run
from ..runs.disk import reason
from ..runs.files import write_bytes
from .request import BadRequest, Commands, add_checkpoint, path


def add(commands: Commands) -> None:
    """Says what may be given."""
    parser = commands.add_parser("sample", help="draw samples from a trained generator")
    parser.add_argument("folder", type=path, help="a run's folder")
    parser.add_argument("-n", type=int, default=64, help="how many (default 64)")
    parser.add_argument("--out", type=path, required=True, metavar="FILE", help="a .png of tiles; for points a .csv")
    parser.add_argument("--seed", type=int, default=0, help="which samples (default 0)")
    add_checkpoint(parser, "by the moving average of G, where the run keeps one")
    parser.add_argument(
        "--label", type=int, help="class of the samples, for a conditional G (default: each class in turn)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Draws them and writes the file."""
    if not 1 <= options.n <= 10_000:
        raise BadRequest(f"-n {options.n}: draw from 1 to 10,000 samples")
    if not 0 <= options.seed < 2**63:
        raise BadRequest(f"--seed {options.seed}: use a whole number from 0 to {2**63 - 1}")
    run = Run.open(options.folder)
    config, out = run.config, Path(options.out).resolve()
    suffix = out.suffix.lower()
    # it is written beside and renamed, which would put a file in the place of a device
    if options.out.endswith(os.sep) or (os.path.lexists(out) and not out.is_file()):
        raise BadRequest(f"--out {options.out}: not a file; name a file in an existing folder")
    if suffix in (".csv", ".txt") if config.is_image else suffix in (".png", ".jpg", ".jpeg"):
        kind = "images; name a .png" if config.is_image else "points; name a .csv"
        raise BadRequest(f"--out {options.out}: the samples of this run are {kind}")
    if options.label is not None and not 0 <= options.label < config.n_classes:
        allowed = (
            f"classes are 0 to {config.n_classes - 1}" if config.n_classes else "the G of this run is not conditional"
        )
        raise BadRequest(f"--label {options.label}: {allowed}")
    import torch

    from ..look import pictures
    from ..metrics import draw

    generator = run.load_generator(options.step, options.average)
    labels = None if options.label is None else torch.full((options.n,), options.label)
    samples = torch.cat([part for part, _ in draw(config, generator, options.n, options.seed, labels)])
    try:
        if config.is_image:
            write_bytes(out, pictures.sheet(samples))
        else:
            rows = (",".join(f"{v:.6g}" for v in row) for row in samples.tolist())
            write_bytes(out, ("\n".join(rows) + "\n").encode())
    except OSError as error:
        raise BadRequest(f"{options.out} cannot be written: {reason(error, out.parent)}") from None
    return 0
