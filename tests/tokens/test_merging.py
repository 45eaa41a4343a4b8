"""Byte-pair encoding by hand, as the page asks for it."""

import pytest

from playground.datasets import corpus_text
from playground.refused import Refused
from tests.tokens.asking import asked


def state(merges=(), limit=12, **arguments):
    told = {"more": 0} | arguments
    return asked("merge_candidates", merges=[list(one) for one in merges], limit=limit, **told)


@pytest.mark.parametrize("corpus", ["story-en", "story-zh"])
def test_who_always_takes_the_best_pair_makes_the_librarys_merges(corpus):
    merges = []
    for _ in range(30):
        best = state(merges, corpus=corpus)["candidates"][0]
        merges.append([best["left"], best["right"]])
    assert state(merges, corpus=corpus)["library"][:30] == merges


def test_a_pair_of_ones_own_takes_another_way_and_undo_comes_back():
    begun = state()
    second = begun["candidates"][1]
    other = state([(second["left"], second["right"])])
    assert other["merges"] == [second]
    assert len(other["library"]) == 2
    assert other["tokens_in_text"] < begun["tokens_in_text"]
    assert state() == begun


def test_the_tokens_shown_are_the_beginning_of_the_text():
    text = corpus_text("story-en")
    told = state([("t", "h"), ("th", "e")])
    assert text.startswith("".join(told["tokens"]))
    assert "the" in told["tokens"]
    assert told["characters"] == len(text)
    assert told["vocabulary_size"] == len(set(text)) + 3
    assert [one["count"] for one in told["merges"]] == sorted(
        (one["count"] for one in told["merges"]), reverse=True
    )


def test_ones_own_text_is_merged_instead_of_the_corpus():
    told = state(text="aaab aaab")
    assert told["candidates"][0] == {"left": "a", "right": "a", "count": 4}
    assert told["characters"] == told["tokens_in_text"] == 9
    assert len(state(text="x", limit=5)["candidates"]) == 0


def test_each_merge_counts_when_its_turn_comes():
    told = state([("a", "a"), ("aa", "a")], text="aaa aaa b")
    assert [one["count"] for one in told["merges"]] == [4, 2]


def test_a_pair_that_stands_nowhere_is_refused():
    with pytest.raises(Refused, match="side by side"):
        state([("t", "h"), ("t", "h")])
    assert state([("t", "h")])["merges"]


def test_more_are_the_best_of_their_moment_one_by_one():
    one_by_one = []
    sizes = [state()["tokens_in_text"]]
    for _ in range(12):
        best = state(one_by_one)["candidates"][0]
        one_by_one.append((best["left"], best["right"]))
        sizes.append(state(one_by_one)["tokens_in_text"])
    at_once = state(one_by_one[:2], more=10)
    assert [(one["left"], one["right"]) for one in at_once["merges"]] == one_by_one
    assert at_once["sizes"] == sizes
    assert at_once["library"][:12] == [list(pair) for pair in one_by_one]


def test_more_ends_where_nothing_can_be_merged():
    assert len(state(text="aab", learn_from="text", more=50)["merges"]) == 2
