"""Odd requests by our own routes: each gets a clear answer and the server goes on."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.hostile import (
    ACTIONS,
    ODD,
    as_json,
    is_clear,
    odd_arguments,
    odd_values,
    says_nothing_of_the_machine,
    stop_what_was_started,
)

few = settings(max_examples=20, derandomize=True, deadline=None, database=None)


@pytest.mark.parametrize("name", ACTIONS)
def test_odd_arguments_are_refused_in_one_sentence(app, name):
    @few
    @given(odd_arguments(name))
    def ask(arguments):
        answer = app.post(f"playground/call/{name}", as_json(arguments))
        is_clear(answer)
        stop_what_was_started(app, answer.json.get("value"))

    ask()
    assert app.call("machine")


@pytest.mark.parametrize("name", [name for name, arguments in ACTIONS.items() if arguments])
def test_each_argument_takes_any_odd_value_without_breaking(app, name, trained):
    """The other arguments are good, so that the odd one gets as deep as it can."""
    good = good_arguments(name, trained)
    for argument in ACTIONS[name]:
        for odd in ODD:
            answer = app.post(f"playground/call/{name}", as_json(good | {argument: odd}))
            is_clear(answer)
            stop_what_was_started(app, answer.json.get("value"))
    assert app.call("machine")


def good_arguments(name, trained):
    everything = {
        "slice": "sequence",
        "config": {},
        "configs": [{}],
        "run_id": trained.id,
        "since": 0,
        "token": "0" * 32,
        "action": "pause",
        "name": "a name",
        "pinned": True,
        "query": {},
        "experiment": "which_cell",
        "run_ids": [trained.id] * 3,
        "prediction": "rnn",
        "source": trained.id,
        "length": 2,
        "seed": 1,
    }
    if name.endswith("_corpus") or name.startswith("corpus_"):
        everything["name"] = "no-such-text"
    return {argument: everything[argument] for argument in ACTIONS[name] if argument in everything}


@few
@given(st.binary(max_size=200) | odd_values.map(as_json))
def test_a_body_that_is_no_object_is_refused(app, body):
    is_clear(app.post("playground/call/run", body))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 20_000,
        b'{"config": ' + b"9" * 100_000 + b"}",
        b'{"slice": "' + b"x" * 1_900_000 + b'"}',
        b"\xff\xfe" + "{}".encode("utf-16-le"),
        b'{"slice": "sequence", "slice": 7}',
        b"",
    ],
    ids=["open brackets", "open objects", "a long number", "megabytes", "UTF-16", "twice", "empty"],
)
def test_a_strange_body_is_refused(app, body):
    answer = app.post("playground/call/settings", body)
    is_clear(answer)
    assert answer.status != 200


@pytest.mark.parametrize(
    "path",
    [
        "playground/call/settings",
        "playground/generate",
        "login",
        "gradio_api/call/settings",
        "gradio_api/queue/join",
    ],
)
def test_a_body_beyond_the_limit_is_refused_unread(app, path):
    answer = app.post(path, b'{"slice": "' + b"x" * 3_000_000 + b'"}')
    assert answer.status == 413
    assert "MB" in answer.json["error"]["text"]


@few
@given(odd_arguments("generate"))
def test_odd_questions_for_text_are_refused_before_the_stream_begins(app, arguments):
    answer = app.post("playground/generate", as_json(arguments))
    assert answer.status < 500
    says_nothing_of_the_machine(answer.text)
    for line in answer.text.splitlines():
        assert isinstance(json.loads(line), dict)


@pytest.mark.parametrize(
    "name",
    [
        "no_such_action",
        "%00",
        "..%2f..%2fapp.py",
        "%ff",
        "x" * 3000,
        "%F0%9F%98%80",
        "__init__",
        "run%0d%0aset-cookie:a=b",
    ],
)
def test_an_unknown_action_is_refused(app, name):
    answer = app.post(f"playground/call/{name}", {})
    assert 400 <= answer.status < 500
    assert "set-cookie" not in answer.headers
    assert answer.json
    says_nothing_of_the_machine(answer.text.replace(name, ""))


@pytest.mark.parametrize(
    "path",
    [
        "playground/export/no-such-run.csv",
        "playground/export/%00.csv",
        "playground/export/a.exe",
        "playground/export/..%2f..%2fapp.py.csv",
        "playground/export/../../app.py",
        "playground/app.py",
        "playground/../../app.py",
        "playground/%2e%2e/app.py",
        "playground/locale/../en.json",
        "playground/locale/xx.json",
        "gradio_api/file=/etc/passwd",
        "gradio_api/file=app.py",
        "file=/etc/passwd",
        "static/../../../../etc/passwd",
        "assets/..%2f..%2f..%2fetc%2fpasswd",
        "gradio_api/monitoring",
        "docs",
        "openapi.json",
        "proxy=http://example.org/",
    ],
)
def test_no_address_leads_out_of_the_app(app, path):
    answer = app.get(path)
    assert 400 <= answer.status < 500, answer.text[:300]
    says_nothing_of_the_machine(answer.text)


@pytest.mark.parametrize(
    "cursors",
    [
        "",
        ":",
        "a:b",
        "🙂:1",
        "a:-1",
        "a:9" * 400,
        ",".join(["x:0"] * 900),
        "%00:0",
        "0" * 32 + ":99999999999999999999",
    ],
)
def test_odd_cursors_end_the_stream_or_are_refused(app, cursors):
    from urllib.parse import quote

    answer = app.get(f"playground/stream?cursors={quote(cursors, safe=':,%')}")
    assert answer.status < 500
    says_nothing_of_the_machine(answer.text)


def test_an_answer_is_refused_in_the_language_of_who_asks(app):
    english, chinese = (
        app.post("playground/call/run", {"run_id": "nobody's"}, accept_language=language).json
        for language in ("en", "zh-CN,zh;q=0.9")
    )
    assert "run" in english["error"]["text"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["error"]["text"])
