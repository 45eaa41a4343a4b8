"""Subwords against the library they are learned by, and against examples worked by hand."""

import random

import pytest
import tokenizers
from hypothesis import given

from playground.datasets import corpus_text
from playground.text.pieces import LONGEST, pieces
from playground.text.tokenization import tokenize
from playground.text.tokenizer import learn
from tests.text.texts import ANY, HARD


@given(ANY)
def test_pieces_are_the_text_and_none_is_long(text):
    cut = pieces(text)
    assert "".join(cut) == text
    assert all(0 < len(piece) <= LONGEST for piece in cut)


def test_pieces_keep_the_space_before_them():
    assert pieces("The cat's 3 lives,  my\n\ndear!") == [
        "The", " cat's", " 3", " lives", ",", " ", " my", "\n", "\n", "dear", "!",
    ]  # fmt: skip


def test_no_piece_holds_the_mark_of_the_unknown():
    assert not any("<unk>" in piece for piece in pieces("a<unk>b <unk> <unk><unk>"))


def spoken(tokenizer, text: str) -> list[str]:
    return [tokenizer.vocabulary.known[number] for number in tokenizer.encode(text).ids]


def test_byte_pair_encoding_by_hand():
    # "ab" occurs 3 times, then "abc" 2 times.
    tokenizer = learn("ab\nabc\nabc", "bpe", vocabulary_size=7)
    assert tokenizer.vocabulary.known == ("<unk>", "\n", "a", "b", "c", "ab", "abc")
    assert tokenizer.merges == (("a", "b"), ("ab", "c"))
    assert spoken(tokenizer, "abcab") == ["abc", "ab"]


def test_equal_pairs_are_merged_by_the_order_of_their_ids():
    tokenizer = learn("dc ba", "bpe", vocabulary_size=7)
    assert tokenizer.merges == ((" ", "b"),)


def test_word_pieces_inside_a_word_bear_a_mark():
    tokenizer = learn("play playing played replay", "wordpiece", vocabulary_size=60)
    assert spoken(tokenizer, "playing play") == ["playing", "play"]
    small = learn("play playing played replay", "wordpiece", vocabulary_size=14)
    assert spoken(small, "replay")[0] == "re" or spoken(small, "replay")[0] == "r"
    assert all(token.startswith("##") for token in spoken(small, "replay")[1:])


def test_word_pieces_read_a_word_they_cannot_make_up_as_unknown():
    tokenizer = learn("play playing", "wordpiece", vocabulary_size=40)
    encoded = tokenizer.encode("play zebra ing")
    assert spoken(tokenizer, "play zebra ing")[:2] == ["play", "<unk>"]
    assert (encoded.starts[1], encoded.ends[1]) == (5, 10)


def test_word_pieces_are_decoded_to_readable_text():
    text = 'She said, "We replayed it!"'
    tokenizer = learn(text, "wordpiece", vocabulary_size=26)
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_unknown_characters_are_one_token_each():
    for scheme in ("bpe", "unigram"):
        encoded = learn("abab cdcd", scheme, vocabulary_size=30).encode("ab世界ab")
        assert [number == 0 for number in encoded.ids].count(True) == 2
        where = encoded.starts[encoded.ids == 0].tolist()
        assert where == [2, 3]


@pytest.mark.parametrize("name", ["story-en", "story-zh"])
def test_byte_pairs_are_those_of_the_library_on_a_whole_story(name):
    text = corpus_text(name)
    learned = learn(text, "bpe", vocabulary_size=1_500)
    library = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="<unk>"))
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=1_500, special_tokens=["<unk>"], show_progress=False
    )
    library.train_from_iterator(pieces(text), trainer)
    assert library.get_vocab() == {
        token: number for number, token in enumerate(learned.vocabulary.known)
    }
    cut = [number for piece in pieces(text) for number in library.encode(piece).ids]
    assert learned.encode(text).ids.tolist() == cut


def test_word_pieces_cost_as_many_tokens_as_the_librarys():
    text = corpus_text("story-en")
    words = tokenize(text, "word")
    library = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="<unk>"))
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=1_000, special_tokens=["<unk>"], show_progress=False
    )
    library.train_from_iterator(words, trainer)
    theirs = sum(len(library.encode(word).ids) for word in words)
    ours = len(learn(text, "wordpiece", vocabulary_size=1_000).encode(text))
    assert abs(ours / theirs - 1) < 0.02


@pytest.mark.parametrize("scheme", ["bpe", "wordpiece", "unigram"])
def test_a_larger_vocabulary_needs_fewer_tokens(scheme):
    text = corpus_text("story-en")
    lengths = [len(learn(text, scheme, vocabulary_size=n).encode(text)) for n in (100, 300, 1_000)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 1.5 * lengths[-1]


@pytest.mark.parametrize("scheme", ["bpe", "wordpiece", "unigram"])
@pytest.mark.parametrize(
    "text",
    ["\0", "\0\0\0", "a\0b", "aaaaaaaa", "00000000", "<unk>", "a" * 5_000, "\n", *HARD],
)  # fmt: skip
def test_texts_that_make_trainers_stumble_are_learned_all_the_same(scheme, text):
    for size in (1, 2, 3, 5, 12, 40):
        tokenizer = learn(text, scheme, vocabulary_size=size)
        assert len(tokenizer.vocabulary) <= size
        tokenizer.encode(text)


def test_a_genome_is_learned_by_unigram_in_bounded_time():
    source = random.Random(0)
    text = "".join(source.choices("acgt", k=300_000))
    tokenizer = learn(text, "unigram", vocabulary_size=300)
    assert len(tokenizer.encode(text)) < 150_000
