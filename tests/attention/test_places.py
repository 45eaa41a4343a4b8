"""What a model is told of places, and that without it a sentence is a bag of words."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from playground import weights
from playground.attention.config import LONGEST_MAP
from playground.attention.pairs import prepare
from playground.attention.places import SHOWN_PLACES, places, shuffled
from playground.attention.positions import sinusoidal
from playground.attention.reader import kept, load
from playground.knobs import as_dict
from playground.packed import unpacked
from playground.refused import Refused
from tests.attention.small import config_of, model_of

SETTINGS = {"task": "reverse", "symbols": 6, "length": 4, "encoder_layers": 2}
KINDS = ("sinusoidal", "learned", "none")
TEXT = "3 1 4 1 5 0 2 1"
ROUNDING = 1e-5


def write(folder: Path, **settings):
    """Random weights in a file, as a run leaves them."""
    config = config_of(**(SETTINGS | settings))
    data = prepare(config)
    model = model_of(vocabulary=data.source.size, **(SETTINGS | settings))
    sides = {"source": kept(data.source), "target": kept(data.target)}
    file = folder / "weights.safetensors"
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    weights.write(file, tensors, {"config": json.dumps(as_dict(config)), **sides})
    return str(file)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return {kind: write(tmp_path_factory.mktemp(kind), positions=kind) for kind in KINDS}


def read(files, kind, text=TEXT, seed=0):
    return shuffled({"source": kind, "weights": files[kind], "text": text, "seed": seed})


def test_the_places_of_a_model_are_those_that_it_adds(files):
    told = {kind: places({"source": kind, "weights": files[kind]}) for kind in KINDS}
    assert [told[kind]["kind"] for kind in KINDS] == list(KINDS)
    assert told["none"]["matrix"] is None
    width = told["sinusoidal"]["width"]
    waves = unpacked(told["sinusoidal"]["matrix"]).reshape(SHOWN_PLACES, width)
    np.testing.assert_array_equal(waves, sinusoidal(SHOWN_PLACES, width).numpy())
    learned = unpacked(told["learned"]["matrix"]).reshape(SHOWN_PLACES, width)
    model = load(Path(files["learned"])).model
    np.testing.assert_array_equal(learned, model.source_places[:SHOWN_PLACES].numpy())
    # The longest row of symbols and its end.
    assert {one["trained"] for one in told.values()} == {SETTINGS["length"] + 1}
    json.dumps(told)


@pytest.mark.parametrize("kind", KINDS)
def test_without_positions_the_order_of_the_words_makes_no_difference(files, kind):
    answer = read(files, kind)
    assert answer["off"]["difference"] <= ROUNDING
    assert answer["off"]["given"] == answer["off"]["shuffled"]
    if kind == "none":
        assert answer["on"] == answer["off"]
    else:
        assert answer["on"]["difference"] > 100 * ROUNDING
        assert answer["on"]["difference"] >= max(answer["on"]["differences"])
    json.dumps(answer)


@pytest.mark.parametrize("seed", range(5))
def test_the_words_stay_the_same_and_stand_elsewhere(files, seed):
    answer = read(files, "sinusoidal", seed=seed)
    assert answer["given"] == TEXT.split()
    assert answer["shuffled"] != answer["given"]
    assert Counter(answer["shuffled"]) == Counter(answer["given"])
    assert sorted(answer["order"]) == list(range(8))
    assert answer["shuffled"] == [answer["given"][at] for at in answer["order"]]
    assert read(files, "sinusoidal", seed=seed) == answer


def test_two_words_can_only_change_places(files):
    answer = read(files, "sinusoidal", text="0 1")
    assert answer["order"] == [1, 0]
    assert len(answer["on"]["differences"]) == 2
    assert min(answer["on"]["differences"]) > ROUNDING


def test_looking_leaves_the_model_as_it_was(files):
    model = load(Path(files["sinusoidal"])).model
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    read(files, "sinusoidal")
    assert model.positions == "sinusoidal"
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())


def test_a_long_sentence_is_cut_at_a_word_and_an_empty_one_is_an_example(files):
    answer = read(files, "sinusoidal", text=" ".join("12" * 200))
    assert answer["cut"]
    assert len(answer["given"]) == LONGEST_MAP - 1
    example = read(files, "sinusoidal", text="  ")
    assert not example["cut"]
    assert example["given"]


@pytest.mark.parametrize("text", ["3", "2 2 2"])
def test_one_word_cannot_be_shuffled(files, text):
    with pytest.raises(Refused) as refused:
        read(files, "sinusoidal", text=text)
    assert refused.value.key == "attention.places.one_word"


def test_a_recurrent_model_has_no_places(tmp_path):
    file = write(tmp_path, model="gru")
    for question in (places, shuffled):
        with pytest.raises(Refused) as refused:
            question({"source": "gru", "weights": file, "text": TEXT})
        assert refused.value.key == "attention.places.recurrent"
