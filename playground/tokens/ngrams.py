"""The n-gram model of a text: what it predicts, what it writes, and how good it is."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.refused import Refused
from playground.text.ngrams import HIGHEST_ORDER, NGrams
from playground.text.reading import split_points
from playground.text.smoothing import KneserNey, Laplace, Smoothed
from playground.tokens.reading import Reading, encoded, holds, kept, learned

_TOP = 12
_SHORTEST = 20  # tokens, so that there is something to count and something to test on
# Of the counted text: its perplexity is for comparison, and its beginning tells as much.
_MOST_SCORED = 100_000
_BYTES_OF_FIGURES = 500
_BYTES_PER_TOKEN = 26  # of each order at most: keys, counts, suffixes, few of them shared


def ngram(asked: Mapping[str, Any]) -> dict[str, Any]:
    """One model: perplexities, the table of what comes after the prefix, and a text it draws."""
    reading = Reading.of(asked)
    train, validation = _parts(reading, asked["validation_share"])
    made = learned(reading)
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
        "train_tokens": len(train),
        "validation_tokens": len(validation),
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
        train, validation = _parts(reading, share)
        return {
            "train_perplexity": model.perplexity(train[:_MOST_SCORED]),
            "validation_perplexity": model.perplexity(validation[:_MOST_SCORED]),
        }

    names = ("order", "smoothing", "alpha")
    key = ("perplexities", reading.key, share, *(asked[name] for name in names))
    return kept(key, scored, lambda _: _BYTES_OF_FIGURES)


def ngram_curve(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Perplexities of both smoothings for every order, on what was counted and on what was not."""
    reading, share, alpha = Reading.of(asked), asked["validation_share"], asked["alpha"]
    train, validation = _parts(reading, share)
    counts = _counts(reading, share, HIGHEST_ORDER)
    located = {
        "train": counts.locate(train[:_MOST_SCORED]),
        "validation": counts.locate(validation[:_MOST_SCORED]),
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


def _parts(reading: Reading, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Counted tokens and held-out ones. Raises `Refused` if either has too few."""
    ids = encoded(reading).ids
    cut, end = split_points(len(ids), max_tokens=0, validation_share=share)
    train, validation = ids[:cut], ids[cut:end]
    needed = max(_SHORTEST, int(np.ceil(2 / share)))
    if len(ids) < needed or len(train) < 2 or len(validation) < 2:
        raise Refused("tokens.too_short_to_predict", tokens=len(ids), needed=needed)
    return train, validation


def _counts(reading: Reading, share: float, order: int) -> NGrams:
    """The n-grams of the counted part, up to `order` at least."""
    train, _ = _parts(reading, share)
    key = ("n-grams", reading.key, share)
    # Counts of a higher order serve all lower ones.
    held = next((one for one in range(order, HIGHEST_ORDER + 1) if holds((*key, one))), order)
    size = len(learned(reading).vocabulary)
    return kept(
        (*key, held),
        lambda: NGrams.count(train, order=held, vocabulary_size=size),
        lambda made: _BYTES_PER_TOKEN * sum(len(level) for level in made.levels),
    )


def _model(counts: NGrams, order: int, smoothing: str, alpha: float) -> Smoothed:
    if smoothing == "laplace":
        return Laplace(counts, alpha, order)
    return KneserNey(counts, order)
