"""Text -> tokens -> text, by characters or by words.

A character is a Unicode code point, as Python counts them: an emoji of several code points is
several characters. A word is a run of letters with the vowel signs, points and accents that stand
on them, or a number such as 1,000 or 3.14; marks of punctuation, emoji (a family, a flag, a hand
with its colour is one) and line breaks are tokens of their own, other white space is dropped.
Chinese, Japanese, Thai and their neighbours do not put spaces between words, so there each
character counts as a word.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Int32, UInt32

from playground.refused import Refused

SCHEMES = ("character", "word")


def _combining() -> str:
    """All that combines with the character before it, as the inside of a `[...]`.

    Between the Latin letters and the end of the second plane, but for the blocks of ideographs and
    Hangul, which hold no such marks; beyond it, the variation selectors.
    """
    parts = []
    for first, last in ((0x300, 0x3400), (0xA000, 0xAC00), (0xF900, 0x20000)):
        numbers = [one for one in range(first, last) if unicodedata.category(chr(one))[0] == "M"]
        parts += [f"{chr(a)}-{chr(b)}" for a, b in _runs(numbers)]
    return "".join(parts) + "\U000e0100-\U000e01ef"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive numbers."""
    first = before = numbers[0]
    for number in numbers[1:]:
        if number != before + 1:
            yield first, before
            first = number
        before = number
    yield first, before


MARK = _combining()
JOINER = "\u200c\u200d"  # between letters they choose how these join, and belong to the word
LETTER = r"[^\W\d_]"

_IDEOGRAPH = (
    "\u3040-\u3098\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Letters of Thai, Lao, Burmese and Khmer.
_UNSPACED = (
    f"{_IDEOGRAPH}\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
)
_SPACED = rf"[^\W\d_{_UNSPACED}]"
_TONE = "\U0001f3fb-\U0001f3ff"
_PICTURE = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
)
# One picture with its selector, colour or tags; several joined make one.
_ONE_PICTURE = rf"[{_PICTURE}][{MARK}{_TONE}\U000e0020-\U000e007f]*"
_KEYCAP = "\ufe0f?\u20e3"
_WORD = re.compile(
    rf"{_SPACED}+(?:[{MARK}{JOINER}]+{_SPACED}*|['’]{_SPACED}+)*"
    rf"|[{_UNSPACED}][{MARK}{JOINER}]*"
    rf"|\d+(?:[.,:]\d+)*(?!{_KEYCAP})[{MARK}]*"
    rf"|\n"
    rf"|[0-9#*]{_KEYCAP}"
    rf"|[\U0001f1e6-\U0001f1ff]{{2}}"
    rf"|{_ONE_PICTURE}(?:\u200d{_ONE_PICTURE})*"
    rf"|(?:[^\w\s]|_)[{MARK}]*"
    rf"|\S"
)
# White space that no token holds: all but line breaks.
_GAPS = np.array(
    [one for one in range(0x3001) if chr(one).isspace() and chr(one) != "\n"], dtype=np.uint32
)
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%…\n，。；：！？、）】》”’")
_NO_SPACE_AFTER = frozenset("([{\n（【《“‘")
_QUOTE = '"'  # opens and closes alike
_WIDE = re.compile(f"[{_UNSPACED}\u3000-\u303f\uff00-\uffef]")


def tokenize(text: str, scheme: str) -> list[str]:
    """The tokens of a text. `Refused("text.no_such_scheme")` for another scheme."""
    match scheme:
        case "character":
            return list(text)
        case "word":
            return _WORD.findall(text)
    raise Refused("text.no_such_scheme", name=str(scheme)[:40], names=", ".join(SCHEMES))


def located(text: str, scheme: str) -> tuple[list[str], Int32[np.ndarray, " tokens"]]:
    """The tokens of a text, and at which of its characters each one starts."""
    if scheme != "word":
        tokens = tokenize(text, scheme)
        return tokens, np.arange(len(tokens), dtype=np.int32)
    tokens = _WORD.findall(text)
    letters = code_points(text)
    # Tokens hold all that is no gap, in order: the first of one follows the last of the one before.
    solid = np.flatnonzero(~np.isin(letters, _GAPS)).astype(np.int32)
    lengths = np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    return tokens, solid[np.cumsum(lengths) - lengths]


def code_points(text: str) -> UInt32[np.ndarray, " characters"]:
    """The number of each character in Unicode. Read-only."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def join(tokens: Sequence[str], scheme: str) -> str:
    """A readable text of the tokens; by characters exactly the text that was tokenized."""
    if scheme == "character":
        return "".join(tokens)
    parts: list[str] = []
    open_quote = False
    for before, token in zip(["\n", *tokens], tokens, strict=False):
        closing = token == _QUOTE and open_quote
        follows_opening = before in _NO_SPACE_AFTER or (before == _QUOTE and open_quote)
        wide = _WIDE.match(before) or _WIDE.match(token)
        if not (closing or follows_opening or wide or token in _NO_SPACE_BEFORE):
            parts.append(" ")
        if token == _QUOTE:
            open_quote = not open_quote
        parts.append(token)
    return "".join(parts)


def letters_only(text: str) -> str:
    """Lower-case a to z with single spaces for all else: the alphabet of d2l's *Time Machine*."""
    return re.sub("[^a-z]+", " ", text.lower()).strip()
