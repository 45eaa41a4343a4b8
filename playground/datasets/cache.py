"""Where a data set's file is: a folder that already has the data, else the cache of this user."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path

import platformdirs

from playground.datasets.registry import Dataset

_VARIABLE = "PLAYGROUND_DATA"


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


def find(dataset: Dataset) -> Path | None:
    """The data set's file if it is on this machine, whole and unchanged."""
    if dataset.file is not None:
        return dataset.file if dataset.file.is_file() else None
    named = os.environ.get(_VARIABLE)
    folders = [*([Path(named)] if named else []), cache_folder()]
    candidates = (folder / dataset.file_name for folder in folders)
    return next((file for file in candidates if is_whole(file, dataset)), None)


def is_whole(file: Path, dataset: Dataset) -> bool:
    """Whether a file is there and has the data set's hash."""
    try:
        state = file.stat()
    except OSError:
        return False
    return _sha256(file, state.st_size, state.st_mtime_ns) == dataset.sha256


@lru_cache(maxsize=256)
def _sha256(file: Path, size: int, changed_ns: int) -> str:  # noqa: ARG001 - part of the key
    """Hash of a file; read again only when its size or time has changed."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
