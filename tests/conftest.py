"""What tests of several areas share: the real app, and a real browser that looks at it."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visitor import Visitor
from tests.running_app import TINY, RunningApp, running_app

# A busy machine is slow at times; that is no fault of what is tested.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs no server comes first, what needs a browser last.

    A browser's driver keeps an event loop in this thread, and tests that start their own cannot
    run beside it.
    """
    items.sort(key=lambda item: ("app" in item.fixturenames, "chromium" in item.fixturenames)[::-1])


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One server with one worker for all tests; each ends the runs it started."""
    with running_app(tmp_path_factory.mktemp("shared") / "runs", "--workers", "1") as server:
        # Once for all: a process that trains takes a while to be warm.
        run_id, _ = server.start(**TINY)
        server.wait_for(run_id, "finished", seconds=120)
        yield server


@pytest.fixture
def owner(app: RunningApp) -> Iterator[str]:
    """A fresh owner's token; what they left training is stopped when the test ends."""
    token = secrets.token_hex(16)
    yield token
    app.end_all(token)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser without a window: the system's own, else Playwright's."""
    executable = os.environ.get("PLAYGROUND_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        yield browser
        browser.close()


@contextlib.contextmanager
def _visitors(chromium: Browser, app: RunningApp) -> Iterator[Callable[..., Visitor]]:
    """What `visit` is; at the end they go, their runs are stopped, and no page may have erred."""
    visitors: list[Visitor] = []

    def arrive(query: str = "", **options: object) -> Visitor:
        visitors.append(Visitor(chromium, app.url, **options))
        return visitors[-1].open(query)

    try:
        yield arrive
    finally:
        for visitor in visitors:
            app.end_all(visitor.owner())
            visitor.leave()
    assert [fault for visitor in visitors for fault in visitor.faults] == []


@pytest.fixture
def visit(chromium: Browser, app: RunningApp) -> Iterator[Callable[..., Visitor]]:
    """Opens the page as someone new: `visit("?lang=zh", viewport={...})`.

    The test fails if any visitor's page complained, broke, or asked another host for anything.
    """
    with _visitors(chromium, app) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def visit_for_all(chromium: Browser, app: RunningApp) -> Iterator[Callable[..., Visitor]]:
    """As `visit`, for visitors whom the tests of a file share."""
    with _visitors(chromium, app) as arrive:
        yield arrive


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """Someone new at the page as it opens."""
    return visit()
