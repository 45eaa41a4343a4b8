"""Byte-pair encoding by hand: the library's merges if wanted, and counts that are the text's."""

import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text.merges import Candidate, Merging
from playground.text.pieces import pieces
from playground.text.tokenizer import learn
from tests.text.texts import ANY

FEW_LETTERS = st.text("ab ", max_size=200) | st.text("abcde ", max_size=300)


def always_the_first(text: str, merges: int) -> Merging:
    merging = Merging.from_text(text)
    for _ in range(merges):
        best = merging.candidates(1)
        if not best:
            break
        merging = merging.merge(best[0].left, best[0].right)
    return merging


def of_the_library(text: str, merges: int) -> tuple[tuple[str, str], ...]:
    return learn(text, "bpe", vocabulary_size=len(set(text)) + 1 + merges).merges


@given(ANY | FEW_LETTERS, st.integers(1, 40))
def test_always_the_first_candidate_gives_the_merges_of_the_library(text, merges):
    assert always_the_first(text, merges).merges == of_the_library(text, merges)


@pytest.mark.parametrize("name", ["story-en", "story-zh"])
def test_the_first_merges_of_a_story_are_the_librarys(name):
    text = corpus_text(name)
    merging = always_the_first(text, 300)
    assert merging.merges == of_the_library(text, 300)
    learned = learn(text, "bpe", vocabulary_size=len(set(text)) + 301)
    assert len(learned.vocabulary) == merging.vocabulary_size
    cut = learned.encode(text)
    assert merging.segment(text) == learned.vocabulary.tokens(cut.ids)


@given(FEW_LETTERS, st.lists(st.integers(0, 9), max_size=15))
def test_whatever_is_chosen_the_counts_are_those_of_the_text(text, choices):
    merging = Merging.from_text(text)
    for choice in choices:
        found = merging.candidates(10)
        if not found:
            break
        chosen = found[choice % len(found)]
        assert merging.count(chosen.left, chosen.right) == chosen.count
        merging = merging.merge(chosen.left, chosen.right)
    tokens = merging.segment(text)
    assert "".join(tokens) == text
    assert len(tokens) == merging.tokens_in_text
    counted = Counter(
        pair for piece in pieces(text) for pair in pairwise(merging.segment_of_piece(piece))
    )
    held = {(one.left, one.right): one.count for one in merging.candidates(10_000)}
    assert held == counted


@given(ANY, ANY)
def test_any_other_text_is_cut_without_loss(taught, shown):
    assert "".join(always_the_first(taught, 20).segment(shown)) == shown


def test_candidates_come_by_count_and_then_by_id():
    merging = Merging.from_text("aaa cb cb")
    assert merging.candidates(3) == (
        Candidate(" ", "c", 2),
        Candidate("a", "a", 2),
        Candidate("c", "b", 2),
    )


def test_equal_letters_are_joined_from_the_left():
    assert Merging.from_text("aaaaa").merge("a", "a").segment("aaaaa") == ["aa", "aa", "a"]


def test_a_merge_leaves_what_it_came_from_as_it_was():
    start = Merging.from_text("abab")
    after = start.merge("a", "b")
    assert (start.tokens_in_text, start.merges, start.segment("ab")) == (4, (), ["a", "b"])
    assert (after.tokens_in_text, after.merges, after.segment("ab")) == (2, (("a", "b"),), ["ab"])
    assert (start.vocabulary_size, after.vocabulary_size) == (3, 4)


@pytest.mark.parametrize("pair", [("a", "c"), ("", ""), ("b", "a"), ("<unk>", "a")])
def test_a_pair_that_is_nowhere_is_refused(pair):
    with pytest.raises(Refused, match="side by side"):
        Merging.from_text("ab ab").merge(*pair)


def test_an_empty_text_has_no_candidates():
    assert Merging.from_text("").candidates(5) == ()


def test_two_hundred_merges_of_fifty_kilobytes_are_quick():
    text = (corpus_text("story-en") * 2)[:50_000]
    before = time.process_time()
    always_the_first(text, 200)
    assert time.process_time() - before < 2
