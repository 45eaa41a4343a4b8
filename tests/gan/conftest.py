"""Shapes are checked while these tests run."""

import pytest
import torch
from jaxtyping import install_import_hook

PURE = (
    "data", "directions", "judge", "model", "objectives", "portable", "quality", "sheets",
    "training",
)  # fmt: skip
install_import_hook([f"playground.gan.{name}" for name in PURE], "beartype.beartype")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
