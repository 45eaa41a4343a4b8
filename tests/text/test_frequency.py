"""Ranks by hand and by counting; Zipf's law on texts drawn from it, and on a real one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.text.frequency import ranked, thinned, zipf_slope
from playground.text.tokenization import tokenize
from playground.text.vocabulary import Vocabulary


def test_bigrams_are_ranked_by_count_and_then_by_id():
    found = ranked([1, 0, 1, 0, 2, 0, 2], 2)
    assert found.keys.tolist() == [[0, 2], [1, 0], [0, 1], [2, 0]]
    assert found.counts.tolist() == [2, 2, 1, 1]


@given(ids=st.lists(st.integers(0, 6), max_size=50), n=st.integers(1, 3))
def test_ranks_hold_every_run_of_tokens_as_often_as_it_stands_there(ids, n):
    found = ranked(ids, n)
    expected = Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))
    assert found.keys.shape == (len(expected), n)
    keys = map(tuple, found.keys.tolist())
    assert dict(zip(keys, found.counts.tolist(), strict=True)) == expected
    pairs = list(zip(-found.counts, found.keys.tolist(), strict=True))
    assert pairs == sorted(pairs)


def test_three_tokens_of_the_largest_vocabulary_still_have_keys_of_their_own():
    ids = np.array([99_999, 99_998, 99_999, 0, 99_999])
    assert sorted(ranked(ids, 3).keys.tolist()) == [
        [99_998, 99_999, 0], [99_999, 0, 99_999], [99_999, 99_998, 99_999]
    ]  # fmt: skip


@pytest.mark.parametrize("n", [0, 4])
def test_runs_of_another_length_are_refused(n):
    with pytest.raises(ValueError, match="n="):
        ranked([0, 1], n)


@pytest.mark.parametrize("exponent", [0.5, 0.8, 1.0, 1.3, 1.7, 2.0])
@pytest.mark.parametrize(("kinds", "tokens"), [(1_000, 20_000), (5_000, 100_000), (50_000, 10**6)])
def test_the_slope_of_a_text_drawn_from_zipfs_law_is_recovered(exponent, kinds, tokens):
    chances = np.arange(1, kinds + 1) ** -exponent
    drawn = np.random.default_rng(0).choice(kinds, tokens, p=chances / chances.sum())
    fit = zipf_slope(ranked(drawn).counts)
    assert fit is not None
    assert fit.slope == pytest.approx(-exponent, abs=0.02)
    assert fit.r_squared > 0.98


def test_an_exact_line_is_found_exactly():
    ranks = np.arange(1, 41)
    fit = zipf_slope((1e12 * ranks**-1.25).astype(np.int64))
    assert (fit.slope, fit.intercept) == pytest.approx((-1.25, np.log(1e12)))
    assert (fit.first_rank, fit.last_rank) == (1, 40)
    assert fit.r_squared == pytest.approx(1)


def test_kinds_all_alike_lie_on_a_level_line():
    fit = zipf_slope(np.full(50, 30))
    assert (fit.slope, fit.r_squared) == pytest.approx((0, 1))


def test_kinds_counted_less_than_ten_times_are_not_fitted():
    counts = np.array([100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 9, 1, 1])
    assert zipf_slope(counts).last_rank == 10
    assert zipf_slope(counts[3:]) is None
    assert zipf_slope(np.array([], np.int64)) is None


def test_the_words_of_a_story_follow_zipfs_law_roughly():
    tokens = tokenize(corpus_text("story-en"), "word")
    fit = zipf_slope(ranked(Vocabulary.count(tokens, 10_000).ids(tokens)).counts)
    assert -1.3 < fit.slope < -0.7


@given(kinds=st.integers(0, 300_000))
def test_the_ranks_drawn_are_few_and_hold_the_first_and_the_last(kinds):
    ranks = thinned(kinds)
    assert len(ranks) == kinds if kinds <= 600 else 200 < len(ranks) <= 600
    assert (np.diff(ranks) > 0).all()
    assert not kinds or (ranks[0], ranks[-1]) == (1, kinds)
