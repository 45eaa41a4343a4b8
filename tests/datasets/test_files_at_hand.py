"""Which files count as a data set: by hash, by structure, remembered, never damaged."""

import gzip
import hashlib
import os
from dataclasses import replace

import pytest

from playground.datasets import cache
from playground.datasets.cache import cache_folder, find
from playground.datasets.registry import RemoteFile
from tests.datasets.file_server import CONTENT, dataset, fetched, of_files


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
