"""What a text teaches about subwords: the `tokenizers` library's trainers, made to repeat.

The library numbers some tokens in an order that changes from run to run. Here each symbol it
starts from has its place before it counts, and what it leaves open is settled afterwards.
"""

import itertools
import json
import os
from collections import Counter
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from playground.text.vocabulary import UNKNOWN

INSIDE = "##"  # before a token of WordPiece that continues a word

_PRIVATE = 0x20000  # code points from here on stand for symbols while WordPiece is trained
# The library gives characters that its pieces made superfluous the lowest score, and a step more
# for each, in an order that is not fixed.
_STEP = 1e-4
# Characters in all kinds of words that unigram learns from: more than twice those of a novel. Its
# time grows with their square where every way to cut a word is as likely, as in a genome.
_WEIGHED = 80_000
_DIGITS = 6  # of a score: what lies beyond depends on the order of a sum


def library() -> ModuleType:
    """`tokenizers`, imported when first needed, on one thread.

    More threads gain nothing on texts of a few megabytes, and they would warn in whatever process
    is forked later.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import tokenizers

    return tokenizers


def byte_pairs(
    words: list[str], size: int, min_frequency: int
) -> tuple[list[str], list[tuple[str, str]]]:
    """Tokens by id and merges in order (Sennrich et al. 2016, algorithm 1).

    The pair that occurs most often is merged next; of equals the one of the smallest ids, which
    are those of the characters by code point and then of the merges.
    """
    kept, words = _of_frequent(words, size, min_frequency)
    merges = _trained_merges(words, size, min_frequency)
    joined = (left + right for left, right in merges)
    return [UNKNOWN, *dict.fromkeys([*sorted(kept), *joined])], merges


def word_pieces(words: list[str], size: int, min_frequency: int) -> list[str]:
    """Tokens by id. As the library has it, they are found as those of byte-pair encoding are.

    A character inside a word is a symbol other than the same at its beginning. Words of which a
    symbol is too rare teach nothing.
    """
    counted = Counter(words)
    beginnings: Counter[str] = Counter()
    insides: Counter[str] = Counter()
    for word, count in counted.items():
        beginnings[word[0]] += count
        for letter in word[1:]:
            insides[letter] += count
    seen = [*(("", *pair) for pair in beginnings.items()), *((INSIDE, *p) for p in insides.items())]
    ranked = sorted(
        (one for one in seen if one[2] >= min_frequency and _writable(one[1])),
        key=lambda one: (-one[2], one[1], one[0]),
    )
    symbols = sorted((mark, letter) for mark, letter, _ in ranked[: size - 1])
    first = {letter: chr(_PRIVATE + n) for n, (mark, letter) in enumerate(symbols) if not mark}
    later = {letter: chr(_PRIVATE + n) for n, (mark, letter) in enumerate(symbols) if mark}
    coded: dict[str, str] = {}
    for word in counted:
        if word[0] in first and later.keys() >= set(word[1:]):
            coded[word] = first[word[0]] + "".join(later[letter] for letter in word[1:])
    # The library does not see symbols that stand in dropped words only; they have their place.
    unseen = len(symbols) - len(frozenset().union(*coded.values()))
    taught = [coded[word] for word in words if word in coded]
    merges = _trained_merges(taught, size - unseen, min_frequency)

    def read(code: str) -> str:
        letters = [symbols[ord(one) - _PRIVATE] for one in code]
        return letters[0][0] + "".join(letter for _, letter in letters)

    singles = [mark + letter for mark, letter in symbols]
    return [UNKNOWN, *dict.fromkeys([*singles, *(read(left + right) for left, right in merges)])]


def unigrams(words: list[str], size: int, min_frequency: int) -> tuple[list[str], list[float]]:
    """Tokens by falling score, and the score of each: its log probability (Kudo 2018).

    `min_frequency` holds for characters only. Of a text of many kinds of words the rarest teach
    nothing.
    """
    kept, words = _of_frequent(words, size, min_frequency)
    # The trainer keeps this character for itself: it is part of no longer token.
    words = _most_frequent([part for word in words for part in word.split("\0") if part])
    seen = len(kept - {"\0"})
    held: list[tuple[str, float | None]] = []
    if words:
        held = _train("Unigram", words, vocab_size=size - len(kept) + seen, unk_token=UNKNOWN)[
            "vocab"
        ]
    # Where nothing but characters is left, their score may be no number.
    scored = {token: score for token, score in held if token != UNKNOWN and score is not None}
    lowest = min(scored.values(), default=0.0)
    superfluous = lowest + _STEP * (len(kept) + 1)
    for letter in kept:
        if scored.get(letter, lowest) <= superfluous:
            scored[letter] = lowest
    ranked = sorted(
        ((token, round(score, _DIGITS)) for token, score in scored.items()),
        key=lambda pair: (len(pair[0]) > 1, -pair[1], pair[0]),
    )
    ranked = sorted(ranked[: size - 1], key=lambda pair: (-pair[1], pair[0]))
    return [UNKNOWN, *(token for token, _ in ranked)], [0.0, *(score for _, score in ranked)]


def _most_frequent(words: list[str]) -> list[str]:
    """Without the rarest, where the kinds of words are too many to weigh every way to cut them."""
    room = _WEIGHED
    kept = set()
    for word, _ in Counter(words).most_common():
        room -= len(word)
        if room < 0:
            break
        kept.add(word)
    return words if room >= 0 else [word for word in words if word in kept]


def _of_frequent(
    words: list[str], size: int, min_frequency: int
) -> tuple[frozenset[str], list[str]]:
    """The characters that become known, and the words cut at all others."""
    counted: Counter[str] = Counter()
    for word, count in Counter(words).items():
        for letter in word:
            counted[letter] += count
    frequent = [
        letter for letter, count in counted.items() if count >= min_frequency and _writable(letter)
    ]
    kept = frozenset(sorted(frequent, key=lambda letter: (-counted[letter], letter))[: size - 1])
    if len(kept) < len(counted):
        words = [run for word in words for run in _runs(word, kept)]
    return kept, words


def _runs(word: str, kept: frozenset[str]) -> Iterable[str]:
    if kept.issuperset(word):
        return (word,)
    groups = itertools.groupby(word, kept.__contains__)
    return ("".join(run) for known, run in groups if known)


def _writable(letter: str) -> bool:
    """Half of a surrogate pair cannot be handed to the library."""
    return not "\ud800" <= letter <= "\udfff"


def _trained_merges(words: list[str], size: int, min_frequency: int) -> list[tuple[str, str]]:
    held = _train("Bpe", words, vocab_size=size, min_frequency=min_frequency)
    return [(left, right) for left, right in held["merges"]]


def _train(kind: str, words: list[str], **settings: Any) -> dict[str, Any]:
    tokenizers = library()
    model = tokenizers.models.BPE if kind == "Bpe" else tokenizers.models.Unigram
    trainer = getattr(tokenizers.trainers, f"{kind}Trainer")(
        **settings, special_tokens=[UNKNOWN], show_progress=False
    )
    learned = tokenizers.Tokenizer(model())
    learned.train_from_iterator(words, trainer)
    return json.loads(learned.to_str())["model"]
