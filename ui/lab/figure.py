"""The picture of the line: densities, D, and the arrows from noise to data, as in Figure 1 of the paper."""

from __future__ import annotations

from ..shared import views
from ..shared.desk import Desk
from .field import OFTEN


def draw(one: Desk, key: str, **more: object) -> None:
    """The picture of one side."""
    views.show("lab/figure", key=key, of=one, often=OFTEN, **more)
