"""What a model's files say of it before any of it is loaded: kind, size, licence.

Anyone can put a model on the Hub, so nothing is believed that can be counted: sizes come from the
headers of the weights, and from the empty model that the settings ask for.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.attention.borrowed_places import Place
from playground.refused import Refused

MOST_PARAMETERS = 500_000_000  # two gigabytes as float32
_MOST_LAYERS = 256
_LARGEST_NUMBER = 1 << 24  # in a config; a vocabulary has a quarter of a million
_LARGEST_FILE = 10_000_000  # bytes of a config or an index
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_SHARD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\.safetensors", re.ASCII)
_LICENCE = re.compile(r"^license:\s*[\"']?([A-Za-z0-9][A-Za-z0-9_.+-]{0,60})", re.MULTILINE)


def config_of(place: Place) -> dict[str, Any]:
    """The settings of a model. Raises `Refused` if it is none that can be shown."""
    config = _json(place, place.folder / "config.json")
    if "quantization_config" in config:
        raise Refused("attention.models.quantised", name=place.name)
    for key, value in _numbers(config):
        layers = "layer" in key and value > _MOST_LAYERS
        if layers or value > _LARGEST_NUMBER:
            raise Refused("attention.models.odd_config", name=place.name, setting=key[:60])
    return config


def _numbers(value: Any, key: str = "") -> Iterator[tuple[str, int]]:
    match value:
        case bool():
            return
        case int():
            yield key, abs(value)
        case dict():
            for name, inner in value.items():
                yield from _numbers(inner, str(name))
        case list():
            for inner in value:
                yield from _numbers(inner, key)


def parameters_of(place: Place) -> int:
    """How many numbers the weights hold, by their headers.

    Raises `Refused`: no safetensors, damaged, or more than `MOST_PARAMETERS`.
    """
    from safetensors import SafetensorError, safe_open

    count = 0
    try:
        for file in _weight_files(place):
            with safe_open(file, framework="numpy") as opened:
                names = opened.keys()
                count += sum(math.prod(opened.get_slice(name).get_shape()) for name in names)
    except (SafetensorError, OSError):
        raise Refused("attention.models.damaged", name=place.name) from None
    return checked(place, count)


def checked(place: Place, count: int) -> int:
    """`count`, if so many parameters may be loaded. Raises `Refused`."""
    if count > MOST_PARAMETERS:
        limit = MOST_PARAMETERS // 1_000_000
        size = round(count / 1_000_000)
        raise Refused("attention.models.too_large", name=place.name, size=size, limit=limit)
    return count


def _weight_files(place: Place) -> list[Path]:
    whole = place.folder / "model.safetensors"
    if whole.is_file():
        return [whole]
    index = place.folder / "model.safetensors.index.json"
    if not index.is_file():
        kinds = {file.suffix for file in place.folder.iterdir()}
        key = "pickle" if kinds & set(_PICKLES) else "no_weights"
        raise Refused(f"attention.models.{key}", name=place.name)
    named = _json(place, index).get("weight_map")
    shards = {str(name) for name in named.values()} if isinstance(named, dict) else set()
    # An index could name a file anywhere; the weights lie beside it.
    if not shards or not all(_SHARD.fullmatch(name) for name in shards):
        raise Refused("attention.models.damaged", name=place.name)
    return [place.folder / name for name in sorted(shards)]


def licence_of(place: Place) -> str | None:
    """What the head of the model's card says, such as `apache-2.0`."""
    try:
        with (place.folder / "README.md").open(encoding="utf-8", errors="replace") as card:
            head = card.read(20_000).split("\n---", 1)[0]
    except OSError:
        return None
    found = _LICENCE.search(head) if head.startswith("---") else None
    return found[1] if found else None


def _json(place: Place, file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise Refused("attention.models.damaged", name=place.name)
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        raise Refused("attention.models.damaged", name=place.name) from None
    if not isinstance(content, dict):
        raise Refused("attention.models.damaged", name=place.name)
    return content
