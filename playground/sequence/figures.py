"""Learning curves as a plotly figure, to be saved and shown anywhere without this app.

The live charts of the page are drawn on a canvas; this is the picture to take home.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.experiments import perplexity
from playground.locales import say
from playground.palette import CELLS, SERIES, figure_template
from playground.runs.record import Run
from playground.runs.thinning import thin

Curves = Sequence[tuple[Run, dict[str, list[Any]]]]


def learning_curves(curves: Curves, language: str = "en") -> go.Figure:
    """Perplexity (train solid, validation dashed; log axis) above gradient norm, against steps."""
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.06
    )
    for number, (run, full) in enumerate(curves):
        _, columns = thin(full)
        colour = _colour(run, number)
        parts = (
            ("loss", "sequence.figure.train", 1, {"color": colour}),
            ("validation_loss", "sequence.figure.validation", 1, {"color": colour, "dash": "dash"}),
            ("gradient_norm", "sequence.figure.gradient_norm", 2, {"color": colour, "width": 1}),
        )
        for column, words, row, line in parts:
            steps, values = _measured(columns, column)
            shown = [perplexity(value) for value in values] if row == 1 else values
            name = f"{run.name} · {say(words, language)}"
            figure.add_trace(
                go.Scatter(x=steps, y=shown, name=name, mode="lines", line=line), row=row, col=1
            )
    figure.update_layout(template=figure_template(), height=640, hovermode="x unified")
    figure.update_xaxes(title_text=say("sequence.figure.step", language), row=2, col=1)
    figure.update_yaxes(
        title_text=say("sequence.figure.perplexity", language), type="log", row=1, col=1
    )
    figure.update_yaxes(
        title_text=say("sequence.figure.gradient_norm", language), type="log", row=2, col=1
    )
    return figure


def page(curves: Curves) -> str:
    """The figure as one HTML page that needs no network."""
    return learning_curves(curves).to_html(include_plotlyjs=True, full_html=True)


def _measured(columns: dict[str, list[Any]], name: str) -> tuple[list[int], list[float]]:
    """Steps and values where something was measured."""
    pairs = [
        (step, value)
        for step, value in zip(columns.get("step", []), columns.get(name, []), strict=True)
        if value is not None
    ]
    return [step for step, _ in pairs], [value for _, value in pairs]


def _colour(run: Run, number: int) -> str:
    """A cell's own colour while no other run of the figure can have it, else the next in line."""
    if number < len(CELLS):
        return CELLS.get(run.config.get("cell", ""), SERIES[number])
    return SERIES[number % len(SERIES)]
