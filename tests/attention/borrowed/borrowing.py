"""Questions about models of Hugging Face, and the stand-ins that they are about."""

import pytest

from playground.attention.borrowed import borrowed
from playground.refused import Refused

TEXT = "the cat sat on the mat"


def ask(name, text=TEXT, pair="", **more):
    return borrowed({"model_name": name, "text": text, "text_pair": pair, **more})


def refusal(name, text=TEXT, pair="", **more):
    """The key of the sentence that is the answer."""
    with pytest.raises(Refused) as refused:
        ask(name, text, pair, **more)
    return refused.value.key.removeprefix("attention.models.")
