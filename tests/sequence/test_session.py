"""A run as the worker holds it: budgets, exact resume, samples, figures."""

import json
from itertools import islice
from pathlib import Path

import pytest
import torch

from playground import weights
from playground.refused import Refused
from playground.sequence.config import SequenceConfig
from playground.sequence.session import SequenceSession

QUICK = {"hidden_size": 16, "steps": 9, "batch_size": 6, "epochs": 2, "seconds": 0}
FIELDS = {
    "step", "epoch", "loss", "gradient_norm", "clipped", "learning_rate", "tokens", "seconds",
    "validation_loss",
}  # fmt: skip


def session_of(text, **settings):
    return SequenceSession(SequenceConfig(**{**QUICK, **settings}), text)


def curve(records):
    """What must repeat: all but the time it took."""
    return [{name: value for name, value in each.items() if name != "seconds"} for each in records]


def through_a_file(session, folder: Path, text):
    """Another session that takes the first one's state from disk, as after a restart."""
    file = folder / "snapshot.safetensors"
    weights.write(file, *session.state())
    other = SequenceSession(session.config, text)
    other.restore(*weights.read(file))
    return other


RESUMED = [
    {"cell": "lstm", "dropout": 0.3, "layers": 2},
    {"cell": "gru", "sampling": "random", "weight_decay": 0.1},
    {"cell": "rnn", "optimizer": "sgd", "learning_rate": 0.5},
    {"cell": "gru", "bidirectional": True, "embedding_size": 7, "decay": True},
    {"cell": "gru", "tokens": "unigram", "vocabulary_size": 60, "batch_size": 3, "epochs": 4},
]


@pytest.mark.parametrize("settings", RESUMED)
def test_a_run_taken_up_in_the_middle_of_an_epoch_gives_the_same_curve(text, tmp_path, settings):
    text = text[:2400]
    whole = session_of(text, **settings)
    records = whole.records()
    wanted = list(islice(records, 20))
    whole.change("learning_rate", 0.02)
    wanted += list(records)

    first = session_of(text, **settings)
    seen = list(islice(first.records(), 20))
    first.change("learning_rate", 0.02)
    first.sample({"prefix": "the"})
    second = through_a_file(first, tmp_path, text)
    seen += list(islice(second.records(), 30))
    third = through_a_file(second, tmp_path, text)
    seen += list(third.records())
    assert curve(seen) == curve(wanted)
    ours, theirs = third.summary(), whole.summary()
    for name in ("loss", "validation_loss", "best_validation_loss", "clipped_share", "step"):
        assert ours[name] == theirs[name]


def test_a_record_is_plain_and_the_last_one_is_validated(text):
    session = session_of(text, epochs=1)
    records = list(session.records())
    assert all(set(record) == FIELDS for record in records)
    assert json.loads(json.dumps(records)) == records
    assert [record["step"] for record in records] == list(range(1, len(records) + 1))
    assert records[-1]["validation_loss"] is not None
    assert records[-1]["epoch"] == 1
    told = [record for record in records if record["validation_loss"] is not None]
    assert 1 < len(told) < len(records)
    assert session.summary()["validation_loss"] == records[-1]["validation_loss"]
    assert session.progress() == {"done": 1.0, "seconds_left": 0.0}


def test_time_that_is_up_ends_a_run_with_a_validated_record(text):
    session = session_of(text, seconds=1, epochs=100_000)
    session.seconds = 0.999
    records = list(session.records())
    assert records[-1]["seconds"] >= 1
    assert records[-1]["validation_loss"] is not None
    assert session.progress()["done"] == 1.0
    assert list(session.records()) == []


def test_evaluation_and_samples_cost_no_training_time(text):
    session = session_of(text)
    records = session.records()
    next(records)
    before = session.seconds
    session.sample({})
    assert session.seconds == before


def test_without_a_validation_part_there_is_no_validation_loss(text):
    session = session_of(text, validation_share=0.0, epochs=1)
    assert {record["validation_loss"] for record in session.records()} == {None}
    assert session.summary()["validation_loss"] is None
    assert session.sample({"prefix": "the"})["held_out_match"] is None


def test_a_sample_repeats_with_its_step_and_tells_what_it_copied(text):
    session = session_of(text)
    list(islice(session.records(), 30))
    prompt = {"prefix": "the keeper", "temperature": 0.5, "length": 80}
    sample = session.sample(prompt)
    assert sample == session.sample(prompt)
    assert json.loads(json.dumps(sample)) == sample
    assert (sample["step"], sample["temperature"], len(sample["text"])) == (30, 0.5, 80)
    match = sample["longest_match"]
    assert match["text"] in sample["text"]
    assert session.data.train_text[match["start"] :].startswith(match["text"])
    assert sample["held_out_match"] > 0


@pytest.mark.parametrize(
    "prompt",
    [
        {"prefix": None, "temperature": None},
        {"prefix": ["x"], "temperature": "hot", "length": "long"},
        {"prefix": "\x00\u202e😀" * 2000, "temperature": 0, "length": 1},
        {"temperature": 1e300, "top_p": 0, "top_k": -3, "length": 2.7},
        {"temperature": -1, "length": -5},
        {"length": 10**400, "temperature": 10**400, "top_k": True},
    ],
)
def test_an_odd_prompt_is_brought_into_range(text, prompt):
    sample = session_of(text).sample(prompt)
    assert 0 <= sample["temperature"] <= 5
    assert 1 <= len(sample["text"]) <= 1000
    assert len(sample["prefix"]) <= 2000


def test_only_the_learning_rate_can_be_changed_and_only_within_its_range(text):
    session = session_of(text)
    session.change("learning_rate", 0.5)
    assert next(session.records())["learning_rate"] == 0.5
    for name, value in (("steps", 3), ("learning_rate", 0), ("learning_rate", float("nan"))):
        with pytest.raises(Refused):
            session.change(name, value)


def test_a_snapshot_says_what_it_is(text):
    tensors, metadata = session_of(text, seed=5).state()
    assert (metadata["slice"], metadata["step"]) == ("sequence", "0")
    assert json.loads(metadata["config"])["seed"] == 5
    assert "model.recurrent.l0.weight_ih" in tensors
    assert all(isinstance(value, str) for value in metadata.values())


def test_a_snapshot_of_another_text_or_model_is_refused(text):
    session = session_of(text)
    for other in (session_of(text + "é" * 500 + text), session_of(text, hidden_size=17)):
        with pytest.raises(Refused, match="another"):
            session.restore(*other.state())
    tensors, _ = session.state()
    with pytest.raises(Refused, match="another"):
        session.restore(tensors, {})


def test_a_run_that_diverges_is_refused_with_numbers_and_advice(text):
    session = session_of(text, optimizer="sgd", learning_rate=100.0, clip_threshold=0.0)
    with pytest.raises(Refused, match="diverged at step"):
        list(session.records())
    assert all(torch.isfinite(torch.tensor(loss)) for loss in session._recent)


@pytest.mark.parametrize(
    "settings",
    [
        {"tokens": "word"},
        {"tokens": "bpe", "vocabulary_size": 100},
        {"tokens": "wordpiece", "vocabulary_size": 100},
        {"tokens": "unigram", "vocabulary_size": 100, "alphabet": "letters"},
        {"alphabet": "letters"},
        {"max_tokens": 2000},
        {"embedding_size": 6},
    ],
)
def test_every_reading_of_a_text_trains(text, settings):
    session = session_of(text, **{"epochs": 1, "steps": 4, **settings})
    first, *_, last = session.records()
    assert last["loss"] < first["loss"]
    assert session.sample({"prefix": "the harbour", "length": 5})["text"]
