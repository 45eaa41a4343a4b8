"""Weights in files: read back as they were, and nothing else is read."""

import json
import pickle

import pytest
import torch

from playground import weights
from playground.attention.decoding import beam
from playground.attention.reader import finite, kept, load, side_from
from playground.attention.session import AttentionSession
from playground.knobs import as_dict
from playground.refused import Refused
from tests.attention.small import MODELS, config_of


@pytest.fixture(scope="module", params=MODELS)
def session(request):
    return AttentionSession(config_of(model=request.param))


@pytest.fixture(scope="module")
def transformer():
    return AttentionSession(config_of())


def written(folder, tensors, metadata):
    file = folder / "weights.safetensors"
    weights.write(file, tensors, metadata)
    return file


def model_only(session):
    return {name: each for name, each in session.state()[0].items() if name.startswith("model.")}


def assert_refused(file, key="attention.not_a_model"):
    with pytest.raises(Refused) as caught:
        load(file)
    assert caught.value.key == key


def test_a_snapshot_is_read_back_as_the_model_it_was(session, tmp_path):
    reader = load(written(tmp_path, *session.state()))
    assert reader.config == session.config
    model = session.training.model
    for name, tensor in reader.model.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name])
    assert not any(each.requires_grad for each in reader.model.parameters())
    ids = reader.source.encode("3 1 0")
    assert ids == session.data.source.encode("3 1 0")
    assert beam(reader.model, ids)[0].ids == beam(model, ids)[0].ids
    assert reader.data().test.texts == session.data.test.texts


def test_half_precision_is_read_as_single_and_rounded_only(session, tmp_path):
    halved = {name: each.half() for name, each in model_only(session).items()}
    reader = load(written(tmp_path, halved, session.state()[1]))
    for name, tensor in reader.model.state_dict().items():
        assert tensor.dtype == torch.float32
        whole = session.training.model.state_dict()[name]
        torch.testing.assert_close(tensor, whole, atol=1e-4, rtol=1e-3)


def test_a_file_is_read_once_until_it_changes(transformer, tmp_path):
    file = written(tmp_path, *transformer.state())
    one = load(file)
    assert load(file) is one
    tensors, metadata = transformer.state()
    written(tmp_path, {name: each * 0 for name, each in model_only(transformer).items()}, metadata)
    assert load(file) is not one
    assert load(file).model.output_bias.abs().sum() == 0
    file.unlink()
    assert_refused(file, "attention.weights_gone")
    assert tensors


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "pickle", "text"])
def test_a_damaged_file_is_refused_and_no_pickle_is_run(transformer, tmp_path, harm):
    file = written(tmp_path, *transformer.state())
    content = file.read_bytes()
    ran = tmp_path / "ran"

    class Harm:
        def __reduce__(self):
            return (ran.write_text, ("it ran",))

    flipped = bytearray(content)
    flipped[3] ^= 1
    harmed = {"cut": content[:-9], "flipped": bytes(flipped), "empty": b"", "text": b"weights" * 99,
              "pickle": pickle.dumps({"model": Harm()})}  # fmt: skip
    file.write_bytes(harmed[harm])
    assert_refused(file, "weights.unreadable")
    assert not ran.exists()


def changed(session, **settings):
    tensors, metadata = session.state()
    plain = as_dict(session.config) | settings
    return tensors, metadata | {"config": json.dumps(plain)}


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden_size": 512, "encoder_layers": 6, "decoder_layers": 6},  # a small file for a giant
        {"hidden_size": 10},
        {"feedforward_size": 14},
        {"encoder_layers": 2},
        {"tied": False},
        {"positions": "learned"},
        {"normalisation": "post"},
        {"model": "gru"},
    ],
    ids=str,
)
def test_weights_of_another_shape_than_the_settings_say_are_refused(
    transformer, tmp_path, settings
):
    assert_refused(written(tmp_path, *changed(transformer, **settings)))


def test_as_many_numbers_in_other_shapes_are_refused_too(transformer, tmp_path):
    tensors, metadata = transformer.state()
    turned = {name: each.t() if each.dim() == 2 else each for name, each in tensors.items()}
    assert_refused(written(tmp_path, turned, metadata))
    renamed = {name.replace("decoder", "coder"): each for name, each in tensors.items()}
    assert_refused(written(tmp_path, renamed, metadata))


def test_settings_out_of_range_are_refused(transformer, tmp_path):
    for settings in ({"hidden_size": 10**9}, {"heads": 0}, {"model": "oracle"}, {"width": 3}):
        with pytest.raises(Refused):
            load(written(tmp_path, *changed(transformer, **settings)))


def test_a_vocabulary_of_another_size_is_refused(transformer, tmp_path):
    tensors, metadata = transformer.state()
    other = AttentionSession(config_of(symbols=5))
    for side in ("source", "target"):
        foreign = metadata | {side: other.state()[1][side]}
        assert_refused(written(tmp_path, tensors, foreign))


@pytest.mark.parametrize("lost", ["config", "source", "target"])
def test_a_file_without_its_settings_or_words_is_refused(transformer, tmp_path, lost):
    tensors, metadata = transformer.state()
    assert_refused(written(tmp_path, tensors, {k: v for k, v in metadata.items() if k != lost}))
    for nonsense in ("", "[]", "{}", "null", "[" * 100_000):
        with pytest.raises(Refused):
            load(written(tmp_path, tensors, metadata | {lost: nonsense}))


def test_whole_numbers_are_no_weights(transformer, tmp_path):
    tensors, metadata = transformer.state()
    assert_refused(
        written(tmp_path, {name: each.long() for name, each in tensors.items()}, metadata)
    )


def test_a_side_is_kept_whole(transformer):
    for side in (transformer.data.source, transformer.data.target):
        again = side_from(kept(side))
        assert again.spaced == side.spaced
        assert again.encode_all(["1 2 3", "x"]) == side.encode_all(["1 2 3", "x"])
        assert kept(again) == kept(side)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"spaced": 1, "tokenizer": "{}"}', '{"spaced": true}', "[" * 99_999]
)
def test_what_is_no_side_is_refused(text):
    with pytest.raises(Refused, match="not of a model"):
        side_from(text)


def test_weights_that_are_no_numbers_are_told_apart(transformer):
    model = AttentionSession(transformer.config).training.model
    assert finite(model)
    with torch.no_grad():
        model.output_bias[0] = torch.nan
    assert not finite(model)
