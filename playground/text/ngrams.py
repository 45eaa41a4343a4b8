"""Counts of all runs of one to so many tokens, kept so that any of them is found quickly.

The n-grams of each length are numbered in the order of their contexts, like a tree of prefixes
laid flat: the key of one is the number of its context (itself without its last token) times the
size of the vocabulary, plus its last id. So those that share a context stand side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int, Int64

HIGHEST_ORDER = 6
_LARGEST_VOCABULARY = 2**31  # beyond it the product of a number and the size could overflow


@dataclass(frozen=True)
class Level:
    """The n-grams of one length, ascending by key; a number is a place in these arrays."""

    keys: Int64[np.ndarray, " kinds"]
    counts: Int64[np.ndarray, " kinds"]
    suffixes: Int64[np.ndarray, " kinds"]  # numbers, one level down, of each without its first

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Located:
    """A text, and where the counts hold what stands in it.

    `numbers[k][i]` is the number of the k tokens from i on, -1 where they were never counted.
    `numbers[0]` is all 0: the one context of no tokens.
    """

    ids: Int64[np.ndarray, " tokens"]
    numbers: tuple[Int64[np.ndarray, " _"], ...]


@dataclass(frozen=True)
class NGrams:
    """`levels[k - 1]` are the n-grams of k tokens in a text of ids below `vocabulary_size`."""

    vocabulary_size: int
    tokens: int
    levels: tuple[Level, ...]

    @classmethod
    def count(
        cls, ids: Sequence[int] | Int[np.ndarray, " tokens"], *, order: int, vocabulary_size: int
    ) -> "NGrams":
        """All n-grams of 1 to `order` tokens. `ValueError` for an id or an order out of range."""
        if not 1 <= order <= HIGHEST_ORDER:
            raise ValueError(f"order={order} must lie in [1, {HIGHEST_ORDER}]")
        if not 1 <= vocabulary_size < _LARGEST_VOCABULARY:
            raise ValueError(f"vocabulary_size={vocabulary_size} is none")
        ids = _checked(ids, vocabulary_size)
        numbers, levels = np.zeros(len(ids), np.int64), []
        shorter = numbers
        for length in range(1, order + 1):
            # Those that would reach beyond the end are none.
            keys = numbers[: max(0, len(ids) - length + 1)] * vocabulary_size + ids[length - 1 :]
            kinds, firsts, numbers, counts = np.unique(
                keys, return_index=True, return_inverse=True, return_counts=True
            )
            suffixes = shorter[firsts + 1] if length > 1 else np.zeros(len(kinds), np.int64)
            levels.append(Level(kinds, counts.astype(np.int64), suffixes))
            shorter = numbers
        return cls(vocabulary_size, len(ids), tuple(levels))

    @property
    def order(self) -> int:
        return len(self.levels)

    def contexts(self, order: int) -> int:
        """Distinct runs of `order` - 1 tokens that something follows."""
        return len(np.unique(self.levels[order - 1].keys // self.vocabulary_size))

    def followers(
        self, context: Sequence[int]
    ) -> tuple[Int64[np.ndarray, " kinds"], Int64[np.ndarray, " kinds"]]:
        """Ids that stood after exactly this context, ascending, and how often each did.

        `ValueError` for a context of `order` tokens or more.
        """
        if len(context) >= self.order:
            raise ValueError(f"a context of {len(context)} tokens was not counted")
        children = self.children(len(context) + 1, self.number(context))
        level = self.levels[len(context)]
        return level.keys[children] % self.vocabulary_size, level.counts[children]

    def number(self, tokens: Sequence[int]) -> int:
        """The number of a run of at most `order` tokens, -1 if it was never counted."""
        number = 0
        for level, token in zip(self.levels, _checked(tokens, self.vocabulary_size), strict=False):
            if number >= 0:
                number = int(self._find(level, np.array([number]), np.array([token]))[0])
        return number

    def children(self, length: int, context: int) -> slice:
        """Where in level `length` the n-grams with the context of this number stand."""
        if context < 0:
            return slice(0, 0)
        ends = np.array([context, context + 1]) * self.vocabulary_size
        begin, end = np.searchsorted(self.levels[length - 1].keys, ends)
        return slice(int(begin), int(end))

    def locate(self, ids: Sequence[int] | Int[np.ndarray, " tokens"]) -> Located:
        """Finds every n-gram of another text; many questions about it can then share the work."""
        ids = _checked(ids, self.vocabulary_size)
        numbers = [np.zeros(len(ids), np.int64)]
        for length, level in enumerate(self.levels, 1):
            contexts = numbers[-1][: max(0, len(ids) - length + 1)]
            numbers.append(self._find(level, contexts, ids[length - 1 :]))
        return Located(ids, tuple(numbers))

    def _find(
        self, level: Level, contexts: Int64[np.ndarray, " asked"], last: Int64[np.ndarray, " asked"]
    ) -> Int64[np.ndarray, " asked"]:
        if not len(level):
            return np.full(len(last), -1)
        keys = contexts * self.vocabulary_size + last
        places = np.searchsorted(level.keys, keys).clip(max=len(level) - 1)
        # An unknown context, -1, has a negative key, and none that is held is negative.
        return np.where(level.keys[places] == keys, places, -1)

    @cached_property
    def continuations(self) -> tuple[Float64[np.ndarray, " kinds"], ...]:
        """For the n-grams of each length below `order`: how many different tokens stand before.

        The one at the very start of the text follows nothing there, so this may be 0.
        """
        return tuple(
            np.bincount(above.suffixes, minlength=len(level)).astype(np.float64)
            for level, above in zip(self.levels, self.levels[1:], strict=False)
        )


def _checked(
    ids: Sequence[int] | Int[np.ndarray, " tokens"], vocabulary_size: int
) -> Int64[np.ndarray, " tokens"]:
    """The ids as int64. `ValueError` for one beyond the vocabulary: its key would be another's."""
    whole = np.asarray(ids, np.int64)
    if len(whole) and not (whole.min() >= 0 and whole.max() < vocabulary_size):
        raise ValueError(f"ids must lie in [0, {vocabulary_size})")
    return whole
