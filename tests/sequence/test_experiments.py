"""The lesson's experiments: their lanes train, their judges answer, their words exist."""

import math
import re
from pathlib import Path

import pytest

from playground.experiments import Outcome
from playground.knobs import as_dict, parse
from playground.locales import LANGUAGES, say
from playground.refused import Refused
from playground.sequence.config import SequenceConfig
from playground.sequence.experiments import EXPERIMENTS
from playground.sequence.session import open_session

BY_NAME = {one.name: one for one in EXPERIMENTS}
# About fifty steps of each lane, the last one with a look at the validation part.
SHORT = {
    "max_tokens": 4000,
    "epochs": 1,
    "seconds": 0,
    "hidden_size": 8,
    "batch_size": 8,
    "steps": 8,
}
named = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)


@named
def test_the_settings_of_every_lane_are_valid(experiment):
    configs = [parse(SequenceConfig, lane) for lane in experiment.lanes]
    assert 1 <= len(configs) <= 4
    assert all(0 < config.seconds <= 60 for config in configs)
    assert len({config.seed for config in configs}) == 1  # so that only what is asked about differs
    assert experiment.as_json()["lanes"] == list(experiment.lanes)


@named
def test_the_question_names_the_figures_of_the_lanes(experiment):
    """Seconds, sizes and rates that a question or a title mentions are those that are set."""
    numbers = set()
    for lane in experiment.lanes:
        config = as_dict(parse(SequenceConfig, lane))
        numbers |= {str(value) for value in config.values()} | {
            f"{value:g}" for value in config.values() if isinstance(value, float)
        }
    for language in LANGUAGES:
        question = say(f"sequence.experiment.{experiment.name}.question", language)
        mentioned = re.findall(r"\d[\d,.]*\d|\d", question)
        assert {one.replace(",", "") for one in mentioned} <= numbers


@named
def test_real_runs_are_answered_with_a_choice_and_its_sentence(experiment):
    verdict = experiment.judge([trained(lane) for lane in experiment.lanes])
    assert_said(experiment, verdict)


def trained(lane):
    session = open_session({**lane, **SHORT}, device="cpu", texts=Path())
    columns, error = {}, ""
    try:
        for record in session.records():
            for name, value in record.items():
                columns.setdefault(name, []).append(value)
    except Refused as refusal:
        error = refusal.key
    sample = session.sample({"length": 20})
    state = "failed" if error else "finished"
    return Outcome(as_dict(session.config), state, columns, session.summary(), [sample], error)


def assert_said(experiment, verdict):
    assert verdict.answer in experiment.choices
    key = f"sequence.experiment.{experiment.name}.answer.{verdict.answer}"
    for language in LANGUAGES:
        sentence = say(key, language, **verdict.values)
        assert "{" not in sentence
        assert "nan" not in sentence


def outcome(*perplexities, error="", cell="gru", norms=(1.0,), match=30, end=0.1):
    """A run with these validation perplexities, one after the other."""
    losses = [math.log(one) for one in perplexities]
    columns = {
        "step": list(range(1, len(losses) + 3)),
        "loss": [2.0, *([1.0] * len(losses)), end],
        "validation_loss": [None, *losses, None],
        "gradient_norm": [*norms] + [None] * (len(losses) + 2 - len(norms)),
    }
    samples = [{"longest_match": {"length": match}}, {"error": {"key": "runs.broke_down"}}]
    state = "failed" if error else "finished"
    return Outcome({"cell": cell}, state, columns, {}, samples, error)


DIVERGED = "sequence.diverged_unclipped"
CASES = [
    ("which_cell", "rnn", [outcome(5, cell="rnn"), outcome(6), outcome(7, cell="lstm")]),
    ("which_cell", "gru", [outcome(9, 6, cell="rnn"), outcome(8, 5, 9), outcome(7, cell="lstm")]),
    ("which_cell", "lstm",
     [outcome(error=DIVERGED, cell="rnn"), outcome(5), outcome(4, cell="lstm")]),
    ("without_clipping", "diverges", [outcome(6), outcome(error=DIVERGED, norms=(1.0, 1e30))]),
    ("without_clipping", "diverges", [outcome(6), outcome(70, 1e9, end=23.0)]),
    ("without_clipping", "worse", [outcome(6), outcome(7)]),
    ("without_clipping", "no_worse", [outcome(6), outcome(6.1)]),
    ("rate_times_hundred", "faster", [outcome(6), outcome(5)]),
    ("rate_times_hundred", "slower", [outcome(6), outcome(20_000)]),
    ("rate_times_hundred", "diverges", [outcome(6), outcome(30, error=DIVERGED)]),
    ("carried_state", "carried", [outcome(5), outcome(6)]),
    ("carried_state", "fresh", [outcome(6), outcome(5)]),
    ("carried_state", "same", [outcome(5), outcome(5.1)]),
    ("memorizing", "falls", [outcome(9, 8, 7, 6)]),
    ("memorizing", "levels", [outcome(9, 7, 6, 6.1, 6.2, 6.3)]),
    ("memorizing", "rises", [outcome(9, 6, 7, 40)]),
    ("sixteen_times_smaller", "same", [outcome(6), outcome(6.1)]),
    ("sixteen_times_smaller", "some", [outcome(6), outcome(9)]),
    ("sixteen_times_smaller", "much", [outcome(6), outcome(14)]),
    ("both_directions", "higher", [outcome(6), outcome(7)]),
    ("both_directions", "lower", [outcome(6), outcome(4)]),
    ("both_directions", "much_lower", [outcome(6), outcome(1.2)]),
    ("chinese", "lower", [outcome(6), outcome(5)]),
    ("chinese", "same", [outcome(6), outcome(6.1)]),
    ("chinese", "higher", [outcome(6), outcome(80)]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "outcomes"), CASES)
def test_the_figures_decide_the_answer(name, answer, outcomes):
    verdict = BY_NAME[name].judge(outcomes)
    assert verdict.answer == answer
    assert_said(BY_NAME[name], verdict)


def test_every_answer_can_be_given():
    possible = {(one.name, choice) for one in EXPERIMENTS for choice in one.choices}
    assert {case[:2] for case in CASES} == possible


@named
def test_runs_that_never_came_to_a_figure_leave_it_undecided(experiment):
    lost = outcome(error="runs.worker_lost")
    for empty in (lost, outcome()):
        with pytest.raises(Refused, match="nothing to compare"):
            experiment.judge([empty] * len(experiment.lanes))
