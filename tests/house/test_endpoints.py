"""Actions are described once and checked the same whoever calls them."""

import inspect
from typing import Annotated, Any

import pytest

from playground.endpoints import Endpoint
from playground.knobs import Knob, Payload, Text
from playground.refused import Refused


def bake(
    dish: Annotated[str, Text(10, "what to bake")],
    minutes: Annotated[int, Knob(1, 90, "how long")] = 30,
    extras: Annotated[Any, Payload(50, "JSON of anything")] = None,
) -> dict:
    """Bake something."""
    return {"dish": dish, "minutes": minutes, "extras": extras}


endpoint = Endpoint(bake)


def test_arguments_left_out_take_the_defaults_of_the_function():
    assert endpoint.call({"dish": "cake"}) == {"dish": "cake", "minutes": 30, "extras": None}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "the argument dish is missing"),
        ({"dish": 3}, "dish must be of type text"),
        ({"dish": "cake", "minutes": 0}, "minutes=0 must lie in [1, 90]"),
        ({"dish": "cake", "lid": 1}, "there is no argument lid"),
        ({"dish": "cake", "extras": ["x" * 60]}, "extras has 64 characters"),
        (["cake"], "the arguments must be a JSON object"),
    ],
)
def test_a_bad_call_is_refused_by_name(arguments, sentence):
    with pytest.raises(Refused) as caught:
        endpoint.call(arguments)
    assert str(caught.value).startswith(sentence)


def test_the_plain_function_has_plain_types_and_documents_its_arguments():
    signature = inspect.signature(endpoint.plain)
    assert signature.parameters["minutes"].annotation is int
    assert signature.return_annotation is dict
    assert "minutes: how long; from 1 to 90; default 30" in inspect.getdoc(endpoint.plain)


def test_the_plain_function_checks_too():
    assert endpoint.plain("bun", minutes=5)["minutes"] == 5
    with pytest.raises(Refused, match="minutes=900"):
        endpoint.plain("bun", 900)
