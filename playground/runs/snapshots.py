"""Snapshot files: one safetensors file per moment of a run, named for the moment.

A new snapshot is a new file, so that the old one stays whole until the store has registered the
new one; the store deletes what it no longer names.
"""

import contextlib
import errno
import re
from pathlib import Path
from typing import Any

from playground import weights

_NAME = re.compile(r"[0-9a-f]{32}\.[0-9]+\.safetensors")


def file_name(run: str, position: int) -> str:
    return f"{run}.{position}.safetensors"


def write(folder: Path, run: str, position: int, session: Any) -> str:
    """Writes what `session` remembers after `position` records; returns the file's name.

    Raises `OSError` when the disk is full; older snapshots are untouched.
    """
    tensors, metadata = session.state()
    name = file_name(run, position)
    weights.write(folder / name, tensors, metadata)
    return name


def restore(file: Path, session: Any) -> None:
    """Puts `session` back to where the file was written. Raises `Refused` for a damaged file."""
    session.restore(*weights.read(file))


def delete(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except PermissionError:
        # Windows refuses while someone reads it; the sweep at the next start takes it.
        return


def sweep(folder: Path, named: set[str]) -> None:
    """Deletes snapshots that nobody names, and what a killed writer left half written."""
    for file in folder.iterdir():
        unfinished = file.name.startswith(".") and ".safetensors." in file.name
        if unfinished or (_NAME.fullmatch(file.name) and file.name not in named):
            delete(file)


def folder_bytes(folder: Path) -> int:
    """What all files of a folder take up together."""
    total = 0
    for file in folder.iterdir():
        # Workers write and put files in place all the while.
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def out_of_space(error: OSError) -> bool:
    """Whether writing failed for want of room: a full disk, a quota, a limit on file sizes."""
    kinds = ("ENOSPC", "EDQUOT", "EFBIG")  # Windows has no EDQUOT
    return error.errno in {getattr(errno, kind, None) for kind in kinds}
