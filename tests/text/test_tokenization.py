"""Cutting text and putting it together again."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text.tokenization import join, letters_only, located, tokenize
from playground.text.vocabulary import Vocabulary
from tests.text.texts import ANY


@given(st.text())
def test_characters_bring_any_text_back_exactly(text):
    assert join(tokenize(text, "character"), "character") == text


@given(st.text())
def test_words_tile_the_text_but_for_white_space(text):
    solid = re.sub(r"[^\S\n]", "", text)
    assert re.sub(r"[^\S\n]", "", "".join(tokenize(text, "word"))) == solid


@pytest.mark.parametrize("scheme", ["character", "word"])
@given(text=ANY)
def test_every_token_stands_where_it_says(scheme, text):
    tokens, starts = located(text, scheme)
    assert tokens == tokenize(text, scheme)
    ends = [0]
    for token, start in zip(tokens, starts.tolist(), strict=True):
        assert text[start : start + len(token)] == token
        assert not text[ends[-1] : start].strip()
        ends.append(start + len(token))


@pytest.mark.parametrize(
    "word",
    ["नमस्ते", "दुनिया", "தமிழ்", "مَرْحَبًا", "ٱللَّٰهِ", "می\u200cخواهم", "क्\u200dष", "שָׁלוֹם", "cafe\u0301",
     "한국어", "\u1112\u1161\u11ab", "rock'n'roll", "l’été", "x²"],
)  # fmt: skip
def test_signs_and_points_stay_inside_their_word(word):
    assert tokenize(f"{word} {word}.", "word") == [word, word, "."]


@pytest.mark.parametrize(
    "picture",
    ["😀", "👋🏽", "👨\u200d👩\u200d👧\u200d👦", "🇩🇪", "1️⃣", "#️⃣", "❤️", "❤️\u200d🔥",
     "☎️", "⌚", "🏳️\u200d🌈", "👩🏽\u200d🚀",
     "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "™️", "㊗️", "↔️"],
)  # fmt: skip
def test_an_emoji_is_one_token_whatever_it_is_made_of(picture):
    assert tokenize(f"{picture}{picture} a{picture}12{picture}", "word") == [
        picture, picture, "a", picture, "12", picture,
    ]  # fmt: skip


def test_scripts_without_spaces_are_cut_into_characters_with_their_signs():
    assert tokenize("ดีมั๊ย", "word") == ["ดี", "มั๊", "ย"]
    assert tokenize("か\u3099く語\ufe00", "word") == ["か\u3099", "く", "語\ufe00"]
    assert join(tokenize("ดีมั๊ย", "word"), "word") == "ดีมั๊ย"


@given(st.lists(st.text()))
def test_joined_words_hold_every_token_in_order(tokens):
    joined = join(tokens, "word")
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", "".join(tokens))


def test_joined_english_reads_as_it_was_written():
    text = 'She said, "Well, I didn\'t!" (He did.) It cost 30.\n"Why?" he asked.'
    assert join(tokenize(text, "word"), "word") == text


def test_numbers_stay_whole():
    text = "At 3:30 it was 1,000, or 3.14."
    assert tokenize(text, "word")[1::2] == ["3:30", "was", ",", "3.14"]
    assert join(tokenize(text, "word"), "word") == text


@pytest.mark.parametrize("scheme", ["character", "word"])
def test_a_megabyte_is_tokenized_and_numbered_in_less_than_a_second(scheme):
    text = (corpus_text("story-en") * 25)[:1_000_000]
    before = time.process_time()
    tokens = tokenize(text, scheme)
    Vocabulary.count(tokens, 5_000).ids(tokens)
    assert time.process_time() - before < 1


def test_joined_chinese_has_no_spaces():
    text = "豆苗说：“早上好！”外公点点头。"
    assert join(tokenize(text, "word"), "word") == text


@pytest.mark.parametrize("name", ["story-en", "story-zh"])
def test_word_tokens_survive_being_joined_and_cut_again(name):
    tokens = tokenize(corpus_text(name), "word")
    assert tokenize(join(tokens, "word"), "word") == tokens


def test_letters_only_is_the_alphabet_of_d2l():
    title = "The Time-Machine, by H. G. Wells [1898]"
    assert letters_only(title) == "the time machine by h g wells"


def test_an_unknown_scheme_is_refused():
    with pytest.raises(Refused, match="no way of cutting text called syllable"):
        tokenize("text", "syllable")


def test_the_vocabulary_ranks_by_count_and_then_by_code_point():
    vocabulary = Vocabulary.count(list("bbaaccd"), 4)
    assert vocabulary.known == ("<unk>", "a", "b", "c")
    assert vocabulary.counts == (1, 2, 2, 2)
    assert vocabulary.ids(list("abz")) == [1, 2, 0]


@given(st.lists(st.text(max_size=3)), st.integers(1, 20))
def test_a_vocabulary_has_no_more_than_its_size_and_counts_everything(tokens, size):
    vocabulary = Vocabulary.count(tokens, size)
    assert len(vocabulary) <= size
    assert sum(vocabulary.counts) == len(tokens)


@given(st.lists(st.text(max_size=2)), st.integers(1, 20), st.integers(1, 4))
def test_tokens_rarer_than_the_least_frequency_are_unknown(tokens, size, least):
    vocabulary = Vocabulary.count(tokens, size, min_frequency=least)
    assert all(count >= least for count in vocabulary.counts[1:])
    assert sum(vocabulary.counts) == len(tokens)


def test_what_is_longer_than_any_word_is_unknown_so_that_a_file_can_hold_the_rest():
    vocabulary = Vocabulary.count(["a" * 1_001, "b"], 10)
    assert vocabulary.known == ("<unk>", "b")
    assert Vocabulary.from_json(vocabulary.as_json()) == vocabulary


@given(st.lists(st.text(max_size=3)))
def test_ids_of_known_tokens_lead_back_to_them(tokens):
    vocabulary = Vocabulary.count(tokens, 10_000)
    expected = ["<unk>" if token == "<unk>" else token for token in tokens]
    assert vocabulary.tokens(vocabulary.ids(tokens)) == expected


@given(st.lists(st.text(min_size=1, max_size=3)))
def test_json_brings_a_vocabulary_back(tokens):
    vocabulary = Vocabulary.count(tokens, 50)
    again = Vocabulary.from_json(vocabulary.as_json())
    assert (again, again.counts) == (vocabulary, vocabulary.counts)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"tokens": ["a", "a"], "counts": [1, 1]}', '{"tokens": [1], "counts": [1]}',
     '{"tokens": ["a"], "counts": []}', '{"tokens": [], "counts": []}', "[" * 100_000,
     '{"tokens": ["a", ""], "counts": [1, 1]}', '{"tokens": ["a\\ud800"], "counts": [1]}',
     '{"tokens": "ab", "counts": [1, 1]}', '{"tokens": {"a": 1}, "counts": [1]}',
     '{"tokens": ["a"], "counts": [-1]}', '{"tokens": ["a"], "counts": [true]}'],
)  # fmt: skip
def test_a_damaged_vocabulary_is_refused(text):
    with pytest.raises(Refused, match="damaged"):
        Vocabulary.from_json(text)
