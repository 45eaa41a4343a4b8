import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from runs import stand_in

from playground.runs.scheduler import Scheduler
from playground.runs.session import Slice
from playground.runs.store import Store

STAND_IN = Slice(
    name="stand-in",
    entry="runs.stand_in:open_session",
    parse=stand_in.parse,
    memory_bytes=lambda _: 1000,
)


@pytest.fixture(autouse=True, scope="session")
def worker_path() -> Iterator[None]:
    """Workers find the stand-in session beside the tests."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]), prepend=os.pathsep)
    yield
    patch.undo()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "runs") as opened:
        yield opened


@pytest.fixture
def open_scheduler(tmp_path: Path) -> Iterator[Callable[..., Scheduler]]:
    """Schedulers on the same folder, one after the other; all are closed in the end."""
    opened: list[Scheduler] = []

    def close_all() -> None:
        while opened:
            scheduler = opened.pop()
            scheduler.close()
            scheduler.store.close()

    def open_one(**options: Any) -> Scheduler:
        close_all()
        store = Store(tmp_path / "runs")
        settings = {"slots": 1, "texts": tmp_path, **options}
        opened.append(Scheduler(store, {"stand-in": STAND_IN}, **settings))
        return opened[-1]

    yield open_one
    close_all()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """One scheduler with a warm worker for all tests of a file that leave it as it was."""
    folder = tmp_path_factory.mktemp("warm")
    with Store(folder) as store:
        scheduler = Scheduler(store, {"stand-in": STAND_IN}, slots=1, texts=folder)
        yield scheduler
        scheduler.close()
