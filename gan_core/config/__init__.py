"""What a run is, before any of it happens: the configuration, its rules, presets and words.

Nothing here imports torch.
"""

from .architectures import ARCHITECTURES, DCGAN_DEPTH, Architecture
from .configuration import FIELDS, GROUPS, LIVE, TrainConfig, field_of, parse_value
from .datanames import DATA, DRAWING, DRAWN, PLACES, DataKind, DataName, Place, called, data_dir, data_kind, titled
from .fields import Bool, Choice, ConfigError, Field, Float, Int
from .folders import absent, class_folders
from .outside import parse_json, shown, unusable

__all__ = [
    # what fields accept
    "Bool",
    "Choice",
    "ConfigError",
    "Field",
    "Float",
    "Int",
    # data by name
    "DATA",
    "DRAWING",
    "DRAWN",
    "PLACES",
    "DataKind",
    "DataName",
    "Place",
    "absent",
    "called",
    "class_folders",
    "data_dir",
    "data_kind",
    "titled",
    # network families
    "ARCHITECTURES",
    "DCGAN_DEPTH",
    "Architecture",
    # the configuration
    "FIELDS",
    "GROUPS",
    "LIVE",
    "TrainConfig",
    "field_of",
    "parse_value",
    # what comes from outside
    "parse_json",
    "shown",
    "unusable",
]
