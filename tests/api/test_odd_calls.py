"""Odd calls by Gradio's own API: each ends with a value or one sentence, and the server goes on."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.hostile import (
    ACTIONS,
    as_json,
    odd_values,
    says_nothing_of_the_machine,
    stop_what_was_started,
)

few = settings(max_examples=8, derandomize=True, deadline=None, database=None)


@pytest.mark.parametrize("name", ACTIONS)
def test_odd_values_end_in_a_value_or_a_sentence(app, name):
    count = len(ACTIONS[name])

    @few
    @given(st.lists(odd_values, min_size=max(0, count - 1), max_size=count))
    def ask(values):
        event, data = called(app, name, values)
        if event == "complete":
            stop_what_was_started(app, data[0])
        elif len(values) == count:
            assert len(data["error"]) > 10

    ask()
    assert app.call("machine")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"data": {}},
        {"data": None},
        {"data": "x"},
        {"data": [[]] * 500},
        {"data": [], "session_hash": {"a": 1}},
        {"data": [], "fn_index": 10**30},
        b"{",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_call_of_another_form_is_refused(app, body):
    answer = app.post("gradio_api/call/settings", body)
    assert 200 <= answer.status < 500, answer.text[:300]
    says_nothing_of_the_machine(answer.text)
    if answer.status == 200:
        says_nothing_of_the_machine(
            app.get(f"gradio_api/call/settings/{answer.json['event_id']}").text
        )
    assert app.call("machine")


@pytest.mark.parametrize(
    "path",
    [
        "gradio_api/call/no_such_endpoint",
        "gradio_api/run/no_such_endpoint",
        "gradio_api/api/no_such_endpoint",
        "gradio_api/queue/join",
    ],
)
def test_an_unknown_endpoint_is_refused(app, path):
    answer = app.post(path, {"data": []})
    assert 400 <= answer.status < 500, answer.text[:300]
    says_nothing_of_the_machine(answer.text)


def test_a_refusal_by_gradios_api_is_the_same_sentence(app):
    event, data = called(app, "start_run", ["sequence", {"steps": 0}, ""])
    refused = app.refusal("start_run", slice="sequence", config={"steps": 0})
    assert event == "error"
    assert data["error"] == refused["text"] == "steps=0 must lie in [1, 512]"


def called(app, name, values):
    """Event and data of one call, which is posted, then awaited."""
    asked = app.post(f"gradio_api/call/{name}", as_json({"data": values}))
    assert asked.status < 500, asked.text[:300]
    if asked.status != 200:
        says_nothing_of_the_machine(asked.text)
        return "error", {"error": asked.text}
    answer = app.get(f"gradio_api/call/{name}/{asked.json['event_id']}")
    assert answer.status == 200
    event, data = answer.text.strip().split("\n\n")[-1].split("\n", 1)
    if event != "event: complete":
        says_nothing_of_the_machine(answer.text)
    return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))
