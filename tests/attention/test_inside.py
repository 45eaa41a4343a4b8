"""One head taken apart: each step follows from the one before it, by numpy alone."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from playground import weights
from playground.attention.config import AttentionConfig
from playground.attention.inside import LONGEST, inside
from playground.attention.model import BEGIN, END
from playground.attention.multi_head import KINDS
from playground.attention.pairs import prepare
from playground.attention.reader import kept, load
from playground.attention.training import translator
from playground.packed import unpacked
from playground.refused import Refused
from playground.seeds import generator

SMALL = AttentionConfig(
    task="reverse", symbols=5, length=4, hidden_size=12, heads=3, feedforward_size=16,
    encoder_layers=2, decoder_layers=3,
)  # fmt: skip
MODELS = {
    "pre": SMALL,
    "post": replace(SMALL, normalisation="post", positions="learned"),
    "bare": replace(SMALL, positions="none", scaled=False, causal=False),
}
TEXT, TARGET = "3 1 4 1", "1 4 3"
PLACES = [(kind, layer, head) for kind in KINDS for layer, head in ((0, 2), (1, 0))]


def saved(config, folder):
    """A file of random weights, no two of them alike."""
    data = prepare(config)
    chance = generator(5, "inside")
    model = translator(config, data.source.size, data.target.size).initialise(chance)
    for parameter in model.parameters():
        parameter.data += 0.3 * parameter.data.new_empty(parameter.shape).normal_(generator=chance)
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    sides = {"source": kept(data.source), "target": kept(data.target)}
    file = folder / "weights.safetensors"
    weights.write(file, tensors, {"config": json.dumps(asdict(config)), **sides})
    return str(file)


@pytest.fixture(scope="module", params=MODELS)
def file(request, tmp_path_factory):
    return saved(MODELS[request.param], tmp_path_factory.mktemp(request.param))


def asked(file, kind="cross", layer=0, head=0, text=TEXT, target=TARGET):
    return inside(
        {
            "weights": file,
            "text": text,
            "target": target,
            "maps": kind,
            "layer": layer,
            "head": head,
        }
    )


def numbers(answer, name, *shape):
    """A matrix of the answer; `shape` by the names of its sizes."""
    sizes = {
        "queries": len(answer["query_tokens"]),
        "keys": len(answer["key_tokens"]),
        "width": answer["width"],
        "size": answer["size"],
    }
    return unpacked(answer[name]).reshape([sizes[one] for one in shape])


def close(left, right):
    np.testing.assert_allclose(left, right, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(("kind", "layer", "head"), PLACES)
def test_each_step_follows_from_the_one_before(file, kind, layer, head):
    answer = asked(file, kind, layer, head)
    read, memory = (
        numbers(answer, "read", "queries", "width"),
        numbers(answer, "memory", "keys", "width"),
    )
    vectors = {}
    for name, before, of in (
        ("query", read, "queries"),
        ("key", memory, "keys"),
        ("value", memory, "keys"),
    ):
        matrix = numbers(answer, f"{name}_weight", "size", "width")
        vectors[name] = before @ matrix.T + unpacked(answer[f"{name}_bias"])
        stored = {"query": "queries", "key": "keys", "value": "values"}[name]
        close(numbers(answer, stored, of, "size"), vectors[name])
    scores = numbers(answer, "scores", "queries", "keys")
    close(scores, vectors["query"] @ vectors["key"].T)
    scaled = numbers(answer, "scaled_scores", "queries", "keys")
    close(scaled, scores / answer["size"] ** 0.5 if answer["scaled"] else scores)
    blocked = numbers(answer, "blocked", "queries", "keys").astype(bool)
    given = numbers(answer, "weights", "queries", "keys")
    seen = np.where(blocked, 0, np.exp(scaled))
    close(given, seen / seen.sum(1, keepdims=True))
    assert (given[blocked] == 0).all()
    close(given.sum(1), 1)
    mixed = numbers(answer, "mixed", "queries", "size")
    close(mixed, given @ vectors["value"])
    close(
        numbers(answer, "projected", "queries", "width"),
        mixed @ numbers(answer, "output_weight", "width", "size").T,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_heads_shares_add_up_to_the_output(file, kind):
    answers = [asked(file, kind, 1, head) for head in range(3)]
    shares = sum(numbers(answer, "projected", "queries", "width") for answer in answers)
    output = numbers(answers[0], "output", "queries", "width")
    close(shares + unpacked(answers[0]["output_bias"]), output)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_comes_from_embedding_position_and_norm(file, kind):
    answer = asked(file, kind)
    sums = {}
    for side, of in (("query_", "queries"), ("", "keys")):
        place = answer[f"{side}position"]
        embedded = numbers(answer, f"{side}embedding", of, "width")
        sums[of] = embedded if place is None else embedded + unpacked(place).reshape(embedded.shape)
    read = numbers(answer, "read", "queries", "width")
    if answer["normalisation"] == "post":
        assert answer["stream"] is answer["norm_weight"] is answer["norm_bias"] is None
        if kind != "cross":
            close(read, sums["queries"])
    else:
        stream = numbers(answer, "stream", "queries", "width")
        if kind != "cross":
            close(stream, sums["queries"])
        centred = stream - stream.mean(1, keepdims=True)
        normed = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
        close(read, normed * unpacked(answer["norm_weight"]) + unpacked(answer["norm_bias"]))
    if kind != "cross":
        close(numbers(answer, "memory", "keys", "width"), read)
        close(sums["queries"], sums["keys"])


def test_embedding_is_the_table_times_the_root_of_the_width(file):
    answer = asked(file)
    reader = load(Path(file))
    ids = [BEGIN, *reader.target.encode(TARGET)]
    close(
        numbers(answer, "query_embedding", "queries", "width"),
        reader.model.target_embedding[ids].numpy() * 12**0.5,
    )
    ids = [*reader.source.encode(TEXT), END]
    close(
        numbers(answer, "embedding", "keys", "width"),
        reader.model.source_embedding[ids].numpy() * 12**0.5,
    )


def test_tokens_are_those_of_the_side_that_asks_and_of_the_side_that_is_asked(file):
    source, given = ["3", "1", "4", "1", "<eos>"], ["<bos>", "1", "4", "3"]
    for kind, queries, keys in (
        ("encoder", source, source), ("decoder", given, given), ("cross", given, source)
    ):  # fmt: skip
        answer = asked(file, kind)
        assert (answer["query_tokens"], answer["key_tokens"]) == (queries, keys)
        written = None if kind == "encoder" else ["1", "4", "3", "<eos>"]
        assert answer["written_tokens"] == written


def test_the_decoder_sees_nothing_that_is_still_to_come(file):
    answer = asked(file, "decoder", 1)
    blocked = numbers(answer, "blocked", "queries", "keys")
    causal = load(Path(file)).config.causal
    np.testing.assert_array_equal(blocked, np.triu(np.ones((4, 4)), 1) * causal)
    assert not numbers(asked(file, "cross"), "blocked", "queries", "keys").any()


def test_without_a_target_the_models_own_translation_is_taken(file):
    answer = asked(file, target="")
    again = asked(file, target=answer["translation"])
    written = [token for token in answer["query_tokens"][1:] if token.strip()]
    assert written == answer["translation"].split() == again["query_tokens"][1:]
    # A line break, which these random weights like to write, is lost in the text.
    if answer["query_tokens"] == again["query_tokens"]:
        assert answer["weights"] == again["weights"]


def test_a_long_text_is_cut_and_says_so(file):
    answer = asked(file, "encoder", text=" ".join("1234" * 30))
    assert answer["cut"]
    assert len(answer["key_tokens"]) == LONGEST
    assert answer["key_tokens"][-1] == "<eos>"
    answer = asked(file, "decoder", target=" ".join("1234" * 30))
    assert answer["cut"]
    assert len(answer["query_tokens"]) == LONGEST
    assert not asked(file)["cut"]


def test_a_place_that_is_not_there_is_refused_with_what_there_is(file):
    for kind, layer, head in (
        ("encoder", 2, 0),
        ("cross", 3, 0),
        ("decoder", 0, 3),
        ("cross", 0, -1),
    ):
        with pytest.raises(Refused) as refused:
            asked(file, kind, layer, head)
        assert "3" in str(refused.value)
    with pytest.raises(Refused):
        asked(file, "sideways")


def test_looking_leaves_the_model_as_it_was(file):
    first = asked(file, "encoder")
    for _ in range(3):
        asked(file, "encoder")
    model = load(Path(file)).model
    assert not any(one._forward_pre_hooks for one in model.modules())
    assert asked(file, "encoder") == first
