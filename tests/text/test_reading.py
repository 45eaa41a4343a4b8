"""What a model reads, and what it must not have seen; the baseline on exactly that."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text import tokenizer
from playground.text.baseline import baseline, chosen_order
from playground.text.ngrams import NGrams
from playground.text.reading import parts, split_points, taught
from playground.text.smoothing import KneserNey

SUBWORDS = ["bpe", "wordpiece", "unigram"]
SCHEMES = ["character", "word", *SUBWORDS]
USUAL = {"alphabet": "full", "vocabulary_size": 300, "max_tokens": 0, "validation_share": 0.1}


@pytest.fixture(scope="module")
def story():
    return corpus_text("story-en")[:30_000]


@given(
    tokens=st.integers(0, 200),
    max_tokens=st.integers(0, 250),
    share=st.floats(0, 0.5),
)
def test_the_share_kept_apart_is_the_tail_of_what_is_used(tokens, max_tokens, share):
    cut, end = split_points(tokens, max_tokens=max_tokens, validation_share=share)
    assert 0 <= cut <= end == (min(tokens, max_tokens) if max_tokens else tokens)
    assert end - cut == int(end * share)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("max_tokens", [0, 3_000])
def test_parts_are_split_by_tokens_and_hold_what_the_text_says(story, scheme, max_tokens):
    read = parts(story, scheme=scheme, **(USUAL | {"max_tokens": max_tokens}))
    whole = read.tokenizer.encode(story).ids
    used = whole[: max_tokens or len(whole)]
    np.testing.assert_array_equal(np.concatenate([read.train, read.validation]), used)
    assert len(read.validation) == int(len(used) * 0.1)
    assert len(read.vocabulary) <= 300


@pytest.mark.parametrize("scheme", ["character", "bpe", "unigram"])
def test_the_texts_of_the_parts_are_what_the_file_says(story, scheme):
    read = parts(story, scheme=scheme, **USUAL)
    assert read.train_text + read.validation_text == story
    assert read.tokenizer.decode(read.validation) == read.validation_text


@pytest.mark.parametrize("scheme", ["word", "wordpiece"])
def test_the_texts_of_words_read_as_what_a_model_writes(story, scheme):
    read = parts(story, scheme=scheme, **(USUAL | {"vocabulary_size": 10_000}))
    assert read.tokenizer.decode(read.train) == read.train_text


@pytest.mark.parametrize("scheme", ["character", "word"])
@pytest.mark.parametrize("max_tokens", [0, 3_000])
def test_no_token_is_known_that_only_the_part_kept_apart_holds(story, scheme, max_tokens):
    settings = USUAL | {"scheme": scheme, "max_tokens": max_tokens}
    read = parts(story, **settings)
    first = int(read.tokenizer.encode(story).starts[len(read.train)])
    other = parts(story[:first] + story[first:].replace("e", "Ω"), **settings)
    assert "Ω" in other.validation_text
    assert other.vocabulary == read.vocabulary


@pytest.mark.parametrize("scheme", SUBWORDS)
@pytest.mark.parametrize("vocabulary_size", [60, 2_000])
@pytest.mark.parametrize(("max_tokens", "at_least"), [(0, 0.97), (2_500, 0.8), (40, 0)])
def test_subwords_are_learned_from_nearly_all_of_the_first_part_and_from_nothing_else(
    story, scheme, vocabulary_size, max_tokens, at_least
):
    settings = {
        "scheme": scheme,
        "vocabulary_size": vocabulary_size,
        "max_tokens": max_tokens,
        "validation_share": 0.1,
    }
    learned, characters = taught(story, **settings)
    read = parts(story, alphabet="full", **settings)
    assert learned.as_json() == read.tokenizer.as_json()
    alone = tokenizer.learn(story[:characters], scheme, vocabulary_size=vocabulary_size)
    assert learned.as_json() == alone.as_json()
    end = int(learned.encode(story).ends[len(read.train) - 1])
    assert at_least * end <= characters <= end


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_saved_tokenizer_brings_the_same_parts_back(story, scheme):
    settings = USUAL | {"scheme": scheme, "max_tokens": 4_000}
    read = parts(story, **settings)
    kept = tokenizer.from_json(read.tokenizer.as_json())
    again = parts(story, **settings, tokenizer=kept)
    np.testing.assert_array_equal(again.train, read.train)
    np.testing.assert_array_equal(again.validation, read.validation)
    assert again.train_text == read.train_text


@pytest.mark.parametrize("scheme", SCHEMES)
@given(
    text=st.text(max_size=60),
    max_tokens=st.integers(0, 20),
    share=st.floats(0, 0.5),
)
def test_any_text_has_parts_even_one_too_short_to_train_on(scheme, text, max_tokens, share):
    settings = USUAL | {"max_tokens": max_tokens, "validation_share": share}
    read = parts(text, scheme=scheme, **settings)
    tokens = len(read.train) + len(read.validation)
    assert not max_tokens or tokens <= max_tokens
    assert len(read.validation) == int(tokens * share)


def test_letters_are_read_as_d2l_reads_them():
    read = parts("The Time-Machine, by H.", scheme="character", **(USUAL | {"alphabet": "letters"}))
    assert read.train_text + read.validation_text == "the time machine by h"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_baseline_scores_every_validation_token_but_the_first(story, scheme):
    read = parts(story, scheme=scheme, **USUAL)
    told = baseline(story, tokens=scheme, **USUAL)
    counts = NGrams.count(
        read.train, order=max(told["orders"]), vocabulary_size=len(read.vocabulary)
    )
    for order, perplexity in zip(told["orders"], told["perplexity"], strict=True):
        model = KneserNey(counts, order=order)
        logs = model.log_probabilities(read.validation)
        assert len(logs) == len(read.validation) - 1
        assert perplexity == pytest.approx(math.exp(-logs.mean()))
    assert told["perplexity"][told["order"] - 1] == told["held_out_perplexity"]
    assert told["loss"] == pytest.approx(math.log(told["held_out_perplexity"]))
    assert told["order"] > 1
    assert min(told["perplexity"]) <= told["held_out_perplexity"] < len(read.vocabulary)


def test_the_order_is_chosen_on_the_training_part_alone(story):
    read = parts(story, scheme="character", **USUAL)
    chosen = chosen_order(read)
    noise = np.random.default_rng(0).permutation(read.validation)
    assert chosen_order(replace(read, validation=noise)) == chosen
    middle = len(read.train) - int(0.1 * len(read.train))
    counts = NGrams.count(read.train[:middle], order=6, vocabulary_size=len(read.vocabulary))
    tried = [KneserNey(counts, order=n).perplexity(read.train[middle:]) for n in range(1, 7)]
    assert tried[chosen - 1] == min(tried)


def test_a_baseline_needs_something_to_be_tested_on(story):
    with pytest.raises(Refused, match="0 are kept apart"):
        baseline(story, tokens="word", **(USUAL | {"validation_share": 0.0}))
    with pytest.raises(Refused, match="of 10 tokens, 1 are"):
        baseline("abcdefghij", tokens="character", **USUAL)
