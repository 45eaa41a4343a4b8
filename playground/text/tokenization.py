"""Text -> tokens -> text, by characters or by words.

A character is a Unicode code point, as Python counts them: an emoji of several code points is
several tokens. A word is a run of letters, or a number such as 1,000 or 3.14;
marks of punctuation and line breaks are
tokens of their own, other white space is dropped. Chinese and Japanese do not put spaces between
words, so there each character counts as a word.
"""

import re
from collections.abc import Sequence

from playground.refused import Refused

SCHEMES = ("character", "word")

_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = rf"(?:(?![{_IDEOGRAPH}])[^\W\d_])"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|{_LETTER}+(?:['’]{_LETTER}+)*|\d+(?:[.,:]\d+)*|\n|[^\w\s]|_")
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%…\n，。；：！？、）】》”’")
_NO_SPACE_AFTER = frozenset("([{\n（【《“‘")
_QUOTE = '"'  # opens and closes alike
_WIDE = re.compile(f"[{_IDEOGRAPH}\u3000-\u303f\uff00-\uffef]")


def tokenize(text: str, scheme: str) -> list[str]:
    """The tokens of a text. `Refused("text.no_such_scheme")` for another scheme."""
    match scheme:
        case "character":
            return list(text)
        case "word":
            return _WORD.findall(text)
    raise Refused("text.no_such_scheme", name=str(scheme)[:40], names=", ".join(SCHEMES))


def join(tokens: Sequence[str], scheme: str) -> str:
    """A readable text of the tokens; by characters exactly the text that was tokenized."""
    if scheme == "character":
        return "".join(tokens)
    parts: list[str] = []
    open_quote = False
    for before, token in zip(["\n", *tokens], tokens, strict=False):
        closing = token == _QUOTE and open_quote
        follows_opening = before in _NO_SPACE_AFTER or (before == _QUOTE and open_quote)
        wide = _WIDE.match(before[-1:]) or _WIDE.match(token[:1])
        if not (closing or follows_opening or wide or token in _NO_SPACE_BEFORE):
            parts.append(" ")
        if token == _QUOTE:
            open_quote = not open_quote
        parts.append(token)
    return "".join(parts)


def letters_only(text: str) -> str:
    """Lower-case a to z with single spaces for all else: the alphabet of d2l's *Time Machine*."""
    return re.sub("[^a-z]+", " ", text.lower()).strip()
