"""Laws of the batches, for every length, batch size and number of steps."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.refused import Refused
from playground.sequence.config import SequenceConfig
from playground.sequence.data import (
    batch_at,
    epoch_starts,
    prepare,
    shortest,
    steps_per_epoch,
)

shapes = st.tuples(st.integers(1, 9), st.integers(1, 7), st.integers(0, 90), st.integers(0, 999))


def epoch_of(sampling, steps, batch_size, extra, seed):
    config = SequenceConfig(sampling=sampling, steps=steps, batch_size=batch_size)
    tokens = torch.arange(shortest(config) + extra)  # a token tells where it stands
    starts = epoch_starts(len(tokens), config, torch.Generator().manual_seed(seed))
    assert len(starts) == steps_per_epoch(len(tokens), config) >= 1
    return tokens, [batch_at(tokens, row, steps) for row in starts]


@pytest.mark.parametrize("sampling", ["random", "sequential"])
@given(shape=shapes)
def test_every_target_is_the_token_after_its_input(sampling, shape):
    steps, batch_size, *_ = shape
    _, batches = epoch_of(sampling, *shape)
    for inputs, targets in batches:
        assert inputs.shape == targets.shape == (steps, batch_size)
        assert torch.equal(targets, inputs + 1)
        assert torch.equal(inputs[1:], targets[:-1])


@given(shape=shapes)
def test_a_row_of_sequential_batches_goes_on_where_it_stopped(shape):
    _, batches = epoch_of("sequential", *shape)
    for (_, before), (after, _) in pairwise(batches):
        assert torch.equal(after[0], before[-1])


@pytest.mark.parametrize("sampling", ["random", "sequential"])
@given(shape=shapes)
def test_an_epoch_reads_no_token_twice_and_nearly_all_once(sampling, shape):
    steps, batch_size, *_ = shape
    tokens, batches = epoch_of(sampling, *shape)
    seen = torch.cat([inputs.flatten() for inputs, _ in batches])
    assert len(seen.unique()) == len(seen)
    assert len(tokens) - len(seen) < steps * batch_size + steps + batch_size + 1


def test_the_order_changes_with_the_epoch_and_repeats_with_the_seed():
    config = SequenceConfig(sampling="random", steps=5, batch_size=4)
    one, other = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    first = epoch_starts(400, config, one)
    assert not torch.equal(first, epoch_starts(400, config, one))
    assert torch.equal(first, epoch_starts(400, config, other))


def test_the_tail_is_validation_and_only_the_rest_is_counted():
    config = SequenceConfig(steps=2, batch_size=2, validation_share=0.25)
    data = prepare("abcabcabc" + "xyz", config)
    assert data.train_text == "abcabcabc"
    assert data.validation_text == "xyz"
    assert "x" not in data.vocabulary
    assert set(data.validation.tolist()) == {data.vocabulary.unknown}
    assert data.vocabulary.tokens(data.train.tolist()) == list("abcabcabc")


def test_a_text_just_long_enough_is_taken_and_one_token_less_is_refused():
    config = SequenceConfig(steps=7, batch_size=3, validation_share=0.0)
    needed = shortest(config)
    assert len(prepare("ab" * needed, config).validation) == 0
    prepare("a" * needed, config)
    with pytest.raises(Refused, match=f"at least {needed}"):
        prepare("a" * (needed - 1), config)


def test_a_validation_part_without_a_single_target_is_refused():
    config = SequenceConfig(steps=1, batch_size=1, validation_share=0.01)
    with pytest.raises(Refused, match="validation"):
        prepare("a" * 150, config)


def test_letters_are_read_as_d2l_reads_them():
    config = SequenceConfig(alphabet="letters", steps=2, batch_size=2, validation_share=0.0)
    assert prepare("The Time-Machine, by H.", config).train_text == "the time machine by h"


def test_max_tokens_takes_the_beginning():
    config = SequenceConfig(max_tokens=20, steps=2, batch_size=2, validation_share=0.0)
    assert prepare("ab" * 50, config).train_text == "ab" * 10


def test_words_beyond_the_vocabulary_are_unknown():
    text = " ".join(f"word{n % 30} the" for n in range(300))
    config = SequenceConfig(tokens="word", vocabulary_size=10, steps=3, batch_size=3)
    data = prepare(text, config)
    assert len(data.vocabulary) == 10
    assert (data.train == data.vocabulary.unknown).any()
