"""Network families: what a configuration must know of each without building it.

The networks themselves are in `gan_core.networks`, their words in `glossary.TERMS["architecture"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .fields import ConfigError

if TYPE_CHECKING:
    from .configuration import TrainConfig


def _nothing_else(c: TrainConfig) -> Iterator[ConfigError]:
    return iter(())


@dataclass(frozen=True)
class Architecture:
    """What a configuration must know of a network family.

    Attributes:
        width: where the configuration names none: the base number of channels, or units of the widest hidden layer.
        convolutional: needs images.
        batch_norm_g: G has batch norm, so that it needs two samples.
        batch_norm_d: D has: it needs two samples (or packs of them), and its slope has no bound that its weights would
            give.
        can_project: D has features that a label can be weighed against.
        adjustable: the activation can be chosen, and D can be given a width and a depth of its own.
        fixed_depth: its depth cannot be chosen.
        resolution: the only number of pixels a side that it draws; None where there are several.
        why: the end of a sentence, after its name, that says so.
        slight: its matrix products are so small that the number of calls decides how fast it is.
        conflicts: whatever else it asks of a configuration.
    """

    width: int
    convolutional: bool = False
    batch_norm_g: bool = False
    batch_norm_d: bool = False
    can_project: bool = False
    adjustable: bool = False
    fixed_depth: bool = False
    resolution: int | None = None
    why: str = ""
    slight: bool = False
    conflicts: Callable[[TrainConfig], Iterator[ConfigError]] = _nothing_else

    def least_batch(self, packing: int) -> int:
        """The smallest batch that can be normalised, where D judges packs of `packing` samples."""
        return 2 * packing if self.batch_norm_d else 2 if self.batch_norm_g else 1


DCGAN_DEPTH = {28: 2, 32: 3, 64: 4, 128: 5}
"""How often an image is doubled when depth is None: from 4x4 (7x7 for 28 pixels) to the resolution."""


def _doublings(c: TrainConfig) -> Iterator[ConfigError]:
    """The image is doubled from between 2 and 16 pixels to the resolution."""
    pixels = c.resolution
    if pixels is None:  # points: the networks are refused for them anyway
        return
    allowed = [d for d in range(1, 9) if pixels % 2**d == 0 and 2 <= pixels >> d <= 16]
    if (c.depth or DCGAN_DEPTH[pixels]) not in allowed:
        yield ConfigError(
            "depth",
            c.depth,
            f"{c.architecture} at {pixels} pixels can halve the image {allowed[0]} to {allowed[-1]} times, down to "
            f"between 16 and 2 pixels; use one of {', '.join(map(str, allowed))}, or none",
        )


def _sixteenths(c: TrainConfig) -> Iterator[ConfigError]:
    """D starts with a sixteenth of the width."""
    if c.width is not None and c.width % 16:
        yield ConfigError(
            "width", c.width, f"{c.architecture} needs a multiple of 16 (D starts with width / 16 channels)"
        )


_TABLE = "is the network of a published table and draws 28 pixels and nothing else"

ARCHITECTURES: dict[str, Architecture] = {
    "mlp": Architecture(width=128, adjustable=True, slight=True),
    "mlp-dropout": Architecture(width=1024),
    "conv-minimax": Architecture(
        width=64,
        convolutional=True,
        batch_norm_g=True,
        batch_norm_d=True,
        fixed_depth=True,
        resolution=28,
        why="grows 4 → 8 → 15 → 28 pixels and nothing else; use 28, or the architecture dcgan",
        conflicts=_sixteenths,
    ),
    "dcgan": Architecture(
        width=64, convolutional=True, batch_norm_g=True, batch_norm_d=True, can_project=True, conflicts=_doublings
    ),
    "residual": Architecture(width=32, convolutional=True, can_project=True, conflicts=_doublings),
    "maxout": Architecture(width=400, batch_norm_g=True),
    "stacked-dcgan": Architecture(
        width=64,
        convolutional=True,
        batch_norm_g=True,
        batch_norm_d=True,
        can_project=True,
        fixed_depth=True,
        resolution=28,
        why=_TABLE,
    ),
    "stacked-tiny": Architecture(
        width=2,
        convolutional=True,
        batch_norm_g=True,
        batch_norm_d=True,
        can_project=True,
        fixed_depth=True,
        resolution=28,
        why=_TABLE,
        slight=True,
    ),
}
