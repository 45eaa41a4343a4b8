"""Subwords in training, snapshots and generation."""

import json
from itertools import islice

import pytest
import torch

from playground import exports, weights
from playground.refused import Refused
from playground.seeds import generator
from playground.sequence.config import SUBWORDS, SequenceConfig, memory_bytes, run_name
from playground.sequence.data import kept, prepare, tokenizer_from
from playground.sequence.generation import Reader, generate_entry, load, stream, unknown_in
from playground.sequence.model import LanguageModel
from playground.sequence.session import SequenceSession
from playground.text.tokenizer import learn

SCHEMES = sorted(SUBWORDS)
EXACT = ("bpe", "unigram")  # these keep every space
SMALL = {"hidden_size": 8, "steps": 4, "batch_size": 3, "vocabulary_size": 80}


def config_of(tokens, **settings):
    return SequenceConfig(tokens=tokens, **{**SMALL, **settings})


def reader_of(text, tokens, **settings):
    config = config_of(tokens, **settings)
    data = prepare(text, config)
    model = LanguageModel(config, len(data.vocabulary)).initialise(generator(0, "weights"))
    return Reader(model, data.tokenizer, config)


def drawn(reader, prefix, length=40, **settings):
    return list(stream(reader, prefix, length=length, generator=generator(0), **settings))


@pytest.mark.parametrize("tokens", SCHEMES)
@pytest.mark.parametrize("max_tokens", [0, 60, 150, 400])
@pytest.mark.parametrize("share", [0.1, 0.4])
def test_nothing_is_learned_from_the_validation_part(tokens, max_tokens, share):
    # A character tells where in the text it stands, so one learned too late would be seen.
    text = " ".join(chr(0x100 + n // 4) * (1 + n % 3) for n in range(300))
    config = config_of(tokens, vocabulary_size=5000, max_tokens=max_tokens, validation_share=share)
    data = prepare(text, config)
    learned = "".join(token.removeprefix("##") for token in data.vocabulary.known[1:])
    assert set(learned) <= set(data.train_text)
    assert len(data.vocabulary) > 10
    total = len(data.train) + len(data.validation)
    assert len(data.validation) == int(total * share)
    assert not max_tokens or total == min(total, max_tokens)


@pytest.mark.parametrize("tokens", EXACT)
@pytest.mark.parametrize("alphabet", ["full", "letters"])
def test_both_parts_are_the_text_and_the_ids_say_the_same(text, tokens, alphabet):
    data = prepare(text, config_of(tokens, alphabet=alphabet))
    whole = data.train_text + data.validation_text
    assert whole == (text if alphabet == "full" else data.tokenizer.decode(
        [*data.train.tolist(), *data.validation.tolist()]
    ))  # fmt: skip
    assert data.tokenizer.decode(data.train.tolist()) == data.train_text
    assert data.tokenizer.decode(data.validation.tolist()) == data.validation_text


@pytest.mark.parametrize("tokens", SCHEMES)
def test_subwords_are_fewer_than_characters_and_their_length_is_told(text, tokens):
    info = SequenceSession(config_of(tokens, vocabulary_size=200), text).info
    for part in ("train", "validation"):
        assert 1.5 < info[f"{part}_characters"] / info[f"{part}_tokens"] < 8
    by_character = SequenceSession(config_of("character"), text).info
    assert by_character["validation_characters"] == by_character["validation_tokens"]


@pytest.mark.parametrize("tokens", SCHEMES)
def test_a_file_of_weights_brings_its_subwords(text, tmp_path, tokens):
    session = SequenceSession(config_of(tokens), text)
    file = tmp_path / "weights.safetensors"
    weights.write(file, *session.state())
    sent = tmp_path / "sent.safetensors"
    sent.write_bytes(exports.weights_of(file))
    data = prepare(text, session.config, load(sent).tokenizer)
    assert torch.equal(data.train, session.data.train)
    assert torch.equal(data.validation, session.data.validation)
    *items, end = generate_entry({"weights": str(sent), "prefix": "the kee", "length": 30})
    assert len(items) == 30
    assert end["text"] == "the kee" + "".join(item["token"] for item in items)
    assert "##" not in end["text"]
    assert end["unknown"] == []


@pytest.mark.parametrize("tokens", ["character", "word"])
def test_characters_and_words_are_kept_as_they_were_before_there_were_subwords(text, tokens):
    held = kept(prepare(text, config_of(tokens)).tokenizer)
    assert set(json.loads(held)) == {"tokens", "counts"}
    assert kept(tokenizer_from(held, tokens)) == held


@pytest.mark.parametrize("tokens", SCHEMES)
def test_what_is_streamed_is_the_text_of_the_ids(text, tokens):
    reader = reader_of(text, tokens)
    items = drawn(reader, "the keeper")
    ids = [*reader.tokenizer.encode("the keeper").ids.tolist(), *(item.id for item in items)]
    written, whole = "".join(item.text for item in items), reader.tokenizer.decode(ids)
    if tokens == "wordpiece":  # the rest of a word may come when the space before it is written
        written, whole = written.replace(" ", ""), whole.replace(" ", "")
    assert whole.endswith(written)
    assert all(item.id != reader.vocabulary.unknown for item in items)
    assert items == drawn(reader, "the keeper")


@pytest.mark.parametrize("tokens", SCHEMES)
def test_a_space_at_the_end_of_the_prefix_is_not_doubled(text, tokens):
    reader = reader_of(text, tokens)
    after, without = drawn(reader, "the keeper "), drawn(reader, "the keeper")
    assert [item.id for item in after] == [item.id for item in without]
    assert after[0].text == without[0].text.removeprefix(" ")


def test_the_rest_of_a_word_is_written_without_its_mark_wherever_it_comes():
    # By itself a full stop stands close to the word before it, one that a digit follows does not.
    text = "a 35 b 55 . " * 60
    reader = reader_of(text, "wordpiece", vocabulary_size=30)
    rest = reader.vocabulary.ids(["##5"])[0]
    assert rest
    torch.nn.init.zeros_(reader.model.output_weight)
    reader.model.output_bias.data[rest] = 50.0
    assert [item.text for item in drawn(reader, "a .", length=3)] == ["5", "5", "5"]


@pytest.mark.parametrize("tokens", SCHEMES)
def test_unknown_parts_of_a_prefix_are_told_once(text, tokens):
    assert unknown_in(reader_of(text, tokens), "漢 the € 漢") == ["漢", "€"]


@pytest.mark.parametrize("tokens", SCHEMES)
def test_an_empty_prefix_and_one_space_start_anew(text, tokens):
    reader = reader_of(text, tokens)
    assert drawn(reader, "")[1:] == drawn(reader, " ")[1:]


def test_a_text_that_begins_within_a_word_has_no_mark_either(text):
    reader = reader_of(text, "wordpiece")
    torch.nn.init.zeros_(reader.model.output_weight)
    rest = next(n for n, token in enumerate(reader.vocabulary.known) if token[:2] == "##")
    reader.model.output_bias.data[rest] = 50.0
    letters = reader.vocabulary.known[rest][2:]
    assert [item.text for item in drawn(reader, "", length=3)] == [letters] * 3


@pytest.mark.parametrize("tokens", SCHEMES)
def test_a_damaged_or_foreign_tokenizer_is_refused(text, tokens):
    session = SequenceSession(config_of(tokens), text)
    tensors, metadata = session.state()
    foreign = learn(text, "bpe" if tokens == "unigram" else "unigram", vocabulary_size=80)
    for damaged in ("", "[]", "{}", '"bpe"', foreign.as_json()):
        with pytest.raises(Refused):
            session.restore(tensors, metadata | {"vocabulary": damaged})
        with pytest.raises(Refused):
            tokenizer_from(damaged, tokens)
    other = SequenceSession(config_of(tokens), text.replace("e", "é"))
    with pytest.raises(Refused, match="another"):
        session.restore(*other.state())


def test_merges_in_another_order_are_another_tokenizer(text):
    session = SequenceSession(config_of("bpe"), text)
    tensors, metadata = session.state()
    held = json.loads(metadata["vocabulary"])
    held["merges"].reverse()
    with pytest.raises(Refused, match="another"):
        session.restore(tensors, metadata | {"vocabulary": json.dumps(held)})


@pytest.mark.parametrize("tokens", SCHEMES)
def test_the_same_seed_repeats_a_curve_of_subwords(text, tokens):
    def losses():
        session = SequenceSession(config_of(tokens, seconds=0), text)
        return [record["loss"] for record in islice(session.records(), 15)]

    assert losses() == losses()


@pytest.mark.parametrize("tokens", SCHEMES)
def test_memory_is_reckoned_for_the_vocabulary_of_subwords(tokens):
    needed = {
        size: memory_bytes(config_of(tokens, vocabulary_size=size), tokens_in_corpus=10**6)
        for size in (100, 20_000)
    }
    assert needed[20_000] > needed[100]
    assert needed[100] > memory_bytes(config_of("character"), tokens_in_corpus=10**6)


def test_a_run_of_subwords_is_named_for_them():
    config = {"cell": "gru", "bidirectional": False, "layers": 1, "hidden_size": 64,
              "corpus": "story-en", "tokens": "bpe"}  # fmt: skip
    assert run_name(config) == "GRU 64 · BPE · story-en"
    assert run_name(config | {"tokens": "character"}) == "GRU 64 · story-en"
