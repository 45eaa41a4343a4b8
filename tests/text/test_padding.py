"""Batches of sentences: waste by hand, and what bucketing is worth for any lengths."""

import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.text.padding import ORDERS, Plan, plan, sentences

lengths_of_any = st.lists(st.integers(0, 30), max_size=40)
sizes = st.integers(1, 9)
seeds = st.integers(0, 999)


def planned(lengths, batch_size, order, seed=0):
    generator = np.random.default_rng(seed)
    return plan(lengths, batch_size=batch_size, order=order, generator=generator)


def test_the_waste_of_a_plan_by_hand():
    found = planned([3, 5, 2, 2, 9], 2, "given")
    assert found.batches == ((0, 1), (2, 3), (4,))
    assert found.padded == (5, 2, 9)
    assert (found.cells, found.padding) == (10 + 4 + 9, 2)
    assert found.waste == pytest.approx(2 / 23)
    assert found.mask(0).tolist() == [[True] * 3 + [False] * 2, [True] * 5]


def test_bucketing_puts_those_of_like_length_together():
    found = planned([9, 1, 8, 2], 2, "bucketed")
    assert sorted(map(sorted, found.batches)) == [[0, 2], [1, 3]]
    assert found.waste == pytest.approx(2 / 22)


@pytest.mark.parametrize(
    ("lengths", "short"), [([1, 1, 10], 10), ([1, 10, 10], 1), ([1, 1, 5, 9, 9], 5)]
)
def test_the_batch_of_the_rest_is_where_it_costs_least(lengths, short):
    found = planned(lengths, 2, "bucketed")
    assert [found.padded[i] for i, batch in enumerate(found.batches) if len(batch) == 1] == [short]


@pytest.mark.parametrize("order", ORDERS)
@given(lengths=lengths_of_any, batch_size=sizes, seed=seeds)
def test_every_sentence_stands_in_one_batch_and_its_mask_is_as_long_as_it(
    order, lengths, batch_size, seed
):
    found = planned(lengths, batch_size, order, seed)
    rows = [row for batch in found.batches for row in batch]
    assert sorted(rows) == list(range(len(lengths)))
    sizes = sorted(map(len, found.batches), reverse=True)
    full, rest = divmod(len(lengths), batch_size)
    assert sizes == [batch_size] * full + [rest] * (rest > 0)
    for place, batch in enumerate(found.batches):
        mask = found.mask(place)
        assert mask.sum(axis=1).tolist() == [lengths[row] for row in batch]
        assert (np.sort(mask, axis=1)[:, ::-1] == mask).all()  # text first, then padding
    assert found.padding == sum((~found.mask(i)).sum() for i in range(len(found.batches)))
    assert 0 <= found.waste <= 1


@given(lengths=lengths_of_any, batch_size=sizes, seed=seeds)
def test_bucketed_batches_never_waste_more_than_given_or_shuffled_ones(lengths, batch_size, seed):
    bucketed = planned(lengths, batch_size, "bucketed", seed)
    assert bucketed.waste <= planned(lengths, batch_size, "given").waste
    assert bucketed.waste <= planned(lengths, batch_size, "shuffled", seed).waste


@given(lengths=st.lists(st.integers(0, 12), max_size=6), batch_size=st.integers(1, 4))
def test_no_order_at_all_wastes_less_than_the_bucketed(lengths, batch_size):
    best = min(
        planned(ordered, batch_size, "given").padding for ordered in set(permutations(lengths))
    )
    # Those of all orders are all the ways to fill the batches; which of them is last is no matter.
    assert planned(lengths, batch_size, "bucketed").padding == best


@pytest.mark.parametrize("order", ["shuffled", "bucketed"])
def test_the_order_repeats_with_the_seed(order):
    lengths = list(range(30)) * 2
    assert planned(lengths, 4, order, 1) == planned(lengths, 4, order, 1)
    assert planned(lengths, 4, order, 1) != planned(lengths, 4, order, 2)


def test_bucketed_batches_do_not_come_from_short_to_long():
    padded = planned(list(range(100)), 4, "bucketed").padded
    assert list(padded) != sorted(padded)


def test_without_sentences_nothing_is_wasted():
    assert planned([], 4, "bucketed") == Plan((), ())
    assert planned([], 4, "shuffled").waste == 0
    assert planned([0, 0], 4, "given").waste == 0


@pytest.mark.parametrize(("order", "batch_size"), [("sorted", 2), ("given", 0)])
def test_what_makes_no_sense_is_refused(order, batch_size):
    with pytest.raises(ValueError, match="must be"):
        planned([1, 2], batch_size, order)


def test_sentences_end_where_a_reader_says_so():
    text = 'He said "No." Then left!\n\nIt is 3.14 long... 他说：“走吧！”然后走了……好。\nEnd'
    assert sentences(text) == [
        'He said "No."',
        "Then left!",
        "It is 3.14 long...",
        "他说：“走吧！”",
        "然后走了……好。",
        "End",
    ]


@given(text=st.text(st.sampled_from('ab \n.!?…"”。！3')))
def test_sentences_hold_all_of_the_text_but_white_space(text):
    found = sentences(text)
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    assert all(sentence == sentence.strip() != "" for sentence in found)


def test_a_story_has_sentences_of_sound_length():
    lengths = [len(sentence.split()) for sentence in sentences(corpus_text("story-en"))]
    assert 5 < np.mean(lengths) < 40
    waste = [planned(lengths, 16, order).waste for order in ("shuffled", "bucketed")]
    assert waste[1] < 0.1 < waste[0]
