"""What a visitor can do, called directly, with a real scheduler and a real worker."""

import inspect
import json
import re
import time

import pytest

from playground import knobs
from playground.actions import Room, RunActions
from playground.experiments import Experiment, Verdict
from playground.refused import Refused
from playground.runs.inference import Inference
from playground.runs.scheduler import Scheduler
from playground.runs.session import Slice
from playground.runs.store import Store
from playground.sequence.actions import GENERATE_ENTRY, SequenceActions
from playground.sequence.config import SequenceConfig, run_name
from playground.sequence.experiments import EXPERIMENTS

TINY = {"hidden_size": 8, "steps": 8, "batch_size": 4, "max_tokens": 800, "epochs": 1, "seconds": 0}


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("actions")
    entry = "playground.sequence.session:open_session"
    room = Slice(name="sequence", entry=entry, parse=parsed, memory_bytes=lambda _: 1000)
    with Store(folder) as store:
        made = Scheduler(store, {"sequence": room}, texts=folder, slots=1)
        yield made
        made.close()


def parsed(config):
    return knobs.as_dict(knobs.parse(SequenceConfig, config))


@pytest.fixture(scope="module")
def actions(scheduler):
    room = Room("sequence", SequenceConfig, lambda *_: None, EXPERIMENTS, run_name)
    runs = RunActions(scheduler, {"sequence": room}, lambda: {"device": "cpu"})
    return {one.name: one for one in runs.endpoints()}


@pytest.fixture(scope="module")
def race(actions):
    """RNN, GRU and LSTM, trained to their end: `(run ids, token)`."""
    configs = [TINY | {"cell": cell} for cell in ("rnn", "gru", "lstm")]
    started = call(actions, "start_race", slice="sequence", configs=configs)
    deadline = time.monotonic() + 60
    while any(state(actions, run_id) != "finished" for run_id in started["run_ids"]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return started["run_ids"], started["token"]


def call(actions, name, **arguments):
    """The value, as it would leave as JSON."""
    return json.loads(json.dumps(actions[name].call(arguments), allow_nan=False))


def state(actions, run_id):
    return call(actions, "run", run_id=run_id)["state"]


def refusal(actions, name, **arguments):
    with pytest.raises(Refused) as caught:
        actions[name].call(arguments)
    return caught.value.key


def test_a_run_tells_its_config_its_figures_and_its_last_record(actions, race):
    run = call(actions, "run", run_id=race[0][1])
    assert run["name"] == "GRU 8 · story-en"
    assert run["config"] == parsed(TINY | {"cell": "gru"})
    last = run["last_record"]
    assert last["step"] == run["steps"] == run["summary"]["step"]
    assert last["validation_perplexity"] == pytest.approx(run["summary"]["validation_perplexity"])
    assert race[1] not in json.dumps(run)


def test_records_are_read_from_any_position(actions, race):
    everything = call(actions, "records", run_id=race[0][0])
    assert [one["step"] for one in everything] == list(range(1, len(everything) + 1))
    assert call(actions, "records", run_id=race[0][0], since=5) == everything[5:]
    assert call(actions, "records", run_id=race[0][0], since=10**9) == []
    assert refusal(actions, "records", run_id="nobody") == "runs.no_such_run"
    assert refusal(actions, "samples", run_id="nobody") == "runs.no_such_run"


def test_an_answer_holds_a_bounded_number_of_records(actions, race, monkeypatch):
    monkeypatch.setattr("playground.actions.MOST_RECORDS", 3)
    part = call(actions, "records", run_id=race[0][0], since=2)
    assert [one["step"] for one in part] == [3, 4, 5]


def test_an_experiment_is_judged_from_its_runs(actions, race):
    ids, _ = race
    verdict = call(
        actions, "judge", slice="sequence", experiment="which_cell", run_ids=ids, prediction="rnn"
    )
    assert verdict["right"] is (verdict["answer"] == "rnn")
    sentence = verdict["sentence"]
    assert sentence["key"] == f"sequence.experiment.which_cell.answer.{verdict['answer']}"
    assert sentence["params"]["first"] in sentence["text"]
    ask = {"slice": "sequence", "experiment": "which_cell"}
    assert refusal(actions, "judge", **ask, run_ids=ids[:2]) == "endpoints.lanes"
    assert refusal(actions, "judge", **ask, run_ids=[None] * 3) == "runs.no_such_run"
    assert refusal(actions, "judge", **ask | {"experiment": "x"}, run_ids=[]) == (
        "endpoints.no_such_experiment"
    )


def test_tools_may_send_json_as_text(actions, race):
    ids, token = race
    listed = call(actions, "runs", ids=json.dumps(ids))
    assert {one["id"] for one in listed} == set(ids)
    started = call(actions, "start_run", slice="sequence", config=json.dumps(TINY), owner=token)
    assert started["token"] == token
    ask = {"run_id": ids[0], "token": token, "action": "prompt", "value": '{"prefix": "a"}'}
    assert call(actions, "control_run", **ask)["prompt"] == {"prefix": "a"}
    link = call(actions, "open_link", slice="sequence", query='{"cell": "rnn", "lid": "1"}')
    assert link["config"]["cell"] == "rnn"
    assert [one["name"] for one in link["ignored"]] == ["lid"]


@pytest.mark.parametrize(
    ("name", "arguments", "key"),
    [
        ("start_run", {"slice": "garden", "config": {}}, "endpoints.no_such_slice"),
        ("start_run", {"slice": "sequence", "config": {"steps": 0}}, "knobs.out_of_range"),
        ("start_run", {"slice": "sequence", "config": "lstm"}, "knobs.not_json"),
        ("start_run", {"slice": "sequence", "config": {}, "owner": "me"}, "runs.bad_token"),
        ("start_run", {"slice": "sequence", "config": '{"cell": "\\ud800"}'}, "knobs.not_a_choice"),
        ("start_race", {"slice": "sequence", "configs": []}, "endpoints.race_size"),
        ("start_race", {"slice": "sequence", "configs": [{}] * 5}, "endpoints.race_size"),
        ("start_race", {"slice": "sequence", "configs": {"a": 1}}, "endpoints.race_size"),
        ("runs", {"ids": ["x"] * 201}, "endpoints.many_runs"),
        ("open_link", {"slice": "sequence", "query": "cell=rnn"}, "endpoints.not_an_object"),
        ("download_corpus", {"name": "bible"}, "datasets.no_such_dataset"),
    ],
)
def test_a_refusal_can_be_sent_in_either_language(actions, name, arguments, key):
    with pytest.raises(Refused) as caught:
        actions[name].call(arguments)
    assert caught.value.key == key
    for language in ("en", "zh"):
        json.dumps(caught.value.as_json(language), ensure_ascii=False).encode()


def test_lists_nested_beyond_all_sense_are_refused(actions):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    try:
        key = refusal(actions, "start_run", slice="sequence", config=deep)
        assert key == "endpoints.too_deep"
    finally:
        while deep:  # by hand: letting go of so deep a list at once is deep as well
            deep = deep.pop()


def test_an_experiment_that_only_counts_is_answered_without_runs(scheduler):
    def counted(ask):
        return Verdict("more", {"count": ask("length", {"text": "abc"})["length"]})

    experiment = Experiment("sizes", ({"text": "abc"},), ("more", "less"), count=counted)
    room = Room(
        "tokens", SequenceConfig, experiments=(experiment,),
        ask=lambda question, values: {question: len(values["text"])},
    )  # fmt: skip
    runs = {one.name: one for one in RunActions(scheduler, {"tokens": room}, dict).endpoints()}
    assert [one["trains"] for one in call(runs, "experiments", slice="tokens")] == [False]
    assert refusal(runs, "start_run", slice="tokens", config={}) == "endpoints.nothing_trains"
    asked = {"slice": "tokens", "experiment": "sizes", "prediction": "more"}
    assert refusal(runs, "judge", **asked, run_ids=["a run"]) == "endpoints.lanes"
    # Its sentence is the room's; this one has none.
    with pytest.raises(KeyError, match=r"tokens\.experiment\.sizes\.answer\.more"):
        call(runs, "judge", **asked, run_ids=[])


def test_every_endpoint_is_documented_to_a_tool(actions):
    for one in actions.values():
        plain = inspect.signature(one.plain)
        documented = inspect.getdoc(one.plain)
        for name, parameter in plain.parameters.items():
            assert parameter.annotation in (str, int, float, bool, dict, list) or name == "value"
            assert re.search(rf"^ +{name}: .{{5,}}", documented, re.MULTILINE)


def test_text_is_generated_from_a_run_and_only_from_what_there_is(scheduler, race):
    inference = Inference([GENERATE_ENTRY])
    generate, *_ = SequenceActions(scheduler, inference, inference).endpoints()
    try:
        made = generate.call({"source": race[0][2], "prefix": "the ", "length": 12, "seed": 3})
        assert made["text"] == "the " + made["continuation"]
        assert len(made["tokens"]) == 12
        with pytest.raises(Refused, match="'' is neither a run nor shipped weights"):
            generate.call({"source": ""})
    finally:
        inference.close()
