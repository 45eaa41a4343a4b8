"""The picture to take home: what is drawn, and what its axes say."""

import math

import pytest

from playground.palette import CELLS, SERIES
from playground.runs.record import Run
from playground.sequence.figures import learning_curves, page

RUN = Run(id="a" * 32, slice="sequence", config={"cell": "gru"}, name="first", group="g")
COLUMNS = {
    "step": [1, 2, 3, 4],
    "loss": [3.0, 2.0, None, 1.0],
    "validation_loss": [None, 2.5, None, 1.5],
    "gradient_norm": [0.5, 4.0, 1.0, 0.25],
}


def other(name="second", cell="lstm"):
    return Run(id="b" * 32, slice="sequence", config={"cell": cell}, name=name, group="g")


def test_perplexities_stand_above_the_gradient_norm_where_something_was_measured():
    train, validation, norm = learning_curves([(RUN, COLUMNS)]).data
    assert train.x == (1, 2, 4)
    assert train.y == pytest.approx([math.exp(3), math.exp(2), math.e])
    assert validation.x == (2, 4)
    assert validation.y == pytest.approx([math.exp(2.5), math.exp(1.5)])
    assert validation.line.dash == "dash"
    assert norm.y == (0.5, 4.0, 1.0, 0.25)
    assert (train.yaxis, validation.yaxis, norm.yaxis) == ("y", "y", "y2")
    assert {trace.line.color for trace in (train, validation, norm)} == {CELLS["gru"]}


@pytest.mark.parametrize(
    ("language", "titles", "name"),
    [
        ("en", ["step", "perplexity", "gradient norm"], "first · train"),
        ("zh-CN", ["步数", "困惑度", "梯度范数"], "first · 训练"),
    ],
)
def test_axes_and_lines_are_named_in_the_visitors_language(language, titles, name):
    figure = learning_curves([(RUN, COLUMNS)], language)
    layout = figure.layout
    axes = (layout.xaxis2, layout.yaxis, layout.yaxis2)
    assert [axis.title.text for axis in axes] == titles
    assert layout.yaxis.type == layout.yaxis2.type == "log"
    assert figure.data[0].name == name
    assert layout.title.text


def test_runs_of_one_figure_have_colours_of_their_own():
    cells = learning_curves([(RUN, COLUMNS), (other(), COLUMNS)]).data
    assert [trace.line.color for trace in cells[::3]] == [CELLS["gru"], CELLS["lstm"]]
    alike = learning_curves([(RUN, COLUMNS), (other(cell="gru"), COLUMNS)]).data
    assert [trace.line.color for trace in alike[::3]] == list(SERIES[:2])
    assert [trace.legendgroup for trace in alike] == ["a" * 32] * 3 + ["b" * 32] * 3


def test_a_name_is_text_not_markup():
    run = other(name="<b>${x}</b><a href='https://x.y'>")
    figure = learning_curves([(run, COLUMNS)])
    assert figure.data[0].name.startswith("&lt;b&gt;${x}&lt;/b&gt;&lt;a href=")
    assert "<b>$" not in page([(run, COLUMNS)])


def test_a_run_without_validation_or_with_nothing_at_all_is_drawn_as_far_as_it_goes():
    figure = learning_curves([(RUN, {"step": [1], "loss": [2.0]}), (other(), {})])
    assert [trace.name for trace in figure.data] == ["first · train"]


def test_a_long_history_is_thinned():
    steps = list(range(20_000))
    figure = learning_curves([(RUN, {"step": steps, "loss": [1 + s % 7 for s in steps]})])
    assert 1000 < len(figure.data[0].x) <= 3000


def test_the_page_needs_no_network():
    html = page([(RUN, COLUMNS)], "zh")
    assert "<script src=" not in html
    assert 'src="http' not in html
