"""Frequencies and n-gram models as the page asks for them."""

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text.baseline import baseline
from playground.text.tokenization import tokenize
from playground.tokens.config import internal
from tests.tokens.asking import USUAL, asked

MODEL = {
    name: getattr(USUAL, name)
    for name in ("order", "smoothing", "alpha", "prefix", "length", "temperature", "seed",
                 "validation_share")
}  # fmt: skip
CHARACTERS = {"scheme": "char", "vocabulary_size": 5000}
long_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=60, max_size=200)


def model(**arguments):
    return asked("ngram", **{**MODEL, **arguments})


def test_words_and_pairs_are_counted_as_they_stand():
    words = tokenize(corpus_text("story-en"), "word")
    for n in (1, 2, 3):
        told = asked("frequencies", scheme="word", vocabulary_size=20_000, n=n)
        counted = Counter(zip(*(words[at:] for at in range(n)), strict=False))
        assert told["kinds"] == len(counted)
        assert told["total"] == len(words) - n + 1
        assert told["once"] == sum(count == 1 for count in counted.values())
        assert [one["count"] for one in told["top"]] == [c for _, c in counted.most_common(30)]
        points = told["points"]
        assert points["ranks"][0] == 1
        assert points["ranks"][-1] == len(counted)
        assert len(points["ranks"]) == len(points["counts"]) == len(points["labels"]) <= 600
        assert points["counts"] == sorted(points["counts"], reverse=True)
    assert told["top"][0]["rank"] == 1


def test_a_line_is_fitted_where_there_is_one():
    assert -1.2 < asked("frequencies", scheme="word", n=1)["fit"]["slope"] < -0.7
    assert asked("frequencies", text="abc", scheme="char", n=1)["fit"] is None


@pytest.mark.parametrize("smoothing", ["kneser_ney", "laplace"])
@pytest.mark.parametrize("scheme", ["char", "word", "bpe", "wordpiece", "unigram"])
def test_the_table_and_the_rest_make_one(scheme, smoothing):
    told = model(scheme=scheme, smoothing=smoothing, prefix="The river was")
    total = sum(one["probability"] for one in told["table"]) + told["rest"]
    assert total == pytest.approx(1, abs=1e-9)
    assert len(told["table"]) == 12
    assert len(told["context"]) == 2
    assert 0 <= told["order_used"] <= 3
    assert told["validation_perplexity"] > 1
    assert len(told["generated"]) == USUAL.length
    assert all(0 < one["probability"] <= 1 for one in told["generated"])
    if scheme in ("char", "bpe", "unigram"):
        written = "".join(one["token"] for one in told["generated"])
        assert told["text"] == "The river was" + written


def test_counts_in_the_table_are_those_of_the_counted_part():
    told = model(**CHARACTERS, prefix="the", order=4, validation_share=0.2)
    text = corpus_text("story-en")
    counted = text[: len(text) - int(0.2 * len(text))]
    assert told["train_tokens"] == len(counted)
    for one in told["table"]:
        together = sum(counted.startswith("the" + one["token"], at) for at in range(len(counted)))
        assert one["count"] == together


def test_the_same_seed_writes_the_same_and_temperature_0_the_likeliest():
    first, again, other = (model(seed=seed, **CHARACTERS)["text"] for seed in (1, 1, 2))
    assert first == again != other
    greedy = {model(seed=seed, temperature=0.0, **CHARACTERS)["text"] for seed in (1, 2)}
    assert len(greedy) == 1


def test_the_curve_says_of_each_order_what_its_model_says():
    curve = asked("ngram_curve", **CHARACTERS, alpha=0.1, validation_share=0.1)
    assert curve["orders"] == [1, 2, 3, 4, 5, 6]
    for smoothing in ("kneser_ney", "laplace"):
        for order in (1, 4, 6):
            one = model(**CHARACTERS, alpha=0.1, order=order, smoothing=smoothing)
            for part in ("train", "validation"):
                expected = one[f"{part}_perplexity"]
                assert curve[smoothing][part][order - 1] == pytest.approx(expected)
    assert all(math.isfinite(one) and one < 2 * curve["uniform"]
               for one in curve["kneser_ney"]["validation"])  # fmt: skip


def test_a_model_is_counted_alike_whichever_was_counted_before():
    alone = model(corpus="story-zh", order=2, **CHARACTERS)
    asked("ngram_curve", corpus="story-zh", **CHARACTERS, alpha=1.0, validation_share=0.1)
    assert model(corpus="story-zh", order=2, **CHARACTERS) == alone


@given(text=long_text, prefix=st.text(max_size=20), order=st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_any_text_long_enough_gives_a_model(text, prefix, order):
    prefix = prefix.encode("utf-8", "ignore").decode()
    told = model(text=text, learn_from="text", scheme="char", prefix=prefix, order=order)
    assert math.isfinite(told["validation_perplexity"])
    assert told["text"].startswith(prefix)


def test_where_nothing_is_known_the_unknown_is_written():
    told = model(text="abc " * 30, learn_from="text", scheme="char", min_frequency=1000, length=3)
    assert told["vocabulary_size"] == 1
    assert [one["token"] for one in told["generated"]] == ["<unk>"] * 3


def test_texts_too_short_to_count_are_refused():
    for question, arguments in (
        ("ngram", MODEL), ("ngram_curve", {"alpha": 1.0, "validation_share": 0.1}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="kept apart"):
            asked(question, **{**arguments, "text": "too short", "scheme": "char"})
    with pytest.raises(Refused, match="too few"):
        asked("frequencies", text="one two", scheme="word", n=3)


@pytest.mark.parametrize("scheme", ["char", "word", "bpe", "wordpiece", "unigram"])
def test_the_curve_is_the_baseline_that_sequence_draws(scheme):
    curve = asked(
        "ngram_curve", scheme=scheme, vocabulary_size=600, alpha=1.0, validation_share=0.1
    )
    told = baseline(
        corpus_text("story-en"), tokens=internal(scheme), alphabet="full", vocabulary_size=600,
        max_tokens=0, validation_share=0.1,
    )  # fmt: skip
    assert curve["kneser_ney"]["validation"] == pytest.approx(told["perplexity"])


@pytest.mark.parametrize("scheme", ["char", "word"])
def test_the_held_out_end_teaches_no_tokens(scheme):
    """Of subwords tests/text/test_reading.py says it, where the same parts are made."""
    whole = corpus_text("story-en")[:5_000]
    end = int(0.75 * len(whole))  # within the half that is held out
    curves = [
        asked(
            "ngram_curve", text=text, learn_from="text", scheme=scheme, vocabulary_size=300,
            alpha=1.0, validation_share=0.5,
        )
        for text in (whole, whole[:end] + whole[end:].replace("e", "Ω"))
    ]  # fmt: skip
    assert curves[0]["kneser_ney"]["train"] == curves[1]["kneser_ney"]["train"]
    assert curves[0]["uniform"] == curves[1]["uniform"]
    assert curves[0]["kneser_ney"]["validation"] != curves[1]["kneser_ney"]["validation"]
