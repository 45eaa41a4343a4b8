"""Laws of where rows start, for every length, batch size and number of steps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.text.minibatches import (
    batches_in,
    inputs_and_targets,
    shortest,
    starts,
    stretches,
)

SAMPLINGS = ["random", "sequential"]
shapes = st.tuples(st.integers(1, 9), st.integers(1, 7), st.integers(0, 90), st.integers(0, 999))


def epoch_of(sampling, steps, batch_size, extra, seed):
    generator = np.random.default_rng(seed)
    tokens = shortest(steps=steps, batch_size=batch_size) + extra
    where = starts(
        tokens,
        steps=steps,
        batch_size=batch_size,
        sampling=sampling,
        offset=int(generator.integers(steps)),
        order=generator.permutation(stretches(tokens, steps=steps)),
    )
    number = batches_in(tokens, steps=steps, batch_size=batch_size, sampling=sampling)
    assert where.shape == (number, batch_size)
    assert number >= 1
    return np.arange(tokens), where  # a token tells where it stands


@pytest.mark.parametrize("sampling", SAMPLINGS)
@given(shape=shapes)
def test_every_target_is_the_token_after_its_input(sampling, shape):
    steps, batch_size, *_ = shape
    tokens, where = epoch_of(sampling, *shape)
    for row in where:
        inputs, targets = inputs_and_targets(tokens, row, steps=steps)
        assert inputs.shape == targets.shape == (batch_size, steps)
        np.testing.assert_array_equal(targets, inputs + 1)
        np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])


@given(shape=shapes)
def test_a_row_of_sequential_batches_goes_on_where_it_stopped(shape):
    steps, *_ = shape
    _, where = epoch_of("sequential", *shape)
    for before, after in pairwise(where):
        np.testing.assert_array_equal(after, before + steps)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@given(shape=shapes)
def test_an_epoch_reads_no_token_twice_and_nearly_all_once(sampling, shape):
    steps, batch_size, *_ = shape
    tokens, where = epoch_of(sampling, *shape)
    seen = np.concatenate([inputs_and_targets(tokens, row, steps=steps)[0] for row in where])
    assert len(np.unique(seen)) == seen.size
    assert len(tokens) - seen.size < steps * batch_size + steps + batch_size + 1


@given(shape=shapes)
def test_random_sampling_takes_the_stretches_in_the_order_it_is_given(shape):
    steps, batch_size, extra, seed = shape
    tokens = shortest(steps=steps, batch_size=batch_size) + extra
    order = np.random.default_rng(seed).permutation(stretches(tokens, steps=steps))
    where = starts(
        tokens,
        steps=steps,
        batch_size=batch_size,
        sampling="random",
        offset=steps - 1,
        order=order,
    )
    assert (where.ravel() // steps).tolist() == order[: where.size].tolist()
    assert set((where.ravel() % steps).tolist()) == {steps - 1}


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("offset", [0, 3])
def test_the_offset_moves_every_cut_and_changes_no_number(sampling, offset):
    settings = {"steps": 4, "batch_size": 3, "sampling": sampling}
    np.testing.assert_array_equal(
        starts(100, offset=offset, **settings), starts(100, offset=0, **settings) + offset
    )


def test_sequential_partitioning_by_hand():
    # 0 to 34 as in d2l: two lines of 14; with five steps each, two batches of them.
    where = starts(35, steps=5, batch_size=2, sampling="sequential", offset=1)
    assert where.tolist() == [[1, 15], [6, 20]]
    inputs, targets = inputs_and_targets(np.arange(35), where[1], steps=5)
    assert inputs.tolist() == [[6, 7, 8, 9, 10], [20, 21, 22, 23, 24]]
    assert targets.tolist() == [[7, 8, 9, 10, 11], [21, 22, 23, 24, 25]]


@given(steps=st.integers(1, 9), batch_size=st.integers(1, 7))
def test_the_shortest_text_has_a_batch_and_one_of_a_token_less_has_none(steps, batch_size):
    shape = {"steps": steps, "batch_size": batch_size}
    needed = shortest(**shape)
    assert batches_in(needed, sampling="random", **shape) >= 1
    assert batches_in(needed, sampling="sequential", **shape) == 1
    assert batches_in(needed - 1, sampling="sequential", **shape) == 0
    assert batches_in(needed - 2, sampling="random", **shape) == 0  # its lines need not touch


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("tokens", [0, 1, 5])
def test_a_text_too_short_has_no_batches(sampling, tokens):
    where = starts(tokens, steps=5, batch_size=2, sampling=sampling, offset=0)
    assert where.shape == (0, 2)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"offset": 5}, "offset"), ({"offset": -1}, "offset"), ({"sampling": "sorted"}, "sorted"),
     ({"order": np.arange(3)}, "3 for 19")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong, told):
    settings = {"steps": 5, "batch_size": 2, "sampling": "random", "offset": 0}
    with pytest.raises(ValueError, match=told):
        starts(100, **(settings | wrong))
