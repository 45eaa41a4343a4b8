"""Models of Hugging Face under the same glass as ours; an extra, answered in a process of its own.

Local first: what is on this machine is used as it is, without a network. What is not is fetched
only when the visitor asks for it. Only safetensors are read, and no model's own code is run.
"""

import gc
import importlib
import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from playground.attention import borrowed_download
from playground.attention.borrowed_files import MOST_PARAMETERS
from playground.attention.borrowed_places import (
    FOLDER_VARIABLE,
    Place,
    find,
    installed,
    models_folder,
    parts_of,
    places,
)
from playground.packed import packed
from playground.refused import Refused

# huggingface_hub reads them when it is first imported. Nothing is told to anyone, and downloads are
# plain HTTPS, whose progress can be seen.
_QUIET = ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_XET", "HF_HUB_DISABLE_PROGRESS_BARS")
_kept: dict[tuple[str, int], Any] = {}  # at most one model stays in memory


def borrowed_entry(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer to `asked["question"]`. Raises `Refused` for what a visitor can mend."""
    for variable in _QUIET:
        os.environ.setdefault(variable, "1")
    if asked["question"] == "borrowed_models":
        yield borrowed_models()
    else:
        yield from _stages(asked)


def borrowed_models() -> dict[str, Any]:
    """Whether the extra is installed, and which models of this machine it can show."""
    there = installed()
    found = places() if there else []
    return {
        "installed": there,
        "models": [{"name": one.name, "where": one.where} for one in found],
        "folder": models_folder() is not None,
        "variable": FOLDER_VARIABLE,
        "most_parameters": MOST_PARAMETERS,
    }


def borrowed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The maps of `model_name` for `text`, or how far its download is (`downloading`).

    Above 128 tokens evenly chosen rows and columns are kept: `thinned` says how many tokens are
    left out, `kept` which are not. The weights stay as they are, so a row then sums to less than
    1 by what went to tokens that are not shown.
    """
    *_, answer = _stages(asked)
    return answer


def _stages(asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The answer, after a word at each stage that may be slow: no wait may be taken for a hang."""
    begun = time.perf_counter()
    place = _place(asked)
    if isinstance(place, dict):
        yield {"downloading": place}
        return
    try:
        for package in ("torch", "transformers"):  # each takes seconds where the disk is cold
            yield {"stage": package}
            importlib.import_module(package)
        yield {"stage": "loading"}
        held = _model(place)
        yield {"stage": "reading"}
        answer = _answer(held, asked["text"], asked.get("text_pair", ""))
    except (Refused, MemoryError):
        raise
    except Exception as error:
        # Of the thousands of models some fail in ways of their own; what happened is in the log.
        traceback.print_exception(error, file=sys.stderr)
        kind = type(error).__name__
        raise Refused("attention.models.broke", name=place.name, kind=kind) from None
    yield answer | {"seconds": time.perf_counter() - begun}


def _place(asked: Mapping[str, Any]) -> Place | dict[str, Any]:
    """Where the model is; or how far its download is, if that was asked for. Raises `Refused`."""
    if not installed():
        raise Refused("attention.models.extra")
    place = find(asked["model_name"])
    if not asked["text"].strip():
        raise Refused("attention.models.no_text")
    if place is not None:
        return place
    name = "/".join(parts_of(asked["model_name"]))
    if not asked.get("download"):
        raise Refused("attention.models.not_here", name=name, variable=FOLDER_VARIABLE)
    if name.count("/") > 1:
        raise Refused("attention.models.odd_name", name=name)
    under_way = borrowed_download.fetch(name)
    place = find(name) if under_way is None else None
    if under_way is None and place is None:
        raise Refused("attention.models.damaged", name=name)
    return place or under_way or {}


def _answer(held: Any, text: str, pair: str) -> dict[str, Any]:
    from playground.attention.borrowed_maps import (
        kept_places,
        longest_side,
        read,
        thinned,
        words,
    )

    seen = read(held, text, pair)
    most = longest_side(seen)
    source = kept_places(len(seen.source), most)
    given = source if seen.given is seen.source else kept_places(len(seen.given or ()), most)
    sides = {"encoder": (source, source), "decoder": (given, given), "cross": (given, source)}
    lost = len(seen.source) - len(source)
    if seen.target is not None:
        lost += len(seen.target) - len(given)

    def named(ids: list[int] | None, kept: list[int]) -> list[str] | None:
        return None if ids is None else words(held, [ids[one] for one in kept])

    return {
        "name": held.name,
        "where": held.where,
        "kind": held.kind,
        "architecture": type(held.model).__name__,
        "parameters": held.parameters,
        "licence": held.licence,
        "limit": held.limit,
        "text": text,
        "text_pair": pair,
        "written": seen.written,
        "source_tokens": named(seen.source, source),
        "given_tokens": named(seen.given, given),
        "target_tokens": named(seen.target, given),
        "tokens": {"source": len(seen.source), "target": len(seen.target or ())},
        "thinned": lost or None,
        "kept": {"source": source, "target": given if seen.target else None} if lost else None,
        "maps": {
            kind: {
                "layers": maps.shape[0],
                "heads": maps.shape[1],
                "rows": len(sides[kind][0]),
                "columns": len(sides[kind][1]),
                "weights": packed(thinned(maps, *sides[kind]).numpy()),
            }
            for kind, maps in seen.maps.items()
        },
    }


def _model(place: Place) -> Any:
    """The model, loaded unless it is the one that was asked last."""
    from playground.attention.borrowed_model import load

    key = str(place.folder), (place.folder / "config.json").stat().st_mtime_ns
    borrowed_download.used(place.folder)
    if key not in _kept:
        _kept.clear()
        gc.collect()  # the old one goes before the new one comes
        _kept[key] = load(place)
    return _kept[key]
