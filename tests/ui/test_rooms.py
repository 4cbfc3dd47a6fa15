"""Which room of the app may import from which, read from the source."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "ui"
PAGES = {file.stem for file in (UI.parent / "pages").glob("*.py")}
FILES = [file for file in sorted(UI.rglob("*.py")) if file.parent != UI]


def rooms_used(file: Path) -> set[str]:
    """The rooms that a file imports from."""
    here, found = ("ui", file.parent.name), set()
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*here[: len(here) - node.level + 1], *filter(None, [node.module])])
            names = [f"{base if node.level else node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("ui.")}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UI)))
def test_a_page_needs_what_pages_share_and_no_other_page(file):
    room = file.parent.name
    rooms = {"server": PAGES | {"words", "shared", "server"}, "shared": {"words", "shared"}, "words": {"words"}}
    allowed = rooms.get(room, {"shared", room})
    assert rooms_used(file) <= allowed


def test_every_folder_is_a_page_or_one_of_three_rooms():
    assert {file.parent.name for file in FILES} == PAGES | {"words", "shared", "server"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_script_of_a_page_is_thin(name):
    assert (UI.parent / "pages" / f"{name}.py").read_text().splitlines()[2:] == [
        f"from ui.{name} import page",
        "",
        "page.draw()",
    ]


@pytest.mark.parametrize("script", sorted(UI.rglob("*.js")), ids=lambda file: str(file.relative_to(UI)))
def test_a_script_imports_from_its_own_room_and_from_what_pages_share(script):
    imported = re.findall(r"^(?:import|export) .*?from '([^']+)'|^} from '([^']+)'", script.read_text(), re.M)
    folders = {(script.parent / (a or b)).resolve().parent for a, b in imported}
    assert folders <= {script.parent, UI / "shared"}
