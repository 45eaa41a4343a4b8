"""A visitor's own text, kept by its content: the same text has the same address everywhere."""

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path

from playground.refused import Refused
from playground.text.decoding import clean, decode
from playground.weights import write_bytes

PREFIX = "text:"
SHORTEST = 200  # characters: less than this trains nothing
LARGEST = 5_000_000  # bytes


@dataclass(frozen=True)
class OwnText:
    """`address` is what a config's `corpus` takes."""

    address: str
    characters: int
    preview: str
    encoding: str


def keep_text(content: bytes | str, texts: Path, largest: int = LARGEST) -> OwnText:
    """Keep a text as UTF-8 in the folder `texts`; `largest` is in bytes.

    Raises `Refused` if it is no text, or too short or too large.
    """
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "ignore"))
    if size > largest:
        raise Refused("datasets.text_too_large", limit_mb=round(largest / 1e6, 1))
    if isinstance(content, str):
        text, encoding = clean(content), "utf-8"
    else:
        decoded = decode(content)
        text, encoding = decoded.text, decoded.encoding
    if len(text.strip()) < SHORTEST:
        raise Refused("datasets.text_too_short", characters=len(text.strip()), needed=SHORTEST)
    plain = text.encode("utf-8")
    digest = hashlib.sha256(plain).hexdigest()
    try:
        texts.mkdir(parents=True, exist_ok=True)
        write_bytes(texts / f"{digest}.txt", plain)
    except OSError:
        raise Refused("datasets.cannot_keep") from None
    return OwnText(PREFIX + digest, len(text), text[:300], encoding)


def read_text(address: str, texts: Path | None) -> str:
    """A text that was kept. Raises `Refused("datasets.text_gone")`."""
    digest = address.removeprefix(PREFIX)
    if texts is None or not re.fullmatch("[0-9a-f]{64}", digest):
        raise Refused("datasets.text_gone")
    file = texts / f"{digest}.txt"
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused("datasets.text_gone") from None


def purge_texts(texts: Path, keep: set[str], older_than_seconds: float) -> int:
    """Deletes texts whose addresses are not in `keep`; returns how many."""
    if not texts.is_dir():
        return 0
    limit = time.time() - older_than_seconds
    gone = 0
    # Behind a dot: what a server that was killed while it wrote has left.
    for file in [*texts.glob("*.txt"), *texts.glob(".*.txt.*")]:
        try:
            if PREFIX + file.stem not in keep and file.stat().st_mtime < limit:
                file.unlink()
                gone += 1
        except OSError:
            continue  # gone already, or open in a program that forbids it
    return gone
