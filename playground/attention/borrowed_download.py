"""A model of the Hub fetched when a visitor asks for it: safetensors, tokenizer, settings, card.

Nothing else of a repository is fetched, so neither pickles nor programs reach this machine. One
model at a time, in a thread of its own, without any token of the account this runs under.
"""

import contextlib
import logging
import os
import re
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.attention.borrowed_files import MOST_PARAMETERS
from playground.attention.borrowed_places import own_cache
from playground.refused import Refused

WAIT_SECONDS = 4.0  # for what goes wrong at once; then the visitor hears how far it is
MOST_BYTES = 4 * MOST_PARAMETERS
MOST_KEPT_BYTES = 10_000_000_000  # of all that was downloaded; the one used longest ago goes first
_SPARE_BYTES = 2_000_000_000  # of the disk
_TIMEOUT_SECONDS = 10.0
_WANTED = re.compile(
    r"(?:config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens"
    r"|vocab)\.json|vocab\.txt|merges\.txt|README\.md"
    r"|model(?:-\d{5}-of-\d{5})?\.safetensors|model\.safetensors\.index\.json"
)
LOG = logging.getLogger("playground")


@dataclass
class Fetch:
    """One download; `size` is None until the Hub has told it, sizes are bytes."""

    name: str
    size: int | None = None
    error: Refused | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "received": _received(self.name), "size": self.size}


_last: Fetch | None = None


def fetch(name: str) -> dict[str, Any] | None:
    """Starts a download or looks after it: how far it is, or None once the model is there.

    Raises `Refused`: why it failed, once, or that another one is under way.
    """
    global _last  # noqa: PLW0603 - one download for the whole process
    if _last is None or (_last.ended.is_set() and _last.name != name):
        _last = Fetch(name)
        threading.Thread(target=_run, args=(_last,), name="download", daemon=True).start()
    under_way = _last
    if under_way.name != name:
        raise Refused("attention.models.busy", name=under_way.name)
    if not under_way.ended.wait(WAIT_SECONDS if under_way.size is None else 0.2):
        return under_way.as_json()
    _last = None
    if under_way.error is not None:
        raise under_way.error
    return None


def _run(under_way: Fetch) -> None:
    try:
        _fetch(under_way)
    except Refused as refusal:
        under_way.error = refusal
    except Exception as error:
        # Whatever it was, nobody may wait for this download any longer.
        LOG.warning("a model could not be downloaded: %s", type(error).__name__)
        under_way.error = _sentence(error, under_way.name)
    finally:
        under_way.ended.set()


def _sentence(error: Exception, name: str) -> Refused:
    from huggingface_hub import errors

    answered = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(error, errors.RepositoryNotFoundError) or answered in (401, 403, 404):
        return Refused("attention.models.no_such", name=name)
    return Refused("attention.models.offline", name=name)


def _fetch(under_way: Fetch) -> None:
    from huggingface_hub import HfApi, snapshot_download

    told = HfApi(token=False).model_info(
        under_way.name, files_metadata=True, timeout=_TIMEOUT_SECONDS
    )
    sizes = wanted({one.rfilename: one.size or 0 for one in told.siblings or ()}, under_way.name)
    under_way.size = sum(sizes.values())
    cache = own_cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        make_room(cache, under_way.size)
        if shutil.disk_usage(cache).free < under_way.size + _SPARE_BYTES:
            raise Refused("datasets.cannot_keep")
    except OSError:
        raise Refused("datasets.cannot_keep") from None
    snapshot = snapshot_download(
        under_way.name, revision=told.sha, cache_dir=cache, allow_patterns=list(sizes),
        token=False, max_workers=2,
    )  # fmt: skip
    # Found by its name only from here on, when all of it is there.
    names = Path(snapshot).parents[1] / "refs"
    names.mkdir(exist_ok=True)
    (names / "main").write_text(str(told.sha), encoding="ascii")


def wanted(sizes: dict[str, int], name: str) -> dict[str, int]:
    """The files of a repository that are fetched, with their bytes. Raises `Refused`."""
    chosen = {file: size for file, size in sizes.items() if _WANTED.fullmatch(file)}
    if "model.safetensors" in chosen:
        chosen = {file: size for file, size in chosen.items() if not _is_shard(file)}
    if "config.json" not in chosen:
        raise Refused("attention.models.no_such", name=name)
    if not any(file.endswith(".safetensors") for file in chosen):
        raise Refused("attention.models.pickle", name=name)
    size, limit = sum(chosen.values()), MOST_BYTES
    if size > limit:
        raise Refused(
            "attention.models.too_many_bytes",
            name=name, size=f"{size / 1e9:.1f}", limit=f"{limit / 1e9:.0f}",
        )  # fmt: skip
    return chosen


def _is_shard(file: str) -> bool:
    return file.startswith(("model-", "model.safetensors.index"))


def used(folder: Path) -> None:
    """Notes that a downloaded model was looked at, so that it is not the next to go."""
    repository = folder.parent.parent
    if repository.parent == own_cache():
        with contextlib.suppress(OSError):
            os.utime(repository)


def make_room(cache: Path, size: int) -> None:
    """Removes downloaded models, the one used longest ago first, until `size` more bytes fit."""
    held = sorted(cache.glob("models--*"), key=lambda one: one.stat().st_mtime)
    sizes = {one: _bytes(one.rglob("*")) for one in held}
    while held and sum(sizes.values()) + size > MOST_KEPT_BYTES:
        oldest = held.pop(0)
        shutil.rmtree(oldest)
        del sizes[oldest]


def _received(name: str) -> int:
    folder = own_cache() / f"models--{name.replace('/', '--')}" / "blobs"
    return _bytes(folder.glob("*"))


def _bytes(files: Iterable[Path]) -> int:
    total = 0
    for file in files:
        with contextlib.suppress(OSError):  # it may be renamed just now
            total += 0 if file.is_symlink() or file.is_dir() else file.stat().st_size
    return total
