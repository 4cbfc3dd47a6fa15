"""Fields of the form by what a person calls them."""

from __future__ import annotations

from gan_core.config import FIELDS, TrainConfig
from gan_core.config.asking import asks
from gan_core.config.glossary import FEATURES, TERMS

WRITTEN = str.maketrans({"β": "beta", "₁": "1", "₂": "2", "'": "", "’": "", "-": " ", "_": " "})
"""So that a name is found however it is typed."""


def found(text: str) -> list[str]:
    """Fields of which every word of `text` is said: first those called so, then those explained so."""
    words = _plain(text).split()
    called = [f for f, (name, _) in _INDEX.items() if all(word in name for word in words)]
    explained = [f for f, (name, about) in _INDEX.items() if all(word in f"{name} {about}" for word in words)]
    return [*called, *(f for f in explained if f not in called)] if words else []


def why_not(name: str, draft: TrainConfig) -> str | None:
    """Why the form does not ask for a field at present, in a sentence; None where it does."""
    field = FIELDS[name]
    if asks(name, draft):
        return None
    if field.of and not draft.is_on(field.of):
        return f"{field.label}: has an effect only with “{FIELDS[field.of].label}”."
    return f"{field.label}: has no effect with the other settings as they are."


def _plain(text: str) -> str:
    return text.casefold().translate(WRITTEN)


def _about(name: str) -> str:
    """All that the form says of a field besides its name."""
    terms = [*TERMS.get(name, {}).values(), *([FEATURES[name]] if name in FEATURES else [])]
    said = [FIELDS[name].help, *(f"{term.title} {term.does} {term.helps} {term.paper}" for term in terms)]
    return " ".join(said)


_INDEX = {f: (_plain(f"{f} {field.label}"), _plain(f"{field.group} {_about(f)}")) for f, field in FIELDS.items()}
"""Name and explanation of each field that the form draws."""
