"""Bytes of a text file -> text, whatever the usual encodings of English and Chinese.

UTF-8 and UTF-16 are recognised by their own rules; for what is neither, a library compares the
candidates. Anything that is no text (a picture, an archive) is refused.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from charset_normalizer import from_bytes

from playground.refused import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000  # bytes looked at to tell an encoding; the decoder then reads all
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# ASCII, Latin, Greek, Cyrillic; dashes and quotes; Chinese and Japanese with their marks.
_USUAL = "\t\n\r -~\xa0-\u04ff\u200d\u2010-\u2027\u3000-\u30ff\u4e00-\u9fa5\ufe0f\uff00-\uff60"
_BEYOND = "\U0001f000-\U0001faff\U00020000-\U0003ffff"  # emoji, rare ideographs
_EVERYDAY = re.compile(f"[{_USUAL}{_BEYOND}]")
# Hebrew, Arabic, the scripts of India and South-East Asia, rarer ideographs, Korean. Only where
# zero bytes speak for UTF-16 anyway: so wide a net catches much that is read wrongly.
_OF_ANY_SCRIPT = re.compile(
    f"[{_USUAL}{_BEYOND}\u0530-\u0fff\u2600-\u27bf\u3400-\u4dbf\uac00-\ud7a3]"
)
_GUESSED = ("gb18030", "big5", "shift_jis", "cp1252", "cp1251")


@dataclass(frozen=True)
class Decoded:
    text: str  # line ends are \n
    encoding: str


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises `Refused("text.no_text")` if it is none that we can tell."""
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if _is_text(text):
            return Decoded(clean(text), encoding.removesuffix("-sig"))
    raise Refused("text.no_text")


def clean(text: str) -> str:
    """One kind of line end, no control characters, no half of a surrogate pair, NFC.

    In NFC a letter with its accent is one character, however it was typed. Cleaning what is
    clean changes nothing.
    """
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text.lstrip("\ufeff"))


def _candidates(content: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [encoding]
    sample = content[: _SAMPLE & ~3]
    known = _OF_ANY_SCRIPT if 0 in sample else _EVERYDAY
    orders = ("utf-16-le", "utf-16-be")
    wide = [name for name in orders if _share(sample, name, known) > 0.97]
    # Letters without a space are ideographs in the other order: the right one needs fewer scripts.
    wide.sort(key=lambda name: len({ord(one) >> 8 for one in sample.decode(name, "ignore")}))
    # Bytes that read as everyday Chinese throughout are hardly ever anything else.
    chinese = ["gb18030"] if _share(sample, "gb18030", _EVERYDAY) > 0.97 else []
    best = from_bytes(sample, cp_isolation=list(_GUESSED)).best()
    guessed = [best.encoding] if best is not None else []
    # Latin letters in UTF-16 are valid UTF-8 too, with a zero beside each.
    return [*wide, "utf-8", *chinese, *guessed] if 0 in sample else [
        "utf-8", *wide, *chinese, *guessed
    ]  # fmt: skip


def _share(sample: bytes, encoding: str, known: re.Pattern[str]) -> float:
    """How much of the sample, so read, is letters and marks in everyday use: 0 to 1.

    What is read in the wrong encoding is scattered over all of Unicode instead.
    """
    text = sample.decode(encoding, "ignore")
    return len(known.findall(text)) / len(text) if text else 0.0


def _is_text(text: str) -> bool:
    """Whether control characters are as rare as they are in text."""
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) <= len(sample) // 200
