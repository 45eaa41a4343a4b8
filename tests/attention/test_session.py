"""A run as the worker holds it: budgets, exact resume, samples, figures."""

import json
from itertools import islice
from math import exp
from pathlib import Path

import pytest
import torch

from playground import weights
from playground.attention.scoring import first, quality, translated
from playground.attention.session import (
    LONGEST_SAMPLE,
    LONGEST_TEXT,
    RECENT,
    AttentionSession,
    explained,
    open_session,
    validation_every,
)
from playground.attention.training import Diverged, evaluate
from playground.knobs import as_dict
from playground.packed import unpacked
from playground.refused import Refused
from tests.attention.small import config_of

FIELDS = {
    "step", "epoch", "loss", "gradient_norm", "clipped", "learning_rate", "tokens", "seconds",
    "validation_loss", "quality",
}  # fmt: skip


def session_of(**settings):
    return AttentionSession(config_of(**settings))


def curve(records):
    """What must repeat: all but the time it took."""
    return [{name: value for name, value in each.items() if name != "seconds"} for each in records]


def through_a_file(session, folder: Path):
    """Another session that takes the first one's state from disk, as after a restart."""
    file = folder / "snapshot.safetensors"
    weights.write(file, *session.state())
    other = AttentionSession(session.config)
    other.restore(*weights.read(file))
    return other


RESUMED = [
    {"dropout": 0.3, "label_smoothing": 0.1, "schedule": "cosine"},
    {"model": "gru_attention", "dropout": 0.2, "weight_decay": 0.1},
    {"model": "gru", "tied": False, "task": "sort"},
    {"positions": "learned", "normalisation": "post", "schedule": "constant", "task": "copy"},
]


@pytest.mark.parametrize("settings", RESUMED, ids=str)
def test_a_run_taken_up_in_the_middle_of_an_epoch_gives_the_same_records(tmp_path, settings):
    whole = session_of(**settings)
    records = whole.records()
    wanted = list(islice(records, 8))
    whole.change("learning_rate", 0.02)
    wanted += list(records)

    one = session_of(**settings)
    seen = list(islice(one.records(), 8))
    one.change("learning_rate", 0.02)
    one.sample({"text": "1 2"})
    two = through_a_file(one, tmp_path)
    seen += list(islice(two.records(), 9))
    three = through_a_file(two, tmp_path)
    seen += list(three.records())
    assert curve(seen) == curve(wanted)
    assert len(seen) == 2 * whole.info["steps_per_epoch"]
    ours, theirs = three.summary(), whole.summary()
    for name in ("loss", "validation_loss", "quality", "best_validation_step", "clipped_share"):
        assert ours[name] == theirs[name]


def test_a_record_is_plain_and_the_last_one_is_validated():
    session = session_of(epochs=1)
    records = list(session.records())
    assert all(set(record) == FIELDS for record in records)
    assert json.loads(json.dumps(records)) == records
    assert [record["step"] for record in records] == list(range(1, len(records) + 1))
    told = [record["step"] for record in records if record["validation_loss"] is not None]
    assert told == [record["step"] for record in records if record["quality"] is not None]
    assert told[-1] == len(records) == session.steps
    assert 1 < len(told) < len(records)
    assert session.progress() == {"done": 1.0, "seconds_left": 0.0}
    assert json.loads(json.dumps(session.info)) == session.info


def test_validation_figures_are_those_of_the_model_at_that_step():
    session = session_of(epochs=1)
    for record in session.records():
        if record["validation_loss"] is not None:
            model, data = session.training.model, session.data
            assert record["validation_loss"] == evaluate(model, data.validation)
            sample = first(data.validation, 100)
            texts = translated(model, sample, data.target, beam=1)
            assert record["quality"] == quality(texts, sample, session.config)


def test_a_summary_sums_up_what_was_recorded():
    session = session_of(epochs=4, batch_tokens=64)
    assert session.summary()["loss"] is None
    records = list(session.records())
    summary = session.summary()
    recent = [record["loss"] for record in records[-RECENT:]]
    assert len(records) > len(recent)
    assert summary["loss"] == pytest.approx(sum(recent) / len(recent))
    told = {
        record["validation_loss"]: record["step"]
        for record in records
        if record["validation_loss"] is not None
    }
    assert summary["best_validation_loss"] == min(told)
    assert summary["best_validation_step"] == told[min(told)]
    assert summary["validation_loss"] == records[-1]["validation_loss"]
    assert summary["validation_perplexity"] == pytest.approx(exp(summary["validation_loss"]))
    assert summary["quality"] == records[-1]["quality"]
    assert summary["tokens"] == 4 * session.data.target_tokens
    assert summary["clipped_share"] == sum(one["clipped"] for one in records) / len(records)
    assert summary["epoch"] == 4
    assert json.loads(json.dumps(summary)) == summary


def test_time_that_is_up_ends_a_run_with_a_validated_record():
    session = session_of(seconds=1, epochs=100_000)
    session.seconds = 0.999
    records = list(session.records())
    assert records[-1]["seconds"] >= 1
    assert records[-1]["validation_loss"] is not None
    assert session.progress()["done"] == 1.0
    assert list(session.records()) == []


def test_progress_goes_by_whichever_ends_first():
    by_steps, by_clock = session_of(epochs=2), session_of(epochs=100_000, seconds=50)
    for session in (by_steps, by_clock):
        assert session.progress()["done"] == 0
        list(islice(session.records(), by_steps.steps // 2))
        session.seconds = 10.0
    assert by_steps.progress() == {"done": 0.5, "seconds_left": pytest.approx(10)}
    assert by_clock.progress() == {"done": 0.2, "seconds_left": 40}


def test_evaluation_and_samples_cost_no_training_time():
    session = session_of()
    next(session.records())
    before = session.seconds
    session.sample({})
    assert session.seconds == before


@pytest.mark.parametrize("model", ["transformer", "gru_attention", "gru"])
def test_a_sample_is_a_translation_and_what_it_looked_at(model):
    session = session_of(model=model, encoder_layers=2, decoder_layers=2)
    list(islice(session.records(), 5))
    sample = session.sample({"text": "3 1 x"})
    assert sample == session.sample({"text": "3 1 x"})
    assert json.loads(json.dumps(sample)) == sample
    assert sample["step"] == 5
    assert sample["reference"] is None
    assert sample["source_tokens"] == ["3", "1", "<unk>", "<eos>"]
    assert sample["target_tokens"][-1] == "<eos>"
    assert sample["translation"].split() == sample["target_tokens"][:-1]
    shape = {"transformer": (2, 2), "gru_attention": (1, 1), "gru": (0, 0)}[model]
    assert (sample["layers"], sample["heads"]) == shape
    if model == "gru":
        assert sample["weights"] is None
        return
    looks = torch.tensor(unpacked(sample["weights"]).copy())
    looks = looks.view(*shape, len(sample["target_tokens"]), 4)
    torch.testing.assert_close(looks.sum(-1), torch.ones_like(looks[..., 0]))


def test_without_a_text_a_validation_sentence_is_translated():
    session = session_of()
    sample = session.sample({})
    assert (sample["text"], sample["reference"]) in session.data.validation.texts


@pytest.mark.parametrize("text", [None, 7, ["1"], " \n ", "\x00\u202e😀", "1 " * 3000, "1" * 3000])
def test_an_odd_text_is_brought_into_range(text):
    sample = session_of().sample({"text": text})
    assert 0 < len(sample["text"]) <= LONGEST_TEXT
    assert 1 < len(sample["source_tokens"]) <= LONGEST_SAMPLE + 1
    json.dumps(sample)


def test_only_the_learning_rate_can_be_changed_and_only_within_its_range():
    session = session_of(warmup_steps=0)
    session.change("learning_rate", 0.5)
    assert next(session.records())["learning_rate"] == 0.5
    for name, value in (("heads", 3), ("learning_rate", 0), ("learning_rate", float("nan"))):
        with pytest.raises(Refused):
            session.change(name, value)


def test_a_snapshot_says_what_it_is():
    tensors, metadata = session_of(seed=5).state()
    assert (metadata["slice"], metadata["step"]) == ("attention", "0")
    assert json.loads(metadata["config"])["seed"] == 5
    assert "model.source_embedding" in tensors
    assert all(isinstance(value, str) for value in metadata.values())


def test_a_snapshot_of_another_run_is_refused():
    session = session_of()
    others = ({"symbols": 5}, {"hidden_size": 10}, {"model": "gru"}, {"encoder_layers": 2})
    for other in others:
        with pytest.raises(Refused) as caught:
            session.restore(*session_of(**other).state())
        assert caught.value.key == "attention.another_run"
    tensors, metadata = session.state()
    for broken in ({}, metadata | {"figures": "{"}, metadata | {"figures": "[]"},
                   metadata | {"step": "soon"}, metadata | {"source": ""}):  # fmt: skip
        with pytest.raises(Refused):
            session.restore(tensors, broken)
    few = {name: tensor for name, tensor in tensors.items() if "generator" not in name}
    with pytest.raises(Refused):
        session.restore(few, metadata)


@pytest.mark.parametrize("warmup_steps", [0, 20])
def test_a_run_that_diverges_is_refused_with_numbers_and_advice(warmup_steps):
    session = session_of(warmup_steps=warmup_steps)
    records = session.records()
    next(records)
    with torch.no_grad():
        session.training.model.output_bias[4] = 1e6
    with pytest.raises(Refused) as caught:
        next(records)
    told = caught.value
    assert told.key == ("attention.diverged" if warmup_steps else "attention.diverged_cold")
    assert told.params["step"] == 2
    assert told.params["lower_rate"] < session.config.learning_rate
    for language in ("en", "zh"):
        assert "2" in told.say(language)
        assert "{" not in told.say(language)


def test_infinite_figures_are_told_as_text():
    fault = Diverged(3, float("inf"), float("nan"), 0.1)
    json.dumps(explained(fault, config_of()).params, allow_nan=False)


def test_evaluating_takes_about_a_tenth_of_the_time_of_training():
    session = session_of(length=6)
    every = validation_every(session.data, session.config, session.steps)
    validation = session.data.validation
    read = sum(len(ids) + 1 for ids in validation.targets)
    written = read * min(1.0, 100 / len(validation))
    assert (0.4 * read + 2 * written) / (every * session.config.batch_tokens) <= 0.1
    assert validation_every(session.data, config_of(seconds=0), 10**6) == 10**6 // 80


def test_a_worker_opens_a_session_by_plain_settings(tmp_path):
    plain = as_dict(config_of(seed=3))
    session = open_session(json.loads(json.dumps(plain)), device="cpu", texts=tmp_path)
    assert session.config == config_of(seed=3)
    assert session.info["device"] == "cpu"
    assert session.info["parameters"] == sum(
        each.numel() for each in session.training.model.parameters()
    )
    with pytest.raises(Refused):
        open_session({"heads": 3, "hidden_size": 64}, device="cpu", texts=tmp_path)
