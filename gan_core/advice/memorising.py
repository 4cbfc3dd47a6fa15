"""Fakes are training images."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from ..config import TrainConfig
from .finding import Kind, Remedy, Seen
from .view import View

COPIES = 0.5
"""Median distance of fakes to the nearest training image, as a share of that of a real to another real."""


def detect(v: View, found: Collection[str]) -> Seen | None:
    """Fakes that are training images."""
    if v.early or "divergence" in found or not v.config.is_image:
        return None
    steps, nearest = v.look("nearest")
    if len(nearest) < 2 or not max(float(np.median(nearest)), float(nearest[-1])) < COPIES * v.ease:
        return None
    says = (
        f"G’s samples are {float(np.median(nearest)):.2f} times as far from the nearest training image "
        "as one real image is from another"
    )
    return Seen(
        f"{says} (median of steps {int(steps[0]):,} to {int(steps[-1]):,}; 0 for copies, about 1 for new images).",
        (int(steps[0]), int(steps[-1])),
    )


def remedies(c: TrainConfig) -> Iterator[Remedy]:
    """Augmentation, smaller networks."""
    if c.augment == "none":
        colour = c.sample_shape[0] > 1
        yield (
            {"augment": "colour+translation+cutout" if colour else "translation+cutout"},
            "Change every image that D sees at random (moved, partly covered), so that D cannot memorise "
            "the few images.",
        )
    half = max(4, (c.width or 64) // 2)
    yield (
        {"width": half},
        f"Make both networks smaller (width {half}): they then have too little capacity to memorise the images.",
    )
    if c.architecture == "conv-minimax":
        yield {"width": 16}, "Make both networks smaller (width 16)."


KIND = Kind(
    "G repeats training images",
    "D has memorised the few training images and rejects everything else, so G copies them.",
    detect,
    remedies,
)
