"""What a model has to beat: counting. Kneser–Ney n-grams on the very tokens a run is tested on."""

import math
from typing import Any

from playground.refused import Refused
from playground.text.ngrams import NGrams
from playground.text.reading import Parts, parts
from playground.text.smoothing import KneserNey

ORDERS = (1, 2, 3, 4, 5, 6)
_TRIED_ON = 0.1  # of the training part: its end, on which the order is chosen


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

    `{"orders", "perplexity": [one each], "order", "held_out_perplexity", "loss"}`: the order is
    chosen on the end of the training part, and the loss, in nats per token, is what it then
    reaches on the part kept apart. `Refused("text.nothing_held_out")` if that is too short.
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
    order = chosen_order(read)
    held_out = perplexity[ORDERS.index(order)]
    return {
        "orders": list(ORDERS),
        "perplexity": perplexity,
        "order": order,
        "held_out_perplexity": held_out,
        "loss": math.log(held_out),
    }


def chosen_order(read: Parts) -> int:
    """The order that does best on the end of the training part when the rest of it is counted.

    Not on the validation part: what is chosen on it does a little better there than elsewhere.
    """
    middle = len(read.train) - max(2, int(len(read.train) * _TRIED_ON))
    if middle < 1:
        return 1
    counts = NGrams.count(
        read.train[:middle], order=max(ORDERS), vocabulary_size=len(read.vocabulary)
    )
    tried = counts.locate(read.train[middle:])
    return min(ORDERS, key=lambda order: KneserNey(counts, order=order).perplexity(tried))
