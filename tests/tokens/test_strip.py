"""The strip: what is packed for the page is the text, wholly and in its place."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.packed import packed, unpacked
from playground.tokens.config import SCHEMES
from playground.tokens.parallel import parallel
from playground.tokens.strip import memory
from tests.tokens.asking import asked

any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
quick = settings(max_examples=40, deadline=None)
schemes = pytest.mark.parametrize("scheme", SCHEMES)


def spans(strip):
    """(start, end) of every token, as the page works them out."""
    count = len(unpacked(strip["ids"]))
    gaps = unpacked(strip["gaps"]) if strip["gaps"] else np.zeros(count, int)
    lengths = unpacked(strip["lengths"]) if strip["lengths"] else np.ones(count, int)
    at = 0
    for gap, length in zip(gaps.tolist(), lengths.tolist(), strict=True):
        yield at + gap, at + gap + length
        at += gap + length


@schemes
@quick
@given(text=any_text, learn_from=st.sampled_from(["corpus", "text"]))
def test_the_tokens_tile_the_text_but_for_white_space(scheme, text, learn_from):
    strip = asked("token_strip", text=text, scheme=scheme, learn_from=learn_from)
    end = 0
    for start, after in spans(strip):
        assert not text[end:start].strip()
        assert start < after
        end = after
    assert not text[end:].strip()
    assert strip["text"] is None
    assert strip["characters"] == len(text)
    if scheme in ("char", "bpe", "unigram"):
        assert strip["gaps"] is None
        assert end == len(text)


@schemes
@quick
@given(text=any_text)
def test_what_is_told_of_tokens_is_what_stands_there(scheme, text):
    answer = asked("tokenize", text=text, scheme=scheme, vocab_size=500)
    tokens = answer["tokens"]
    assert [one["text"] for one in tokens] == [text[one["start"] : one["end"]] for one in tokens]
    assert all(one["end"] <= after["start"] for one, after in itertools.pairwise(tokens))
    assert all(0 <= one["id"] < answer["vocab_size"] <= 500 for one in tokens)
    json.dumps(answer, ensure_ascii=False).encode()


@schemes
@pytest.mark.parametrize("corpus", ["story-en", "story-zh"])
def test_a_corpus_is_told_with_its_text_counts_and_figures(corpus, scheme):
    strip = asked("token_strip", corpus=corpus, scheme=scheme, vocabulary_size=300)
    ids, text = unpacked(strip["ids"]), corpus_text(corpus)
    vocabulary, figures = strip["vocabulary"], strip["stats"]
    assert strip["text"] == text
    assert vocabulary["here"] == np.bincount(ids, minlength=len(vocabulary["tokens"])).tolist()
    # Unigram numbers the tokens of its own alphabet alike, however it cut them.
    assert sum(vocabulary["here"]) == figures["tokens"] == len(ids)
    assert figures["unknown"] == vocabulary["here"][0]
    assert figures["kinds_here"] == sum(count > 0 for count in vocabulary["here"])
    assert figures["vocabulary_size"] == len(vocabulary["tokens"]) <= 300
    assert figures["characters"] == len(text)
    assert figures["bytes"] == len(text.encode())
    assert figures["characters_per_token"] == pytest.approx(len(text) / len(ids))
    assert figures["tokens_per_word"] == pytest.approx(len(ids) / figures["words"])


def test_words_are_counted_alike_in_every_language():
    words = {one["language"]: one["words"] for one in fertility()}
    assert words["en"] == 22
    assert words["de"] == 22
    assert words["zh"] == 32  # ideographs; the marks are none
    assert words["hi"] == 20


def fertility(**arguments):
    return asked("fertility", **arguments)["rows"]


def test_every_language_is_cut_and_english_is_cheapest_by_english_merges():
    rows = fertility(scheme="bpe", vocabulary_size=2000)
    assert {one["language"] for one in rows} >= {"en", "zh", "fr", "de", "es", "ru", "ar", "hi"}
    assert len(rows) >= 12
    assert len({one["text"] for one in rows}) == len(rows) == len(parallel())
    cheapest = max(rows, key=lambda one: one["characters_per_token"])
    assert cheapest["language"] == "en"
    assert all(one["name_en"] and one["name_zh"] and one["tokens"] > 0 for one in rows)


def test_chinese_merges_make_chinese_cheap_and_leave_no_cyrillic():
    rows = {one["language"]: one for one in fertility(scheme="bpe", corpus="story-zh")}
    assert rows["zh"]["unknown"] < rows["zh"]["tokens"] / 3
    assert rows["ru"]["unknown"] > rows["ru"]["tokens"] / 2


def test_rare_tokens_become_unknown_when_they_are_asked_to():
    often, always = (
        asked("token_strip", scheme="word", min_frequency=least)["stats"] for least in (5, 1)
    )
    assert often["unknown"] > always["unknown"]
    assert often["vocabulary_size"] < always["vocabulary_size"]


@given(
    st.lists(st.integers(0, 2**32 - 1)),
    st.sampled_from([np.int64, np.uint32, np.uint64]),
)
def test_packed_numbers_come_back_in_the_narrowest_type(values, kind):
    held = packed(np.array(values, dtype=kind))
    assert unpacked(held).tolist() == values
    top = max(values, default=0)
    assert held["dtype"] == ("uint8" if top < 256 else "uint16" if top < 65536 else "uint32")


def test_packed_fractions_are_single_precision_and_numbers_below_zero_are_refused():
    assert unpacked(packed(np.array([[0.5, -2.0], [1e9, 3.25]]))).tolist() == [0.5, -2.0, 1e9, 3.25]
    with pytest.raises(ValueError, match="whole"):
        packed(np.array([-1]))


def test_memory_of_the_one_hot_matrix_is_that_of_real_matrices():
    tokens, kinds = 40, 7
    ids = np.arange(tokens) % kinds
    dense = np.eye(kinds, dtype=np.float32)[ids]
    rows, columns = np.nonzero(dense)
    starts = np.searchsorted(rows, np.arange(tokens + 1)).astype(np.int32)
    sparse = dense[rows, columns].nbytes + columns.astype(np.int32).nbytes + starts.nbytes
    ids_bytes = ids.astype(np.int32).nbytes
    assert memory(tokens, kinds) == {
        "dense_bytes": dense.nbytes, "sparse_bytes": sparse, "ids_bytes": ids_bytes,
    }  # fmt: skip


def test_the_costs_are_those_of_a_sentence_the_text_and_the_corpus():
    corpus = asked("token_strip", scheme="word")
    assert [(one["of"], one["tokens"]) for one in corpus["costs"]] == [
        ("sentence", 20), ("corpus", corpus["stats"]["tokens"]),
    ]  # fmt: skip
    text = asked("token_strip", scheme="word", text="The river ran.")
    assert [(one["of"], one["tokens"]) for one in text["costs"]] == [
        ("sentence", 20), ("text", 4), ("corpus", corpus["stats"]["tokens"]),
    ]  # fmt: skip
    alone = asked("token_strip", scheme="word", text="The river ran.", learn_from="text")
    assert [one["of"] for one in alone["costs"]] == ["sentence", "text"]
    for answer in (corpus, text, alone):
        size = answer["stats"]["vocabulary_size"]
        for one in answer["costs"]:
            assert memory(one["tokens"], size).items() <= one.items()
