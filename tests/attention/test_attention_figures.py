"""The picture of a training to take home: what is drawn, and what its axes say."""

import math

import pytest

from playground.attention.figures import page, training_curves
from playground.palette import SERIES, TRANSLATORS
from playground.runs.record import Run

COLUMNS = {
    "step": [1, 2, 3, 4],
    "loss": [3.0, 2.0, None, 1.0],
    "validation_loss": [None, 2.5, None, 1.5],
    "quality": [None, 10.0, None, 60.0],
    "learning_rate": [0.1, 0.2, 0.1, 0.05],
}


def run(number: int = 0, model: str = "transformer", task: str = "reverse", name: str = "first"):
    config = {"model": model, "task": task}
    return Run(id=f"{number:032d}", slice="attention", config=config, name=name, group="g")


def test_perplexity_quality_and_rate_stand_one_below_the_other():
    train, validation, quality, rate = training_curves([(run(), COLUMNS)]).data
    assert train.x == (1, 2, 4)
    assert train.y == pytest.approx([math.exp(3), math.exp(2), math.e])
    assert (validation.x, quality.x) == ((2, 4), (2, 4))
    assert quality.y == (10.0, 60.0)
    assert rate.y == (0.1, 0.2, 0.1, 0.05)
    assert [one.yaxis for one in (train, validation, quality, rate)] == ["y", "y", "y2", "y3"]
    assert [one.line.dash for one in (train, validation, quality, rate)] == [
        None, "dash", "dash", None,
    ]  # fmt: skip
    assert {one.line.color for one in (train, validation, quality, rate)} == {
        TRANSLATORS["transformer"]
    }


@pytest.mark.parametrize(
    ("tasks", "language", "title"),
    [
        (["reverse"], "en", "exact, %"),
        (["eng-fra"], "en", "BLEU"),
        (["reverse", "eng-fra"], "zh", "BLEU 或全对率（%）"),
    ],
)
def test_the_axis_of_quality_names_its_measure(tasks: list[str], language: str, title: str):
    shown = [(run(number, task=task), COLUMNS) for number, task in enumerate(tasks)]
    layout = training_curves(shown, language).layout
    assert layout.yaxis2.title.text == title
    assert (layout.yaxis.type, layout.yaxis2.type) == ("log", "linear")
    assert layout.xaxis3.title.text
    assert layout.title.text


def test_models_have_colours_of_their_own():
    several = [run(0), run(1, "gru_attention"), run(2, "gru")]
    drawn = training_curves([(one, COLUMNS) for one in several]).data
    assert [one.line.color for one in drawn[::4]] == [
        TRANSLATORS[one.config["model"]] for one in several
    ]
    alike = training_curves([(run(0), COLUMNS), (run(1), COLUMNS)]).data
    assert [one.line.color for one in alike[::4]] == list(SERIES[:2])


def test_a_name_is_text_not_markup():
    named = run(name="<b>${x}</b>")
    assert training_curves([(named, COLUMNS)]).data[0].name.startswith("&lt;b&gt;")
    assert "<b>$" not in page([(named, COLUMNS)])


def test_a_run_is_drawn_as_far_as_it_goes_and_needs_no_network():
    figure = training_curves([(run(), {"step": [1], "loss": [2.0]}), (run(1), {})])
    assert len(figure.data) == 1
    html = page([(run(), COLUMNS)], "zh")
    assert "<script src=" not in html
