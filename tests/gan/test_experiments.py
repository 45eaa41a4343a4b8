"""The lesson's experiments: their lanes train, their judges answer, their words exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from playground.experiments import Outcome
from playground.gan import experiments
from playground.gan.config import GanConfig
from playground.gan.experiments import BREAKS, EXPERIMENTS
from playground.gan.image_look import ImageLook
from playground.gan.session import GanSession
from playground.gan.training import Step
from playground.knobs import as_dict, parse
from playground.lessons import lesson
from playground.locales import LANGUAGES, catalogue, say
from playground.refused import Refused

FOLDER = Path(experiments.__file__).parent
BY_NAME = {one.name: one for one in EXPERIMENTS}
# A few steps of each lane, the last one with a look at what was made.
SHORT = {"steps": 3, "batch_size": 8, "hidden_size": 8, "channels": 2, "max_images": 100}
named = pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)


@named
def test_the_settings_of_every_lane_are_valid_and_need_no_download(experiment):
    configs = [parse(GanConfig, lane) for lane in experiment.lanes]
    assert 2 <= len(configs) <= 4
    assert all(config.is_plane or config.data == "glyphs" for config in configs)
    # The length of the training is fixed, so that a slow machine gives the same answer.
    assert all(config.seconds == 0 and config.steps <= 1_000 for config in configs)
    assert len({config.seed for config in configs}) == 1
    assert experiment.as_json()["lanes"] == list(experiment.lanes)


@named
def test_one_thing_differs_between_the_lanes_but_between_remedies(experiment):
    configs = [as_dict(parse(GanConfig, lane)) for lane in experiment.lanes]
    different = {name for name in configs[0] if len({str(one[name]) for one in configs}) > 1}
    remedies = {"r1", "loss", "gradient_penalty", "generator_steps"}
    assert different == remedies if experiment.name == "ring_cure" else len(different) == 1


@named
def test_the_question_names_the_figures_of_the_lanes(experiment):
    """Sizes, rates and steps that a question or a title mentions are those that are set."""
    numbers = set()
    for lane in experiment.lanes:
        values = as_dict(parse(GanConfig, lane)).values()
        numbers |= {str(value) for value in values}
        numbers |= {f"{value:g}" for value in values if isinstance(value, float)}
    for language in LANGUAGES:
        for part in ("question", "title"):
            text = say(f"gan.experiment.{experiment.name}.{part}", language)
            text = re.sub("log\\(1|R1", "", text)
            assert set(re.findall(r"\d[\d,.]*\d|\d", text)) <= numbers


@pytest.mark.parametrize("name", ["ring_cure", "latent_one"])
def test_real_runs_are_answered_with_a_choice_and_its_sentence(name):
    outcomes = [trained(lane) for lane in BY_NAME[name].lanes]
    assert_said(BY_NAME[name], BY_NAME[name].judge(outcomes))


def test_what_is_judged_of_images_is_recorded_of_them():
    assert {"frechet", "entropy"} <= set(ImageLook.columns)
    stepwise = {"step", "generator_gradient_norm", "fake_score"}
    assert stepwise <= {field.name for field in fields(Step)}


def trained(lane):
    session = GanSession(parse(GanConfig, {**lane, **SHORT}))
    columns = {}
    for record in session.records():
        for name, value in record.items():
            columns.setdefault(name, []).append(value)
    return Outcome(as_dict(session.config), "finished", columns, session.summary())


def assert_said(experiment, verdict):
    assert verdict.answer in experiment.choices
    key = f"gan.experiment.{experiment.name}.answer.{verdict.answer}"
    for language in LANGUAGES:
        sentence = say(key, language, **verdict.values)
        for wrong in ("{", "nan", "None", "inf"):
            assert wrong not in sentence


def images(frechet, *, pull=1.0, fooled=0.4, entropy=0.9, seconds=2.0):
    """A game of images that ended so."""
    return outcome(
        frechet=[None, 300.0, frechet], generator_gradient_norm=[pull] * 3,
        fake_score=[fooled] * 3, entropy=[None, 0.5, entropy], seconds=[0.1, 0.2, seconds],
    )  # fmt: skip


def plane(js=0.2, modes=8):
    """A game of points that ended so."""
    return outcome(js=[0.9, 0.5, js], modes=[0, None, *[modes] * 10], fake_score=[0.5] * 3)


def outcome(error="", **columns):
    state = "failed" if error else "finished"
    return Outcome({}, state, {"step": [1, 2, 3], **columns}, error=error)


DIVERGED = outcome(error="gan.diverged", fake_score=[0.5, 0.1, 0.1])
CASES = [
    ("minimax_start", "non_saturating", [images(100), images(2000, pull=0.01)]),
    ("minimax_start", "non_saturating", [images(100), DIVERGED]),
    ("minimax_start", "same", [images(100), images(110)]),
    ("minimax_start", "minimax", [images(100), images(60)]),
    ("strong_discriminator", "better", [images(100), images(70)]),
    ("strong_discriminator", "same", [images(100), images(101)]),
    ("strong_discriminator", "worse", [images(100), images(200, pull=0.5)]),
    ("strong_discriminator", "vanishes", [images(100), images(2000, pull=0.0006, fooled=3e-5)]),
    ("simultaneous", "at_once", [images(100), images(200)]),
    ("simultaneous", "same", [images(100), images(90, seconds=3.0)]),
    ("simultaneous", "in_turn", [images(100), images(50)]),
    ("five_generator_steps", "better", [images(100), images(50)]),
    ("five_generator_steps", "same", [images(100), images(90)]),
    ("five_generator_steps", "worse", [images(100), images(500)]),
    ("ring_collapse", "all", [plane(), plane(modes=7)]),
    ("ring_collapse", "some", [plane(), plane(modes=3)]),
    ("ring_collapse", "one", [plane(), plane(0.9, modes=1)]),
    ("ring_collapse", "one", [plane(), DIVERGED]),
    ("ring_cure", "none", [plane(modes=each) for each in (1, 2, 5, 6)]),
    ("ring_cure", "r1", [plane(modes=each) for each in (1, 8, 5, 6)]),
    ("ring_cure", "wasserstein", [plane(modes=each) for each in (1, 2, 7, 6)]),
    ("ring_cure", "patience", [plane(modes=1), DIVERGED, plane(modes=1), plane(modes=8)]),
    ("ring_cure", "several", [plane(modes=each) for each in (1, 8, 5, 7)]),
    ("told_the_class", "told", [images(100), images(200)]),
    ("told_the_class", "same", [images(100), images(110)]),
    ("told_the_class", "untold", [images(100), images(70)]),
    ("latent_one", "better", [plane(0.3), plane(0.2)]),
    ("latent_one", "same", [plane(0.2), plane(0.21)]),
    ("latent_one", "worse", [plane(0.2), plane(0.5)]),
]


@pytest.mark.parametrize(("name", "answer", "outcomes"), CASES)
def test_the_figures_decide_the_answer(name, answer, outcomes):
    verdict = BY_NAME[name].judge(outcomes)
    assert verdict.answer == answer
    assert_said(BY_NAME[name], verdict)


def test_every_answer_can_be_given():
    possible = {(one.name, choice) for one in EXPERIMENTS for choice in one.choices}
    assert {case[:2] for case in CASES} == possible


def test_a_figure_is_told_with_as_many_digits_as_say_something():
    ended = [images(1234.5, pull=0.61, fooled=0.5), images(15.26, pull=0.00058, fooled=3.1e-5)]
    values = BY_NAME["strong_discriminator"].judge(ended).values
    assert [values["first"], values["second"]] == ["1234", "15.3"]
    assert [values["first_pull"], values["second_pull"]] == ["0.61", "0.00058"]
    assert values["second_fooled"] == "0.000031"


@named
def test_runs_that_never_came_to_a_figure_leave_it_undecided(experiment):
    for empty in (outcome(error="runs.worker_lost"), outcome(frechet=[None], js=[None])):
        with pytest.raises(Refused, match="nothing to compare"):
            experiment.judge([empty] * len(experiment.lanes))


def test_every_experiment_has_its_place_in_the_lesson_of_either_language():
    for text in lesson(FOLDER).values():
        assert sorted(re.findall(r'data-experiment="(\w+)"', text)) == sorted(BY_NAME)


def test_the_lesson_calls_the_pictures_by_their_names():
    for language in LANGUAGES:
        text = (FOLDER / f"lesson.{language}.md").read_text(encoding="utf-8")
        for picture in ("latent", "draw", "fight", "plane", "eye"):
            assert say(f"gan.picture.{picture}", language) in text


def test_the_buttons_of_the_page_are_breaks_of_one_thing_and_have_their_words():
    script = (FOLDER / "page" / "fight_breaks.js").read_text(encoding="utf-8")
    (names,) = re.findall(r"const BREAKS = \[(.*)\]", script)
    assert re.findall(r"'(\w+)'", names) == list(BREAKS)
    for name in BREAKS:
        whole, broken = (parse(GanConfig, lane) for lane in BY_NAME[name].lanes)
        different = [one for one, value in as_dict(whole).items() if as_dict(broken)[one] != value]
        assert len(different) == 1
        assert not whole.is_plane  # the picture of the fight shows no points
        for language in LANGUAGES:
            for part in ("", ".title", ".help"):
                assert f"gan.break.{name}{part}" in catalogue(language)
