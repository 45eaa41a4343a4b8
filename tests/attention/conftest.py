"""Tiny tasks that train in a second; shapes are checked while these tests run."""

from typing import runtime_checkable

import pytest
import torch
from hypothesis import settings
from jaxtyping import install_import_hook

from playground.text.tokenizer import Tokenizer

PURE = (
    "alignment", "decoding", "layers", "model", "multi_head", "pairs", "positions", "recurrent",
    "scoring", "training",
)  # fmt: skip
install_import_hook([f"playground.attention.{name}" for name in PURE], "beartype.beartype")

from playground.attention.model import Translator  # noqa: E402 - after the hook

# The checks of arguments look at whether a thing has the methods of its protocol.
runtime_checkable(Tokenizer)
runtime_checkable(Translator)

# A busy machine is slow at times; that is no fault of what is tested.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
