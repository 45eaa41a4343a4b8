"""Small texts and settings that train in a second; shapes are checked while these tests run."""

from typing import runtime_checkable

import pytest
import torch
from hypothesis import settings
from jaxtyping import install_import_hook

from playground.text.tokenizer import Tokenizer

# The checks of arguments below look at whether a tokenizer has a tokenizer's methods.
runtime_checkable(Tokenizer)
PURE = ("cells", "data", "generation", "model", "training")
install_import_hook([f"playground.sequence.{name}" for name in PURE], "beartype.beartype")

# A busy machine is slow at times; that is no fault of what is tested.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SENTENCES = (
    "the keeper walked down to the harbour before the bell had rung twice. ",
    "a small boat came in with the tide, and nobody had asked it to.\n",
    "she counted the lamps on the wall: nine of them, and then eight. ",
    "what the wind took from the roof it gave back to the garden.\n",
)


@pytest.fixture(scope="session")
def text():
    """About 5,500 characters of 28 kinds that repeat, but not in a fixed order."""
    return "".join(SENTENCES[(3 * n * n + n // 3) % 4] for n in range(80))


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
