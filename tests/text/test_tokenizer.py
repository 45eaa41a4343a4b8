"""One interface, five schemes: the laws that hold for each on any text."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.datasets import corpus_text
from playground.refused import Refused
from playground.text.tokenizer import SCHEMES, Encoded, Tokenizer, from_json, learn
from playground.text.vocabulary import UNKNOWN
from tests.text.texts import ANY, MIXED

EXACT = ("character", "bpe", "unigram")
of_any_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def covered(text: str, encoded: Encoded) -> list[str]:
    """The part of the text under each token."""
    spans = zip(encoded.starts.tolist(), encoded.ends.tolist(), strict=True)
    return [text[start:end] for start, end in spans]


def tiles(text: str, encoded: Encoded, scheme: str) -> bool:
    """Increasing, disjoint, none empty; between them white space, and only where words are cut."""
    starts, ends = encoded.starts.tolist(), encoded.ends.tolist()
    gaps = [text[a:b] for a, b in zip([0, *ends], [*starts, len(text)], strict=True)]
    orderly = all(a <= b for a, b in zip([0, *ends], [*starts, len(text)], strict=True))
    dropped = "".join(gaps)
    allowed = not dropped or (scheme not in EXACT and dropped.isspace())
    return orderly and allowed and all(a < b for a, b in zip(starts, ends, strict=True))


def same(one: Encoded, other: Encoded) -> bool:
    pairs = ((one.ids, other.ids), (one.starts, other.starts), (one.ends, other.ends))
    return all(np.array_equal(a, b) for a, b in pairs)


@of_any_scheme
@given(taught=ANY, shown=ANY, size=st.integers(1, 60), min_frequency=st.integers(1, 3))
def test_any_text_is_tiled_by_a_tokenizer_learned_from_any_text(
    scheme, taught, shown, size, min_frequency
):
    tokenizer = learn(taught, scheme, vocabulary_size=size, min_frequency=min_frequency)
    vocabulary = tokenizer.vocabulary
    assert vocabulary.known[0] == UNKNOWN
    assert len(vocabulary) <= size
    for text in (taught, shown):
        encoded = tokenizer.encode(text)
        assert tiles(text, encoded, scheme)
        assert all(0 <= number < len(vocabulary) for number in encoded.ids)
        for number, part in zip(encoded.ids, covered(text, encoded), strict=True):
            known = vocabulary.known[number]
            assert number == 0 or part in {known, known.removeprefix("##")}


@of_any_scheme
@given(taught=ANY, size=st.integers(1, 60), min_frequency=st.integers(1, 3))
def test_counts_are_those_of_the_text_it_learned_from(scheme, taught, size, min_frequency):
    tokenizer = learn(taught, scheme, vocabulary_size=size, min_frequency=min_frequency)
    counted = np.bincount(tokenizer.encode(taught).ids, minlength=len(tokenizer.vocabulary))
    assert tokenizer.vocabulary.counts == tuple(counted.tolist())


@pytest.mark.parametrize("scheme", EXACT)
@given(text=ANY)
def test_decoding_brings_a_text_of_known_tokens_back_exactly(scheme, text):
    tokenizer = learn(text, scheme, vocabulary_size=2_000)
    encoded = tokenizer.encode(text)
    assert (encoded.ids > 0).all()
    assert tokenizer.decode(encoded.ids) == text


@of_any_scheme
@given(taught=ANY, shown=ANY, size=st.integers(1, 60))
def test_json_brings_a_tokenizer_back_and_learning_repeats(scheme, taught, shown, size):
    tokenizer = learn(taught, scheme, vocabulary_size=size)
    again = from_json(tokenizer.as_json())
    assert same(again.encode(shown), tokenizer.encode(shown))
    assert again.vocabulary.counts == tokenizer.vocabulary.counts
    assert learn(taught, scheme, vocabulary_size=size).as_json() == tokenizer.as_json()


def test_another_process_learns_the_same_from_a_story():
    program = (
        "import json; from playground.datasets import corpus_text;"
        "from playground.text.tokenizer import SCHEMES, learn;"
        "stories = [corpus_text('story-en'), corpus_text('story-zh')];"
        "print(json.dumps([learn(story, scheme, vocabulary_size=800).as_json()"
        " for scheme in SCHEMES for story in stories]))"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    stories = [corpus_text("story-en"), corpus_text("story-zh")]
    assert json.loads(there.stdout) == [
        learn(story, scheme, vocabulary_size=800).as_json()
        for scheme in SCHEMES
        for story in stories
    ]


def test_importing_tokenizers_is_left_to_those_who_learn_subwords():
    program = (
        "import sys; from playground.text.tokenizer import learn;"
        "learn('abc', 'word', vocabulary_size=9); print('tokenizers' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert answer.stdout.decode().strip() == "False"


@of_any_scheme
def test_a_text_of_many_scripts_emoji_and_code_is_cut_and_numbered(scheme):
    tokenizer = learn(MIXED, scheme, vocabulary_size=500)
    encoded = tokenizer.encode(MIXED)
    assert tiles(MIXED, encoded, scheme)
    assert (encoded.ids > 0).all()
    if scheme in {"word", "wordpiece"}:
        assert "👨\u200d👩\u200d👧" in covered(MIXED, encoded)


@of_any_scheme
def test_an_empty_text_teaches_and_holds_nothing(scheme):
    tokenizer = learn("", scheme, vocabulary_size=100)
    assert tokenizer.vocabulary.known == (UNKNOWN,)
    assert len(tokenizer.encode("")) == 0
    assert tokenizer.decode([]) == ""
    assert set(tokenizer.encode("a b").ids.tolist()) == {0}


@of_any_scheme
def test_half_of_a_surrogate_pair_is_unknown_and_no_error(scheme):
    encoded = learn("abc abc", scheme, vocabulary_size=20).encode("a \ud800bc")
    assert 0 in encoded.ids.tolist()


@of_any_scheme
def test_rare_tokens_are_unknown(scheme):
    tokenizer = learn("aa aa aa aa b", scheme, vocabulary_size=20, min_frequency=2)
    assert 0 in tokenizer.encode("b").ids.tolist()
    assert 0 not in tokenizer.encode("aa").ids.tolist()


@of_any_scheme
def test_a_vocabulary_smaller_than_the_alphabet_leaves_the_rarest_out(scheme):
    tokenizer = learn("aaaa bbb cc d".replace(" ", ""), scheme, vocabulary_size=3)
    assert len(tokenizer.vocabulary) <= 3


def test_another_scheme_is_refused():
    with pytest.raises(Refused, match="syllable"):
        learn("text", "syllable", vocabulary_size=10)


DAMAGED = (
    "", "[]", "null", "{}", "[" * 100_000, '{"scheme": "word"}',
    '{"scheme": "syllable", "tokens": ["<unk>"], "counts": [0]}',
    '{"scheme": ["bpe"], "tokens": ["<unk>"], "counts": [0]}',
    '{"scheme": "word", "tokens": ["a"], "counts": [0]}',
    '{"scheme": "word", "tokens": ["<unk>", 1], "counts": [0, 1]}',
    '{"scheme": "character", "tokens": ["<unk>", "ab"], "counts": [0, 1]}',
    '{"scheme": "bpe", "tokens": ["<unk>", "a"], "counts": [0, 1]}',
    '{"scheme": "bpe", "tokens": ["<unk>", "a"], "counts": [0, 1], "merges": [["a", "a"]]}',
    '{"scheme": "bpe", "tokens": ["<unk>", "a"], "counts": [0, 1], "merges": [["a"]]}',
    '{"scheme": "bpe", "tokens": ["<unk>", "a"], "counts": [0, 1], "merges": [[1, {}]]}',
    '{"scheme": "bpe", "tokens": ["<unk>", "a"], "counts": [0, 1], "merges": 3}',
    ('{"scheme": "bpe", "tokens": ["<unk>", "<u", "nk>"], "counts": [0, 1, 1],'
     ' "merges": [["<u", "nk>"]]}'),
    '{"scheme": "unigram", "tokens": ["<unk>", "a"], "counts": [0, 1], "scores": [0.0]}',
    '{"scheme": "unigram", "tokens": ["<unk>", "a"], "counts": [0, 1], "scores": [0.0, NaN]}',
    '{"scheme": "unigram", "tokens": ["<unk>", "a"], "counts": [0, 1], "scores": [0.0, "1"]}',
    '{"scheme": "unigram", "tokens": ["<unk>", "a"], "counts": [0, 1], "scores": {"a": 1}}',
)  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_tokenizer_is_refused(text):
    with pytest.raises(Refused, match="damaged"):
        from_json(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=4),
    ),
    st.sampled_from(("scheme", "tokens", "counts", "merges", "scores")),
    st.sampled_from(SCHEMES),
)
def test_a_tokenizer_with_one_odd_part_is_refused_or_works(odd, part, scheme):
    held = json.loads(learn("abc abd ab", scheme, vocabulary_size=12).as_json()) | {part: odd}
    try:
        tokenizer = from_json(json.dumps(held))
    except Refused:
        return
    assert tiles(MIXED, tokenizer.encode(MIXED), scheme)


def seconds(of: Tokenizer | None, text: str, scheme: str, size: int) -> float:
    before = time.process_time()
    (of or learn(text, scheme, vocabulary_size=size)).encode(text)
    return time.process_time() - before


@pytest.mark.parametrize(
    ("scheme", "limit"), [("character", 1), ("word", 1), ("bpe", 3), ("wordpiece", 3)]
)
def test_a_megabyte_is_learned_and_cut_before_a_visitor_waits(scheme, limit):
    text = (corpus_text("story-en") * 25)[:1_000_000]
    assert seconds(None, text, scheme, 2_100) < limit


@of_any_scheme
def test_two_thousand_characters_are_cut_while_typing(scheme):
    text = corpus_text("story-en")
    tokenizer = learn(text, scheme, vocabulary_size=1_000)
    tokenizer.encode("warm")
    assert min(seconds(tokenizer, text[:2_000], scheme, 0) for _ in range(3)) < 0.05
