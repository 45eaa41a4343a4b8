"""Sentences with their translations, read from the files as they come.

An archive is read member by member, within a limit; nothing is unpacked.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from playground.datasets.unpacking import read_gz
from playground.refused import Refused

Pair = tuple[str, str]

LARGEST = 60_000_000  # bytes of text in one archive; the French one has 12 million
LEAST_MANDARIN = 15_000  # pairs: the official set has nearly twice as many, and grows
_HAN = re.compile("[\u4e00-\u9fff]")


def tab_separated(path: Path) -> list[Pair]:
    """The first two columns of the one table in a zip. Raises `Refused` if there is none."""
    found = []
    for line in _lines(_table(path)):
        columns = line.split("\t")
        if len(columns) >= 2 and columns[0].strip() and columns[1].strip():
            found.append((columns[0], columns[1]))
    return found


def aligned(source: Path, target: Path) -> list[Pair]:
    """Line by line of two .gz files. Raises `Refused` where they do not go together."""
    try:
        sides = [_lines(read_gz(path, LARGEST).decode("utf-8")) for path in (source, target)]
    except UnicodeDecodeError:
        raise Refused("datasets.archive_damaged") from None
    if len(sides[0]) != len(sides[1]):
        raise Refused("datasets.archive_damaged")
    return list(zip(*sides, strict=True))


def is_mandarin(path: Path) -> bool:
    """Whether a file is the English-Mandarin set: it grows with time, so no hash can tell."""
    try:
        pairs = tab_separated(path)
    except (Refused, OSError):
        return False
    right = sum(bool(_HAN.search(chinese)) for _, chinese in pairs)
    return right >= LEAST_MANDARIN and right > 0.98 * len(pairs)


def _lines(text: str) -> list[str]:
    """Lines that a line feed ends: other marks for it occur within sentences."""
    return text.removesuffix("\n").split("\n") if text else []


def _table(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [one for one in archive.infolist() if _is_table(one.filename)]
            if len(tables) != 1 or not _is_plain(tables[0]):
                raise Refused("datasets.archive_damaged")
            return b"".join(_read(archive, tables[0])).decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, NotImplementedError):
        raise Refused("datasets.archive_damaged") from None


def _is_table(name: str) -> bool:
    return name.endswith(".txt") and not name.rsplit("/", 1)[-1].startswith("_")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Not encrypted, and packed as these sets are."""
    usual = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return usual and not member.flag_bits & 1


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    # What an archive says of its own sizes is not believed.
    total = 0
    with archive.open(member) as file:
        while chunk := file.read(1 << 20):
            total += len(chunk)
            if total > LARGEST:
                raise Refused("datasets.archive_large", limit_mb=round(LARGEST / 1e6, 1))
            yield chunk
