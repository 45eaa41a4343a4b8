"""The n-gram model of a text: what it predicts, what it writes, and how good it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.refused import Refused
from playground.text.ngrams import HIGHEST_ORDER, NGrams
from playground.text.reading import parts, split_points
from playground.text.smoothing import KneserNey, Laplace, Smoothed
from playground.text.tokenizer import Tokenizer
from playground.tokens.reading import (
    BYTES_PER_TOKEN,
    Reading,
    encoded,
    holds,
    kept,
    learned,
    shown,
)

_TOP = 12
_SHORTEST = 20  # tokens, so that there is something to count and something to test on
# Of the counted text: its perplexity is for comparison, and its beginning tells as much.
_MOST_SCORED = 100_000
_BYTES_OF_FIGURES = 500
_BYTES_PER_GRAM = 26  # of each order at most: keys, counts, suffixes, few of them shared


def ngram(asked: Mapping[str, Any]) -> dict[str, Any]:
    """One model: perplexities, the table of what comes after the prefix, and a text it draws."""
    reading = Reading.of(asked)
    read = _parts(reading, asked["validation_share"])
    made = read.tokenizer
    known, unknown = made.vocabulary.known, made.vocabulary.unknown
    counts = _counts(reading, asked["validation_share"], asked["order"])
    model = _model(counts, asked["order"], asked["smoothing"], asked["alpha"])
    prefix = made.encode(asked["prefix"]).ids.tolist()
    context = prefix[max(0, len(prefix) - asked["order"] + 1) :]
    chances = model.probabilities(context)
    used = model.order_used(context)
    # Where the model backed off, the counts are those behind the part of the context it knows.
    known_part = context[len(context) - used + 1 :] if used else context
    seen = dict(zip(*(part.tolist() for part in counts.followers(known_part)), strict=True))
    top = np.argsort(-chances, kind="stable")[:_TOP]
    drawn = list(
        model.generate(
            prefix,
            asked["length"],
            np.random.default_rng(asked["seed"]),
            temperature=asked["temperature"],
            # Nobody wants to read what is unknown; but where nothing else is known, it must do.
            forbidden=[unknown] if len(known) > 1 else [],
        )
    )
    whole = made.decode([*prefix, *(one.id for one in drawn)])
    return {
        "train_tokens": len(read.train),
        "validation_tokens": len(read.validation),
        "vocabulary_size": len(known),
        **_perplexities(reading, asked, model),
        "contexts": counts.contexts(asked["order"]),
        "context": [known[one] for one in context],
        "order_used": used,
        "table": [
            {
                "token": known[one],
                "id": int(one),
                "count": int(seen.get(int(one), 0)),
                "probability": float(chances[one]),
            }
            for one in top
        ],
        "rest": max(0.0, 1 - float(chances[top].sum())),
        "generated": [
            {"token": known[one.id], "probability": one.probability, "order": one.order_used}
            for one in drawn
        ],
        # The prefix as it was typed, what is unknown in it too.
        "text": asked["prefix"] + whole[len(made.decode(prefix)) :],
    }


def _perplexities(reading: Reading, asked: Mapping[str, Any], model: Smoothed) -> dict[str, float]:
    """On what was counted and on what was not; another prefix or seed changes neither."""
    share = asked["validation_share"]

    def scored() -> dict[str, float]:
        read = _parts(reading, share)
        return {
            "train_perplexity": model.perplexity(read.train[:_MOST_SCORED]),
            "validation_perplexity": model.perplexity(read.validation[:_MOST_SCORED]),
        }

    names = ("order", "smoothing", "alpha")
    key = ("perplexities", reading.key, share, *(asked[name] for name in names))
    return kept(key, scored, lambda _: _BYTES_OF_FIGURES)


def ngram_curve(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Perplexities of both smoothings for every order, on what was counted and on what was not."""
    reading, share, alpha = Reading.of(asked), asked["validation_share"], asked["alpha"]
    read = _parts(reading, share)
    counts = _counts(reading, share, HIGHEST_ORDER)
    located = {
        "train": counts.locate(read.train[:_MOST_SCORED]),
        "validation": counts.locate(read.validation[:_MOST_SCORED]),
    }

    def perplexities(smoothing: str, part: str) -> list[float]:
        return [
            _model(counts, order, smoothing, alpha).perplexity(located[part])
            for order in range(1, HIGHEST_ORDER + 1)
        ]

    return {
        "orders": list(range(1, HIGHEST_ORDER + 1)),
        **{
            smoothing: {part: perplexities(smoothing, part) for part in located}
            for smoothing in ("kneser_ney", "laplace")
        },
        "uniform": counts.vocabulary_size,
    }


@dataclass(frozen=True)
class _Read:
    """A tokenizer, and the ids of the text it reads: those counted and those held out."""

    tokenizer: Tokenizer
    train: np.ndarray
    validation: np.ndarray


def _parts(reading: Reading, share: float) -> _Read:
    """Counted tokens and held-out ones. Raises `Refused` if either has too few.

    A text that teaches its own tokens teaches them by its counted part alone, as in Sequence.
    """

    def cut() -> _Read:
        if reading.source != reading.shown:
            ids = encoded(reading).ids
            middle, end = split_points(len(ids), max_tokens=0, validation_share=share)
            return _Read(learned(reading), ids[:middle], ids[middle:end])
        read = parts(
            shown(reading),
            scheme=reading.scheme,
            alphabet="full",
            vocabulary_size=reading.vocabulary_size,
            max_tokens=0,
            validation_share=share,
            min_frequency=reading.min_frequency,
        )
        return _Read(read.tokenizer, read.train, read.validation)

    read = kept(("parts", reading.key, share), cut, _bytes)
    tokens = len(read.train) + len(read.validation)
    needed = max(_SHORTEST, int(np.ceil(2 / share)))
    if tokens < needed or len(read.train) < 2 or len(read.validation) < 2:
        raise Refused("tokens.too_short_to_predict", tokens=tokens, needed=needed)
    return read


def _bytes(read: _Read) -> int:
    vocabulary = BYTES_PER_TOKEN * len(read.tokenizer.vocabulary)
    return read.train.nbytes + read.validation.nbytes + vocabulary


def _counts(reading: Reading, share: float, order: int) -> NGrams:
    """The n-grams of the counted part, up to `order` at least."""
    read = _parts(reading, share)
    key = ("n-grams", reading.key, share)
    # Counts of a higher order serve all lower ones.
    held = next((one for one in range(order, HIGHEST_ORDER + 1) if holds((*key, one))), order)
    size = len(read.tokenizer.vocabulary)
    return kept(
        (*key, held),
        lambda: NGrams.count(read.train, order=held, vocabulary_size=size),
        lambda made: _BYTES_PER_GRAM * sum(len(level) for level in made.levels),
    )


def _model(counts: NGrams, order: int, smoothing: str, alpha: float) -> Smoothed:
    if smoothing == "laplace":
        return Laplace(counts, alpha, order)
    return KneserNey(counts, order)
