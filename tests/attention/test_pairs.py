"""How pairs are split, numbered and put into batches."""

import random
import zipfile
from functools import cache

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.attention.model import BEGIN, END, PAD
from playground.attention.pairs import (
    TEST_SENTENCES,
    VALIDATION_SENTENCES,
    Part,
    Side,
    held_apart,
    padded,
    prepare,
    read_by_model,
    tidy,
)
from playground.attention.training import batch, batch_cuts, epoch_order, in_batches
from playground.refused import Refused
from playground.seeds import generator
from playground.text import tokenizer
from tests.attention.small import config_of

HELD = TEST_SENTENCES + VALIDATION_SENTENCES
WORDS = ("the", "cat", "sees", "a", "Mouse", "again", "tonight", "why", "Not", "here", "it's")


def invented(count, seed=0):
    """Different sentences of a few words, with punctuation and translations of a kind."""
    chance = random.Random(seed)
    found = {}
    while len(found) < count:
        words = [chance.choice(WORDS) for _ in range(chance.randint(2, 6))]
        source = f"{' '.join(words)} {chance.randrange(10 * count)}"
        found[source] = f"{source[::-1]} 猫{chance.choice('。！？')}"
    return list(found.items())


def letters(sentence):
    return "".join(one for one in sentence.casefold() if one.isalnum())


PAIRS = invented(HELD + 600)


def test_no_source_stands_on_two_sides_whatever_its_marks_case_or_spaces():
    disguised = [(f"  {source.upper()}!!", target) for source, target in PAIRS[::3]] + [
        (source.replace(" ", "\u202f, "), f"{target}?") for source, target in PAIRS[::2]
    ]
    parts = held_apart([*PAIRS, *disguised])
    keys = [{letters(source) for source, _ in part} for part in parts]
    assert keys[0].isdisjoint(keys[1] | keys[2])
    assert keys[1].isdisjoint(keys[2])
    assert len(keys[2]) == TEST_SENTENCES
    assert len(keys[1]) == VALIDATION_SENTENCES
    assert sum(map(len, parts)) == len({(tidy(a), tidy(b)) for a, b in [*PAIRS, *disguised]})


def test_the_split_does_not_depend_on_the_order():
    shuffled = list(PAIRS)
    random.Random(1).shuffle(shuffled)
    for one, other in zip(held_apart(PAIRS), held_apart(shuffled), strict=True):
        assert set(one) == set(other)


def test_what_was_learned_from_is_never_tested_when_pairs_are_added():
    before = [{source for source, _ in part} for part in held_apart(PAIRS)]
    more = [*PAIRS, *invented(300, seed=5), *((source, "又") for source, _ in PAIRS[:200])]
    after = [{source for source, _ in part} for part in held_apart(more)]
    assert before[0] <= after[0]
    assert before[1].isdisjoint(after[2])
    assert len(after[2] & before[2]) > 0.8 * TEST_SENTENCES


def test_each_pair_stands_once_and_white_space_is_plain():
    doubled = [*PAIRS, *((f" {a} ", b.replace(" ", "\u00a0")) for a, b in PAIRS)]
    assert sum(map(len, held_apart(doubled))) == len(PAIRS)
    assert tidy("\u2009a\u202f!\n b\t") == "a ! b"


@pytest.fixture(scope="module")
def mandarin(tmp_path_factory):
    """A file such as the English-Mandarin set, of 16,000 pairs, in a folder for data."""
    folder = tmp_path_factory.mktemp("data")
    pairs = invented(16_000, seed=2)
    lines = "".join(f"{source}\t{target}\tby nobody\n" for source, target in pairs)
    with zipfile.ZipFile(folder / "cmn-eng.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_about.txt", "made by a test")
        archive.writestr("cmn.txt", lines)
    return folder


@pytest.fixture(scope="module")
def language_data(mandarin):
    """Pairs of that file, prepared with the given settings; the same ones only once."""

    @cache
    def made(**settings):
        few = {"max_pairs": 400, "vocabulary_size": 300, "max_tokens": 40}
        return prepare(config_of(task="eng-cmn", **{**few, **settings}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(mandarin))
        patch.setenv("PLAYGROUND_CACHE", str(mandarin / "cache"))
        yield made


def test_subwords_are_learned_from_the_training_part_alone(language_data):
    data = language_data()
    for side, at in ((data.source, 0), (data.target, 1)):
        text = "\n".join(f" {pair[at]}" if side.spaced else pair[at] for pair in data.train.texts)
        again = tokenizer.learn(text, "bpe", vocabulary_size=300)
        assert side.tokenizer.as_json() == again.as_json()
    assert data.source.spaced
    assert not data.target.spaced


def test_a_part_of_the_pairs_is_chosen_by_the_seed_and_held_out_stays(language_data):
    one, other = language_data(seed=0), language_data(seed=1)
    assert len(one.train) == len(other.train) == 400
    assert one.train.texts == language_data().train.texts != other.train.texts
    assert one.test.texts == other.test.texts
    assert one.validation.texts == other.validation.texts


def test_long_pairs_are_left_out_but_for_the_test(language_data):
    short, long = language_data(max_tokens=8), language_data()
    for part in (short.train, short.validation):
        assert max(map(len, [*part.sources, *part.targets])) <= 8
    assert len(short.validation) < len(long.validation)
    assert short.test.texts == long.test.texts
    assert len(short.test) == TEST_SENTENCES
    with pytest.raises(Refused) as caught:
        language_data(max_tokens=4)
    assert caught.value.key == "attention.too_few_pairs"


def test_a_model_that_brings_its_subwords_reads_the_same_pairs_with_them(language_data):
    given = language_data()
    config = config_of(task="eng-cmn", max_pairs=400, vocabulary_size=100, max_tokens=40)
    data = prepare(config, (given.source, given.target))
    assert data.source is given.source
    assert data.test.sources == given.test.sources


@pytest.fixture(scope="module")
def sides():
    text = "\n".join(f" {source}" for source, _ in PAIRS[:500])
    chinese = "\n".join(target for _, target in PAIRS[:500])
    english = Side(tokenizer.learn(text, "bpe", vocabulary_size=200), spaced=True)
    unspaced = Side(tokenizer.learn(chinese, "bpe", vocabulary_size=200), spaced=False)
    toy = Side(tokenizer.learn("0 1 2 3", "word", vocabulary_size=50), spaced=True)
    return english, unspaced, toy


KNOWN = "".join(sorted(set("".join(source + target for source, target in PAIRS[:500]))))


@given(text=st.text(KNOWN + " \t", max_size=40), at=st.integers(0, 1))
def test_what_is_encoded_is_decoded_again(sides, text, at):
    side = sides[at]
    plain = tidy(text)
    assume(all(one in side.tokenizer.vocabulary.known for one in plain))
    ids = side.encode(text)
    assert side.decode([BEGIN, *ids, END, PAD]) == plain
    assert all(3 <= one < side.size for one in ids)
    assert "".join(side.tokens(ids)) == (f" {plain}" if side.spaced and plain else plain)


@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=6), at=st.integers(0, 2))
def test_many_are_encoded_as_each_alone(sides, texts, at):
    side = sides[at]
    assert side.encode_all(texts) == [side.encode(text) for text in texts]
    assert all(one >= 3 for ids in side.encode_all(texts) for one in ids)


def test_tokens_are_named_specials_too(sides):
    toy = sides[2]
    assert toy.tokens([PAD, BEGIN, *toy.encode("2 x"), END]) == [
        "<pad>", "<bos>", "2", "<unk>", "<eos>"
    ]  # fmt: skip


lengths = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=60)


@given(lengths=lengths, batch_tokens=st.integers(16, 200), seed=st.integers(0, 9))
def test_an_epoch_takes_every_pair_once_in_batches_of_one_size(lengths, batch_tokens, seed):
    part = Part(
        [("", "")] * len(lengths), [[3] * a for a, _ in lengths], [[4] * b for _, b in lengths]
    )
    cuts = batch_cuts(part, batch_tokens)
    chance = generator(seed)
    for _ in range(3):
        order = epoch_order(part, cuts, chance)
        assert len(order) == len(cuts)
        assert sorted(at for chosen in order for at in chosen) == list(range(len(part)))
        for chosen in order:
            _, given_ids, wanted = batch(part, chosen)
            assert given_ids.shape == wanted.shape
            assert wanted.numel() <= batch_tokens or len(chosen) == 1


def test_batches_come_in_another_order_each_epoch_and_repeat_with_their_seed():
    part = prepare(config_of()).train
    cuts = batch_cuts(part, 64)
    chance, same = generator(1), generator(1)
    first, second = (epoch_order(part, cuts, chance) for _ in range(2))
    assert first != second
    assert [epoch_order(part, cuts, same) for _ in range(2)] == [first, second]


def test_a_wanted_token_is_the_one_after_the_given_one():
    part = Part([("", "")] * 2, [[5, 6], [7]], [[8], [9, 4, 3]])
    source, given_ids, wanted = batch(part, [0, 1])
    assert source.tolist() == [[5, 6, END], [7, END, PAD]]
    assert given_ids.tolist() == [[BEGIN, 8, PAD, PAD], [BEGIN, 9, 4, 3]]
    assert wanted.tolist() == [[8, END, PAD, PAD], [9, 4, 3, END]]


def test_all_pairs_are_evaluated_once():
    part = prepare(config_of()).validation
    read = [
        (source[source > END].tolist(), wanted[wanted > END].tolist())
        for sources, _, rows in in_batches(part)
        for source, wanted in zip(sources, rows, strict=True)
    ]
    wanted = list(zip(part.sources, part.targets, strict=True))
    assert sorted(read) == sorted(wanted)


def test_rows_are_filled_up_behind():
    assert padded([[3], [4, 5]]).tolist() == [[3, PAD], [4, 5]]
    assert padded([[], []]).shape == (2, 0)
    assert padded([]).shape == (0, 0)
    assert read_by_model([[]]).tolist() == [[END]]
    assert padded([[3]]).dtype == torch.int64


def test_what_is_learned_from_is_counted_with_its_ends():
    data = prepare(config_of())
    assert data.target_tokens == sum(len(pair[1].split()) + 1 for pair in data.train.texts)
