"""Any configuration, for property-based tests."""

from __future__ import annotations

from hypothesis import strategies as st

from gan_core.config import DATA, FIELDS, Bool, Choice, ConfigError, DataName, Float, Int, TrainConfig, unusable

POINTS = [name for name, kind in DATA.items() if not kind.is_image]


def values_of(accepts) -> st.SearchStrategy:
    """Values that a field accepts by itself."""
    if isinstance(accepts, Choice):
        return st.sampled_from(accepts.options)
    if isinstance(accepts, Int):
        whole = st.integers(accepts.low, accepts.high)
        return st.none() | whole if accepts.optional else whole
    if isinstance(accepts, Float):
        number = st.floats(accepts.low, accepts.high, exclude_max=accepts.below)
        return st.none() | number if accepts.optional else number
    if isinstance(accepts, Bool):
        return st.booleans()
    if isinstance(accepts, DataName):
        path = st.text(min_size=1).filter(lambda path: not unusable(path))
        return st.sampled_from(list(DATA)) | path.map("folder:{}".format) | path.map("points:{}".format)
    raise AssertionError(f"a test must know what {accepts} accepts")


@st.composite
def configs(draw) -> TrainConfig:
    """Any valid configuration: fields by themselves, then those that must agree."""
    values = {name: draw(values_of(field.accepts)) for name, field in FIELDS.items()}
    for _ in FIELDS:
        try:
            return TrainConfig(**values)
        except ConfigError as error:
            # a sentence about a field that is there; with what that field is by itself, the others can stay
            assert error.field in FIELDS and str(error)
            plain = {
                "architecture": "mlp",
                "resolution": None if values["data"] in POINTS or values["data"].startswith("points:") else 28,
                "latent_dim": 2,
            }
            values[error.field] = plain.get(error.field, FIELDS[error.field].default)
            if error.field == "classes":
                values["conditioning"] = "none"
    raise AssertionError("fields that cannot agree")
