"""Terms on D's gradient that are added to its loss: any penalty goes with any objective."""

from __future__ import annotations

from torch import Tensor, nn


def none(discriminator: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    """No penalty: a scalar 0 in the samples' dtype, on their device."""
    return real.new_zeros(())


PENALTIES = {"none": none}
