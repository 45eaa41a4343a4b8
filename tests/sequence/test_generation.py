import json
from itertools import islice

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground import weights
from playground.knobs import as_dict
from playground.refused import Refused
from playground.seeds import generator
from playground.sequence.config import SequenceConfig
from playground.sequence.data import prepare
from playground.sequence.generation import (
    Reader,
    distribution,
    generate_entry,
    load,
    stream,
    unknown_in,
)
from playground.sequence.model import LanguageModel
from playground.sequence.session import SequenceSession

scores = st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=30).map(torch.tensor)


@given(
    logits=scores, temperature=st.floats(0, 5), top_k=st.integers(0, 40), top_p=st.floats(0.01, 1)
)
def test_what_is_drawn_from_sums_to_one_whatever_is_cut(logits, temperature, top_k, top_p):
    chances = distribution(logits, temperature=temperature, top_k=top_k, top_p=top_p)
    assert chances.sum().item() == pytest.approx(1)
    assert (chances >= 0).all()
    kept = int((chances > 0).sum())
    assert 1 <= kept <= (top_k or len(logits))


@given(logits=scores, top_k=st.integers(1, 30))
def test_top_k_keeps_the_likeliest_in_their_proportions(logits, top_k):
    chances = distribution(logits, temperature=1.0, top_k=top_k)
    whole = torch.softmax(logits.double(), 0)
    kept = chances > 0
    if (~kept).any() and kept.any():
        assert whole[kept].min() >= whole[~kept].max()
    torch.testing.assert_close(chances[kept], whole[kept] / whole[kept].sum())


@given(logits=scores, top_p=st.floats(0.01, 0.99))
def test_top_p_keeps_the_fewest_that_reach_it(logits, top_p):
    chances = distribution(logits, temperature=1.0, top_p=top_p)
    whole = torch.softmax(logits.double(), 0)
    kept = whole[chances > 0]
    assert kept.sum() >= top_p - 1e-9
    assert kept.sum() - kept.min() <= top_p + 1e-9


@given(logits=st.lists(st.integers(-30, 30), min_size=2, max_size=30).map(torch.FloatTensor))
def test_a_temperature_near_zero_comes_to_the_likeliest(logits):
    assert distribution(logits, temperature=0.0).argmax() == logits.argmax()
    top = logits == logits.max()
    assert distribution(logits, temperature=1e-9)[top].sum().item() == pytest.approx(1)
    flat = distribution(logits, temperature=1e6)
    torch.testing.assert_close(flat, torch.full_like(flat, 1 / len(flat)), atol=1e-3, rtol=0)


def reader_of(text, **settings):
    config = SequenceConfig(**{"hidden_size": 8, "steps": 5, "batch_size": 4, **settings})
    data = prepare(text, config)
    model = LanguageModel(config, len(data.vocabulary)).initialise(generator(0, "weights"))
    return Reader(model, data.tokenizer, config)


def drawn(reader, prefix="the ", seed=0, **settings):
    settings = {"length": 30, **settings}
    return list(stream(reader, prefix, generator=generator(seed), **settings))


@pytest.mark.parametrize("settings", [{}, {"bidirectional": True, "layers": 2}, {"tokens": "word"}])
def test_the_same_seed_draws_the_same_text_and_another_does_not(text, settings):
    reader = reader_of(text, **settings)
    assert drawn(reader) == drawn(reader)
    assert drawn(reader) != drawn(reader, seed=1)


def test_each_token_tells_the_probability_it_was_drawn_with(text):
    reader = reader_of(text)
    for token in drawn(reader, top_k=3, temperature=0.5):
        assert 1 <= len(token.top) <= 3
        assert sum(chance for _, chance in token.top) == pytest.approx(1)
        assert dict(token.top)[token.text] == token.probability
        assert 0 < token.raw < 1
    for token in drawn(reader, temperature=0.0):
        assert token.probability == 1
        assert token.top == ((token.text, 1.0),)


def test_text_drawn_in_one_stream_goes_on_as_the_whole_read_anew(text):
    reader = reader_of(text)
    tokens = drawn(reader, temperature=0.0, length=12)
    written = "the " + "".join(token.text for token in tokens[:6])
    again = drawn(reader, written, temperature=0.0, length=6)
    assert [token.id for token in again] == [token.id for token in tokens[6:]]


def test_unknown_is_never_drawn_and_unknown_characters_are_told(text):
    reader = reader_of(text)
    assert all(
        token.id != reader.vocabulary.unknown for token in drawn(reader, "漢the€漢", length=200)
    )
    assert unknown_in(reader, "漢the€漢") == ["漢", "€"]


def test_an_empty_prefix_starts_a_line(text):
    reader = reader_of(text)
    after_break = [token.id for token in drawn(reader, "\n")]
    assert [token.id for token in drawn(reader, "")] == after_break


def test_words_bring_their_spaces(text):
    tokens = drawn(reader_of(text, tokens="word"), "the keeper")
    assert tokens[0].text.startswith(" ") or not tokens[0].text[0].isalnum()
    assert " " in "".join(token.text for token in tokens)


def test_a_space_at_the_end_of_the_prefix_is_not_doubled(text):
    words = reader_of(text, tokens="word")
    first = drawn(words, "the keeper")[0].text
    assert drawn(words, "the keeper ")[0].text == first.removeprefix(" ")
    letters = reader_of(text, alphabet="letters")
    assert drawn(letters, "The, ") == drawn(letters, "the ") != drawn(letters, "the")


def test_weights_that_are_not_numbers_are_refused(text):
    reader = reader_of(text)
    torch.nn.init.constant_(reader.model.output_bias, torch.nan)
    with pytest.raises(Refused, match="diverged"):
        drawn(reader)


def test_a_stream_may_be_left_at_any_token(text):
    endless = stream(reader_of(text), "a", length=10**9, generator=generator(0))
    assert len(list(islice(endless, 3))) == 3
    endless.close()
    assert torch.is_grad_enabled()


def test_a_file_of_weights_generates_token_by_token_to_the_end(text, tmp_path):
    session = SequenceSession(SequenceConfig(hidden_size=8, steps=5, batch_size=4), text)
    file = tmp_path / "weights.safetensors"
    weights.write(file, *session.state())
    *tokens, end = generate_entry({"weights": str(file), "prefix": "The €", "length": 9, "seed": 3})
    assert len(tokens) == 9
    assert set(tokens[0]) == {"token", "probability", "raw", "top"}
    assert end["text"] == "The €" + "".join(item["token"] for item in tokens)
    assert end["unknown"] == ["T", "€"]
    only = {name: each.half() for name, each in session.state()[0].items() if name[:5] == "model"}
    weights.write(file, only, session.state()[1])
    assert load(file).model.output_weight.dtype == torch.float32


def test_a_file_without_a_model_is_refused(tmp_path):
    file = tmp_path / "other.safetensors"
    weights.write(file, {"image": torch.zeros(2)}, {"slice": "nerf"})
    with pytest.raises(Refused, match="no language model"):
        load(file)
    with pytest.raises(Refused, match="no longer there"):
        load(tmp_path / "gone.safetensors")


def test_a_small_file_that_asks_for_a_huge_model_is_refused_before_it_is_built(text, tmp_path):
    session = SequenceSession(SequenceConfig(hidden_size=4, epochs=1, seconds=0), text)
    tensors, metadata = session.state()
    asked = as_dict(SequenceConfig(hidden_size=1024, layers=4, vocabulary_size=20_000))
    weights.write(tmp_path / "w", tensors, metadata | {"config": json.dumps(asked)})
    with pytest.raises(Refused) as caught:
        next(generate_entry({"weights": str(tmp_path / "w")}))
    assert caught.value.key == "sequence.not_a_model"


def test_whole_numbers_are_no_weights(text, tmp_path):
    session = SequenceSession(SequenceConfig(hidden_size=4, epochs=1, seconds=0), text)
    tensors, metadata = session.state()
    whole = {name: tensor.long() for name, tensor in tensors.items()}
    weights.write(tmp_path / "w", whole, metadata)
    with pytest.raises(Refused) as caught:
        next(generate_entry({"weights": str(tmp_path / "w")}))
    assert caught.value.key == "sequence.not_a_model"
