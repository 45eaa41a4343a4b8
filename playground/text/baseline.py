"""What a model has to beat: counting. Kneser–Ney n-grams on the very tokens a run is tested on."""

import math
from typing import Any

from playground.refused import Refused
from playground.text.ngrams import NGrams
from playground.text.reading import Parts, parts
from playground.text.smoothing import KneserNey

ORDERS = (1, 2, 3, 4, 5, 6)


def baseline(
    text: str,
    *,
    tokens: str,
    alphabet: str,
    vocabulary_size: int,
    max_tokens: int,
    validation_share: float,
) -> dict[str, Any]:
    """Perplexity of each order on the part of a text kept apart; `tokens` is the scheme.

    `{"orders", "perplexity": [one each], "best_order", "best_perplexity", "loss"}`, the loss in
    nats per token, of the best. `Refused("text.nothing_held_out")` if that part is too short.
    """
    return of_parts(
        parts(
            text,
            scheme=tokens,
            alphabet=alphabet,
            vocabulary_size=vocabulary_size,
            max_tokens=max_tokens,
            validation_share=validation_share,
        )
    )


def of_parts(read: Parts) -> dict[str, Any]:
    """As `baseline`, for a text already split and numbered.

    Like a run's, the score is that of every validation token but the first, each given only what
    stands before it in the validation part.
    """
    if len(read.validation) < 2:
        whole = len(read.train) + len(read.validation)
        raise Refused("text.nothing_held_out", tokens=whole, held_out=len(read.validation))
    counts = NGrams.count(read.train, order=max(ORDERS), vocabulary_size=len(read.vocabulary))
    text = counts.locate(read.validation)
    perplexity = [KneserNey(counts, order=order).perplexity(text) for order in ORDERS]
    best = min(perplexity)
    return {
        "orders": list(ORDERS),
        "perplexity": perplexity,
        "best_order": ORDERS[perplexity.index(best)],
        "best_perplexity": best,
        "loss": math.log(best),
    }
