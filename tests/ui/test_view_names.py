"""Views are found by their names: each that Python names is a browser module, and each module of a view is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ui.shared import browser

UI = Path(__file__).resolve().parents[2] / "ui"
NAME = re.compile(r"[a-z]+/[a-z_0-9]+")


def named() -> set[str]:
    """Every "room/name" in the source of the pages that could be that of a view."""
    found = set()
    for file in UI.rglob("*.py"):
        strings = (node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant))
        found |= {s for s in strings if isinstance(s, str) and NAME.fullmatch(s)}
    rooms = {folder.name for folder in UI.iterdir()}
    return {name for name in found if name.partition("/")[0] in rooms}


VIEWS = {
    name.removesuffix(".js")
    for name, file in browser.files().items()
    if name.endswith(".js") and re.search(r"^export (default |\{[^}]* as default\b)", file.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("name", sorted(named()))
def test_what_python_names_is_the_module_of_a_view(name):
    assert name in VIEWS


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_what_is_the_module_of_a_view_is_named(name):
    assert name in named()
