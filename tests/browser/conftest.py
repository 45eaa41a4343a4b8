"""What the browser tests look at together."""

import secrets

import pytest

from tests.running_app import RunningApp


@pytest.fixture(scope="session")
def network(app: RunningApp) -> str:
    """A finished run of somebody else, named by its id, that anyone may let write."""
    run_id, _ = app.start(
        secrets.token_hex(16), cell="gru", hidden_size=16, batch_size=8, steps=16,
        max_tokens=3000, epochs=3, seconds=0,
    )  # fmt: skip
    app.wait_for(run_id, "finished")
    return run_id
