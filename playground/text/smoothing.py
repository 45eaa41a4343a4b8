"""Markov models of a text: n-gram counts made into probabilities that leave no token out.

Two ways of one interface: `Laplace` adds to every count, `KneserNey` takes from those that were
seen and hands on to shorter contexts. V is the size of the vocabulary, c a context, w a token.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int

from playground.text.ngrams import Located, NGrams

USUAL_DISCOUNT = 0.75  # Church & Gale 1991: about what held-out texts show


@dataclass(frozen=True, slots=True)
class Drawn:
    """One token drawn, and the probability it was drawn with, after temperature.

    `order_used` as of `Smoothed.order_used`.
    """

    id: int
    probability: float
    order_used: int


class Smoothed(ABC):
    """P(w | c) for the last `order` - 1 tokens of any context; those before do not matter."""

    def __init__(self, counts: NGrams, order: int | None = None):
        """`order` may be lower than the counts', so that one counting serves many orders."""
        self.counts = counts
        self.order = counts.order if order is None else order
        if not 1 <= self.order <= counts.order:
            raise ValueError(f"order={self.order} must lie in [1, {counts.order}]")

    @abstractmethod
    def probabilities(self, context: Sequence[int]) -> Float64[np.ndarray, " vocabulary"]:
        """P(w | context) of every w. They sum to 1, whatever the context, and none is 0."""

    @abstractmethod
    def _chances(self, text: Located) -> Float64[np.ndarray, " scored"]:
        """P of each token of a text after the first."""

    @abstractmethod
    def order_used(self, context: Sequence[int]) -> int:
        """Tokens of the longest n-gram that has a say after this context.

        1 is a token by itself; at 0 nothing was ever counted there, and all tokens are alike.
        """

    def log_probabilities(
        self, ids: Sequence[int] | Int[np.ndarray, " tokens"] | Located
    ) -> Float64[np.ndarray, " scored"]:
        """ln P of each token after the first, given those before it in these ids alone."""
        return np.log(self._chances(self._located(ids)))

    def perplexity(self, ids: Sequence[int] | Int[np.ndarray, " tokens"] | Located) -> float:
        """exp of the mean of -ln P over each token after the first: 1 to infinity.

        That of guessing evenly is V. `ValueError` for fewer than two tokens.
        """
        chances = self.log_probabilities(ids)
        if not len(chances):
            raise ValueError("a text of fewer than two tokens has no perplexity")
        return math.exp(-chances.mean())

    def generate(
        self,
        prefix: Sequence[int],
        length: int,
        generator: np.random.Generator,
        *,
        temperature: float = 1.0,
        forbidden: Collection[int] = (),
    ) -> Iterator[Drawn]:
        """`length` tokens that go on from `prefix`, none of them `forbidden`.

        Drawn with P^(1/temperature); temperature 0 takes the likeliest, of equals the lowest id.
        `ValueError` if every token is forbidden.
        """
        barred = np.fromiter(forbidden, np.int64)
        if len(set(forbidden)) >= self.counts.vocabulary_size:
            raise ValueError("every token is forbidden")
        context = self._relevant(prefix)
        for _ in range(length):
            chances = _tempered(self.probabilities(context), temperature, barred)
            upper = chances.cumsum()
            # A number so near 1 that it rounds to the whole sum must not fall on what has none.
            last = np.searchsorted(upper, upper[-1])
            drawn = min(np.searchsorted(upper, generator.random() * upper[-1], "right"), last)
            yield Drawn(int(drawn), float(chances[drawn]), self.order_used(context))
            context = self._relevant([*context, int(drawn)])

    def _located(self, ids: Sequence[int] | Int[np.ndarray, " tokens"] | Located) -> Located:
        return ids if isinstance(ids, Located) else self.counts.locate(ids)

    def _relevant(self, context: Sequence[int]) -> list[int]:
        return [int(token) for token in context[max(0, len(context) - self.order + 1) :]]


class Laplace(Smoothed):
    """Add-alpha: P(w | c) = (N(c w) + alpha) / (N(c) + alpha V), c of the full length alone.

    Laplace 1814 with alpha = 1, Lidstone 1920 for others; d2l 9.3. Early in a text, where fewer
    tokens stand before, c is what there is.
    """

    def __init__(self, counts: NGrams, alpha: float = 1.0, order: int | None = None):
        super().__init__(counts, order)
        if not 0 < alpha < math.inf:
            raise ValueError(f"alpha={alpha} must be above 0")
        self.alpha = alpha

    def probabilities(self, context: Sequence[int]) -> Float64[np.ndarray, " vocabulary"]:
        ids, counts = self.counts.followers(self._relevant(context))
        chances = np.full(self.counts.vocabulary_size, float(self.alpha))
        chances[ids] += counts
        return chances / (counts.sum() + self.alpha * self.counts.vocabulary_size)

    def order_used(self, context: Sequence[int]) -> int:
        relevant = self._relevant(context)
        ids, _ = self.counts.followers(relevant)
        return len(relevant) + 1 if len(ids) else 0

    def _chances(self, text: Located) -> Float64[np.ndarray, " scored"]:
        parts = []
        for length in range(min(2, self.order), self.order + 1):
            level = self.counts.levels[length - 1]
            contexts, grams = _scored(text, length)
            if length < self.order:  # only the one token that has no more before it
                contexts, grams = contexts[:1], grams[:1]
            above = _padded(level.counts.astype(np.float64))[grams] + self.alpha
            totals = _per_context(self.counts, length, level.counts)
            below = totals[contexts] + self.alpha * self.counts.vocabulary_size
            parts.append(above / below)
        return np.concatenate(parts)


@dataclass(frozen=True)
class _Discounted:
    """What one length of n-gram adds to Kneser–Ney. The arrays end with a 0 for the unknown."""

    counts: Float64[np.ndarray, " padded"]
    totals: Float64[np.ndarray, " contexts"]  # N(c): sum of the counts after a context
    kinds: Float64[np.ndarray, " contexts"]  # T(c): how many are not 0
    discount: float


class KneserNey(Smoothed):
    """Interpolated Kneser–Ney with one discount D per order (Chen & Goodman 1998, section 3).

    P_k(w | c) = max(N(c w) - D, 0) / N(c) + D T(c) / N(c) · P_{k-1}(w | c without its first)

    N counts occurrences at the full order; below it, how many different tokens stand before
    (Ney, Essen & Kneser 1994). P_0 is 1/V, and P_k is P_{k-1} after a context never seen.
    """

    def __init__(self, counts: NGrams, order: int | None = None):
        super().__init__(counts, order)
        raw = counts.levels[self.order - 1].counts.astype(np.float64)
        numbers = (*counts.continuations[: self.order - 1], raw)
        self._levels = tuple(
            _Discounted(
                _padded(number),
                _per_context(counts, length, number),
                _per_context(counts, length, number > 0),
                discount(number),
            )
            for length, number in enumerate(numbers, 1)
        )

    @property
    def discounts(self) -> tuple[float, ...]:
        """D of the n-grams of 1 to `order` tokens."""
        return tuple(level.discount for level in self._levels)

    def probabilities(self, context: Sequence[int]) -> Float64[np.ndarray, " vocabulary"]:
        size, relevant = self.counts.vocabulary_size, self._relevant(context)
        chances = np.full(size, 1 / size)
        for length, level in enumerate(self._levels[: len(relevant) + 1], 1):
            number = self.counts.number(relevant[len(relevant) - length + 1 :])
            total = level.totals[number]
            if not total:
                break  # then no longer context was seen either
            chances *= level.discount * level.kinds[number] / total
            children = self.counts.children(length, number)
            ids = self.counts.levels[length - 1].keys[children] % size
            chances[ids] += np.maximum(level.counts[:-1][children] - level.discount, 0) / total
        return chances

    def order_used(self, context: Sequence[int]) -> int:
        relevant = self._relevant(context)
        used = 0
        for length, level in enumerate(self._levels[: len(relevant) + 1], 1):
            if level.totals[self.counts.number(relevant[len(relevant) - length + 1 :])]:
                used = length
        return used

    def _chances(self, text: Located) -> Float64[np.ndarray, " scored"]:
        chances = np.full(max(0, len(text.ids) - 1), 1 / self.counts.vocabulary_size)
        for length, level in enumerate(self._levels, 1):
            contexts, grams = _scored(text, length)
            total, kinds = level.totals[contexts], level.kinds[contexts]
            own = np.maximum(level.counts[grams] - level.discount, 0)
            later = chances[max(0, length - 2) :]  # what has enough tokens before it; a view
            seen = total > 0
            mixed = (own[seen] + level.discount * kinds[seen] * later[seen]) / total[seen]
            later[seen] = mixed
        return chances


def discount(counts: Float64[np.ndarray, " kinds"]) -> float:
    """D = n1 / (n1 + 2 n2), of the numbers of n-grams counted once and twice, in (0, 1).

    Where one of the two is 0, that would be 0, 1 or nothing; it is `USUAL_DISCOUNT` instead.
    """
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return once / (once + 2 * twice) if once and twice else USUAL_DISCOUNT


def _scored(
    text: Located, length: int
) -> tuple[Int[np.ndarray, " scored"], Int[np.ndarray, " scored"]]:
    """Numbers of context and n-gram for each token, but the first, with enough before it."""
    tokens, skipped = len(text.ids), 1 if length == 1 else 0
    end = max(skipped, tokens - length + 1)
    return text.numbers[length - 1][skipped:end], text.numbers[length][skipped:end]


def _per_context(
    counts: NGrams, length: int, values: np.ndarray
) -> Float64[np.ndarray, " contexts"]:
    """Sums over the n-grams of each context; one more, 0, for a context that is unknown (-1)."""
    owners = counts.levels[length - 1].keys // counts.vocabulary_size
    contexts = len(counts.levels[length - 2]) if length > 1 else 1
    # Of nothing at all, bincount makes integers.
    return np.bincount(owners, values, minlength=contexts + 1).astype(np.float64)


def _padded(values: Float64[np.ndarray, " kinds"]) -> Float64[np.ndarray, " padded"]:
    """With a 0 at the end, where the number of what is unknown (-1) leads."""
    return np.append(values, 0.0)


def _tempered(
    chances: Float64[np.ndarray, " vocabulary"],
    temperature: float,
    barred: Int[np.ndarray, " barred"],
) -> Float64[np.ndarray, " vocabulary"]:
    """In logarithms, so that a tiny temperature does not underflow to nothing at all."""
    scores = np.log(chances)
    scores[barred] = -np.inf
    if temperature == 0:
        single = np.zeros_like(chances)
        single[scores.argmax()] = 1.0
        return single
    scores = np.exp((scores - scores.max()) / temperature)
    return scores / scores.sum()
