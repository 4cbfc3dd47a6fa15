"""Who may import whom: the stations of the design, read from the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gan_core"
FILES = sorted(PACKAGE.rglob("*.py"))
STATIONS = [
    {"drawing"},
    {"config", "glossary"},
    {"presets"},
    {"priors", "objectives", "penalties", "augment", "optimisers", "average", "unrolled", "networks", "data", "hardware"},
    {"trainer"},
    {"theory", "dirac", "latent", "pictures", "scene", "thumbnails", "slow"},
    {"metrics"},
    {"tables", "runs"},
    {"diagnosis", "trials"},
    {"session"},
    {"worker", "studio", "wire"},
    {"fleet"},
    {"__main__"},
]
"""From the top of the design's table down: a station may import those above it and its own, never one below."""


def station(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(file: Path) -> list[tuple[str, int]]:
    """Every module that a file imports, anywhere in it, by its full name."""
    found = []
    here = ("gan_core", *file.relative_to(PACKAGE).with_suffix("").parts)[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.append((module, node.lineno))
            # `from . import session` names modules, not things in one
            found += [(f"{module}.{alias.name}", node.lineno) for alias in node.names if module == "gan_core"]
    return found


def ours(file: Path) -> set[str]:
    return {name.split(".")[1] for name, _ in imports(file) if name.startswith("gan_core.")} & {station(f) for f in FILES}


def test_every_file_has_a_station():
    assert {station(f) for f in FILES} - {"__init__"} <= set().union(*STATIONS)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_the_core_never_imports_streamlit_or_the_pages(file):
    for name, line in imports(file):
        assert name.split(".")[0] not in {"streamlit", "plotly", "ui", "pages", "app"}, f"{file}:{line} imports {name}"


@pytest.mark.parametrize("file", [f for f in FILES if f.name != "__init__.py" or f.parent != PACKAGE], ids=lambda f: str(f.relative_to(PACKAGE)))
def test_no_station_imports_one_below(file):
    place = next(i for i, names in enumerate(STATIONS) if station(file) in names)
    allowed = set().union(*STATIONS[: place + 1])
    assert ours(file) <= allowed, f"{file.name} imports {sorted(ours(file) - allowed)}"


def test_the_configuration_needs_nothing_of_ours_and_no_torch():
    assert ours(PACKAGE / "drawing.py") == set() and ours(PACKAGE / "config.py") == {"drawing"} and ours(PACKAGE / "presets.py") == {"config"}
    for name in ("drawing", "config", "glossary", "presets", "tables", "wire", "__init__"):
        heavy = {"torch", "numpy", "sklearn", "PIL", "torchvision"} - ({"numpy"} if name == "tables" else set())
        assert not {n.split(".")[0] for n, _ in imports(PACKAGE / f"{name}.py")} & heavy


def test_orthogonal_parts_do_not_know_each_other():
    for name in ("priors", "objectives", "penalties", "augment", "average"):
        assert ours(PACKAGE / f"{name}.py") <= set(), name
    for file in (PACKAGE / "networks").glob("*.py"):
        assert ours(file) <= {"config", "networks"}, file
    for file in (PACKAGE / "data").glob("*.py"):
        assert ours(file) <= {"config", "data", "drawing"}, file


def test_the_trainer_knows_no_files_and_no_processes():
    trainer = PACKAGE / "trainer.py"
    assert ours(trainer) <= {"augment", "average", "config", "data", "networks", "objectives", "optimisers", "penalties", "priors", "hardware", "unrolled"}
    modules = {n.split(".")[0] for n, _ in imports(trainer)}
    assert not modules & {"os", "pathlib", "subprocess", "multiprocessing", "threading", "socket", "io", "safetensors", "json"}
    calls = {node.func.id for node in ast.walk(ast.parse(trainer.read_text())) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"open", "print"}


def test_what_the_server_imports_has_no_torch_at_its_top():
    """Pages import these: torch may only be imported inside functions."""
    for name in ("runs", "fleet", "tables", "wire", "config", "glossary", "presets", "diagnosis", "__main__", "__init__"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.Import):
                assert not any(a.name.split(".")[0] in ("torch", "safetensors") for a in node.names), name
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert (node.module or "").split(".")[0] not in ("torch", "safetensors"), name


def test_one_step_does_not_wait_for_the_device():
    """No .item(), .tolist(), .cpu(), .numpy(), float() or bool() of a tensor in the parts that a step runs; only where the CPU is known to be the device."""
    tree = ast.parse((PACKAGE / "trainer.py").read_text())
    trainer = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Trainer")
    for function in trainer.body:
        if isinstance(function, ast.FunctionDef) and function.name in (
            "turn",
            "_update_d",
            "_update_g",
            "_score_both",
            "_present",
            "_real",
            "_labels_of",
            "_anneal",
            "noise",
            "_full",
        ):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in ("item", "tolist", "cpu", "numpy"), f"{function.name}:{node.lineno}"
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("float", "bool", "int", "print"), f"{function.name}:{node.lineno}"
