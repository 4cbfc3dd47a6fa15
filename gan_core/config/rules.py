"""Fields that must agree: every reason for which a configuration whose fields are possible one by one is refused.

Some reasons are needs: a value has a use only where other fields are as it needs them. A form reads these too
(`asking`) and does not offer what would be refused. The others are for a person to resolve, and a form says them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .architectures import ARCHITECTURES, Architecture
from .datanames import DataKind, called, data_kind
from .fields import ConfigError
from .games import GAMES

if TYPE_CHECKING:
    from .configuration import TrainConfig


@dataclass(frozen=True)
class Need:
    """What a field, or some of its options, need of the other fields.

    Attributes:
        field: whose need it is.
        met: whether a configuration has what is needed.
        refusal: the end of the sentence that refuses it where the need is not met; None where nothing is refused, and
            only a form has no reason to ask.
        wants: whether a configuration has this need; where not given, whether the field is on.
        note: why a form may replace the value by itself when data or networks change; None where it may not.
        instead: what it is then replaced by.
    """

    field: str
    met: Callable[[TrainConfig], bool]
    refusal: Callable[[TrainConfig], str] | None = None
    wants: Callable[[TrainConfig], bool] | None = None
    note: Callable[[TrainConfig], str] | None = None
    instead: Any = None

    def wanted(self, c: TrainConfig) -> bool:
        """Whether this configuration has the need."""
        return self.wants(c) if self.wants else c.is_on(self.field)

    def fails(self, c: TrainConfig) -> bool:
        """Whether it has the need, and not what is needed."""
        return self.wanted(c) and not self.met(c)

    def __call__(self, c: TrainConfig) -> Iterator[ConfigError]:
        """The refusal, where there is one."""
        if self.refusal and self.fails(c):
            yield ConfigError(self.field, getattr(c, self.field), self.refusal(c))


Rule = Callable[["TrainConfig"], Iterator[ConfigError]]


def _family(c: TrainConfig) -> Architecture:
    return ARCHITECTURES[c.architecture]


def _kind(c: TrainConfig) -> DataKind:
    return data_kind(c.data)


def _sphere(c: TrainConfig) -> Iterator[ConfigError]:
    if c.prior == "sphere" and c.latent_dim < 2:
        yield ConfigError("latent_dim", c.latent_dim, "the sphere prior needs at least 2 dimensions")


def _normalisable(c: TrainConfig) -> Iterator[ConfigError]:
    least = _family(c).least_batch(c.packing)
    if c.batch_size < least:
        yield ConfigError("batch_size", c.batch_size, f"batch normalisation in {c.architecture} needs at least {least}")


def _own_resolution(c: TrainConfig) -> Iterator[ConfigError]:
    only = _family(c).resolution
    if only and c.is_image and c.resolution != only:
        yield ConfigError("resolution", c.resolution, f"{c.architecture} {_family(c).why}")


def _own_rules(c: TrainConfig) -> Iterator[ConfigError]:
    return _family(c).conflicts(c)


def _number_of_classes(c: TrainConfig) -> Iterator[ConfigError]:
    if c.is_on("conditioning") and _kind(c).classes is None and c.classes is None:
        yield ConfigError(
            "classes",
            c.classes,
            "there are no class folders; put each class into its own sub-folder, or use no conditioning",
        )


def _whole_packs(c: TrainConfig) -> Iterator[ConfigError]:
    if c.batch_size % c.packing:
        whole = c.batch_size // c.packing * c.packing or c.packing
        yield ConfigError(
            "packing",
            c.packing,
            f"a batch of {c.batch_size} does not divide into packs of {c.packing}; use a batch of {whole}",
        )


def _deviation(c: TrainConfig) -> Iterator[ConfigError]:
    if c.minibatch_stddev and c.batch_size < 2 * c.packing:
        yield ConfigError(
            "minibatch_stddev", c.minibatch_stddev, f"the deviation of a batch needs at least {2 * c.packing} samples"
        )


RULES: tuple[Rule, ...] = (
    Need(
        "resolution",
        met=lambda c: c.is_image,
        refusal=lambda c: f"{called(c.data)} consists of points, not images; use none",
        note=lambda c: f"{_kind(c).title} has no pixels",
    ),
    _sphere,
    Need(
        "architecture",
        wants=lambda c: c.is_convolutional,
        met=lambda c: c.is_image,
        refusal=lambda c: f"a convolutional network needs images, but {called(c.data)} consists of points; use mlp",
    ),
    _normalisable,
    _own_resolution,
    Need(
        "depth",
        met=lambda c: not _family(c).fixed_depth,
        refusal=lambda c: f"the depth of {c.architecture} is fixed; use none",
        note=lambda c: "the layers of these networks are fixed",
    ),
    _own_rules,
    *(
        Need(
            name,
            met=lambda c: _family(c).adjustable,
            refusal=lambda c: f"{c.architecture} has fixed layers; use none, or the architecture mlp",
            note=lambda c: "the layers of these networks are fixed",
        )
        for name in ("width_d", "depth_d", "activation")
    ),
    Need(
        "conditioning",
        met=lambda c: _kind(c).classes != 0,
        refusal=lambda c: f"{called(c.data)} has no labels; use none",
        note=lambda c: f"{_kind(c).title} has no labels",
        instead="none",
    ),
    _number_of_classes,
    Need(
        "classes",
        wants=lambda c: c.is_on("classes") and c.classes != _kind(c).classes,
        met=lambda c: not _kind(c).classes,
        refusal=lambda c: f"{c.data} has {_kind(c).classes} classes; use {_kind(c).classes}, or none",
    ),
    Need(
        "conditioning",
        wants=lambda c: c.conditioning == "projection",
        met=lambda c: _family(c).can_project,
        refusal=lambda c: f"a D of {c.architecture} has no feature maps to compare a label with; use concatenation",
        note=lambda c: "these networks have no feature maps",
        instead="concatenation",
    ),
    Need(
        "conditioning",
        wants=lambda c: c.conditioning == "projection",
        met=lambda c: c.packing == 1,
        refusal=lambda c: (
            "a pack of samples has several labels but one set of features; use concatenation with packing"
        ),
    ),
    _whole_packs,
    _deviation,
    Need(
        "label_smoothing",
        met=lambda c: GAMES[c.objective].target,
        refusal=lambda c: (
            f"{c.objective} has no target to smooth; use 0, or one of "
            f"{', '.join(name for name, game in GAMES.items() if game.target)}"
        ),
    ),
    Need(
        "augment",
        met=lambda c: c.is_image,
        refusal=lambda c: f"{called(c.data)} consists of points; use none",
        note=lambda c: f"{_kind(c).title} has no pixels",
        instead="none",
    ),
    Need("weight_clip", met=lambda c: GAMES[c.objective].clip > 0),
)
"""All of them, in the order in which they are said. Each can be asked of any fields that are possible one by one."""

NEEDS = tuple(rule for rule in RULES if isinstance(rule, Need))


def conflicts(c: TrainConfig) -> Iterator[ConfigError]:
    """Every reason against a configuration, the one to be said first."""
    for rule in RULES:
        yield from rule(c)
