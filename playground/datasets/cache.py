"""Where a data set's files are: a folder that already has the data, else the cache of this user.

A file counts only if it is the right one. That is found out once and remembered, with size and
time of the file, beside the cache: starting the app does not read every data set again.
"""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

import platformdirs

from playground.datasets.registry import Dataset, RemoteFile
from playground.datasets.unpacking import gz_chunks
from playground.refused import Refused
from playground.weights import write_bytes

_VARIABLE = "PLAYGROUND_DATA"
_MEMORY = "verified.json"


def configure(data_dir: Path | None) -> None:
    """Look into this folder (`--data-dir`) instead of the one that `PLAYGROUND_DATA` names.

    Kept in the environment, so that the workers look there as well.
    """
    if data_dir is not None:
        os.environ[_VARIABLE] = str(data_dir.resolve())


def cache_folder() -> Path:
    """Where downloads are kept: `PLAYGROUND_CACHE`, else where this system keeps caches."""
    if named := os.environ.get("PLAYGROUND_CACHE"):
        return Path(named)
    return Path(platformdirs.user_cache_path("neural-playground", appauthor=False)) / "datasets"


def find(dataset: Dataset) -> tuple[Path, ...] | None:
    """The data set's files if all are on this machine, whole and unchanged."""
    if dataset.file is not None:
        return (dataset.file,) if dataset.file.is_file() else None
    found = [locate(file) for file in dataset.remote]
    return tuple(path for path in found if path) if all(found) else None


def locate(file: RemoteFile) -> Path | None:
    """Where one file is, whole and unchanged."""
    return next((path for path in _places(file) if _is_right(path, file)), None)


def is_spoilt(dataset: Dataset) -> bool:
    """Whether a file of that name is on this machine, but with other content."""
    return any(
        locate(file) is None and any(path.is_file() for path in _places(file))
        for file in dataset.remote
    )


def verify(path: Path, file: RemoteFile) -> bool:
    """Reads the file to tell whether it is the right one. Raises `OSError` if it cannot."""
    if file.check is not None:
        return file.check(path)
    if not file.content_size:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    content = hashlib.sha256()
    try:
        for chunk in gz_chunks(path, file.content_size):
            content.update(chunk)
    except Refused:
        return False
    return content.hexdigest() == file.sha256


def _places(file: RemoteFile) -> list[Path]:
    named = os.environ.get(_VARIABLE)
    return [folder / file.name for folder in (named and Path(named), cache_folder()) if folder]


def _is_right(path: Path, file: RemoteFile) -> bool:
    try:
        state = path.stat()
        return _judged(path, state.st_size, state.st_mtime_ns, file)
    except OSError:
        return False


@lru_cache(maxsize=256)
def _judged(path: Path, size: int, changed_ns: int, file: RemoteFile) -> bool:
    """The verdict on a file as it is now: remembered, else found out. Raises `OSError`."""
    wanted = file.sha256 or f"{file.check.__module__}.{getattr(file.check, '__qualname__', '')}"
    mark = [size, changed_ns, wanted]
    place = str(path.resolve())
    if _remembered().get(place) == mark:
        return True
    right = verify(path, file)
    if right:
        _remember(place, mark)
    return right


def _remembered() -> dict[str, list]:
    try:
        memory = json.loads((cache_folder() / _MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remember(place: str, mark: list) -> None:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = json.dumps(_remembered() | {place: mark}, indent=1)
        write_bytes(folder / _MEMORY, fresh.encode("utf-8"))
    except OSError:
        pass  # a cache that cannot be written: the file will be read again next time
