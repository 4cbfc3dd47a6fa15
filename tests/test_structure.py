"""Who may import whom: the rooms of the house, read from the source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gan_core"
FILES = sorted(PACKAGE.rglob("*.py"))
ROOMS = [
    "config",
    "networks",
    "data",
    "method",
    "theory",
    "look",
    "metrics",
    "runs",
    "advice",
    "processes",
    "commands",
    "__main__",
]
"""From the first station of the road to the last: a folder imports only from those before it."""


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(file: Path) -> list[tuple[str, int]]:
    """Every module that a file imports, anywhere in it, by its full name, with the line."""
    found = []
    here = ("gan_core", *file.relative_to(PACKAGE).with_suffix("").parts)[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from .. import runs` names a room, not a thing in one
            found += [(f"{module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def rooms_used(file: Path) -> set[str]:
    return {name.split(".")[1] for name, _ in imports(file) if name.startswith("gan_core.")} & set(ROOMS)


def test_every_file_has_a_room():
    assert {room(f) for f in FILES} == {"__init__", *ROOMS}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_the_core_never_imports_streamlit_or_the_pages(file):
    for name, line in imports(file):
        assert name.split(".")[0] not in {"streamlit", "plotly", "ui", "pages", "app"}, f"{file}:{line} imports {name}"


@pytest.mark.parametrize(
    "file", [f for f in FILES if f != PACKAGE / "__init__.py"], ids=lambda f: str(f.relative_to(PACKAGE))
)
def test_a_room_imports_only_from_those_before_it(file):
    allowed = set(ROOMS[: ROOMS.index(room(file)) + 1])
    assert rooms_used(file) <= allowed, f"{file.name} imports {sorted(rooms_used(file) - allowed)}"


def test_the_configuration_needs_no_torch_and_no_numbers():
    heavy = {"torch", "numpy", "sklearn", "PIL", "torchvision"}
    for file in [*(PACKAGE / "config").rglob("*.py"), PACKAGE / "__init__.py"]:
        assert not {n.split(".")[0] for n, _ in imports(file)} & heavy, file


def test_the_method_knows_no_files_and_no_processes():
    outside = {
        "os", "pathlib", "subprocess", "multiprocessing", "threading", "socket", "io", "safetensors", "json",
    }  # fmt: skip
    for file in (PACKAGE / "method").glob("*.py"):
        if file.name == "hardware.py":
            continue  # it reads $GAN_THREADS
        assert not {n.split(".")[0] for n, _ in imports(file)} & outside, file
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"open", "print"}, file


def test_what_the_server_imports_has_no_torch_at_its_top():
    """Pages import these: torch may only be imported inside functions."""
    import subprocess
    import sys

    code = (
        "import sys, gan_core.runs, gan_core.advice.diagnosis, gan_core.advice.trials, gan_core.processes.fleet,"
        "gan_core.config.presets, gan_core.theory.dirac, gan_core.__main__;"
        "assert not {'torch', 'safetensors', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parent)


def test_one_step_does_not_wait_for_the_device():
    """No .item(), .tolist(), .cpu(), .numpy(), float() or bool() of a tensor in what a step runs, CPU aside."""
    tree = ast.parse((PACKAGE / "method" / "trainer.py").read_text())
    trainer = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Trainer")
    steps = {
        "turn", "_update_d", "_update_g", "_score_both", "_present", "_descend", "_penalty",
        "_real", "labels_of", "_set_rates", "noise", "full",
    }  # fmt: skip
    for function in trainer.body:
        if isinstance(function, ast.FunctionDef) and function.name in steps:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in ("item", "tolist", "cpu", "numpy"), f"{function.name}:{node.lineno}"
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("float", "bool", "int", "print"), f"{function.name}:{node.lineno}"


def test_no_two_files_of_tests_have_one_name():
    """pytest imports them by their names alone, and files of a folder see one another."""
    names = [file.name for file in Path(__file__).parent.rglob("*.py") if file.name != "conftest.py"]
    assert len(names) == len(set(names)), sorted(name for name in set(names) if names.count(name) > 1)
