"""Which steps of a training are kept: as frames of the timeline, as weights, as whole states to fork from."""

from __future__ import annotations

import math

FRAMES = 500
"""Frames of a run's timeline at evenly spaced steps, at the most; geometric steps and ends of epochs come on top."""
FEW = 60
"""Evenly spaced frames of a short run, at the most, hardly ever fewer than half of that: all of it can be played."""
EPOCHS = 20
"""Ends of epochs at which the weights of a run on images are kept, at the most."""
STATES = 64 << 20
"""Bytes that the states of a run on points may take: from each of them it can be forked."""


def geometric(step: int) -> bool:
    """0, 1, 2, 5, 10, 20, 50, 100, ..."""
    return step == 0 or str(step).rstrip("0") in ("1", "2", "5")


def spacing(steps: int, pieces: int) -> int:
    """The round number (1, 2, 5, 10, ...) of steps that cuts `steps` into at most `pieces`."""
    size = 1
    while steps / size > pieces:
        size = next(s for s in range(size + 1, 10 * size + 1) if geometric(s))
    return size


class Cadence:
    """What is kept of a training of `steps` steps in `epochs` epochs, whose state takes `state_bytes`.

    Small steps are rich, for there things change fastest, and a long run keeps no end of files.
    """

    def __init__(self, is_image: bool, steps: int, epochs: int, state_bytes: int):
        self.is_image = is_image
        self.frame_every = min(spacing(steps, FEW), max(100, spacing(steps, FRAMES)))
        self.state_every = self.frame_every * math.ceil(max(1.0, state_bytes * steps / self.frame_every / STATES))
        self.epoch_every = spacing(epochs, EPOCHS)
        # then the states of the first steps count for little
        self.small = 100 * state_bytes < STATES

    def keeps_frame(self, step: int) -> bool:
        """Whether the timeline keeps a frame of this step, be it the end of an epoch or not."""
        return geometric(step) or step % self.frame_every == 0

    def keeps_weights(self, step: int, ended: int | None) -> bool:
        """Whether the weights at this step are kept; `ended`: number of the epoch that it ended, None for none."""
        if not self.is_image:
            return geometric(step) or step % self.state_every == 0
        return (geometric(step) and step >= 100) or (ended is not None and ended % self.epoch_every == 0)

    def keeps_state(self, step: int) -> bool:
        """Whether the weights kept at this step come with all the rest of the state."""
        return not self.is_image and step > 0 and (self.small or step % self.state_every == 0)
