"""The pictures of a training on points, on a line or in a plane, as JSON.

view = points_view(data)           # prepared once for a data set
points_scene(data)                 # what stays the same in all frames
points_frame(probe, view)          # one frame; training does not notice
"""

from __future__ import annotations

import hashlib

from ..data import DataSet
from .line import Line
from .numbers import as_json
from .plane import Plane
from .probe import Probe


def points_view(data: DataSet) -> Plane | Line:
    """All that pictures of a data set made of points need of it.

    It takes some tenths of a second, once for the same points.
    """
    some = data.samples[:: -(-len(data) // 100_000)].cpu()
    key = hashlib.blake2b(some.numpy().tobytes(), digest_size=16).digest(), data.distribution
    if key not in _VIEWS:
        while len(_VIEWS) >= 8:
            _VIEWS.pop(next(iter(_VIEWS)), None)
        _VIEWS[key] = (Line if data.shape == (1,) else Plane)(data, some)
    return _VIEWS[key]


_VIEWS: dict[tuple, Plane | Line] = {}


def points_scene(data: DataSet) -> bytes:
    """What stays the same in all frames of a run on points, as JSON.

    {"dim", "real": x of up to 256 reals} on a line. In the plane {"dim", "extent", "map": cells a side, "real": x0, y0,
    x1, y1, ... of up to DOTS reals, "modes" and "sigma": centres and standard deviation of its components, or null,
    "bandwidth": h of the kernel that densities are seen through, "perfect": {"jsd", "kl_data_g", "kl_g_data"} of a
    perfect sampler with as many samples, the mean of SAMPLERS}.
    """
    return as_json(points_view(data).scene)


def points_frame(probe: Probe, view: Plane | Line) -> bytes:
    """The picture of a training on points at this step, as JSON; see `Plane.frame` and `Line.frame`.

    Training does not notice.

    "objective" says what D's scores in it mean, for the run's may change.
    """
    return as_json({**view.frame(probe), "objective": probe.config.objective})
