"""Minibatches and padding as the page shows them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.packed import unpacked
from playground.refused import Refused
from playground.tokens.batches import unbroken
from tests.tokens.asking import asked

CUT = {"scheme": "char", "steps": 5, "batch_size": 2, "sampling": "sequential", "offset": 0,
       "seed": 0}  # fmt: skip


def cut(**arguments):
    return asked("minibatches", **{**CUT, **arguments})


@pytest.mark.parametrize("sampling", ["random", "sequential"])
def test_targets_are_the_inputs_one_step_on(sampling):
    text = corpus_text("story-en")
    told = cut(sampling=sampling, offset=3, batch_size=4)
    assert len(told["preview"]) == 4
    for start, row in zip(told["starts"][0], told["preview"], strict=True):
        assert "".join(row["x"]) == text[start : start + 5]
        assert "".join(row["y"]) == text[start + 1 : start + 6]
    assert "".join(told["ribbon"]) == text[:2000]


def test_sequential_rows_go_on_and_random_ones_do_not():
    told = cut(steps=7, batch_size=3)
    starts = np.array(told["starts"])
    assert told["continues"] is True
    assert (np.diff(starts, axis=0) == 7).all()
    told = cut(steps=7, batch_size=3, sampling="random")
    assert told["continues"] is False
    assert not (np.diff(np.array(told["starts"]), axis=0) == 7).all()
    flat = np.array(told["starts"]).ravel()
    assert len(set(flat.tolist())) == len(flat)
    assert (flat % 7 == 0).all()


@given(
    steps=st.integers(1, 64), batch_size=st.integers(1, 32), offset=st.integers(0, 63),
    sampling=st.sampled_from(["random", "sequential"]), seed=st.integers(0, 2**31 - 1),
)  # fmt: skip
def test_rows_lie_in_the_text_and_what_is_left_out_is_told(
    steps, batch_size, offset, sampling, seed
):
    told = cut(
        steps=steps, batch_size=batch_size, offset=offset, sampling=sampling, seed=seed
    )  # fmt: skip
    starts = np.array(told["starts"])
    assert starts.shape == (min(told["batches"], 200), batch_size)
    assert starts.min() >= told["offset"] == told["unused"]["before"] == offset % steps
    assert starts.max() + steps + 1 <= told["tokens"] - told["unused"]["after"]
    assert told["unused"]["after"] >= 0
    assert told["read"] == told["batches"] * batch_size * steps <= told["tokens"]


def test_a_text_shorter_than_a_batch_is_refused():
    with pytest.raises(Refused) as caught:
        cut(text="short", steps=5, batch_size=2)
    assert caught.value.params == {"tokens": 5, "needed": 16}
    assert cut(text="x" * 16, steps=5, batch_size=2)["batches"] == 1


def padded(**arguments):
    return asked("padding", **{"scheme": "word", "batch_size": 8, "order": "given", "seed": 0}
                 | arguments)  # fmt: skip


@pytest.mark.parametrize("order", ["given", "shuffled", "bucketed"])
def test_every_sentence_stands_in_one_batch_padded_to_its_longest(order):
    told = padded(order=order)
    lengths = [one["length"] for one in told["sentences"]]
    assert sorted(row for batch in told["batches"] for row in batch["rows"]) == list(
        range(len(lengths))
    )
    for batch in told["batches"]:
        assert batch["padded"] == max(lengths[row] for row in batch["rows"])
        assert len(batch["rows"]) <= 8
    cells = sum(batch["padded"] * len(batch["rows"]) for batch in told["batches"])
    assert told["cells"] == cells
    assert told["padding"] == cells - sum(lengths)
    assert told["waste"] == told["compare"][order] == pytest.approx(1 - sum(lengths) / cells)


@pytest.mark.parametrize("corpus", ["story-en", "story-zh"])
def test_bucketing_wastes_least(corpus):
    compared = padded(corpus=corpus)["compare"]
    assert compared["bucketed"] < 0.5 * min(compared["given"], compared["shuffled"])


def test_lengths_are_counted_in_the_tokens_of_the_scheme():
    for scheme in ("char", "bpe"):
        for one in padded(scheme=scheme)["sentences"][:5]:
            strip = asked("token_strip", text=one["text"], scheme=scheme)
            assert one["length"] == len(unpacked(strip["ids"]))


def test_a_text_broken_at_a_fixed_width_keeps_its_sentences():
    line = "a line that is long enough to have been broken at a fixed width and"
    assert unbroken(f"{line}\ngoes on here.\n\nTitle\nNext.") == (
        f"{line} goes on here.\n\nTitle\nNext.\n"
    )
    wide = "“" + "这一行说完了，" * 8 + "换行是真正的结束。”"
    assert unbroken(f"{wide}\n下一行") == f"{wide}\n下一行\n"


def test_a_text_without_words_has_no_sentence():
    with pytest.raises(Refused, match="no sentence"):
        padded(text=" \n ")
