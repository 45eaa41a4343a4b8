"""Sentence pairs from archives and aligned files, as they should be and made to do harm."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from playground.datasets import pair_files
from playground.datasets.pair_files import LEAST_MANDARIN, aligned, is_mandarin, tab_separated
from playground.refused import Refused

TABLE = "Hi.\tSalut.\tby A\nRun!\tCours !\tby B\nNo tab\n\tempty\nempty\t \nGo on.\tContinue.\n"
PAIRS = [("Hi.", "Salut."), ("Run!", "Cours !"), ("Go on.", "Continue.")]


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def mandarin(count, *, chinese=lambda at: f"第{at}句。"):
    return "".join(f"Sentence {at}.\t{chinese(at)}\tby nobody\n" for at in range(count))


def assert_refused(path, key="datasets.archive_damaged"):
    with pytest.raises(Refused) as caught:
        tab_separated(path)
    assert caught.value.key == key


@pytest.mark.parametrize("name", ["fra.txt", "folder/fra.txt"])
def test_the_first_two_columns_of_the_one_table_are_the_pairs(tmp_path, name):
    archive = packed(tmp_path / "a.zip", {"_about.txt": "Not\tthis", "x.md": "a\tb", name: TABLE})
    assert tab_separated(archive) == PAIRS


def test_only_a_line_feed_ends_a_line(tmp_path):
    archive = packed(tmp_path / "a.zip", {"a.txt": "one\u2028two\tun\x85deux\r\nthree\ttrois"})
    (first, second) = tab_separated(archive)
    assert first[0] == "one\u2028two"
    assert first[1].strip() == "un\x85deux"
    assert second == ("three", "trois")


@pytest.mark.parametrize(
    "members", [{}, {"a.md": TABLE}, {"_a.txt": TABLE}, {"a.txt": TABLE, "b.txt": TABLE}]
)
def test_without_a_table_or_with_two_an_archive_is_refused(tmp_path, members):
    assert_refused(packed(tmp_path / "a.zip", members))


@pytest.mark.parametrize("harm", ["cut", "flipped", "no archive", "empty", "latin"])
def test_a_damaged_archive_is_refused(tmp_path, harm):
    text = "café\tthé\n".encode("latin-1") if harm == "latin" else TABLE.encode() * 40
    archive = packed(tmp_path / "a.zip", {"a.txt": text}, zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    if harm == "flipped":
        content[500] ^= 1
    harmed = {"cut": content[:-40], "no archive": b"no archive" * 9, "empty": b""}
    archive.write_bytes(harmed.get(harm, content))
    assert_refused(archive)
    assert not is_mandarin(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("where", [0.3, 0.6])
def test_bytes_that_were_changed_are_a_damage_however_they_are_packed(tmp_path, method, where):
    archive = packed(tmp_path / "a.zip", {"a.txt": mandarin(3000)}, method)
    content = bytearray(archive.read_bytes())
    for at in range(40):
        content[int(where * len(content)) + at] ^= 0xFF
    archive.write_bytes(content)
    assert_refused(archive)
    assert not is_mandarin(archive)


def test_a_locked_archive_is_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", {"a.txt": TABLE})
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    assert_refused(archive)
    assert not is_mandarin(archive)


def test_a_bomb_stops_at_the_limit_whatever_it_says_of_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(pair_files, "LARGEST", 3_000_000)
    archive = packed(tmp_path / "a.zip", {"a.txt": bytes(30_000_000)})
    assert archive.stat().st_size < 100_000
    assert_refused(archive, "datasets.archive_large")
    content = archive.read_bytes()
    size = (30_000_000).to_bytes(4, "little")
    archive.write_bytes(content.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(Refused):
        tab_separated(archive)


def test_a_file_is_the_mandarin_set_if_it_has_enough_pairs_in_han(tmp_path):
    enough = packed(tmp_path / "a.zip", {"cmn.txt": mandarin(LEAST_MANDARIN)})
    assert is_mandarin(enough)
    few = packed(tmp_path / "b.zip", {"cmn.txt": mandarin(LEAST_MANDARIN - 1)})
    assert not is_mandarin(few)


def test_a_set_of_another_language_is_not_the_mandarin_one(tmp_path):
    french = mandarin(LEAST_MANDARIN + 9, chinese=lambda at: f"Phrase {at}.")
    assert not is_mandarin(packed(tmp_path / "a.zip", {"fra.txt": french}))
    mixed = mandarin(LEAST_MANDARIN, chinese=lambda at: "猫" if at % 20 else "chat")
    assert not is_mandarin(packed(tmp_path / "b.zip", {"cmn.txt": mandarin(1000) + mixed}))
    assert not is_mandarin(tmp_path / "gone.zip")


def test_the_real_set_is_known(tmp_path):
    folder = os.environ.get("PLAYGROUND_DATA")
    file = Path(folder or tmp_path) / "cmn-eng.zip"
    if not file.is_file():
        pytest.skip("the English-Mandarin pairs are not on this machine")
    assert is_mandarin(file)
    assert not is_mandarin(file.with_name("fra-eng.zip"))


def gz(path, text):
    path.write_bytes(gzip.compress(text.encode() if isinstance(text, str) else text))
    return path


def test_aligned_files_are_read_line_by_line(tmp_path):
    one = gz(tmp_path / "a.en.gz", "A dog.\nTwo\u2028cats.\n")
    other = gz(tmp_path / "a.de.gz", "Ein Hund.\nZwei Katzen.")
    assert aligned(one, other) == [("A dog.", "Ein Hund."), ("Two\u2028cats.", "Zwei Katzen.")]
    assert aligned(gz(tmp_path / "b.gz", ""), gz(tmp_path / "c.gz", "")) == []


@pytest.mark.parametrize("other", ["Ein Hund.\n", "Ein Hund.\nZwei Katzen.\nDrei.\n", ""])
def test_aligned_files_of_different_lengths_are_refused(tmp_path, other):
    one = gz(tmp_path / "a.en.gz", "A dog.\nTwo cats.\n")
    with pytest.raises(Refused) as caught:
        aligned(one, gz(tmp_path / "a.de.gz", other))
    assert caught.value.key == "datasets.archive_damaged"


def test_damaged_aligned_files_are_refused(tmp_path):
    whole = gz(tmp_path / "a.gz", "A dog.\n" * 99)
    cut = tmp_path / "b.gz"
    cut.write_bytes(whole.read_bytes()[:-9])
    for broken in (cut, gz(tmp_path / "c.gz", "café\n".encode("latin-1") * 99)):
        with pytest.raises(Refused) as caught:
            aligned(whole, broken)
        assert caught.value.key == "datasets.archive_damaged"
