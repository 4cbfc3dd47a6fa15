"""Every file and function that the documents name exists, and the picture of the rooms is of today."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = re.compile(r"`((?:gan_core|ui|pages|tests|docs|benchmarks)/[\w/.-]*)(?::([\w.]+))?`(?!, a new file)")


def mentions() -> list[tuple[str, str, str]]:
    """(document, path, name in that file or "") of all that is named."""
    return sorted({(file.name, *found) for file in DOCUMENTS for found in NAMED.findall(file.read_text())})


def defines(source: str, name: str) -> bool:
    """Whether Python source has a thing called "name", or "class.method"."""
    body: list[ast.stmt] = ast.parse(source).body
    for part in name.split("."):
        found = [
            node
            for node in body
            if part == getattr(node, "name", None)
            or part in {getattr(t, "id", None) for t in getattr(node, "targets", [getattr(node, "target", None)])}
        ]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


@pytest.mark.parametrize("document, path, name", mentions())
def test_what_a_document_names_exists(document, path, name):
    file = ROOT / path
    assert file.exists(), f"{document} names {path}"
    if name and file.suffix == ".py":
        assert defines(file.read_text(), name), f"{document} names {name} in {path}"
    elif name:
        assert re.search(rf"\b(class|function|const) {name}\b", file.read_text()), f"{document} names {name} in {path}"


def test_there_is_something_to_check():
    assert len([name for _, _, name in mentions() if name]) > 30
    assert not defines("class A:\n    def b(self): ...", "A.c") and defines("class A:\n    def b(self): ...", "A.b")


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^):#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_picture_is_what_the_script_draws_today():
    spec = importlib.util.spec_from_file_location("draw", ROOT / "docs" / "draw.py")
    draw = importlib.util.module_from_spec(spec)
    sys.modules["draw"] = draw  # dataclasses look their module up
    spec.loader.exec_module(draw)
    assert draw.PICTURE.read_text() == draw.draw(), "run python docs/draw.py"
