"""A vocabulary numbers tokens: the most frequent first, and 0 for every token it does not hold."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from playground.refused import Refused

UNKNOWN = "<unk>"
LARGEST = 100_000
LONGEST_TOKEN = 1_000  # characters


class Vocabulary:
    """Token <-> id. `counts[id]` is how often a token was seen, 0 where that is not known."""

    unknown = 0

    def __init__(self, tokens: Sequence[str], counts: Sequence[int] | None = None):
        """`tokens[0]` stands for all that is unknown. `ValueError` if a token stands twice."""
        self.known = tuple(tokens)
        self.counts = tuple(counts) if counts is not None else (0,) * len(self.known)
        if len(set(self.known)) != len(self.known):
            raise ValueError("a token stands twice in the vocabulary")

    @classmethod
    def count(
        cls, tokens: Iterable[str], size: int, unknown: str = UNKNOWN, *, min_frequency: int = 1
    ) -> "Vocabulary":
        """The `size` - 1 most frequent tokens behind the unknown one, equals by code point.

        What occurs less than `min_frequency` times, or is longer than any word, is unknown.
        """
        counted = Counter(tokens)
        # A text may hold the very mark that stands for what is unknown.
        held = (
            (token, count)
            for token, count in counted.items()
            if token != unknown and count >= min_frequency and len(token) <= LONGEST_TOKEN
        )
        kept = sorted(held, key=lambda pair: (-pair[1], pair[0]))[: size - 1]
        of_unknown = counted.total() - sum(count for _, count in kept)
        return cls(
            (unknown, *(token for token, _ in kept)), (of_unknown, *(count for _, count in kept))
        )

    def ids(self, tokens: Iterable[str]) -> list[int]:
        known = self._ids
        return [known.get(token, 0) for token in tokens]

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """`IndexError` for an id that is not in the vocabulary."""
        return [self.known[number] for number in ids]

    def as_json(self) -> str:
        return json.dumps({"tokens": self.known, "counts": self.counts}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Vocabulary":
        """Raises `Refused("text.bad_vocabulary")`: a file from elsewhere can hold anything."""
        try:
            held = json.loads(text)
            return cls.from_lists(held["tokens"], held["counts"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Refused("text.bad_vocabulary") from None

    @classmethod
    def from_lists(cls, tokens: Any, counts: Any) -> "Vocabulary":
        """As they stand in a file. `Refused("text.bad_vocabulary")` if they are anything else."""
        sound = (
            isinstance(tokens, list)
            and isinstance(counts, list)
            and 0 < len(tokens) == len(counts) <= LARGEST
            and all(_is_token(token) for token in tokens)
            and len(set(tokens)) == len(tokens)
            and all(type(count) is int and count >= 0 for count in counts)
        )
        if not sound:
            raise Refused("text.bad_vocabulary")
        return cls(tokens, counts)

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    def __len__(self) -> int:
        return len(self.known)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.known == other.known

    def __hash__(self) -> int:
        return hash(self.known)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.known)}


def _is_token(token: object) -> bool:
    """Half of a surrogate pair can stand in JSON, but in no text that is sent or written."""
    return (
        isinstance(token, str)
        and 0 < len(token) <= LONGEST_TOKEN
        and not any("\ud800" <= letter <= "\udfff" for letter in token)
    )
