"""Pages are found, not listed: a folder with a record and a script are enough, and finding them costs nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from visiting import ROOT

from ui.shared import frame

NAVIGATION = """
import streamlit as st
from streamlit.testing.v1 import AppTest

def noting(pages, navigation=st.navigation, **how):
    print(*(f"{page.title} at /{page.url_path}" for page in pages), sep="; ")
    return navigation(pages, **how)

st.navigation = noting
page = AppTest.from_file("app.py", default_timeout=60).run()
assert not page.exception, page.exception
from gan_core.processes import fleet
fleet.shared().close()
"""


def run(code: str, folder: Path = ROOT) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_each_page_has_a_record_and_a_place_of_its_own():
    pages = frame.pages()
    found = [(page.title, page.url) for page in pages.values()]
    assert found[:3] == [("Train", ""), ("Lab", "lab"), ("Latent", "latent")] and len(set(found)) == len(found)
    assert all(page.icon.startswith(":material/") for page in pages.values())


@pytest.mark.slow
def test_a_page_that_is_added_stands_in_the_navigation(tmp_path):
    for name in ("ui", "pages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    (tmp_path / "gan_core").symlink_to(ROOT / "gan_core")
    (tmp_path / "ui" / "hello").mkdir()
    (tmp_path / "ui" / "hello" / "__init__.py").write_text(
        "from ..shared.frame import Page\n\nPAGE = Page('Hello', ':material/waving_hand:', order=2.5, url='hello')\n"
    )
    (tmp_path / "pages" / "hello.py").write_text("import streamlit as st\n\nst.write('Hello')\n")
    assert run(NAVIGATION, tmp_path) == "Train at /; Lab at /lab; Hello at /hello; Latent at /latent"


@pytest.mark.slow
def test_finding_the_pages_imports_none_of_them():
    code = """
import sys
from ui.shared import frame
assert frame.pages()
print(*sorted(name for name in sys.modules if name.split(".")[0] in ("ui", "gan_core", "torch")))
"""
    assert run(code) == "ui ui.lab ui.latent ui.shared ui.shared.frame ui.train"


@pytest.mark.slow
def test_neither_pages_nor_routes_import_torch(runs_root):
    code = """
import sys
from streamlit.testing.v1 import AppTest
from ui.server import routes
assert routes.api("")
for path in ("app.py", "pages/train.py", "pages/latent.py"):
    page = AppTest.from_file(path, default_timeout=60).run()
    assert not page.exception, page.exception
from gan_core.processes import fleet
fleet.shared().close()
print("torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.stdout.split() == ["False"], done.stdout + done.stderr
