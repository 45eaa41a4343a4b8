"""How the API says that something cannot be done, and that something went wrong."""

import logging
from collections.abc import Iterator
from typing import Annotated

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from playground.endpoints import Endpoint
from playground.knobs import Choice, Knob
from playground.locales import say
from tests.shell.small_app import Caller, small_app


def boil(
    dish: Annotated[str, Choice(("egg", "rice"), "what to boil")],
    minutes: Annotated[int, Knob(1, 60, "how long")] = 5,
) -> dict:
    """Boil a dish."""
    return {"dish": dish, "minutes": minutes}


def spill() -> dict:
    """Something that no one foresaw."""
    raise OSError("/secret/place/milk.txt is on the floor")


@pytest.fixture(scope="module")
def kitchen() -> Iterator[Caller]:
    with small_app(endpoints=(Endpoint(boil), Endpoint(spill))) as caller:
        yield caller


def by_http(kitchen: Caller, name: str, values: list, **headers: str) -> tuple[str, str]:
    """(event, data) of the two-step call that Gradio's documentation gives for any language."""
    event = kitchen.post(f"/gradio_api/call/{name}", {"data": values}, **headers)[2].decode()
    number = event.split('"')[3]
    stream = kitchen.ask("GET", f"/gradio_api/call/{name}/{number}", **headers)[2].decode()
    name_line, data_line = stream.strip().splitlines()[-2:]
    return name_line.removeprefix("event: "), data_line.removeprefix("data: ")


def test_the_client_calls_and_is_refused_in_one_sentence(kitchen: Caller):
    client = Client(kitchen.url, verbose=False, analytics_enabled=False)
    assert client.predict("egg", api_name="/boil") == {"dish": "egg", "minutes": 5}
    with pytest.raises(AppError, match=r"minutes=61 must lie in \[1, 60\]"):
        client.predict("egg", minutes=61, api_name="/boil")


def test_plain_http_may_leave_out_what_has_a_default(kitchen: Caller):
    assert by_http(kitchen, "boil", ["rice"]) == (
        "complete", '[{"dish": "rice", "minutes": 5}]',
    )  # fmt: skip


def test_plain_http_is_told_what_is_missing_or_wrong(kitchen: Caller):
    for values, part in (([], "dish is missing"), (["soup"], "egg, rice"), ([1], "dish must be")):
        event, data = by_http(kitchen, "boil", values)
        assert event == "error"
        assert part in data


def test_a_refusal_is_said_in_the_callers_language(kitchen: Caller):
    data = by_http(kitchen, "boil", ["egg", 99], accept_language="zh-CN")[1]
    assert say("knobs.out_of_range", "zh", name="minutes", value=99, low=1, high=60) in (
        data.encode().decode("unicode_escape") if "\\u" in data else data
    )


def test_what_no_one_foresaw_is_logged_here_and_kept_from_the_caller(
    kitchen: Caller, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.ERROR, logger="playground"):
        event, data = by_http(kitchen, "spill", [])
    assert event == "error"
    assert say("shell.broken") in data
    assert "secret" not in data
    assert "/secret/place" in caplog.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gradio_api/call/nothing", b'{"data": []}'),
        ("/gradio_api/run/boil", b"{"),
        ("/gradio_api/run/boil", b'{"data": "egg"}'),
        ("/gradio_api/run/boil", b'{"data": null}'),
        ("/gradio_api/run/boil", b"[]"),
        ("/gradio_api/run/boil", b'{"data": ["egg", NaN]}'),
        ("/gradio_api/run/boil", b'{"data": ["egg", 1e400]}'),
        ("/gradio_api/queue/join", b'{"data": [], "fn_index": 99, "session_hash": "x"}'),
        ("/gradio_api/queue/join", b"{}"),
        ("/gradio_api/cancel", b"{}"),
        ("/gradio_api/reset", b'{"event_id": 5}'),
    ],
)
def test_nonsense_is_answered_without_a_word_about_this_machine(kitchen: Caller, path, body):
    status, _, answer = kitchen.ask("POST", path, body, content_type="application/json")
    assert status < 600
    for word in (b"Traceback", b"site-packages", b".py", b"object at 0x"):
        assert word not in answer
