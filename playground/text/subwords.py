"""Subwords: byte-pair encoding, WordPiece and unigram, learned by the `tokenizers` library.

The library only ever sees single pieces (of `pieces.py`) or words, and no character that the
vocabulary lacks: which characters are known, what is unknown and where each token stands is
settled here, so that any Unicode is cut alike in all three.
"""

import itertools
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Int32, Int64

from playground.refused import Refused
from playground.text import subword_training as training
from playground.text.encoded import Encoded
from playground.text.pieces import LONGEST, pieces, shortened
from playground.text.subword_training import INSIDE
from playground.text.tokenization import join, located
from playground.text.vocabulary import UNKNOWN, Vocabulary

SCHEMES = ("bpe", "wordpiece", "unigram")


class Subwords:
    """Text <-> ids by subwords.

    A character that the vocabulary lacks is one `<unk>`; for WordPiece, as in BERT, so is a word
    that its tokens cannot make up.
    """

    def __init__(
        self,
        scheme: str,
        vocabulary: Vocabulary,
        *,
        merges: Sequence[tuple[str, str]] = (),
        scores: Sequence[float] = (),
    ):
        """`merges` in order for bpe; for unigram a `score` (log probability) for each token."""
        self.scheme = scheme
        self.vocabulary = vocabulary
        self.merges = tuple(merges)
        self.scores = tuple(scores)

    def encode(self, text: str) -> Encoded:
        words, starts = _words(text, self.scheme)
        numbers: dict[str, int] = {}
        # Words repeat: each kind is cut once.
        kind = np.fromiter(
            (numbers.setdefault(word, len(numbers)) for word in words), np.int64, len(words)
        )
        cuts = [self._cut(word) for word in numbers]
        ids = np.fromiter(itertools.chain.from_iterable(cut[0] for cut in cuts), np.int32)
        lengths = np.fromiter(itertools.chain.from_iterable(cut[1] for cut in cuts), np.int32)
        sizes = np.array([len(cut[0]) for cut in cuts], dtype=np.int64)
        return _spread(ids, lengths, sizes, kind, starts)

    def decode(self, ids: Any) -> str:
        tokens = self.vocabulary.tokens(ids)
        if self.scheme != "wordpiece":
            return "".join(tokens)
        words: list[str] = []
        for token in tokens:
            if words and token.startswith(INSIDE):
                words[-1] += token.removeprefix(INSIDE)
            else:
                words.append(token)
        return join(words, "word")

    def as_json(self) -> str:
        held: dict[str, Any] = {
            "scheme": self.scheme,
            "tokens": self.vocabulary.known,
            "counts": self.vocabulary.counts,
        }
        if self.scheme == "bpe":
            held["merges"] = self.merges
        if self.scheme == "unigram":
            held["scores"] = self.scores
        return json.dumps(held, ensure_ascii=False)

    def _cut(self, word: str) -> tuple[list[int], list[int]]:
        """Ids of the tokens of one piece or word, and how many of its characters each covers."""
        if self.scheme == "wordpiece":
            return self._cut_word(word)
        if self._alphabet.issuperset(word):
            return self._cut_known(word)
        ids: list[int] = []
        lengths: list[int] = []
        for known, run in itertools.groupby(word, self._alphabet.__contains__):
            letters = "".join(run)
            found = self._cut_known(letters) if known else ([0] * len(letters), [1] * len(letters))
            ids += found[0]
            lengths += found[1]
        return ids, lengths

    def _cut_known(self, letters: str) -> tuple[list[int], list[int]]:
        ids = [token.id for token in self._model.tokenize(letters)]
        return ids, [self._lengths[number] for number in ids]

    def _cut_word(self, word: str) -> tuple[list[int], list[int]]:
        known = self._alphabet.issuperset(word)
        ids = [token.id for token in self._model.tokenize(word)] if known else [0]
        if ids == [0]:
            return ids, [len(word)]
        first, *rest = (self._lengths[number] for number in ids)
        return ids, [first, *(length - len(INSIDE) for length in rest)]

    @cached_property
    def _lengths(self) -> list[int]:
        return [len(token) for token in self.vocabulary.known]

    @cached_property
    def _alphabet(self) -> frozenset[str]:
        """Characters that the library may see."""
        known = self.vocabulary.known[1:]
        if self.scheme == "wordpiece":
            return frozenset().union(*known)
        return frozenset(token for token in known if len(token) == 1)

    @cached_property
    def _model(self) -> Any:
        models = training.library().models
        ids = {token: number for number, token in enumerate(self.vocabulary.known)}
        match self.scheme:
            case "bpe":
                return models.BPE(vocab=ids, merges=list(self.merges))
            case "wordpiece":
                return models.WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=LONGEST)
        scored = list(zip(self.vocabulary.known, self.scores, strict=True))
        return models.Unigram(scored, unk_id=0)


def learn(text: str, scheme: str, size: int, min_frequency: int) -> Subwords:
    """See `tokenizer.learn`. `min_frequency` holds for characters, and for pairs to be merged.

    `Refused("text.nothing_learned")` where the library fails.
    """
    words, _ = _words(text, scheme)
    try:
        learned = _taught(words, scheme, size, min_frequency)
    except BaseException as fault:
        # What panics in Rust is no `Exception`.
        if isinstance(fault, Exception) or type(fault).__name__ == "PanicException":
            raise Refused("text.nothing_learned", scheme=scheme) from None
        raise
    known = learned.vocabulary.known
    counts = np.bincount(learned.encode(text).ids, minlength=len(known)).tolist()
    learned.vocabulary = Vocabulary(known, counts)
    return learned


def _taught(words: list[str], scheme: str, size: int, min_frequency: int) -> Subwords:
    match scheme:
        case "bpe":
            tokens, merges = training.byte_pairs(words, size, min_frequency)
            return Subwords(scheme, Vocabulary(tokens), merges=merges)
        case "unigram":
            tokens, scores = training.unigrams(words, size, min_frequency)
            return Subwords(scheme, Vocabulary(tokens), scores=scores)
    return Subwords(scheme, Vocabulary(training.word_pieces(words, size, min_frequency)))


def from_parts(held: dict[str, Any], vocabulary: Vocabulary) -> Subwords:
    """From what `as_json` wrote; `ValueError`, `TypeError` or `KeyError` for anything else."""
    scheme = held["scheme"]
    if scheme == "bpe":
        merges = [(left, right) for left, right in held["merges"]]
        known = set(vocabulary.known[1:])
        if not all({left, right, left + right} <= known for left, right in merges):
            raise ValueError("a merge of tokens that the vocabulary lacks")
        return Subwords(scheme, vocabulary, merges=merges)
    if scheme == "unigram":
        scores = held["scores"]
        sound = isinstance(scores, list) and len(scores) == len(vocabulary)
        if not (sound and all(type(score) is float and abs(score) < 1e6 for score in scores)):
            raise ValueError("not one score for each token")
        return Subwords(scheme, vocabulary, scores=scores)
    return Subwords(scheme, vocabulary)


def _words(text: str, scheme: str) -> tuple[list[str], Int64[np.ndarray, " words"]]:
    """What is cut on its own, and where in the text each part starts."""
    if scheme != "wordpiece":
        words = pieces(text)
        return words, _starts(words)
    words, starts = located(text, "word")
    parts = shortened(words)
    if parts is words:
        return words, starts.astype(np.int64)
    # Between words that are cut there are no gaps to count: each part lies as far from the
    # beginning of its word as the parts before it are long.
    gaps = starts - _starts(words)
    per_word = [-(-len(word) // LONGEST) for word in words]
    return parts, _starts(parts) + np.repeat(gaps, per_word)


def _starts(words: list[str]) -> Int64[np.ndarray, " words"]:
    """Where each word starts if nothing lies between them."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return np.cumsum(lengths) - lengths


def _spread(
    ids: Int32[np.ndarray, " cut"],
    lengths: Int32[np.ndarray, " cut"],
    sizes: Int64[np.ndarray, " kinds"],
    kind: Int64[np.ndarray, " words"],
    starts: Int64[np.ndarray, " words"],
) -> Encoded:
    """The tokens of each kind of word (`sizes` of them, one after the other) for every word."""
    repeats = sizes[kind]
    # Of each token of the text: which of the cut ones it is.
    first = (np.cumsum(sizes) - sizes)[kind]
    ahead = np.cumsum(repeats) - repeats
    which = np.arange(repeats.sum()) + np.repeat(first - ahead, repeats)
    within = np.cumsum(lengths, dtype=np.int64) - lengths
    begin = within - np.repeat(within[np.cumsum(sizes) - sizes], sizes)
    starting = (np.repeat(starts, repeats) + begin[which]).astype(np.int32)
    return Encoded(ids[which], starting, starting + lengths[which])
