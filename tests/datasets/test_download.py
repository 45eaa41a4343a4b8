"""Downloads against a real server on this machine that breaks off, lies, stalls or is not there."""

import socket
import time

import pytest

from playground.datasets import connection, download
from playground.datasets.cache import cache_folder, find
from tests.datasets.file_server import CONTENT, dataset, fetched


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
