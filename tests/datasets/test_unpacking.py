"""Archives as they should be, and archives made to do harm."""

import gzip
import stat
import struct
import zipfile

import pytest

from playground.datasets.unpacking import read_gz, unpack_zip
from playground.refused import Refused

MEGABYTE = 1_000_000


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    """An archive of names, or entries made by hand, and what they hold."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def entry(name, mode):
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def unpacked(path, max_bytes=MEGABYTE, max_members=20):
    return unpack_zip(path, path.parent / "out", max_bytes, max_members)


def nothing_is_left(tmp_path, archive):
    return sorted(tmp_path.iterdir()) == [archive]


def test_a_plain_archive_is_unpacked_in_its_order(tmp_path):
    archive = packed(
        tmp_path / "a.zip", [("set/", ""), ("set/b.txt", "bee"), ("set/deep/é.txt", "ay")]
    )
    files = unpacked(archive)
    assert [file.relative_to(tmp_path / "out").as_posix() for file in files] == [
        "set/b.txt", "set/deep/é.txt"
    ]  # fmt: skip
    assert [file.read_text() for file in files] == ["bee", "ay"]


def test_unpacking_again_replaces_what_was_there(tmp_path):
    unpacked(packed(tmp_path / "a.zip", [("old.txt", "old")]))
    unpacked(packed(tmp_path / "a.zip", [("new.txt", "new")]))
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["new.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "../out.txt", "a/../../out.txt", "/etc/out.txt", "//host/out.txt", "..\\out.txt",
        "a\\..\\..\\out.txt",
        "C:\\out.txt", "C:out.txt", "a/./b", "a//b", ".", "..", "", "a.txt\0.png",
        "con", "a/NUL.txt", "ends.", "ends ", "stream.txt:hidden", "new\nline",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_written(tmp_path, name):
    inner = tmp_path / "inner"
    inner.mkdir()
    made = zipfile.ZipInfo("fine.txt")
    made.filename = made.orig_filename = name  # as written by who means harm
    archive = packed(inner / "a.zip", [("first.txt", "fine"), (made, "harm")])
    with pytest.raises(Refused, match="links or names"):
        unpacked(archive)
    assert nothing_is_left(inner, archive)
    assert list(tmp_path.iterdir()) == [inner]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path, kind):
    archive = packed(tmp_path / "a.zip", [(entry("link", kind | 0o777), "/etc")])
    with pytest.raises(Refused, match="links or names"):
        unpacked(archive)
    assert nothing_is_left(tmp_path, archive)


@pytest.mark.parametrize(
    "names", [("a.txt", "A.TXT"), ("a", "a/b"), ("a/b", "a"), ("A/b", "a"), ("a", "A/")]
)
def test_names_that_collide_on_some_disk_are_refused(tmp_path, names):
    archive = packed(tmp_path / "a.zip", [(name, "") for name in names])
    with pytest.raises(Refused, match="links or names"):
        unpacked(archive)
    assert nothing_is_left(tmp_path, archive)


def test_a_bomb_stops_at_the_limit(tmp_path):
    archive = packed(tmp_path / "a.zip", [("zeros", bytes(30 * MEGABYTE))])
    assert archive.stat().st_size < MEGABYTE
    with pytest.raises(Refused, match="more than 1 MB"):
        unpacked(archive)
    assert nothing_is_left(tmp_path, archive)


def test_many_small_files_count_together(tmp_path):
    archive = packed(tmp_path / "a.zip", [(f"{part}", bytes(400_000)) for part in range(3)])
    with pytest.raises(Refused, match="more than 1 MB"):
        unpacked(archive)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", [("zeros", bytes(30 * MEGABYTE))])
    content = archive.read_bytes()
    lie = content.replace(struct.pack("<L", 30 * MEGABYTE), struct.pack("<L", 10))
    assert lie != content
    archive.write_bytes(lie)
    with pytest.raises(Refused, match=r"damaged|more than"):
        unpacked(archive)
    assert nothing_is_left(tmp_path, archive)


def test_too_many_members_are_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", [(f"{number}.txt", "") for number in range(21)])
    with pytest.raises(Refused, match="more than 20 files"):
        unpacked(archive)


@pytest.mark.parametrize("harm", ["cut", "flipped", "no archive", "empty"])
def test_a_damaged_archive_is_refused(tmp_path, harm):
    archive = packed(tmp_path / "a.zip", [("a.txt", bytes(range(256)) * 40)], zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    if harm == "flipped":
        content[500] ^= 1
    harmed = {"cut": content[:-40], "no archive": b"no archive" * 9, "empty": b""}
    archive.write_bytes(harmed.get(harm, content))
    with pytest.raises(Refused, match="damaged"):
        unpacked(archive)
    assert nothing_is_left(tmp_path, archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_no_data_set_uses_is_refused(tmp_path, method):
    with pytest.raises(Refused):
        unpacked(packed(tmp_path / "a.zip", [("a.txt", "text")], method))


def test_a_locked_archive_is_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", [("a.txt", "text")])
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(Refused):
        unpacked(archive)


def test_a_gz_is_read_up_to_its_limit(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(3 * MEGABYTE)))
    assert read_gz(path, 3 * MEGABYTE) == bytes(3 * MEGABYTE)
    with pytest.raises(Refused, match="more than 3 MB"):
        read_gz(path, 3 * MEGABYTE - 1)


@pytest.mark.parametrize("harm", [slice(0, -10), slice(2, None), slice(0, 5)])
def test_a_damaged_gz_is_refused(tmp_path, harm):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(range(256)) * 100)[harm])
    with pytest.raises(Refused, match="damaged"):
        read_gz(path, MEGABYTE)
