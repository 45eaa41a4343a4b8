"""A text as a model reads it: cut into tokens, split in two, numbered by what its beginning taught.

Sequence trains on these parts, and n-grams are counted on the very same. Nothing is learned from
the part that is kept apart: neither which tokens there are, nor where subwords are cut.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32

from playground.text import subwords
from playground.text.encoded import Encoded
from playground.text.pieces import LONGEST
from playground.text.tokenization import join, letters_only, tokenize
from playground.text.tokenizer import Tokenizer, Whole, learn
from playground.text.vocabulary import Vocabulary

_AMPLE = 8  # characters a subword has at most on average: where the search for the split starts


@dataclass(frozen=True)
class Parts:
    """What one model learns from and is tested on, and how it was cut. Either may be empty.

    The texts are as readable as the scheme's tokens joined; by character, bpe and unigram they
    are what the file says.
    """

    tokenizer: Tokenizer
    train: Int32[np.ndarray, " train_tokens"]
    validation: Int32[np.ndarray, " validation_tokens"]
    train_text: str
    validation_text: str

    @property
    def vocabulary(self) -> Vocabulary:
        return self.tokenizer.vocabulary


def read(text: str, *, alphabet: str) -> str:
    """The text in its alphabet: `full`, or `letters` for lower-case a to z and single spaces."""
    return letters_only(text) if alphabet == "letters" else text


def split_points(tokens: int, *, max_tokens: int, validation_share: float) -> tuple[int, int]:
    """Where the tail that is kept apart starts, and where it ends, in tokens.

    Of the first `max_tokens`, or of all if that is 0.
    """
    end = min(tokens, max_tokens) if max_tokens else tokens
    return end - int(end * validation_share), end


def parts(
    text: str,
    *,
    scheme: str,
    alphabet: str,
    vocabulary_size: int,
    max_tokens: int,
    validation_share: float,
    min_frequency: int = 1,
    tokenizer: Tokenizer | None = None,
) -> Parts:
    """The two parts of a text, by a given `tokenizer` or by one learned from the first part.

    The split depends on the text and the tokenizer alone, so one that was saved brings the same
    parts back.
    """
    text = read(text, alphabet=alphabet)
    if scheme in subwords.SCHEMES:
        if max_tokens:
            text = text[: max_tokens * LONGEST]  # no subword is longer
        if tokenizer is None:
            tokenizer, _ = taught(
                text,
                scheme=scheme,
                vocabulary_size=vocabulary_size,
                max_tokens=max_tokens,
                validation_share=validation_share,
                min_frequency=min_frequency,
            )
        return _of_subwords(text, tokenizer, max_tokens, validation_share)
    tokens = tokenize(text, scheme)
    cut, end = split_points(len(tokens), max_tokens=max_tokens, validation_share=validation_share)
    train, validation = tokens[:cut], tokens[cut:end]
    if tokenizer is None:
        counted = Vocabulary.count(train, vocabulary_size, min_frequency=min_frequency)
        tokenizer = Whole(scheme, counted)
    known = tokenizer.vocabulary
    return Parts(
        tokenizer,
        np.array(known.ids(train), np.int32),
        np.array(known.ids(validation), np.int32),
        join(train, scheme),
        join(validation, scheme),
    )


def taught(
    text: str,
    *,
    scheme: str,
    vocabulary_size: int,
    max_tokens: int,
    validation_share: float,
    min_frequency: int = 1,
) -> tuple[Tokenizer, int]:
    """Subwords learned from the beginning of a text, and how many characters that is.

    Where the first part ends depends on where the subwords are cut, and so on what they are
    learned from. What is learned from here lies within the first part that it leads to.
    """
    ample = min(len(text), max_tokens * _AMPLE) if max_tokens else len(text)
    characters = ample - int(ample * validation_share)
    while True:
        tokenizer = learn(
            text[:characters],
            scheme,
            vocabulary_size=vocabulary_size,
            min_frequency=min_frequency,
        )
        encoded = tokenizer.encode(text)
        cut, _ = split_points(
            len(encoded), max_tokens=max_tokens, validation_share=validation_share
        )
        reached = _end(encoded, cut)
        if characters <= reached:
            return tokenizer, characters
        # Less by 2 % at least, or ever smaller steps could take all day.
        characters = min(reached, int(characters * 0.98))


def _of_subwords(
    text: str, tokenizer: Tokenizer, max_tokens: int, validation_share: float
) -> Parts:
    encoded = tokenizer.encode(text)
    cut, end = split_points(len(encoded), max_tokens=max_tokens, validation_share=validation_share)
    middle, last = _end(encoded, cut), _end(encoded, end)
    train_text, validation_text = text[:middle], text[middle:last]
    if tokenizer.scheme == "wordpiece":  # which keeps no white space
        train_text = join(tokenize(train_text, "word"), "word")
        validation_text = join(tokenize(validation_text, "word"), "word")
    return Parts(tokenizer, encoded.ids[:cut], encoded.ids[cut:end], train_text, validation_text)


def _end(encoded: Encoded, tokens: int) -> int:
    """How many characters the first so many tokens reach to."""
    return int(encoded.ends[tokens - 1]) if tokens else 0
