"""Archives from elsewhere, unpacked so that they can neither escape nor swell.

What an archive says of its own sizes is not believed: the bytes that come out are counted.
"""

import gzip
import re
import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from playground.refused import Refused

_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What Windows takes for a device, a drive or another name than the one that is written.
_UNUSUAL = re.compile(r'[\x00-\x1f\\:*?"<>|]|[. ]$')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def read_gz(path: Path, largest: int) -> bytes:
    """What a .gz holds, at most `largest` bytes. Raises `Refused` if damaged or larger."""
    return b"".join(gz_chunks(path, largest))


def gz_chunks(path: Path, largest: int) -> Iterator[bytes]:
    """The same piece by piece."""
    total = 0
    try:
        with gzip.open(path) as file:
            while chunk := file.read(min(_CHUNK, largest - total + 1)):
                total += len(chunk)
                if total > largest:
                    raise _too_large(largest)
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise Refused("datasets.archive_damaged") from None


def unpack_zip(path: Path, folder: Path, max_bytes: int, max_members: int) -> list[Path]:
    """Unpacks into `folder`, whole or not at all; what was there before is replaced.

    Returns the files, in the archive's order. Raises `Refused` if the archive is damaged, holds
    more than `max_members` entries or `max_bytes` bytes, or anything but plain files and folders
    below its own root; `OSError` if they cannot be written.
    """
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > max_members:
                raise Refused("datasets.archive_many", limit=max_members)
            names = [_safe(member) for member in members]
            fresh.mkdir(parents=True)
            files = list(_written(archive, names, fresh, max_bytes))
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError):
        shutil.rmtree(fresh, ignore_errors=True)
        raise Refused("datasets.archive_damaged") from None
    except (Refused, OSError):
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)
    return [folder / file for file in files]


def parts_of(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """The parts of an entry's name. Raises `Refused` for whatever could lead elsewhere."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    # `filename` ends at a NUL and has its separators changed: the name as it is written counts.
    parts = tuple(member.orig_filename.rstrip("/").split("/"))
    plain = (
        kind in {0, stat.S_IFREG, stat.S_IFDIR}  # no link, no device
        and not member.flag_bits & 1  # encrypted
        and member.compress_type in _METHODS
        and not {"", ".", ".."} & {half for part in parts for half in part.split("\\")}
    )
    if not plain:
        raise Refused("datasets.archive_unsafe")
    return parts


def _safe(member: zipfile.ZipInfo) -> tuple[zipfile.ZipInfo, tuple[str, ...]]:
    """An entry and the parts of its name, which every system can write as they are."""
    parts = parts_of(member)
    if any(_UNUSUAL.search(part) or _DEVICE.match(part) for part in parts):
        raise Refused("datasets.archive_unsafe")
    return member, parts


def _written(
    archive: zipfile.ZipFile,
    names: list[tuple[zipfile.ZipInfo, tuple[str, ...]]],
    fresh: Path,
    max_bytes: int,
) -> Iterator[Path]:
    """Writes every file and gives its path below `fresh`."""
    # Two names that one disk keeps apart are the same file on another.
    files = {tuple(part.casefold() for part in parts) for one, parts in names if not one.is_dir()}
    if len(files) < sum(not one.is_dir() for one, _ in names) or any(
        tuple(part.casefold() for part in parts[:length]) in files
        for one, parts in names
        for length in range(1, len(parts) + one.is_dir())
    ):
        raise Refused("datasets.archive_unsafe")
    total = 0
    for member, parts in names:
        path = fresh.joinpath(*parts)
        if member.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, path.open("xb") as file:
            while chunk := packed.read(_CHUNK):
                total += len(chunk)
                if total > max_bytes:
                    raise _too_large(max_bytes)
                file.write(chunk)
        yield path.relative_to(fresh)


def _too_large(limit: int) -> Refused:
    return Refused("datasets.archive_large", limit_mb=round(limit / 1e6, 1))
