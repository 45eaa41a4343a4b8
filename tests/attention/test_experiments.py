"""The lesson's experiments: their lanes train, their judges answer, their words exist."""

import re
from pathlib import Path

import numpy as np
import pytest

from playground.attention import experiments
from playground.attention.config import AttentionConfig
from playground.attention.experiments import BREAKS, EXPERIMENTS
from playground.attention.session import AttentionSession
from playground.experiments import Outcome
from playground.knobs import as_dict, parse
from playground.locales import LANGUAGES, catalogue, say
from playground.packed import packed
from playground.refused import Refused

FOLDER = Path(experiments.__file__).parent
BY_NAME = {one.name: one for one in EXPERIMENTS}
# A few steps of each lane, the last one with a look at the validation part.
SHORT = {"max_pairs": 40, "epochs": 2, "hidden_size": 16, "feedforward_size": 16, "length": 3}
named = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)


@named
def test_the_settings_of_every_lane_are_valid_and_need_no_data(experiment):
    configs = [parse(AttentionConfig, lane) for lane in experiment.lanes]
    assert 2 <= len(configs) <= 4
    assert all(config.is_toy for config in configs)
    # The length of the training is fixed, so that a slow machine gives the same answer.
    assert all(config.seconds == 0 and config.epochs <= 200 for config in configs)
    assert len({config.seed for config in configs}) == 1
    assert experiment.as_json()["lanes"] == list(experiment.lanes)


def test_at_most_two_things_differ_between_the_lanes_of_an_experiment():
    for experiment in EXPERIMENTS:
        configs = [as_dict(parse(AttentionConfig, lane)) for lane in experiment.lanes]
        different = {
            name for name in configs[0] if len({str(config[name]) for config in configs}) > 1
        }
        assert 1 <= len(different) <= (2 if experiment.name == "no_positions" else 1)


@named
def test_the_question_names_the_figures_of_the_lanes(experiment):
    """Sizes, rates and steps that a question or a title mentions are those that are set."""
    numbers = {"2017"}
    for lane in experiment.lanes:
        config = as_dict(parse(AttentionConfig, lane))
        numbers |= {str(value) for value in config.values()} | {
            f"{value:g}" for value in config.values() if isinstance(value, float)
        }
    for language in LANGUAGES:
        for part in ("question", "title"):
            text = say(f"attention.experiment.{experiment.name}.{part}", language)
            mentioned = re.findall(r"\d[\d,.]*\d|\d", text)
            assert {one.replace(",", "") for one in mentioned} <= numbers


@named
def test_real_runs_are_answered_with_a_choice_and_its_sentence(experiment):
    assert_said(experiment, experiment.judge([trained(lane) for lane in experiment.lanes]))


def trained(lane):
    session = AttentionSession(parse(AttentionConfig, {**lane, **SHORT}))
    columns = {}
    for record in session.records():
        for name, value in record.items():
            columns.setdefault(name, []).append(value)
    sample = session.sample({"text": "3 1 2"})
    return Outcome(as_dict(session.config), "finished", columns, session.summary(), [sample])


def assert_said(experiment, verdict):
    assert verdict.answer in experiment.choices
    key = f"attention.experiment.{experiment.name}.answer.{verdict.answer}"
    for language in LANGUAGES:
        sentence = say(key, language, **verdict.values)
        assert "{" not in sentence
        assert "nan" not in sentence
        assert "None" not in sentence


def outcome(quality=None, loss=0.5, *, error="", sharp=None, learned=0.01):
    """A run that ended with these figures."""
    columns = {"step": [1, 2, 3], "loss": [2.0, 1.0, learned]}
    if quality is not None:
        columns |= {"validation_loss": [None, 1.0, loss], "quality": [None, 1.0, float(quality)]}
    samples = [{"error": {"key": "runs.broke_down"}}]
    if sharp is not None:
        weights = np.full((2, 3, 4, 5), (1 - sharp) / 4)
        weights[..., 1] = sharp
        samples.append({"weights": packed(weights), "source_tokens": list("abcde")})
    summary = {"loss": learned}
    state = "failed" if error else "finished"
    return Outcome({}, state, columns, summary, samples, error)


DIVERGED = outcome(error="attention.diverged_cold")
CASES = [
    ("no_scaling", "same", [outcome(90), outcome(82)]),
    ("no_scaling", "worse", [outcome(90, sharp=0.3), outcome(7, sharp=0.9)]),
    ("no_scaling", "worse", [outcome(90), DIVERGED]),
    ("no_scaling", "better", [outcome(40), outcome(70)]),
    ("no_mask", "cheats", [outcome(90, 0.05), outcome(0, 0.01)]),
    ("no_mask", "better", [outcome(80, 0.05), outcome(95, 0.01)]),
    ("no_mask", "worse", [outcome(90, 0.05), outcome(20, 0.9)]),
    ("no_mask", "worse", [outcome(90, 0.05), DIVERGED]),
    ("no_positions", "both", [outcome(92), outcome(80), outcome(90)]),
    ("no_positions", "sort", [outcome(92), outcome(9), outcome(97)]),
    ("no_positions", "reverse", [outcome(92), outcome(90), outcome(9)]),
    ("no_positions", "neither", [outcome(92), outcome(9), outcome(20)]),
    ("one_head", "one", [outcome(90), outcome(60)]),
    ("one_head", "same", [outcome(86), outcome(93)]),
    ("one_head", "eight", [outcome(60), outcome(90)]),
    ("bottleneck", "as_many", [outcome(50), outcome(55), outcome(99)]),
    ("bottleneck", "half", [outcome(30), outcome(60), outcome(99)]),
    ("bottleneck", "hardly", [outcome(4), outcome(50), outcome(99)]),
    ("no_warmup", "better", [outcome(60), outcome(80)]),
    ("no_warmup", "same", [outcome(74), outcome(70)]),
    ("no_warmup", "stuck", [outcome(74), outcome(0)]),
    ("no_warmup", "diverges", [outcome(74), DIVERGED]),
    ("rate_times_thirty", "faster", [outcome(80), outcome(90)]),
    ("rate_times_thirty", "stuck", [outcome(92), outcome(0)]),
    ("rate_times_thirty", "diverges", [outcome(92), DIVERGED]),
    ("few_rows", "higher", [outcome(12, 1.0), outcome(8, 1.3)]),
    ("few_rows", "same", [outcome(12, 1.0), outcome(8, 1.03)]),
    ("few_rows", "lower", [outcome(12, 1.33), outcome(16, 0.79, learned=0.7)]),
]


@pytest.mark.parametrize(("name", "answer", "outcomes"), CASES)
def test_the_figures_decide_the_answer(name, answer, outcomes):
    verdict = BY_NAME[name].judge(outcomes)
    assert verdict.answer == answer
    assert_said(BY_NAME[name], verdict)


def test_every_answer_can_be_given():
    possible = {(one.name, choice) for one in EXPERIMENTS for choice in one.choices}
    assert {case[:2] for case in CASES} == possible


def test_the_answer_says_how_sharply_the_softmax_chose():
    values = BY_NAME["no_scaling"].judge([outcome(90, sharp=0.31), outcome(7, sharp=0.9)]).values
    assert (values["soft"], values["sharp"]) == ("31", "90")


@named
def test_runs_that_never_came_to_a_figure_leave_it_undecided(experiment):
    for empty in (outcome(error="runs.worker_lost"), outcome()):
        with pytest.raises(Refused, match="nothing to compare"):
            experiment.judge([empty] * len(experiment.lanes))


def test_a_break_is_an_experiment_that_changes_one_thing():
    assert len(BREAKS) == len(set(BREAKS)) >= 4
    for name in BREAKS:
        whole, broken = (parse(AttentionConfig, lane) for lane in BY_NAME[name].lanes[:2])
        different = [one for one, value in as_dict(whole).items() if as_dict(broken)[one] != value]
        assert len(different) == 1


def test_the_buttons_of_the_page_are_these_breaks_and_have_their_words():
    script = (FOLDER / "page" / "train_breaks.js").read_text(encoding="utf-8")
    (names,) = re.findall(r"const BREAKS = \[(.*)\]", script)
    assert re.findall(r"'(\w+)'", names) == list(BREAKS)
    for language in LANGUAGES:
        for name in BREAKS:
            for part in ("", ".title", ".help"):
                assert f"attention.break.{name}{part}" in catalogue(language)
