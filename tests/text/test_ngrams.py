"""Counts of n-grams against counting by hand, and Markov models as distributions."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.text.ngrams import NGrams
from playground.text.smoothing import KneserNey, Laplace
from playground.text.tokenization import tokenize
from playground.text.vocabulary import Vocabulary

SIZE = 5  # ids in the texts below; the last one is never drawn, so that one is never seen
texts = st.lists(st.integers(0, SIZE - 2), max_size=40)
orders = st.integers(1, 6)
models = st.sampled_from([KneserNey, Laplace])
contexts = st.lists(st.integers(0, SIZE - 1), max_size=8)


def counted(text, order=6):
    return NGrams.count(text, order=order, vocabulary_size=SIZE)


@given(text=texts, order=orders)
def test_every_run_of_tokens_is_counted_as_often_as_it_stands_there(text, order):
    counts = counted(text, order)
    for length, level in enumerate(counts.levels, 1):
        expected = Counter(tuple(text[i : i + length]) for i in range(len(text) - length + 1))
        assert len(level) == len(expected)
        for gram, count in expected.items():
            assert level.counts[counts.number(gram)] == count
        assert counts.contexts(length) == len({gram[:-1] for gram in expected})


@given(text=texts, order=orders, asked=contexts)
def test_what_never_stood_in_the_text_has_no_number(text, order, asked):
    counts = counted(text, order)
    run = asked[:order]
    stands = any(text[i : i + len(run)] == run for i in range(len(text)))
    assert (counts.number(run) >= 0) == (stands or not run)


@given(text=texts, order=orders)
def test_a_continuation_count_is_the_number_of_different_tokens_before(text, order):
    counts = counted(text, order)
    for length, before in enumerate(counts.continuations, 1):
        longer = {tuple(text[i : i + length + 1]) for i in range(len(text) - length)}
        expected = Counter(gram[1:] for gram in longer)
        grams = {tuple(text[i : i + length]) for i in range(len(text) - length + 1)}
        assert {gram: before[counts.number(gram)] for gram in grams} == {
            gram: expected[gram] for gram in grams
        }


@given(text=texts, order=orders, context=contexts)
def test_followers_are_what_stood_after_a_context(text, order, context):
    context = context[: order - 1]
    ids, numbers = counted(text, order).followers(context)
    width = len(context)
    expected = Counter(
        text[i + width] for i in range(len(text) - width) if text[i : i + width] == context
    )
    assert dict(zip(ids.tolist(), numbers.tolist(), strict=True)) == expected


def test_a_context_longer_than_what_was_counted_is_refused():
    with pytest.raises(ValueError, match="not counted"):
        counted([0, 1, 2], order=2).followers([0, 1])


@pytest.mark.parametrize("wrong", [[5], [-1], [0, 1, 99]])
def test_an_id_beyond_the_vocabulary_is_refused_and_not_taken_for_another(wrong):
    with pytest.raises(ValueError, match=r"\[0, 5\)"):
        counted(wrong)
    with pytest.raises(ValueError, match=r"\[0, 5\)"):
        counted([0, 1, 2]).locate(wrong)


@pytest.mark.parametrize("order", [0, 7])
def test_orders_beyond_six_are_refused(order):
    with pytest.raises(ValueError, match="order"):
        counted([0, 1], order)


@given(text=texts, order=orders, model=models, context=contexts)
def test_probabilities_sum_to_1_after_any_context_and_leave_no_token_out(
    text, order, model, context
):
    chances = model(counted(text, order)).probabilities(context)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert (chances > 0).all()


@given(text=texts, order=orders, model=models, scored=contexts, counted_to=orders)
def test_a_whole_text_at_once_is_scored_as_token_by_token(text, order, model, scored, counted_to):
    smoothed = model(counted(text, max(order, counted_to)), order=order)
    expected = [
        np.log(smoothed.probabilities(scored[:place])[scored[place]])
        for place in range(1, len(scored))
    ]
    np.testing.assert_allclose(smoothed.log_probabilities(scored), expected, atol=1e-12)


@given(text=texts, order=orders, model=models, scored=contexts)
def test_a_lower_order_of_the_same_counts_is_that_order_counted_alone(text, order, model, scored):
    shared, alone = model(counted(text), order=order), model(counted(text, order))
    np.testing.assert_array_equal(shared.log_probabilities(scored), alone.log_probabilities(scored))
    np.testing.assert_array_equal(shared.probabilities(scored), alone.probabilities(scored))


@given(text=texts, order=orders, model=models, context=contexts)
def test_only_the_last_tokens_of_a_context_matter(text, order, model, context):
    smoothed = model(counted(text), order=order)
    short = context[max(0, len(context) - order + 1) :]
    np.testing.assert_array_equal(smoothed.probabilities(context), smoothed.probabilities(short))
    assert smoothed.order_used(context) == smoothed.order_used(short) <= len(short) + 1


@given(text=texts, order=orders, context=contexts)
def test_the_order_used_is_that_of_the_longest_context_that_something_followed(
    text, order, context
):
    def known(text, width):
        """Whether something follows the last `width` tokens of the context."""
        last = context[len(context) - width :]
        return any(text[i : i + width] == last for i in range(len(text) - width))

    full = min(order, len(context) + 1)
    # Below the full order Kneser-Ney counts what stands before, and the first token has nothing.
    lengths = [n for n in range(1, full + 1) if known(text if n == order else text[1:], n - 1)]
    counts = counted(text, order)
    assert KneserNey(counts).order_used(context) == max(lengths, default=0)
    assert Laplace(counts).order_used(context) == (full if known(text, full - 1) else 0)


@pytest.mark.parametrize("model", [KneserNey, Laplace])
@pytest.mark.parametrize("order", [1, 2])
def test_a_text_without_any_pattern_has_the_perplexity_of_guessing(model, order):
    drawn = np.random.default_rng(0).integers(0, 20, 400_000)
    smoothed = model(NGrams.count(drawn[:300_000], order=order, vocabulary_size=20))
    assert smoothed.perplexity(drawn[300_000:]) == pytest.approx(20, rel=0.002)


@pytest.mark.parametrize("model", [KneserNey, Laplace])
def test_before_anything_is_counted_all_tokens_are_alike(model):
    smoothed = model(counted([]))
    assert smoothed.perplexity([0, 1, 2, 3, 4]) == pytest.approx(SIZE)
    assert smoothed.order_used([1, 2]) == 0


def test_a_text_that_repeats_is_learned_by_heart():
    model = KneserNey(NGrams.count([0, 1, 2, 3] * 5_000, order=2, vocabulary_size=4))
    assert 1 < model.perplexity([0, 1, 2, 3] * 100) < 1.001


@pytest.mark.parametrize("ids", [[], [3]])
def test_a_text_without_a_token_to_score_has_no_perplexity(ids):
    with pytest.raises(ValueError, match="two tokens"):
        KneserNey(counted([0, 1, 2])).perplexity(ids)


@pytest.mark.parametrize("model", [KneserNey, Laplace])
def test_generated_text_repeats_with_its_seed(model):
    smoothed = model(counted([0, 1, 2, 3, 0, 2, 1, 3, 3, 1], order=3))

    def drawn(seed):
        return list(smoothed.generate([0, 1], 60, np.random.default_rng(seed)))

    assert drawn(7) == drawn(7) != drawn(8)


@given(text=texts, order=orders, model=models, prefix=contexts, seed=st.integers(0, 99))
def test_each_token_is_drawn_with_the_probability_it_is_told_with(text, order, model, prefix, seed):
    smoothed = model(counted(text, order))
    for one in smoothed.generate(prefix, 8, np.random.default_rng(seed)):
        assert one.probability == pytest.approx(smoothed.probabilities(prefix)[one.id])
        assert one.order_used == smoothed.order_used(prefix)
        prefix = [*prefix, one.id]


def test_tokens_are_drawn_as_often_as_their_probability_says():
    smoothed = KneserNey(counted([0, 1, 2, 3, 0, 2, 1, 3, 3, 1, 1, 1], order=1))
    drawn = [one.id for one in smoothed.generate([], 5_000, np.random.default_rng(0))]
    shares = np.bincount(drawn, minlength=SIZE) / 5_000
    np.testing.assert_allclose(shares, smoothed.probabilities([]), atol=0.02)


@pytest.mark.parametrize("temperature", [0.0, 1e-6])
def test_without_temperature_the_likeliest_is_taken(temperature):
    smoothed = KneserNey(counted([0, 1, 2, 3] * 9, order=2))
    drawn = list(smoothed.generate([0], 5, np.random.default_rng(0), temperature=temperature))
    assert [one.id for one in drawn] == [1, 2, 3, 0, 1]
    assert {one.probability for one in drawn} == {1.0}


@given(text=texts, order=orders, model=models, temperature=st.sampled_from([0.0, 0.5, 5.0]))
def test_what_is_forbidden_is_never_drawn(text, order, model, temperature):
    smoothed = model(counted(text, order))
    drawn = smoothed.generate(
        [], 20, np.random.default_rng(1), temperature=temperature, forbidden={0, 2, 4}
    )
    assert {one.id for one in drawn} <= {1, 3}
    with pytest.raises(ValueError, match="forbidden"):
        next(smoothed.generate([], 1, np.random.default_rng(1), forbidden=range(SIZE)))


def test_five_orders_of_a_million_tokens_are_counted_in_three_seconds():
    tokens = tokenize(corpus_text("story-en"), "word")
    vocabulary = Vocabulary.count(tokens, 5_000)
    story = np.array(vocabulary.ids(tokens))
    # Drawn words between the repeated ones, so that not every n-gram is an old one.
    ids = np.resize(story, 1_000_000)
    random = np.random.default_rng(0)
    drawn = random.random(len(ids)) < 0.3
    ids[drawn] = random.choice(story, drawn.sum())
    before = time.process_time()
    counts = NGrams.count(ids[:900_000], order=5, vocabulary_size=len(vocabulary))
    counting = time.process_time()
    KneserNey(counts).perplexity(ids[900_000:])
    assert counting - before < 3
    assert time.process_time() - counting < 1
