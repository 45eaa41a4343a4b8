"""Downloads against a real server on this machine that breaks off, lies, stalls or is not there."""

import hashlib
import http.server
import random
import threading
import time

import pytest

from playground.datasets import download
from playground.datasets.cache import cache_folder, find
from playground.datasets.registry import Dataset

CONTENT = random.Random(0).randbytes(300_000)


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; `behaviour` says what goes wrong, `asked` which ranges came in."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = ""
        self.asked: list[str | None] = []

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what some tests are about


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        behaviour = self.server.behaviour
        if behaviour == "missing":
            self.send_error(404)
            return
        content = CONTENT if behaviour != "wrong" else CONTENT[::-1]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if behaviour == "no ranges":
            start = 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        part = content[start:]
        if behaviour in ("breaks", "no ranges") and len(self.server.asked) == 1:
            self.wfile.write(part[:100_000])
            self.wfile.flush()
            self.connection.close()
            return
        if behaviour == "slow":
            for at in range(0, len(part), 10_000):
                self.wfile.write(part[at : at + 10_000])
                time.sleep(0.05)
            return
        if behaviour == "endless":
            part *= 20
        self.wfile.write(part)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def dataset(server, **changes):
    """A data set at the server, of a new name each time, so that no two tests share a download."""
    values = {
        "name": f"bytes-{random.random()}", "title": {"en": "Bytes"}, "language": "en",
        "licence": "none", "citation": "", "file_name": "bytes.bin", "size": len(CONTENT),
        "addresses": (f"http://127.0.0.1:{server.server_port}/bytes.bin",),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }  # fmt: skip
    return Dataset(**(values | changes))


def fetched(one):
    started = download.start(one)
    if started.thread:
        started.thread.join(30)
    return started


def test_a_download_is_verified_and_kept(server):
    one = dataset(server)
    assert fetched(one).as_json() == {
        "state": "done", "received": len(CONTENT), "size": len(CONTENT), "error": None
    }  # fmt: skip
    assert find(one).read_bytes() == CONTENT
    assert fetched(one).state == "done"
    assert len(server.asked) == 1, "what is there is not fetched again"


def test_a_broken_connection_goes_on_where_it_stopped(server):
    server.behaviour = "breaks"
    one = dataset(server)
    assert fetched(one).state == "done"
    assert server.asked[0] is None
    assert 0 < int(server.asked[1].removeprefix("bytes=").rstrip("-")) <= 100_000
    assert find(one).read_bytes() == CONTENT


def test_a_server_without_ranges_is_asked_for_all_of_it_again(server):
    server.behaviour = "no ranges"
    one = dataset(server)
    assert fetched(one).state == "done"
    assert find(one).read_bytes() == CONTENT


@pytest.mark.parametrize("behaviour", ["wrong", "endless"])
def test_other_content_is_thrown_away_with_a_sentence(server, behaviour):
    server.behaviour = behaviour
    one = dataset(server)
    if behaviour == "endless":
        one = dataset(server, size=1_000)
    ended = fetched(one)
    assert ended.state == "failed"
    assert "is not Bytes" in str(ended.error)
    assert "built-in story" in str(ended.error)
    assert list(cache_folder().iterdir()) == []


def test_a_missing_file_says_so_with_the_status(server):
    server.behaviour = "missing"
    assert "status 404" in str(fetched(dataset(server)).error)


def test_a_mirror_is_asked_when_the_first_address_is_gone(server):
    here = f"http://127.0.0.1:{server.server_port}/bytes.bin"
    one = dataset(server, addresses=("http://127.0.0.1:9/bytes.bin", here))
    assert fetched(one).state == "done"


def test_offline_is_said_at_once_with_a_way_out(server):
    one = dataset(server, addresses=("http://127.0.0.1:9/bytes.bin",))
    before = time.monotonic()
    ended = fetched(one)
    assert time.monotonic() - before < 2 * download.CONNECT_SECONDS
    assert "offline" in str(ended.error)
    assert "built-in story" in str(ended.error)


def test_many_visitors_share_one_download_and_it_can_be_cancelled(server):
    server.behaviour = "slow"
    one = dataset(server)
    downloads = {id(download.start(one)) for _ in range(5)}
    assert len(downloads) == 1
    running = download.progress(one.name)
    while not running.received:
        time.sleep(0.01)
    download.cancel(one.name)
    running.thread.join(10)
    assert running.state == "cancelled"
    server.behaviour = ""
    assert fetched(one).state == "done"
    assert len(server.asked) == 2
    assert server.asked[1] is not None, "it goes on with what had come before"
