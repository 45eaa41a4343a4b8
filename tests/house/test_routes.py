"""Our own routes, without a server: what they answer, and in which language."""

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.endpoints import Endpoint
from playground.exports import File
from playground.refused import Refused
from playground.routes import routes
from playground.runs.feed import Feed
from playground.runs.store import Store


def fail() -> dict:
    """Fails in a way that nobody foresaw."""
    raise KeyError("a secret of the machine")


def refuse() -> dict:
    """Refuses with half a character in the sentence."""
    raise Refused("endpoints.no_such_experiment", name="\ud800x")


def tell() -> dict:
    """Tells items, then refuses."""
    return {}


def lines():
    yield {"token": "天"}
    raise Refused("runs.inference_lost")


def broken_lines():
    yield {"token": "a"}
    raise KeyError("a secret of the machine")


class Exports:
    """Gives back what it was asked for."""

    def file(self, run_ids, kind, language):
        if kind == "exe":
            raise Refused("exports.no_such_kind", kind=kind, kinds="csv")
        return File(f"all.{kind}", "text/plain", json.dumps([run_ids, language]).encode())


@pytest.fixture
def client(tmp_path):
    endpoints = {one.__name__: Endpoint(one) for one in (fail, refuse, tell)}
    with Store(tmp_path) as store:
        streams = {"tell": lines, "refuse": broken_lines}
        app = Starlette(routes=routes(endpoints, streams, Feed(store), Exports()))
        with TestClient(app) as client:
            yield client


def test_a_fault_that_nobody_foresaw_is_a_sentence_without_secrets(client):
    answer = client.post("/playground/call/fail", json={})
    assert answer.status_code == 500
    assert answer.json()["error"]["key"] == "endpoints.failed"
    assert "secret" not in answer.text


def test_a_refusal_comes_in_the_language_of_the_page_else_of_the_browser(client):
    def text(query, language):
        headers = {"accept-language": language}
        answer = client.post(f"/playground/call/refuse{query}", json={}, headers=headers)
        assert answer.status_code == 400
        return answer.json()["error"]["text"]

    assert text("", "en") == "there is no experiment ?x"
    assert text("", "zh-TW,zh;q=0.9") == text("?lang=zh", "en") == "没有名为 ?x 的实验"
    assert text("?lang=en", "zh") == "there is no experiment ?x"


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff", b'"x"', b"[]"])
def test_what_is_no_json_object_is_refused(client, body):
    answer = client.post("/playground/call/tell", content=body)
    assert answer.json()["error"]["key"] == "endpoints.not_an_object"


@pytest.mark.parametrize(
    ("name", "key"), [("tell", "runs.inference_lost"), ("refuse", "endpoints.failed")]
)
def test_a_stream_that_breaks_off_says_why_in_its_last_line(client, name, key):
    answer = client.post(f"/playground/{name}?lang=zh", json={})
    first, last = (json.loads(line) for line in answer.text.splitlines())
    assert "token" in first
    assert last["error"]["key"] == key
    assert "secret" not in answer.text


def test_several_runs_are_exported_by_one_address(client):
    answer = client.get("/playground/export/aa,bb.csv?lang=zh")
    assert answer.json() == [["aa", "bb"], "zh"]
    assert answer.headers["content-disposition"] == 'attachment; filename="all.csv"'
    assert client.get("/playground/export/aa.exe").status_code == 400


def test_a_stream_of_runs_that_are_not_there_ends(client):
    answer = client.get("/playground/stream?cursors=nobody:0,broken,:x,other:5")
    told = [json.loads(line[6:]) for line in answer.text.splitlines() if line]
    assert [one["run"] for one in told] == ["nobody", "other"]
    many = ",".join(f"{number}:0" for number in range(60))
    answer = client.get(f"/playground/stream?cursors={many}")
    assert answer.json()["error"]["key"] == "endpoints.many_runs"
