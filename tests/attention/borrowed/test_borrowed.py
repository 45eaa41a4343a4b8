"""Models of Hugging Face: their attention as transformers gives it, and what is never loaded."""

import json

import numpy as np
import pytest
import torch

from playground.attention import borrowed_maps
from playground.attention.borrowed import borrowed_entry, borrowed_models
from playground.attention.borrowed_places import PACKAGES
from playground.packed import unpacked
from playground.refused import Refused
from tests.attention.borrowed.borrowing import TEXT, ask, refusal
from tests.attention.borrowed.stand_ins import MADE

PAIR = "it was the cat"


def weights(answer, kind):
    told = answer["maps"][kind]
    shape = [told[name] for name in ("layers", "heads", "rows", "columns")]
    return unpacked(told["weights"]).reshape(shape)


@torch.inference_mode()
def as_transformers_has_it(folder, answer):
    """All attention of the same text, by the model's own class and in one forward pass."""
    import transformers

    config = json.loads((folder / "config.json").read_text())
    made = getattr(transformers, config["architectures"][0])
    model = made.from_pretrained(folder, attn_implementation="eager").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    if answer["kind"] != "both":
        code = tokenizer(answer["text"], answer["text_pair"] or None, return_tensors="pt")
        told = model(**code, output_attentions=True)
        return {answer["kind"]: torch.cat(told.attentions).numpy()}
    code = tokenizer(answer["text"], return_tensors="pt")
    target = tokenizer(text_target=answer["text_pair"], return_tensors="pt")["input_ids"]
    start = torch.full_like(target[:, :1], config["decoder_start_token_id"])
    given = torch.cat((start, target[:, :-1]), 1)
    told = model(**code, decoder_input_ids=given, output_attentions=True)
    return {
        "encoder": torch.cat(told.encoder_attentions).numpy(),
        "decoder": torch.cat(told.decoder_attentions).numpy(),
        "cross": torch.cat(told.cross_attentions).numpy(),
    }


@pytest.mark.parametrize(("name", "pair"), [
    ("bert", ""), ("bert", PAIR), ("gpt2", ""), ("t5", PAIR), ("bart", PAIR),
    ("bart-without-head", PAIR),
])  # fmt: skip
def test_weights_are_those_that_transformers_returns_and_rows_sum_to_one(models, name, pair):
    answer = ask(name, TEXT, pair)
    expected = as_transformers_has_it(models / name, answer)
    assert set(answer["maps"]) == set(expected)
    for kind, there in expected.items():
        here = weights(answer, kind)
        np.testing.assert_allclose(here, there, atol=1e-6)
        np.testing.assert_allclose(here.sum(-1), 1.0, atol=1e-5)
        assert here.std() > 0.01, "the stand-in's attention is not even"


def test_the_kind_is_told_by_what_a_model_does(models):
    kinds = {name: ask(name, TEXT, PAIR)["kind"] for name in MADE}
    assert kinds == {
        "bert": "encoder", "gpt2": "decoder", "t5": "both", "bart": "both",
        "bart-without-head": "both",
    }  # fmt: skip


def test_tokens_are_words_to_read(models):
    words = ["[CLS]", "the", "cat", "##s", "[UNK]", "[SEP]"]
    assert ask("bert", "the cats 猫")["source_tokens"] == words
    assert ask("gpt2", "the cat 猫")["given_tokens"] == ["the", " cat", " ", "<E7>", "<8C>", "<AB>"]
    answer = ask("t5", "the cat", "the")
    assert answer["source_tokens"] == [" the", " ", "c", "a", "t", "</s>"]
    assert answer["given_tokens"] == ["<pad>", " the"]
    assert answer["target_tokens"] == [" the", "</s>"]


@pytest.mark.parametrize("name", ["t5", "bart"])
def test_left_alone_a_decoder_writes_what_transformers_lets_it_write(models, name):
    import transformers

    answer = ask(name)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(models / name)
    tokenizer = transformers.AutoTokenizer.from_pretrained(models / name)
    code = tokenizer(TEXT, return_tensors="pt")
    settings = {"max_new_tokens": 60, "num_beams": 1, "do_sample": False, "suppress_tokens": [0]}
    if name == "bart":
        settings["max_new_tokens"] = 40
    ids = model.generate(**code, **settings)[0].tolist()
    assert answer["written"]
    assert len(answer["target_tokens"]) == len(ids) - 1
    pieces = tokenizer.convert_ids_to_tokens(ids)
    assert [one.replace(" ", "▁") for one in answer["target_tokens"]] == pieces[1:]
    assert [one.replace(" ", "▁") for one in answer["given_tokens"]] == pieces[:-1]


def test_a_decoder_that_never_learned_to_write_asks_for_a_second_text(models):
    assert refusal("bart-without-head") == "needs_pair"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_weights_of_an_installed_package_are_read(package, models, no_network):
    if package not in [one["name"] for one in borrowed_models()["models"]]:
        pytest.skip(f"{package} is not installed")
    answer = ask(package, "Unbelievable: the cat sat.", "A dog barked.")
    assert (answer["kind"], answer["licence"], answer["where"]) == (
        "encoder", "apache-2.0", "package",
    )  # fmt: skip
    assert answer["source_tokens"][:4] == ["[CLS]", "unbelievable", ":", "the"]
    seen = weights(answer, "encoder")
    assert seen.shape[:2] == (6, 12)
    np.testing.assert_allclose(seen.sum(-1), 1.0, atol=1e-5)
    assert no_network == []


def test_what_is_on_this_machine_needs_no_network(models, no_network):
    for name in MADE:
        ask(name, TEXT, PAIR)
    assert refusal("nobody/nothing") == "not_here"
    assert no_network == []


def test_a_long_text_is_thinned_evenly_and_says_so(models):
    text = "the cat sat " * 60
    answer = ask("gpt2", text)
    tokens, kept = answer["tokens"]["source"], answer["kept"]["source"]
    assert tokens > 150
    assert answer["thinned"] == tokens - 128
    assert (len(kept), kept[0], kept[-1]) == (128, 0, tokens - 1)
    assert len(set(np.diff(kept))) <= 2
    whole = as_transformers_has_it(models / "gpt2", answer)["decoder"]
    seen = weights(answer, "decoder")
    np.testing.assert_allclose(seen, whole[:, :, kept][..., kept], atol=1e-6)
    assert seen.sum(-1).max() <= 1.0 + 1e-5
    assert len(answer["given_tokens"]) == 128


def test_models_of_very_many_heads_are_thinned_further():
    maps = {"encoder": torch.zeros(40, 30, 200, 200)}
    many = borrowed_maps.Read(list(range(200)), None, None, maps, written=False)
    side = borrowed_maps.longest_side(many)
    assert side**2 * 1200 <= 6_000_000 < (side + 1) ** 2 * 1200


def test_a_text_beyond_a_models_limit_is_refused_with_both_numbers(models):
    with pytest.raises(Refused, match=r"62 tokens.*at most 40"):
        ask("bert", "the " * 60)
    assert refusal("bart", "cat", "the " * 60) == "too_long"
    assert refusal("bert", "  ") == "no_text"


def test_one_model_at_most_stays_in_memory(models):
    from playground.attention import borrowed as module

    ask("bert")
    first = next(iter(module._kept.values()))
    ask("bert", "the mat")
    assert next(iter(module._kept.values())) is first
    ask("gpt2")
    assert [one.name for one in module._kept.values()] == ["gpt2"]


def test_models_found_are_listed_and_each_can_be_asked(models):
    (told,) = borrowed_entry({"question": "borrowed_models"})
    assert told["installed"]
    assert json.loads(json.dumps(told)) == told
    names = [one["name"] for one in told["models"] if one["where"] == "folder"]
    assert names == sorted(MADE)
    assert str(models) not in json.dumps(told)
