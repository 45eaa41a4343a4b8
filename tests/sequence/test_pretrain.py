import json
import math

import pytest

from playground import weights
from playground.datasets import corpus_text
from playground.refused import Refused
from playground.sequence import pretrain
from playground.sequence.data import prepare
from playground.sequence.generation import generate_entry, load
from playground.sequence.training import evaluate

SHIPPED = sorted(weights.shipped("sequence"))


def test_a_recipe_makes_weights_a_card_and_records_that_agree(tmp_path, monkeypatch):
    small = {"hidden_size": 16, "epochs": 100, "steps": 20}
    recipe = {**pretrain.RECIPES["lstm-story-en"], **small}
    monkeypatch.setitem(pretrain.RECIPES, "lstm-story-en", recipe)
    pretrain.pretrain(["lstm-story-en"], folder=tmp_path, share=0.01)
    folder = tmp_path / "lstm-story-en"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    records = json.loads((folder / "records.json").read_text(encoding="utf-8"))
    reader = load(folder / "weights.safetensors")
    data = prepare(corpus_text("story-en"), reader.config, reader.tokenizer)
    loss = evaluate(reader.model, data.validation, steps=reader.config.steps)
    assert loss == pytest.approx(card["validation_loss"], abs=1e-6)
    assert card["config"]["epochs"] == 1
    assert min(x for x in records["columns"]["validation_loss"] if x) == pytest.approx(
        loss, rel=0.01
    )
    assert {len(column) for column in records["columns"].values()} <= set(range(601))
    assert records["samples"][-1]["step"] == card["steps"] == records["columns"]["step"][-1]
    assert records["run"]["config"] == card["config"]
    assert "licence" in card["data"]


def test_an_unknown_recipe_is_refused():
    with pytest.raises(Refused, match="lstm-timemachine"):
        pretrain.pretrain(["transformer"])


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_are_as_good_as_their_card_says(name):
    card = weights.shipped("sequence")[name]
    reader = load(weights.shipped_file("sequence", name))
    try:
        text = corpus_text(reader.config.corpus)
    except Refused as refusal:  # The Time Machine is not part of the project
        pytest.skip(str(refusal))
    data = prepare(text, reader.config, reader.tokenizer)
    loss = evaluate(reader.model, data.validation, steps=reader.config.steps)
    assert math.exp(loss) == pytest.approx(card["validation_perplexity"], rel=1e-3)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_write_at_once(name):
    file = weights.shipped_file("sequence", name)
    *tokens, end = generate_entry(
        {"weights": str(file), **weights.shipped("sequence")[name]["prompt"]}
    )
    assert len(tokens) == 200
    assert end["unknown"] == []


def test_shipped_weights_are_small():
    folder = weights.PRETRAINED / "sequence"
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 6_000_000
