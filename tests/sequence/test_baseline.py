"""The n-grams that a net is measured against read and score the very tokens that it does."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from playground.datasets import corpus_text
from playground.datasets.own_text import keep_text
from playground.knobs import as_dict, parse
from playground.refused import Refused
from playground.runs.inference import Inference
from playground.sequence.actions import BASELINE_ENTRY
from playground.sequence.baseline import baseline_entry
from playground.sequence.config import TOKENS, SequenceConfig
from playground.sequence.data import prepare
from playground.sequence.model import LanguageModel
from playground.sequence.training import evaluate
from playground.text.ngrams import NGrams
from playground.text.smoothing import KneserNey

QUICK = {"hidden_size": 4, "steps": 5, "batch_size": 3, "vocabulary_size": 120}


def settled(**settings):
    return parse(SequenceConfig, {**QUICK, **settings})


def baseline_of(config, texts=None):
    (told,) = baseline_entry({"config": as_dict(config), "texts": texts and str(texts)})
    return told


def always(chances, config):
    """A net that gives every token its chance, whatever came before."""
    model = LanguageModel(config, len(chances))
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    model.output_bias.data = torch.from_numpy(np.log(chances)).float()
    return model


@pytest.mark.parametrize("tokens", TOKENS)
@pytest.mark.parametrize("settings", [{}, {"alphabet": "letters"}, {"max_tokens": 4000}])
def test_a_net_that_counts_tokens_only_scores_as_the_unigrams_do(tokens, settings):
    config = settled(tokens=tokens, **settings)
    data = prepare(corpus_text(config.corpus), config)
    kinds = len(data.vocabulary)
    counts = NGrams.count(data.train.numpy().astype(np.int32), order=1, vocabulary_size=kinds)
    unigrams = KneserNey(counts, order=1).probabilities([])
    loss = evaluate(always(unigrams, config), data.validation, steps=config.steps)
    told = baseline_of(config)
    assert told["orders"][0] == 1
    assert math.exp(loss) == pytest.approx(told["perplexity"][0], rel=1e-4)


@pytest.mark.parametrize("tokens", TOKENS)
def test_every_validation_token_but_the_first_is_scored(tokens):
    config = settled(tokens=tokens, corpus="story-zh", validation_share=0.2)
    data = prepare(corpus_text(config.corpus), config)
    told = baseline_of(config)
    train, validation = (part.numpy().astype(np.int32) for part in (data.train, data.validation))
    counts = NGrams.count(train, order=told["order"], vocabulary_size=len(data.vocabulary))
    logs = KneserNey(counts, order=told["order"]).log_probabilities(validation)
    assert len(logs) == len(data.validation) - 1
    assert told["loss"] == pytest.approx(-logs.mean())
    assert told["held_out_perplexity"] == pytest.approx(math.exp(told["loss"]))
    assert (
        told["held_out_perplexity"] == told["perplexity"][told["order"] - 1] < len(data.vocabulary)
    )


def test_settings_of_the_net_do_not_change_it():
    told = baseline_of(settled(cell="rnn", hidden_size=9, seed=3))
    assert told == baseline_of(settled(cell="lstm", steps=35))
    assert told != baseline_of(settled(validation_share=0.3))
    assert told != baseline_of(settled(tokens="word"))


def test_an_own_text_is_found_in_its_folder(text, tmp_path):
    address = keep_text(text, tmp_path).address
    told = baseline_of(settled(corpus=address), tmp_path)
    assert 1 < told["held_out_perplexity"] < 10
    with pytest.raises(Refused, match="text"):
        baseline_of(settled(corpus=address))


def test_without_a_validation_part_there_is_no_baseline():
    with pytest.raises(Refused) as caught:
        baseline_of(settled(validation_share=0.0))
    assert caught.value.key == "text.nothing_held_out"


def test_it_is_asked_of_a_process_of_its_own():
    counting = Inference([BASELINE_ENTRY], warm="playground.sequence.baseline")
    try:
        config = as_dict(settled(tokens="bpe"))
        told = counting.call(BASELINE_ENTRY, {"config": config, "texts": None})
        assert told == baseline_of(settled(tokens="bpe"))
        refused = config | {"validation_share": 0.0}
        with pytest.raises(Refused) as caught:
            counting.call(BASELINE_ENTRY, {"config": refused, "texts": None})
        assert caught.value.key == "text.nothing_held_out"
    finally:
        counting.close()


def test_its_process_imports_no_torch():
    code = "import playground.sequence.baseline, sys; print('torch' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "False"
