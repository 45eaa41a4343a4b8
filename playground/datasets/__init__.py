"""The data that models learn from: what there is, where it is, how it comes here.

Imports no torch. Nothing is downloaded unless a visitor asks for it.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from playground.datasets import download, pair_files
from playground.datasets.cache import configure, find, is_spoilt
from playground.datasets.own_text import PREFIX, read_text
from playground.datasets.registry import REGISTRY, Dataset
from playground.refused import Refused

__all__ = [
    "cancel_download",
    "configure",
    "corpora",
    "corpus_text",
    "dataset",
    "download_progress",
    "image_files",
    "sentence_pairs",
    "start_download",
]


def dataset(name: str) -> Dataset:
    """An entry of the registry. Raises `Refused("datasets.no_such_dataset")`."""
    if name not in REGISTRY:
        raise Refused("datasets.no_such_dataset", name=str(name)[:60], names=", ".join(REGISTRY))
    return REGISTRY[name]


def corpora(kind: str = "corpus") -> list[dict[str, Any]]:
    """Every corpus as JSON, every set of sentence pairs, or of images; `download` tells of one
    under way.

    `size` is in bytes, `characters` is null until a corpus is on this machine.
    """
    return [_described(one) for one in REGISTRY.values() if one.kind == kind]


def _described(one: Dataset) -> dict[str, Any]:
    files = find(one)
    under_way = download.progress(one.name)
    return {
        "name": one.name,
        "title": one.title,
        "language": one.language,
        "built_in": one.built_in,
        "available": files is not None,
        "size": sum(file.stat().st_size for file in files) if files else one.size,
        "characters": len(_text(files[0])) if files and one.kind == "corpus" else None,
        "licence": one.licence,
        "citation": one.citation,
        "address": one.remote[0].addresses[0] if one.remote else None,
        "download": under_way.as_json() if under_way else None,
    }


def corpus_text(name: str, texts: Path | None = None) -> str:
    """The text of a corpus, or of a visitor's own (`text:` and its hash) in the folder `texts`.

    Raises `Refused` if it is not on this machine, or is spoilt.
    """
    if name.startswith(PREFIX):
        return read_text(name, texts)
    one = dataset(name)
    return _text(_files(one)[0])


def sentence_pairs(name: str) -> dict[str, list[pair_files.Pair]]:
    """Sentences and their translations, by part: "all", or "train", "val" and "test".

    Raises `Refused` if they are not on this machine, or are spoilt.
    """
    one = dataset(name)
    files = _files(one)
    if len(files) == 1:
        return {"all": pair_files.tab_separated(files[0])}
    parts = ("train", "val", "test")
    sides = zip(files[::2], files[1::2], strict=True)
    return {part: pair_files.aligned(*both) for part, both in zip(parts, sides, strict=True)}


def image_files(name: str) -> tuple[Path, ...]:
    """Images and classes to train on, then those held out, as IDX packed with gzip.

    Raises `Refused` if they are not on this machine, or are spoilt.
    """
    return _files(dataset(name))


def _files(one: Dataset) -> tuple[Path, ...]:
    files = find(one)
    if files is None:
        kind = "" if one.kind == "corpus" else f"{one.kind}_"
        raise Refused(f"datasets.{kind}{'spoilt' if is_spoilt(one) else 'not_here'}", **one.named)
    return files


def _text(file: Path) -> str:
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(file: Path, changed_ns: int) -> str:  # noqa: ARG001 - part of the key
    # Line ends become \n, whatever a checkout on Windows made of them.
    return file.read_text(encoding="utf-8")


def start_download(name: str) -> dict[str, Any]:
    """Starts a download, or joins it; ask again to see how far it is."""
    return download.start(dataset(name)).as_json()


def download_progress(name: str) -> dict[str, Any]:
    """How far it is; `state` is "idle" if no download was asked for."""
    under_way = download.progress(dataset(name).name)
    idle = {"state": "idle", "received": 0, "size": dataset(name).size, "error": None}
    return under_way.as_json() if under_way else idle


def cancel_download(name: str) -> dict[str, Any]:
    """Ends a download, if one is under way; what has come is kept for the next time."""
    download.cancel(dataset(name).name)
    return download_progress(name)
