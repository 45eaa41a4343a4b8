"""The actions of the Tokens room, with the process that counts for them."""

from collections.abc import Iterator

import pytest

from playground import weights
from playground.runs.inference import Inference
from playground.tokens.actions import ASK_ENTRY, TokensActions


@pytest.fixture(scope="session")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokensActions]:
    """Sources are the shipped weights; own texts lie in the folder `tokens.texts`."""
    counting = Inference([ASK_ENTRY], warm="playground.tokens.workbench")
    texts = tmp_path_factory.mktemp("texts")
    yield TokensActions(counting, texts, lambda name: weights.shipped_file("sequence", name))
    counting.close()
