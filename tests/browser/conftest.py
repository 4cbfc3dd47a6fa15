"""One server for all tests in a browser, a browser for those of a file, and a visitor of its own for each."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import serving
from acting import PATIENCE, watch

from gan_core import runs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser are skipped where there is none, except in CI."""
    if serving.chromium_path() is None:
        if os.environ.get("CI"):
            raise RuntimeError("CI must not skip the browser tests: install chromium")
        for item in items:
            if "browser" in item.fixturenames:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Chromium. Playwright keeps an event loop running, which other tests of the same process must not meet."""
    with serving.chromium() as found:
        yield found


@pytest.fixture(scope="session")
def _app(tmp_path_factory, session_data) -> Iterator[serving.Server]:
    home = tmp_path_factory.mktemp("app")
    with serving.serve(home / "runs", session_data, home / "server.log", GAN_MAX_RUNS="1") as server:
        yield server


@pytest.fixture
def app(_app) -> Iterator[serving.Server]:
    """The server, which trains one run at a time; each test leaves that place free."""
    yield _app
    for run in runs.list_runs(_app.runs):
        if isinstance(run, runs.Run) and run.is_active:
            run.ask(stop=True)


@pytest.fixture
def visit(app, browser):
    """`visit(path, width=1440, scheme="light", ...)`: a page of a visitor of its own; options are a browser context's.

    Any error on its console fails the test.
    """
    contexts, errors = [], []

    def open_page(path: str = "/", width: int = 1440, scheme: str = "light", before: str = "", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch(page, errors)
        page.goto(app.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
