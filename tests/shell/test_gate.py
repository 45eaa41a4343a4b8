"""What the gate refuses, and what it adds to answers."""

import gzip
import json
import time
from collections.abc import Iterator

import brotli
import pytest

from playground.gate.rate import TokenBuckets
from playground.middleware import Limits
from tests.shell.small_app import Caller, small_app

CLOSED = (
    "/gradio_api/file=https://example.org/a.png",
    "/gradio_api/file=/etc/hostname",
    "/gradio_api/file/etc/hostname",
    "/gradio_api/%66ile=/etc/hostname",
    "/gradio_api/proxy=https://example.org/",
    "/gradio_api/upload",
    "/gradio_api/upload_progress?upload_id=1",
    "/gradio_api/vibe-code",
    "/gradio_api/token",
    "/gradio_api/openapi.json",
    "/gradio_api/deep_link",
    "/gradio_api/runs",
    "/gradio_api/component_server",
    "/gradio_api/dev/reload",
    "/monitoring",
    "/monitoring/summary",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/svelte/x",
)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_the_page_does_not_need_of_gradio_is_closed(app: Caller, method: str, path: str):
    status, _, body = app.ask(method, path)
    assert status == 404
    assert json.loads(body)["error"]["key"] == "shell.not_found"


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/info", "/theme.css", "/manifest.json", "/favicon.ico"]
)
def test_what_the_page_needs_is_open(app: Caller, path: str):
    assert app.ask("GET", path)[0] == 200


def test_every_answer_carries_the_security_headers(app: Caller):
    for path in ("/", "/config", "/playground/page.js", "/docs", "/theme.css"):
        headers = app.ask("GET", path)[1]
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy, path
        assert "http" not in policy, path


def test_the_page_has_our_head_before_the_scripts_of_gradio_and_none_of_its_adverts(app: Caller):
    page = app.ask("GET", "/")[2].decode()
    assert page.index("play-lang") < page.index("window.gradio_config") < page.index("./assets/")
    assert page.index("<base") < page.index("<title>Neural Playground</title>")
    for advert in ("og:", "twitter:", "githubusercontent"):
        assert advert not in page


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
@pytest.mark.parametrize("path", ["/", "/playground/page.js", "/theme.css"])
def test_page_and_files_are_packed_and_the_same_when_unpacked(app: Caller, path, encoding, unpack):
    plain = app.ask("GET", path)[2]
    for _ in range(2):  # the second time from the cache
        status, headers, body = app.ask("GET", path, accept_encoding=encoding)
        assert (status, headers["content-encoding"]) == (200, encoding)
        assert int(headers["content-length"]) == len(body) < len(plain) / 2
        assert unpack(body) == plain


def test_files_are_kept_for_good_and_the_page_is_asked_for_again(app: Caller):
    assert "immutable" in app.ask("GET", "/playground/page.js")[1]["cache-control"]
    status, headers, _ = app.ask("GET", "/")
    assert headers["cache-control"] == "no-cache"
    status, _, body = app.ask("GET", "/", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")


def test_the_page_kept_for_one_address_is_not_given_to_another(app: Caller):
    for host in ("one.example", "two.example", "one.example"):
        page = app.ask("GET", "/", host=host, accept_encoding="identity")[2].decode()
        assert f"http://{host}" in page
        assert page.count(".example") == page.count(host)


def test_a_stream_arrives_as_it_is_made(app: Caller):
    import socket

    with socket.create_connection(("127.0.0.1", app.port), timeout=10) as connection:
        connection.sendall(
            b"GET /playground/stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n\r\n"
        )
        seen = b""
        while b" 0\n" not in seen:
            seen += connection.recv(4096)
        assert b" 2\n" not in seen
        assert b"content-encoding" not in seen.lower()


def test_a_body_over_the_limit_is_refused_with_the_limit_named(app: Caller):
    status, _, body = app.post("/playground/call/echo", "x" * 2_100_000)
    assert status == 413
    assert "2 MB" in json.loads(body)["error"]["text"]


def test_gradios_own_endpoints_have_the_limit_too(app: Caller):
    assert app.post("/gradio_api/call/shout", {"data": ["x" * 2_100_000]})[0] == 413


def test_a_body_in_chunks_states_no_length_and_is_refused_all_the_same(app: Caller):
    chunks = (b"x" * 100_000 for _ in range(30))
    status, _, body = app.ask("POST", "/playground/call/echo", chunks, transfer_encoding="chunked")
    assert status == 413
    assert json.loads(body)["error"]["key"] == "shell.too_large"


def test_a_small_body_in_chunks_arrives_whole(app: Caller):
    chunks = (b"x" * 1_000 for _ in range(30))
    answer = app.ask("POST", "/playground/call/echo", chunks, transfer_encoding="chunked")
    assert (answer[0], json.loads(answer[2])) == (200, {"value": 30_000})


def test_an_upload_may_be_larger_than_a_call_but_not_than_its_own_limit():
    with small_app(limits=Limits(upload_bytes=5_000_000)) as app:
        status, _, body = app.ask("POST", "/playground/text", b"x" * 4_000_000)
        assert (status, json.loads(body)) == (200, {"value": 4_000_000})
        status, _, body = app.ask("POST", "/playground/text", b"x" * 6_000_000)
        assert status == 413
        assert "5 MB" in json.loads(body)["error"]["text"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1:{port}"}, 200),
        ({"origin": "https://class.example", "host": "class.example"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/playground/call/echo", "/gradio_api/call/shout"])
def test_another_site_cannot_make_a_visitors_browser_act(app: Caller, path, headers, expected):
    filled = {name: value.format(port=app.port) for name, value in headers.items()}
    assert app.post(path, {"data": ["x"]}, **filled)[0] == expected


@pytest.fixture
def slow_app() -> Iterator[Caller]:
    with small_app(limits=Limits(rate=1, burst=10)) as caller:
        yield caller


def test_a_flood_is_refused_and_another_visitor_is_not(slow_app: Caller):
    statuses = [slow_app.post("/playground/call/echo", n)[0] for n in range(15)]
    assert statuses[:8] == [200] * 8
    assert statuses[-1] == 429
    # The tunnel and proxies end on this machine and name the visitor.
    assert slow_app.post("/playground/call/echo", 1, x_forwarded_for="198.51.100.7")[0] == 200


def test_files_are_no_requests_to_count(slow_app: Caller):
    assert {slow_app.ask("GET", "/playground/page.js")[0] for _ in range(20)} == {200}


def test_a_bucket_fills_again_and_forgets_visitors_who_have_gone():
    now = [0.0]
    buckets = TokenBuckets(rate=2, burst=4, clock=lambda: now[0])
    assert [buckets.allow("a") for _ in range(5)] == [True] * 4 + [False]
    now[0] = 1.0
    assert [buckets.allow("a") for _ in range(3)] == [True, True, False]
    for visitor in range(20_000):
        now[0] += 0.001
        buckets.allow(str(visitor))
    assert len(buckets._buckets) <= 5_000


def test_refusals_come_in_the_visitors_language(app: Caller):
    by_header = json.loads(app.ask("GET", "/docs", accept_language="zh-TW,zh;q=0.9")[2])
    by_link = json.loads(app.ask("GET", "/docs?lang=zh")[2])
    assert by_header == by_link
    assert "没有" in by_link["error"]["text"]
    assert "nothing" in json.loads(app.ask("GET", "/docs")[2])["detail"]


def test_a_file_is_answered_from_the_cache_within_milliseconds(app: Caller):
    app.ask("GET", "/theme.css", accept_encoding="br")
    started = time.perf_counter()
    for _ in range(20):
        app.ask("GET", "/theme.css", accept_encoding="br")
    assert (time.perf_counter() - started) / 20 < 0.05


def test_below_a_path_of_a_proxy_the_same_is_open_and_closed():
    with small_app(root_path="/lab") as app:
        for prefix in ("", "/lab"):  # proxies may strip the path or leave it
            status, _, page = app.ask("GET", f"{prefix}/")
            assert status == 200
            assert b"play-lang" in page
            assert app.post(f"{prefix}/playground/call/echo", {})[0] == 200
            assert app.ask("GET", f"{prefix}/playground/page.js")[0] == 200
            assert app.ask("POST", f"{prefix}/gradio_api/upload", b"")[0] == 404
            assert app.post(f"{prefix}/playground/call/echo", "x" * 2_100_000)[0] == 413
