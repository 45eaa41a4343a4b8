"""Byte-pair encoding by hand: what may be merged next, and what the library would merge."""

from collections.abc import Mapping
from typing import Any

from playground.text.merges import Merging
from playground.text.subwords import Subwords
from playground.text.tokenizer import learn
from playground.tokens.arguments import MOST_MERGES
from playground.tokens.reading import corpus_text, digest, folder, holds, kept

_MOST_CHARACTERS = 60_000  # of a corpus: so many can be merged again within a blink
_MOST_SHOWN = 1_500
_BYTES_PER_CHARACTER = 20  # of a text, for what a merge does not share with the one before it

Pair = tuple[str, str]


def merge_candidates(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The state after `merges` and `more` of the best, and the pairs that can follow.

    `sizes` are the tokens of the text at the start and after each merge.
    """
    text = asked["text"] or corpus_text(asked["corpus"], folder(asked))[:_MOST_CHARACTERS]
    merges = tuple((left, right) for left, right in asked["merges"])
    state, counts, sizes = _after(text, merges, asked["more"])
    return {
        "candidates": [
            {"left": one.left, "right": one.right, "count": one.count}
            for one in state.candidates(asked["limit"])
        ],
        "merges": [
            {"left": left, "right": right, "count": count}
            for (left, right), count in zip(state.merges, counts, strict=True)
        ],
        "sizes": sizes,
        "tokens": state.segment(text)[:_MOST_SHOWN],
        "tokens_in_text": state.tokens_in_text,
        "characters": len(text),
        "vocabulary_size": state.vocabulary_size,
        "library": [list(pair) for pair in _library(text)[: len(state.merges) + 1]],
        "refused": None,
    }


def _after(text: str, merges: tuple[Pair, ...], more: int) -> tuple[Merging, list[int], list[int]]:
    """The text after the merges and `more` of the best; how often each pair stood there when its
    turn came; tokens of the text at the start and after each.

    Goes on from the longest part of them that is kept. `Refused("text.no_such_pair")`.
    """
    key = ("merging", digest(text))
    done = next((n for n in range(len(merges), 0, -1) if holds((*key, merges[:n]))), 0)

    def begun() -> tuple[Merging, list[int], list[int]]:
        whole = Merging.from_text(text)
        return whole, [], [whole.tokens_in_text]

    def weight(_: object) -> int:
        return _BYTES_PER_CHARACTER * len(text)

    state, counts, sizes = kept((*key, merges[:done]), begun, weight)
    counts, sizes = list(counts), list(sizes)
    left_over = iter(merges[done:])
    for _ in range(len(merges) - done + min(more, MOST_MERGES - len(merges))):
        pair = next(left_over, None) or _best(state)
        if pair is None:
            break
        counts.append(state.count(*pair))
        state = state.merge(*pair)
        sizes.append(state.tokens_in_text)
    made = (state, counts, sizes)
    return kept((*key, state.merges), lambda: made, weight)


def _best(state: Merging) -> Pair | None:
    return next(((one.left, one.right) for one in state.candidates(1)), None)


def _library(text: str) -> tuple[Pair, ...]:
    """The merges that the library makes of this text by itself, as many as can be made by hand."""

    def trained() -> tuple[Pair, ...]:
        size = len(set(text)) + 1 + MOST_MERGES + 1
        made = learn(text, "bpe", vocabulary_size=size)
        return made.merges if isinstance(made, Subwords) else ()

    return kept(("library", digest(text)), trained, lambda pairs: 200 * len(pairs))
