"""Packing of answers for the way, and the cache of packed files."""

import gzip
import hashlib
from dataclasses import dataclass

import brotli

_WORTH_IT = 1_400  # bytes: about what one network packet holds
_QUALITY = 5  # brotli's 4 to 6 pack nearly as well as 11 at a hundredth of the time
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/man")


@dataclass(frozen=True)
class Packed:
    """One answer, ready to send: `encoding` is empty where the body is as it was."""

    body: bytes
    encoding: str
    tag: bytes  # the entity tag, of the unpacked body


def encoding_for(accepted: str) -> str:
    """The best packing that an Accept-Encoding header allows: `br`, `gzip` or none."""
    names = {part.partition(";")[0].strip() for part in accepted.split(",")}
    if "br" in names:
        return "br"
    return "gzip" if "gzip" in names else ""


def tag_of(body: bytes) -> bytes:
    """The entity tag of a body, quotes included."""
    return b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"'


def pack(body: bytes, content_type: str, encoding: str) -> Packed:
    """The body packed, where it is text and long enough to gain from it."""
    tag = tag_of(body)
    if not encoding or len(body) < _WORTH_IT or not content_type.startswith(_TEXT):
        return Packed(body, "", tag)
    if encoding == "br":
        return Packed(brotli.compress(body, quality=_QUALITY), "br", tag)
    return Packed(gzip.compress(body, 6), "gzip", tag)


class PackedFiles:
    """Answers kept by key, up to `limit_bytes` in all; the oldest give way."""

    def __init__(self, limit_bytes: int):
        self._limit = limit_bytes
        self._bytes = 0
        self._kept: dict[tuple[str, ...], tuple[Packed, str]] = {}

    def get(self, key: tuple[str, ...]) -> tuple[Packed, str] | None:
        """The answer and its content type."""
        return self._kept.get(key)

    def keep(self, key: tuple[str, ...], packed: Packed, content_type: str) -> None:
        if key in self._kept or len(packed.body) > self._limit:
            return
        self._kept[key] = (packed, content_type)
        self._bytes += len(packed.body)
        while self._bytes > self._limit:
            oldest, _ = self._kept.pop(next(iter(self._kept)))
            self._bytes -= len(oldest.body)
