"""How long a training has taken, and how fast it is."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator


class Clock:
    """`seconds` spent on training so far, and `images_per_second`, real samples seen by D, of late."""

    def __init__(self, on_cpu: bool):
        self.on_cpu = on_cpu
        self.seconds = self.images_per_second = 0.0
        self._images, self._waited = 0, (0, 0.0)

    @contextlib.contextmanager
    def step(self, images: int) -> Iterator[None]:
        """Times one step with so many images. On a CPU that gives the rate, an average over about the last second."""
        begin = time.perf_counter()
        yield
        took = time.perf_counter() - begin
        self.seconds += took
        self._images += images
        if self.on_cpu:
            rate = images / max(took, 1e-9)
            known = self.images_per_second
            self.images_per_second = known + min(1.0, took) * (rate - known) if known else rate

    @contextlib.contextmanager
    def wait(self) -> Iterator[None]:
        """Times waiting for the device.

        A GPU works on while steps are merely asked for, so only here is its rate known.
        """
        begin = time.perf_counter()
        yield
        if self.on_cpu:
            return
        self.seconds += time.perf_counter() - begin
        images, seconds = self._waited
        if self._images > images and self.seconds > seconds:
            self.images_per_second = (self._images - images) / (self.seconds - seconds)
        self._waited = self._images, self.seconds

    def set(self, seconds: float, images_per_second: float) -> None:
        """Goes on from a saved state."""
        self.seconds, self.images_per_second = seconds, images_per_second
        self._waited = self._images, seconds
