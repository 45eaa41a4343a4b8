"""What is built in is always there, the rest is found, or a sentence says what to do."""

import pytest

from playground import datasets
from playground.datasets.own_text import SHORTEST, keep_text, purge_texts
from playground.datasets.registry import REGISTRY
from playground.refused import Refused


@pytest.fixture
def nothing_downloaded(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    datasets.configure(None)


@pytest.mark.parametrize(("name", "least"), [("story-en", 40_000), ("story-zh", 20_000)])
def test_the_stories_are_built_in_and_long_enough(nothing_downloaded, name, least):
    assert len(datasets.corpus_text(name).encode()) >= least


def test_stories_do_not_repeat_themselves():
    for name in ("story-en", "story-zh"):
        lines = [line for line in datasets.corpus_text(name).splitlines() if len(line) > 40]
        assert len(set(lines)) == len(lines)


def test_what_is_not_here_is_refused_with_the_way_out(nothing_downloaded):
    with pytest.raises(Refused, match="download it in the corpus picker, or take a built-in"):
        datasets.corpus_text("timemachine")


def test_a_folder_that_has_the_data_is_used(tmp_path, monkeypatch, nothing_downloaded):
    file = tmp_path / "timemachine.txt"
    file.write_bytes(b"not the book")
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    available = {one["name"]: one["available"] for one in datasets.corpora()}
    assert available["story-en"]
    assert not available["timemachine"], "a file of another content does not count"


def test_every_entry_names_licence_source_and_hash():
    for one in REGISTRY.values():
        assert one.licence
        assert one.citation
        assert set(one.title) == {"en", "zh"}
        assert one.built_in or one.remote
        for file in one.remote:
            assert file.addresses
            assert file.size
            assert len(file.sha256) == 64 or file.check


def test_a_spoilt_file_is_named_as_such_with_the_way_out(tmp_path, monkeypatch, nothing_downloaded):
    (tmp_path / "timemachine.txt").write_bytes(b"not the book")
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    with pytest.raises(Refused, match="not what it should be: download it again") as refused:
        datasets.corpus_text("timemachine")
    assert "《时间机器》" in refused.value.say("zh")
    assert str(tmp_path) not in str(refused.value)


def test_corpora_tell_their_characters_once_they_are_here(nothing_downloaded):
    characters = {one["name"]: one["characters"] for one in datasets.corpora()}
    assert characters["story-zh"] == len(datasets.corpus_text("story-zh"))
    assert characters["timemachine"] is None


def test_an_unknown_corpus_is_refused():
    with pytest.raises(Refused, match="no data set ulysses"):
        datasets.corpus_text("ulysses")


def test_an_own_text_is_kept_by_its_content(tmp_path):
    text = "Eine eigene Zeile, die lang genug ist.\r\n" * 20
    first = keep_text(text.encode("utf-16"), tmp_path)
    again = keep_text(text, tmp_path)
    assert first.address == again.address
    assert datasets.corpus_text(first.address, tmp_path) == text.replace("\r\n", "\n")
    assert len(list(tmp_path.iterdir())) == 1


def test_an_own_text_that_is_too_short_or_too_large_is_refused(tmp_path):
    with pytest.raises(Refused, match=f"at least {SHORTEST}"):
        keep_text("short", tmp_path)
    with pytest.raises(Refused, match=r"larger than the 0\.1 MB"):
        keep_text(b"x" * 100_001, tmp_path, largest=100_000)


def test_the_same_letters_typed_otherwise_are_the_same_text(tmp_path):
    composed, apart = "caf\u00e9 " * 60, "cafe\u0301 " * 60
    assert keep_text(composed, tmp_path).address == keep_text(apart, tmp_path).address


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "texts").write_text("a file where the folder should be")
    with pytest.raises(Refused, match="could not be written"):
        keep_text("A line of text. " * 30, tmp_path / "texts")


def test_an_address_cannot_lead_out_of_the_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("x" * 500)
    with pytest.raises(Refused):
        datasets.corpus_text("text:../secret", tmp_path / "texts")


def test_texts_that_no_run_uses_are_purged(tmp_path):
    used, unused = (keep_text(letter * 300, tmp_path).address for letter in "ab")
    assert purge_texts(tmp_path, {used}, older_than_seconds=-1) == 1
    assert datasets.corpus_text(used, tmp_path)
    with pytest.raises(Refused, match="no longer on the server"):
        datasets.corpus_text(unused, tmp_path)


def test_texts_in_use_and_fresh_ones_stay_and_left_over_pieces_go(tmp_path):
    fresh = keep_text("c" * 300, tmp_path).address
    piece = tmp_path / f".{'0' * 64}.txt.ab12cd34"
    piece.write_text("half a te")
    assert purge_texts(tmp_path, set(), older_than_seconds=60) == 0
    assert purge_texts(tmp_path, {fresh}, older_than_seconds=-1) == 1
    assert not piece.exists()
    assert purge_texts(tmp_path / "nowhere", set(), older_than_seconds=0) == 0
