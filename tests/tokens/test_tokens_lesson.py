"""The lesson of the Tokens room: its experiments are answered by counting, its words exist."""

import re
from pathlib import Path

import pytest

from playground.knobs import as_dict, parse
from playground.locales import LANGUAGES, catalogue, say
from playground.refused import Refused
from playground.tokens import experiments
from playground.tokens.config import TokensConfig
from playground.tokens.experiments import EXPERIMENTS

BY_NAME = {one.name: one for one in EXPERIMENTS}
named = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)
in_each = pytest.mark.parametrize("language", LANGUAGES)
# What these texts answer: a change here is a change of what the lesson teaches.
FOUND = {
    "first_merge": "space_t",
    "twice_the_vocabulary": "some",
    "german": "twice",
    "chinese": "none",
    "more_categories": "same",
    "pairs_of_words": "flatter",
    "higher_order": "one_falls",
    "against_the_network": "close",
    "goes_on": "first_row",
    "sorted_by_length": "little",
}


@named
def test_an_experiment_shows_settings_that_are_valid_and_trains_nothing(experiment):
    (shown,) = experiment.lanes
    parse(TokensConfig, shown)
    assert "picture" in shown
    assert experiment.as_json()["trains"] is False
    assert len(experiment.choices) >= 3


@named
def test_counting_answers_with_a_choice_and_its_sentence(experiment, tokens):
    verdict = experiment.count_with(tokens.ask)
    assert verdict.answer == FOUND[experiment.name]
    assert_said(experiment, verdict)


def assert_said(experiment, verdict):
    assert verdict.answer in experiment.choices
    for choice in experiment.choices:
        for language in LANGUAGES:
            key = f"tokens.experiment.{experiment.name}.answer.{choice}"
            sentence = say(key, language, **verdict.values)
            assert "{" not in sentence
            assert "nan" not in sentence.split()


@named
@in_each
def test_a_question_names_figures_that_are_set(experiment, language):
    (shown,) = experiment.lanes
    config = as_dict(parse(TokensConfig, shown))
    numbers = {f"{value:g}" for value in config.values() if isinstance(value, int | float)}
    # Half of a doubled vocabulary; contexts below the order; categories, rows and sentences shown.
    numbers |= {str(config["vocabulary_size"] // 2), "2", "3", "4", "5", "12", "200"}
    question = say(f"tokens.experiment.{experiment.name}.question", language)
    mentioned = {one.replace(",", "").rstrip(".") for one in re.findall(r"\d[\d,.]*", question)}
    mentioned -= {"1"}  # the first row
    assert mentioned <= numbers


def test_other_figures_would_give_other_answers():
    def told(**by_question):
        return lambda question, _: by_question[question]

    def pairs(*ordered):
        return {"candidates": [{"left": a, "right": b, "count": 9} for a, b in ordered]}

    def answer(name, ask):
        verdict = BY_NAME[name].count_with(ask)
        assert_said(BY_NAME[name], verdict)
        return verdict.answer

    merge = [answer("first_merge", told(merge_candidates=pairs(one, ("x", "y"))))
             for one in (("t", "h"), ("h", "e"), ("i", "n"), (" ", "t"), ("q", "u"))]  # fmt: skip
    assert merge == list(BY_NAME["first_merge"].choices)
    shares = [{"given": 0.5, "shuffled": 0.5, "bucketed": left} for left in (0.45, 0.25, 0.05)]
    waste = [answer("sorted_by_length", told(padding={"compare": one})) for one in shares]
    assert waste == list(BY_NAME["sorted_by_length"].choices)
    rows = [answer("goes_on", told(minibatches={"steps": 5, "starts": [[0, 50], [at, 70]]}))
            for at in (5, 55, 31)]  # fmt: skip
    assert rows == list(BY_NAME["goes_on"].choices)

    def curve(laplace, kneser_ney):
        parts = {"laplace": {"validation": laplace}, "kneser_ney": {"validation": kneser_ney}}
        return told(ngram_curve=parts | {"uniform": 60})

    orders = [answer("higher_order", curve(*both)) for both in (
        ([9, 7, 5], [9, 7, 5]), ([9, 5, 7], [9, 7, 5]), ([9, 5, 7], [9, 5, 7]))]  # fmt: skip
    assert orders == list(BY_NAME["higher_order"].choices)
    network = [answer("against_the_network", curve([1], [best])) for best in (9.0, 3.9, 2.0)]
    assert network == list(BY_NAME["against_the_network"].choices)


def test_a_text_too_short_for_a_slope_leaves_it_undecided():
    with pytest.raises(Refused, match="too short"):
        BY_NAME["pairs_of_words"].count_with(lambda *_: {"fit": None})


@in_each
def test_the_lesson_speaks_of_every_picture_by_its_name(language):
    words = catalogue(language)
    lesson = Path(experiments.__file__).with_name(f"lesson.{language}.md")
    text = lesson.read_text(encoding="utf-8")
    for picture in ("strip", "merges", "onehot", "embedding", "frequency", "ngrams"):
        assert words[f"tokens.picture.{picture}"] in text
