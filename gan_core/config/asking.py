"""What a form may ask, beside what is chosen already: derived from what fields accept and from the rules.

Both functions take any configuration, also one that cannot be trained yet (`TrainConfig.draft`).
"""

from __future__ import annotations

from .configuration import FIELDS, TrainConfig
from .fields import Choice
from .rules import NEEDS


def choices(name: str, config: TrainConfig) -> tuple | None:
    """The options of a field that go with the other fields, and the present one; None for a field that is no choice.

    Left out are options with a need that is not met, and those that the configuration would replace by another.
    """
    accepts = FIELDS[name].accepts
    if not isinstance(accepts, Choice):
        return None
    needs = [need for need in NEEDS if need.field == name]

    def possible(option: object) -> bool:
        tried = TrainConfig.draft({**vars(config), name: option})
        return getattr(tried, name) == option and not any(need.fails(tried) for need in needs)

    options, present = accepts.options, getattr(config, name)
    if needs:
        options = tuple(o for o in options if possible(o))
    return options if present in options else (*options, present)


def asks(name: str, config: TrainConfig) -> bool:
    """Whether there is anything to ask: more than one option, and a use for the field or a value it may not have."""
    master, options = FIELDS[name].of, choices(name, config)
    if master and not config.is_on(master):
        return False
    if options is not None:
        return len(options) > 1
    return all(need.met(config) or need.wanted(config) for need in NEEDS if need.field == name)
