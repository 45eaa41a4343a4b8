"""The part that most questions share: which text is looked at, and by which tokens it is read."""

import hashlib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground import datasets
from playground.text import tokenizer
from playground.text.tokenizer import Encoded, Tokenizer
from playground.tokens.config import internal
from playground.tokens.kept import Kept

_KEPT = Kept(most_bytes=300_000_000, most_entries=200)
BYTES_PER_TOKEN = 300  # of a vocabulary: two strings, their places in dictionaries, merges

# Each ideograph or kana is a word; else a run without white space or marks of punctuation.
_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = (
    "!-&(-/:-@\\[-`{-~\xa1\xa7\xab\xb6\xb7\xbb\xbf\u060c\u061b\u061f\u06d4\u0964\u0965"
    "\u2010-\u2018\u201a-\u205e\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_WORD = re.compile(f"[{_WIDE}]|[^\\s{_MARKS}{_WIDE}]+")


@dataclass(frozen=True)
class Reading:
    """A text and a way to read it. `text` empty: the corpus itself is looked at.

    `scheme` is the name of `playground.text`; `texts` the folder of visitors' own corpora.
    """

    text: str
    corpus: str
    learn_from: str
    scheme: str
    vocabulary_size: int
    min_frequency: int
    texts: Path | None

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Reading":
        """From the arguments of a question, which the page's process has checked."""
        return cls(
            asked["text"],
            asked["corpus"],
            asked["learn_from"],
            internal(asked["scheme"]),
            asked["vocabulary_size"],
            asked["min_frequency"],
            folder(asked),
        )

    @property
    def own(self) -> bool:
        """Whether the tokens are learned from the visitor's text."""
        return bool(self.text) and self.learn_from == "text"

    @property
    def source(self) -> Hashable:
        """What the tokens are learned from, as a key."""
        return digest(self.text) if self.own else self.corpus

    @property
    def shown(self) -> Hashable:
        """What is looked at, as a key."""
        return digest(self.text) if self.text else self.corpus

    @property
    def key(self) -> Hashable:
        """What the ids depend on."""
        return (self.shown, self.source, self.scheme, self.vocabulary_size, self.min_frequency)


def folder(asked: Mapping[str, Any]) -> Path | None:
    return Path(asked["texts"]) if asked.get("texts") else None


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def kept(key: Hashable, make: Any, size: Any) -> Any:
    """What `make` gives, from memory if it was asked for before; see `Kept.get`."""
    return _KEPT.get(key, make, size)


def holds(key: Hashable) -> bool:
    """Whether `kept` would give the value of `key` at once."""
    return key in _KEPT


def corpus_text(name: str, texts: Path | None) -> str:
    """The text of a corpus, or of a visitor's own. Raises `Refused` if it is not here."""
    return datasets.corpus_text(name, texts)


def shown(reading: Reading) -> str:
    """The text that is looked at. Raises `Refused` if the corpus is not on this machine."""
    return reading.text or corpus_text(reading.corpus, reading.texts)


def learned(reading: Reading) -> Tokenizer:
    """The tokenizer, learned now or before. Raises `Refused` as `shown` does."""

    def learn() -> Tokenizer:
        text = reading.text if reading.own else corpus_text(reading.corpus, reading.texts)
        return tokenizer.learn(
            text,
            reading.scheme,
            vocabulary_size=reading.vocabulary_size,
            min_frequency=reading.min_frequency,
        )

    key = (
        "tokenizer", reading.source, reading.scheme, reading.vocabulary_size, reading.min_frequency,
    )  # fmt: skip
    return kept(key, learn, lambda made: BYTES_PER_TOKEN * len(made.vocabulary))


def encoded(reading: Reading) -> Encoded:
    """The ids of the text that is looked at, with where each token stands in it."""
    return kept(
        ("encoded", reading.key),
        lambda: learned(reading).encode(shown(reading)),
        lambda made: made.ids.nbytes + made.starts.nbytes + made.ends.nbytes,
    )


def measured(reading: Reading) -> tuple[int, int]:
    """Bytes (UTF-8) and words of the text that is looked at."""
    text = shown(reading)
    return kept(
        ("measured", reading.shown), lambda: (len(text.encode()), words_in(text)), lambda _: 100
    )


def words_in(text: str) -> int:
    """Runs of characters without space or marks; each Chinese or Japanese character is one."""
    return len(_WORD.findall(text))
