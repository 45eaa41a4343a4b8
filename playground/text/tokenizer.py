"""One interface to every way of cutting text: learned from a text, then used on any other."""

import json
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from jaxtyping import Int32

from playground.refused import Refused
from playground.text import subwords
from playground.text.encoded import Encoded
from playground.text.tokenization import code_points, join, located, tokenize
from playground.text.vocabulary import LARGEST, UNKNOWN, Vocabulary

__all__ = ["SCHEMES", "Encoded", "Tokenizer", "Whole", "from_json", "learn"]

SCHEMES = ("character", "word", *subwords.SCHEMES)


class Tokenizer(Protocol):
    """Text <-> ids, whatever the scheme."""

    @property
    def scheme(self) -> str: ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Id 0 is `<unk>`; the counts are those in the text it learned from."""
        ...

    def encode(self, text: str) -> Encoded:
        """Any text, never an error. What lies between two tokens is white space at most.

        By characters, bpe and unigram there is nothing between them.
        """
        ...

    def decode(self, ids: Any) -> str:
        """The text of the ids: by characters, bpe and unigram exactly what was encoded, but for
        `<unk>`; else readable.
        """
        ...

    def as_json(self) -> str:
        """All that `from_json` needs to cut any text alike."""
        ...


class Whole:
    """By characters or by words: each token stands in the vocabulary as it is, or is unknown."""

    def __init__(self, scheme: str, vocabulary: Vocabulary):
        self.scheme = scheme
        self.vocabulary = vocabulary

    def encode(self, text: str) -> Encoded:
        if self.scheme == "character":
            codes = code_points(text)
            starts = np.arange(len(codes), dtype=np.int32)
            # What lies beyond the table is as unknown as its last row.
            ids = self._table[np.minimum(codes, len(self._table) - 1)]
            return Encoded(ids, starts, starts + 1)
        tokens, starts = located(text, self.scheme)
        lengths = np.fromiter(map(len, tokens), dtype=np.int32, count=len(tokens))
        ids = np.array(self.vocabulary.ids(tokens), dtype=np.int32)
        return Encoded(ids, starts, starts + lengths)

    def decode(self, ids: Any) -> str:
        return join(self.vocabulary.tokens(ids), self.scheme)

    def as_json(self) -> str:
        return json.dumps(
            {
                "scheme": self.scheme,
                "tokens": self.vocabulary.known,
                "counts": self.vocabulary.counts,
            },
            ensure_ascii=False,
        )

    @cached_property
    def _table(self) -> Int32[np.ndarray, " codes"]:
        """The id of each code point up to the last known one, and 0 at the end."""
        codes = [ord(token) for token in self.vocabulary.known[1:]]
        table = np.zeros(max(codes, default=0) + 2, dtype=np.int32)
        table[codes] = np.arange(1, len(codes) + 1)
        return table


def learn(text: str, scheme: str, *, vocabulary_size: int, min_frequency: int = 1) -> Tokenizer:
    """The vocabulary (of `vocabulary_size` tokens at most, `<unk>` included) that a text teaches.

    What a token of the text is that occurs less than `min_frequency` times is unknown. The same
    text always teaches the same. `Refused("text.no_such_scheme")` for another scheme.
    """
    if vocabulary_size < 1:
        raise ValueError(f"vocabulary_size={vocabulary_size} must be at least 1")
    size = min(vocabulary_size, LARGEST)
    if scheme in subwords.SCHEMES:
        return subwords.learn(text, scheme, size, min_frequency)
    if scheme not in SCHEMES:
        raise Refused("text.no_such_scheme", name=str(scheme)[:40], names=", ".join(SCHEMES))
    tokens = text if scheme == "character" else tokenize(text, scheme)
    return Whole(scheme, Vocabulary.count(tokens, size, min_frequency=min_frequency))


def from_json(text: str) -> Tokenizer:
    """What `as_json` wrote. `Refused("text.bad_tokenizer")` for anything else."""
    try:
        held = json.loads(text)
        scheme, vocabulary = held["scheme"], Vocabulary.from_lists(held["tokens"], held["counts"])
        if vocabulary.known[0] == UNKNOWN:
            if scheme in subwords.SCHEMES:
                return subwords.from_parts(held, vocabulary)
            if scheme == "word" or (scheme == "character" and _single(vocabulary)):
                return Whole(scheme, vocabulary)
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise Refused("text.bad_tokenizer")


def _single(vocabulary: Vocabulary) -> bool:
    return all(len(token) == 1 for token in vocabulary.known[1:])
