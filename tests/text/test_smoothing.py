"""Laplace and Kneser–Ney against their formulas: by hand, and computed slowly."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.text.ngrams import NGrams
from playground.text.smoothing import USUAL_DISCOUNT, KneserNey, Laplace, discount
from playground.text.vocabulary import Vocabulary

SIZE = 4
texts = st.lists(st.integers(0, SIZE - 1), max_size=60)
contexts = st.lists(st.integers(0, SIZE - 1), max_size=4)


@pytest.fixture(scope="module")
def story():
    """Characters of our own story: ids to count, ids held out, size of the vocabulary."""
    text = corpus_text("story-en")
    vocabulary = Vocabulary.count(text, 100)
    ids = np.array(vocabulary.ids(text))
    cut = len(ids) * 9 // 10
    return ids[:cut], ids[cut:], len(vocabulary)


def test_kneser_ney_of_a_worked_example():
    """Five tokens a b c d e (0 to 4) of which e is never seen; the text is  a b a b a c d b a b.

    Bigrams: ab 3, ba 3, ac 1, cd 1, db 1: nine. Three stand once, none twice -> D_2 = 0.75.
    Different tokens before each: before a, b alone: 1. Before b, a and d: 2. Before c, a: 1.
    Before d, c: 1. Of these 1, 2, 1, 1 (sum 5, four kinds) three are 1 and one is 2, so
    D_1 = 3 / (3 + 2 · 1) = 3/5. What D_1 takes is 3/5 · 4/5 = 12/25, of which each of the five
    tokens gets 12/125.

    P_1(a) = (1 - 3/5)/5 + 12/125 = 10/125 + 12/125 = 22/125, and so for c and d;
    P_1(b) = (2 - 3/5)/5 + 12/125 = 35/125 + 12/125 = 47/125;  P_1(e) = 12/125.

    After a (four times: b 3, c 1; two kinds), D_2 takes 3/4 · 2/4 = 3/8:
    P(b | a) = (3 - 3/4)/4 + 3/8 · 47/125 = 9/16 + 141/1000 = 0.7035
    P(c | a) = (1 - 3/4)/4 + 3/8 · 22/125 = 1/16 + 66/1000  = 0.1285
    P(a | a) = P(d | a) = 3/8 · 22/125 = 0.066;  P(e | a) = 3/8 · 12/125 = 0.036

    After c (once: d), it takes 3/4: P(d | c) = 1/4 + 3/4 · 22/125 = 0.382.
    After e, never seen, P is P_1.
    """
    text = ["abcde".index(letter) for letter in "ababacdbab"]
    model = KneserNey(NGrams.count(text, order=2, vocabulary_size=5))
    assert model.discounts == (3 / 5, 3 / 4)
    after_a = [0.066, 0.7035, 0.1285, 0.066, 0.036]
    np.testing.assert_allclose(model.probabilities([0]), after_a, rtol=1e-12)
    assert model.probabilities([2])[3] == pytest.approx(0.382)
    of_one = np.array([22, 47, 22, 22, 12]) / 125
    np.testing.assert_allclose(model.probabilities([4]), of_one, rtol=1e-12)
    np.testing.assert_allclose(model.probabilities([]), of_one, rtol=1e-12)
    # Of the held-out text  a b e c  the last three are scored: after a, after b, after e.
    # P(e | b): b is followed by a three times; 3/4 · 1/3 · 12/125 = 0.024. P(c | e) = 22/125.
    expected = np.log([0.7035, 0.024, 0.176])
    np.testing.assert_allclose(model.log_probabilities([0, 1, 4, 2]), expected, rtol=1e-12)
    assert model.perplexity([0, 1, 4, 2]) == pytest.approx((0.7035 * 0.024 * 0.176) ** (-1 / 3))


def slow_kneser_ney(text, order, token, context):
    """P(token | context) as the formula reads, in exact fractions, counting anew each time."""

    def counts(length):
        grams = [tuple(text[i : i + length]) for i in range(len(text) - length + 1)]
        if length == order:
            return Counter(grams)
        longer = {tuple(text[i : i + length + 1]) for i in range(len(text) - length)}
        return Counter(gram[1:] for gram in longer)

    def taken(table):
        once, twice = (sum(count == n for count in table.values()) for n in (1, 2))
        if once and twice:
            return Fraction(once, once + 2 * twice)
        return Fraction(USUAL_DISCOUNT)

    def chance(context):
        table = counts(len(context) + 1)
        after = {gram[-1]: n for gram, n in table.items() if gram[:-1] == context}
        lower = chance(context[1:]) if context else Fraction(1, SIZE)
        total = sum(after.values())
        if not total:
            return lower
        own = max(after.get(token, 0) - taken(table), Fraction(0))
        return own / total + taken(table) * len(after) / total * lower

    width = min(order - 1, len(context))
    return chance(tuple(context[len(context) - width :]))


@given(text=texts, order=st.integers(1, 4), context=contexts)
def test_kneser_ney_is_its_formula(text, order, context):
    model = KneserNey(NGrams.count(text, order=order, vocabulary_size=SIZE))
    expected = [float(slow_kneser_ney(text, order, token, context)) for token in range(SIZE)]
    np.testing.assert_allclose(model.probabilities(context), expected, rtol=1e-9)


def test_a_word_that_follows_one_word_only_is_unlikely_elsewhere():
    """The point of Kneser–Ney: `Francisco` is frequent, but only after `San`."""
    san, francisco, glasses, *others = range(12)
    text = [san, francisco] * 50
    for other in others:
        text += [other, glasses]
    model = KneserNey(NGrams.count(text, order=2, vocabulary_size=13))
    unseen = model.probabilities([12])
    assert unseen[glasses] > 4 * unseen[francisco]
    assert model.probabilities([san])[francisco] > 0.95


def test_on_a_real_text_kneser_ney_beats_add_one_from_the_second_order_on(story):
    train, held_out, size = story
    counts = NGrams.count(train, order=5, vocabulary_size=size)
    text = counts.locate(held_out)
    kneser_ney = [KneserNey(counts, order=k).perplexity(text) for k in range(1, 6)]
    laplace = [Laplace(counts, 1.0, order=k).perplexity(text) for k in range(1, 6)]
    assert all(one < other for one, other in zip(kneser_ney[1:], laplace[1:], strict=True))
    assert kneser_ney[3] < kneser_ney[2] < kneser_ney[1] < kneser_ney[0] < size
    assert laplace[4] > laplace[2]  # a context never seen says nothing, and most are


@given(text=texts, alpha=st.floats(1e-4, 10), order=st.integers(1, 4), context=contexts)
def test_laplace_adds_alpha_to_every_count(text, alpha, order, context):
    chances = Laplace(NGrams.count(text, order=order, vocabulary_size=SIZE), alpha).probabilities(
        context
    )
    context = context[max(0, len(context) - order + 1) :]
    width = len(context)
    after = Counter(
        text[i + width] for i in range(len(text) - width) if text[i : i + width] == context
    )
    expected = [(after[token] + alpha) / (after.total() + alpha * SIZE) for token in range(SIZE)]
    np.testing.assert_allclose(chances, expected, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.0, -1.0, float("nan"), float("inf")])
def test_laplace_needs_something_to_add(alpha):
    with pytest.raises(ValueError, match="alpha"):
        Laplace(NGrams.count([0, 1], order=1, vocabulary_size=SIZE), alpha)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([1, 1, 1, 2, 5], 3 / 5), ([1, 2, 2], 1 / 5), ([1, 1, 3], USUAL_DISCOUNT),
     ([2, 2], USUAL_DISCOUNT), ([], USUAL_DISCOUNT), ([7, 8], USUAL_DISCOUNT)],
)  # fmt: skip
def test_the_discount_is_told_by_what_stands_once_and_twice(counts, expected):
    assert discount(np.array(counts, np.float64)) == pytest.approx(expected)


@pytest.mark.parametrize("model", [KneserNey, Laplace])
def test_an_order_that_was_not_counted_is_refused(model):
    with pytest.raises(ValueError, match="order"):
        model(NGrams.count([0, 1], order=2, vocabulary_size=SIZE), order=3)
