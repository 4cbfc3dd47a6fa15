"""Every sentence that the browser half of the pages says, in one catalogue: a file a room, a dict from key to English.

    WORDS = {
        "timeline.fork": "Fork here",
        "timeline.step": "step {step}",                       # what stands in braces is filled in
        "status.rows": ("{n} row was left out", "{n} rows were left out"),  # one, and more: by the number {n}
    }

A key begins with the name of the view, or of the thing, that says it. A part between two ** is bold where a view shows
it so; a line break begins a paragraph of a help. The browser gets all of them as one module, `shared/catalogue.js`, and
reads them by `say(key, values)` of `ui/shared/say.js`.
"""

from __future__ import annotations

import importlib
import json
import pkgutil

Words = dict[str, str | tuple[str, str]]

ROOMS: dict[str, Words] = {
    room.name: importlib.import_module(f"{__name__}.{room.name}").WORDS
    for room in pkgutil.iter_modules(__path__)
    if room.name != "__main__"
}
"""The sentences of each room."""

CATALOGUE: Words = {key: words for room in ROOMS.values() for key, words in room.items()}
"""All of them."""


def module() -> str:
    """The catalogue as a module of the browser."""
    return f"export default {json.dumps(CATALOGUE, ensure_ascii=False, indent=1)}\n"
