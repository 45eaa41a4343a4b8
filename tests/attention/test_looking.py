"""What the viewer is told about a sentence: tokens, probabilities, maps, the search."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from playground import weights
from playground.attention.arguments import FIRST
from playground.attention.config import LONGEST_MAP, AttentionConfig, example
from playground.attention.decoding import allowed, forced
from playground.attention.looking import attend, look, place, reader_of, translate, tried
from playground.attention.model import END
from playground.attention.multi_head import KINDS
from playground.attention.pairs import prepare, read_by_model
from playground.attention.reader import load
from playground.attention.session import AttentionSession
from playground.attention.workbench import ask
from playground.packed import unpacked
from playground.refused import Refused

CONFIG = AttentionConfig(
    task="reverse", encoder_layers=2, decoder_layers=1, heads=2, hidden_size=16,
    feedforward_size=16, length=6, seconds=0, epochs=1, batch_tokens=4096,
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A model of a few steps: what it writes is nonsense, but all of it is its own."""
    session = AttentionSession(CONFIG)
    for record in session.records():
        if record["step"] == 20:
            break
    tensors, metadata = session.state()
    file = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    weights.write(file, tensors, metadata)
    return {"weights": str(file), "source": "mine", "text": "3 1 4 1 5", "beam": 3}


def reader_path(asked):
    return Path(asked["weights"])


def arrays(answer):
    return {
        kind: unpacked(one["weights"]).reshape(
            one["layers"], one["heads"], one["rows"], one["columns"]
        )
        for kind, one in answer["maps"].items()
    }


def test_every_map_has_a_row_and_a_column_for_each_token_and_rows_sum_to_one(asked):
    answer = look(asked)
    maps = arrays(answer)
    source, given = len(answer["source_tokens"]), len(answer["given_tokens"])
    assert maps["encoder"].shape == (2, 2, source, source)
    assert maps["decoder"].shape == (1, 2, given, given)
    assert maps["cross"].shape == (1, 2, len(answer["target_tokens"]), source)
    assert all(np.allclose(one.sum(-1), 1, atol=1e-6) for one in maps.values())
    assert np.allclose(np.triu(maps["decoder"][0, 0], 1), 0)


def test_probabilities_are_those_of_the_forward_pass(asked):
    answer = look(asked)
    reader = load(reader_path(asked))
    read = reader.source.encode(asked["text"])
    written = reader.target.encode(answer["translation"])
    with torch.no_grad():
        scores = reader.model(read_by_model([read]), forced(written))[0]
    wanted = [*written, END]
    chances = allowed(scores).double().softmax(-1)[range(len(wanted)), wanted]
    assert np.allclose(answer["probabilities"], chances.numpy(), atol=1e-6)
    for step, probability in zip(answer["top"], answer["probabilities"], strict=True):
        values = [one["probability"] for one in step]
        assert values == sorted(values, reverse=True)
        assert values[0] >= probability - 1e-9


def test_the_search_ends_in_the_translation_that_is_shown(asked):
    answer = look(asked)
    tree = answer["beam"]["branches"]
    best = answer["beam"]["translations"][0]
    tokens, at = [], best["leaf"]
    while at >= 0:
        tokens.append(tree[at]["token"])
        at = tree[at]["parent"]
    assert best["text"] == answer["translation"]
    assert tokens[::-1][: len(best["tokens"])] == best["tokens"]
    assert best["score"] == max(one["score"] for one in answer["beam"]["translations"])


def test_a_target_is_forced_and_not_searched_for(asked):
    answer = look(asked | {"target": "7 7 7"})
    assert answer["translation"] == "7 7 7"
    assert answer["target_tokens"] == ["7", "7", "7", "<eos>"]
    assert answer["beam"] is None


def test_without_a_text_the_example_of_the_task_is_looked_at(asked):
    assert look(asked | {"text": "  "})["text"] == example(CONFIG)


def test_a_long_text_is_cut_and_said_to_be(asked):
    answer = look(asked | {"text": "1 " * 400, "beam": 1})
    assert answer["cut"]
    assert len(answer["source_tokens"]) == LONGEST_MAP
    assert len(answer["target_tokens"]) <= LONGEST_MAP


def test_what_the_model_does_not_know_is_named_once(asked):
    assert look(asked | {"text": "1 x 2 x"})["unknown"] == ["x"]


def test_attend_gives_the_matrices_of_look_as_lists(asked):
    maps = arrays(look(asked))
    lists = attend(asked | {"layer": 0, "head": 1})
    for kind in KINDS:
        assert np.allclose(lists[kind], maps[kind][0, 1], atol=1e-6)


def test_translate_tells_what_look_does(asked):
    short, long = translate(asked), look(asked)
    assert short["translation"] == long["translation"]
    assert np.allclose(
        short["probabilities"][: len(long["probabilities"])], long["probabilities"], atol=1e-5
    )


@pytest.mark.parametrize(("kind", "layer", "head"), [
    ("encoder", 2, 0), ("cross", 1, 0), ("decoder", 0, 2), ("cross", -1, 0), ("sideways", 0, 0),
])  # fmt: skip
def test_places_that_the_model_lacks_are_refused(asked, kind, layer, head):
    with pytest.raises(Refused):
        place(reader_of(asked).model, kind, layer, head)


def test_weights_that_are_no_numbers_are_refused(asked, tmp_path):
    tensors, metadata = weights.read(reader_path(asked))
    tensors["model.output_bias"][:] = torch.nan
    file = tmp_path / "lost.safetensors"
    weights.write(file, tensors, metadata)
    with pytest.raises(Refused) as refusal:
        tried(asked | {"weights": str(file)})
    assert refusal.value.key == "attention.not_finite"


def test_the_data_of_a_task_is_read_as_its_model_knows_it(asked):
    reader = load(reader_path(asked))
    again, first = reader.data(), prepare(CONFIG)
    assert again.test.sources == first.test.sources


@pytest.mark.parametrize("question", sorted(FIRST))
@pytest.mark.parametrize("name", sorted(weights.shipped("attention")))
def test_what_is_answered_first_is_what_the_model_answers(name, question):
    told = weights.first_answer("attention", name, question)
    file = str(weights.shipped_file("attention", name))
    asked = {"weights": file, "source": name, "question": question, **FIRST[question]}
    (live,) = ask(asked)
    differences = list(differing(told, live, ""))
    # How long it took here says nothing of another machine.
    assert [place for place in differences if place != ".seconds"] == []


def differing(one: Any, other: Any, place: str) -> Iterator[str]:
    """Where two answers differ by more than sums that are rounded otherwise."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        if set(one) == {"dtype", "data"}:
            there, here = (unpacked(each).astype(float) for each in (one, other))
            if there.shape != here.shape or not np.allclose(there, here, atol=1e-4):
                yield place
            return
        for name in one:
            yield from differing(one[name], other[name], f"{place}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from differing(first, second, f"{place}[{at}]")
    elif isinstance(one, float) and isinstance(other, float):
        if abs(one - other) > 1e-4 * max(1.0, abs(one)):
            yield place
    elif one != other:
        yield place
