"""How often what occurs: ranks, Zipf's law and its fit, the few ranks that a picture needs.

Zipf, *Human Behavior and the Principle of Least Effort* (1949): count is about C / rank^s, a
straight line of slope -s on logarithmic axes, s near 1 for the words of a language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Int64

LONGEST_RUN = 3  # tokens counted together
DRAWN = 600  # points that a logarithmic axis can show apart
RELIABLE = 10  # a count below it says little of how often to expect its kind
FEWEST_RANKS = 8  # that make a line


@dataclass(frozen=True)
class Ranked:
    """Kinds of n-gram, the most frequent first, of equals the one of lower ids."""

    keys: Int64[np.ndarray, "kinds n"]
    counts: Int64[np.ndarray, " kinds"]


@dataclass(frozen=True, slots=True)
class Fit:
    """ln(count) = intercept + slope · ln(rank), fitted from `first_rank` to `last_rank`."""

    slope: float
    intercept: float
    first_rank: int
    last_rank: int
    r_squared: float


def ranked(ids: Sequence[int] | Int[np.ndarray, " tokens"], n: int = 1) -> Ranked:
    """The runs of `n` tokens (1 to 3) in a text, each as often as it stands there."""
    if not 1 <= n <= LONGEST_RUN:
        raise ValueError(f"n={n} must lie in [1, {LONGEST_RUN}]")
    ids = np.asarray(ids, np.int64)
    size = int(ids.max()) + 1 if len(ids) else 1
    keys = np.zeros(max(0, len(ids) - n + 1), np.int64)
    for place in range(n):
        keys = keys * size + ids[place : len(ids) - n + 1 + place][: len(keys)]
    kinds, counts = np.unique(keys, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    places = size ** np.arange(n - 1, -1, -1, dtype=np.int64)
    return Ranked(kinds[order, None] // places % size, counts[order].astype(np.int64))


def zipf_slope(counts: Int[np.ndarray, " kinds"]) -> Fit | None:
    """The line through the counts, largest first; `None` if too few are large enough.

    Fitted from rank 1 to the last that was counted `RELIABLE` times: further down counts come in
    steps, and which kind was seen once or not at all is chance, so the tail of any text of finite
    length is too steep. Least squares on logarithms, with weight 1 / rank: each stretch of the
    axis as drawn then weighs alike, and the many small counts do not outvote the few that are
    known best. On texts drawn from Zipf's law with s from 0.5 to 2 the slope is recovered to 0.02.
    """
    last = int((counts >= RELIABLE).sum())
    if last < FEWEST_RANKS:
        return None
    ranks = np.arange(1, last + 1)
    x, y, weights = np.log(ranks), np.log(counts[:last]), 1 / ranks
    weights /= weights.sum()
    x_mean, y_mean = weights @ x, weights @ y
    slope = weights @ ((x - x_mean) * (y - y_mean)) / (weights @ (x - x_mean) ** 2)
    intercept = y_mean - slope * x_mean
    around_mean = weights @ (y - y_mean) ** 2
    around_line = weights @ (y - intercept - slope * x) ** 2
    # Where all counts are alike the level line misses none of them.
    explained = 1 - around_line / around_mean if counts[0] > counts[last - 1] else 1.0
    return Fit(float(slope), float(intercept), 1, last, float(explained))


def thinned(kinds: int, points: int = DRAWN) -> Int64[np.ndarray, " drawn"]:
    """Ranks from 1 to `kinds`, about evenly apart on a logarithmic axis, first and last included.

    All of them if they are `points` at most.
    """
    if kinds <= points:
        return np.arange(1, kinds + 1, dtype=np.int64)
    return np.unique(np.geomspace(1, kinds, points).round().astype(np.int64))
