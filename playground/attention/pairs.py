"""What the models learn from: sentences with translations, or rows of a toy task, as token ids.

Held-out sentences are chosen by the source, so that no English sentence stands on both sides of
the split, however often and with whatever punctuation it occurs.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from playground.attention.config import AttentionConfig
from playground.attention.model import END, PAD, SPECIALS
from playground.attention.toys import toy_rows
from playground.datasets import sentence_pairs
from playground.refused import Refused
from playground.seeds import generator
from playground.text import tokenizer
from playground.text.tokenizer import Tokenizer

Pair = tuple[str, str]

VALIDATION_SENTENCES = 800  # different sources looked at while a model trains
TEST_SENTENCES = 1_200  # different sources looked at once, for its card
_SPACES = re.compile(r"\s+")  # French has narrow ones that do not break, and sometimes plain ones


@dataclass(frozen=True)
class Side:
    """One language: text <-> ids. Ids of `SPECIALS` come first, then those of the tokenizer."""

    tokenizer: Tokenizer
    spaced: bool  # words have spaces between them, and the first one is read as if it had one

    @property
    def size(self) -> int:
        return len(SPECIALS) + len(self.tokenizer.vocabulary)

    def encode(self, text: str) -> list[int]:
        """Ids of one sentence, without start or end."""
        return self.encode_all([text])[0]

    def encode_all(self, sentences: Sequence[str]) -> list[list[int]]:
        """The same for many, which is much quicker at once: no token spans a line."""
        lines = [self._line(one) for one in sentences]
        found = self.tokenizer.encode("\n".join(lines))
        ends = np.cumsum([len(line) + 1 for line in lines])
        text = found.starts + 1 != ends[np.searchsorted(ends, found.starts, side="right")]
        ids, starts = found.ids[text] + len(SPECIALS), found.starts[text]
        cuts = np.searchsorted(starts, ends[:-1])
        return [part.tolist() for part in np.split(ids, cuts)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids; those of `SPECIALS` are left out."""
        plain = [one - len(SPECIALS) for one in ids if one >= len(SPECIALS)]
        text = self.tokenizer.decode(plain)
        return text.removeprefix(" ") if self.spaced else text

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """What stands for each id, `<bos>` and its like included."""
        known = self.tokenizer.vocabulary.known
        count = len(SPECIALS)
        return [SPECIALS[one] if one < count else known[one - count] for one in ids]

    def _line(self, text: str) -> str:
        line = tidy(text)
        return f" {line}" if self.spaced and line else line


@dataclass(frozen=True)
class Part:
    """Pairs of one part of the data, as texts and as ids without start and end."""

    texts: list[Pair]
    sources: list[list[int]]
    targets: list[list[int]]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class Data:
    """All that one run learns from (`train`), is watched on (`validation`), and is judged on."""

    source: Side
    target: Side
    train: Part
    validation: Part
    test: Part

    @property
    def target_tokens(self) -> int:
        """Tokens to be predicted in an epoch, ends of sentences included."""
        return sum(len(ids) + 1 for ids in self.train.targets)


def prepare(config: AttentionConfig, sides: tuple[Side, Side] | None = None) -> Data:
    """Reads, splits and numbers the pairs of a task.

    A model that was trained before brings the `sides` it has. Subwords are learned from the
    training part only. Raises `Refused` if the pairs are not on this machine, or too few.
    """
    train, validation, test = split_pairs(config)
    if config.max_pairs and len(train) > config.max_pairs:
        order = torch.randperm(len(train), generator=generator(config.seed, "pairs"))
        train = [train[at] for at in order[: config.max_pairs].tolist()]
    source, target = sides or _learned(train, config)
    learned, watched = (
        _numbered(part, source, target, config.max_tokens) for part in (train, validation)
    )
    if min(len(learned), len(watched)) < 2:
        raise Refused("attention.too_few_pairs", max_tokens=config.max_tokens)
    # No sentence of the test is left out for its length.
    return Data(source, target, learned, watched, _numbered(test, source, target, None))


def split_pairs(config: AttentionConfig) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Texts to train on, to validate on, and to test on."""
    if config.is_toy:
        return toy_rows(config.task, symbols=config.symbols, length=config.length)
    parts = sentence_pairs(config.task)
    if "all" in parts:
        return held_apart(parts["all"])
    train, validation, test = (_tidied(parts[name]) for name in ("train", "val", "test"))
    return train, validation, test


def held_apart(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Splits by the letters of the source sentence.

    The hash of a sentence decides, whatever the order. When the set grows, what was learned from
    before is never held out.
    """
    pairs = _tidied(pairs)
    keys = [_key(source) for source, _ in pairs]
    ranked = sorted(set(keys), key=lambda key: hashlib.sha256(key.encode()).digest())
    test = set(ranked[:TEST_SENTENCES])
    validation = set(ranked[TEST_SENTENCES : TEST_SENTENCES + VALIDATION_SENTENCES])
    parts: tuple[list[Pair], list[Pair], list[Pair]] = ([], [], [])
    for key, pair in zip(keys, pairs, strict=True):
        parts[2 if key in test else 1 if key in validation else 0].append(pair)
    return parts


def tidy(text: str) -> str:
    """Every white space a plain one, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def _tidied(pairs: Sequence[Pair]) -> list[Pair]:
    """Each pair once, in the order of its first occurrence."""
    return list(dict.fromkeys((tidy(source), tidy(target)) for source, target in pairs))


def _key(sentence: str) -> str:
    return "".join(letter for letter in sentence.casefold() if letter.isalnum())


def _learned(train: Sequence[Pair], config: AttentionConfig) -> tuple[Side, Side]:
    scheme = "word" if config.is_toy else "bpe"
    sides = []
    for at in range(2):
        spaced = config.is_toy or not (at and config.task == "eng-cmn")
        lead = " " if spaced and not config.is_toy else ""
        text = "\n".join(lead + pair[at] for pair in train)
        learned = tokenizer.learn(text, scheme, vocabulary_size=config.vocabulary_size)
        sides.append(Side(learned, spaced))
    return sides[0], sides[1]


def _numbered(pairs: Sequence[Pair], source: Side, target: Side, longest: int | None) -> Part:
    """With `longest`, only pairs whose sides have that many tokens at most."""
    if not pairs:
        return Part([], [], [])
    sources = source.encode_all([pair[0] for pair in pairs])
    targets = target.encode_all([pair[1] for pair in pairs])
    kept = [
        at
        for at in range(len(pairs))
        if longest is None or max(len(sources[at]), len(targets[at])) <= longest
    ]
    return Part(
        [pairs[at] for at in kept], [sources[at] for at in kept], [targets[at] for at in kept]
    )


def padded(rows: Sequence[Sequence[int]]) -> Int[Tensor, "rows longest"]:
    """Rows of ids as one tensor, filled up with `PAD`."""
    longest = max(map(len, rows), default=0)
    filled = [[*row, *[PAD] * (longest - len(row))] for row in rows]
    return torch.tensor(filled, dtype=torch.int64).view(len(rows), longest)


def read_by_model(sources: Sequence[Sequence[int]]) -> Int[Tensor, "rows longest"]:
    """Source sentences as a model reads them: with an end, which is a place to rest attention."""
    return padded([[*row, END] for row in sources])
