"""One small run that has been trained, and Gradio's own client."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from gradio_client import Client

from tests.running_app import TINY, RunningApp


@dataclass(frozen=True)
class Trained:
    id: str
    token: str
    weights: bytes  # as exported


@pytest.fixture(scope="session")
def trained(app: RunningApp) -> Trained:
    """A finished run; tests leave it as it is."""
    run_id, token = app.start(**TINY)
    app.wait_for(run_id, "finished")
    exported = app.get(f"playground/export/{run_id}.safetensors")
    assert exported.status == 200
    return Trained(run_id, token, exported.body)


@pytest.fixture(scope="session")
def client(app: RunningApp) -> Iterator[Client]:
    api = Client(app.url, verbose=False, analytics_enabled=False)
    yield api
    api.close()
