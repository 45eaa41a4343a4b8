"""How often tokens and their groups occur: ranks, counts and the line that Zipf's law draws."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from playground.refused import Refused
from playground.text.frequency import Ranked, ranked, thinned, zipf_slope
from playground.text.tokenizer import Tokenizer
from playground.tokens.reading import Reading, encoded, kept, learned

_TOP = 30


def frequencies(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Counts of the tokens (n = 1), pairs or triples of a text by rank, thinned for drawing."""
    reading, n = Reading.of(asked), asked["n"]
    ids, made = encoded(reading).ids, learned(reading)
    if len(ids) < n:
        raise Refused("tokens.too_short_to_count", tokens=len(ids), needed=n)
    counted: Ranked = kept(
        ("ranked", reading.key, n),
        lambda: ranked(ids, n),
        lambda made: made.keys.nbytes + made.counts.nbytes,
    )
    drawn = thinned(len(counted.counts)) - 1
    fit = zipf_slope(counted.counts)
    return {
        "n": n,
        "kinds": len(counted.counts),
        "total": int(counted.counts.sum()),
        "once": int(np.count_nonzero(counted.counts == 1)),
        "points": {
            "ranks": [int(one) + 1 for one in drawn],
            "counts": counted.counts[drawn].tolist(),
            "labels": [label(made, counted.keys[one]) for one in drawn],
        },
        "top": [
            {"rank": one + 1, "label": label(made, key), "count": int(count)}
            for one, (key, count) in enumerate(
                zip(counted.keys[:_TOP], counted.counts[:_TOP], strict=True)
            )
        ],
        "fit": asdict(fit) if fit else None,
    }


def label(made: Tokenizer, key: np.ndarray) -> str:
    """The tokens of one group as text, with their spaces."""
    return made.decode(key.tolist())
