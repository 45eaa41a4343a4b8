"""Downloads against a real server on this machine that breaks off, lies, stalls or is not there."""

import gzip
import hashlib
import http.server
import os
import random
import socket
import threading
import time
from dataclasses import replace

import pytest

from playground.datasets import cache, connection, download
from playground.datasets.cache import cache_folder, find
from playground.datasets.registry import Dataset, RemoteFile

CONTENT = random.Random(0).randbytes(300_000)


class Server(http.server.ThreadingHTTPServer):
    """Serves CONTENT; `behaviour` says what goes wrong, `asked` which ranges came in."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = ""
        self.asked: list[str | None] = []
        self.encodings: set[str | None] = set()

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what some tests are about


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        self.server.encodings.add(self.headers.get("Accept-Encoding"))
        behaviour = self.server.behaviour
        if behaviour == "missing":
            self.send_error(404)
            return
        content = CONTENT if behaviour != "wrong" else CONTENT[::-1]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if behaviour == "no ranges":
            start = 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            shown = start if behaviour != "another range" else start + 1
            self.send_header("Content-Range", f"bytes {shown}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        part = content[start:]
        if behaviour == "breaks always":
            part = part[:1_000]
        if behaviour == "breaks always" or (
            behaviour in {"breaks", "no ranges", "another range"} and len(self.server.asked) == 1
        ):
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
        "name": "bytes.bin", "size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "addresses": (f"http://127.0.0.1:{server.server_port}/bytes.bin",),
    }  # fmt: skip
    return of_files(RemoteFile(**(values | changes)))


def of_files(*files):
    return Dataset(
        name=f"bytes-{random.random()}", title={"en": "Bytes", "zh": "字节"}, language="en",
        licence="none", citation="", remote=files,
    )  # fmt: skip


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
    assert find(one)[0].read_bytes() == CONTENT
    assert fetched(one).state == "done"
    assert len(server.asked) == 1, "what is there is not fetched again"


def test_a_broken_connection_goes_on_where_it_stopped(server):
    server.behaviour = "breaks"
    one = dataset(server)
    assert fetched(one).state == "done"
    assert server.asked[0] is None
    assert 0 < int(server.asked[1].removeprefix("bytes=").rstrip("-")) <= 100_000
    assert find(one)[0].read_bytes() == CONTENT


def test_a_server_without_ranges_is_asked_for_all_of_it_again(server):
    server.behaviour = "no ranges"
    one = dataset(server)
    assert fetched(one).state == "done"
    assert find(one)[0].read_bytes() == CONTENT


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
    assert time.monotonic() - before < connection.CONNECT_SECONDS
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


@pytest.fixture
def nobody():
    """The port of a server that takes no connections: who asks gets no answer, not even a no."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        yield port
        for one in waiting:
            one.close()


def test_a_network_that_swallows_everything_is_given_up_within_three_seconds(server, nobody):
    silent = tuple(f"http://127.0.0.1:{nobody}/{mirror}" for mirror in "ab")
    before = time.monotonic()
    ended = fetched(dataset(server, addresses=silent))
    assert time.monotonic() - before < connection.CONNECT_SECONDS + 0.7
    assert "offline" in str(ended.error)
    assert "字节" in ended.error.say("zh")


def test_what_comes_is_asked_for_as_it_is(server):
    fetched(dataset(server))
    assert server.encodings == {"identity"}, "a packed answer cannot be gone on with"


def test_a_server_that_sends_another_range_is_asked_for_all_of_it(server):
    server.behaviour = "another range"
    one = dataset(server)
    assert fetched(one).state == "done"
    assert server.asked[2] is None
    assert find(one)[0].read_bytes() == CONTENT


def test_a_part_that_is_spoilt_is_thrown_away_and_fetched_again(server):
    cache_folder().mkdir()
    (cache_folder() / "bytes.bin.part").write_bytes(bytes(100_000))
    one = dataset(server)
    assert fetched(one).state == "done"
    assert server.asked == ["bytes=100000-", None]
    assert find(one)[0].read_bytes() == CONTENT


def test_a_connection_that_keeps_breaking_ends_in_a_sentence_and_keeps_what_came(server):
    server.behaviour = "breaks always"
    ended = fetched(dataset(server))
    assert ended.state == "failed"
    assert "go on where it stopped" in str(ended.error)
    assert len(server.asked) == download.TRIES
    assert (cache_folder() / "bytes.bin.part").stat().st_size == 3_000


def test_a_set_of_several_files_is_fetched_one_after_another(server):
    here = dataset(server).remote[0]
    files = [replace(here, name=f"set/{name}") for name in ("images.bin", "labels.bin")]
    one = of_files(*files)
    assert fetched(one).as_json()["received"] == 2 * len(CONTENT)
    assert [path.name for path in find(one)] == ["images.bin", "labels.bin"]


def test_a_gz_is_known_by_what_it_holds(server):
    plain = b"the same words over and over\n" * 5_000
    cache_folder().mkdir()
    file = RemoteFile(
        name="words.gz", addresses=("http://127.0.0.1:9/",), size=1_000,
        sha256=hashlib.sha256(plain).hexdigest(), content_size=len(plain),
    )  # fmt: skip
    for level in (1, 9):
        (cache_folder() / "words.gz").write_bytes(gzip.compress(plain, level, mtime=level))
        assert find(of_files(file))
    (cache_folder() / "words.gz").write_bytes(gzip.compress(plain + b"more"))
    assert not find(of_files(file))


def begins_with_a_number(path):
    return path.read_bytes()[:1].isdigit()


def test_a_file_that_changes_is_known_by_its_structure_and_never_gone_on_with(server):
    server.behaviour = "breaks"
    one = dataset(server, sha256="", check=lambda path: path.stat().st_size == len(CONTENT))
    assert fetched(one).state == "done"
    assert server.asked == [None, None], "the part may be of another edition"
    assert find(one)
    assert not find(dataset(server, sha256="", check=begins_with_a_number))


def test_a_verified_file_is_not_read_again_until_it_changes(server):
    one = dataset(server)
    fetched(one)
    path = find(one)[0]
    state = path.stat()
    cache._judged.cache_clear()  # as after a new start
    path.write_bytes(bytes(len(CONTENT)))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert find(one), "size and time are as they were, so it was not read"
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000_000))
    assert not find(one)


@pytest.mark.parametrize("memory", ["", "[]", "{", '{"a": 1}', "[" * 100_000, b"\xff\xfe"])
def test_a_damaged_memory_of_what_was_verified_is_of_no_account(server, memory):
    one = dataset(server)
    fetched(one)
    content = memory if isinstance(memory, bytes) else memory.encode()
    (cache_folder() / "verified.json").write_bytes(content)
    cache._judged.cache_clear()
    assert find(one)


def test_what_cannot_be_read_does_not_count(server):
    (cache_folder() / "bytes.bin").mkdir(parents=True)
    assert find(dataset(server)) is None


def test_a_cache_that_cannot_be_written_is_a_sentence(server):
    cache_folder().parent.mkdir(exist_ok=True)
    cache_folder().write_text("a file where the folder should be")
    assert "could not be written" in str(fetched(dataset(server)).error)
