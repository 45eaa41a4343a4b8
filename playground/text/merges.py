"""Byte-pair encoding by hand: which pair to merge next is anyone's choice.

The most frequent pair first, and of equals the one whose tokens have the smallest ids: so the
library's trainer chooses too (`subword_training.byte_pairs`), and whoever always takes the first
candidate gets its merges.
"""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from playground.refused import Refused
from playground.text.pieces import pieces
from playground.text.vocabulary import UNKNOWN

Word = tuple[str, ...]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Candidate:
    """Two neighbours, and how often they stand side by side; in "aaa" twice."""

    left: str
    right: str
    count: int


@dataclass(frozen=True, eq=False)
class Merging:
    """A text after some merges. Nothing of it ever changes: `merge` gives another one.

    What a merge leaves alone is shared between the two.
    """

    merges: tuple[Pair, ...]
    tokens_in_text: int
    _words: tuple[Word, ...]
    _counts: tuple[int, ...]
    _pairs: Mapping[Pair, int]
    _places: Mapping[Pair, frozenset[int]]  # words that hold a pair
    _ids: Mapping[str, int]  # as the library gives them: characters by code point, then merges

    @classmethod
    def from_text(cls, text: str) -> "Merging":
        """The text in characters."""
        counted = Counter(pieces(text))
        words = tuple(tuple(piece) for piece in counted)
        pairs: Counter[Pair] = Counter()
        places: dict[Pair, set[int]] = {}
        for number, (word, count) in enumerate(zip(words, counted.values(), strict=True)):
            for pair in pairwise(word):
                pairs[pair] += count
                places.setdefault(pair, set()).add(number)
        return cls(
            (),
            len(text),
            words,
            tuple(counted.values()),
            pairs,
            {pair: frozenset(held) for pair, held in places.items()},
            {token: number for number, token in enumerate([UNKNOWN, *sorted(set(text))])},
        )

    @property
    def vocabulary_size(self) -> int:
        """Characters, merged tokens and `<unk>`."""
        return len(self._ids)

    def count(self, left: str, right: str) -> int:
        """How often the two stand side by side."""
        return self._pairs.get((left, right), 0)

    def candidates(self, limit: int) -> tuple[Candidate, ...]:
        """What to merge next, best first."""
        best = heapq.nsmallest(
            limit,
            self._pairs.items(),
            key=lambda item: (-item[1], self._ids[item[0][0]], self._ids[item[0][1]]),
        )
        return tuple(Candidate(left, right, count) for (left, right), count in best)

    def merge(self, left: str, right: str) -> "Merging":
        """Every `left` before a `right` joined with it, from the beginning of a word on.

        `Refused("text.no_such_pair")` if the two stand side by side nowhere.
        """
        pair = (left, right)
        if pair not in self._pairs:
            raise Refused("text.no_such_pair", left=left[:40], right=right[:40])
        words, tokens = list(self._words), self.tokens_in_text
        changes: Counter[Pair] = Counter()
        entered: dict[Pair, set[int]] = {}
        left_behind: dict[Pair, set[int]] = {}
        for number in self._places[pair]:
            before, count = words[number], self._counts[number]
            after = words[number] = _merged(before, pair)
            tokens -= (len(before) - len(after)) * count
            lost, gained = Counter(pairwise(before)), Counter(pairwise(after))
            for changed in lost.keys() | gained.keys():
                changes[changed] += (gained[changed] - lost[changed]) * count
                if not lost[changed]:
                    entered.setdefault(changed, set()).add(number)
                elif not gained[changed]:
                    left_behind.setdefault(changed, set()).add(number)
        pairs, places = dict(self._pairs), dict(self._places)
        for changed, change in changes.items():
            held = places.pop(changed, frozenset())
            pairs[changed] = pairs.get(changed, 0) + change
            if pairs[changed]:
                places[changed] = (held - left_behind.get(changed, set())) | entered.get(
                    changed, set()
                )
            else:
                del pairs[changed]
        ids = self._ids
        if left + right not in ids:
            ids = {**ids, left + right: len(ids)}
        return replace(
            self,
            merges=(*self.merges, pair),
            tokens_in_text=tokens,
            _words=tuple(words),
            _pairs=pairs,
            _places=places,
            _ids=ids,
        )

    def segment(self, text: str) -> list[str]:
        """The tokens of a text after the same merges in the same order; joined they are the text.

        Characters that nothing was learned about stay as they are.
        """
        known: dict[str, Word] = {}
        tokens: list[str] = []
        for piece in pieces(text):
            if piece not in known:
                known[piece] = self.segment_of_piece(piece)
            tokens += known[piece]
        return tokens

    def segment_of_piece(self, piece: str) -> Word:
        """The same for one of `pieces`."""
        word, last = tuple(piece), -1
        while ranks := [
            rank for pair in pairwise(word) for rank in self._ranks.get(pair, ()) if rank > last
        ]:
            last = min(ranks)
            word = _merged(word, self.merges[last])
        return word

    @cached_property
    def _ranks(self) -> dict[Pair, list[int]]:
        """The same pair can come again when its tokens have come about in another way too."""
        ranks: dict[Pair, list[int]] = {}
        for rank, pair in enumerate(self.merges):
            ranks.setdefault(pair, []).append(rank)
        return ranks


def _merged(word: Word, pair: Pair) -> Word:
    left, right = pair
    parts: list[str] = []
    at = 0
    while at < len(word):
        joined = word[at] == left and at + 1 < len(word) and word[at + 1] == right
        parts.append(left + right if joined else word[at])
        at += 2 if joined else 1
    return tuple(parts)
